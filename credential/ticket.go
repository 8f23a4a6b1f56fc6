package credential

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"sync"
	"time"
)

// Bounds of what is begun, ours.
const (
	ticketsMost = 2048 // of all
	ticketsEach = 8    // of one source
)

// TicketFor is how long somebody may take to finish what they began, ours.
const TicketFor = 5 * time.Minute

// NewToken draws what nobody guesses: 256 bits, as text for a cookie.
func NewToken() Secret {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails
	return NewSecret(base64.RawURLEncoding.EncodeToString(raw))
}

// Tickets are what was begun in a browser, such as a sign-in by a passkey, and is to be
// finished by the same one, once, soon. The ticket is told to the browser and kept
// nowhere. The oldest makes room: of its source first, so that one cannot drive out the
// others. The zero value is ready.
type Tickets[T any] struct {
	mu  sync.Mutex
	all map[[sha256.Size]byte]*Begun[T]
}

// Begun is one of them.
type Begun[T any] struct {
	At     time.Time
	What   T
	source string
}

// Good reports whether it may still be finished at now.
func (b *Begun[T]) Good(now time.Time) bool {
	return !now.Before(b.At) && now.Sub(b.At) < TicketFor
}

// Begin remembers what was begun and returns its ticket.
func (t *Tickets[T]) Begin(now time.Time, source string, what T) Secret {
	ticket := NewToken()
	t.mu.Lock()
	defer t.mu.Unlock()
	maps.DeleteFunc(t.all, func(_ [sha256.Size]byte, o *Begun[T]) bool { return !o.Good(now) })
	t.room(func(o *Begun[T]) bool { return o.source == source }, ticketsEach)
	t.room(func(*Begun[T]) bool { return true }, ticketsMost)
	if t.all == nil {
		t.all = map[[sha256.Size]byte]*Begun[T]{}
	}
	t.all[sha256.Sum256([]byte(ticket.Reveal()))] = &Begun[T]{now, what, source}
	return ticket
}

// room takes the oldest of those that are meant away, where there are as many as may be.
func (t *Tickets[T]) room(meant func(*Begun[T]) bool, most int) {
	n, oldest, at := 0, [sha256.Size]byte{}, time.Time{}
	for d, o := range t.all {
		if !meant(o) {
			continue
		}
		if n++; n == 1 || o.At.Before(at) {
			oldest, at = d, o.At
		}
	}
	if n >= most {
		delete(t.all, oldest)
	}
}

// Take returns what was begun with a ticket, which ends with it. ok is false where
// there is none, or no longer.
func (t *Tickets[T]) Take(ticket Secret, now time.Time) (one Begun[T], ok bool) {
	d := sha256.Sum256([]byte(ticket.Reveal()))
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.all[d]
	delete(t.all, d)
	if o == nil || !o.Good(now) {
		return one, false
	}
	return *o, true
}
