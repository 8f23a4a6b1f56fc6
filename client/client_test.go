package client_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/client"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// unit is a fake unit: registers, and an answer to every command. It marks
// itself as virtual only where register 60001 is set.
type unit struct {
	mu       sync.Mutex
	regs     map[regmap.Register]uint16
	commands []uint16 // codes that arrived
	status   uint16   // answer to every command
	busy     int      // polls that read "in progress" first
	after    func(*unit, uint16)
	writes   func(q *modbus.Query) modbus.Exception
	reads    int
}

func (u *unit) ReadRegisters(_ *modbus.Query, addr, count uint16, out []byte) ([]byte, modbus.Exception) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.reads++
	for a := addr; a < addr+count; a++ {
		r := regmap.At(a)
		v, ok := u.regs[r]
		if !ok && r >= 60000 {
			return out, modbus.IllegalDataAddress
		}
		if r == regmap.CommandStatus && u.busy > 0 {
			u.busy--
			v = regmap.InProgress
		}
		out = binary.BigEndian.AppendUint16(out, v)
	}
	return out, modbus.NoException
}

func (u *unit) WriteRegisters(q *modbus.Query, addr uint16, values []byte) modbus.Exception {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.writes != nil {
		if e := u.writes(q); e != modbus.NoException {
			return e
		}
	}
	code := binary.BigEndian.Uint16(values)
	u.commands = append(u.commands, code)
	u.regs[regmap.CommandEcho] = code
	u.regs[regmap.CommandStatus] = u.status
	if u.after != nil {
		u.after(u, code)
	}
	return modbus.NoException
}

// sent returns the codes that arrived, and forgets them.
func (u *unit) sent() []uint16 {
	u.mu.Lock()
	defer u.mu.Unlock()
	c := u.commands
	u.commands = nil
	return c
}

// change changes the unit between requests.
func (u *unit) change(f func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f()
}

// serve puts a handler behind an address.
func serve(t *testing.T, h modbus.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &modbus.Endpoint{Handler: h}
	s := &modbus.Server{Route: func(_, _ netip.AddrPort) *modbus.Endpoint { return e }}
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(l) }()
	t.Cleanup(func() { s.Close(); <-done })
	return "modbus://" + l.Addr().String() + "/255"
}

func dial(t *testing.T, address string, o client.Options) *client.Client {
	t.Helper()
	if o.Timeout == 0 {
		o.Timeout = 500 * time.Millisecond
	}
	c, err := client.Dial(context.Background(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// hardware is a fake unit that does not mark itself as virtual.
func hardware() *unit { return &unit{regs: map[regmap.Register]uint16{32000: 0x2F, 32001: 0x29}} }

// opens makes the unit open and close.
func opens(u *unit, code uint16) {
	switch code {
	case 904:
		u.regs[32001] &^= 1
	case 905:
		u.regs[32001] |= 1
	}
}

func TestOpenIsConfirmed(t *testing.T) {
	u := hardware()
	u.after, u.busy = opens, 3
	c := dial(t, serve(t, modbus.NewBank(u)), client.Options{})
	if err := c.Open(context.Background(), "3333"); err != nil {
		t.Fatal(err)
	}
	if got := u.sent(); !slices.Equal(got, []uint16{904}) {
		t.Errorf("commands %v", got)
	}
	u.change(func() { u.after = nil }) // it says success and does nothing
	err := c.CloseBreaker(context.Background(), "3333")
	var e *client.Error
	if !errors.As(err, &e) || !e.MayHaveHappened {
		t.Errorf("a success that does not show: %v", err)
	}
}

func TestWhetherItHappened(t *testing.T) {
	for _, c := range []struct {
		name string
		unit func(*unit)
		pass string
		may  bool
		want string
	}{
		{"refused", func(u *unit) { u.status = 0x1501 }, "9999", false, "insufficient rights"},
		{"not confirmed in time", func(u *unit) { u.status = 0x1516 }, "3333", true, "did not confirm"},
		{"exception", func(u *unit) { u.writes = func(*modbus.Query) modbus.Exception { return modbus.DeviceBusy } }, "3333", false, "busy"},
		{"no password", func(*unit) {}, "", false, "exactly four"},
		{"another client's echo", func(u *unit) { u.after = func(u *unit, _ uint16) { u.regs[regmap.CommandEcho] = 768 } }, "3333", true, "another client"},
		{"for ever in progress", func(u *unit) { u.busy = 1 << 20 }, "3333", true, "still in progress"},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := hardware()
			c.unit(u)
			cl := dial(t, serve(t, modbus.NewBank(u)), client.Options{})
			err := cl.Open(context.Background(), c.pass)
			var e *client.Error
			if !errors.As(err, &e) || e.MayHaveHappened != c.may || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v; may have happened %v, want %v", err, e != nil && e.MayHaveHappened, c.may)
			}
			if c.pass != "" && strings.Contains(err.Error(), c.pass) {
				t.Errorf("the error tells the password: %v", err)
			}
			if got := u.sent(); len(got) > 1 {
				t.Errorf("repeated: %v", got)
			}
		})
	}
}

// TestSilence: an answer that does not come, and a connection that breaks, may
// have opened the breaker.
func TestSilence(t *testing.T) {
	for name, end := range map[string]func(*modbus.Pending){"silent": (*modbus.Pending).Drop, "hangs up": (*modbus.Pending).Hangup} {
		t.Run(name, func(t *testing.T) {
			u := hardware()
			bank := modbus.NewBank(u)
			var n atomic.Int32
			address := serve(t, modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte {
				if q.PDU[0] != modbus.FuncWrite {
					return bank.Serve(q, out)
				}
				n.Add(1)
				end(q.Later())
				return out
			}))
			c := dial(t, address, client.Options{Timeout: 200 * time.Millisecond})
			err := c.Open(context.Background(), "3333")
			var e *client.Error
			if !errors.As(err, &e) || !e.MayHaveHappened || n.Load() != 1 {
				t.Errorf("%v, written %d times", err, n.Load())
			}
		})
	}
}

func TestAllowAndStrict(t *testing.T) {
	ctx := context.Background()
	u := hardware()
	address := serve(t, modbus.NewBank(u))
	ir := client.Setting{Point: points.ProtectionLongTimeIr, Value: points.Number(800)}
	tr := client.Setting{Point: points.ProtectionLongTimeTr, Value: points.Number(4)}
	if err := dial(t, address, client.Options{}).Write(ctx, "0000", 0, ir, tr); !errors.Is(err, client.ErrUncertain) {
		t.Errorf("a session whose last command is inferred: %v", err)
	}
	if got := u.sent(); len(got) != 0 {
		t.Errorf("half a session was sent: %v", got)
	}
	u.change(func() { u.regs[regmap.CommandCount], u.regs[regmap.CommandReply+1] = 4, 7 })
	if err := dial(t, address, client.Options{Allow: []uint16{1932, 1933}}).Write(ctx, "0000", 0, ir, tr); err != nil {
		t.Errorf("allowed: %v", err)
	}
	if got := u.sent(); !slices.Equal(got, []uint16{1930, 51593, 1932, 1933}) {
		t.Errorf("commands %v", got)
	}
	u.change(func() { u.regs[60001] = regmap.Virtual })
	err := dial(t, address, client.Options{}).Write(ctx, "0000", 0, ir, tr)
	if got := u.sent(); err != nil || len(got) != 4 {
		t.Errorf("a virtual unit: %v, %v", err, got)
	}
	strict := dial(t, address, client.Options{Strict: true})
	if err := strict.Write(ctx, "0000", 0, ir, tr); !errors.Is(err, client.ErrUncertain) {
		t.Errorf("strict: %v", err)
	}
	if _, err := strict.Read(ctx, points.CurrentN); err == nil {
		t.Error("strict reads an inferred register")
	}
	if _, err := strict.Read(ctx, points.CurrentL1); err != nil {
		t.Errorf("strict refuses a reported register: %v", err)
	}
	r := slices.DeleteFunc(strict.Relied(), func(r client.Reliance) bool { return r.Kind != client.RegisterKind })
	if len(r) != 1 || r[0].Certainty != points.Reported {
		t.Errorf("relied on %v", r)
	}
}

func TestReadJoinsRequests(t *testing.T) {
	u := hardware()
	for r := regmap.Register(32028); r < 32124; r++ {
		u.regs[r] = 0x4248 // 50.0… in the first word
	}
	c := dial(t, serve(t, modbus.NewBank(u)), client.Options{})
	readings, err := c.Read(context.Background(), points.CurrentL1, points.CurrentL3, points.Frequency, points.EnergyApparent, points.BreakerClosed)
	if err != nil {
		t.Fatal(err)
	}
	u.change(func() {
		if u.reads > 3 {
			t.Errorf("%d requests", u.reads)
		}
	})
	if !readings[4].Value.Bool() {
		t.Error("breaker.closed is not read")
	}
	u.change(func() { u.regs[32000] = 0 })
	readings, err = c.Read(context.Background(), points.BreakerClosed)
	if err != nil || readings[0].Value.Available() {
		t.Errorf("a bit of invalid quality reads %v, %v", readings[0].Value, err)
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		in, host string
		unit     byte
	}{
		{"modbus://127.0.1.1:5020/255", "127.0.1.1:5020", 255}, {"modbus://127.0.1.1", "127.0.1.1:502", 255},
		{"modbus://[::1]:5020/3", "[::1]:5020", 3}, {"modbus://incomer-1/0", "incomer-1:502", 0},
	} {
		host, unit, err := client.ParseAddress(c.in)
		if err != nil || host != c.host || unit != c.unit {
			t.Errorf("%s: %s, %d, %v", c.in, host, unit, err)
		}
	}
	for _, bad := range []string{"", "127.0.0.1", "http://127.0.0.1/", "modbus:///1", "modbus://h/256", "modbus://h/x", "modbus://u:secret@h/1"} {
		_, _, err := client.ParseAddress(bad)
		if err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
