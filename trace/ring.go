package trace

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"
	"sync"
	"time"

	"switchroom/wire/modbus"
)

// Kind parts exchanges by what they are to whoever looks at them. Each has a
// place of its own in a [Ring], so that a thousand reads a second do not push
// out the one order that came an hour ago.
type Kind uint8

// The kinds of exchanges.
const (
	Reads   Kind = iota // questions that were answered
	Orders              // what may change something, whatever became of it
	Trouble             // questions that were answered with an exception, or with no answer
	kinds
)

// KindOf is the kind of an exchange that has ended.
func KindOf(e *Exchange) Kind {
	if Writes(e.Request) {
		return Orders
	}
	if _, exception := e.Exception(); exception || e.Ended != Answered {
		return Trouble
	}
	return Reads
}

// kept is how many exchanges of each kind a ring keeps; with the longest
// messages some 1.6 MB. Ours.
var kept = [kinds]int{Reads: 512, Orders: 2048, Trouble: 512}

// rawMax is how many bytes are kept of an answer that is none. Ours; the longest
// frame of Modbus TCP has 260.
const rawMax = 512

// Heard is an exchange in a ring.
type Heard struct {
	Exchange
	Number   uint64 // rises with each that the ring has heard, from 1, by when they ended
	Kind     Kind
	Password bool // its request carried one, also where it is masked
}

// Ring keeps the newest exchanges in memory, for whoever looks at the wire while
// it is in use. It stands in front of a unit as a [Recorder] does, and costs
// little: what is answered at once is copied once, into memory that was there
// before.
type Ring struct {
	passwords bool
	pool      sync.Pool // of *listener

	mu      sync.Mutex // guards what follows
	heard   [kinds]shelf
	number  uint64
	secrets uint64
	traffic traffic
}

// shelf keeps the newest of one kind.
type shelf struct {
	all  []Heard // grows to its bound, then next is the oldest
	next int
}

// NewRing returns a ring. Passwords are masked when they are stored, unless they
// are kept.
func NewRing(passwords bool) *Ring {
	r := &Ring{passwords: passwords, traffic: traffic{by: map[Party]*count{}}}
	r.pool.New = func() any {
		l := &listener{ring: r}
		l.tap.Ended = l.ended
		return l
	}
	return r
}

// Passwords reports whether the ring keeps passwords.
func (r *Ring) Passwords() bool { return r.passwords }

// Watch puts the ring in front of what answers at an address. Whatever it
// answers, late or at once, reaches the client unchanged.
func (r *Ring) Watch(_ netip.AddrPort, next modbus.Handler) modbus.Handler {
	return modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte {
		l := r.pool.Get().(*listener)
		l.begin(q)
		out, free := l.tap.Serve(q, next, out)
		if free {
			r.pool.Put(l)
		}
		return out
	})
}

// listener is a request on its way.
type listener struct {
	ring *Ring
	tap  modbus.Tap
	Exchange
	request [modbus.MaxPDU]byte
}

func (l *listener) begin(q *modbus.Query) {
	l.Exchange = Exchange{
		Time: q.Now, Client: addr(q.Remote), Server: addr(q.Local), Unit: q.Unit, Transaction: q.Transaction,
		Request: l.request[:copy(l.request[:], q.PDU)],
	}
}

// ended takes how it ended. The exchange belongs to the listener until here, and
// is copied: of two ends the Tap tells one.
func (l *listener) ended(how modbus.Ending, b []byte) {
	l.Ended, l.Took = endings[how], time.Since(l.Time)
	l.Reply = b[:min(len(b), rawMax)]
	l.ring.store(&l.Exchange)
	l.Reply = nil
}

// store keeps a copy of an exchange in place of the oldest of its kind.
func (r *Ring) store(e *Exchange) {
	kind, secret := KindOf(e), e.secret()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.number++
	if secret {
		r.secrets++
	}
	r.traffic.count(e, kind)
	h := r.heard[kind].place(kept[kind])
	request, reply := append(h.Request[:0], e.Request...), append(h.Reply[:0], e.Reply...)
	*h = Heard{*e, r.number, kind, secret}
	h.Request, h.Reply = request, reply
	if !r.passwords {
		h.Mask()
	}
}

// place is where the next one goes.
func (s *shelf) place(most int) *Heard {
	if len(s.all) < most {
		s.all = append(s.all, Heard{})
		return &s.all[len(s.all)-1]
	}
	h := &s.all[s.next]
	s.next = (s.next + 1) % most
	return h
}

// secret reports whether the request writes something that is not zero into the
// password registers.
func (e *Exchange) secret() bool {
	found := false
	if s, ok := written(e.Request); ok {
		s.secret(e.Request, func(i int) { found = found || e.Request[i] != 0 })
	}
	return found
}

// Select returns the newest that are wanted, most at most, the newest first.
// want must be quick and must keep nothing: the wire waits for it.
func (r *Ring) Select(most int, want func(*Heard) bool) []Heard {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []*Heard
	for k := range r.heard {
		for i := range r.heard[k].all {
			if h := &r.heard[k].all[i]; want(h) {
				found = append(found, h)
			}
		}
	}
	slices.SortFunc(found, func(a, b *Heard) int { return cmp.Compare(b.Number, a.Number) })
	found = found[:min(len(found), max(0, most))]
	all := make([]Heard, len(found))
	for i, h := range found {
		all[i] = *h
		all[i].Request, all[i].Reply = bytes.Clone(h.Request), bytes.Clone(h.Reply)
	}
	return all
}

// Take takes the next number, for something that is told with the exchanges in
// one order.
func (r *Ring) Take() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.number++
	return r.number
}

// Secrets is how many requests carried a password since the ring began.
func (r *Ring) Secrets() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.secrets
}
