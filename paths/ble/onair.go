package ble

import (
	"encoding/json"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/pairing"
)

// What a module does on a host of ours: it pairs, keeps bonds and encrypts itself.

func (m *module) hooks() host.Hooks {
	return host.Hooks{
		Connected: func(l *host.Link) { m.linked(m.over(l)) },
		Ended:     m.ended,
		MayPair:   func(l *host.Link) ble.Reason { return m.mayPair(l.Peer.String()) },
		Show:      func(_ *host.Link, passkey uint32) { m.show(passkey) },
		Failed:    m.failed,
		Keep:      m.keep,
		Bond:      m.bond,
		Encrypted: m.encrypted,
	}
}

// over is a link as the module has it.
func (m *module) over(l *host.Link) link { return airLink{l, m.address} }

func (m *module) ended(l *host.Link, why ble.Status) {
	text := ""
	if why == ble.MICFailure { // a packet was replayed or changed, or the keys differ
		text = why.String()
	}
	if m.unlinked(m.over(l), text) && m.host != nil {
		m.advertise()
	}
}

func (m *module) failed(l *host.Link, why ble.Reason) {
	m.unit.RadioRefused(m.now(), l.Peer.String(), why.String())
	m.count()
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
	if p == nil || p.link != m.over(l) {
		return
	}
	m.unit.RadioShow(m.now(), "")
	if s != 0 || l.Level() != gatt.Authenticated {
		l.Disconnect()
		return
	}
	m.admit(p)
}
