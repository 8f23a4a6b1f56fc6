package credential

import (
	"fmt"
	"testing"
	"time"
)

func TestTickets(t *testing.T) {
	var all Tickets[int]
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {TicketFor - 1, true}, {TicketFor, false}, {-1, false}} {
		ticket := all.Begin(now, "a", 7)
		if one, ok := all.Take(ticket, now.Add(c.after)); ok != c.want || ok && (one.What != 7 || !one.At.Equal(now)) {
			t.Errorf("after %v: %v %+v", c.after, ok, one)
		}
		if _, ok := all.Take(ticket, now); ok {
			t.Errorf("after %v: twice", c.after)
		}
	}
	if _, ok := all.Take(Secret{}, now); ok {
		t.Error("none")
	}
	mine := all.Begin(now, "mine", 1)
	first := all.Begin(now.Add(1), "a", 0)
	for i := range 100 {
		all.Begin(now.Add(time.Duration(i+2)), "a", i)
	}
	if _, ok := all.Take(first, now.Add(time.Minute)); ok {
		t.Error("one source has more than its share")
	}
	if _, ok := all.Take(mine, now.Add(time.Minute)); !ok {
		t.Error("driven out by another source")
	}
	for i := range 3 * ticketsMost {
		all.Begin(now, fmt.Sprint(i), i)
	}
	if n := len(all.all); n > ticketsMost {
		t.Errorf("%d", n)
	}
	all.Begin(now.Add(time.Hour), "x", 0)
	if n := len(all.all); n != 1 {
		t.Errorf("%d are left of those that have ended", n-1)
	}
}
