package air

import (
	"crypto/rand"
	"time"

	"switchroom/wire/ble"
)

// link is one connection: the central's end and the peripheral's.
type link struct {
	air       *Air
	ends      [2]end // 0 is the central
	interval  time.Duration
	timeout   time.Duration
	over      bool
	silent    func() // stops the supervision timer; nil: the ends hear each other
	procedure *procedure
}

// end is what one radio knows of a link.
type end struct {
	radio   *Radio
	handle  uint16
	address ble.Address
	seal    *ble.LinkCipher // nil: not encrypted
	open    *ble.LinkCipher
	queue   []packet
	busy    bool // the first of queue is on its way
}

// packet is a piece that was taken from a host and has not arrived.
type packet struct {
	header  byte
	payload []byte
}

// Headers of packets on the air: what they are (Vol 6 Part B 2.4).
const (
	llContinue = 1
	llStart    = 2
	llControl  = 3
)

// Control packets.
const (
	llTerminate = 0x02
	llEncAsk    = 0x03
	llEncTell   = 0x04
	llStartTell = 0x06
	llReject    = 0x0D
)

// side is 0 for the central's radio and 1 for the peripheral's.
func (l *link) side(r *Radio) int {
	if l.ends[0].radio == r {
		return 0
	}
	return 1
}

// carry takes a piece of a host.
func (r *Radio) carry(p ble.ACL) {
	l := r.links[p.Handle]
	if l == nil || len(p.Data) > pieceLen {
		return
	}
	e := &l.ends[l.side(r)]
	if len(e.queue) >= pieces {
		return // the host does not count
	}
	header := byte(llContinue)
	if p.First {
		header = llStart
	}
	e.queue = append(e.queue, packet{header, p.Data})
	l.push(e)
}

// push sends the first packet of a queue: at once where nothing is lost, else as often
// as it takes, a connection interval each.
func (l *link) push(e *end) {
	if e.busy || len(e.queue) == 0 || l.over || l.silent != nil {
		return
	}
	e.busy = true
	other := &l.ends[1-l.side(e.radio)]
	lost, tries := l.air.loss(e.radio, other.radio), 0
	for tries < 100 && l.air.rng.Float64() < lost {
		tries++
	}
	arrive := func() { e.busy = false; l.arrive(e, other) }
	if tries == 0 {
		l.air.Loop.Post(arrive)
	} else {
		l.air.Loop.After(time.Duration(tries)*l.interval, arrive)
	}
}

// arrive brings the first packet of a queue to the other end.
func (l *link) arrive(from, to *end) {
	if l.over || l.silent != nil || len(from.queue) == 0 {
		return // it stays in the queue until they hear each other
	}
	p := from.queue[0]
	from.queue = from.queue[1:]
	payload, ok := l.through(from, to, p)
	if !ok {
		l.end(ble.MICFailure, ble.MICFailure)
		return
	}
	to.radio.out(ble.ACL{Handle: to.handle, First: p.header == llStart, Heard: true, Data: payload})
	from.radio.out(ble.Event{Code: ble.EventPacketsSent, Params: []byte{1, byte(from.handle), byte(from.handle >> 8), 1, 0}})
	l.push(from)
}

// through seals a packet, lets it be heard, and opens it.
func (l *link) through(from, to *end, p packet) ([]byte, bool) {
	onAir := p.payload
	if from.seal != nil {
		var err error
		if onAir, err = from.seal.Seal(nil, p.header, p.payload); err != nil {
			return nil, false
		}
	}
	h := Heard{from.address, to.address, p.header, onAir, from.seal != nil}
	l.air.hear(h)
	if l.air.between != nil {
		onAir = l.air.between(h)
	}
	if to.open == nil {
		return onAir, true
	}
	plain, err := to.open.Open(nil, p.header, onAir)
	return plain, err == nil
}

// look sees whether the ends hear each other, and lets the link go if they do not for
// as long as its supervision timeout.
func (l *link) look() {
	apart := l.air.apart(l.ends[0].radio, l.ends[1].radio)
	switch {
	case l.over || apart == (l.silent != nil):
	case apart:
		l.silent = l.air.Loop.After(l.timeout, func() {
			if l.silent != nil {
				l.end(ble.ConnectionTimeout, ble.ConnectionTimeout)
			}
		})
	default:
		l.silent()
		l.silent = nil
		l.push(&l.ends[0])
		l.push(&l.ends[1])
	}
}

// end is the end of a link, told to both sides.
func (l *link) end(central, peripheral ble.Status) {
	if l.over {
		return
	}
	l.over = true
	if l.silent != nil {
		l.silent()
		l.silent = nil
	}
	for i, why := range []ble.Status{central, peripheral} {
		e := &l.ends[i]
		delete(e.radio.links, e.handle)
		e.radio.out(ble.Event{Code: ble.EventDisconnected, Params: []byte{0, byte(e.handle), byte(e.handle >> 8), byte(why)}})
	}
}

// abandon is one radio that is reset: it tells nobody, and the other end finds out by
// silence.
func (l *link) abandon(r *Radio) {
	i := l.side(r)
	delete(r.links, l.ends[i].handle)
	other := l.ends[1-i]
	gone := l.over
	l.over = true
	if gone {
		return
	}
	l.air.Loop.After(l.timeout, func() {
		if other.radio.links[other.handle] == l {
			delete(other.radio.links, other.handle)
			other.radio.out(ble.Event{Code: ble.EventDisconnected, Params: []byte{0, byte(other.handle), byte(other.handle >> 8), byte(ble.ConnectionTimeout)}})
		}
	})
}

// procedure is an encryption that is being started.
type procedure struct {
	ltk ble.Key // of the central
	div ble.Diversifier
	was bool // the link was encrypted before
}

// start asks the peripheral's host for its key.
func (l *link) start(ltk ble.Key, random []byte, ediv []byte) {
	p := &procedure{ltk: ltk, was: l.ends[0].seal != nil}
	var b [24]byte
	rand.Read(b[:])
	copy(p.div.CentralSKD[:], b[:8])
	copy(p.div.PeripheralSKD[:], b[8:16])
	copy(p.div.CentralIV[:], b[16:20])
	copy(p.div.PeripheralIV[:], b[20:])
	l.procedure = p
	ask := append(append([]byte{llEncAsk}, random...), ediv...)
	l.control(0, append(append(ask, ble.Reverse(p.div.CentralSKD[:])...), ble.Reverse(p.div.CentralIV[:])...))
	e := &l.ends[1]
	params := append([]byte{ble.LELongTermKeyRequest, byte(e.handle), byte(e.handle >> 8)}, random...)
	e.radio.out(ble.Event{Code: ble.EventLE, Params: append(params, ediv...)})
}

// control lets a control packet be heard.
func (l *link) control(from int, payload []byte) {
	l.air.hear(Heard{l.ends[from].address, l.ends[1-from].address, llControl, payload, false})
}

// keyed is the peripheral's host with its key: both ends make the session's keys of
// what they have, and see with one packet each whether they are the same.
func (l *link) keyed(ltk ble.Key) {
	p := l.procedure
	l.procedure = nil
	l.control(1, append(append([]byte{llEncTell}, ble.Reverse(p.div.PeripheralSKD[:])...), ble.Reverse(p.div.PeripheralIV[:])...))
	c, q := &l.ends[0], &l.ends[1]
	if err := c.cipher(p.ltk, p.div, ble.FromCentral); err == nil {
		err = q.cipher(ltk, p.div, ble.FromPeripheral)
		if err != nil {
			l.end(ble.MICFailure, ble.MICFailure)
			return
		}
	}
	told := packet{llControl, []byte{llStartTell}}
	_, there := l.through(c, q, told)
	if there {
		_, there = l.through(q, c, told)
	}
	if !there {
		l.end(ble.MICFailure, ble.MICFailure)
		return
	}
	for i := range l.ends {
		l.ends[i].tellEncrypted(p.was)
	}
}

// cipher gives an end the keys of the session.
func (e *end) cipher(ltk ble.Key, d ble.Diversifier, dir ble.Direction) (err error) {
	k := ble.SessionKey(ltk, d)
	if e.seal, err = ble.NewLinkCipher(k, d, dir); err != nil {
		return err
	}
	e.open, err = ble.NewLinkCipher(k, d, 1-dir)
	return err
}

func (e *end) tellEncrypted(again bool) {
	if again {
		e.radio.out(ble.Event{Code: ble.EventKeyRefreshed, Params: []byte{0, byte(e.handle), byte(e.handle >> 8)}})
		return
	}
	e.radio.out(ble.Event{Code: ble.EventEncrypted, Params: []byte{0, byte(e.handle), byte(e.handle >> 8), 1}})
}

// unkeyed is the peripheral's host without a key.
func (l *link) unkeyed() {
	l.procedure = nil
	l.control(1, []byte{llReject, byte(ble.KeyMissing)})
	e := &l.ends[0]
	e.radio.out(ble.Event{Code: ble.EventEncrypted, Params: []byte{byte(ble.KeyMissing), byte(e.handle), byte(e.handle >> 8), 0}})
}
