package air

import (
	"fmt"
	"sync"
	"time"

	"switchroom/wire/ble"
)

// overheardMax is how many packets an eavesdropper keeps; older ones give way.
const overheardMax = 500

// Overheard is a packet that somebody heard who was not meant to.
type Overheard struct {
	At time.Time
	Heard
}

// Eavesdropper hears every packet of a room and keeps the last ones: what it can read of
// them, and what not. It shows why a pairing of Bluetooth 4.0 is no secret, and one of
// Secure Connections is.
type Eavesdropper struct {
	mu       sync.Mutex // guards the following
	heard    []Overheard
	parts    map[[2]ble.Address]*ble.Assembler
	pairings map[[2]ble.Address]*overheardPairing // by initiator and responder
	last     *overheardPairing
}

// overheardPairing is what was heard of one pairing.
type overheardPairing struct {
	inputs          ble.Legacy
	asked, answered bool
	confirm, random ble.Key // of the initiator
	answer          ble.Key // random value of the responder
}

// Eavesdrop puts an eavesdropper into the room.
func (a *Air) Eavesdrop() *Eavesdropper {
	e := &Eavesdropper{parts: map[[2]ble.Address]*ble.Assembler{}, pairings: map[[2]ble.Address]*overheardPairing{}}
	a.Listen(e.hear)
	return e
}

func (e *Eavesdropper) hear(h Heard) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.heard) >= overheardMax {
		e.heard = append(e.heard[:0], e.heard[overheardMax/2:]...)
	}
	h.Payload = append([]byte(nil), h.Payload...)
	e.heard = append(e.heard, Overheard{time.Now(), h})
	if h.Sealed || h.Header != llStart && h.Header != llContinue || h.To == (ble.Address{}) {
		return
	}
	way := [2]ble.Address{h.From, h.To}
	if len(e.parts) > overheardMax {
		clear(e.parts)
	}
	if e.parts[way] == nil {
		e.parts[way] = &ble.Assembler{}
	}
	f, whole, err := e.parts[way].Add(h.Header == llStart, h.Payload)
	if err != nil || !whole || f.Channel != ble.ChannelSMP {
		return
	}
	if p, err := ble.ParseSMP(f.Payload); err == nil {
		e.pairing(way, p)
	}
}

// pairing takes up one packet of a pairing.
func (e *Eavesdropper) pairing(way [2]ble.Address, p ble.SMP) {
	if p.Code == ble.SMPRequest {
		if len(e.pairings) > overheardMax {
			clear(e.pairings)
		}
		o := &overheardPairing{inputs: ble.Legacy{Request: p.Features(), Initiator: way[0], Responder: way[1]}, asked: true}
		e.pairings[way], e.last = o, o
		return
	}
	if o := e.pairings[way]; o != nil { // of the initiator
		switch p.Code {
		case ble.SMPConfirm:
			o.confirm = p.Key()
		case ble.SMPRandom:
			o.random = p.Key()
		}
	}
	if o := e.pairings[[2]ble.Address{way[1], way[0]}]; o != nil { // of the responder
		switch p.Code {
		case ble.SMPResponse:
			o.inputs.Response, o.answered = p.Features(), true
		case ble.SMPRandom:
			o.answer = p.Key()
		}
	}
}

// Overheard returns the last packets, the oldest first.
func (e *Eavesdropper) Overheard() []Overheard {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Overheard(nil), e.heard...)
}

// lastPairing is what was heard of the last pairing.
func (e *Eavesdropper) lastPairing() (o overheardPairing) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last != nil {
		o = *e.last
	}
	return o
}

// Crack tries every passkey on the last pairing that was heard. It returns the passkey,
// or says why there is none to find.
func (e *Eavesdropper) Crack() (passkey uint32, tries int, err error) {
	o := e.lastPairing()
	switch {
	case !o.asked:
		return 0, 0, fmt.Errorf("no pairing was heard: listen while a phone is paired")
	case !o.answered || o.random == (ble.Key{}):
		return 0, 0, fmt.Errorf("the last pairing was not heard to its end")
	case o.inputs.Request.Auth&o.inputs.Response.Auth&ble.AuthSecure != 0:
		return 0, 0, fmt.Errorf("the last pairing was LE Secure Connections: its key comes of a Diffie-Hellman exchange, and what was heard does not tell it whatever the passkey is")
	}
	for n := range uint32(1_000_000) {
		if ble.C1(ble.Passkey(n), o.random, o.inputs) == o.confirm {
			return n, int(n) + 1, nil
		}
	}
	return 0, 1_000_000, fmt.Errorf("no passkey fits what was heard: it was wrong, or packets were lost")
}
