package ethernet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/paths/ethernet"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

func entry(t *testing.T, from string, l ethernet.Level) ethernet.Entry {
	t.Helper()
	r, err := ethernet.ParseRange(from)
	if err != nil {
		t.Fatal(err)
	}
	return ethernet.Entry{From: r, Level: l}
}

// TestFilterVerdict has a row for each way in which a list says what an address may do.
func TestFilterVerdict(t *testing.T) {
	old := ethernet.Filtering{On: true, Addresses: []ethernet.Entry{
		entry(t, "192.0.2.7", ethernet.ReadWrite), entry(t, "192.0.2.8", ethernet.ReadOnly), entry(t, "192.0.2.9", ethernet.NoAccess),
	}}
	open := old
	open.Anonymous = true
	later := ethernet.Filtering{On: true, Generation: ethernet.ByRange,
		Global:     []ethernet.Entry{entry(t, "192.0.2.0/24", ethernet.ReadOnly), entry(t, "198.51.100.1-198.51.100.9", ethernet.ReadWrite)},
		Exceptions: []ethernet.Entry{entry(t, "192.0.2.7", ethernet.ReadWrite), entry(t, "192.0.2.128/25", ethernet.NoAccess)},
	}
	for _, c := range []struct {
		name string
		f    ethernet.Filtering
		from string
		want ethernet.Level
	}{
		{"off: everybody", ethernet.Filtering{}, "192.0.2.7", ethernet.ReadWrite},
		{"off, with a list left in it", ethernet.Filtering{Addresses: old.Addresses}, "192.0.2.9", ethernet.ReadWrite},
		{"on and empty: nobody", ethernet.Filtering{On: true}, "192.0.2.7", ethernet.NoAccess},
		{"address, read-write", old, "192.0.2.7", ethernet.ReadWrite},
		{"address as IPv6 spells it", old, "::ffff:192.0.2.7", ethernet.ReadWrite},
		{"address, read", old, "192.0.2.8", ethernet.ReadOnly},
		{"address, none", old, "192.0.2.9", ethernet.NoAccess},
		{"another", old, "192.0.2.10", ethernet.NoAccess},
		{"another, anonymous", open, "192.0.2.10", ethernet.ReadOnly},
		{"none stays none, anonymous", open, "192.0.2.9", ethernet.NoAccess},
		{"global range", later, "192.0.2.50", ethernet.ReadOnly},
		{"exception that gives more", later, "192.0.2.7", ethernet.ReadWrite},
		{"exception that takes away", later, "192.0.2.200", ethernet.NoAccess},
		{"last of a range", later, "198.51.100.9", ethernet.ReadWrite},
		{"behind the last", later, "198.51.100.10", ethernet.NoAccess},
		{"IPv6 is in no list of IPv4", later, "2001:db8::1", ethernet.NoAccess},
		{"a generation that is none", ethernet.Filtering{On: true, Generation: 9}, "192.0.2.7", ethernet.NoAccess},
	} {
		if v := c.f.Of(netip.MustParseAddr(c.from)); v.Level != c.want || v.Rule == "" {
			t.Errorf("%s: %v has %v (%q), want %v", c.name, c.from, v.Level, v.Rule, c.want)
		}
	}
	if v := old.Of(netip.Addr{}); v.Level != ethernet.NoAccess {
		t.Errorf("no address at all has %v", v.Level)
	}
}

// The list of functions is the one of the vendor's page, written out here a
// second time: a function that creeps into the table is seen.
func TestReadableIsTheList(t *testing.T) {
	var got []string
	for _, r := range ethernet.Readable {
		got = append(got, strings.TrimSpace(fmt.Sprint(r.Function, " ", r.Subs)))
	}
	want := []string{"1 []", "2 []", "3 []", "4 []", "7 []", "8 []", "11 []", "12 []", "17 []", "20 []", "24 []", "43 [14 15 16]", "100 []"}
	if !slices.Equal(got, want) {
		t.Errorf("level Read admits\n%v, want\n%v", got, want)
	}
}

// TestFilterValidate: all that is wrong is told at once, each with its line.
func TestFilterValidate(t *testing.T) {
	many := make([]ethernet.Entry, 11)
	for i := range many {
		many[i] = entry(t, fmt.Sprintf("192.0.2.%d", i+1), ethernet.ReadOnly)
	}
	bad := ethernet.Filtering{
		Addresses:   append(many, entry(t, "192.0.2.1", ethernet.ReadWrite), entry(t, "198.51.100.0/24", ethernet.ReadOnly), ethernet.Entry{}),
		Global:      many[:1],
		Connections: 12,
	}
	err := bad.Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"take the last 4 away", "address 12: 192.0.2.1 is in entry 1", "address 13: 198.51.100.0-198.51.100.255 is a range",
		"address 14: no address", "global access list: this generation", "8 or 16"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not told: %q in\n%v", want, err)
		}
	}
	var f ethernet.Filter
	if f.Set(bad) == nil {
		t.Error("settings that are wrong were taken")
	}
	if f.Of(netip.MustParseAddr("192.0.2.200")).Level != ethernet.ReadWrite {
		t.Error("settings that are wrong act")
	}
}

func TestFilterTraps(t *testing.T) {
	me := netip.MustParseAddr("192.0.2.7")
	for _, c := range []struct {
		name string
		f    ethernet.Filtering
		want []string
	}{
		{"off", ethernet.Filtering{}, nil},
		{"all is well", ethernet.Filtering{On: true, Addresses: []ethernet.Entry{entry(t, "192.0.2.7", ethernet.ReadWrite)}}, nil},
		{"empty", ethernet.Filtering{On: true}, []string{"lock yourself out", "Nobody could command", "Nobody could even read"}},
		{"I read", ethernet.Filtering{On: true, Addresses: []ethernet.Entry{entry(t, "192.0.2.7", ethernet.ReadOnly)}}, []string{"would only read", "Nobody could command"}},
		{"anonymous", ethernet.Filtering{On: true, Anonymous: true}, []string{"would only read", "Nobody could command"}},
		{"others", ethernet.Filtering{On: true, Addresses: []ethernet.Entry{entry(t, "192.0.2.9", ethernet.ReadWrite)}}, []string{"lock yourself out"}},
	} {
		got := c.f.Traps(me)
		ok := len(got) == len(c.want)
		for i := range c.want {
			ok = ok && strings.Contains(got[i], c.want[i])
		}
		if !ok {
			t.Errorf("%s: told %q, want %q", c.name, got, c.want)
		}
	}
}

// What is stored comes back as it was; words that are none are refused.
func TestFilteringJSON(t *testing.T) {
	f := ethernet.Filtering{On: true, Generation: ethernet.ByRange, Connections: 8,
		Global: []ethernet.Entry{entry(t, "192.0.2.0/24", ethernet.ReadOnly)}, Exceptions: []ethernet.Entry{entry(t, "2001:db8::7", ethernet.ReadWrite)}}
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var back ethernet.Filtering
	if err := json.Unmarshal(b, &back); err != nil || fmt.Sprint(back) != fmt.Sprint(f) {
		t.Errorf("%s came back as %v (%v)", b, back, err)
	}
	for _, bad := range []string{`{"global":[{"from":"192.0.2.7","level":"all"}]}`, `{"global":[{"from":"fe80::1%eth0","level":"read"}]}`, `{"generation":"3"}`, `{"global":[{"from":"192.0.2.9-192.0.2.7"}]}`} {
		if json.Unmarshal([]byte(bad), &back) == nil {
			t.Errorf("%s was read", bad)
		}
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
		ask := func(l ethernet.Level) ([]byte, served) {
			var d served
			filter := &ethernet.Filter{}
			if err := filter.Set(ethernet.Filtering{On: true, Addresses: []ethernet.Entry{entry(t, "192.0.2.7", l)}}); err != nil {
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

		if out, d := ask(ethernet.ReadWrite); !bytes.Equal(out, want) || d != bare {
			t.Errorf("read-write: % x and %+v, the bare device % x and %+v", out, d, want, bare)
		}
		if out, d := ask(ethernet.NoAccess); len(out) != 0 || d != (served{}) {
			t.Errorf("none: % x and %+v", out, d)
		}
		out, d := ask(ethernet.ReadOnly)
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
	level := func(l ethernet.Level) {
		t.Helper()
		if err := s.Filter(addr).Set(ethernet.Filtering{On: true, Addresses: []ethernet.Entry{entry(t, "127.0.0.1", l)}}); err != nil {
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
	level(ethernet.ReadOnly)
	if err := write(); err != modbus.IllegalFunction {
		t.Errorf("read: setting the clock by function 16 answered %v, want exception 01", err)
	}
	if err := read(); err != nil {
		t.Errorf("read: %v", err)
	}
	if _, err := c.Unit(255).SetClock(ctx, modbus.DateTimeOf(time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC))); err != nil {
		t.Errorf("read: function 43/16, which the list has: %v", err)
	}
	level(ethernet.ReadWrite)
	if err := write(); err != nil {
		t.Errorf("read-write: %v", err)
	}
	level(ethernet.NoAccess)
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

// The unit's own record shows nothing of what the filter refused: no password was tried.
func TestFilterBeforePassword(t *testing.T) {
	b := newBench(t)
	filter := &ethernet.Filter{}
	if err := filter.Set(ethernet.Filtering{On: true, Anonymous: true}); err != nil {
		t.Fatal(err)
	}
	h := ethernet.Filtered(filter, b.bank)
	q := &modbus.Query{Now: time.Now(), Remote: netip.MustParseAddrPort("192.0.2.7:50000"), Unit: 255,
		PDU: modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: command(904, 10, 5377, 1, "3333")}.Append(nil)}
	h.Serve(q, nil)
	b.step(time.Second)
	if !b.u.Closed() {
		t.Error("the breaker opened for an address that may only read")
	}
	if w := b.word(scada, regmap.CommandEcho); w != 0 {
		t.Errorf("the command reached the interface: echo %d", w)
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
