package metering_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchroom/metering"
)

// full is a meter that has everything there is to store.
func full() *metering.Meter {
	m, w := metering.New(leaky), ups()
	set := of(metering.Sliding, 15)
	set.PhaseEnergy, set.PowerDemand.Window = true, metering.Thermal
	m.Configure(0, set)
	m.Leakage(0, 0.3)
	m.Distorted(0, w.i, w.v, w.hz, w.h)
	m.Steady(20*time.Minute, with(three(77, 140), 3), three(228, 1), 49.97)
	m.Reset(25*time.Minute, metering.Energies|metering.Frequencies)
	m.Steady(33*time.Minute, with(three(222, -10), 0), three(231, 1), 50.02)
	return m
}

func encoded(t interface{ Fatal(...any) }, s metering.State) []byte {
	b, err := s.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBinary(t *testing.T) {
	for name, m := range map[string]*metering.Meter{"nothing seen": metering.New(fourWire), "two loads": loaded(), "everything": full()} {
		want := m.State(40*time.Minute + 2*time.Hour)
		b := encoded(t, want)
		var got metering.State
		if err := got.UnmarshalBinary(b); err != nil {
			t.Fatal(name, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(name, d)
		}
		text, _ := json.Marshal(want)
		if len(text) < 3*len(b) {
			t.Errorf("%s takes %d bytes, %d as JSON", name, len(b), len(text))
		}
		t.Logf("%s takes %d bytes, %d as JSON", name, len(b), len(text))
		if after, _ := want.AppendBinary([]byte("before")); string(after[:6]) != "before" || !bytes.Equal(after[6:], b) {
			t.Errorf("%s: appended otherwise", name)
		}
	}
}

func TestBinaryOfHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := metering.New(ratings.Draw(t, "rating"))
		now := time.Duration(rapid.Int64Range(-1e18, 1e18).Draw(t, "from"))
		for _, s := range histories.Draw(t, "history") {
			m.Steady(now, s.i, s.v, s.hz)
			now += s.lasts
		}
		want := m.State(now)
		var got metering.State
		if err := got.UnmarshalBinary(encoded(t, want)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}

// sealed makes b look whole: whoever can write a memory can write its sum.
func sealed(b []byte) []byte {
	b = bytes.Clone(b[:len(b)-4])
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

// Every bit that turns and every byte that is missing is found out.
func TestBinaryDamaged(t *testing.T) {
	whole := encoded(t, full().State(time.Hour))
	for k := range whole {
		s := metering.State{Seen: 99}
		if err := s.UnmarshalBinary(whole[:k]); err == nil || s.Seen != 99 {
			t.Fatalf("cut at %d: %v", k, err)
		}
		for bit := range 8 {
			b := bytes.Clone(whole)
			b[k] ^= 1 << bit
			if err := s.UnmarshalBinary(b); err == nil || s.Seen != 99 {
				t.Fatalf("bit %d of byte %d turned: %v", bit, k, err)
			}
		}
	}
}

func TestBinaryRefuses(t *testing.T) {
	change := func(f func(*metering.State)) []byte {
		s := full().State(time.Hour)
		f(&s)
		return encoded(t, s)
	}
	good := encoded(t, full().State(time.Hour))
	for _, tt := range []struct {
		in   []byte
		want string // part of the error
	}{
		{nil, "cut short"},
		{append([]byte{2}, good[1:]...), "version 2"},
		{append(bytes.Clone(good), 0), "check sum"},
		{sealed(append(bytes.Clone(good[:len(good)-4]), 0, 0, 0, 0, 0)), "damaged"},
		{sealed(good[:len(good)-1]), "damaged"},
		{change(func(s *metering.State) { s.Energy[0].Whole = -1 }), "energy 0"},
		{change(func(s *metering.State) { s.Energy[2].Rest = math.NaN() }), "energy 2"},
		{change(func(s *metering.State) { s.Max[0].Value = math.Inf(1) }), "current.l1"},
		{change(func(s *metering.State) { s.Seen |= 1 << 60 }), "not measured"},
		{change(func(s *metering.State) { s.Demand[1].Shown[0] = math.NaN() }), "demand 1"},
		{change(func(s *metering.State) { s.Demand[0].Slide.Next = 99 }), "demand 0"},
		{change(func(s *metering.State) { s.Phases[1][3].Rest = 2 }), "phase 2"},
	} {
		var s metering.State
		if err := s.UnmarshalBinary(tt.in); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
}

// What is taken is written again as it was, and a meter can go on from it.
func FuzzUnmarshalBinary(f *testing.F) {
	for _, m := range []*metering.Meter{metering.New(fourWire), loaded(), full()} {
		f.Add(encoded(f, m.State(2*time.Hour)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 5 {
			return
		}
		b = sealed(b)
		var s metering.State
		if s.UnmarshalBinary(b) != nil {
			return
		}
		if again := encoded(t, s); !bytes.Equal(again, b) {
			t.Fatalf("% X came back as % X", b, again)
		}
		m := metering.New(leaky)
		if err := m.Restore(s); err != nil {
			t.Fatal(err)
		}
		flowing(m, time.Hour, 100)
		after := m.State(100 * time.Hour)
		if err := after.UnmarshalBinary(encoded(t, after)); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkAppendBinary(b *testing.B) {
	s := full().State(time.Hour)
	var out []byte
	for b.Loop() {
		out, _ = s.AppendBinary(out[:0])
	}
}
