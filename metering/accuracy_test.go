package metering_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchroom/metering"
	"switchroom/points"
)

// class returns the limit of error of a point in percent (facts §3).
func class(id points.ID) float64 {
	switch name := id.String(); {
	case strings.HasPrefix(name, "current.n"), strings.HasPrefix(name, "demand.current.n"):
		return 1
	case strings.HasPrefix(name, "current.ground"):
		return 5
	case strings.HasPrefix(name, "current.leakage"):
		return 10
	case strings.HasPrefix(name, "power."), strings.HasPrefix(name, "energy."), strings.HasPrefix(name, "demand.power."):
		return 1
	}
	return 0.5
}

// A unit with errors shows nothing that is further off than its class, and what
// belongs together stays together.
func TestErrorsAreWithinClass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := modules
		exact, off := metering.New(leaky), metering.New(leaky)
		exact.Configure(0, set)
		set.Seed = rapid.Uint64Min(1).Draw(t, "seed")
		off.Configure(0, set)
		lag := rapid.Float64Range(-20, 20).Draw(t, "lag")
		w := wave{i: with(three(800, -lag), 300), v: three(230, 0), hz: 50}
		for _, m := range []*metering.Meter{exact, off} {
			m.Leakage(0, 3)
			m.Steady(0, w.i, w.v, w.hz)
		}
		a, b := shown(exact, time.Hour), shown(off, time.Hour)
		for id := range a {
			p := points.ID(id)
			g := groupOf(p)
			if name := p.String(); g == 0 || g == metering.PowerFactors || points.Of(p).Unit == "%" || strings.Contains(name, "reactive") || p == points.PowerQuadrant {
				continue // of small differences, or of no unit
			}
			limit := max(class(p)/100*math.Abs(a[id]), 1e-9)
			if g == metering.Energies {
				limit++ // they show whole units
			}
			if math.Abs(b[id]-a[id]) > limit {
				t.Errorf("%v: %g for %g, class %g", p, b[id], a[id], class(p))
			}
		}
		if b[points.CurrentL1] == a[points.CurrentL1] || b[points.CurrentLeakage] == a[points.CurrentLeakage] || b[points.CurrentGround] == a[points.CurrentGround] {
			t.Error("no error at all")
		}
		sums(t, leaky, b)
		enclosed(t, b)
	})
}

// The same seed errs alike in samples and phasors; a balanced load has no ground
// current; no seed is exact again.
func TestErrorsAreFixed(t *testing.T) {
	set := modules
	set.Seed = 7
	w := ups()
	steady, sampled := metering.New(fourWire), metering.New(fourWire)
	steady.Configure(0, set)
	sampled.Configure(0, set)
	steady.Distorted(0, w.i, w.v, w.hz, w.h)
	w.play(sampled, 0, time.Second, 40)
	a, b := shown(steady, time.Second), shown(sampled, time.Second)
	for _, id := range []points.ID{points.CurrentL1, points.CurrentN, points.VoltageL12, points.VoltageL3n, points.PowerActiveTotal, points.PowerReactiveTotal, points.THDVoltageL12, points.HarmonicVoltageL23H5, points.THDCurrentL2} {
		if !near(a[id], b[id], 1e-9) {
			t.Errorf("%v: %g by phasors, %g by samples", id, a[id], b[id])
		}
	}
	for _, v := range []points.Values{a, b} {
		if !(v[points.CurrentGround] < 1e-9) || !near(v[points.THDCurrentL1], 100*math.Sqrt(0.14), 1e-9) {
			t.Errorf("ground %g A, distortion %g %%", v[points.CurrentGround], v[points.THDCurrentL1])
		}
	}
	other := set
	other.Seed = 8
	steady.Configure(time.Second, other)
	if c := shown(steady, time.Second); near(a[points.CurrentL1], c[points.CurrentL1], 1e-9) {
		t.Error("another seed errs alike")
	}
	steady.Configure(time.Second, modules)
	want{points.CurrentL1: 100 * math.Sqrt(1.14), points.THDVoltageL12: 4}.check(t, "without errors", shown(steady, time.Second))
}
