package pairing

import (
	"math/rand/v2"
	"testing"

	"switchroom/wire/ble"
)

var (
	phone = ble.Address{Random: true, Octets: [6]byte{0xC0, 1, 2, 3, 4, 5}}
	unit  = ble.Address{Octets: [6]byte{0x00, 0x80, 0xE1, 3, 4, 5}}
)

// end is one machine and what came out of it.
type end struct {
	m      *Machine
	shown  *uint32
	asked  bool
	done   *Result
	bond   *Bond
	failed *ble.Reason
}

func (e *end) take(s Step) []ble.SMP {
	if s.Show != nil {
		e.shown = s.Show
	}
	e.asked = e.asked || s.Ask
	if s.Done != nil {
		e.done = s.Done
	}
	if s.Bond != nil {
		e.bond = s.Bond
	}
	if s.Failed != nil {
		e.failed = s.Failed
	}
	return s.Send
}

// talk carries packets between the two until nobody says anything. between may change
// one on its way.
func talk(a, b *end, first []ble.SMP, between func(fromA bool, p *ble.SMP)) {
	type sent struct {
		fromA bool
		p     ble.SMP
	}
	var queue []sent
	put := func(fromA bool, all []ble.SMP) {
		for _, p := range all {
			queue = append(queue, sent{fromA, p})
		}
	}
	put(true, first)
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if between != nil {
			between(s.fromA, &s.p)
		}
		p, err := ble.ParseSMP(s.p.Bytes())
		if err != nil {
			panic(err)
		}
		to := b
		if !s.fromA {
			to = a
		}
		put(!s.fromA, to.take(to.m.Handle(p)))
		if a.asked && !a.m.entered && b.shown != nil && !a.m.Over() {
			put(true, a.take(a.m.Enter(typed(*b.shown))))
		}
	}
}

// typed is what somebody types who reads the display; tests bend it.
var typed = func(n uint32) uint32 { return n }

func pair(a, b Config, between func(bool, *ble.SMP)) (*end, *end) {
	a.Initiator, a.Own, a.Peer = true, phone, unit
	b.Own, b.Peer = unit, phone
	i, r := &end{m: New(a)}, &end{m: New(b)}
	talk(i, r, i.take(i.m.Begin()), between)
	if i.done != nil && r.done != nil {
		i.take(i.m.Encrypted())
		for _, p := range r.take(r.m.Encrypted()) {
			i.take(i.m.Handle(p))
		}
	}
	return i, r
}

// legacyOnly is a phone of BLE 4.0.
func legacyOnly(f *ble.Features) { f.Auth &^= ble.AuthSecure }

func TestPairs(t *testing.T) {
	for _, c := range []struct {
		name   string
		phone  Config
		secure bool
	}{
		{"Secure Connections", Config{}, true},
		{"legacy", Config{Bent: legacyOnly}, false},
		{"keyboard only", Config{Bent: func(f *ble.Features) { f.IO = ble.KeyboardOnly }}, true},
	} {
		seen := map[uint32]bool{}
		for range 4 {
			i, r := pair(c.phone, Config{}, nil)
			if i.done == nil || r.done == nil || i.done.Key != r.done.Key || i.done.Secure != c.secure {
				t.Fatalf("%s: %+v and %+v; %v %v", c.name, i.done, r.done, i.failed, r.failed)
			}
			if i.bond == nil || r.bond == nil || i.bond.LTK != r.bond.LTK || i.bond.EDIV != r.bond.EDIV || i.bond.Rand != r.bond.Rand || (i.bond.EDIV == 0) != c.secure {
				t.Errorf("%s: bonds %+v and %+v", c.name, i.bond, r.bond)
			}
			seen[*r.shown] = true
		}
		if len(seen) < 2 {
			t.Errorf("%s: the same passkey each time: %v", c.name, seen)
		}
	}
}

// TestRefuses is what an attacker or a poor phone tries, and why it is refused.
func TestRefuses(t *testing.T) {
	flip := func(fromA bool, code byte) func(bool, *ble.SMP) {
		return func(a bool, p *ble.SMP) {
			if a == fromA && p.Code == code {
				body := append([]byte(nil), p.Body...)
				body[0] ^= 1
				p.Body = body
			}
		}
	}
	for _, c := range []struct {
		name        string
		phone, unit Config
		between     func(bool, *ble.SMP)
		typed       func(uint32) uint32
		why         ble.Reason
	}{
		{name: "a wrong passkey", typed: func(n uint32) uint32 { return n ^ 1 }, why: ble.ConfirmFailed},
		{name: "a wrong last bit", typed: func(n uint32) uint32 { return n ^ 1<<19 }, why: ble.ConfirmFailed},
		{name: "a wrong passkey, legacy", phone: Config{Bent: legacyOnly}, typed: func(n uint32) uint32 { return n ^ 1 }, why: ble.ConfirmFailed},
		{name: "legacy where only Secure Connections is admitted", phone: Config{Bent: legacyOnly}, unit: Config{SecureOnly: true}, why: ble.AuthenticationRequired},
		{name: "Just Works", phone: Config{Bent: func(f *ble.Features) { f.IO = ble.NoInputNoOutput }}, why: ble.AuthenticationRequired},
		{name: "a display only", phone: Config{Bent: func(f *ble.Features) { f.IO = ble.DisplayOnly }}, why: ble.AuthenticationRequired},
		{name: "a key of 7 bytes (KNOB)", phone: Config{Bent: func(f *ble.Features) { f.MaxKey = 7 }}, why: ble.KeySize},
		{name: "a key of 15 bytes", phone: Config{Bent: func(f *ble.Features) { f.MaxKey = 15 }}, why: ble.KeySize},
		{name: "a key of 17 bytes", phone: Config{Bent: func(f *ble.Features) { f.MaxKey = 17 }}, why: ble.InvalidParameters},
		{name: "data out of band", phone: Config{Bent: func(f *ble.Features) { f.OOB = 1 }}, why: ble.OOBNotAvailable},
		{name: "a changed confirm value", between: flip(true, ble.SMPConfirm), why: ble.ConfirmFailed},
		{name: "a changed check", between: flip(true, ble.SMPCheck), why: ble.CheckFailed},
		{name: "a changed check of the unit", between: flip(false, ble.SMPCheck), why: ble.CheckFailed},
		{name: "a changed request", between: func(a bool, p *ble.SMP) {
			if p.Code == ble.SMPRequest {
				p.Body[3], p.Body[4] = 16, 5 // as it stood is what the check is over
				p.Body[2] |= 0x10
			}
		}, why: ble.CheckFailed},
		{name: "a downgrade on the way", between: func(a bool, p *ble.SMP) {
			if a && p.Code == ble.SMPRequest {
				p.Body[2] &^= ble.AuthSecure
			}
		}, why: ble.Unspecified}, // the ends no longer agree on what comes next
		{name: "the debug key", between: func(a bool, p *ble.SMP) {
			if a && p.Code == ble.SMPPublicKey {
				k, _ := ble.PrivateKeyOf(debugPrivate)
				*p = k.Public().Packet()
			}
		}, why: ble.InvalidParameters},
		{name: "no point", between: func(a bool, p *ble.SMP) {
			if a && p.Code == ble.SMPPublicKey {
				p.Body = make([]byte, 64)
			}
		}, why: ble.InvalidParameters},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.typed != nil {
				typed = c.typed
				defer func() { typed = func(n uint32) uint32 { return n } }()
			}
			i, r := pair(c.phone, c.unit, c.between)
			why := r.failed
			if why == nil {
				why = i.failed
			}
			if why == nil || *why != c.why {
				t.Errorf("%v, want %v", why, c.why)
			}
			if r.bond != nil || i.bond != nil || r.done != nil && i.done != nil {
				t.Errorf("it pairs all the same: %+v, %+v", i.done, r.done)
			}
		})
	}
}

var debugPrivate = []byte{0x3f, 0x49, 0xf6, 0xd4, 0xa3, 0xc5, 0x5f, 0x38, 0x74, 0xc9, 0xb3, 0xe3, 0xd2, 0x10, 0x3f, 0x50, 0x4a, 0xff, 0x60, 0x7b, 0xeb, 0x40, 0xb7, 0x99, 0x58, 0x99, 0xb8, 0xa6, 0xcd, 0x3c, 0x1a, 0xbd}

// TestReflection: whoever sends the own public key back learns the passkey bit by bit
// where nobody looks (CVE-2020-26558).
func TestReflection(t *testing.T) {
	i := &end{m: New(Config{Initiator: true, Own: phone, Peer: unit})}
	i.take(i.m.Begin())
	out := i.take(i.m.Handle(ble.Features{IO: ble.DisplayOnly, Auth: 0x0D, MaxKey: 16, Responder: 1}.Packet(ble.SMPResponse)))
	i.take(i.m.Handle(out[0]))
	if i.failed == nil || *i.failed != ble.InvalidParameters {
		t.Errorf("%v", i.failed)
	}
}

// TestOneBit: a wrong passkey is found out at its first wrong bit, and no later value
// of it is told.
func TestOneBit(t *testing.T) {
	typed = func(n uint32) uint32 { return n ^ 1<<3 }
	defer func() { typed = func(n uint32) uint32 { return n } }()
	nonces := 0
	_, r := pair(Config{}, Config{}, func(a bool, p *ble.SMP) {
		if !a && p.Code == ble.SMPRandom {
			nonces++
		}
	})
	if r.failed == nil || nonces != 3 {
		t.Errorf("the unit has told %d nonces, %v; want the three before the wrong bit", nonces, r.failed)
	}
}

// FuzzMachine throws packets at both ends in whatever order: none panics, and none
// ends with a key that the other end did not prove.
func FuzzMachine(f *testing.F) {
	f.Add([]byte{1, 2, 12, 3, 4, 13, 6, 7}, uint64(1))
	f.Add([]byte{1, 3, 4, 6, 7, 5}, uint64(2))
	f.Add([]byte{2, 12, 3, 3, 4, 4, 14, 11}, uint64(3))
	f.Fuzz(func(t *testing.T, codes []byte, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 1))
		for _, initiator := range []bool{false, true} {
			e := &end{m: New(Config{Initiator: initiator, Own: unit, Peer: phone})}
			if initiator {
				e.take(e.m.Begin())
			}
			for _, c := range codes[:min(len(codes), 64)] {
				body := make([]byte, 80)
				for i := range body {
					body[i] = byte(r.Uint32())
				}
				if c%15 == ble.SMPRequest || c%15 == ble.SMPResponse {
					copy(body, []byte{4, 0, 0x0D, 16, 1, 1})
				}
				for n := 1; n <= 65; n++ {
					p, err := ble.ParseSMP(append([]byte{c % 15}, body[:n]...))
					if err == nil {
						e.take(e.m.Handle(p))
					}
				}
				e.take(e.m.Enter(1))
			}
			if e.done != nil || e.bond != nil {
				t.Errorf("random packets %v pair", codes)
			}
		}
	})
}
