package ble_test

import (
	"testing"
	"testing/synctest"
	"time"

	"switchroom/access"
	wire "switchroom/wire/ble"
	"switchroom/wire/ble/pairing"
)

func silent(t *testing.T) {
	u, s, end := alone(t, access.Faithful)
	defer end()
	s.connect(t)
	time.Sleep(45 * time.Second)
	synctest.Wait()
	if !s.over || u.RadioOf(0).Phone != "" {
		t.Error("it is still connected")
	}
}

// TestUnpaired: whatever is asked before pairing is refused, and nothing is written.
func TestUnpaired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u, s, end := alone(t, access.Faithful)
		defer end()
		s.connect(t)
		readable := 0
		for h := uint16(1); h < 40; h++ {
			s.do(func() {
				s.link.Request(wire.ATT{Op: wire.ATTRead, Handle: h}, func(p wire.ATT, err error) {
					if err == nil {
						readable++
					}
				})
				s.link.Request(wire.ATT{Op: wire.ATTWrite, Handle: h, Value: []byte("SW")}, func(_ wire.ATT, err error) {
					if err == nil {
						t.Errorf("attribute %d is written", h)
					}
				})
			})
		}
		if readable < 5 || u.RadioOf(0).Passkey != "" {
			t.Errorf("%d attributes can be read", readable)
		}
	})
}

// TestLegacy: 2017 pairs a phone of Bluetooth 4.0, hardened does not.
func TestLegacy(t *testing.T) {
	for _, c := range []struct {
		profile access.Profile
		pairs   bool
	}{{access.Faithful, true}, {access.RBAC, true}, {access.Hardened, false}} {
		synctest.Test(t, func(t *testing.T) {
			u, s, end := alone(t, c.profile)
			defer end()
			s.connect(t)
			if paired := s.pair(legacy); paired != c.pairs || u.RadioOf(0).Passkey != "" {
				t.Errorf("%v: paired %v, and the display shows %q; %q", c.profile, paired, u.RadioOf(0).Passkey, s.log)
			}
		})
	}
}

var legacy = pairing.Config{Bent: func(f *wire.Features) { f.Auth &^= wire.AuthSecure }}
