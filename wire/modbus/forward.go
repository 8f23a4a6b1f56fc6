package modbus

import (
	"bytes"
	"context"
)

// Forward asks h and calls done exactly once when the request has ended:
// before Forward returns if h answers at once, else later on any goroutine. b is
// the reply PDU (Answered) or the bytes to send (AnsweredRaw), valid until done
// returns. Whoever wants to see, change or record answers that come later puts
// itself in between with it.
func Forward(q *Query, h Handler, done func(how Ending, b []byte)) {
	child := *q
	child.from, child.later = &relay{parent: q.from, done: done}, nil
	out := h.Serve(&child, nil)
	switch {
	case child.later != nil && len(out) == 0:
		return
	case child.later != nil && child.later.over.Swap(true):
		return // it was answered late and at once: the late answer came first
	case len(out) == 0:
		done(Dropped, nil)
	default:
		done(Answered, out)
	}
}

// relay is the origin of a forwarded query.
type relay struct {
	parent origin
	done   func(how Ending, b []byte)
}

func (r *relay) opened() {}

func (r *relay) ended(_ *Pending, how Ending, b []byte) { r.done(how, b) }

func (r *relay) severed(p *Pending) {
	if r.parent != nil {
		r.parent.severed(p)
	}
}

// Reply is how a request ended, and with which bytes.
type Reply struct {
	How   Ending
	Bytes []byte // reply PDU if Answered, bytes as sent if AnsweredRaw
}

// Ask asks h and waits until the request has ended. The error is that of ctx; the
// request may then still happen.
func Ask(ctx context.Context, h Handler, q Query) (Reply, error) {
	ended := make(chan Reply, 1)
	Forward(&q, h, func(how Ending, b []byte) { ended <- Reply{how, bytes.Clone(b)} })
	select {
	case r := <-ended:
		return r, nil
	case <-ctx.Done():
		return Reply{}, context.Cause(ctx)
	}
}
