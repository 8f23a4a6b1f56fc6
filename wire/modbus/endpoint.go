package modbus

import (
	"sync/atomic"
	"time"
)

// Endpoint is one listening address as its clients know it: who answers, how
// many may connect, and what happened there. Handler and Limits are set before
// the first connection. Several servers may share an endpoint; its counts then
// are those of all.
type Endpoint struct {
	Handler Handler // nil: every request is answered with exception 0x0B
	Limits  Limits

	open, inFlight                 atomic.Int64
	accepted, refused              atomic.Uint64
	idle, slow, unframed           atomic.Uint64
	requests, exceptions, replaced atomic.Uint64
	foreign, unsecured             atomic.Uint64

	narrow atomic.Int64 // connections admitted where Limits.Conns are more, plus one; 0: not narrowed
}

// Limits bound what clients may use. Zero is the server's own bound.
type Limits struct {
	// Conns is how many connections may be open. One more is accepted and
	// closed at once, so that its client learns at once and the others are not
	// disturbed. 0 is DefaultConns, and in any case what the system lets the
	// process open.
	Conns int
	// InFlight is how many requests of one connection may be open at once: those
	// a handler answers later. The next one is not read until one has ended. 0 is DefaultInFlight.
	InFlight int
	// Idle closes a connection on which for so long no request has come and
	// none was waiting for its answer. 0 never does.
	Idle time.Duration
}

// Our own bounds, where Limits are zero: far above what a supervision system
// opens, far below what would hurt the host.
const (
	DefaultConns    = 10_000 // connections
	DefaultInFlight = 64     // requests of one connection
)

func (l Limits) conns() int64    { return int64(orElse(l.Conns, DefaultConns)) }
func (l Limits) inFlight() int32 { return int32(min(orElse(l.InFlight, DefaultInFlight), 1<<16)) }

func orElse(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}

// Stats is what happened at an endpoint since it was made.
type Stats struct {
	Open     int64 // connections open now
	InFlight int64 // requests open now: taken, not yet answered

	Accepted   uint64 // connections that were served
	Refused    uint64 // connections closed at once, Limits.Conns being reached
	IdleClosed uint64 // connections closed after Limits.Idle
	SlowClosed uint64 // connections closed because replies were not taken in time
	Unframed   uint64 // connections closed on a header whose length cannot be: framing was lost
	Unsecured  uint64 // connections closed because TLS was not agreed on: no certificate, an unknown one, noise, or silence

	Requests   uint64 // requests that reached the handler
	Exceptions uint64 // exception replies sent
	Oversize   uint64 // replies of a handler longer than a PDU, replaced by exception 04
	Foreign    uint64 // requests dropped because their protocol id was not 0
}

// Stats reads the counts. They are read one by one: between two of them a
// request may pass.
func (e *Endpoint) Stats() Stats {
	return Stats{
		Open: e.open.Load(), InFlight: e.inFlight.Load(),
		Accepted: e.accepted.Load(), Refused: e.refused.Load(),
		IdleClosed: e.idle.Load(), SlowClosed: e.slow.Load(), Unframed: e.unframed.Load(),
		Unsecured: e.unsecured.Load(),
		Requests:  e.requests.Load(), Exceptions: e.exceptions.Load(),
		Oversize: e.replaced.Load(), Foreign: e.foreign.Load(),
	}
}

// Plus adds up what happened at two endpoints.
func (s Stats) Plus(t Stats) Stats {
	return Stats{
		Open: s.Open + t.Open, InFlight: s.InFlight + t.InFlight,
		Accepted: s.Accepted + t.Accepted, Refused: s.Refused + t.Refused,
		IdleClosed: s.IdleClosed + t.IdleClosed, SlowClosed: s.SlowClosed + t.SlowClosed, Unframed: s.Unframed + t.Unframed,
		Unsecured: s.Unsecured + t.Unsecured,
		Requests:  s.Requests + t.Requests, Exceptions: s.Exceptions + t.Exceptions,
		Oversize: s.Oversize + t.Oversize, Foreign: s.Foreign + t.Foreign,
	}
}

// TurnAway counts a connection that whoever listens closed for want of a place.
func (e *Endpoint) TurnAway() { e.refused.Add(1) }

// Narrow admits only conns connections from now on, 0 none, and never more than
// Limits.Conns; less than 0 takes that back. Those that are open stay. It is how
// an interface that is full, or that restarts, is played.
func (e *Endpoint) Narrow(conns int) { e.narrow.Store(int64(max(conns, -1)) + 1) }

// conns is how many connections are admitted now.
func (e *Endpoint) conns() int64 {
	if n := e.narrow.Load(); n > 0 {
		return min(n-1, e.Limits.conns())
	}
	return e.Limits.conns()
}

// admit counts a connection in and reports whether there was room for it.
func (e *Endpoint) admit() bool {
	if e.open.Add(1) > e.conns() {
		e.open.Add(-1)
		e.refused.Add(1)
		return false
	}
	e.accepted.Add(1)
	return true
}

// leave counts a connection out, with the requests it leaves open.
func (e *Endpoint) leave(open int32) {
	e.open.Add(-1)
	e.inFlight.Add(-int64(open))
}

func (e *Endpoint) handler() Handler {
	if e.Handler == nil {
		return nobody
	}
	return e.Handler
}
