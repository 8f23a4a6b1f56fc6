package metering_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"switchroom/metering"
	"switchroom/points"
)

func loaded() *metering.Meter {
	m := metering.New(fourWire)
	m.Steady(0, with(three(100, -30), 0), three(230, 0), 50)
	m.Steady(time.Hour, with(three(50, 150), 0), three(225, 0), 49.9)
	m.Reset(90*time.Minute, metering.Energies)
	return m
}

func TestStateThroughJSON(t *testing.T) {
	want := loaded().State(2 * time.Hour)
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got metering.State
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" || got != want {
		t.Error(d)
	}
	t.Logf("a state takes %d bytes, %d as JSON", unsafe.Sizeof(got), len(text))
}

func TestRestoreRefuses(t *testing.T) {
	for _, tt := range []struct {
		change func(*metering.State)
		want   string // part of the error; empty is none
	}{
		{func(*metering.State) {}, ""},
		{func(s *metering.State) { *s = metering.State{} }, ""},
		{func(s *metering.State) { s.Energy[0].Whole = -1 }, "energy 0"},
		{func(s *metering.State) { s.Energy[1].Rest = math.NaN() }, "energy 1"},
		{func(s *metering.State) { s.Reset[4].Whole = 1 << 60 }, "energy 4"},
		{func(s *metering.State) { s.Min[0].Value = math.NaN() }, "current.l1"},
		{func(s *metering.State) { s.Max[1].Value = math.Inf(1) }, "current.l2"},
		{func(s *metering.State) { s.Max[2].Value = -1 }, "current.l3"},
		{func(s *metering.State) { s.Seen = 1 << 63 }, "not measured"},
	} {
		m, s := metering.New(fourWire), loaded().State(2*time.Hour)
		tt.change(&s)
		err := m.Restore(s)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
		if err != nil && m.State(0) != (metering.State{}) {
			t.Errorf("%q: refused, and changed", tt.want)
		}
	}
}

func TestShift(t *testing.T) {
	m := metering.New(fourWire)
	if err := m.Restore(loaded().State(2 * time.Hour).Shift(time.Minute)); err != nil {
		t.Fatal(err)
	}
	lowest, highest, _ := m.Extremes(0, points.CurrentL1)
	if lowest.At != time.Hour+time.Minute+20*time.Millisecond || highest.At != time.Minute+20*time.Millisecond {
		t.Errorf("%v, %v", lowest.At, highest.At)
	}
	if s := (metering.State{}); s.Shift(time.Hour) != s {
		t.Error("what was never seen was moved")
	}
}

// Extremes of a wiring that is no more are kept and not shown.
func TestRestoreOtherWiring(t *testing.T) {
	m := metering.New(threeWire)
	s := loaded().State(2 * time.Hour)
	if err := m.Restore(s); err != nil {
		t.Fatal(err)
	}
	want{points.CurrentNMax: none, points.VoltageL1nMax: none, points.UnbalanceVoltageLNMax: none, points.CurrentL1Max: 100,
		points.EnergyLifetimeActiveDelivered: float64(s.Energy[0].Whole)}.check(t, "three wires", shown(m, 2*time.Hour))
	if m.State(2*time.Hour) != s {
		t.Error("changed by looking")
	}
}

// Twenty years at 4 MW, then a small load counted once a second.
func TestNoDrift(t *testing.T) {
	m := metering.New(fourWire)
	m.Steady(0, with(three(4e6/690, 0), 0), three(230, 0), 50)
	now := 20 * 365 * 24 * time.Hour
	before := m.State(now).Energy[0]
	m.Steady(now, with(three(200.0/690, 0), 0), three(230, 0), 50)
	const n = 1_000_000
	for k := 1; k <= n; k++ {
		m.State(now + time.Duration(k)*time.Second)
	}
	after := m.State(now + n*time.Second).Energy[0]
	got := float64(after.Whole-before.Whole) + (after.Rest - before.Rest)
	if want := 200.0 * n / 3600; !near(got, want, 1e-10) {
		t.Errorf("counted %.9f Wh, want %.9f", got, want)
	}
	if want := 4e6 * 24 * 365 * 20; !near(float64(before.Whole), want, 1e-12) {
		t.Errorf("before: %d Wh, want %.0f", before.Whole, want)
	}
}

// The strongest input there is, for all the time there is.
func TestNoOverflow(t *testing.T) {
	m := metering.New(fourWire)
	strong := [3]complex128{complex(5e5, 5e5), complex(-5e5, 5e5), complex(5e5, -5e5)}
	m.Steady(math.MinInt64, with(strong, 0), strong, 50)
	s := m.State(math.MaxInt64)
	if err := m.Restore(s); err != nil {
		t.Error(err)
	}
	if got, want := float64(s.Energy[0].Whole), 1.5e12*time.Duration(math.MaxInt64).Hours(); !near(got, want, 1e-9) {
		t.Errorf("%g Wh, want %g", got, want)
	}
}

func TestSamplesAtTheEnds(t *testing.T) {
	m := metering.New(fourWire)
	m.Sample(math.MinInt64, [4]float64{}, [3]float64{})
	for k := range time.Duration(95) {
		m.Sample(math.MaxInt64/2-(90-k)*time.Millisecond, [4]float64{}, [3]float64{})
	}
	want{points.CurrentL1: 0, points.EnergyActive: 0}.check(t, "at the end", shown(m, math.MaxInt64))
}

func TestConstants(t *testing.T) {
	seen := map[string]bool{}
	for i, c := range metering.Constants() {
		if c.Name == "" || c.Unit == "" || c.Source == "" || c.Certainty == 0 || seen[c.Name] || !(c.Value > 0) {
			t.Errorf("row %d: incomplete or repeated %+v", i, c)
		}
		seen[c.Name] = true
	}
}

// Every point that the metering shows it always sets, so that nothing stale
// stays in the values.
func TestFillSetsAll(t *testing.T) {
	stale := points.NewValues()
	for id := range stale {
		stale[id] = 12345
	}
	metering.New(threeWire).Fill(0, stale)
	metering.New(threeWire).FillDates(stale, 0)
	for _, row := range points.All() {
		if g := groupOf(row.ID); g != 0 && row.Type != points.Action && stale[row.ID] == 12345 {
			t.Errorf("%s is not set", row.Name)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	m, v, now := metering.New(fourWire), points.NewValues(), time.Duration(0)
	w := wave{i: with(three(100, 0), 0), v: three(230, 0), hz: 50}
	w.play(m, 0, 100*time.Millisecond, 40)
	now = time.Second
	n := testing.AllocsPerRun(100, func() {
		now += time.Second
		m.Steady(now, w.i, w.v, w.hz)
		m.Leakage(now, 1)
		m.Configure(now, metering.Settings{Signed: true})
		m.Fill(now+100*time.Millisecond, v)
		m.Reset(now+100*time.Millisecond, metering.AllGroups)
		w.play(m, now+200*time.Millisecond, now+300*time.Millisecond, 40)
		m.Extremes(now+400*time.Millisecond, points.CurrentL1)
		_ = m.State(now + 400*time.Millisecond)
	})
	if n != 0 {
		t.Errorf("%g allocations", n)
	}
}

// kept keeps a meter on the heap.
var kept *metering.Meter

// A meter at rest is one object of less than 3 kB, whatever it has seen: 10,000
// of them are 30 MB. What samples, sliding windows and modules need comes when
// they do.
func TestSize(t *testing.T) {
	if n := unsafe.Sizeof(metering.Meter{}); n > 3000 {
		t.Errorf("a meter takes %d bytes", n)
	} else {
		t.Logf("a meter takes %d bytes", n)
	}
	v := points.NewValues()
	for name, tt := range map[string]struct {
		set    metering.Settings
		allocs float64
	}{
		"factory":         {metering.Settings{}, 1},
		"thermal":         {of(metering.Thermal, 15), 1},
		"sliding":         {of(metering.Sliding, 15), 3},
		"energy by phase": {metering.Settings{PhaseEnergy: true}, 2},
		"harmonics":       {metering.Settings{Harmonics: true}, 1},
	} {
		n := testing.AllocsPerRun(10, func() {
			m := metering.New(fourWire)
			m.Configure(0, tt.set)
			flowing(m, 0, 100)
			m.Fill(time.Hour, v)
			flowing(m, 2*time.Hour, 200)
			kept = m
		})
		if n != tt.allocs {
			t.Errorf("%s: %g objects, want %g", name, n, tt.allocs)
		}
	}
}

func BenchmarkSample(b *testing.B) {
	m := metering.New(fourWire)
	w := wave{i: with(three(100, -30), 0), v: three(230, 0), hz: 50}
	var i [40][4]float64
	var v [40][3]float64
	for k := range i {
		i[k], v[k] = w.sample(time.Duration(k) * 500 * time.Microsecond)
	}
	for n := 0; b.Loop(); n++ {
		m.Sample(time.Duration(n)*500*time.Microsecond, i[n%40], v[n%40])
	}
}

func BenchmarkFill(b *testing.B) {
	m, v := loaded(), points.NewValues()
	for n := 0; b.Loop(); n++ {
		m.Fill(2*time.Hour+time.Duration(n)*time.Second, v)
	}
}

func BenchmarkSteady(b *testing.B) {
	m, w := metering.New(fourWire), ups()
	for n := 0; b.Loop(); n++ {
		m.Steady(time.Duration(n)*time.Second, w.i, w.v, w.hz)
	}
}

func BenchmarkDistorted(b *testing.B) {
	m, w := metering.New(fourWire), ups()
	for n := 0; b.Loop(); n++ {
		m.Distorted(time.Duration(n)*time.Second, w.i, w.v, w.hz, w.h)
	}
}

// A year at rest costs what a second does.
func BenchmarkYearAtRest(b *testing.B) {
	m, w := metering.New(fourWire), ups()
	m.Configure(0, of(metering.Sliding, 15))
	m.Steady(0, w.i, w.v, w.hz)
	var s metering.State
	for n := 0; b.Loop(); n++ {
		s = m.State(time.Duration(n%100) * 365 * 24 * time.Hour)
	}
	_ = s
}
