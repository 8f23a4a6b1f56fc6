package client_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"switchroom/client"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// counter counts what reaches a unit and is no reading: whatever its function.
type counter struct {
	modbus.Handler
	frames atomic.Int32
}

func (c *counter) Serve(q *modbus.Query, out []byte) []byte {
	if f := q.Function(); f != modbus.FuncReadHolding && f != modbus.FuncReadInput {
		c.frames.Add(1)
	}
	return c.Handler.Serve(q, out)
}

// counted is a fake unit that has no virtual mark, and what counts its frames.
func counted() (*unit, *counter) {
	u := hardware()
	return u, &counter{Handler: modbus.NewBank(u)}
}

func worst(c *regmap.Command) points.Certainty { return max(c.Certainty, c.Layout) }

// example gives every parameter a value that fits.
func example(cmd *regmap.Command) (args []client.Argument) {
	for _, p := range cmd.Params {
		args = append(args, client.Argument{Name: p.Name, Value: points.Number(0)})
	}
	return args
}

// TestGate sends every row of the command table to hardware: by itself, with
// every other uncertain code allowed, with exactly its own, and strictly.
func TestGate(t *testing.T) {
	var uncertain []uint16
	for i := range regmap.Commands {
		if c := &regmap.Commands[i]; worst(c) >= points.Inferred {
			uncertain = append(uncertain, c.Code)
		}
	}
	if len(uncertain) < 20 {
		t.Fatalf("only %d uncertain commands: this test proves little", len(uncertain))
	}
	for i := range regmap.Commands {
		cmd := &regmap.Commands[i]
		others := slices.DeleteFunc(slices.Clone(uncertain), func(c uint16) bool { return c == cmd.Code })
		sure := worst(cmd) < points.Inferred
		for _, c := range []struct {
			why  string
			o    client.Options
			sent bool
		}{
			{"by itself", client.Options{}, sure},
			{"every other allowed", client.Options{Allow: others}, sure},
			{"allowed", client.Options{Allow: []uint16{cmd.Code}}, true},
			{"strict", client.Options{Strict: true}, sure},
			{"strict and allowed", client.Options{Strict: true, Allow: []uint16{cmd.Code}}, sure},
		} {
			u, n := counted()
			cl := dial(t, serve(t, n), c.o)
			_, err := cl.Run(context.Background(), cmd, "0000", example(cmd))
			want := []uint16(nil)
			if c.sent {
				want = []uint16{cmd.Code}
			}
			if got := u.sent(); !slices.Equal(got, want) || int(n.frames.Load()) != len(want) {
				t.Errorf("command %d (%v, layout %v), %s: commands %v, %d frames; %v", cmd.Code, cmd.Certainty, cmd.Layout, c.why, got, n.frames.Load(), err)
			}
			if c.sent == errors.Is(err, client.ErrUncertain) {
				t.Errorf("command %d, %s: %v", cmd.Code, c.why, err)
			}
			cl.Close()
		}
	}
}

var uncertainCommand = func() *regmap.Command {
	c, _ := regmap.CommandByCode(1932, regmap.DestControlUnit)
	return c
}()

// TestMarkIsNotRemembered: a unit that marks itself as virtual for a while gets
// nothing uncertain any more once it does not.
func TestMarkIsNotRemembered(t *testing.T) {
	u, n := counted()
	u.regs[60001] = regmap.Virtual
	c := dial(t, serve(t, n), client.Options{})
	send := func() error {
		_, err := c.Run(context.Background(), uncertainCommand, "0000", example(uncertainCommand))
		return err
	}
	if err := send(); err != nil || len(u.sent()) != 1 {
		t.Fatalf("virtual: %v", err)
	}
	u.change(func() { delete(u.regs, 60001) })
	if err := send(); !errors.Is(err, client.ErrUncertain) || len(u.sent()) != 0 {
		t.Errorf("no longer virtual: %v", err)
	}
	u.change(func() { u.regs[60001] = regmap.Virtual + 1 })
	if err := send(); !errors.Is(err, client.ErrUncertain) || len(u.sent()) != 0 {
		t.Errorf("another mark: %v", err)
	}
}

// TestMarkLostInSession: the mark goes when the session is open. What is certain
// enough was sent, what is not was held back.
func TestMarkLostInSession(t *testing.T) {
	u, n := counted()
	u.regs[60001] = regmap.Virtual
	u.regs[regmap.CommandCount], u.regs[regmap.CommandReply+1] = 4, 7
	u.after = func(u *unit, _ uint16) { delete(u.regs, 60001) }
	c := dial(t, serve(t, n), client.Options{})
	err := c.Write(context.Background(), "0000", 0,
		client.Setting{Point: points.ProtectionLongTimeIr, Value: points.Number(800)},
		client.Setting{Point: points.ProtectionLongTimeTr, Value: points.Number(4)})
	if !errors.Is(err, client.ErrUncertain) {
		t.Errorf("%v", err)
	}
	for _, code := range u.sent() {
		if cmd, ok := regmap.CommandByCode(code, regmap.DestControlUnit); !ok || worst(cmd) >= points.Inferred {
			t.Errorf("command %d was sent after the mark was gone", code)
		}
	}
}

// TestSilenceIsHardware: a unit that does not answer for its mark, or answers
// with an exception, counts as hardware.
func TestSilenceIsHardware(t *testing.T) {
	for name, answer := range map[string]func(q *modbus.Query, out []byte) []byte{
		"silent": func(_ *modbus.Query, out []byte) []byte { return out },
		"busy": func(q *modbus.Query, out []byte) []byte {
			return modbus.AppendException(out, q.Function(), modbus.DeviceBusy)
		},
		"cut": func(_ *modbus.Query, out []byte) []byte { return append(out, 3, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			u, n := counted()
			u.regs[60001] = regmap.Virtual
			h := modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte {
				if r, e := modbus.ParseReadRequest(q.PDU); e == modbus.NoException && r.Address == 60000 {
					return answer(q, out)
				}
				return n.Serve(q, out)
			})
			c := dial(t, serve(t, h), client.Options{Timeout: 50 * time.Millisecond})
			_, err := c.Run(context.Background(), uncertainCommand, "0000", example(uncertainCommand))
			if !errors.Is(err, client.ErrUncertain) || n.frames.Load() != 0 {
				t.Errorf("%v, %d frames", err, n.frames.Load())
			}
		})
	}
}

// TestAnotherDeviceAtTheAddress: the virtual unit goes, and hardware answers at
// its address. The client has one connection and makes no other, so that nothing
// reaches the hardware; a new client asks it anew.
func TestAnotherDeviceAtTheAddress(t *testing.T) {
	virtual, _ := counted()
	virtual.regs[60001] = regmap.Virtual
	var away atomic.Bool
	bank := modbus.NewBank(virtual)
	first := &modbus.Endpoint{Handler: modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte {
		if away.Load() {
			q.Later().Hangup()
			return out
		}
		return bank.Serve(q, out)
	})}
	_, n := counted()
	second := &modbus.Endpoint{Handler: n}
	address := serveRoute(t, func(_, _ netip.AddrPort) *modbus.Endpoint {
		if away.Load() {
			return second
		}
		return first
	})
	ctx := context.Background()
	c := dial(t, address, client.Options{})
	if !c.Virtual(ctx) {
		t.Fatal("not virtual")
	}
	away.Store(true)
	for range 3 {
		if _, err := c.Run(ctx, uncertainCommand, "0000", example(uncertainCommand)); err == nil {
			t.Error("sent")
		}
	}
	if s := second.Stats(); s.Accepted != 0 {
		t.Errorf("%d connections to the hardware: the client has dialled again", s.Accepted)
	}
	again := dial(t, address, client.Options{})
	if _, err := again.Run(ctx, uncertainCommand, "0000", example(uncertainCommand)); !errors.Is(err, client.ErrUncertain) || n.frames.Load() != 0 {
		t.Errorf("a new client: %v, %d frames", err, n.frames.Load())
	}
}

// serveRoute serves whoever route picks.
func serveRoute(t *testing.T, route func(local, remote netip.AddrPort) *modbus.Endpoint) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &modbus.Server{Route: route}
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(l) }()
	t.Cleanup(func() { s.Close(); <-done })
	return "modbus://" + l.Addr().String() + "/255"
}

// TestMisreadIsNotWritten: a setting that goes along with another is not taken
// from a register that is only inferred and written to hardware.
func TestMisreadIsNotWritten(t *testing.T) {
	u, n := counted()
	u.regs[regmap.CommandCount], u.regs[regmap.CommandReply+1] = 4, 7
	codes := []uint16{1930, 51596, 1932, 1933}
	c := dial(t, serve(t, n), client.Options{Allow: codes})
	set := client.Setting{Point: points.ProtectionGroundFaultTg, Value: points.Number(0.1)}
	err := c.Write(context.Background(), "0000", 0, set)
	if err == nil || !strings.Contains(err.Error(), "give it too") {
		t.Errorf("%v", err)
	}
	if got := u.sent(); slices.Contains(got, 51596) {
		t.Errorf("what was read from an inferred register was written: %v", got)
	}
}

// TestReliance: the list names registers, commands and behaviours, each with its
// source.
func TestReliance(t *testing.T) {
	u, n := counted()
	u.after = opens
	u.regs[32034], u.regs[32035] = 0xFFC0, 0
	u.regs[12016] = 0xFFFF
	c := dial(t, serve(t, n), client.Options{})
	ctx := context.Background()
	if err := c.Open(ctx, "3333"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(ctx, points.CurrentN, points.DeviceClock, points.DiagnosticInterfaceLost, points.EnergyActiveDelivered); err != nil {
		t.Fatal(err)
	}
	got := map[string]client.Reliance{}
	for _, r := range c.Relied() {
		got[r.What] = r
		if r.Source == "" || r.Kind == "" || r.Certainty <= points.Confirmed {
			t.Errorf("%+v", r)
		}
	}
	for what, kind := range map[string]client.Kind{
		"register 32034 (current.n)":                                       client.RegisterKind,
		"register 32000 (quality of each bit of 32001)":                    client.RegisterKind,
		"a FLOAT32 that is NaN is not available":                           client.BehaviourKind,
		"a value of several registers has its most significant word first": client.BehaviourKind,
		"a date and time is laid out as DATETIME (TI081)":                  client.BehaviourKind,
		"answer 0x00 of a command means: success":                          client.BehaviourKind,
		"registers 8016 to 8019 of a command hold 0, 8019, 8020, 8021":     client.BehaviourKind,
		"unit id 255 is the interface and the breaker behind it":           client.BehaviourKind,
	} {
		if got[what].Kind != kind {
			t.Errorf("%q is not in the list %v", what, got)
		}
	}
	if r, ok := got["command 904 (breaker.open)"]; ok {
		t.Errorf("a confirmed command is in the list: %v", r)
	}
}

// TestCodeIsOneCommand: a code that goes to several modules allows no more than
// one uncertain command, since a person allows by code.
func TestCodeIsOneCommand(t *testing.T) {
	seen := map[uint16]bool{}
	for i := range regmap.Commands {
		c := &regmap.Commands[i]
		if worst(c) >= points.Inferred && seen[c.Code] {
			t.Errorf("command %d stands for several uncertain commands: allowing it allows them all", c.Code)
		}
		seen[c.Code] = seen[c.Code] || worst(c) >= points.Inferred
	}
}
