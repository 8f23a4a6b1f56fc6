package pairing

import "switchroom/wire/ble"

// inputs are what both confirm values are made of beside the random ones.
func (m *Machine) inputs() ble.Legacy {
	l := ble.Legacy{Request: m.request, Response: m.response, Initiator: m.cfg.Own, Responder: m.cfg.Peer}
	if !m.cfg.Initiator {
		l.Initiator, l.Responder = m.cfg.Peer, m.cfg.Own
	}
	return l
}

func (m *Machine) sendLegacyConfirm() Step {
	var err error
	if m.nonce, err = m.fresh(); err != nil {
		return m.fail(ble.Unspecified)
	}
	return Step{Send: []ble.SMP{ble.C1(ble.Passkey(m.passkey), m.nonce, m.inputs()).Packet(ble.SMPConfirm)}}
}

// legacyConfirm keeps the other end's confirm value: the responder answers with its
// own, the initiator shows its random value.
func (m *Machine) legacyConfirm(p ble.SMP) Step {
	if m.secure || (m.state == features) == m.cfg.Initiator || m.confirm != (ble.Key{}) {
		return m.fail(ble.Unspecified)
	}
	m.confirm, m.state = p.Key(), random
	if m.cfg.Initiator {
		return Step{Send: []ble.SMP{m.nonce.Packet(ble.SMPRandom)}}
	}
	return m.sendLegacyConfirm()
}

// legacyRandom holds the other end's random value to what it has confirmed.
func (m *Machine) legacyRandom(p ble.SMP) Step {
	theirs := p.Key()
	if theirs == m.nonce {
		return m.fail(ble.InvalidParameters) // the own value sent back (CVE-2020-26558)
	}
	if m.secure || m.confirm == (ble.Key{}) || ble.C1(ble.Passkey(m.passkey), theirs, m.inputs()) != m.confirm {
		return m.fail(ble.ConfirmFailed)
	}
	if m.cfg.Initiator {
		return m.finish(Step{}, ble.S1(ble.Passkey(m.passkey), theirs, m.nonce))
	}
	s := Step{Send: []ble.SMP{m.nonce.Packet(ble.SMPRandom)}}
	return m.finish(s, ble.S1(ble.Passkey(m.passkey), m.nonce, theirs))
}

// finish hands the key over.
func (m *Machine) finish(s Step, key ble.Key) Step {
	m.state = encrypted
	m.result.Key, m.result.Secure = key, m.secure
	r := m.result
	s.Done = &r
	return s
}
