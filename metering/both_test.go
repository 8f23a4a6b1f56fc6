package metering_test

import (
	"math"
	"math/cmplx"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchroom/metering"
	"switchroom/points"
)

// wave is what flows in steady state, with harmonics where a test wants them.
type wave struct {
	i  [4]complex128
	v  [3]complex128
	hz float64

	h *metering.Spectrum // nil: none
}

// sample returns the instantaneous values at t.
func (w wave) sample(t time.Duration) (i [4]float64, v [3]float64) {
	angle := 2 * math.Pi * w.hz * t.Seconds()
	add := func(ci [4]complex128, cv [3]complex128, h int) {
		turn := cmplx.Rect(math.Sqrt2, float64(h)*angle)
		for k := range i {
			i[k] += real(ci[k] * turn)
		}
		for k := range v {
			v[k] += real(cv[k] * turn)
		}
	}
	add(w.i, w.v, 1)
	if w.h == nil {
		return i, v
	}
	for h := 2; h <= metering.MaxOrder; h++ {
		add([4]complex128{w.h.I[0][h], w.h.I[1][h], w.h.I[2][h], w.h.I[3][h]}, [3]complex128{w.h.V[0][h], w.h.V[1][h], w.h.V[2][h]}, h)
	}
	return i, v
}

// play samples w from one instant to another, n times a rated cycle.
func (w wave) play(m *metering.Meter, from, to time.Duration, n float64) {
	step := time.Duration(float64(20*time.Millisecond) / n)
	for t := from; t < to; t += step {
		i, v := w.sample(t)
		m.Sample(t, i, v)
	}
}

var ratings = rapid.Custom(func(t *rapid.T) points.Rating {
	r := rapid.SampledFrom([]points.Rating{fourWire, threeWire, withENCT, withENVT, leaky}).Draw(t, "wiring")
	r.Frequency = rapid.SampledFrom([]float64{50, 60}).Draw(t, "rated")
	return r
})

// loads has currents from nothing to a short circuit, any way round, and
// voltages that stand for a network, not necessarily a good one.
var loads = rapid.Custom(func(t *rapid.T) wave {
	angle := rapid.Float64Range(-180, 180)
	w := wave{hz: rapid.Float64Range(45, 65).Draw(t, "hz")}
	for k := range w.i {
		w.i[k] = at(rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(1, 20000)).Draw(t, "amps"), angle.Draw(t, "angle"))
	}
	phase, turn := angle.Draw(t, "phase"), rapid.SampledFrom([]float64{120, -120}).Draw(t, "sequence")
	for k := range w.v {
		w.v[k] = at(rapid.Float64Range(150, 260).Draw(t, "volts"), phase-turn*float64(k)+rapid.Float64Range(-15, 15).Draw(t, "shift"))
	}
	return w
})

// scale is what an error of a point counts against: of small differences of
// large numbers only the large ones are held.
func scale(w wave, id points.ID) float64 {
	var i, v float64
	for _, a := range w.i {
		i = max(i, cmplx.Abs(a))
	}
	for _, a := range w.v {
		v = max(v, cmplx.Abs(a))
	}
	switch groupOf(id) {
	case 1:
		if points.Of(id).Unit == "%" {
			return 100
		}
		return i
	case 2:
		if points.Of(id).Unit == "%" {
			return 100
		}
		return v
	case 4:
		return i * v
	case 16:
		return 100
	}
	return 1
}

func TestSamplesShowWhatPhasorsShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, w := ratings.Draw(t, "rating"), loads.Draw(t, "load")
		s := metering.Settings{BottomToTop: rapid.Bool().Draw(t, "turned"), IEEE: rapid.Bool().Draw(t, "ieee")}
		steady, sampled := metering.New(r), metering.New(r)
		steady.Configure(0, s)
		sampled.Configure(0, s)
		steady.Steady(0, w.i, w.v, w.hz)
		w.play(sampled, 0, 300*time.Millisecond, rapid.Float64Range(32, 200).Draw(t, "rate"))
		a, b := shown(steady, time.Second), shown(sampled, time.Second)
		for id := range a {
			p, tolerance := points.ID(id), 1e-3
			if name := p.String(); strings.HasSuffix(name, ".min") || strings.HasSuffix(name, ".max") {
				tolerance = 2e-2 // they also saw the windows that found the frequency
			}
			switch {
			case faint(p, a):
				// rounding decides whether there is a distortion to speak of
			case groupOf(p) == 0 || groupOf(p) == metering.Energies:
			case groupOf(p) == metering.PowerFactors && (math.Abs(a[id]) < 0.02 || factorless(a)):
				// its sign, or all of it, hangs on what rounding leaves
			case s.IEEE && groupOf(p) == metering.PowerFactors && near(math.Abs(a[id]), math.Abs(b[id]), tolerance) && math.Abs(a[id]) > 0.999:
				// at 1 it is neither lead nor lag
			case !near(a[id]/scale(w, p), b[id]/scale(w, p), tolerance):
				t.Errorf("%v: %g by phasors, %g by samples", p, a[id], b[id])
			}
		}
	})
}

// faint reports whether p is the distortion of a current that is about as small
// as any that has one.
func faint(p points.ID, v points.Values) bool {
	name, ok := strings.CutPrefix(p.String(), "thd.")
	if !ok || !strings.HasPrefix(name, "current.") {
		return false
	}
	for _, suffix := range []string{".min", ".max"} {
		name = strings.TrimSuffix(name, suffix)
	}
	id, err := points.Lookup(name)
	return err == nil && v[id] < 0.02*fourWire.In
}

// factorless reports whether a power is so small beside what it is a difference
// of that its factor says nothing.
func factorless(v points.Values) bool {
	for _, id := range []points.ID{points.PowerReactiveL1, points.PowerReactiveL2, points.PowerReactiveL3, points.PowerReactiveTotal} {
		if math.Abs(v[id]) < 0.02*v[points.PowerApparentTotal] {
			return true
		}
	}
	return false
}

func TestSampledEnergy(t *testing.T) {
	w := wave{i: with(three(1000, -30), 0), v: three(230, 0), hz: 50.2}
	steady, sampled := metering.New(fourWire), metering.New(fourWire)
	for _, m := range []*metering.Meter{steady, sampled} {
		m.Steady(0, w.i, w.v, w.hz)
	}
	w.play(sampled, 10*time.Minute, 10*time.Minute+time.Minute, 40)
	sampled.Steady(11*time.Minute, w.i, w.v, w.hz)
	a, b := shown(steady, time.Hour), shown(sampled, time.Hour)
	for _, id := range []points.ID{points.EnergyActive, points.EnergyReactiveDelivered, points.EnergyApparent} {
		if !near(a[id], b[id], 2e-5) {
			t.Errorf("%v: %g by phasors, %g with a minute of samples", id, a[id], b[id])
		}
	}
}

// The frequency is found from the rated one, with any imbalance, and a fault
// that turns the voltages is no frequency.
func TestFollowsFrequency(t *testing.T) {
	for _, tt := range []struct {
		name string
		v    [3]complex128
		hz   float64
	}{
		{"rated", three(230, 10), 50},
		{"low", three(230, 70), 45.3},
		{"other grid", three(230, 0), 60},
		{"reversed sequence", [3]complex128{at(230, 0), at(230, 120), at(230, -120)}, 51.7},
		{"one phase", [3]complex128{at(230, 30), 0, 0}, 48.9},
	} {
		m := metering.New(fourWire)
		w := wave{v: tt.v, hz: tt.hz}
		w.play(m, 0, 300*time.Millisecond, 47.3)
		v := shown(m, 300*time.Millisecond)
		if !near(v[points.Frequency], tt.hz, 1e-3) {
			t.Errorf("%s: %g, want %g", tt.name, v[points.Frequency], tt.hz)
		}
		if min, max := v[points.FrequencyMin], v[points.FrequencyMax]; min < tt.hz-0.5 || max > tt.hz+0.5 {
			t.Errorf("%s: %g to %g while finding %g", tt.name, min, max, tt.hz)
		}
		turned := w
		for k := range turned.v {
			turned.v[k] *= at(0.5, 40)
		}
		turned.play(m, 300*time.Millisecond, 500*time.Millisecond, 47.3)
		v = shown(m, time.Second)
		if max := v[points.FrequencyMax]; max > tt.hz+0.5 {
			t.Errorf("%s: a jump of 40° reads as %g Hz", tt.name, max)
		}
	}
}

func TestSamplesWithoutVoltage(t *testing.T) {
	m := metering.New(fourWire)
	w := wave{i: with(three(100, 0), 0), hz: 50}
	w.play(m, 0, 200*time.Millisecond, 40)
	want{points.CurrentL1: 100, points.CurrentL1Max: 100, points.Frequency: none, points.PowerActiveTotal: 0}.check(t, "no voltage", shown(m, time.Second))
}

// A fault that begins and ends between two steady states leaves its maximum and
// its energy.
func TestFaultInSamples(t *testing.T) {
	m := metering.New(fourWire)
	load := wave{i: with(three(100, 0), 0), v: three(230, 0), hz: 50}
	fault := wave{i: with(three(10000, 0), 0), v: three(230, 0), hz: 50}
	m.Steady(0, load.i, load.v, load.hz)
	fault.play(m, time.Hour, time.Hour+100*time.Millisecond, 40)
	m.Steady(time.Hour+100*time.Millisecond, [4]complex128{}, load.v, load.hz)
	v := shown(m, 2*time.Hour)
	want{points.CurrentL1: 0, points.CurrentL1Max: 10000, points.CurrentL1Min: 0}.check(t, "fault", v)
	if got, want := v[points.EnergyActive], 69000+6900e3*0.1/3600; math.Abs(got-want) > 1 {
		t.Errorf("energy %g, want %g", got, want)
	}
}

// Where samples pause, nothing is known to have flowed.
func TestPause(t *testing.T) {
	m := metering.New(fourWire)
	w := wave{i: with(three(1000, 0), 0), v: three(230, 0), hz: 50}
	w.play(m, 0, time.Second, 40)
	w.play(m, time.Hour, time.Hour+time.Second, 40)
	m.Steady(2*time.Hour, [4]complex128{}, [3]complex128{}, 0)
	if got, want := shown(m, 3*time.Hour)[points.EnergyActive], 2*690e3/3600.0; math.Abs(got-want) > 0.02*want {
		t.Errorf("energy %g, want %g", got, want)
	}
}

// Every window counts what flowed in it.
func TestEnergyOfWindows(t *testing.T) {
	m := metering.New(fourWire)
	on := wave{i: with(three(1e5, 0), 0), v: three(230, 0), hz: 50}
	off := wave{v: on.v, hz: 50}
	on.play(m, 0, time.Second, 40)
	if got, want := shown(m, time.Second)[points.EnergyActive], 69e6/3600*0.98; math.Abs(got-want) > 1 {
		t.Errorf("while sampling %g, want %g: to the last whole window", got, want)
	}
	off.play(m, time.Second, 10*time.Second, 40)
	m.Steady(10*time.Second, off.i, off.v, 50)
	if got, want := shown(m, time.Hour)[points.EnergyActive], 69e6/3600.0; math.Abs(got-want) > 10 { // half a sample
		t.Errorf("energy %g, want %g", got, want)
	}
}

// After a steady state the frequency is known, and the first window counts.
func TestFirstWindow(t *testing.T) {
	for _, tt := range []struct {
		hz   float64
		want float64
		why  string
	}{
		{52, 200, "known"},
		{400, 100, "not followed so far"},
	} {
		m := metering.New(fourWire)
		w := wave{i: with(three(100, 0), 0), v: three(230, 0), hz: 52}
		m.Steady(0, w.i, w.v, tt.hz)
		w.i = with(three(200, 0), 0)
		w.play(m, time.Second, time.Second+45*time.Millisecond, 100)
		if got := shown(m, 2*time.Second)[points.CurrentL1Max]; !near(got, tt.want, 1e-3) {
			t.Errorf("%s: highest %g, want %g", tt.why, got, tt.want)
		}
	}
}

// A short steady state after samples is as short as any other.
func TestShortAfterSamples(t *testing.T) {
	m := metering.New(fourWire)
	w := wave{i: with(three(10, 0), 0), hz: 50}
	m.Steady(0, w.i, w.v, 0)
	w.play(m, time.Millisecond, 51*time.Millisecond, 40)
	m.Steady(51*time.Millisecond, with(three(999, 0), 0), w.v, 0)
	m.Steady(55*time.Millisecond, w.i, w.v, 0)
	want{points.CurrentL1Max: 10}.check(t, "4 ms", shown(m, time.Second))
}

// Voltage that goes and comes back with another phase has no frequency in
// between, and no jump in it.
func TestVoltageReturns(t *testing.T) {
	m := metering.New(fourWire)
	w := wave{v: three(230, 0), hz: 50.4}
	w.play(m, 0, 90*time.Millisecond, 40)
	wave{hz: 50}.play(m, 90*time.Millisecond, 400*time.Millisecond, 40)
	want{points.Frequency: none}.check(t, "gone", shown(m, 400*time.Millisecond))
	w.v = three(230, 100)
	w.play(m, 400*time.Millisecond, 421*time.Millisecond, 40)
	want{points.Frequency: none}.check(t, "back for less than two windows", shown(m, 421*time.Millisecond))
	w.play(m, 421*time.Millisecond, 700*time.Millisecond, 40)
	v := shown(m, time.Second)
	if f, low, high := v[points.Frequency], v[points.FrequencyMin], v[points.FrequencyMax]; !near(f, 50.4, 1e-4) || low < 50.2 || high > 50.6 {
		t.Errorf("%g, %g to %g", f, low, high)
	}
}

// Beyond what the windows follow, the frequency is still seen.
func TestFarFrequency(t *testing.T) {
	for _, hz := range []float64{32, 38, 72} {
		m := metering.New(fourWire)
		w := wave{i: with(three(100, 0), 0), v: three(230, 0), hz: hz}
		w.play(m, 0, time.Second, 100)
		v := shown(m, time.Second)
		if f, i := v[points.Frequency], v[points.CurrentL1]; math.Abs(f-hz) > 0.5 || math.Abs(i-100) > 12 {
			t.Errorf("%g Hz reads %g, 100 A reads %g", hz, f, i)
		}
	}
}

// Whatever comes in whatever order leaves something that can be shown, stored
// and taken up again.
func TestAnything(t *testing.T) {
	number := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-1e4, 1e4), rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), math.Inf(-1)}))
	after := rapid.OneOf(rapid.Int64Range(-1e6, 30e6), rapid.Int64Range(0, 1e15), rapid.Int64())
	rapid.Check(t, func(t *rapid.T) {
		r := ratings.Draw(t, "rating")
		m, now := metering.New(r), time.Duration(0)
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			now += time.Duration(after.Draw(t, "after"))
			a := [7]float64{}
			for k := range a {
				a[k] = number.Draw(t, "a")
			}
			i := [4]complex128{complex(a[0], a[1]), complex(a[2], 0), complex(a[3], 0)}
			v := [3]complex128{complex(a[4], 0), complex(a[5], 0), complex(a[6], 0)}
			switch rapid.IntRange(0, 6).Draw(t, "what") {
			case 0, 1, 2:
				m.Sample(now, [4]float64(a[:4]), [3]float64(a[4:]))
			case 3:
				m.Steady(now, i, v, a[0])
			case 4:
				h := new(metering.Spectrum)
				h.Shape(i, 3, a[6])
				h.V[1][15] = v[2]
				m.Distorted(now, i, v, a[1], h)
			case 5:
				m.Reset(now, metering.Groups(a[0]))
				m.Leakage(now, a[1])
			case 6:
				d := metering.DemandSettings{Window: metering.Window(rapid.IntRange(0, 3).Draw(t, "window")), Minutes: rapid.Uint8().Draw(t, "minutes")}
				m.Configure(now, metering.Settings{CurrentDemand: d, PhaseEnergy: a[0] > 0, Harmonics: a[1] > 0, Seed: uint64(rapid.IntRange(0, 2).Draw(t, "seed")), Signed: a[2] > 0})
			}
			for id, x := range shown(m, now) {
				if math.IsInf(x, 0) {
					t.Fatalf("%v is without end", points.ID(id))
				}
			}
			stored := m.State(now)
			if err := metering.New(r).Restore(stored); err != nil {
				t.Fatal(err)
			}
			if err := new(metering.State).UnmarshalBinary(encoded(t, stored)); err != nil {
				t.Fatal(err)
			}
		}
	})
}
