package ethernet_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/paths/ethernet"
	"switchroom/paths/ethernet/roles"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/regmap"
	"switchroom/wire/mbaps/mbapstest"
	"switchroom/wire/modbus"
)

// promptly is how soon after its instant a trip must have been carried out, by
// the host's clock. It is generous, for machines that do other things as well;
// a trip that waited for a lock, a disk or the flood would miss it by seconds.
const promptly = time.Second

// TestFloodDelaysNoTrip floods every port while a fault flows and finds the
// trip at the same instant, to the nanosecond, as in silence, and carried out
// promptly by the host's clock. The units keep their state on disk meanwhile.
func TestFloodDelaysNoTrip(t *testing.T) {
	quiet := tripAfter(t, false)
	for range 3 {
		if flooded := tripAfter(t, true); flooded != quiet {
			t.Errorf("trips %v after the fault under a flood, %v in silence", flooded, quiet)
		}
	}
	if quiet <= 0 || quiet > time.Second {
		t.Errorf("trips after %v", quiet)
	}
}

// tripAfter returns how long after a fault of 6 kA a unit trips that runs in
// real time behind a server.
func tripAfter(t *testing.T, flood bool) time.Duration {
	memory, stored, err := imu.OpenMemory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	w := imu.NewWorld(0, time.Now())
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() { w.Run(ctx) })
	running.Go(func() { memory.Run(ctx, w.Now, func(err error) { t.Error(err) }) })
	s := ethernet.NewServer()
	port, secure := freePort(t), freePort(t)
	authority := mbapstest.New(t, "flood")
	tripped := make(chan time.Duration, 4)
	var units []*imu.Unit
	for i := range 3 {
		u := floodUnit(t, w, memory, stored, fmt.Sprint("Q", i))
		u.Subscribe(func(r imu.Record) {
			switch {
			case r.Code == points.CodeTripShort && r.What == imu.Entry:
				tripped <- r.At
			case r.Code == points.CodeOpened && w.Now()-r.At > promptly:
				t.Errorf("%s opened %v late", r.Unit, w.Now()-r.At)
			}
		})
		addr := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 78, byte(1 + i)}), port)
		if _, err := s.Add(u, w, ethernet.Options{Address: addr, Map: regmap.Default(), Secure: &ethernet.Secure{
			Address: netip.AddrPortFrom(addr.Addr(), secure), Config: load(t, authority.Device(t, addr.Addr().String())).Server(), Rights: roles.Default(),
		}}); err != nil {
			t.Fatal(err)
		}
		units = append(units, u)
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	defer s.Shutdown(context.Background())
	if flood {
		for i := range 8 {
			running.Go(func() { pour(ctx, port, uint64(i)) })
		}
		knock := load(t, authority.Client(t, "Operator")).Client("127.0.78.1")
		for range 4 {
			running.Go(func() { handshakes(ctx, secure, knock) })
		}
		time.Sleep(100 * time.Millisecond) // let it rise
	}
	const cycle = 20 * time.Millisecond
	at := (w.Now()/cycle + 10) * cycle // the same point on the wave each time, and soon
	w.NewAlarm(func(now time.Duration) {
		for _, u := range units {
			fault(u, now)
		}
	}).Set(at)
	var after time.Duration
	for range units {
		select {
		case when := <-tripped:
			after = when - at
		case <-time.After(10 * time.Second):
			t.Fatal("no trip")
		}
	}
	return after
}

func floodUnit(t *testing.T, w *imu.World, m *imu.Memory, stored *imu.Stored, name string) *imu.Unit {
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, ENCT: true, ENVT: true, Voltage: 400, Frequency: 50}
	set := protection.Defaults(r)
	set.ShortTime = protection.ShortTimeSettings{Isd: 4, Tsd: 0.3}
	set.Instantaneous.Ii = 12
	u, _, err := imu.Open(imu.Config{Name: name, Rating: r, Profile: access.Hardened, Interface: imu.IFE, Mechanism: imu.Equipped(imu.MTZ2), Settings: &set, Closed: true}, w, m, stored)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// fault is 6 kA in three phases from at on.
func fault(u *imu.Unit, at time.Duration) {
	u.Steady(at, [4]complex128{6000, complex(-3000, -5196.152422706632), complex(-3000, 5196.152422706632)}, [3]complex128{}, 50)
}

// pour sends reads, commands with wrong passwords, halves of requests and noise
// to every unit until ctx ends.
func pour(ctx context.Context, port uint16, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	for ctx.Err() == nil {
		addr := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 78, byte(1 + rnd.IntN(3))}), port)
		c, err := net.DialTimeout("tcp", addr.String(), time.Second)
		if err != nil {
			continue
		}
		c.SetDeadline(time.Now().Add(time.Second))
		for range rnd.IntN(50) {
			if _, err := c.Write(drop(rnd)); err != nil {
				break
			}
		}
		c.Close()
	}
}

// handshakes connects to the secured doors as fast as it can, and asks nothing. Two of
// three doors have a certificate for another address, at which the client hangs up.
func handshakes(ctx context.Context, port uint16, c *tls.Config) {
	for i := 0; ctx.Err() == nil; i++ {
		addr := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 78, byte(1 + i%3)}), port)
		conn, err := tls.DialWithDialer(&net.Dialer{Timeout: time.Second}, "tcp", addr.String(), c)
		if err == nil {
			conn.Close()
		}
	}
}

// wrong is an order to open with a wrong password, as the registers of a command.
var wrong = []byte("\x03\x88\x00\x0a\x15\x01\x00\x019999" + strings.Repeat("\x00", 22) + "\x1f\x53\x1f\x54\x1f\x55")

// drop is one thing that a flood is made of.
func drop(rnd *rand.Rand) []byte {
	read := modbus.ReadRequest{Function: modbus.FuncReadHolding, Address: uint16(rnd.IntN(65000)), Count: 125}.Append(nil)
	open := modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: wrong}.Append(nil)
	var b []byte
	for range 1 + rnd.IntN(20) {
		switch rnd.IntN(4) {
		case 0:
			b = modbus.ADU{Transaction: uint16(rnd.Uint32()), Unit: 255, PDU: open}.Append(b)
		case 1:
			b = append(b, make([]byte, rnd.IntN(30))...)
		default:
			b = modbus.ADU{Transaction: uint16(rnd.Uint32()), Unit: 255, PDU: read}.Append(b)
		}
	}
	return b[:len(b)-min(len(b), rnd.IntN(3))]
}
