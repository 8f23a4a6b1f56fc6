package protection

import (
	"math"
	"math/cmplx"
	"testing"
	"time"

	"switchroom/points"
)

// third is 400 A with 60 % of third harmonic in every phase: a true RMS of
// 466 A, and 720 A in the neutral.
func third() ([4]complex128, *Harmonics) {
	i, h := balanced(400), new(Harmonics)
	for p := range 3 {
		h[p][3] = 240
	}
	h[neutral][3] = -720
	return i, h
}

// TestTrueRMS: long time, short time and ground fault go by the true RMS.
func TestTrueRMS(t *testing.T) {
	i, h := third()
	x60, fourPole := unit(points.X60, 50), unit(points.X60, 50)
	x60.In, x60.Poles, fourPole.In = 630, 3, 630
	long := func(s *Settings) { s.LongTime = LongTimeSettings{Ir: 410, Tr: 0.5} } // 466 A is 1.14 Ir
	short := func(s *Settings) { s.LongTime.Ir, s.ShortTime = 300, ShortTimeSettings{Isd: 1.5, Tsd: 0.1} }
	earth := func(s *Settings) {
		s.LongTime.Ir = 630
		s.GroundFault = GroundFaultSettings{On: true, Ig: 600, Tg: 0.1}
	}
	for _, c := range []struct {
		why  string
		r    points.Rating
		set  func(*Settings)
		h    *Harmonics
		want Function // None: none
		on   Phase    // L1: one of the phases
	}{
		{"400 A are below Ir", x60, long, nil, None, NoPhase},
		{"466 A are above the pick-up", x60, long, h, LongTime, L1},
		{"the neutral carries 720 A", fourPole, func(s *Settings) { s.LongTime.Ir, s.Neutral = 500, NeutralFull }, h, LongTime, N},
		{"a neutral of half the size carries no more", fourPole, func(s *Settings) { s.LongTime.Ir, s.Neutral = 630, NeutralHalf }, h, LongTime, N},
		{"400 A are below Isd, and above Ir", x60, short, nil, LongTime, L1},
		{"466 A are above Isd", x60, short, h, ShortTime, L1},
		{"a neutral that is not measured looks like earth", x60, earth, h, GroundFault, NoPhase},
		{"one that is measured does not", fourPole, earth, h, None, NoPhase},
	} {
		s := Defaults(c.r)
		s.LongTime.Tr, s.ShortTime.Isd, s.Instantaneous.Mode, s.GroundFault.On = 0.5, 10, InstantaneousOff, false
		c.set(&s)
		e := mustNew(t, c.r, s, Nominal)
		var d *Distortion
		if c.h != nil {
			d = c.h.Distortion()
		}
		e.Distorted(0, i, 0, d)
		e.Advance(time.Hour)
		if ev, ok := e.Tripped(); ok != (c.want != None) || ok && (ev.Function != c.want || (ev.Phase != c.on && (c.on != L1 || ev.Phase > L3))) {
			t.Errorf("%s: tripped %v by %v", c.why, ok, ev)
		}
	}
}

func TestDistortionIsSound(t *testing.T) {
	var h Harmonics
	h[0][0], h[0][1], h[1][5], h[2][7] = 100, 100, cmplx.NaN(), complex(math.NaN(), 1)
	if h.Distortion() != nil {
		t.Error("the fundamental and what is no number are no distortion")
	}
	h[1][5] = cmplx.Inf()
	h[3][15] = 1e300
	e := mustNew(t, unit(points.X60, 50), Defaults(unit(points.X60, 50)), Nominal)
	e.Distorted(0, balanced(100), 0, h.Distortion())
	e.Advance(time.Hour)
	for p := L1; p <= N; p++ {
		if x := e.Thermal(time.Hour, p); math.IsNaN(x) || math.IsInf(x, 0) {
			t.Errorf("thermal image of %v: %g", p, x)
		}
	}
}

// TestDistortedCostsNothingMore: an engine that rests with harmonics allocates
// as little as one without.
func TestDistortedCostsNothingMore(t *testing.T) {
	i, h := third()
	r := unit(points.X60, 50)
	e, d, at := mustNew(t, r, Defaults(r), Nominal), h.Distortion(), time.Duration(0)
	loads := [2][4]complex128{i, balanced(300)}
	e.Distorted(0, loads[1], 0, d)
	e.Advance(time.Second)
	n := 0
	if got := testing.AllocsPerRun(100, func() {
		at += time.Minute
		e.Distorted(at, loads[n%2], 0, d)
		e.Next()
		n++
	}); got > 0 {
		t.Errorf("%g allocations a step", got)
	}
}

// TestModulesTrueRMS: a distorted current is for them what its samples are.
func TestModulesTrueRMS(t *testing.T) {
	i, h := third()
	r := unit(points.X60, 50)
	r.Poles = 3
	in := Inputs{I: i, More: h.Distortion()}
	q := in.quantities(r)
	for what, want := range map[quantity]float64{rmsCurrent: math.Hypot(400, 240), groundCurrent: 720, leakageCurrent: 0} {
		if math.Abs(q[what]-want) > 1e-9*want {
			t.Errorf("quantity %d: %g A, want %g", what, q[what], want)
		}
	}
}
