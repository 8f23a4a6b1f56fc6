package metering_test

import (
	"math"
	"math/cmplx"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchroom/metering"
	"switchroom/points"
)

var modules = metering.Settings{PhaseEnergy: true, Harmonics: true}

// ups is a load with 30 % fifth, 10 % seventh and 20 % third; the voltage has
// 4 % fifth.
func ups() wave {
	w := wave{i: with(three(100, -60), 0), v: three(230, 0), hz: 50, h: new(metering.Spectrum)}
	w.h.Shape(w.i, 5, 0.3)
	w.h.Shape(w.i, 7, 0.1)
	w.h.Shape(w.i, 3, 0.2)
	for k, v := range w.v {
		w.h.V[k][5] = cmplx.Rect(9.2, 5*cmplx.Phase(v))
	}
	return w
}

func TestHarmonicsByHand(t *testing.T) {
	all := 0.09 + 0.01 + 0.04
	hand := want{
		points.CurrentL1: 100 * math.Sqrt(1+all), points.CurrentN: 60, points.CurrentGround: 0,
		points.THDCurrentL1: 100 * math.Sqrt(all), points.THDRCurrentL2: 100 * math.Sqrt(all/(1+all)), points.THDCurrentN: none,
		points.VoltageL1n: 230 * math.Sqrt(1+0.0016), points.THDVoltageL3n: 4, points.THDVoltageL12: 4, points.THDRVoltageL1n: 400 / math.Sqrt(10016),
		points.PowerActiveTotal:   3 * (11500 + 9.2*30*math.Cos(-300*math.Pi/180)),
		points.PowerReactiveTotal: 34500 * math.Sqrt(3), // of the fundamental
		points.PowerApparentTotal: 3 * 23000 * math.Sqrt(1+all) * math.Sqrt(1.0016),
		points.CosPhiTotal:        0.5, points.CosPhiL2: 0.5,
		points.HarmonicCurrentL1H5: 30, points.HarmonicCurrentL3H7: 10, points.HarmonicCurrentL2H3: 20, points.HarmonicCurrentL2H11: 0,
		points.HarmonicVoltageL1nH5: 4, points.HarmonicVoltageL31H5: 4, points.HarmonicVoltageL31H3: 0, points.HarmonicCurrentNH3: none,
		points.PowerFactorTotal: (11500 + 138) / (23000 * math.Sqrt(1+all) * math.Sqrt(1.0016)),
	}
	steady, sampled := metering.New(fourWire), metering.New(fourWire)
	for _, m := range []*metering.Meter{steady, sampled} {
		m.Configure(0, modules)
	}
	w := ups()
	steady.Distorted(0, w.i, w.v, w.hz, w.h)
	w.play(sampled, 0, time.Second, 40)
	hand.check(t, "by phasors", shown(steady, time.Second))
	hand.check(t, "by 40 samples a cycle", shown(sampled, time.Second))
	steady.Configure(time.Second, metering.Settings{})
	want{points.HarmonicCurrentL1H5: none, points.THDVoltageL12: 4}.check(t, "without the module", shown(steady, time.Second))
	steady.Steady(time.Second, w.i, w.v, w.hz)
	want{points.THDCurrentL1: 0, points.THDRVoltageL12: 0, points.CurrentL1: 100, points.THDCurrentL1Max: 100 * math.Sqrt(all), points.THDCurrentL1Min: 0}.check(t, "pure", shown(steady, time.Minute))
	steady.Steady(time.Minute, with(three(9.99, 0), 0), three(10, 0), 50)
	want{points.THDCurrentL1: none, points.THDVoltageL12: none, points.THDVoltageL1n: none}.check(t, "next to nothing", shown(steady, time.Hour))
}

// A balanced third comes back in the neutral three times, a fifth not at all.
func TestShape(t *testing.T) {
	i := with(three(100, 33), 0)
	for h, want := range map[int]float64{2: 0, 3: 30, 5: 0, 7: 0, 9: 30, 15: 30} {
		s := new(metering.Spectrum)
		s.Shape(i, h, 0.1)
		if n := cmplx.Abs(s.I[3][h]); !near(n, want, 1e-12) {
			t.Errorf("order %d: %g in the neutral, want %g", h, n, want)
		}
	}
	for _, h := range []int{-1, 0, 1, 16} {
		s := new(metering.Spectrum)
		if s.Shape(i, h, 0.1); *s != (metering.Spectrum{}) {
			t.Errorf("order %d is there", h)
		}
	}
}

// What is no number is not there, and the caller's spectrum stays as it is.
func TestSpectrumOfNoNumbers(t *testing.T) {
	m, w := metering.New(fourWire), ups()
	w.h.I[0][11], w.h.I[1][13], w.h.V[2][2], w.h.I[3][0] = cmplx.NaN(), cmplx.Inf(), complex(0, 1e6), cmplx.NaN()
	m.Distorted(0, w.i, w.v, w.hz, w.h)
	want{points.THDCurrentL1: 100 * math.Sqrt(0.14), points.THDCurrentL2: 100 * math.Sqrt(0.14), points.THDVoltageL3n: 4}.check(t, "sound", shown(m, 0))
	if !cmplx.IsNaN(w.h.I[0][11]) {
		t.Error("the caller's spectrum has changed")
	}
}

// Samples at any rate and frequency show the harmonics that are in them, those
// that the rate tells and no others.
func TestDistortionInSamples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := ratings.Draw(t, "rating")
		w := wave{i: with(three(1000, rapid.Float64Range(-180, 180).Draw(t, "angle")), 200), v: three(230, 0), hz: rapid.Float64Range(45, 60).Draw(t, "hz"), h: new(metering.Spectrum)}
		for range rapid.IntRange(0, 4).Draw(t, "orders") {
			h := rapid.IntRange(2, 13).Draw(t, "order")
			w.h.Shape(w.i, h, rapid.Float64Range(0, 0.4).Draw(t, "part"))
			w.h.V[rapid.IntRange(0, 2).Draw(t, "phase")][h] = at(rapid.Float64Range(0, 30).Draw(t, "volts"), rapid.Float64Range(-180, 180).Draw(t, "turned"))
		}
		steady, sampled := metering.New(r), metering.New(r)
		steady.Configure(0, modules)
		sampled.Configure(0, modules)
		steady.Distorted(0, w.i, w.v, w.hz, w.h)
		w.play(sampled, 0, 400*time.Millisecond, rapid.Float64Range(40, 200).Draw(t, "rate"))
		a, b := shown(steady, time.Second), shown(sampled, time.Second)
		for c := range 10 {
			all := distortions(c)
			for _, id := range all {
				if math.Abs(a[id]-b[id]) > 1e-3*max(100, a[all[0]]) || math.IsNaN(a[id]) != math.IsNaN(b[id]) {
					t.Errorf("%v: %g %% by phasors, %g %% by samples", id, a[id], b[id])
				}
			}
		}
	})
}

// distortions are the points of a channel: its distortion and the harmonics up
// to 13.
func distortions(c int) (ids []points.ID) {
	name := [10]string{"current.l1", "current.l2", "current.l3", "current.n", "voltage.l12", "voltage.l23", "voltage.l31", "voltage.l1n", "voltage.l2n", "voltage.l3n"}[c]
	for _, n := range []string{"thd." + name, "harmonic." + name + ".h3", "harmonic." + name + ".h5", "harmonic." + name + ".h7", "harmonic." + name + ".h9", "harmonic." + name + ".h11", "harmonic." + name + ".h13"} {
		id, err := points.Lookup(n)
		if err != nil {
			panic(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// At 20 samples a cycle the eleventh looks like the ninth. What the samples
// cannot tell is not shown, and a rate of the unit's own tells all.
func TestRateTellsOrders(t *testing.T) {
	for _, tt := range []struct {
		rate float64
		want want
		why  string
	}{
		{20, want{points.HarmonicCurrentL1H5: 30, points.HarmonicCurrentL1H7: 10, points.HarmonicCurrentL1H11: none, points.HarmonicCurrentL1H15: none}, "up to 9"},
		{32, want{points.HarmonicCurrentL1H5: 30, points.HarmonicCurrentL1H11: 0, points.HarmonicCurrentL1H15: 0}, "a long capture: 625 µs"},
		{512.0 / 13.107, want{points.HarmonicCurrentL1H5: 30}, "a short capture: 512 µs"},
		{6, want{points.THDCurrentL1: none, points.THDRVoltageL12: none, points.HarmonicCurrentL1H3: none, points.HarmonicCurrentL1H5: none}, "up to 2: the fifth is not told from the fundamental"},
		{4, want{points.THDCurrentL1: none, points.HarmonicCurrentL1H3: none}, "the fundamental only"},
	} {
		m, w := metering.New(fourWire), ups()
		m.Configure(0, modules)
		w.play(m, 0, time.Second, tt.rate)
		v := shown(m, time.Second)
		for id, x := range tt.want {
			if !near(v[id], x, 1e-3) {
				t.Errorf("%g samples a cycle (%s): %v is %g, want %g", tt.rate, tt.why, id, v[id], x)
			}
		}
	}
}

// What is shown stays as it is until the first window after a pause is whole.
func TestHarmonicsAfterPause(t *testing.T) {
	m, w := metering.New(fourWire), ups()
	m.Configure(0, modules)
	w.play(m, 0, 200*time.Millisecond, 40)
	m.Sample(time.Second, [4]float64{}, [3]float64{})
	want{points.HarmonicCurrentL1H5: 30, points.THDCurrentL1: 100 * math.Sqrt(0.14), points.HarmonicVoltageL12H5: 4}.check(t, "one sample", shown(m, time.Second))
}

// A pure sine has no distortion, however its samples fall.
func TestNoDistortionOfSines(t *testing.T) {
	for _, rate := range []float64{31.9, 33.3, 39.06, 40, 47.3, 100} {
		for _, hz := range []float64{49.7, 50, 50.02, 60} {
			m := metering.New(fourWire)
			w := wave{i: with(three(100, -30), 0), v: three(230, 0), hz: hz}
			w.play(m, 0, time.Second, rate)
			v := shown(m, time.Second)
			for _, id := range []points.ID{points.THDCurrentL1, points.THDVoltageL12, points.THDVoltageL2n} {
				if !(v[id] < 0.01) {
					t.Errorf("%g Hz at %g samples: %v is %g %%", hz, rate, id, v[id])
				}
			}
		}
	}
}
