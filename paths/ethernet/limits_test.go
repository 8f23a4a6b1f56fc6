package ethernet_test

import (
	"context"
	"encoding/binary"
	"math"
	"net"
	"net/netip"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/paths/ethernet"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// limited serves one unit with the options given and returns its address
// and its world. What is shown is at most a second old; the world stands still
// until it is stepped.
func limited(t *testing.T, o ethernet.Options) (string, *imu.World) {
	t.Helper()
	b := newBench(t)
	s := ethernet.NewServer()
	o.Address, o.Map = netip.AddrPortFrom(netip.MustParseAddr("127.0.77.9"), freePort(t)), regmap.Default()
	if _, err := s.Add(b.u, b.w, o); err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // whoever is still connected is cut
		s.Shutdown(ctx)
	})
	return o.Address.String(), b.w
}

// diagnostics are what the interface shows of its connections, by registers
// 60002 to 60007.
type diagnostics struct {
	open, limit uint16
	refused     uint32
	idle        float32 // s
}

func diagnose(t *testing.T, w *imu.World, c *modbus.Conn) diagnostics {
	t.Helper()
	w.Step(w.Now() + time.Second)
	b, err := c.Unit(255).ReadRegisters(t.Context(), 60001, 6)
	if err != nil {
		t.Fatal(err)
	}
	be := binary.BigEndian
	return diagnostics{be.Uint16(b), be.Uint16(b[2:]), be.Uint32(b[4:]), math.Float32frombits(be.Uint32(b[8:]))}
}

// Sixteen clients are served; the seventeenth is turned away at once and in the
// diagnostics, and disturbs none of those that were there.
func TestFaithfulConnections(t *testing.T) {
	addr, w := limited(t, ethernet.Options{Faithful: true})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var open []*modbus.Conn
	dial := func() (*modbus.Conn, error) {
		c, err := modbus.Dial(ctx, addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		_, err = c.Unit(255).ReadRegisters(ctx, 32000, 1)
		return c, err
	}
	for range 16 {
		c, err := dial()
		if err != nil {
			t.Fatalf("connection %d: %v", len(open)+1, err)
		}
		open = append(open, c)
	}
	if _, err := dial(); err == nil {
		t.Error("a seventeenth connection was served")
	}
	for i, c := range open {
		if _, err := c.Unit(255).ReadRegisters(ctx, 32000, 1); err != nil {
			t.Errorf("connection %d, after another was refused: %v", i+1, err)
		}
	}
	if got, want := diagnose(t, w, open[0]), (diagnostics{open: 16, limit: 16, refused: 1}); got != want {
		t.Errorf("diagnostics %+v, want %+v", got, want)
	}
}

// More requests than the interface takes at once wait in the connection: each
// is answered, in order.
func TestFaithfulInFlight(t *testing.T) {
	addr, _ := limited(t, ethernet.Options{Faithful: true})
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	const n = 100
	var all []byte
	for i := range byte(n) {
		all = append(all, 0, i, 0, 0, 0, 6, 255, 3, 0x7c, 0xff, 0, 1)
	}
	if _, err := c.Write(all); err != nil {
		t.Fatal(err)
	}
	for i := range byte(n) {
		var b [11]byte
		for have := 0; have < len(b); {
			k, err := c.Read(b[have:])
			if err != nil {
				t.Fatalf("answer %d: %v", i, err)
			}
			have += k
		}
		if b[1] != i || b[7] != 3 {
			t.Fatalf("answer %d: % x", i, b)
		}
	}
}

// A client that asks nothing is sent away after the idle limit; one that asks
// within it stays. The diagnostics show the limit.
func TestIdleLimit(t *testing.T) {
	const limit = 300 * time.Millisecond
	addr, w := limited(t, ethernet.Options{Idle: limit})
	silent, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	busy, err := modbus.Dial(context.Background(), addr)
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	gone := make(chan error, 1)
	go func() {
		silent.SetReadDeadline(time.Now().Add(20 * time.Second))
		_, err := silent.Read(make([]byte, 1))
		gone <- err
	}()
	for tick := time.NewTicker(limit / 10); ; <-tick.C {
		if _, err := busy.Unit(255).ReadRegisters(context.Background(), 32000, 1); err != nil {
			t.Fatalf("a client that asks all the time was sent away: %v", err)
		}
		select {
		case err := <-gone:
			if e, ok := err.(net.Error); err == nil || ok && e.Timeout() {
				t.Errorf("the silent client: %v", err)
			}
			tick.Stop()
			if got, want := diagnose(t, w, busy), (diagnostics{open: 1, limit: modbus.DefaultConns, idle: 0.3}); got != want {
				t.Errorf("diagnostics %+v, want %+v", got, want)
			}
			return
		default:
		}
	}
}
