package trace

import (
	"container/list"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// captured finds the exchanges in a capture.
type captured struct {
	packets packets
	ports   []uint16 // of servers; none: any on which Modbus is spoken
	talks   map[pair]*list.Element
	order   *list.List // of *conversation; the one heard last is at the back
	ready   []Exchange
	lost    uint64
	strange map[uint32]int // packets by link type that is not read
	over    error
}

func newCaptured(p packets, ports []uint16) *captured {
	return &captured{packets: p, ports: ports, talks: map[pair]*list.Element{}, order: list.New(), strange: map[uint32]int{}}
}

// knownPorts are those on which a server is taken for one of Modbus without
// looking: the registered one, and ours.
var knownPorts = []uint16{502, 5020}

func (c *captured) next() (Exchange, error) {
	for len(c.ready) == 0 && c.over == nil {
		p, err := c.packets.next()
		if err != nil {
			c.finish(err)
			break
		}
		c.packet(p)
	}
	if len(c.ready) > 0 {
		e := c.ready[0]
		c.ready = c.ready[1:]
		return e, nil
	}
	return Exchange{}, c.over
}

// finish ends all conversations.
func (c *captured) finish(err error) {
	for c.order.Len() > 0 {
		c.drop(c.order.Front(), Open)
	}
	if c.over = err; errors.Is(err, io.EOF) && len(c.strange) > 0 && len(c.ready) == 0 {
		for link, n := range c.strange {
			c.over = fmt.Errorf("%d packets are of link type %d, which is not read; capture on Ethernet, on loopback or on any", n, link)
		}
	}
}

func (c *captured) packet(p packet) {
	b := p.ip()
	if b == nil {
		if !slices.Contains([]uint32{linkNull, linkEthernet, linkRaw, linkRawOld, linkRawBSD, linkLoop, linkSLL, linkIPv4, linkIPv6, linkSLL2}, p.link) && len(c.strange) < 16 {
			c.strange[p.link]++
		}
		return
	}
	in, ok := open(b)
	if !ok {
		return
	}
	if s, ok := in.segment(); ok {
		s.time = p.time
		c.segment(s)
		return
	}
	c.note(in)
}

// note reads what a trace of ours says is missing.
func (c *captured) note(in inside) {
	if in.proto != protoUDP || in.from != self.Addr() || in.to != self.Addr() || len(in.data) < udpHeader {
		return
	}
	var n uint64
	if text := string(in.data[udpHeader:]); strings.HasPrefix(text, syslogLevel) {
		if _, err := fmt.Sscanf(text, lostText, &n); err == nil {
			c.lost += n
		}
	}
}

// segment takes a segment to its conversation.
func (c *captured) segment(s segment) {
	if c.elsewhere(s) {
		return
	}
	el, who := c.find(s)
	if el != nil && s.flags&(flagSYN|flagACK) == flagSYN {
		k := el.Value.(*conversation)
		if who != client || k.halves[client].started && k.halves[client].next != s.seq+1 {
			c.drop(el, Dropped) // the ports are used again
			el = nil
		}
	}
	if el == nil && s.flags&flagSYN == 0 && s.length == 0 {
		return // the last word of a connection that has ended
	}
	if el == nil {
		el, who = c.meet(s)
	}
	c.order.MoveToBack(el)
	c.hear(el, who, s)
}

// hear takes a segment of a conversation.
func (c *captured) hear(el *list.Element, who int, s segment) {
	k := el.Value.(*conversation)
	if h := &k.halves[who]; s.flags&flagSYN != 0 && !h.started {
		h.begin(s.seq)
	}
	if s.flags&flagACK != 0 {
		k.halves[1-who].confirmed(s.ack, k.takes(1-who), k.gaps(1-who))
	}
	k.halves[who].push(s, k.takes(who), k.gaps(who))
	switch {
	case s.flags&flagRST != 0 && who == server:
		c.drop(el, HungUp, s)
	case s.flags&flagRST != 0, s.flags&flagFIN != 0 && who == server:
		c.drop(el, Dropped, s)
	}
}

func (c *captured) elsewhere(s segment) bool {
	return len(c.ports) > 0 && !slices.Contains(c.ports, s.from.Port()) && !slices.Contains(c.ports, s.to.Port())
}

// find returns the conversation of a segment, and who speaks.
func (c *captured) find(s segment) (*list.Element, int) {
	if el := c.talks[pair{s.from, s.to}]; el != nil {
		return el, client
	}
	return c.talks[pair{s.to, s.from}], server
}

// meet begins a conversation.
func (c *captured) meet(s segment) (*list.Element, int) {
	for len(c.talks) >= talksMax {
		c.drop(c.order.Front(), Open)
	}
	who := c.speaker(s)
	p := pair{s.from, s.to}
	if who == server {
		p = pair{s.to, s.from}
	}
	k := &conversation{pair: p, sure: slices.Contains(c.served(), p.server.Port())}
	k.done = func(e Exchange) { c.ready = append(c.ready, e) }
	el := c.order.PushBack(k)
	c.talks[p] = el
	return el, who
}

func (c *captured) served() []uint16 {
	if len(c.ports) > 0 {
		return c.ports
	}
	return knownPorts
}

// speaker says whether client or server speaks in the first segment of a
// conversation: by the handshake, else by the ports.
func (c *captured) speaker(s segment) int {
	from, to := slices.Contains(c.served(), s.from.Port()), slices.Contains(c.served(), s.to.Port())
	switch {
	case s.flags&(flagSYN|flagACK) == flagSYN:
		return client
	case s.flags&flagSYN != 0:
		return server
	case from != to && to:
		return client
	case from != to:
		return server
	case s.from.Port() < s.to.Port():
		return server
	}
	return client
}

// drop ends a conversation.
func (c *captured) drop(el *list.Element, how Ending, last ...segment) {
	k := el.Value.(*conversation)
	c.order.Remove(el)
	delete(c.talks, k.pair)
	at := k.since
	if len(last) > 0 {
		at = last[0].time
	}
	for who := range k.halves {
		for len(k.halves[who].waiting) > 0 {
			k.halves[who].skip(k.takes(who), k.gaps(who))
		}
	}
	k.end(how, at)
}
