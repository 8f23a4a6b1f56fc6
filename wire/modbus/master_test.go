package modbus_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"switchroom/wire/modbus"
)

// serialPair is the two ends of a line, and a device at one of them that answers as
// told.
func serialPair(t *testing.T, device func(c net.Conn, f modbus.Frame)) *modbus.Master {
	t.Helper()
	a, b := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		d := modbus.Deframer{Direction: modbus.Requests}
		in := make([]byte, 300)
		for {
			n, err := b.Read(in)
			d.Push(in[:n])
			for f, ok := d.Next(); ok; f, ok = d.Next() {
				device(b, f)
			}
			if err != nil {
				return
			}
		}
	}()
	m := modbus.NewMaster(a)
	m.Settle = time.Millisecond
	t.Cleanup(func() { m.Close(); b.Close(); <-done })
	return m
}

func frame(unit byte, pdu ...byte) []byte { return modbus.AppendFrame(nil, unit, pdu) }

func TestMaster(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer []byte
		want   []byte
		err    error
	}{
		{"a reply", frame(5, 3, 2, 0, 7), []byte{0, 7}, nil},
		{"noise, another's reply, then the reply", append(append([]byte{0xff, 0x00, 0x12}, frame(6, 3, 2, 9, 9)...), frame(5, 3, 2, 0, 7)...), []byte{0, 7}, nil},
		{"an exception", frame(5, 0x83, 2), nil, modbus.IllegalDataAddress},
		{"a reply of another length", frame(5, 3, 4, 0, 7, 0, 7), nil, &modbus.ProtocolError{}},
		{"half a reply", frame(5, 3, 2, 0, 7)[:5], nil, &modbus.TransportError{}},
		{"a damaged reply", []byte{5, 3, 2, 0, 7, 1, 1}, nil, &modbus.TransportError{}},
		{"nothing", nil, nil, &modbus.TransportError{}},
	} {
		m := serialPair(t, func(w net.Conn, _ modbus.Frame) {
			if len(c.answer) > 0 {
				w.Write(c.answer)
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		got, err := m.Unit(5).ReadRegisters(ctx, 0, 1)
		cancel()
		var wrong *modbus.ProtocolError
		var lost *modbus.TransportError
		switch c.err.(type) {
		case *modbus.ProtocolError:
			if !errors.As(err, &wrong) {
				t.Errorf("%s: %v", c.name, err)
			}
		case *modbus.TransportError:
			if !errors.As(err, &lost) || !lost.MayHaveHappened {
				t.Errorf("%s: %v", c.name, err)
			}
		default:
			if err != c.err || string(got) != string(c.want) {
				t.Errorf("%s: % X, %v; want % X, %v", c.name, got, err, c.want, c.err)
			}
		}
	}
}

// TestMasterLate: an answer that comes after its request was given up is not taken
// for that of the next.
func TestMasterLate(t *testing.T) {
	n := byte(0)
	late := make(chan struct{})
	m := serialPair(t, func(w net.Conn, f modbus.Frame) {
		n++
		if n == 1 {
			go func() { <-late; w.Write(frame(5, 3, 2, 0, 1)) }()
			return
		}
		w.Write(frame(5, 3, 2, 0, n))
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	if _, err := m.Unit(5).ReadRegisters(ctx, 0, 1); err == nil {
		t.Fatal("an answer out of nothing")
	}
	cancel()
	m.Settle = 200 * time.Millisecond
	close(late)
	got, err := m.Unit(5).ReadRegisters(t.Context(), 0, 1)
	if err != nil || got[1] != 2 {
		t.Errorf("% X, %v; want the second answer", got, err)
	}
}

func TestMasterBroadcastAndEnd(t *testing.T) {
	heard := make(chan byte, 2)
	m := serialPair(t, func(_ net.Conn, f modbus.Frame) { heard <- f.Unit })
	if b, err := m.Do(t.Context(), modbus.Broadcast, []byte{6, 0, 1, 0, 2}); err != nil || len(b) != 0 {
		t.Errorf("broadcast: % X, %v", b, err)
	}
	if u := <-heard; u != modbus.Broadcast {
		t.Errorf("unit %d heard", u)
	}
	m.Close()
	if _, err := m.Do(t.Context(), 5, []byte{3, 0, 0, 0, 1}); err == nil {
		t.Error("a closed line is asked")
	}
}
