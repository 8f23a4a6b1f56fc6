package air

import (
	"encoding/binary"
	"time"

	"switchroom/wire/ble"
)

// Radio is a virtual controller. What a host sends it comes by [Radio.Send].
type Radio struct {
	air   *Air
	name  string
	place Place
	there bool             // it has power, and is in the room
	tell  func(ble.Packet) // its host; never called within Send

	public ble.Address
	random ble.Address // zero until its host has set one

	adv         advertising
	advertising bool

	scanning bool
	active   bool // it asks for scan responses
	single   bool // it reports each sender once
	reported map[reported]bool

	wants *wish
	links map[uint16]*link
	next  uint16 // handle
}

type advertising struct {
	interval       time.Duration
	kind           byte
	ownRandom      bool
	data, response []byte
}

type reported struct {
	from ble.Address
	kind byte
}

// wish is a connection that is not made yet.
type wish struct {
	peer              ble.Address
	ownRandom         bool
	interval, timeout uint16
}

// Bounds of a controller, ours: a radio of the time has about as much.
const (
	pieceLen  = 251
	pieces    = 8
	linksMax  = 8
	firstLink = 0x0040
)

// Add puts a radio into the room; tell is its host. A radio begins as after a reset.
func (a *Air) Add(name string, at Place, tell func(ble.Packet)) *Radio {
	r := &Radio{air: a, name: name, place: at, there: true, tell: tell}
	a.Loop.Post(func() {
		a.number++
		r.public = ble.Address{Octets: [6]byte{0x02, 0x53, 0x57}} // locally administered
		binary.BigEndian.PutUint32(r.public.Octets[2:], 0x57<<24|a.number)
		r.reset()
		a.radios[r] = struct{}{}
	})
	return r
}

// Remove takes a radio out of the room: whoever is linked with it finds out by silence.
func (r *Radio) Remove() {
	r.air.Loop.Post(func() {
		r.there = false
		r.reset()
		delete(r.air.radios, r)
	})
}

// reset forgets everything but the address that was made in.
func (r *Radio) reset() {
	for _, l := range r.links {
		l.abandon(r)
	}
	r.random = ble.Address{}
	r.adv = advertising{interval: 1280 * time.Millisecond, kind: ble.AdvConnectable}
	r.advertising, r.scanning, r.wants = false, false, nil
	r.links, r.next = map[uint16]*link{}, firstLink
}

// Send implements a controller. It may be called from any goroutine; packets are
// carried out in order.
func (r *Radio) Send(p ble.Packet) {
	r.air.Loop.Post(func() {
		if !r.there {
			return
		}
		switch p := p.(type) {
		case ble.Command:
			r.command(p)
		case ble.ACL:
			r.carry(p)
		}
	})
}

// out tells the host.
func (r *Radio) out(p ble.Packet) {
	if r.there {
		r.air.Loop.Post(func() { r.tell(p) })
	}
}

// own is the address that the radio uses for something.
func (r *Radio) own(random bool) ble.Address {
	if random {
		return r.random
	}
	return r.public
}

// address is what others know the radio by.
func (r *Radio) address() ble.Address {
	if r.random != (ble.Address{}) {
		return r.random
	}
	return r.public
}

// listen hears the advertisers of the last tick.
func (r *Radio) listen(now time.Duration) {
	for o := range r.air.radios {
		if o == r || !o.advertising || !o.sends(now) || r.air.apart(r, o) || r.air.rng.Float64() < r.air.loss(o, r) {
			continue
		}
		from := o.own(o.adv.ownRandom)
		if r.scanning {
			r.report(o, from)
		}
		if r.wants != nil && r.wants.peer == from && o.adv.kind == ble.AdvConnectable {
			r.connect(o)
		}
	}
}

// sends reports whether an advertising packet of the radio fell into the last tick.
func (r *Radio) sends(now time.Duration) bool {
	every := max(r.adv.interval, tick)
	now += phase(r.own(r.adv.ownRandom))
	return now/every != (now-tick)/every
}

func (r *Radio) report(o *Radio, from ble.Address) {
	if len(r.air.ears) > 0 {
		r.air.hear(Heard{From: from, Header: o.adv.kind, Payload: o.adv.data})
	}
	level := rssi(r.place.To(o.place))
	r.once(ble.Report{Kind: o.adv.kind, From: from, Data: o.adv.data, RSSI: level})
	if r.active && o.adv.kind != ble.AdvNoConnection {
		r.once(ble.Report{Kind: ble.AdvScanResponse, From: from, Data: o.adv.response, RSSI: level})
	}
}

// once tells the host of a packet, unless it has heard of that sender and wants no more.
func (r *Radio) once(p ble.Report) {
	key := reported{p.From, p.Kind}
	if r.single && r.reported[key] {
		return
	}
	r.reported[key] = true
	r.out(p.Event())
}

// connect makes the link that r wants with o, which advertises.
func (r *Radio) connect(o *Radio) {
	w := r.wants
	r.wants = nil
	if len(r.links) >= linksMax || len(o.links) >= linksMax {
		r.out(ble.Connection{Status: ble.LimitReached, Central: true, Peer: w.peer}.Event())
		return
	}
	o.advertising = false
	l := &link{air: r.air, interval: time.Duration(w.interval) * 1250 * time.Microsecond, timeout: time.Duration(w.timeout) * 10 * time.Millisecond}
	l.ends[0] = end{radio: r, handle: r.free(), address: r.own(w.ownRandom)}
	l.ends[1] = end{radio: o, handle: o.free(), address: w.peer}
	for i := range l.ends {
		e, other := &l.ends[i], &l.ends[1-i]
		e.radio.links[e.handle] = l
		e.radio.out(ble.Connection{Handle: e.handle, Central: i == 0, Peer: other.address, Interval: w.interval, Timeout: w.timeout}.Event())
	}
}

// free is a handle that no link has.
func (r *Radio) free() uint16 {
	for {
		h := r.next
		if r.next++; r.next > 0x0EFF {
			r.next = firstLink
		}
		if r.links[h] == nil {
			return h
		}
	}
}
