package pairing

import "switchroom/wire/ble"

// passkeyRounds is how many bits a passkey has: each is confirmed in a round of its own,
// so that whoever is in between learns one bit before they are found out.
const passkeyRounds = 20

// sendKey makes a key pair for this pairing and sends the public half.
func (m *Machine) sendKey(s Step) Step {
	var err error
	if m.private, err = ble.NewPrivateKey(); err != nil {
		return m.fail(ble.Unspecified)
	}
	m.own = m.private.Public()
	s.Send = append(s.Send, m.own.Packet())
	return s
}

// publicKey takes the other end's key.
func (m *Machine) publicKey(p ble.SMP) (s Step) {
	if !m.secure || m.private != nil != m.cfg.Initiator {
		return m.fail(ble.Unspecified)
	}
	if !m.cfg.Initiator {
		if s = m.sendKey(s); s.Failed != nil {
			return s
		}
	}
	m.peer = p.PublicKey()
	if m.peer.X == m.own.X || m.peer.Debug() {
		return m.fail(ble.InvalidParameters)
	}
	var err error
	if m.shared, err = m.private.Shared(m.peer); err != nil {
		return m.fail(ble.InvalidParameters)
	}
	m.state = rounds
	if m.cfg.Initiator && m.entered {
		return s.then(m.sendConfirm())
	}
	return s
}

// bit is what of the passkey this round is about, as f4 takes it.
func (m *Machine) bit() byte { return 0x80 | byte(m.passkey>>m.round&1) }

func (m *Machine) sendConfirm() Step {
	var err error
	if m.nonce, err = m.fresh(); err != nil {
		return m.fail(ble.Unspecified)
	}
	return Step{Send: []ble.SMP{ble.F4(m.own.X, m.peer.X, m.nonce, m.bit()).Packet(ble.SMPConfirm)}}
}

// confirmed keeps the other end's confirm value of this round.
func (m *Machine) confirmed(p ble.SMP) Step {
	if m.confirm != (ble.Key{}) {
		return m.fail(ble.Unspecified)
	}
	m.confirm = p.Key()
	if m.cfg.Initiator {
		return Step{Send: []ble.SMP{m.nonce.Packet(ble.SMPRandom)}}
	}
	return m.sendConfirm()
}

// revealed holds the other end's nonce to what it has confirmed, and goes on to the
// next round or to the check.
func (m *Machine) revealed(p ble.SMP) (s Step) {
	m.theirs = p.Key()
	if m.confirm == (ble.Key{}) || ble.F4(m.peer.X, m.own.X, m.theirs, m.bit()) != m.confirm {
		return m.fail(ble.ConfirmFailed)
	}
	m.confirm = ble.Key{}
	if !m.cfg.Initiator {
		s.Send = []ble.SMP{m.nonce.Packet(ble.SMPRandom)}
	}
	m.round++
	if m.round == passkeyRounds {
		return s.then(m.keyed())
	}
	if m.cfg.Initiator {
		return s.then(m.sendConfirm())
	}
	return s
}

// keyed makes the keys; the initiator sends its check first.
func (m *Machine) keyed() Step {
	m.state = check
	na, nb, a, b := m.nonce, m.theirs, m.cfg.Own, m.cfg.Peer
	if !m.cfg.Initiator {
		na, nb, a, b = nb, na, b, a
	}
	m.mac, m.ltk = ble.F5(m.shared, na, nb, a, b)
	if m.cfg.Initiator {
		return Step{Send: []ble.SMP{m.ownCheck().Packet(ble.SMPCheck)}}
	}
	return Step{}
}

func (m *Machine) ownCheck() ble.Key {
	io := m.response
	if m.cfg.Initiator {
		io = m.request
	}
	return ble.F6(m.mac, m.nonce, m.theirs, ble.Passkey(m.passkey), io, m.cfg.Own, m.cfg.Peer)
}

// checked holds the other end's check to what it must be.
func (m *Machine) checked(p ble.SMP) (s Step) {
	io := m.request
	if m.cfg.Initiator {
		io = m.response
	}
	if ble.F6(m.mac, m.theirs, m.nonce, ble.Passkey(m.passkey), io, m.cfg.Peer, m.cfg.Own) != p.Key() {
		return m.fail(ble.CheckFailed)
	}
	if !m.cfg.Initiator {
		s.Send = []ble.SMP{m.ownCheck().Packet(ble.SMPCheck)}
	}
	return m.finish(s, m.ltk)
}
