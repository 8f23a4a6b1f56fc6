package modbus

import (
	"slices"
	"strings"
	"testing"
)

// A Tap tells how each request ends, once, and changes nothing of what its
// origin is told.
func TestTap(t *testing.T) {
	for _, tt := range []struct {
		why    string
		h      HandlerFunc
		after  func(q *Query)
		want   []string // the Tap's
		events []string // the origin's
		free   bool
	}{
		{"answered at once", func(_ *Query, out []byte) []byte { return append(out, 3, 'a') }, nil, []string{"0 \x03a"}, nil, true},
		{"not answered", func(_ *Query, out []byte) []byte { return out }, nil, []string{"2 "}, nil, true},
		{"answered late", func(q *Query, out []byte) []byte { q.Later(); return out }, func(q *Query) { q.Later().Answer([]byte("a")) }, []string{"0 a"}, []string{"answer a"}, false},
		{"late before Serve has returned", func(q *Query, out []byte) []byte { q.Later().AnswerRaw([]byte("a")); return out }, nil, []string{"1 a"}, []string{"raw a"}, false},
		{"both, the late one first", func(q *Query, out []byte) []byte { q.Later().Answer([]byte("a")); return append(out, 'b') }, nil, []string{"0 a"}, []string{"answer a"}, false},
		{"half, and hung up", func(q *Query, out []byte) []byte { q.Later().AnswerRaw([]byte("h")); return out }, func(q *Query) { q.Later().Hangup() }, []string{"1 h"}, []string{"raw h", "severed"}, false},
		{"hung up", func(q *Query, out []byte) []byte { q.Later().Hangup(); return out }, nil, []string{"3 "}, []string{"hangup"}, false},
		{"too long", func(_ *Query, out []byte) []byte { return append(out, make([]byte, MaxPDU+1)...) }, nil, []string{"0 \x83\x04"}, nil, true},
		{"forwarded", func(q *Query, out []byte) []byte {
			p := q.Later()
			p.Resume(HandlerFunc(func(_ *Query, out []byte) []byte { return append(out, 'r') }))
			return out
		}, nil, []string{"0 r"}, []string{"answer r"}, false},
	} {
		var d desk
		var told []string
		tap := Tap{Ended: func(how Ending, b []byte) { told = append(told, string('0'+rune(how))+" "+string(b)) }}
		q := Query{PDU: []byte{3}, from: &d}
		head := []byte("head")
		grown, free := tap.Serve(&q, tt.h, head)
		if tt.after != nil {
			tt.after(&q)
		}
		if free != tt.free || !slices.Equal(told, tt.want) || !slices.Equal(d.events, tt.events) || d.open != 0 || q.from != origin(&d) {
			t.Errorf("%s: told %q, want %q; origin %q, want %q, %d open; free %v", tt.why, told, tt.want, d.events, tt.events, d.open, free)
		}
		if !strings.HasPrefix(string(grown), "head") {
			t.Errorf("%s: what stood before is gone: %q", tt.why, grown)
		}
	}
}
