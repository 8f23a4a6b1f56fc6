package modbus

import "sync/atomic"

// Tap sees how one request ends without standing in its way: what a handler
// answers at once is neither copied nor allocated for, and what it answers late
// goes where it would have gone. It is for one request at a time.
type Tap struct {
	// Ended is called once a request, as [Forward] calls done: before Serve
	// returns, or later on any goroutine. It must not keep b.
	Ended func(how Ending, b []byte)

	parent origin
	over   atomic.Bool
}

// Serve asks h as though there were no Tap. free reports that the Tap may be
// used for another request; if it is not, something still refers to it.
func (t *Tap) Serve(q *Query, h Handler, out []byte) (grown []byte, free bool) {
	t.parent, q.from = q.from, t
	t.over.Store(false)
	grown = h.Serve(q, out)
	q.from = t.parent
	switch answered := grown[len(out):]; {
	case len(answered) > MaxPDU:
		t.tell(Answered, AppendException(nil, q.Function(), DeviceFailure)) // what the server sends in its place
	case len(answered) > 0 && (q.later == nil || !q.later.over.Load()):
		t.tell(Answered, answered)
	case q.later == nil:
		t.tell(Dropped, nil)
	}
	return grown, q.later == nil
}

// tell tells the first end of a request.
func (t *Tap) tell(how Ending, b []byte) {
	if !t.over.Swap(true) {
		t.Ended(how, b)
	}
}

// A Tap is the origin of what it taps: whatever ends late passes it on its way.

func (t *Tap) opened() {
	if t.parent != nil {
		t.parent.opened()
	}
}

func (t *Tap) ended(p *Pending, how Ending, b []byte) {
	t.tell(how, b)
	if t.parent != nil {
		t.parent.ended(p, how, b)
	}
}

func (t *Tap) severed(p *Pending) {
	if t.parent != nil {
		t.parent.severed(p)
	}
}
