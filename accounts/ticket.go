package accounts

import (
	"crypto/rand"
	"encoding/base64"
	"sync"
	"time"

	"switchroom/credential"
)

// Bounds of what is begun, ours.
const (
	ticketsMost = 2048 // of all
	ticketsEach = 8    // of one source
	ticketFor   = 5 * time.Minute
)

// newToken draws what nobody guesses.
func newToken() credential.Secret {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails
	return credential.NewSecret(base64.RawURLEncoding.EncodeToString(raw))
}

// tickets are what was begun and is to be finished by the same browser, once, soon. The
// oldest makes room: of its source first, so that one cannot drive out the others.
type tickets[T any] struct {
	mu  sync.Mutex
	all map[digest]*begun[T]
}

type begun[T any] struct {
	at     time.Time
	source string
	what   T
}

func (t *tickets[T]) begin(now time.Time, source string, what T) credential.Secret {
	ticket := newToken()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.room(func(o *begun[T]) bool { return !o.good(now) }, 1)
	t.room(func(o *begun[T]) bool { return o.source == source }, ticketsEach)
	t.room(func(*begun[T]) bool { return true }, ticketsMost)
	if t.all == nil {
		t.all = map[digest]*begun[T]{}
	}
	t.all[of(ticket)] = &begun[T]{now, source, what}
	return ticket
}

// room takes the oldest of those that are meant away until there are less than most.
func (t *tickets[T]) room(meant func(*begun[T]) bool, most int) {
	for {
		n, oldest, at := 0, digest{}, time.Time{}
		for d, o := range t.all {
			if !meant(o) {
				continue
			}
			if n++; n == 1 || o.at.Before(at) {
				oldest, at = d, o.at
			}
		}
		if n < most {
			return
		}
		delete(t.all, oldest)
	}
}

func (b *begun[T]) good(now time.Time) bool {
	return !now.Before(b.at) && now.Sub(b.at) < ticketFor
}

// take returns what was begun with a ticket, which ends with it.
func (t *tickets[T]) take(ticket credential.Secret, now time.Time) (what T, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.all[of(ticket)]
	delete(t.all, of(ticket))
	if o == nil || !o.good(now) {
		return what, false
	}
	return o.what, true
}
