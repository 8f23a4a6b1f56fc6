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
)

// proveWithin is how long a phone may be connected before its link is encrypted, beside
// the time that pairing takes. Ours: without it one phone keeps others out.
const proveWithin = 40 * time.Second

// phone is what is at the other end of the one link.
type phone struct {
	link    link
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

// linked takes up a phone that has connected. There is one at a time (A4).
func (m *module) linked(l link) {
	if m.phone != nil {
		l.disconnect()
		return
	}
	p := &phone{link: l}
	p.stop = m.loop.After(proveWithin, func() {
		if p.in == nil {
			m.unit.RadioRefused(m.now(), l.name(), "connected, and proved nothing")
			l.disconnect()
		}
	})
	m.phone = p
	m.unit.RadioLinked(m.now(), l.name())
}

// unlinked is a phone that is gone; why is empty where there is nothing to say of it.
func (m *module) unlinked(l link, why string) bool {
	if m.phone == nil || m.phone.link != l {
		return false
	}
	if why != "" {
		m.unit.RadioRefused(m.now(), l.name(), why)
	}
	m.drop()
	m.unit.RadioLinked(m.now(), "")
	return true
}

// admit takes up a phone whose link is what it must be.
func (m *module) admit(p *phone) {
	if p.in != nil {
		return // encrypted anew
	}
	p.attestation.draw()
	p.in = newStream(func(b []byte) error { return m.answer(p, b) })
}

// mayPair slows whoever guesses down.
func (m *module) mayPair(name string) ble.Reason {
	if m.guard.may(m.now()) {
		return 0
	}
	m.unit.RadioRefused(m.now(), name, ble.RepeatedAttempts.String())
	return ble.RepeatedAttempts
}

func (m *module) show(passkey uint32) {
	m.unit.RadioShow(m.now(), fmt.Sprintf("%06d", passkey))
}

// count counts a pairing that failed.
func (m *module) count() {
	if m.guard.fail(m.now()) {
		m.unit.RadioEnd(m.now(), "too many pairings failed")
	}
}

// begin begins the session of a phone that asks its first question, with what it has
// shown until then.
func (m *module) begin(p *phone) {
	if m.attests() && !p.attestation.judged {
		m.notGenuine(p, errNotShown)
	}
	p.session = service.New(m.unit, m.world, access.Actor{Path: access.BLE, Source: p.link.name(), Genuine: p.attestation.genuine})
	m.listened.Store(true)
	m.asking.Go(func() { p.session.Run(p.in) })
}

// proved is the phone whose link is what it must be; nil: there is none.
func (m *module) proved() *phone {
	p := m.phone
	if p != nil && p.in == nil && m.held {
		m.guard = guard{}
		m.unit.RadioShow(m.now(), "")
		m.admit(p)
	}
	if p == nil || p.in == nil {
		return nil
	}
	return p
}

// asked is what a phone writes.
func (m *module) asked(value []byte) ble.Fault {
	p := m.proved()
	if p == nil {
		return ble.NeedsAuthentic
	}
	if p.session == nil {
		m.begin(p)
	}
	if !p.in.put(value) {
		p.link.disconnect() // it asks more than anybody answers
		return ble.Insufficient
	}
	m.unit.RadioUsed(m.now())
	return 0
}

var errGone = errors.New("the phone is gone")

// answer sends an answer in pieces. It is called on the session's goroutine.
func (m *module) answer(p *phone, b []byte) error {
	b = append([]byte(nil), b...)
	if !m.loop.Post(func() {
		for len(b) > 0 && !p.link.over() {
			n := min(len(b), p.link.room())
			p.link.notify(m.profile.answer, b[:n])
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
	m.loop.Post(func() {
		p := m.phone
		if p == nil || p.session == nil || !p.link.subscribed(m.profile.event) {
			return
		}
		if _, d := m.unit.Open(m.now(), p.session.Actor()); !d.OK() {
			return
		}
		e := points.EventOf(r.Code)
		b, err := json.Marshal(notice{e.Name, r.What.String(), r.Time().UTC().Format("2006-01-02T15:04:05.000Z"), r.Detail})
		if err == nil {
			p.link.notify(m.profile.event, b)
		}
	})
}
