package inject

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// No test may leave a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// unit is a fake unit: the register map with values of its own.
type unit struct{ image *regmap.Image }

func newUnit() *unit {
	u := &unit{regmap.Default().NewImage()}
	u.image.Fill(regmap.Source{Values: values(), Text: func(points.ID) string { return "text" }})
	return u
}

// values are another number for each point.
func values() points.Values {
	v := points.NewValues()
	for _, p := range points.All() {
		v[p.ID] = float64(p.ID%1000) + 0.5
		if p.Type == points.Bool {
			v[p.ID] = float64(p.ID % 2)
		}
	}
	v[points.DeviceClockSynchronised] = 1
	return v
}

func (u *unit) ReadRegisters(_ *modbus.Query, addr, count uint16, out []byte) ([]byte, modbus.Exception) {
	out, ok := u.image.Append(out, addr, count)
	if !ok {
		return out, modbus.IllegalDataAddress
	}
	return out, modbus.NoException
}

func (u *unit) WriteRegisters(*modbus.Query, uint16, []byte) modbus.Exception {
	return modbus.NoException
}

// bench is a unit behind a line behind a real socket.
type bench struct {
	testing.TB
	desk     *Desk
	line     *Line
	endpoint *modbus.Endpoint
	server   *modbus.Server
	addr     string
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{TB: t, endpoint: &modbus.Endpoint{}}
	b.line = NewLine(regmap.Default(), b)
	b.endpoint.Handler = b.line.Wrap(modbus.NewBank(newUnit()))
	b.desk = NewDesk(map[string]*Line{"Q1": b.line}, nil)
	b.server = &modbus.Server{Route: func(_, _ netip.AddrPort) *modbus.Endpoint { return b.endpoint }}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.addr = l.Addr().String()
	done := make(chan error)
	go func() { done <- b.server.Serve(l) }()
	t.Cleanup(func() { b.desk.Close(); b.server.Close(); <-done })
	return b
}

func (b *bench) Narrow(n int) { b.endpoint.Narrow(n) }
func (b *bench) Hangup()      { b.server.Hangup(b.endpoint) }

// inject injects into Q1 for as long as the test lasts.
func (b *bench) inject(fault string, with map[string]string) remote.Injection {
	b.Helper()
	in, err := b.desk.Inject(remote.Order{Fault: fault, Unit: "Q1", With: with, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	return in
}

// socket is a client that sees the bytes.
type socket struct {
	*bench
	net.Conn
	r *bufio.Reader
}

func (b *bench) dial() *socket {
	b.Helper()
	c, err := net.Dial("tcp", b.addr)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(10 * time.Second)) // a bound for what hangs, no measure
	return &socket{b, c, bufio.NewReader(c)}
}

// ask asks for two registers from 32028 on, in transaction t.
func (s *socket) ask(t uint16) {
	s.Helper()
	pdu := modbus.ReadRequest{Function: modbus.FuncReadHolding, Address: 32027, Count: 2}.Append(nil)
	if _, err := s.Write(modbus.ADU{Transaction: t, Unit: 255, PDU: pdu}.Append(nil)); err != nil {
		s.Fatal(err)
	}
}

// adu reads one message.
func (s *socket) adu() modbus.ADU {
	s.Helper()
	head := s.take(6)
	rest := s.take(int(binary.BigEndian.Uint16(head[4:])))
	a, _, ok := modbus.ParseADU(append(head, rest...))
	if !ok {
		s.Fatalf("% x % x is no message", head, rest)
	}
	return a
}

func (s *socket) take(n int) []byte {
	s.Helper()
	b := make([]byte, n)
	if _, err := io.ReadFull(s.r, b); err != nil {
		s.Fatal(err)
	}
	return b
}

// ended waits for the end of the connection, with nothing before it.
func (s *socket) ended() {
	s.Helper()
	if n, err := s.r.Read(make([]byte, 1)); n != 0 || err == nil {
		s.Fatalf("the connection goes on: %d bytes, %v", n, err)
	}
}
