package ethernet_test

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/breaker"
	"switchroom/imu"
	"switchroom/paths/ethernet"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// bench is a unit in a world that is stepped by hand.
type bench struct {
	*testing.T
	u   *imu.Unit
	w   *imu.World
	now time.Duration
}

func newBench(t *testing.T, change ...func(*imu.Config)) *bench {
	t.Helper()
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, ENCT: true, ENVT: true, Voltage: 400, Frequency: 50}
	s := protection.Defaults(r)
	s.Instantaneous.Ii = 10
	c := imu.Config{
		Name: "Q1", Rating: r, Profile: access.Faithful, Interface: imu.IFE, Mechanism: breaker.Equipped(breaker.MTZ2),
		Settings: &s, Closed: true, Identity: imu.VirtualIdentity(imu.IFE),
	}
	for _, f := range change {
		f(&c)
	}
	w := imu.NewSteppedWorld(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	u, err := imu.New(c, w)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, u: u, w: w}
	b.step(time.Second)
	return b
}

func (b *bench) step(d time.Duration) {
	b.now += d
	b.w.Step(b.now)
	b.u.Advance(b.now)
}

// freePort returns a port that nobody listens on, on any address.
func freePort(t *testing.T) uint16 {
	t.Helper()
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return uint16(l.Addr().(*net.TCPAddr).Port)
}

// TestServer reaches two units through one listening socket by their own
// addresses.
func TestServer(t *testing.T) {
	b1, b2 := newBench(t), newBench(t, func(c *imu.Config) { c.Name = "Q2"; c.Closed = false })
	s := ethernet.NewServer()
	port := freePort(t)
	for i, b := range []*bench{b1, b2} {
		addr := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 77, byte(1 + i)}), port)
		if _, err := s.Add(b.u, b.w, ethernet.Options{Address: addr, Unit: 7, Faithful: true, Map: regmap.Default()}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Add(b.u, b.w, ethernet.Options{Address: addr, Map: regmap.Default()}); err == nil {
			t.Error("an address was given twice")
		}
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	ctx := context.Background()
	defer s.Shutdown(ctx)
	for i, want := range []uint16{1, 0} {
		c, err := modbus.Dial(ctx, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 77, byte(1 + i)}), port).String())
		if err != nil {
			t.Fatal(err)
		}
		for _, unit := range []byte{0, 255, 7} {
			got, err := c.Unit(unit).ReadRegisters(ctx, 32000, 1)
			if err != nil || binary.BigEndian.Uint16(got)&1 != want {
				t.Errorf("unit %d of Q%d: % X, %v", unit, i+1, got, err)
			}
		}
		if _, err := c.Unit(8).ReadRegisters(ctx, 32000, 1); err != modbus.GatewayTargetFailed {
			t.Errorf("a unit id that nobody answers: %v", err)
		}
		if err := c.Unit(255).WriteRegisters(ctx, 7999, make([]byte, 2*53)); err != modbus.IllegalDataValue {
			t.Errorf("53 registers at once with faithful limits: %v", err)
		}
		c.Close()
	}
}
