package ble

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/paths/service"
	"switchroom/points"
	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/pairing"
)

// proveWithin is how long a phone may be connected before its link is encrypted, beside
// the time that pairing takes. Ours: without it one phone keeps others out.
const proveWithin = 40 * time.Second

// phone is what is at the other end of the one link.
type phone struct {
	link    *host.Link
	session *service.Session
	in      *stream // nil: the link is not authenticated yet
	attestation
	stop func()
}

func (p *phone) end() {
	p.stop()
	if p.in != nil {
		p.in.end()
	}
}

// drop ends what there is of a phone.
func (m *module) drop() {
	if m.phone != nil {
		m.listened.Store(false)
		m.phone.end()
		m.phone = nil
	}
}

func (m *module) hooks() host.Hooks {
	return host.Hooks{
		Connected: m.connected, Ended: m.ended, MayPair: m.mayPair, Show: m.show, Failed: m.failed,
		Keep: m.keep, Bond: m.bond, Encrypted: m.encrypted,
	}
}

func (m *module) connected(l *host.Link) {
	if m.phone != nil {
		l.Disconnect() // one phone at a time (A4)
		return
	}
	p := &phone{link: l}
	p.stop = m.server.air.Loop.After(proveWithin, func() {
		if p.in == nil {
			m.unit.RadioRefused(m.now(), l.Peer.String(), "connected, and proved nothing")
			l.Disconnect()
		}
	})
	m.phone = p
	m.unit.RadioLinked(m.now(), l.Peer.String())
}

func (m *module) ended(l *host.Link, why ble.Status) {
	if m.phone == nil || m.phone.link != l {
		return
	}
	if why == ble.MICFailure { // a packet was replayed or changed, or the keys differ
		m.unit.RadioRefused(m.now(), l.Peer.String(), why.String())
	}
	m.drop()
	m.unit.RadioLinked(m.now(), "")
	if m.host != nil {
		m.advertise()
	}
}

// mayPair slows whoever guesses down.
func (m *module) mayPair(l *host.Link) ble.Reason {
	if m.guard.may(m.now()) {
		return 0
	}
	m.unit.RadioRefused(m.now(), l.Peer.String(), ble.RepeatedAttempts.String())
	return ble.RepeatedAttempts
}

func (m *module) show(_ *host.Link, passkey uint32) {
	m.unit.RadioShow(m.now(), fmt.Sprintf("%06d", passkey))
}

func (m *module) failed(l *host.Link, why ble.Reason) {
	m.unit.RadioRefused(m.now(), l.Peer.String(), why.String())
	if m.guard.fail(m.now()) {
		m.unit.RadioEnd(m.now(), "too many pairings failed")
	}
}

// keep remembers a phone.
func (m *module) keep(l *host.Link, b pairing.Bond) {
	m.guard = guard{}
	key, err := json.Marshal(b)
	if err == nil {
		m.unit.KeepBond(m.now(), imu.Bond{Phone: l.Peer.String(), Key: key})
	}
}

// bond finds what a phone that was paired before proves itself by. One of legacy pairing
// does not count where only Secure Connections is admitted.
func (m *module) bond(l *host.Link, ediv uint16, rand [8]byte) (b pairing.Bond, ok bool) {
	for _, kept := range m.unit.Bonds(m.now()) {
		if kept.Phone != l.Peer.String() || json.Unmarshal(kept.Key, &b) != nil {
			continue
		}
		if b.EDIV == ediv && b.Rand == rand && (b.Secure || m.unit.Config().Profile != access.Hardened) {
			return b, true
		}
	}
	return pairing.Bond{}, false
}

// encrypted takes up a phone that has proved itself.
func (m *module) encrypted(l *host.Link, s ble.Status) {
	p := m.phone
	if p == nil || p.link != l {
		return
	}
	m.unit.RadioShow(m.now(), "")
	if s != 0 || l.Level() != gatt.Authenticated {
		l.Disconnect()
		return
	}
	if p.in != nil {
		return // encrypted anew
	}
	p.attestation.draw()
	p.in = newStream(func(b []byte) error { return m.answer(p, b) })
}

// begin begins the session of a phone that asks its first question, with what it has
// shown until then.
func (m *module) begin(p *phone) {
	if m.attests() && !p.attestation.judged {
		m.notGenuine(p, errNotShown)
	}
	p.session = service.New(m.unit, m.server.world, access.Actor{Path: access.BLE, Source: p.link.Peer.String(), Genuine: p.attestation.genuine})
	m.listened.Store(true)
	m.server.asking.Go(func() { p.session.Run(p.in) })
}

// asked is what a phone writes.
func (m *module) asked(value []byte) ble.Fault {
	p := m.phone
	if p == nil || p.in == nil {
		return ble.NeedsAuthentic
	}
	if p.session == nil {
		m.begin(p)
	}
	if !p.in.put(value) {
		p.link.Disconnect() // it asks more than anybody answers
		return ble.Insufficient
	}
	m.unit.RadioUsed(m.now())
	return 0
}

var errGone = errors.New("the phone is gone")

// answer sends an answer in pieces. It is called on the session's goroutine.
func (m *module) answer(p *phone, b []byte) error {
	b = append([]byte(nil), b...)
	if !m.server.air.Loop.Post(func() {
		for len(b) > 0 && !p.link.Over() {
			n := min(len(b), p.link.Bearer.MTU()-3)
			p.link.SendATT(p.link.Bearer.Notification(m.profile.answer, b[:n]))
			b = b[n:]
		}
	}) {
		return errGone
	}
	return nil
}

// notice is an event as a phone is told of it.
type notice struct {
	Event  string `json:"event"`
	What   string `json:"what"`
	Date   string `json:"date"`
	Detail string `json:"detail,omitempty"`
}

// tell tells the phone of an event, if it may read.
func (m *module) tell(r imu.Record) {
	if !m.listened.Load() {
		return
	}
	m.server.air.Loop.Post(func() {
		p := m.phone
		if p == nil || p.session == nil || !p.link.Bearer.Subscribed(m.profile.event) {
			return
		}
		if _, d := m.unit.Open(m.now(), p.session.Actor()); !d.OK() {
			return
		}
		e := points.EventOf(r.Code)
		b, err := json.Marshal(notice{e.Name, r.What.String(), r.Time().UTC().Format("2006-01-02T15:04:05.000Z"), r.Detail})
		if err == nil {
			p.link.SendATT(p.link.Bearer.Notification(m.profile.event, b))
		}
	})
}
