package modbus

import "sync/atomic"

// session is the part of a connection that both servers share: requests in,
// replies out, no input or output of its own. One goroutine takes; any may end
// a request that stayed open.
type session struct {
	endpoint *Endpoint
	query    Query        // the request being served, reused for the next
	open     atomic.Int32 // requests that stay open
	limit    int32        // how many may
}

// tally is what one batch adds to the counts of an endpoint: one atomic
// addition a batch instead of one a request.
type tally struct{ requests, exceptions, foreign, replaced uint64 }

// full reports whether no further request may be taken until an open one ends.
func (s *session) full() bool { return s.open.Load() >= s.limit }

// take serves the whole requests in begins with, until the connection is full,
// and appends their replies to out. It returns how many bytes of in it used, and
// false if framing is lost and the connection must end.
func (s *session) take(in, out []byte) (used int, _ []byte, ok bool) {
	var t tally
	handler := s.endpoint.handler()
	for ok = true; !s.full(); {
		var adu ADU
		var took int
		if adu, took, ok = ParseADU(in[used:]); took == 0 {
			break
		}
		used += took
		if adu.Protocol != 0 {
			t.foreign++ // not Modbus, but whole: drop it alone, a stray byte in one must not cost the others
			continue
		}
		out = s.serve(handler, adu, out, &t)
	}
	s.count(&t, ok)
	return used, out, ok
}

// serve asks the handler for one request and frames what it appends.
func (s *session) serve(handler Handler, adu ADU, out []byte, t *tally) []byte {
	q := &s.query
	q.Transaction, q.Unit, q.PDU, q.later = adu.Transaction, adu.Unit, adu.PDU, nil
	at := len(out)
	grown := handler.Serve(q, appendHeader(out, adu.Transaction, 0, adu.Unit))
	t.requests++
	if len(grown) <= at+headerLen {
		return out
	}
	if q.later != nil && q.later.over.Swap(true) {
		return out // the late answer was first; two answers to one request would be matched to the next
	} else if q.later != nil {
		s.closeOne()
	}
	if len(grown) > at+headerLen+MaxPDU {
		grown = AppendException(grown[:at+headerLen], adu.PDU[0], DeviceFailure)
		t.replaced++
	}
	if grown[at+headerLen]&exceptionBit != 0 {
		t.exceptions++
	}
	setLength(grown[at:])
	return grown
}

func (s *session) count(t *tally, framed bool) {
	e := s.endpoint
	add(&e.requests, t.requests)
	add(&e.exceptions, t.exceptions)
	add(&e.foreign, t.foreign)
	add(&e.replaced, t.replaced)
	if !framed {
		e.unframed.Add(1)
	}
}

func add(c *atomic.Uint64, n uint64) {
	if n != 0 {
		c.Add(n)
	}
}

// openOne and closeOne count the requests that stay open, here and at the endpoint.
func (s *session) openOne() {
	s.open.Add(1)
	s.endpoint.inFlight.Add(1)
}

func (s *session) closeOne() {
	s.open.Add(-1)
	s.endpoint.inFlight.Add(-1)
}

// frame appends what a late answer puts on the wire.
func (s *session) frame(out []byte, p *Pending, how Ending, b []byte) []byte {
	switch {
	case how == AnsweredRaw:
		return append(out, b...)
	case how != Answered || len(b) == 0:
		return out
	case len(b) > MaxPDU:
		b = AppendException(nil, p.query.Function(), DeviceFailure)
		s.endpoint.replaced.Add(1)
	}
	if b[0]&exceptionBit != 0 {
		s.endpoint.exceptions.Add(1)
	}
	return ADU{Transaction: p.query.Transaction, Unit: p.query.Unit, PDU: b}.Append(out)
}
