package ethernet_test

import (
	"context"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"switchroom/imu"
	"switchroom/paths/bus"
	"switchroom/paths/ethernet"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

func at(last byte, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 78, last}), port)
}

func dial(t *testing.T, a netip.AddrPort) *modbus.Conn {
	t.Helper()
	c, err := modbus.Dial(context.Background(), a.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// status is register 32001, or what was answered instead.
func status(t *testing.T, c *modbus.Conn, unit byte) (uint16, error) {
	t.Helper()
	got, err := c.Unit(unit).ReadRegisters(context.Background(), 32000, 1)
	if err != nil {
		return 0, err
	}
	return uint16(got[0])<<8 | uint16(got[1]), nil
}

// TestShared reaches units behind one address by their unit ids, each way in
// which several can stand there.
func TestShared(t *testing.T) {
	closed, open := newBench(t), newBench(t, func(c *imu.Config) { c.Name = "Q2"; c.Closed = false })
	port := freePort(t)
	server, stacked, panel := at(1, port), at(2, port), at(3, port)
	s := ethernet.NewServer()
	add := func(b *bench, o ethernet.Options) {
		t.Helper()
		o.Map = regmap.Default()
		if _, err := s.Add(b.u, b.w, o); err != nil {
			t.Fatal(err)
		}
	}
	add(closed, ethernet.Options{Address: server, Unit: 7})
	add(open, ethernet.Options{Address: server, Unit: 8, Behind: true})
	add(open, ethernet.Options{Address: stacked, Unit: 9, Behind: true}) // before the one it is behind
	add(closed, ethernet.Options{Address: stacked})
	if err := s.AddPanel("panel 1", ethernet.Options{Address: panel}); err != nil {
		t.Fatal(err)
	}
	add(open, ethernet.Options{Address: panel, Unit: 1, Behind: true})
	serve(t, s)
	for _, c := range []struct {
		addr netip.AddrPort
		unit byte
		want uint16 // bit 0: closed
		err  error
		why  string
	}{
		{server, 255, 1, nil, "the interface itself"},
		{server, 0, 1, nil, "the interface itself"},
		{server, 7, 1, nil, "its own unit id still holds"},
		{server, 8, 0, nil, "the one behind"},
		{server, 9, 0, modbus.GatewayTargetFailed, "nobody there"},
		{stacked, 255, 1, nil, "added after the one behind it"},
		{stacked, 9, 0, nil, "added before the one it is behind"},
		{panel, 1, 0, nil, "behind a panel server"},
		{panel, 255, 0, modbus.IllegalDataAddress, "a panel server has no breaker's registers"},
		{panel, 2, 0, modbus.GatewayTargetFailed, "nobody there"},
	} {
		got, err := status(t, dial(t, c.addr), c.unit)
		if err != c.err || got&1 != c.want {
			t.Errorf("%v/%d: %d, %v; want %d, %v (%s)", c.addr, c.unit, got, err, c.want, c.err, c.why)
		}
	}
	objects, err := dial(t, panel).Unit(255).ReadIdentification(context.Background(), modbus.ReadExtended)
	if err != nil || len(objects) != 6 || objects[4].Value != "panel 1" || objects[5].Value != bus.VirtualMark {
		t.Errorf("the panel server says of itself %v, %v", objects, err)
	}
}

func serve(t *testing.T, s *ethernet.Server) {
	t.Helper()
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(context.Background()) })
}

func TestSharedRefuses(t *testing.T) {
	b := newBench(t)
	a := at(1, 5020)
	for _, c := range []struct {
		there, then ethernet.Options
		want        string
	}{
		{ethernet.Options{}, ethernet.Options{}, "is taken"},
		{ethernet.Options{Unit: 3}, ethernet.Options{Unit: 3, Behind: true}, "unit id 3"},
		{ethernet.Options{Unit: 3, Behind: true}, ethernet.Options{Unit: 3, Behind: true}, "unit id 3"},
		{ethernet.Options{Unit: 3, Behind: true}, ethernet.Options{Unit: 3}, "unit id 3"},
		{ethernet.Options{}, ethernet.Options{Behind: true}, "from 1 to 254"},
		{ethernet.Options{}, ethernet.Options{Unit: 255, Behind: true}, "from 1 to 254"},
	} {
		s := ethernet.NewServer()
		c.there.Address, c.then.Address = a, a
		c.there.Map, c.then.Map = regmap.Default(), regmap.Default()
		if _, err := s.Add(b.u, b.w, c.there); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Add(b.u, b.w, c.then); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v, then %+v: %v, want %q", c.there, c.then, err, c.want)
		}
	}
}

// TestWatch sees a request outside of what is wrapped around one unit, and
// around that one only.
func TestWatch(t *testing.T) {
	b := newBench(t)
	port := freePort(t)
	a := at(1, port)
	s := ethernet.NewServer()
	var watched, wrapped atomic.Int32
	count := func(n *atomic.Int32, next modbus.Handler) modbus.Handler {
		return modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte {
			n.Add(1)
			return next.Serve(q, out)
		})
	}
	s.Watch = func(local netip.AddrPort, h modbus.Handler) modbus.Handler {
		if local != a {
			t.Errorf("watching %v", local)
		}
		return count(&watched, h)
	}
	wrap := func(h modbus.Handler) modbus.Handler { return count(&wrapped, h) }
	for _, o := range []ethernet.Options{{Address: a}, {Address: a, Unit: 2, Behind: true, Wrap: wrap}} {
		o.Map = regmap.Default()
		if _, err := s.Add(b.u, b.w, o); err != nil {
			t.Fatal(err)
		}
	}
	serve(t, s)
	c := dial(t, a)
	for _, unit := range []byte{255, 2, 3} {
		status(t, c, unit)
	}
	if watched.Load() != 3 || wrapped.Load() != 1 {
		t.Errorf("watched %d of 3 requests, wrapped %d of 1", watched.Load(), wrapped.Load())
	}
	if e := s.Endpoint(a); e == nil || e.Stats().Requests != 3 || s.Endpoint(at(2, port)) != nil {
		t.Errorf("endpoint %v", e)
	}
}
