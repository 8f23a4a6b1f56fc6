package modbus

import (
	"bytes"
	"sync/atomic"
)

// Ending says how a request ended.
type Ending byte

// The ways a request ends.
const (
	Answered    Ending = iota // with a reply PDU
	AnsweredRaw               // with bytes sent as they are
	Dropped                   // without an answer
	HungUp                    // and the connection with it
)

// origin is where a late answer goes back to: a connection, or a caller of Forward.
type origin interface {
	// opened is told, on the goroutine of Serve, that a request stays open.
	opened()
	// ended is told, on any goroutine and once for each opened, how the request
	// ended. It must not keep b.
	ended(p *Pending, how Ending, b []byte)
	// severed is told that the connection is to be closed for a request that has ended already.
	severed(p *Pending)
}

// Pending is a request that stays open after Serve has returned. From any
// goroutine, exactly one of Answer, AnswerRaw, Drop and Hangup ends it; of two
// that come, the first counts. One that nobody ends counts against
// [Limits.InFlight] until its connection closes.
type Pending struct {
	query Query
	over  atomic.Bool
}

// Later keeps the request open past the return of Serve, which must then return
// its out unchanged. Called again, it returns the same Pending.
func (q *Query) Later() *Pending {
	if q.later != nil {
		return q.later
	}
	p := &Pending{query: *q}
	p.query.PDU = bytes.Clone(q.PDU)
	p.query.later = p
	q.later = p
	if q.from != nil {
		q.from.opened()
	}
	return p
}

// Query is a copy of the request that stays valid. Later on the copy returns
// the Pending it came from, so the copy can be handed to another [Handler] from
// any goroutine (see [Pending.Resume]).
func (p *Pending) Query() Query { return p.query }

// Answer sends the reply PDU, framed as the request was; nothing happens if the
// connection is gone. It does not wait for the bytes to be sent and does not keep pdu.
func (p *Pending) Answer(pdu []byte) { p.end(Answered, pdu) }

// AnswerRaw sends these bytes as they are: half an answer, a wrong transaction id.
func (p *Pending) AnswerRaw(adu []byte) { p.end(AnsweredRaw, adu) }

// Drop ends the request without an answer.
func (p *Pending) Drop() { p.end(Dropped, nil) }

// Hangup closes the connection. It is the one method that may also follow
// another: AnswerRaw, then Hangup is an answer that breaks off.
func (p *Pending) Hangup() {
	if p.over.Load() && p.query.from != nil {
		p.query.from.severed(p)
		return
	}
	p.end(HungUp, nil)
}

func (p *Pending) end(how Ending, b []byte) {
	if p.over.Swap(true) || p.query.from == nil {
		return
	}
	p.query.from.ended(p, how, b)
}

// Resume asks h for the answer as though the request had just come. It is how a
// delay ends: from a timer's goroutine, with the handler that was next.
func (p *Pending) Resume(h Handler) {
	q := p.query
	Forward(&q, h, func(how Ending, b []byte) {
		if how == HungUp {
			p.Hangup()
			return
		}
		p.end(how, b)
	})
}
