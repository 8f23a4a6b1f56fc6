package trace

import (
	"bytes"
	"slices"
	"time"

	"switchroom/wire/modbus"
)

// conversation is one connection in a capture.
type conversation struct {
	pair
	halves [2]half
	buf    [2][]byte // whole messages are taken from the front
	since  time.Time // when the oldest byte of the server's buf came
	begun  bool      // the first request was seen, and is one of Modbus
	alien  bool      // it speaks something else
	sure   bool      // by its port it is Modbus: no need to guess

	open []Exchange // oldest first
	done func(Exchange)
}

// conversationOpen bounds the requests of one connection that wait for their
// answer. Ours; a client may have far fewer under way.
const conversationOpen = 256

// take takes the data of a segment that is in order.
func (c *conversation) take(who int, s segment) {
	if c.alien {
		return
	}
	if who == server {
		c.resync(s)
	}
	if len(c.buf[who]) == 0 && who == server {
		c.since = s.time
	}
	c.buf[who] = append(c.buf[who], s.data...)
	for c.message(who, s.time) {
	}
}

// message takes one message from the front of a buffer, if it has one.
func (c *conversation) message(who int, at time.Time) bool {
	b := c.buf[who]
	a, took, ok := modbus.ParseADU(b)
	if who == client && !c.begun && len(b) >= 4 {
		if c.alien = !c.sure && (!ok || b[2] != 0 || b[3] != 0); c.alien {
			c.buf, c.open = [2][]byte{}, nil
			return false
		}
		c.begun = true
	}
	switch {
	case !ok:
		c.astray(who, at)
		return false
	case took == 0:
		return false
	}
	if who == client && a.Protocol == 0 {
		c.request(a, at)
	} else if who == server {
		c.answer(a, b[:took], at)
	}
	c.buf[who] = c.buf[who][took:]
	if len(c.buf[who]) == 0 {
		c.buf[who] = nil
	}
	return true
}

// astray takes what is no message. The next segment is the next chance.
func (c *conversation) astray(who int, at time.Time) {
	b := c.buf[who]
	c.buf[who] = nil
	if who == server {
		c.raw(len(c.open)-1, b, at)
	}
}

// resync sees that an answer was broken off, where the next segment begins with
// the answer to a request that waits.
func (c *conversation) resync(s segment) {
	if len(c.buf[server]) == 0 {
		return
	}
	a, took, ok := modbus.ParseADU(s.data)
	if !ok || took == 0 || a.Protocol != 0 {
		return
	}
	if i := c.matching(a); i >= 0 {
		b := c.buf[server]
		c.buf[server] = nil
		older := c.before(c.since)
		if older == i {
			older = i - 1
		}
		c.raw(older, b, c.since)
	}
}

func (c *conversation) request(a modbus.ADU, at time.Time) {
	if i := slices.IndexFunc(c.open, func(e Exchange) bool { return e.Transaction == a.Transaction }); i >= 0 {
		c.settle(i, Dropped, nil, 0) // its id is used again: nobody waits for it
	}
	if len(c.open) >= conversationOpen {
		c.settle(0, Open, nil, 0)
	}
	c.open = append(c.open, Exchange{
		Time: at, Client: c.client, Server: c.server, Unit: a.Unit, Transaction: a.Transaction, Request: bytes.Clone(a.PDU),
	})
}

// matching is the request that a message answers, or -1.
func (c *conversation) matching(a modbus.ADU) int {
	return slices.IndexFunc(c.open, func(e Exchange) bool {
		return e.Transaction == a.Transaction && e.Unit == a.Unit && e.Function() == a.PDU[0]&0x7F
	})
}

// before is the newest request that waited at a moment, or -1.
func (c *conversation) before(at time.Time) int {
	for i := len(c.open) - 1; i >= 0; i-- {
		if !c.open[i].Time.After(at) {
			return i
		}
	}
	return -1
}

// answer takes a message of the server.
func (c *conversation) answer(a modbus.ADU, whole []byte, at time.Time) {
	if i := c.matching(a); i >= 0 && a.Protocol == 0 {
		c.settle(i, Answered, a.PDU, at.Sub(c.open[i].Time))
		return
	}
	same := slices.IndexFunc(c.open, func(e Exchange) bool { return e.Transaction == a.Transaction })
	if same < 0 {
		same = len(c.open) - 1 // a wrong transaction id: most likely to what was asked last
	}
	c.raw(same, whole, at)
}

// raw takes bytes that are no reply to request i, or to none.
func (c *conversation) raw(i int, b []byte, at time.Time) {
	if i >= 0 {
		c.settle(i, Raw, b, at.Sub(c.open[i].Time))
		return
	}
	c.done(Exchange{Time: at, Client: c.client, Server: c.server, Reply: bytes.Clone(b), Ended: Raw})
}

// settle ends request i.
func (c *conversation) settle(i int, how Ending, reply []byte, took time.Duration) {
	e := c.open[i]
	c.open = slices.Delete(c.open, i, i+1)
	e.Ended, e.Took = how, max(took, 0)
	if len(reply) > 0 {
		e.Reply = bytes.Clone(reply)
	}
	c.done(e)
}

// takes and gaps are how a half tells of its data, and of what is missing: what
// is not whole is forgotten, since the capture does not have its rest.
func (c *conversation) takes(who int) func(segment) { return func(s segment) { c.take(who, s) } }
func (c *conversation) gaps(who int) func()         { return func() { c.buf[who] = nil } }

// end ends the conversation: what has no answer ended so.
func (c *conversation) end(how Ending, at time.Time) {
	if b := c.buf[server]; len(b) > 0 && !c.alien {
		c.raw(c.before(c.since), b, c.since)
		c.buf[server] = nil
	}
	for len(c.open) > 0 {
		took := time.Duration(0)
		if how == HungUp {
			took = at.Sub(c.open[0].Time)
		}
		c.settle(0, how, nil, took)
	}
}
