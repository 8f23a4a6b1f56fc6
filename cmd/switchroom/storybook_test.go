package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestStorybook runs the command, opens what it printed, and stops it.
func TestStorybook(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out, in := io.Pipe()
	var said bytes.Buffer
	status := make(chan int, 1)
	go func() {
		status <- run(newApp(ctx, strings.NewReader(""), in, &said), []string{"storybook"})
		in.Close()
	}()
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%v; it said: %s", err, &said)
	}
	for path, want := range map[string]string{"": "Every component", "story/page-login": "Log in", "live": "hx-partial"} {
		r, err := http.Get(strings.TrimSpace(url) + path)
		if err != nil {
			t.Fatal(err)
		}
		// The live page never ends: its first part is enough.
		head := make([]byte, 16<<10)
		n, _ := io.ReadAtLeast(r.Body, head, 1000)
		r.Body.Close()
		if r.StatusCode != 200 || !strings.Contains(string(head[:n]), want) {
			t.Errorf("%s: %d, no %q in %.300q", path, r.StatusCode, want, head[:n])
		}
	}
	stop()
	if got := <-status; got != 0 {
		t.Errorf("exit status %d: %s", got, &said)
	}
}

func TestStorybookRefused(t *testing.T) {
	var out, said bytes.Buffer
	a := newApp(context.Background(), strings.NewReader(""), &out, &said)
	if got := run(a, []string{"storybook", "--addr", "no such place"}); got != 1 || !strings.Contains(said.String(), "choose another --addr") || out.Len() > 0 {
		t.Errorf("%d: %q %q", got, &out, &said)
	}
}
