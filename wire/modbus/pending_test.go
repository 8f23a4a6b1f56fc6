package modbus

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// desk is an origin that writes down what it is told.
type desk struct {
	mu     sync.Mutex
	open   int
	events []string
}

func (d *desk) opened() { d.open++ }

func (d *desk) ended(_ *Pending, how Ending, b []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open--
	d.events = append(d.events, []string{"answer ", "raw ", "drop", "hangup"}[how]+string(b))
}

func (d *desk) severed(*Pending) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = append(d.events, "severed")
}

func TestPendingEndsOnce(t *testing.T) {
	for _, tt := range []struct {
		do   func(p *Pending)
		want []string
		why  string
	}{
		{func(p *Pending) { p.Answer([]byte("a")); p.Answer([]byte("b")) }, []string{"answer a"}, "the first counts"},
		{func(p *Pending) { p.Drop(); p.Answer([]byte("b")) }, []string{"drop"}, "dropped is dropped"},
		{func(p *Pending) { p.AnswerRaw([]byte("half")); p.Hangup() }, []string{"raw half", "severed"}, "an answer that breaks off"},
		{func(p *Pending) { p.Hangup(); p.Answer([]byte("b")) }, []string{"hangup"}, "nothing after the end"},
	} {
		var d desk
		q := Query{PDU: []byte{3}, from: &d}
		p := q.Later()
		if q.Later() != p {
			t.Error("a second Later is another request")
		}
		tt.do(p)
		if !cmp.Equal(d.events, tt.want) || d.open != 0 {
			t.Errorf("%q, %d open, want %q (%s)", d.events, d.open, tt.want, tt.why)
		}
	}
}

func TestPendingKeepsItsRequest(t *testing.T) {
	buf := []byte{3, 1, 2}
	q := Query{Unit: 5, Transaction: 6, PDU: buf}
	p := q.Later()
	buf[0] = 99 // the server reads the next request into the same buffer
	kept := p.Query()
	if kept.Unit != 5 || kept.Transaction != 6 || !cmp.Equal(kept.PDU, []byte{3, 1, 2}) {
		t.Errorf("kept %+v", kept)
	}
	if kept.Later() != p {
		t.Error("the copy opens another request")
	}
	p.Answer(nil) // nobody waits: nothing happens
	p.Hangup()
}

// later is a handler that hands its pending requests out.
func later(to chan<- *Pending) Handler {
	return HandlerFunc(func(q *Query, out []byte) []byte { to <- q.Later(); return out })
}

func TestResume(t *testing.T) {
	for _, tt := range []struct {
		next Handler
		want []string
		why  string
	}{
		{says(3, 0), []string{"answer \x03\x00"}, "answered at once"},
		{says(), []string{"drop"}, "the next one is silent"},
		{HandlerFunc(func(q *Query, out []byte) []byte { q.Later().Answer([]byte("x")); return out }), []string{"answer x"}, "answered later"},
		{HandlerFunc(func(q *Query, out []byte) []byte { q.Later().AnswerRaw([]byte("x")); return out }), []string{"raw x"}, "raw"},
		{HandlerFunc(func(q *Query, out []byte) []byte { q.Later().Hangup(); return out }), []string{"hangup"}, "hung up"},
		{HandlerFunc(func(q *Query, out []byte) []byte { p := q.Later(); p.AnswerRaw([]byte("x")); p.Hangup(); return out }),
			[]string{"raw x", "severed"}, "broken off"},
	} {
		var d desk
		q := Query{PDU: []byte{3}, from: &d}
		q.Later().Resume(tt.next)
		if !cmp.Equal(d.events, tt.want) || d.open != 0 {
			t.Errorf("%q, %d open, want %q (%s)", d.events, d.open, tt.want, tt.why)
		}
	}
}

func TestAsk(t *testing.T) {
	pending := make(chan *Pending, 1)
	go func() { (<-pending).Answer([]byte{3, 2, 0, 1}) }()
	r, err := Ask(t.Context(), later(pending), Query{PDU: []byte{3}})
	if err != nil || r.How != Answered || !cmp.Equal(r.Bytes, []byte{3, 2, 0, 1}) {
		t.Errorf("%+v %v", r, err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	tired := errors.New("tired")
	cancel(tired)
	if _, err = Ask(ctx, later(pending), Query{PDU: []byte{3}}); !errors.Is(err, tired) {
		t.Errorf("error %v", err)
	}
	(<-pending).Answer(nil) // too late, and nobody is hurt
}

// A handler that answers at once and later as well is wrong; it must not make
// two answers of one request.
func TestForwardOfTwoAnswers(t *testing.T) {
	n := 0
	Forward(&Query{PDU: []byte{3}}, HandlerFunc(func(q *Query, out []byte) []byte {
		q.Later().Answer([]byte{1})
		return append(out, 2)
	}), func(Ending, []byte) { n++ })
	if n != 1 {
		t.Errorf("%d answers", n)
	}
}
