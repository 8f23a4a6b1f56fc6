package sntp_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/paths/web/sntp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hands are the hands of a device's clock.
type hands struct {
	mu   sync.Mutex
	off  time.Duration // how far they are ahead of the host
	set  int
	fail error
}

func (h *hands) clock() sntp.Clock {
	return sntp.Clock{
		Date: func() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return time.Now().Add(h.off) },
		Set: func(to time.Time) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			if h.fail == nil {
				h.off = time.Until(to)
				h.set++
			}
			return h.fail
		},
	}
}

func (h *hands) ahead() time.Duration { h.mu.Lock(); defer h.mu.Unlock(); return h.off }

// ntpTime is a time as NTP writes it: seconds since 1900 and a fraction (RFC 5905).
func ntpTime(t time.Time) uint64 {
	d := t.Sub(time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC))
	return uint64(d/time.Second)<<32 | uint64(d%time.Second)<<32/uint64(time.Second)
}

// serverAt answers with the host's time and an offset, as change wants the reply.
func serverAt(t *testing.T, off time.Duration, change func(reply []byte) []byte) string {
	t.Helper()
	c, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { c.Close(); <-done })
	go func() {
		defer close(done)
		for {
			b := make([]byte, 512)
			n, from, err := c.ReadFrom(b)
			if err != nil {
				return
			}
			if n < 48 {
				continue
			}
			now := ntpTime(time.Now().Add(off))
			r := make([]byte, 48)
			r[0], r[1], r[2], r[3] = 4<<3|4, 2, 6, 0xEC // version 4, server, stratum 2
			binary.BigEndian.PutUint64(r[16:], now-(1<<32))
			copy(r[24:], b[40:48]) // what was asked
			binary.BigEndian.PutUint64(r[32:], now)
			binary.BigEndian.PutUint64(r[40:], now)
			if change != nil {
				r = change(r)
			}
			if r != nil {
				c.WriteTo(r, from)
			}
		}
	}()
	return c.LocalAddr().String()
}

func client(t *testing.T, h *hands, server string) *sntp.Client {
	t.Helper()
	c := sntp.New(h.clock(), false)
	t.Cleanup(c.Close)
	return c
}

// polled is a client that asks a server once.
func polled(t *testing.T, h *hands, server string) (*sntp.Client, error) {
	t.Helper()
	c := client(t, h, server)
	if err := c.Set(sntp.Settings{Server: server, Minutes: 60}); err != nil {
		t.Fatal(err)
	}
	return c, c.Poll(t.Context())
}

func near(a, b time.Duration) bool { return (a - b).Abs() < 200*time.Millisecond }

// The clock is set by the server's, from wherever it was; one that is right is
// left alone.
func TestSets(t *testing.T) {
	for _, c := range []struct {
		name         string
		clock, serve time.Duration
		set          int
	}{
		{"behind", -time.Hour, 0, 1},
		{"ahead", 365 * 24 * time.Hour, 0, 1},
		{"in 2000", -26 * 365 * 24 * time.Hour, 0, 1},
		{"the server has another time than the host", 0, 48 * time.Hour, 1},
		{"right", 100 * time.Millisecond, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &hands{off: c.clock}
			cl, err := polled(t, h, serverAt(t, c.serve, nil))
			if err != nil {
				t.Fatal(err)
			}
			s := cl.Status()
			if c.set == 1 && !near(h.ahead(), c.serve) || h.set != c.set || s.Set != c.set || s.Stratum != 2 || s.Answered.IsZero() || !near(s.Offset, c.serve-c.clock) {
				t.Errorf("ahead %v, set %d times; %+v", h.ahead(), h.set, s)
			}
		})
	}
}

// What cannot be believed leaves the clock alone and is told.
func TestDoesNotBelieve(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"not what was asked": func(r []byte) []byte { r[24] ^= 1; return r },
		"kiss of death":      func(r []byte) []byte { r[1] = 0; copy(r[12:], "RATE"); return r },
		"not synchronised":   func(r []byte) []byte { r[0] |= 3 << 6; return r },
		"stratum 16":         func(r []byte) []byte { r[1] = 16; return r },
		"a client's packet":  func(r []byte) []byte { r[0] = 4<<3 | 3; return r },
		"cut short":          func(r []byte) []byte { return r[:20] },
		"no time":            func(r []byte) []byte { clear(r[40:]); return r },
		"stale": func(r []byte) []byte {
			binary.BigEndian.PutUint64(r[16:], ntpTime(time.Now().Add(-60*24*time.Hour)))
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := &hands{off: time.Hour}
			c, err := polled(t, h, serverAt(t, 0, change))
			if err == nil || h.set != 0 || c.Status().Err == nil || !c.Status().Answered.IsZero() {
				t.Errorf("believed: %v, set %d times", err, h.set)
			}
		})
	}
}

// A device that does not let its clock be set is told of too.
func TestRefusedByTheDevice(t *testing.T) {
	h := &hands{off: time.Hour, fail: errors.New("wrong level: the clock takes level 4")}
	c, err := polled(t, h, serverAt(t, 0, nil))
	if err == nil || c.Status().Set != 0 || !strings.Contains(c.Status().Err.Error(), "level 4") {
		t.Errorf("%v; %+v", err, c.Status())
	}
}

// Switched on it asks by itself; switched off it stops at once, also while a
// server that never answers is being asked.
func TestRuns(t *testing.T) {
	h := &hands{off: time.Hour}
	asked := make(chan struct{}, 10)
	server := serverAt(t, 0, func(r []byte) []byte { asked <- struct{}{}; return r })
	c := client(t, h, server)
	if err := c.Set(sntp.Settings{On: true, Server: server, Minutes: 1}); err != nil {
		t.Fatal(err)
	}
	<-asked
	silent := serverAt(t, 0, func([]byte) []byte { asked <- struct{}{}; return nil })
	if err := c.Set(sntp.Settings{On: true, Server: silent, Minutes: 1}); err != nil {
		t.Fatal(err)
	}
	<-asked
	c.Close() // goleak holds that nothing is left
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		s    sntp.Settings
		lan  bool
		want []string
	}{
		{sntp.Default(), false, nil},
		{sntp.Settings{Server: "127.0.0.1:11123", Minutes: 1440}, false, nil},
		{sntp.Settings{Server: "[::1]:123", Minutes: 1}, false, nil},
		{sntp.Settings{Server: "192.0.2.1", Minutes: 60}, true, nil},
		{sntp.Settings{Server: "192.0.2.1", Minutes: 0}, false, []string{"listen: lan", "0 minutes"}},
		{sntp.Settings{Server: "pool.ntp.org", Minutes: 60}, true, []string{"no address"}},
		{sntp.Settings{Server: "", Minutes: 60}, true, []string{"no address"}},
		{sntp.Settings{Server: "0.0.0.0", Minutes: 60}, true, []string{"no server"}},
		{sntp.Settings{Server: "127.0.0.1:0", Minutes: 60}, true, []string{"no address"}},
	} {
		err := c.s.Validate(c.lan)
		if (err == nil) != (len(c.want) == 0) {
			t.Errorf("%+v: %v", c.s, err)
		}
		for _, w := range c.want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%+v: not told %q in %v", c.s, w, err)
			}
		}
	}
}

// A real server: chrony, which serves this machine's own time.
func TestChrony(t *testing.T) {
	tool, err := exec.LookPath("chronyd")
	if err != nil {
		t.Skip("SKIPPED, AND NOT PROVED: that a real time server is understood; chrony is not installed")
	}
	probe, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := probe.LocalAddr().(*net.UDPAddr).Port
	probe.Close()
	dir := t.TempDir()
	conf := filepath.Join(dir, "chrony.conf")
	text := fmt.Sprintf("port %d\nbindaddress 127.0.0.1\nallow 127.0.0.1\nlocal stratum 8\ncmdport 0\nbindcmdaddress /\npidfile %s/pid\n", port, dir)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	run := exec.CommandContext(ctx, tool, "-n", "-x", "-U", "-u", "root", "-f", conf)
	if err := run.Start(); err != nil {
		cancel()
		t.Skipf("SKIPPED, AND NOT PROVED: chrony does not start: %v", err)
	}
	defer func() { cancel(); run.Wait() }()

	h := &hands{off: -time.Hour}
	c := client(t, h, "")
	if err := c.Set(sntp.Settings{Server: fmt.Sprintf("127.0.0.1:%d", port), Minutes: 60}); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; {
		if err = c.Poll(t.Context()); err == nil || time.Now().After(end) {
			break // it takes a moment to listen
		}
	}
	if s := c.Status(); err != nil || !near(h.ahead(), 0) || s.Set != 1 || s.Stratum != 8 {
		t.Errorf("%v; ahead %v; %+v", err, h.ahead(), s)
	}
}
