package metering_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchroom/metering"
	"switchroom/points"
)

func of(w metering.Window, minutes uint8) metering.Settings {
	d := metering.DemandSettings{Window: w, Minutes: minutes}
	return metering.Settings{CurrentDemand: d, PowerDemand: d}
}

// flowing is amps in every phase, at cos φ 1 and 230 V; negative is from the load.
func flowing(m *metering.Meter, now time.Duration, amps float64) {
	m.Steady(now, with(three(amps, 0), complex(amps/2, 0)), three(230, 0), 50)
}

func TestDemandByHand(t *testing.T) {
	type change struct {
		minute float64
		amps   float64
	}
	for _, tt := range []struct {
		name   string
		set    metering.Settings
		flow   []change
		at     float64 // minute
		demand float64
		peak   float64
		when   float64 // minute of the peak
		why    string
	}{
		{"fixed", metering.Settings{}, []change{{0, 100}}, 14.99, none, none, none, "no interval has ended"},
		{"fixed", metering.Settings{}, []change{{0, 100}}, 15, 100, 100, 15, "15 minutes are the default (ours)"},
		{"fixed", metering.Settings{}, []change{{0, 100}, {10, 400}}, 15, 200, 200, 15, "(10·100 + 5·400) / 15"},
		{"fixed", metering.Settings{}, []change{{0, 100}, {10, 400}, {20, 10}}, 29, 200, 200, 15, "stays until the next interval ends"},
		{"fixed", metering.Settings{}, []change{{0, 100}, {10, 400}, {20, 10}}, 30, 140, 200, 15, "(5·400 + 10·10) / 15"},
		{"fixed", metering.Settings{}, []change{{0, 100}, {20, 300}}, 60 * 24 * 365, 300, 300, 45, "the first interval with nothing but 300"},
		{"fixed", metering.Settings{}, []change{{7, 100}}, 22, 100, 100, 22, "the interval begins with what flows first (ours)"},
		{"fixed", of(metering.Fixed, 1), []change{{0, 100}, {0.5, 0}}, 1, 50, 50, 1, "one minute"},
		{"fixed", of(metering.Fixed, 60), []change{{0, 120}, {1, 0}}, 60, 2, 2, 60, "sixty"},
		{"sliding", of(metering.Sliding, 15), []change{{0, 100}}, 14.9, none, none, none, "no whole interval yet"},
		{"sliding", of(metering.Sliding, 15), []change{{0, 100}, {15, 250}}, 20, 150, 150, 20, "ten minutes of 100 and five of 250"},
		{"sliding", of(metering.Sliding, 15), []change{{0, 100}, {15, 250}}, 20.9, 150, 150, 20, "moves by a minute"},
		{"sliding", of(metering.Sliding, 15), []change{{0, 100}, {15, 250}, {20, 0}}, 60, 0, 150, 20, "5·250 + 10·100 is the most of any window"},
		{"sliding", of(metering.Sliding, 15), []change{{0, 100}, {16.5, 400}, {17.5, 100}}, 31, 120, 120, 18, "half a minute in each of two steps: 300/15"},
		{"sliding", of(metering.Sliding, 15), []change{{0, 100}}, 60 * 24 * 365, 100, 100, 15, "a year at rest"},
		{"thermal", of(metering.Thermal, 15), []change{{0, 100}}, 15, 90, 90, 15, "90 % after an interval"},
		{"thermal", of(metering.Thermal, 15), []change{{0, 100}}, 30, 99, 99, 30, "and 90 % of the rest"},
		{"thermal", of(metering.Thermal, 15), []change{{0, 100}, {15, 0}}, 30, 9, 90, 15, "cools alike"},
		{"thermal", of(metering.Thermal, 30), []change{{0, 100}}, 30, 90, 90, 30, "another interval"},
	} {
		m := metering.New(fourWire)
		m.Configure(0, tt.set)
		minute := func(x float64) time.Duration { return time.Duration(x * float64(time.Minute)) }
		for _, c := range tt.flow {
			flowing(m, minute(c.minute), c.amps)
		}
		v := shown(m, minute(tt.at))
		m.FillDates(v, 1000)
		want{
			points.DemandCurrentL2: tt.demand, points.DemandCurrentN: tt.demand / 2, points.DemandPowerActive: 690 * tt.demand, points.DemandPowerReactive: 0 * tt.demand, points.DemandPowerApparent: 690 * tt.demand,
			points.DemandCurrentL2Peak: tt.peak, points.DemandCurrentNPeak: tt.peak / 2, points.DemandPowerActivePeak: 690 * tt.peak,
			points.DemandCurrentL3PeakAt: 1000 + 60*tt.when, points.DemandPowerApparentPeakAt: 1000 + 60*tt.when,
		}.check(t, tt.name+" ("+tt.why+")", v)
	}
}

// A wiring without neutral current has no demand of it, whatever was stored.
func TestDemandOfWiring(t *testing.T) {
	m := metering.New(threeWire)
	flowing(m, 0, 100)
	v := shown(m, time.Hour)
	m.FillDates(v, 0)
	want{points.DemandCurrentN: none, points.DemandCurrentNPeak: none, points.DemandCurrentNPeakAt: none, points.DemandCurrentL1: 100}.check(t, "3P", v)
}

func TestDemandReset(t *testing.T) {
	m := metering.New(fourWire)
	flowing(m, 0, 300)
	flowing(m, 15*time.Minute, -100)
	m.Reset(40*time.Minute, metering.CurrentDemand)
	v := shown(m, 41*time.Minute)
	m.FillDates(v, 0)
	want{points.DemandCurrentL1Peak: 100, points.DemandCurrentL1PeakAt: 2400, points.DemandPowerActivePeak: 207000, points.DemandPowerActive: -69000}.check(t, "currents", v)
	m.Reset(41*time.Minute, metering.PowerDemand)
	want{points.DemandPowerActivePeak: -69000}.check(t, "furthest from 0, with its sign", shown(m, 42*time.Minute))
	m = metering.New(fourWire)
	flowing(m, 0, 300)
	m.Reset(5*time.Minute, metering.AllGroups)
	want{points.DemandCurrentL1Peak: none}.check(t, "before the first", shown(m, 6*time.Minute))
}

func TestDemandPeakOfReceived(t *testing.T) {
	m := metering.New(fourWire)
	flowing(m, 0, 100)
	flowing(m, 15*time.Minute, -300)
	flowing(m, 30*time.Minute, 200)
	want{points.DemandPowerActivePeak: -207000, points.DemandCurrentL1Peak: 300, points.DemandPowerActive: 138000}.check(t, "furthest from 0", shown(m, time.Hour))
}

// Another window begins a new interval and keeps the peaks; the same does not.
func TestDemandConfigure(t *testing.T) {
	m := metering.New(fourWire)
	m.Configure(0, of(metering.Sliding, 5))
	flowing(m, 0, 300)
	flowing(m, 15*time.Minute, 100)
	m.Configure(17*time.Minute, of(metering.Sliding, 5))
	want{points.DemandCurrentL1: 220}.check(t, "the same", shown(m, 17*time.Minute))
	s := of(metering.Sliding, 5)
	s.CurrentDemand.Window = metering.Fixed
	m.Configure(17*time.Minute, s)
	want{points.DemandCurrentL1: none, points.DemandCurrentL1Peak: 300, points.DemandPowerActive: 220 * 690}.check(t, "another", shown(m, 17*time.Minute))
	want{points.DemandCurrentL1: 100}.check(t, "and on", shown(m, 22*time.Minute))
}

// Samples count as what their windows show; a pause counts as nothing.
func TestDemandOfSamples(t *testing.T) {
	m := metering.New(fourWire)
	m.Configure(0, of(metering.Fixed, 1))
	w := wave{i: with(three(100, 0), 0), v: three(230, 0), hz: 50}
	m.Steady(0, w.i, w.v, w.hz)
	w.i = with(three(400, 0), 0)
	w.play(m, 30*time.Second, 40*time.Second, 40)
	m.Steady(50*time.Second, with(three(100, 0), 0), w.v, w.hz)
	if got, want := shown(m, time.Minute)[points.DemandCurrentL1], (30*100+10*400+10*100)/60.0; math.Abs(got-want) > 0.2 {
		t.Errorf("%g, want %g", got, want)
	}
}

func TestDemandSurvives(t *testing.T) {
	for _, set := range []metering.Settings{of(metering.Fixed, 15), of(metering.Sliding, 15), of(metering.Thermal, 15)} {
		m, twin := metering.New(fourWire), metering.New(fourWire)
		m.Configure(0, set)
		flowing(m, 0, 300)
		flowing(m, 16*time.Minute+7*time.Second, 100)
		now := 20*time.Minute + 3*time.Second
		stored := m.State(now)
		a := m.State(50 * time.Minute) // the stored state is not the meter's
		twin.Configure(0, set)
		moved := stored.Shift(time.Hour)
		if got, want := moved.Demand[0].Peak[0].At, stored.Demand[0].Peak[0].At+time.Hour; got != want {
			t.Errorf("the peak moves to %v, want %v", got, want)
		}
		if err := twin.Restore(moved); err != nil {
			t.Fatal(err)
		}
		flowing(twin, time.Hour+now, 100)
		b := twin.State(110 * time.Minute).Shift(-time.Hour)
		if d := cmp.Diff(a, b); d != "" {
			t.Error(d)
		}
	}
}

// What was stored by another window, or ahead of the clock, begins anew.
func TestDemandOfAnotherTime(t *testing.T) {
	for _, tt := range []struct {
		set  metering.Settings
		by   time.Duration
		peak float64
		why  string
	}{
		{of(metering.Sliding, 15), 0, 300, "another window"},
		{of(metering.Fixed, 60), 0, none, "more than this interval has run"},
		{of(metering.Fixed, 15), 100 * time.Hour, 300, "ahead of the clock"},
	} {
		m, twin := metering.New(fourWire), metering.New(fourWire)
		m.Configure(0, tt.set)
		flowing(m, 0, 300)
		if err := twin.Restore(m.State(20 * time.Minute).Shift(tt.by)); err != nil {
			t.Fatal(err)
		}
		flowing(twin, 30*time.Minute, 50)
		want{points.DemandCurrentL1: none, points.DemandCurrentL1Peak: tt.peak}.check(t, tt.why+", begun", shown(twin, 40*time.Minute))
		want{points.DemandCurrentL1: 50}.check(t, tt.why+", whole", shown(twin, 45*time.Minute))
	}
}

// bruteForce integrates second by second what the closed forms take at once. It
// returns what is shown after each second.
func bruteForce(amps []float64, w metering.Window, minutes int) (all []float64) {
	interval, step := 60*minutes, 60*minutes
	if w == metering.Sliding {
		step /= 15
	}
	shown, heat := math.NaN(), 0.0
	for n := 1; n <= len(amps); n++ {
		const parts = 20 // a second at the smallest interval is a 26th of τ
		for range parts {
			heat += (amps[n-1] - heat) * math.Ln10 / float64(interval*parts)
		}
		switch {
		case w == metering.Thermal:
			shown = heat
		case n%step == 0 && n >= interval:
			shown = 0
			for _, a := range amps[n-interval : n] {
				shown += a / float64(interval)
			}
		}
		all = append(all, shown)
	}
	return all
}

func TestDemandAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SampledFrom([]metering.Window{metering.Fixed, metering.Sliding, metering.Thermal}).Draw(t, "window")
		minutes := rapid.IntRange(1, 4).Draw(t, "minutes")
		m := metering.New(fourWire)
		m.Configure(0, of(w, uint8(minutes)))
		var amps []float64
		for range rapid.IntRange(1, 6).Draw(t, "changes") {
			a := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(1e-3, 4000)).Draw(t, "amps") // what is less than seen reads 0
			flowing(m, time.Duration(len(amps))*time.Second, a)
			lasts := rapid.IntRange(1, 400).Draw(t, "lasts")
			shown(m, time.Duration(len(amps)+rapid.IntRange(0, lasts).Draw(t, "look"))*time.Second)
			for range lasts {
				amps = append(amps, a)
			}
		}
		v := shown(m, time.Duration(len(amps))*time.Second)
		m.FillDates(v, 0)
		tolerance := 1e-9
		if w == metering.Thermal {
			tolerance = 5e-3 // of the brute force
		}
		most := max(1, slices.Max(amps))
		all := bruteForce(amps, w, minutes)
		if got, want := v[points.DemandCurrentL1], all[len(all)-1]; !near(got/most, want/most, tolerance) {
			t.Errorf("shown %g, brute force %g", got, want)
		}
		seen := slices.DeleteFunc(slices.Clone(all), math.IsNaN)
		if len(seen) == 0 {
			if !math.IsNaN(v[points.DemandCurrentL1Peak]) || !math.IsNaN(v[points.DemandCurrentL1PeakAt]) {
				t.Error("a peak before the first demand")
			}
			return
		}
		got, at := v[points.DemandPowerActivePeak], int(math.Round(v[points.DemandCurrentL1PeakAt]))
		if peak := slices.Max(seen); !near(got/690/most, peak/most, tolerance) || !near(all[at-1]/most, peak/most, tolerance) {
			t.Errorf("peak %g at %d, brute force %g, %g then", got/690, at, peak, all[at-1])
		}
	})
}

func TestDemandRefuses(t *testing.T) {
	m := metering.New(fourWire)
	m.Configure(0, of(metering.Sliding, 15))
	flowing(m, 0, 300)
	for _, change := range []func(*metering.Demand){
		func(d *metering.Demand) { d.Sum[0] = math.NaN() },
		func(d *metering.Demand) { d.Shown[1] = math.Inf(1) },
		func(d *metering.Demand) { d.Peak[2].Value = math.Inf(-1) },
		func(d *metering.Demand) { d.Steps = 16 },
		func(d *metering.Demand) { d.Steps = -1 },
		func(d *metering.Demand) { d.Start = d.At + 1 },
		func(d *metering.Demand) { d.Seen = 0x10 },
		func(d *metering.Demand) { d.Slide.Next = 15 },
		func(d *metering.Demand) { d.Slide.Next = -1 },
		func(d *metering.Demand) { d.Slide.Mean[14][3] = 1e19 },
	} {
		s := m.State(20 * time.Minute)
		change(&s.Demand[0])
		if err := metering.New(fourWire).Restore(s); err == nil {
			t.Errorf("taken: %+v", s.Demand[0])
		}
	}
}
