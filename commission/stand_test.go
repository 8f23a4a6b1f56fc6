package commission_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/client"
	. "switchroom/commission"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/paths/ethernet"
	"switchroom/paths/usb"
	"switchroom/regmap"
	"switchroom/store/storetest"
	"switchroom/wire/modbus"
)

func TestMain(m *testing.M) {
	code := storetest.Main(m)
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// Passwords of a unit as it leaves the factory.
const (
	level3 = "3333"
	level4 = "0000"
)

// served is a virtual unit on loopback, and how to reach it.
type served struct {
	*imutest.Stand
	bus, cable string // addresses
}

// serve puts units on loopback addresses from 127.0.0.1 on; wrap, if not nil, stands
// between the wire and the unit.
func serve(t testing.TB, n int, wrap func(modbus.Handler) modbus.Handler) []served {
	t.Helper()
	server, port := ethernet.NewServer(), freePort(t)
	all := make([]served, n)
	for i := range all {
		s := imutest.NewStand(t)
		l := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 9, byte(1 + i)}), port)
		if _, err := server.Add(s.Unit, s.World, ethernet.Options{Address: l, Map: regmap.Default(), Wrap: wrap}); err != nil {
			t.Fatal(err)
		}
		all[i] = served{Stand: s, bus: "modbus://" + l.String() + "/255"}
	}
	if err := server.Listen(); err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(func() { server.Shutdown(context.Background()) })
	return all
}

// freePort is a port that nobody listens at.
func freePort(t testing.TB) uint16 {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.9.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return netip.MustParseAddrPort(l.Addr().String()).Port()
}

// plug gives the first unit a USB port.
func (s *served) plug(t testing.TB) {
	t.Helper()
	dir, err := os.MkdirTemp("", "usb") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "usb.sock")
	server := usb.NewServer([]*imu.Unit{s.Unit}, s.World, nil)
	if err := server.Listen(path); err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(func() { server.Close(); os.RemoveAll(dir) })
	s.cable = (&url.URL{Scheme: "usb", Path: path, RawQuery: url.Values{"unit": {s.Unit.Name()}}.Encode()}).String()
}

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func who(address string) Who { return Who{Breaker: "Q1", By: "ada", Address: address, At: noon} }

// dial connects until the test ends.
func dial(t testing.TB, address string) client.Breaker {
	t.Helper()
	b, err := client.Connect(t.Context(), address, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func take(t testing.TB, address string) *Snapshot {
	t.Helper()
	b := dial(t, address)
	defer b.Close()
	if c, ok := b.(*client.Cable); ok {
		if err := c.Login(t.Context(), level4); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Take(t.Context(), b, nil, who(address))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func connect(ctx context.Context, address string) (client.Breaker, error) {
	return client.Connect(ctx, address, client.Options{})
}
