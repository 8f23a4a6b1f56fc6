package main

import (
	"context"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"switchroom/regmap"
	"switchroom/trace"
	"switchroom/wire/modbus"
)

// hardware is a unit without the mark of a virtual one. It counts what it is told
// to do.
type hardware struct{ orders atomic.Int64 }

func (h *hardware) ReadRegisters(_ *modbus.Query, _, count uint16, out []byte) ([]byte, modbus.Exception) {
	return append(out, make([]byte, 2*count)...), modbus.NoException
}

func (h *hardware) WriteRegisters(*modbus.Query, uint16, []byte) modbus.Exception {
	h.orders.Add(1)
	return modbus.NoException
}

// listen serves the unit and returns its address.
func (h *hardware) listen(t *testing.T) string {
	t.Helper()
	e := &modbus.Endpoint{Handler: modbus.NewBank(h)}
	s := &modbus.Server{Route: func(_, _ netip.AddrPort) *modbus.Endpoint { return e }}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(l) }()
	t.Cleanup(func() { s.Shutdown(context.Background()); <-done })
	return l.Addr().String()
}

// traceOf is a trace of a read, and of a write of registers or of a command.
func traceOf(t *testing.T, code uint16, first regmap.Register) string {
	t.Helper()
	e := trace.Exchange{
		Time: time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC), Client: netip.MustParseAddrPort("127.0.0.1:40000"), Server: netip.MustParseAddrPort("127.0.1.1:502"),
		Unit: 255, Transaction: 1, Request: modbus.ReadRequest{Function: 3, Address: 32027, Count: 2}.Append(nil),
		Reply: modbus.ReadReply{Function: 3, Values: make([]byte, 4)}.Append(nil), Ended: trace.Answered,
	}
	w := e
	frame := make([]byte, 2*regmap.CommandWords)
	copy(frame, []byte{byte(code >> 8), byte(code), 0, 10, 0x15, 0x01, 0, 1, '*', '*', '*', '*'})
	w.Time, w.Transaction = e.Time.Add(time.Millisecond), 2
	w.Request = modbus.WriteRequest{Address: first.Address(), Values: frame}.Append(nil)
	w.Reply = modbus.WriteReply{Address: first.Address(), Count: uint16(regmap.CommandWords)}.Append(nil)
	file := filepath.Join(t.TempDir(), "t.jsonl")
	if err := os.WriteFile(file, w.AppendJSON(e.AppendJSON(nil, regmap.Default()), regmap.Default()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestReplayHardware holds that a replay does not switch hardware by itself.
func TestReplayHardware(t *testing.T) {
	pw := filepath.Join(t.TempDir(), "pw")
	if err := os.WriteFile(pw, []byte("3333\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const open, apply = 904, 1932 // confirmed; layout inferred
	for _, c := range []struct {
		code   uint16
		first  regmap.Register
		flags  string
		status int
		orders int64
		says   string
	}{
		{open, 8000, "", 0, 0, "1 not sent"},
		{open, 8000, "--writes", 1, 0, "masked"},
		{open, 8000, "--writes --password-file " + pw, 1, 0, "does not mark itself as virtual"},
		{open, 8000, "--writes --hardware --password-file " + pw, 0, 1, " 0 differ"},
		{apply, 8000, "--writes --hardware --password-file " + pw, 1, 0, "command 1932 is inferred"},
		{apply, 8000, "--writes --hardware --allow 1932 --password-file " + pw, 0, 1, " 0 differ"},
		{60000, 8000, "--writes --hardware --password-file " + pw, 1, 0, "in no table"},
		{open, 9000, "--writes --hardware --password-file " + pw, 1, 0, "is no command"},
	} {
		h := &hardware{}
		args := append([]string{"replay-trace", "--as-fast", traceOf(t, c.code, c.first), "modbus://" + h.listen(t)}, strings.Fields(c.flags)...)
		out, status := call(args...)
		if status != c.status || h.orders.Load() != c.orders || !strings.Contains(out, c.says) {
			t.Errorf("command %d at %d %s: status %d, %d orders; want %d, %d, %q in\n%s", c.code, c.first, c.flags, status, h.orders.Load(), c.status, c.orders, c.says, out)
		}
	}
}
