package host

import (
	"encoding/binary"

	"switchroom/wire/ble"
	"switchroom/wire/ble/pairing"
)

// machine begins a pairing.
func (l *Link) machine() *pairing.Machine {
	return pairing.New(pairing.Config{Initiator: l.Central, Own: l.host.cfg.Address, Peer: l.Peer, SecureOnly: l.host.cfg.SecureOnly})
}

// Pair begins to pair, from a central.
func (l *Link) Pair() {
	if !l.Central || l.over || l.pair != nil && !l.pair.Over() {
		return
	}
	l.pair, l.result = l.machine(), nil
	l.do(l.pair.Begin())
}

// PairAs begins to pair as c says, for tests that attack.
func (l *Link) PairAs(c pairing.Config) {
	c.Initiator, c.Own, c.Peer = true, l.host.cfg.Address, l.Peer
	l.pair, l.result = pairing.New(c), nil
	l.do(l.pair.Begin())
}

// Enter is the passkey that somebody has typed.
func (l *Link) Enter(passkey uint32) {
	if l.pair != nil {
		l.do(l.pair.Enter(passkey))
	}
}

// CancelPairing ends a pairing that is under way.
func (l *Link) CancelPairing(r ble.Reason) {
	if l.pair != nil {
		l.do(l.pair.Cancel(r))
	}
}

// smp takes a packet of pairing. One that begins a pairing is asked about first.
func (l *Link) smp(b []byte) {
	p, err := ble.ParseSMP(b)
	if err != nil {
		if len(b) > 0 && p.Code != ble.SMPFailed {
			l.send(ble.ChannelSMP, ble.Failure(ble.InvalidParameters).Bytes())
		}
		return
	}
	if p.Code == ble.SMPRequest && !l.Central && (l.pair == nil || l.pair.Over()) {
		why := ble.PairingNotSupported
		if may := l.host.cfg.Hooks.MayPair; may != nil {
			why = may(l)
		}
		if why != 0 {
			l.send(ble.ChannelSMP, ble.Failure(why).Bytes())
			return
		}
		l.pair, l.result = l.machine(), nil
	}
	if l.pair == nil {
		return // nobody has begun
	}
	l.do(l.pair.Handle(p))
}

// do does what a step of a pairing says.
func (l *Link) do(s pairing.Step) {
	hooks := &l.host.cfg.Hooks
	for _, p := range s.Send {
		l.send(ble.ChannelSMP, p.Bytes())
	}
	l.timePairing()
	if s.Show != nil && hooks.Show != nil {
		hooks.Show(l, *s.Show)
	}
	if s.Done != nil {
		l.result = s.Done
		if l.Central {
			l.encrypt(s.Done.Key, 0, [8]byte{})
			l.using = true
		}
	}
	if s.Bond != nil && hooks.Keep != nil {
		hooks.Keep(l, *s.Bond)
	}
	if s.Ask && hooks.Ask != nil {
		hooks.Ask(l)
	}
	if s.Failed != nil {
		// A key of it may be with the controller already: it counts for nothing.
		l.result, l.using = nil, false
		if hooks.Failed != nil {
			hooks.Failed(l, *s.Failed)
		}
	}
}

// timePairing ends a pairing that stands still.
func (l *Link) timePairing() {
	l.stopTimer()
	if l.pair == nil || l.pair.Over() {
		return
	}
	m := l.pair
	l.stop = l.host.loop.After(pairWithin, func() {
		if l.pair == m && !m.Over() && !l.over {
			l.do(m.Cancel(ble.Unspecified))
			l.Disconnect() // no more of pairing on this link (3.4)
		}
	})
}

func (l *Link) stopTimer() {
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
}

// encrypt has the controller encrypt the link, from a central.
func (l *Link) encrypt(key ble.Key, ediv uint16, rand [8]byte) {
	b := binary.LittleEndian.AppendUint16(nil, l.handle)
	b = append(b, ble.Reverse(rand[:])...)
	b = binary.LittleEndian.AppendUint16(b, ediv)
	b = append(b, ble.Reverse(key[:])...)
	l.host.do(ble.LEEnableEncryption, b, nil)
}

// Encrypt encrypts the link by a bond, from a central. [Hooks.Encrypted] tells how it
// went.
func (l *Link) Encrypt(b pairing.Bond) {
	l.known = &b
	l.encrypt(b.LTK, b.EDIV, b.Rand)
}

// keyAsked is the controller of a peripheral that needs a key.
func (l *Link) keyAsked(rand [8]byte, ediv uint16) {
	handle := binary.LittleEndian.AppendUint16(nil, l.handle)
	key, ok := l.keyFor(rand, ediv)
	if !ok {
		l.host.do(ble.LENoLongTermKey, handle, nil)
		return
	}
	l.host.do(ble.LELongTermKey, append(handle, ble.Reverse(key[:])...), nil)
}

func (l *Link) keyFor(rand [8]byte, ediv uint16) (ble.Key, bool) {
	l.using, l.known = false, nil
	if l.result != nil && ediv == 0 && rand == [8]byte{} {
		l.using = true
		return l.result.Key, true
	}
	if l.host.cfg.Hooks.Bond == nil {
		return ble.Key{}, false
	}
	b, ok := l.host.cfg.Hooks.Bond(l, ediv, rand)
	if ok {
		l.known = &b
	}
	return b.LTK, ok
}
