package ble

import (
	"crypto/rand"
	"errors"

	"switchroom/access"
	"switchroom/wire/ble"
	"switchroom/wire/ble/attest"
)

// attestation is how far a phone is with showing that its app is a genuine one. Whether
// that is needed is decided by package access; here it is only found out.
//
//	drawn -- pieces of an answer, whole --> judged: genuine, or not
//	drawn, judged -- a question --> asked: too late for an answer
type attestation struct {
	nonce   attest.Nonce
	answer  []byte // pieces so far
	judged  bool
	genuine bool
}

// attests reports whether the unit has a number for apps to sign: under the profile in
// which that counts for anything.
func (m *module) attests() bool { return m.unit.Config().Profile == access.Hardened }

// draw draws the number of a link.
func (a *attestation) draw() { rand.Read(a.nonce[:]) }

// challenge is the number that the app is to sign.
func (m *module) challenge() ([]byte, ble.Fault) {
	p := m.proved()
	if p == nil || p.attestation.judged || p.session != nil {
		return nil, ble.NeedsAuthorization
	}
	return p.attestation.nonce[:], 0
}

// attested takes a piece of an answer. There is one answer to a number, and one number
// to a link.
func (m *module) attested(piece []byte) ble.Fault {
	p := m.proved()
	if p == nil || p.attestation.judged || p.session != nil {
		return ble.NeedsAuthorization
	}
	a := &p.attestation
	if len(a.answer)+len(piece) > attest.MaxAnswer {
		return m.notGenuine(p, errForm)
	}
	a.answer = append(a.answer, piece...)
	answer, err := attest.Parse(a.answer)
	if errors.Is(err, attest.ErrMore) {
		return 0
	}
	if err != nil {
		err = errForm
	} else if what, ok := p.link.statement(a.nonce); !ok {
		err = errNoKey
	} else {
		err = genuine(m.unit, m.now(), answer, what)
	}
	if err != nil {
		return m.notGenuine(p, err)
	}
	a.judged, a.genuine, a.answer = true, true, nil
	m.unit.RadioUsed(m.now())
	return 0
}

// notGenuine notes why: the phone is told that it is so, and not why.
func (m *module) notGenuine(p *phone, why error) ble.Fault {
	p.attestation.judged, p.attestation.answer = true, nil
	m.unit.RadioRefused(m.now(), p.link.name(), "not a genuine app: "+why.Error())
	return ble.NeedsAuthorization
}
