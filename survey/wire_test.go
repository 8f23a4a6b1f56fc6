package survey

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"runtime"
	"testing"

	"switchroom/wire/modbus"
)

// TestOverTheWire reads a unit over loopback that admits one connection: it sees
// one, and no more requests than the file tells. While somebody else has the
// connection, nothing is read.
func TestOverTheWire(t *testing.T) {
	f := breaker(t)
	e := &modbus.Endpoint{Handler: modbus.NewBank(fakeDevice{f}), Limits: modbus.Limits{Conns: 1}}
	dial := listen(t, e)
	h := Head{Unit: 255, Started: at, Plan: Plan{Identify: true, Twice: true}}
	run := func() (*Capture, error) {
		w, err := NewWriter(&bytes.Buffer{}, h)
		if err != nil {
			t.Fatal(err)
		}
		return Run(context.Background(), h, Options{Dial: dial, Budget: unlimited}, w)
	}
	c, err := run()
	s := e.Stats()
	if err != nil || s.Accepted != 1 || s.Refused != 0 || s.Requests != uint64(c.End.Requests) {
		t.Errorf("%v; %+v, %+v", err, s, c.End)
	}
	for e.Stats().Open > 0 { // the server notices the end of the connection a moment later
		runtime.Gosched()
	}
	other, err := dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := (modbus.Unit{Doer: other, ID: 255}).ReadRegisters(context.Background(), 0x7D00, 1); err != nil {
		t.Fatal(err)
	}
	_, err = run()
	var why *Stopped
	if !errors.As(err, &why) || why.Reason != Refused || e.Stats().Refused != 1 || e.Stats().Requests != s.Requests+1 {
		t.Errorf("%v; %+v", err, e.Stats())
	}
}

func listen(t *testing.T, e *modbus.Endpoint) func(context.Context) (Conn, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &modbus.Server{Route: func(_, _ netip.AddrPort) *modbus.Endpoint { return e }}
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(l) }()
	t.Cleanup(func() { s.Close(); <-done })
	return func(ctx context.Context) (Conn, error) { return modbus.Dial(ctx, l.Addr().String()) }
}
