package modbus

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func (g *ground) conn() *Conn {
	g.Helper()
	nc, err := g.way.dial(g.addr)
	if err != nil {
		g.Fatal(err)
	}
	c := NewConn(nc)
	g.Cleanup(func() { c.Close() })
	return c
}

func TestUnitAsksEverything(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		r := newRack()
		u := on(t, w, &Endpoint{Handler: NewBank(r)}).conn().Unit(255)
		ctx := t.Context()
		check := func(what string, got, want any, err error) {
			t.Helper()
			if err != nil || !cmp.Equal(got, want) {
				t.Errorf("%s: got %v %v, want %v", what, got, err, want)
			}
		}
		b, err := u.ReadRegisters(ctx, 31999, 2)
		check("ReadRegisters", b, []byte{0, 0, 0, 1}, err)
		b, err = u.ReadInputRegisters(ctx, 32001, 1)
		check("ReadInputRegisters", b, []byte{0, 2}, err)
		err = u.WriteRegister(ctx, 32000, 0xBEEF)
		check("WriteRegister", r.get(1, 2), []uint16{0xBEEF}, err)
		err = u.WriteRegisters(ctx, 32001, []byte{1, 2, 3, 4})
		check("WriteRegisters", r.get(2, 4), []uint16{0x0102, 0x0304}, err)
		b, err = u.ReadWriteRegisters(ctx, ReadWriteRequest{32001, 1, 32001, []byte{9, 9}})
		check("ReadWriteRegisters", b, []byte{9, 9}, err)
		b, err = u.ReadScattered(ctx, 32001, 31999, 32000)
		check("ReadScattered", b, []byte{9, 9, 0, 0, 0xBE, 0xEF}, err)
		b, err = u.Diagnose(ctx, Diagnostic{DiagEcho, []byte{1, 2}})
		check("Diagnose", b, []byte{1, 2}, err)
		o, err := u.ReadIdentification(ctx, ReadExtended)
		check("ReadIdentification", o, r.who, err)
		one, err := u.ReadObject(ctx, 0x80)
		check("ReadObject", one, Object{0x80, "f"}, err)
		d, err := u.ReadClock(ctx)
		check("ReadClock", d, r.Clock(nil), err)
		d, err = u.SetClock(ctx, DateTime{Year: 2024, Month: 2, Day: 29})
		check("SetClock", d, DateTime{Year: 2024, Month: 2, Day: 29, Millisecond: 2}, err)
		_, err = u.ReadRegisters(ctx, 0, 1)
		check("a refusal", err, IllegalDataAddress, nil)
	})
}

// What no device could accept is not sent at all.
func TestUnitDoesNotSendNonsense(t *testing.T) {
	u := Unit{unreachable{t}, 1}
	ctx := t.Context()
	for what, do := range map[string]func() error{
		"no registers":     func() error { _, err := u.ReadRegisters(ctx, 0, 0); return err },
		"too many":         func() error { _, err := u.ReadRegisters(ctx, 0, 126); return err },
		"past the end":     func() error { _, err := u.ReadInputRegisters(ctx, 65535, 2); return err },
		"half a register":  func() error { return u.WriteRegisters(ctx, 0, []byte{1}) },
		"writes too many":  func() error { return u.WriteRegisters(ctx, 0, make([]byte, 512)) },
		"writes nothing":   func() error { _, err := u.ReadWriteRegisters(ctx, ReadWriteRequest{ReadCount: 1}); return err },
		"no address":       func() error { _, err := u.ReadScattered(ctx); return err },
		"a day that isn't": func() error { _, err := u.SetClock(ctx, DateTime{Year: 2023, Month: 2, Day: 29}); return err },
		"a code":           func() error { _, err := u.ReadIdentification(ctx, 9); return err },
		"no data":          func() error { _, err := u.Diagnose(ctx, Diagnostic{}); return err },
	} {
		if err := do(); err == nil || MayHaveHappened(err) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

type unreachable struct{ testing.TB }

func (u unreachable) Do(_ context.Context, _ byte, pdu []byte) ([]byte, error) {
	u.Errorf("sent % x", pdu)
	return nil, io.EOF
}

// canned answers every request with the same PDU.
type canned []byte

func (c canned) Do(context.Context, byte, []byte) ([]byte, error) { return c, nil }

func TestUnitRefusesRepliesThatDoNotFit(t *testing.T) {
	ctx := t.Context()
	for _, tt := range []struct {
		what, reply string
		do          func(u Unit) error
	}{
		{"read: one register of two", "03 02 0001", func(u Unit) error { _, err := u.ReadRegisters(ctx, 0, 2); return err }},
		{"read: byte count against length", "03 04 0001", func(u Unit) error { _, err := u.ReadRegisters(ctx, 0, 2); return err }},
		{"write one: another value", "06 0001 0003", func(u Unit) error { return u.WriteRegister(ctx, 1, 2) }},
		{"write: another block", "10 0001 0002", func(u Unit) error { return u.WriteRegisters(ctx, 1, []byte{0, 0}) }},
		{"read and write: too few", "17 02 0001", func(u Unit) error {
			_, err := u.ReadWriteRegisters(ctx, ReadWriteRequest{1, 2, 1, []byte{0, 0}})
			return err
		}},
		{"scattered: too few", "64 04 04 00 0001", func(u Unit) error { _, err := u.ReadScattered(ctx, 1, 2); return err }},
		{"scattered: another transaction", "64 04 04 01 0001", func(u Unit) error { _, err := u.ReadScattered(ctx, 1); return err }},
		{"diagnostic: another sub-function", "08 000c 0001", func(u Unit) error { _, err := u.Diagnose(ctx, Diagnostic{DiagMessages, []byte{0, 0}}); return err }},
		{"identification without end", "2b 0e 01 81 ff 00 00", func(u Unit) error { _, err := u.ReadIdentification(ctx, ReadBasic); return err }},
		{"identification: another object", "2b 0e 04 81 00 00 01 01 01 78", func(u Unit) error { _, err := u.ReadObject(ctx, 0); return err }},
		{"clock: no date", "2b 0f 00 0000000000000000", func(u Unit) error { _, err := u.ReadClock(ctx); return err }},
		{"clock: reply to the other function", "2b 10 00 00180c1f173bea5f", func(u Unit) error { _, err := u.ReadClock(ctx); return err }},
	} {
		err := tt.do(Unit{canned(pdu(t, tt.reply)), 1})
		var p *ProtocolError
		if !errors.As(err, &p) || !MayHaveHappened(err) {
			t.Errorf("%s: %v", tt.what, err)
		}
	}
}

// script is a server that does what a test tells it.
func script(t *testing.T, serve func(w wire)) *Conn {
	t.Helper()
	l := tcp(t)
	var done sync.WaitGroup
	done.Go(func() {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(patience))
		serve(wire{t, nc})
	})
	c, err := Dial(t.Context(), l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); l.Close(); done.Wait() })
	return c
}

func TestRepliesOutOfOrder(t *testing.T) {
	const n = 50
	c := script(t, func(w wire) {
		var all [][]byte
		for range n {
			a := w.adu()
			all = append(all, ADU{Transaction: a.Transaction, Unit: a.Unit, PDU: a.PDU}.Append(nil))
		}
		for i := range all {
			w.send(all[n-1-i])
		}
	})
	var all sync.WaitGroup
	for i := range byte(n) {
		all.Go(func() {
			if got, err := c.Do(t.Context(), 9, []byte{3, i}); err != nil || !bytes.Equal(got, []byte{3, i}) {
				t.Errorf("%d: % x %v", i, got, err)
			}
		})
	}
	all.Wait()
}

func TestJudgement(t *testing.T) {
	for _, tt := range []struct {
		name  string
		reply ADU
		want  error
	}{
		{"an exception", ADU{Unit: 9, PDU: []byte{0x83, 2}}, IllegalDataAddress},
		{"another unit", ADU{Unit: 8, PDU: []byte{3, 2}}, &ProtocolError{"another unit answered", []byte{3, 2}}},
		{"another function", ADU{Unit: 9, PDU: []byte{4, 2}}, &ProtocolError{"a reply to another function", []byte{4, 2}}},
		{"exception to another function", ADU{Unit: 9, PDU: []byte{0x84, 2}}, &ProtocolError{"a reply to another function", []byte{0x84, 2}}},
		{"exception without a code", ADU{Unit: 9, PDU: []byte{0x83}}, &ProtocolError{"an exception without its reason", []byte{0x83}}},
		{"exception 0", ADU{Unit: 9, PDU: []byte{0x83, 0}}, &ProtocolError{"an exception without its reason", []byte{0x83, 0}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := script(t, func(w wire) {
				tt.reply.Transaction = w.adu().Transaction
				w.send(tt.reply.Append(nil))
			})
			_, err := c.Do(t.Context(), 9, []byte{3})
			if diff := cmp.Diff(tt.want, err); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Replies nobody asked for are dropped, whatever they are; the right one comes through.
func TestStrayReplies(t *testing.T) {
	c := script(t, func(w wire) {
		id := w.adu().Transaction
		w.send(ADU{Transaction: id + 1, Unit: 9, PDU: []byte{3, 66}}.Append(nil))
		w.send(ADU{Transaction: id, Protocol: 7, Unit: 9, PDU: []byte{3, 66}}.Append(nil))
		w.send(ADU{Transaction: id, Unit: 9, PDU: []byte{3, 1}}.Append(nil))
		w.send(ADU{Transaction: id, Unit: 9, PDU: []byte{3, 66}}.Append(nil))
		w.adu()
		w.send(ADU{Transaction: id + 1, Unit: 9, PDU: []byte{3, 2}}.Append(nil))
	})
	for i := range byte(2) {
		if got, err := c.Do(t.Context(), 9, []byte{3}); err != nil || got[1] != i+1 {
			t.Errorf("% x %v", got, err)
		}
	}
}

func TestWhatMayHaveHappened(t *testing.T) {
	heard := make(chan struct{})
	gone := func(w wire) { w.adu(); close(heard) }
	for _, tt := range []struct {
		name string
		do   func(t *testing.T) error
		want bool
	}{
		{"no such server", func(t *testing.T) error {
			l := tcp(t)
			l.Close()
			_, err := Dial(t.Context(), l.Addr().String())
			return err
		}, false},
		{"empty request", func(t *testing.T) error { _, err := (&Conn{}).Do(t.Context(), 1, nil); return err }, false},
		{"long request", func(t *testing.T) error { _, err := (&Conn{}).Do(t.Context(), 1, make([]byte, 254)); return err }, false},
		{"the server closes instead of answering", func(t *testing.T) error {
			_, err := script(t, func(w wire) { w.adu() }).Do(t.Context(), 1, []byte{3})
			return err
		}, true},
		{"the server answers with noise", func(t *testing.T) error {
			_, err := script(t, func(w wire) { w.adu(); w.send([]byte("HTTP/1.1")) }).Do(t.Context(), 1, []byte{3})
			return err
		}, true},
		{"given up before it was sent", func(t *testing.T) error {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := script(t, func(w wire) { io.Copy(io.Discard, w) }).Do(ctx, 1, []byte{3})
			return err
		}, false},
		{"given up while waiting", func(t *testing.T) error {
			ctx, cancel := context.WithCancel(t.Context())
			go func() { <-heard; cancel() }()
			_, err := script(t, func(w wire) { gone(w); io.Copy(io.Discard, w) }).Do(ctx, 1, []byte{3})
			return err
		}, true},
		{"closed before", func(t *testing.T) error {
			c := script(t, func(wire) {})
			c.Close()
			_, err := c.Do(t.Context(), 1, []byte{3})
			return err
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.do(t)
			var te *TransportError
			if !errors.As(err, &te) || te.MayHaveHappened != tt.want || MayHaveHappened(err) != tt.want {
				t.Errorf("error %v, want may have happened %v", err, tt.want)
			}
		})
	}
}

func TestMayHaveHappenedOfExceptions(t *testing.T) {
	for e, want := range map[Exception]bool{
		IllegalFunction: false, IllegalDataAddress: false, IllegalDataValue: false, DeviceBusy: false, GatewayPath: false,
		DeviceFailure: true, Acknowledge: true, GatewayTargetFailed: true,
	} {
		if got := MayHaveHappened(e); got != want {
			t.Errorf("%v: %v", e, got)
		}
	}
	if !MayHaveHappened(nil) || !MayHaveHappened(errors.New("unknown")) {
		t.Error("what is not known to have failed may have happened")
	}
}

// A request that is given up keeps its transaction id until the reply comes, so
// that the late reply is not taken for that of a later request.
func TestGivenUpRequestKeepsItsID(t *testing.T) {
	first := make(chan ADU, 1)
	c := script(t, func(w wire) {
		a := w.adu()
		first <- a
		for range 2 {
			b := w.adu()
			if b.Transaction == a.Transaction {
				t.Error("the id was used again")
			}
			w.send(ADU{Transaction: a.Transaction, Unit: 1, PDU: []byte{3, 66}}.Append(nil))
			w.send(ADU{Transaction: b.Transaction, Unit: 1, PDU: []byte{3, 1}}.Append(nil))
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-first; cancel() }()
	if _, err := c.Do(ctx, 1, []byte{3}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	c.mu.Lock()
	c.last-- // as though all other ids had been used since
	c.mu.Unlock()
	for range 2 {
		if got, err := c.Do(t.Context(), 1, []byte{3}); err != nil || got[1] != 1 {
			t.Errorf("% x %v", got, err)
		}
	}
}

func TestTooManyOpenRequests(t *testing.T) {
	c := script(t, func(w wire) { io.Copy(io.Discard, w) })
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range maxCalls {
		all.Go(func() { c.Do(ctx, 1, []byte{3}) })
	}
	for open := 0; open < maxCalls; {
		c.mu.Lock()
		open = len(c.calls)
		c.mu.Unlock()
	}
	if _, err := c.Do(ctx, 1, []byte{3}); !errors.Is(err, errTooMany) || MayHaveHappened(err) {
		t.Errorf("error %v", err)
	}
	cancel()
	all.Wait()
}

// A server that reads nothing: the write does not end, but its context does.
func TestWriteThatDoesNotEnd(t *testing.T) {
	mine, theirs := net.Pipe()
	defer theirs.Close()
	c := NewConn(mine)
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Do(ctx, 1, []byte{3}); err == nil || MayHaveHappened(err) {
		t.Errorf("error %v", err) // nothing of it was taken
	}
	if _, err := c.Do(t.Context(), 1, []byte{3}); err == nil || MayHaveHappened(err) {
		t.Errorf("error %v after the connection broke", err)
	}
}
