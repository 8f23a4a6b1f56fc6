package inject

import (
	"testing"

	"switchroom/wire/modbus"
)

// whole is the answer of the fake unit to what a socket asks.
func whole(t *testing.T, a modbus.ADU, transaction uint16) {
	t.Helper()
	if a.Transaction != transaction || a.Unit != 255 || len(a.PDU) != 6 {
		t.Errorf("answer %+v to transaction %d", a, transaction)
	}
}

// What each fault of communication looks like to whoever asks, and that it is over
// when it is undone.
func TestCommunication(t *testing.T) {
	for _, tt := range []struct {
		fault string
		with  map[string]string
		see   func(t *testing.T, s *socket) // after transaction 1 was asked
		gone  bool                          // the connection is
	}{
		{"busy", nil, func(t *testing.T, s *socket) { exception(t, s, modbus.DeviceBusy) }, false},
		{"exceptions", map[string]string{"code": "2"}, func(t *testing.T, s *socket) { exception(t, s, modbus.IllegalDataAddress) }, false},
		{"duplicate", nil, func(t *testing.T, s *socket) { whole(t, s.adu(), 1); whole(t, s.adu(), 1) }, false},
		{"slow", map[string]string{"ms": "1"}, func(t *testing.T, s *socket) { whole(t, s.adu(), 1) }, false},
		{"half", nil, func(t *testing.T, s *socket) { s.take(6); s.ended() }, true},
		{"half", map[string]string{"then": "nothing"}, func(t *testing.T, s *socket) { s.take(6) }, false},
		{"garbage", map[string]string{"bytes": "9"}, func(t *testing.T, s *socket) { s.take(9) }, false},
		{"wrong-transaction", nil, func(t *testing.T, s *socket) {
			if a := s.adu(); a.Transaction == 1 || len(a.PDU) != 6 {
				t.Errorf("answer %+v", a)
			}
		}, false},
		{"wrong-unit", nil, func(t *testing.T, s *socket) {
			if a := s.adu(); a.Unit == 255 || a.Transaction != 1 {
				t.Errorf("answer %+v", a)
			}
		}, false},
		{"silent", nil, func(*testing.T, *socket) {}, false}, // the next answer is to the next request: below
	} {
		t.Run(tt.fault, func(t *testing.T) {
			b := newBench(t)
			s := b.dial()
			s.ask(9)
			whole(t, s.adu(), 9)
			in := b.inject(tt.fault, tt.with)
			s.ask(1)
			tt.see(t, s)
			for tt.fault == "silent" && b.desk.List()[0].Hits == 0 {
			}
			told, err := b.desk.Undo(in.ID)
			if err != nil || told.Hits != 1 {
				t.Errorf("undone as %+v, %v", told, err)
			}
			if tt.gone {
				s = b.dial()
			}
			s.ask(2)
			whole(t, s.adu(), 2)
		})
	}
}

func exception(t *testing.T, s *socket, want modbus.Exception) {
	t.Helper()
	if a := s.adu(); len(a.PDU) != 2 || a.PDU[0] != 0x83 || modbus.Exception(a.PDU[1]) != want {
		t.Errorf("answer %+v, want exception %v", a, want)
	}
}

// What was asked while the link was down is answered when it is back.
func TestLinkDown(t *testing.T) {
	b := newBench(t)
	s := b.dial()
	in := b.inject("link-down", nil)
	s.ask(1)
	s.ask(2)
	for b.desk.List()[0].Hits < 2 {
	}
	b.desk.Undo(in.ID)
	whole(t, s.adu(), 1)
	whole(t, s.adu(), 2)
	s.ask(3)
	whole(t, s.adu(), 3)
}

// A share of one in two of a thousand requests is refused, the same ones for the
// same seed.
func TestExceptionsShare(t *testing.T) {
	var first []bool
	for range 2 {
		b := newBench(t)
		s := b.dial()
		b.inject("exceptions", map[string]string{"share": "0.5"})
		var refused []bool
		n := 0
		for i := range uint16(1000) {
			s.ask(i)
			bad := len(s.adu().PDU) == 2
			if refused = append(refused, bad); bad {
				n++
			}
		}
		if n < 430 || n > 570 {
			t.Errorf("%d of 1000 refused", n)
		}
		for i := range first {
			if first[i] != refused[i] {
				t.Fatalf("request %d is another's luck with the same seed", i)
			}
		}
		first = refused
	}
}

func TestRestart(t *testing.T) {
	b := newBench(t)
	s := b.dial()
	s.ask(1)
	whole(t, s.adu(), 1)
	in := b.inject("restart", map[string]string{"seconds": "600"})
	s.ended()
	b.dial().ended()
	b.desk.Undo(in.ID)
	s = b.dial()
	s.ask(2)
	whole(t, s.adu(), 2)
}

func TestConnectionLimit(t *testing.T) {
	b := newBench(t)
	one := b.dial()
	one.ask(1)
	one.adu()
	in := b.inject("connection-limit", map[string]string{"connections": "1"})
	b.dial().ended()
	one.ask(2)
	whole(t, one.adu(), 2)
	b.desk.Undo(in.ID)
	two := b.dial()
	two.ask(3)
	whole(t, two.adu(), 3)
}

// Nothing costs anything while nothing is injected.
func TestIdleAllocatesNothing(t *testing.T) {
	l := NewLine(nil, nil)
	h := l.Wrap(modbus.HandlerFunc(func(_ *modbus.Query, out []byte) []byte { return append(out, 3) }))
	q, out := &modbus.Query{PDU: []byte{3}}, make([]byte, 0, 8)
	if n := testing.AllocsPerRun(100, func() { h.Serve(q, out) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

func BenchmarkIdle(b *testing.B) {
	l := NewLine(nil, nil)
	h := l.Wrap(modbus.HandlerFunc(func(_ *modbus.Query, out []byte) []byte { return append(out, 3) }))
	q, out := &modbus.Query{PDU: []byte{3}}, make([]byte, 0, 8)
	b.ReportAllocs()
	for b.Loop() {
		h.Serve(q, out)
	}
}
