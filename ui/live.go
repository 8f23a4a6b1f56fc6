package ui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// How a part of a message gets into the page.
type How string

// Morph changes only what differs, so that the focus, a text being typed and a
// scroll position stay; First puts a new element at the head of a list.
const (
	Morph How = "outerMorph"
	Fill  How = "innerHTML"
	First How = "afterbegin"
)

// Part is a piece of a page for those who watch it: Is takes the place of (or
// goes into) the element with the id To. A part of a drawing is its whole svg:
// a lone group would not be parsed as one.
type Part struct {
	To  string
	How How
	Is  templ.Component
}

// Announce has screen readers say a sentence when they are done with what they
// are saying. Say what matters (a trip, an order done), never each measurement.
func Announce(s string) Part { return Part{"announce", Fill, text(s)} }

// Toast shows a notice in the corner of the page.
func Toast(n Notice) Part {
	n.Close, n.corner = true, true
	return Part{"toasts", First, Note(n)}
}

// Message makes one message of an event stream. It is made once and sent to
// everyone who watches. id, when not "", is what a browser that comes back
// says it has seen last, in Last-Event-ID.
func Message(ctx context.Context, id string, parts ...Part) ([]byte, error) {
	var page, out bytes.Buffer
	if err := Answer(ctx, &page, parts...); err != nil {
		return nil, err
	}
	if id != "" {
		fmt.Fprintf(&out, "id: %s\n", strings.NewReplacer("\n", "", "\r", "", "\x00", "").Replace(id))
	}
	// A carriage return ends a line too; one in a name must not begin a field.
	body := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(page.String())
	for line := range strings.SplitSeq(body, "\n") {
		out.WriteString("data: " + line + "\n")
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// Answer writes parts of a page as the answer to a script that has sent a form of it.
func Answer(ctx context.Context, w io.Writer, parts ...Part) error {
	for _, p := range parts {
		if err := partial(p).Render(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// Stream is one browser that watches. It is for one goroutine.
type Stream struct {
	w  io.Writer
	rc *http.ResponseController
}

// patience is how long a browser may take to accept a message before it is
// given up; it comes back by itself. Ours.
const patience = 5 * time.Second

// Watch begins an event stream as the answer to a request.
func Watch(w http.ResponseWriter) (*Stream, error) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	s := &Stream{w, http.NewResponseController(w)}
	w.WriteHeader(http.StatusOK)
	return s, s.Beat()
}

// Beat sends a line without meaning, so that a dead connection is noticed and
// a silent one is not cut by what lies between.
func (s *Stream) Beat() error { return s.Send([]byte(": \n\n")) }

// Send sends a message. An error means that the browser is gone.
func (s *Stream) Send(message []byte) error {
	// Not every writer has deadlines (a test's recorder has none).
	s.rc.SetWriteDeadline(time.Now().Add(patience))
	if _, err := s.w.Write(message); err != nil {
		return err
	}
	return s.rc.Flush()
}
