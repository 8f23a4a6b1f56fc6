package air

import (
	"encoding/binary"

	"switchroom/wire/ble"
)

// Recovered is what somebody finds who has heard a pairing of Bluetooth 4.0 and what
// came after it, with nothing but what they heard.
type Recovered struct {
	Passkey uint32
	STK     ble.Key  // the link was encrypted by it first
	LTK     ble.Key  // every later link is encrypted by it; zero: it was not heard
	Plain   []Heard  // what was sealed, opened; in the order in which it was sent
	ediv    uint16   // of LTK
	rand    [8]byte  // as it stands in packets
	session *session // that is on now
	parts   map[ble.Direction]*ble.Assembler
}

// session is one encrypted link.
type session struct {
	central ble.Address
	key     ble.Key
	div     ble.Diversifier
	open    map[ble.Direction]*ble.LinkCipher
}

// Recover finds the passkey of the last pairing that was heard, the keys that came of
// it, and with them everything that was said under these keys. It says why where there
// is nothing to find.
func (e *Eavesdropper) Recover() (*Recovered, error) {
	passkey, _, err := e.Crack()
	if err != nil {
		return nil, err
	}
	o := e.lastPairing()
	r := &Recovered{Passkey: passkey, STK: ble.S1(ble.Passkey(passkey), o.answer, o.random)}
	for _, h := range e.Overheard() {
		ends := [2]ble.Address{h.From, h.To}
		if ends == [2]ble.Address{o.inputs.Initiator, o.inputs.Responder} || ends == [2]ble.Address{o.inputs.Responder, o.inputs.Initiator} {
			r.follow(h.Heard, o.inputs.Initiator)
		}
	}
	return r, nil
}

// follow takes up the next packet between the two.
func (r *Recovered) follow(h Heard, central ble.Address) {
	switch {
	case h.Sealed:
		r.opened(h)
	case h.Header != llControl || len(h.Payload) == 0:
	case h.Payload[0] == llEncAsk && len(h.Payload) == 23 && h.From == central:
		r.begin(h.Payload[1:], central)
	case h.Payload[0] == llEncTell && len(h.Payload) == 13 && r.session != nil && h.From != central:
		r.session.answered(h.Payload[1:])
		r.parts = map[ble.Direction]*ble.Assembler{ble.FromCentral: {}, ble.FromPeripheral: {}}
	}
}

// begin is the central that asks for encryption: by the key of the pairing, or by the one
// that it was given then.
func (r *Recovered) begin(b []byte, central ble.Address) {
	s := &session{central: central, key: r.STK}
	if rand, ediv := [8]byte(b[:8]), binary.LittleEndian.Uint16(b[8:]); ediv != 0 || rand != [8]byte{} {
		if ediv != r.ediv || rand != r.rand {
			r.session = nil // of another pairing
			return
		}
		s.key = r.LTK
	}
	copy(s.div.CentralSKD[:], ble.Reverse(b[10:18]))
	copy(s.div.CentralIV[:], ble.Reverse(b[18:22]))
	r.session = s
}

// answered is the other half of what the session's key is made of.
func (s *session) answered(b []byte) {
	copy(s.div.PeripheralSKD[:], ble.Reverse(b[:8]))
	copy(s.div.PeripheralIV[:], ble.Reverse(b[8:12]))
	k := ble.SessionKey(s.key, s.div)
	s.open = map[ble.Direction]*ble.LinkCipher{}
	for _, dir := range []ble.Direction{ble.FromCentral, ble.FromPeripheral} {
		if c, err := ble.NewLinkCipher(k, s.div, dir); err == nil {
			s.open[dir] = c
		}
	}
}

// opened opens a sealed packet, if the key is right and none was missed.
func (r *Recovered) opened(h Heard) {
	dir := ble.FromPeripheral
	if r.session != nil && h.From == r.session.central {
		dir = ble.FromCentral
	}
	if r.session == nil || r.session.open[dir] == nil {
		return
	}
	plain, err := r.session.open[dir].Open(nil, h.Header, h.Payload)
	if err != nil {
		return
	}
	h.Payload, h.Sealed = plain, false
	r.Plain = append(r.Plain, h)
	if h.Header == llControl {
		return
	}
	if f, whole, err := r.parts[dir].Add(h.Header == llStart, plain); err == nil && whole && f.Channel == ble.ChannelSMP {
		r.distributed(f.Payload)
	}
}

// distributed takes up the keys that the responder gives out over the encrypted link.
func (r *Recovered) distributed(b []byte) {
	p, err := ble.ParseSMP(b)
	switch {
	case err != nil:
	case p.Code == ble.SMPEncryption:
		r.LTK = p.Key()
	case p.Code == ble.SMPCentral:
		r.ediv = binary.LittleEndian.Uint16(p.Body)
		copy(r.rand[:], p.Body[2:10])
	}
}
