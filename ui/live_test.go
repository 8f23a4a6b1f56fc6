package ui

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

// TestMessage checks that whatever a name holds, one message stays one message:
// every line is a field that we wrote.
func TestMessage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id, name := rapid.String().Draw(t, "id"), rapid.String().Draw(t, "name")+"\r\ndata: x\r\revent: y\n\nid: 7"
		b, err := Message(context.Background(), id, Announce(name), Toast(Notice{Title: name}))
		if err != nil {
			t.Fatal(err)
		}
		body, whole := strings.CutSuffix(string(b), "\n\n")
		if !whole || strings.ContainsRune(body, '\r') {
			t.Fatalf("%q", b)
		}
		for i, line := range strings.Split(body, "\n") {
			if !strings.HasPrefix(line, "data: ") && (i > 0 || !strings.HasPrefix(line, "id: ")) {
				t.Fatalf("line %d is %q", i, line)
			}
		}
	})
}

func TestMessageParts(t *testing.T) {
	b, err := Message(context.Background(), "9", Part{"tile", Morph, Measure(Tile{ID: "tile", Label: "L1", Value: "<b>"})}, Announce("Q1 tripped"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"id: 9\n", `<hx-partial hx-target="#tile" hx-swap="outerMorph">`, `id="tile"`, "&lt;b&gt;", `hx-target="#announce"`, "Q1 tripped"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %q in %q", want, b)
		}
	}
}

// TestStream sends to a real client, which goes away.
func TestStream(t *testing.T) {
	defer goleak.VerifyNone(t)
	gone := make(chan error, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := Watch(w)
		for ; err == nil; err = s.Send([]byte("data: one\n\n")) {
			if r.Context().Err() != nil {
				err = r.Context().Err()
				break
			}
		}
		gone <- err
	}))
	defer srv.Close()
	client := srv.Client()
	r, err := client.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	if ct := r.Header.Get("Content-Type"); ct != "text/event-stream" {
		t.Errorf("Content-Type %q", ct)
	}
	br := bufio.NewReader(r.Body)
	var lines []string
	for range 4 {
		l, err := br.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	if got := strings.Join(lines, ""); got != ": \n\ndata: one\n\n" {
		t.Errorf("%q", got)
	}
	r.Body.Close()
	if err := <-gone; err == nil {
		t.Error("the server did not notice that the browser went away")
	}
	client.CloseIdleConnections()
}

func TestPlotSettings(t *testing.T) {
	nan := []float64{1, 0}
	nan[1] = nan[1] / nan[1]
	b, err := PlotData([][]float64{{1, 2}, nan})
	if err != nil || string(b) != `{"data":[[1,2],[1,null]]}` {
		t.Errorf("%s %v", b, err)
	}
	p := Plot{Title: `"</figure>`, X: Axis{Label: `"<`}, Data: [][]float64{{1, 2}, nan}}
	if s := p.settings(); !strings.Contains(s, "null") || strings.Contains(s, "<") {
		t.Errorf("%s", s)
	}
	var w strings.Builder
	if err := Chart(p).Render(context.Background(), &w); err != nil || strings.Contains(w.String(), "</figure></") {
		t.Errorf("%s %v", w.String(), err)
	}
	if rows := p.samples(); len(rows) != 2 || rows[1][1] != "–" {
		t.Errorf("%v", rows)
	}
	long := Plot{Data: [][]float64{make([]float64, 100001)}}
	if n := len(long.samples()); n > most {
		t.Errorf("%d rows under the plot", n)
	}
}

func TestHex(t *testing.T) {
	h := Hex{Bytes: []byte("0123456789abcdef<&>\x00\xff"), Spans: []Span{{2, 4, "a"}, {15, 17, "b"}}}
	want := `<span class="off">0000</span>  30 31 <b class="h0">32 33</b> 34 35 36 37 38 39 61 62 63 64 65 <b class="h1">66</b>  0123456789abcdef` + "\n" +
		`<span class="off">0010</span>  <b class="h1">3c</b> 26 3e 00 ff ` + strings.Repeat(" ", 33) + " &lt;&amp;&gt;..\n"
	if got := h.markup(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := (Hex{}).markup(); got != "" {
		t.Errorf("nothing is %q", got)
	}
}

// FuzzHex shows any bytes: what they hold never becomes markup.
func FuzzHex(f *testing.F) {
	f.Add([]byte("<script>"), 0, 3)
	f.Fuzz(func(t *testing.T, b []byte, from, to int) {
		var w strings.Builder
		if err := Bytes(Hex{Label: string(b), Bytes: b, Spans: []Span{{from, to, string(b)}}}).Render(context.Background(), io.Writer(&w)); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(w.String(), "<script") {
			t.Errorf("%s", w.String())
		}
	})
}
