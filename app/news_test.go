package app

import (
	"strings"
	"testing"
)

// FuzzHeard: whatever the breaker tells by itself is taken or dropped, bounded.
func FuzzHeard(f *testing.F) {
	f.Add([]byte(`{"event":"trip.short_time","what":"entry","date":"2026-11-28T09:00:00Z","detail":"L1 1250 A"}`))
	f.Add([]byte(`{"event":"none","date":"yesterday"}`))
	f.Add([]byte(`{"event":"` + strings.Repeat("x", 2000) + `"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p := NewPhone(nil, 0)
		for range newsMax + 2 {
			p.heard(raw)
		}
		s := p.State()
		if len(s.News) > newsMax || len(raw) > newsLong && len(s.News) > 0 {
			t.Fatal(len(s.News))
		}
		for _, n := range s.News {
			if n.Title != n.Event && n.Severity == "" {
				t.Fatalf("%+v", n)
			}
		}
	})
}
