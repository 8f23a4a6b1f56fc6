package ethernet_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
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

// listening are the TCP addresses on which this process listens, as the system
// tells it. Of a socket for all addresses, 0.0.0.0.
func listening(t *testing.T) []string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED, AND NOT PROVED: which sockets listen is read from /proc, which only Linux has")
	}
	mine := map[string]bool{}
	fds, _ := filepath.Glob("/proc/self/fd/*")
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, "socket:[") {
			mine[strings.Trim(to[len("socket:"):], "[]")] = true
		}
	}
	f, err := os.Open("/proc/self/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []string
	for sc := bufio.NewScanner(f); sc.Scan(); {
		field := strings.Fields(sc.Text())
		if len(field) > 9 && field[3] == "0A" && mine[field[9]] {
			all = append(all, hexAddr(t, field[1]))
		}
	}
	slices.Sort(all)
	return all
}

// hexAddr reads 0A4D007F:139C, the address backwards.
func hexAddr(t *testing.T, s string) string {
	t.Helper()
	n, err := strconv.ParseUint(s[:8], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.ParseUint(s[9:], 16, 16)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d.%d.%d.%d:%d", n&255, n>>8&255, n>>16&255, n>>24, port)
}

// two are units at two addresses on one port.
func two(t *testing.T) (*ethernet.Server, []netip.AddrPort) {
	t.Helper()
	w := imu.NewWorld(0, time.Now())
	s := ethernet.NewServer()
	port := freePort(t)
	var at []netip.AddrPort
	for i, host := range []string{"127.0.77.11", "127.0.77.12"} {
		r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, Voltage: 400, Frequency: 50}
		set := protection.Defaults(r)
		u, err := imu.New(imu.Config{Name: fmt.Sprintf("Q%d", i), Rating: r, Profile: access.Faithful, Interface: imu.IFE, Mechanism: breaker.Equipped(breaker.MTZ2), Settings: &set, Identity: imu.VirtualIdentity(imu.IFE)}, w)
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, netip.AddrPortFrom(netip.MustParseAddr(host), port))
		if _, err := s.Add(u, w, ethernet.Options{Address: at[i], Map: regmap.Default()}); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		s.Shutdown(ctx)
	})
	return s, at
}

func answers(t *testing.T, a netip.AddrPort) bool {
	t.Helper()
	c, err := modbus.Dial(t.Context(), a.String())
	if err != nil {
		return false
	}
	defer c.Close()
	_, err = c.Unit(255).ReadRegisters(t.Context(), 32000, 1)
	return err == nil
}

// What is switched off does not listen (CVE-2024-22044: a forgotten open port).
// One socket serves all of loopback, so it closes with the last; until then
// what connects to one that is off is closed at once.
func TestSwitchedOff(t *testing.T) {
	before := listening(t)
	s, at := two(t)
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	all := fmt.Sprintf("0.0.0.0:%d", at[0].Port())
	hold := func(when string, want ...string) {
		t.Helper()
		slices.Sort(want)
		got := slices.DeleteFunc(listening(t), func(a string) bool { return slices.Contains(before, a) })
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v listen, want %v", when, got, want)
		}
	}
	enable := func(i int, on bool) {
		t.Helper()
		if err := s.Enable(at[i], on); err != nil {
			t.Fatal(err)
		}
	}
	hold("at first", all)
	open, err := modbus.Dial(t.Context(), at[0].String())
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()

	enable(0, false)
	if answers(t, at[0]) || s.Enabled(at[0]) {
		t.Error("the one that is off answers a new connection")
	}
	if _, err := open.Unit(255).ReadRegisters(t.Context(), 32000, 1); err == nil {
		t.Error("the one that is off answers an old connection")
	}
	if !answers(t, at[1]) {
		t.Error("the other one does not answer")
	}
	hold("one off", all)
	enable(1, false)
	hold("both off")
	if c, err := net.Dial("tcp", at[1].String()); err == nil {
		c.Close()
		t.Error("a connection to what is off was accepted")
	}
	enable(0, true)
	hold("one on again", all)
	if !answers(t, at[0]) || answers(t, at[1]) {
		t.Error("the wrong one answers")
	}
	enable(1, true)
	hold("both on again", all)
	enable(0, false)
	hold("one off again", all)
}

// Switched off before the start, an address gets no socket; nothing else can be
// switched.
func TestSwitchedOffAtStart(t *testing.T) {
	before := listening(t)
	s, at := two(t)
	for _, a := range at {
		if err := s.Enable(a, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	if got := listening(t); !slices.Equal(got, before) {
		t.Errorf("%v listen", got)
	}
	if s.Enable(netip.MustParseAddrPort("127.0.77.13:1"), true) == nil {
		t.Error("an address at which nothing is was switched on")
	}
}
