package ethernet_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/paths/bus"
	"switchroom/paths/ethernet"
	"switchroom/paths/ethernet/filtering"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

func entry(t *testing.T, from string, l filtering.Level) filtering.Entry {
	t.Helper()
	r, err := filtering.ParseRange(from)
	if err != nil {
		t.Fatal(err)
	}
	return filtering.Entry{From: r, Level: l}
}

// Settings that are wrong change nothing.
func TestFilterRefusesWrongSettings(t *testing.T) {
	bad := filtering.Settings{On: true, Connections: 12}
	var f ethernet.Filter
	if f.Set(bad) == nil {
		t.Error("settings that are wrong were taken")
	}
	if f.Of(netip.MustParseAddr("192.0.2.200")).Level != filtering.ReadWrite {
		t.Error("settings that are wrong act")
	}
}

// served is a device that notes what reaches it.
type served struct{ reads, writes, clocks int }

func (s *served) ReadRegisters(_ *modbus.Query, _, n uint16, out []byte) ([]byte, modbus.Exception) {
	s.reads++
	return append(out, make([]byte, 2*n)...), modbus.NoException
}
func (s *served) WriteRegisters(*modbus.Query, uint16, []byte) modbus.Exception {
	s.writes++
	return modbus.NoException
}
func (s *served) Identify(*modbus.Query) []modbus.Object {
	return []modbus.Object{{Value: "a"}, {ID: 1, Value: "b"}, {ID: 2, Value: "c"}}
}
func (s *served) Clock(*modbus.Query) modbus.DateTime {
	return modbus.DateTime{Year: 2030, Month: 1, Day: 1}
}
func (s *served) SetClock(*modbus.Query, modbus.DateTime) modbus.Exception {
	s.clocks++
	return modbus.NoException
}

// FuzzFilter holds what is filtered to what is served, for any request: with
// read-write the answer is that of the bare device; with read it is that, or a
// refusal of a function that is not in the list and of which the device then saw
// nothing; no write reaches it in any encoding; with none it sees nothing at all.
func FuzzFilter(f *testing.F) {
	for _, pdu := range [][]byte{
		{}, {3, 0, 0, 0, 1}, {3, 0, 0, 0, 1, 0}, {6, 0, 0, 0, 1}, {16, 0, 0, 0, 1, 2, 0, 7}, {16, 0, 0, 0, 1, 4, 0, 7, 0, 8},
		{23, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 7}, {43, 14, 1, 0}, {43, 15, 0}, {43, 16, 0, 0, 30, 1, 1, 0, 0, 0, 0}, {43}, {43, 13}, {43, 17},
		{100, 4, 4, 0, 0, 0}, {100, 4, 5, 0, 0, 0}, {0x83, 1}, {0x90, 0, 0, 0, 1, 2, 0, 7}, {8, 0, 10, 0, 0}, {22, 0, 1, 0, 1, 0, 1}, {21, 0}, {5, 0, 0, 255, 0}, {15, 0, 0, 0, 1, 1, 1},
	} {
		f.Add(byte(255), pdu)
	}
	f.Fuzz(func(t *testing.T, unit byte, pdu []byte) {
		if len(pdu) > modbus.MaxPDU {
			return
		}
		ask := func(l filtering.Level) ([]byte, served) {
			var d served
			filter := &ethernet.Filter{}
			if err := filter.Set(filtering.Settings{On: true, Addresses: []filtering.Entry{entry(t, "192.0.2.7", l)}}); err != nil {
				t.Fatal(err)
			}
			q := modbus.Query{Now: time.Now(), Remote: netip.MustParseAddrPort("192.0.2.7:50000"), Unit: unit, PDU: bytes.Clone(pdu)}
			out := ethernet.Filtered(filter, modbus.NewBank(&d)).Serve(&q, nil)
			if !bytes.Equal(q.PDU, pdu) {
				t.Fatal("the request was changed on its way")
			}
			return out, d
		}
		var bare served
		q := modbus.Query{Now: time.Now(), Unit: unit, PDU: bytes.Clone(pdu)}
		want := modbus.NewBank(&bare).Serve(&q, nil)

		if out, d := ask(filtering.ReadWrite); !bytes.Equal(out, want) || d != bare {
			t.Errorf("read-write: % x and %+v, the bare device % x and %+v", out, d, want, bare)
		}
		if out, d := ask(filtering.NoAccess); len(out) != 0 || d != (served{}) {
			t.Errorf("none: % x and %+v", out, d)
		}
		out, d := ask(filtering.ReadOnly)
		refusal := modbus.AppendException(nil, q.Function(), modbus.IllegalFunction)
		switch {
		case d.writes != 0:
			t.Errorf("read: a write was served: % x", pdu)
		case inList(pdu) && (!bytes.Equal(out, want) || d != bare):
			t.Errorf("read: % x and %+v, the bare device % x and %+v", out, d, want, bare)
		case !inList(pdu) && (!bytes.Equal(out, refusal) || d != (served{})):
			t.Errorf("read, not in the list: % x and %+v", out, d)
		}
	})
}

// inList is the list written in another way than the product's.
func inList(pdu []byte) bool {
	if len(pdu) == 0 {
		return false
	}
	if pdu[0] == 43 {
		return len(pdu) > 1 && pdu[1] >= 14 && pdu[1] <= 16
	}
	return bytes.IndexByte([]byte{1, 2, 3, 4, 7, 8, 11, 12, 17, 20, 24, 100}, pdu[0]) >= 0
}

// filteredServer serves one unit at an address of its own.
func filteredServer(t *testing.T, b *bench, o ethernet.Options) (*ethernet.Server, netip.AddrPort) {
	t.Helper()
	s := ethernet.NewServer()
	o.Address, o.Map = netip.AddrPortFrom(netip.MustParseAddr("127.0.77.10"), freePort(t)), regmap.Default()
	if _, err := s.Add(b.u, b.w, o); err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		s.Shutdown(ctx)
	})
	return s, o.Address
}

// command builds the 20 registers of a command.
func command(code, length, dest, sec uint16, password string, params ...byte) []byte {
	f := make([]byte, 40)
	for i, v := range []uint16{code, length, dest, sec} {
		binary.BigEndian.PutUint16(f[2*i:], v)
	}
	copy(f[8:12], password)
	copy(f[12:32], params)
	for i, v := range regmap.Reserved {
		binary.BigEndian.PutUint16(f[32+2*i:], v)
	}
	return f
}

// Over real connections: changes act at once, also on a connection that is
// open; an address with no access is not connected; with read the clock cannot
// be set by function 16 (R4 meets §1.6), and can by 43/16, which the list has.
func TestFilterActs(t *testing.T) {
	b := newBench(t)
	s, addr := filteredServer(t, b, ethernet.Options{})
	ctx := t.Context()
	dial := func() *modbus.Conn {
		t.Helper()
		c, err := modbus.Dial(ctx, addr.String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	level := func(l filtering.Level) {
		t.Helper()
		if err := s.Filter(addr).Set(filtering.Settings{On: true, Addresses: []filtering.Entry{entry(t, "127.0.0.1", l)}}); err != nil {
			t.Fatal(err)
		}
	}
	c := dial()
	setClock := command(769, 18, 8704, 0, "", 30, 1, 1, 10, 0, 0, 0, 0)
	write := func() error {
		return c.Unit(255).WriteRegisters(ctx, regmap.CommandFirst.Address(), setClock)
	}
	read := func() error { _, err := c.Unit(255).ReadRegisters(ctx, 32000, 1); return err }

	if err := write(); err != nil {
		t.Errorf("filtering off: %v", err)
	}
	level(filtering.ReadOnly)
	if err := write(); err != modbus.IllegalFunction {
		t.Errorf("read: setting the clock by function 16 answered %v, want exception 01", err)
	}
	if err := read(); err != nil {
		t.Errorf("read: %v", err)
	}
	if _, err := c.Unit(255).SetClock(ctx, modbus.DateTimeOf(time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC))); err != nil {
		t.Errorf("read: function 43/16, which the list has: %v", err)
	}
	level(filtering.ReadWrite)
	if err := write(); err != nil {
		t.Errorf("read-write: %v", err)
	}
	level(filtering.NoAccess)
	if err := read(); err == nil {
		t.Error("none: a request on an open connection was served")
	}
	c = dial() // the system accepts; the interface closes at once
	if err := read(); err == nil {
		t.Error("none: a new connection was served")
	}
	if closed, refused := s.Filter(addr).Counts(); closed < 2 || refused != 1 {
		t.Errorf("counted %d closed and %d refused", closed, refused)
	}
}

// A command with the right password, from an address that may only read, is not carried out.
func TestFilterBeforePassword(t *testing.T) {
	b := newBench(t)
	filter := &ethernet.Filter{}
	if err := filter.Set(filtering.Settings{On: true, Anonymous: true}); err != nil {
		t.Fatal(err)
	}
	h := ethernet.Filtered(filter, modbus.NewBank(bus.New(b.u, b.w, regmap.Default(), access.Modbus)))
	order := func() {
		h.Serve(&modbus.Query{Now: time.Now(), Remote: netip.MustParseAddrPort("192.0.2.7:50000"), Unit: 255,
			PDU: modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: command(904, 10, 5377, 1, "3333")}.Append(nil)}, nil)
		b.step(time.Second)
	}
	if order(); !b.u.Closed() {
		t.Error("the breaker opened for an address that may only read")
	}
	filter.Set(filtering.Settings{})
	if order(); b.u.Closed() {
		t.Error("filtering off, the same command does not open it: this test proves nothing")
	}
}

// Limits of connections are 8 or 16, from the start on.
func TestFilterConnections(t *testing.T) {
	addr, w := limited(t, ethernet.Options{Conns: 8})
	c, err := modbus.Dial(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := diagnose(t, w, c).limit; got != 8 {
		t.Errorf("limit %d, want 8", got)
	}
}
