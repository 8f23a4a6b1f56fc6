package ble_test

import (
	"testing"
	"testing/synctest"
	"time"

	"switchroom/access"
	"switchroom/air"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/paths/ble"
	"switchroom/points"
	wire "switchroom/wire/ble"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/pairing"
)

// stranger is a phone in the same process that does what a test wants.
type stranger struct {
	host *host.Host
	air  *air.Air
	link *host.Link
	to   wire.Address
	over bool
	log  []string
}

func newStranger(a *air.Air) *stranger {
	s := &stranger{air: a}
	radio := a.Add("stranger", air.Place{Y: 1}, func(p wire.Packet) { s.host.Receive(p) })
	s.host = host.New(a.Loop, radio, host.Config{Address: wire.Address{Random: true, Octets: [6]byte{0xC5, 1}}, Hooks: host.Hooks{
		Heard:     func(r wire.Report) { s.to = r.From },
		Connected: func(l *host.Link) { s.link, s.over = l, false },
		Ended:     func(*host.Link, wire.Status) { s.over = true },
		Failed:    func(_ *host.Link, r wire.Reason) { s.log = append(s.log, r.String()) },
	}})
	s.do(func() { s.host.Start(func(error) { s.host.Scan(true) }) })
	return s
}

func (s *stranger) do(f func()) { s.air.Loop.Call(f); synctest.Wait() }

func (s *stranger) connect(t *testing.T) {
	t.Helper()
	time.Sleep(time.Second)
	s.do(func() { s.host.Connect(s.to, nil) })
	time.Sleep(time.Second)
	synctest.Wait()
	if s.link == nil || s.over {
		t.Fatal("no connection")
	}
}

// alone is a unit of a profile whose radio is on, and a stranger, in a bubble.
func alone(t *testing.T, p access.Profile) (*imu.Unit, *stranger, func()) {
	t.Helper()
	cfg := imutest.NewStand(t).Unit.Config()
	cfg.Profile = p
	w := imu.NewSteppedWorld(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	u, err := imu.New(cfg, w)
	if err != nil {
		t.Fatal(err)
	}
	a := air.New(1)
	server := ble.NewServer([]*imu.Unit{u}, w, a, func(int) air.Place { return air.Place{} })
	if r := u.Do(w.Now(), imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothEnabled, Value: points.Number(1)}); !r.OK() {
		t.Fatal(r.Err())
	}
	u.PressBluetooth(w.Now(), "Olga")
	synctest.Wait()
	return u, newStranger(a), func() { server.Close(); a.Close() }
}

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
			s.do(func() { s.link.PairAs(legacy) })
			if shown := u.RadioOf(0).Passkey; (shown != "") != c.pairs {
				t.Errorf("%v: the display shows %q; %q", c.profile, shown, s.log)
			}
		})
	}
}

var legacy = pairing.Config{Bent: func(f *wire.Features) { f.Auth &^= wire.AuthSecure }}
