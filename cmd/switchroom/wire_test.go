package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"switchroom/lab/remote"
)

// lines is a writer that cancels when it has so many.
type lines struct {
	strings.Builder
	most   int
	cancel func()
}

func (l *lines) Write(b []byte) (int, error) {
	n, err := l.Builder.Write(b)
	if strings.Count(l.String(), "\n") >= l.most {
		l.cancel()
	}
	return n, err
}

// Following prints each row once, the oldest first, and ends when it is told to.
func TestWireFollows(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		rows := remote.Wire{Rows: []remote.WireRow{{Number: 2, Outcome: "second"}, {Number: 1, Outcome: "first"}}}
		if after := r.URL.Query().Get("after"); asked > 1 && after != "2" {
			t.Errorf("asked for what is after %q", after)
		} else if asked > 1 {
			rows.Rows = []remote.WireRow{{Number: 3, Outcome: "third", T: time.Unix(0, 0)}}
		}
		if err := printJSON(w, rows); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	out := &lines{most: 3, cancel: cancel}
	status := run(newApp(ctx, strings.NewReader(""), out, io.Discard), []string{"wire", "--follow", "--lab", server.URL})
	var got []string
	for line := range strings.Lines(out.String()) {
		_, outcome, _ := strings.Cut(strings.TrimSpace(line), "-> ")
		got = append(got, outcome)
	}
	if want := "[first second third]"; status != 0 || fmt.Sprint(got) != want {
		t.Errorf("status %d, %v, want %s", status, got, want)
	}
}
