package protection

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"switchroom/points"
)

// sane fails when e is no state an engine can be in.
func sane(t *testing.T, e *Engine, at time.Duration) {
	t.Helper()
	for p := L1; p <= N; p++ {
		if th := e.Thermal(at, p); math.IsNaN(th) || math.IsInf(th, 0) || th < 0 {
			t.Fatalf("image of %v: %g", p, th)
		}
	}
	for ch, q := range e.square {
		if !(q >= 0) || q > 1.01*square(4*Limit) {
			t.Fatalf("mean square of channel %d: %g", ch, q)
		}
		if math.IsNaN(e.delay[ch].energy) {
			t.Fatalf("energy of channel %d", ch)
		}
	}
	e.Pickups()
	e.Overload()
	e.State(at)
	if next, ok := e.Next(); ok && next < e.now {
		t.Fatalf("next is %v, now %v", next, e.now)
	}
}

// FuzzEngine drives an engine with anything at any time: calls of 18 bytes,
// one of what, one of how long, two floats.
func FuzzEngine(f *testing.F) {
	seed := func(calls ...[4]float64) []byte {
		var b []byte
		for _, c := range calls {
			b = append(b, byte(c[0]), byte(int8(c[1])))
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(c[2]))
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(c[3]))
		}
		return b
	}
	f.Add(byte(0), seed([4]float64{0, 1, 5000, 0}, [4]float64{0, 1, -5000, 1}, [4]float64{0, 1, math.NaN(), math.Inf(1)}))
	f.Add(byte(1), seed([4]float64{1, 5, 20000, 0.3}, [4]float64{2, 9, 0, 0}, [4]float64{0, -3, 1e308, 0}, [4]float64{1, 1, math.Inf(1), 1}))
	f.Add(byte(2), seed([4]float64{1, 5, 2000, 0.3}, [4]float64{2, 30, 0, 0}, [4]float64{3, 1, 0, 0}, [4]float64{4, 0, 500, 0}, [4]float64{1, 2, 0, 0}))
	f.Add(byte(5), seed([4]float64{5, 2, 700, 0}, [4]float64{0, 127, 1, 1}, [4]float64{1, -128, 1, 1}))
	f.Fuzz(func(t *testing.T, which byte, b []byte) {
		r := unit([]points.Variant{points.X60, points.X70, points.X20}[which%3], []float64{50, 60}[which/3%2])
		e := mustNew(t, r, Defaults(r), Corner(which/6%3))
		at := time.Duration(0)
		for ; len(b) >= 18; b = b[18:] {
			at += stretch(int8(b[1]))
			x := math.Float64frombits(binary.LittleEndian.Uint64(b[2:]))
			y := math.Float64frombits(binary.LittleEndian.Uint64(b[10:]))
			call(e, b[0], at, x, y)
			sane(t, e, at)
		}
		e.Advance(at + time.Hour)
		sane(t, e, at+time.Hour)
	})
}

// stretch makes of a byte nothing, microseconds to hours, or time going back.
func stretch(n int8) time.Duration {
	d := time.Duration(math.Pow(10, float64(n)/12) * 1e3)
	if n == 0 {
		return 0
	}
	if n < 0 {
		return -d
	}
	return d
}

func call(e *Engine, what byte, at time.Duration, x, y float64) {
	switch what % 10 {
	case 0:
		e.SampleLeakage(at, [4]float64{x, -x, y, x}, y)
	case 1:
		e.SteadyLeakage(at, [4]complex128{complex(x, y), complex(y, x), complex(-x, 0), complex(0, y)}, complex(y, 0))
	case 2:
		e.Advance(at)
	case 3:
		e.Reset(at)
	case 4:
		s := e.Settings()
		s.LongTime.Ir = x
		s.ShortTime.Isd = y
		e.Apply(at, s)
	case 5:
		e.Restore(at, State{At: at - time.Duration(what)*time.Minute, Heat: [4]float64{x, y, -x, x * y}})
	case 6:
		e.Preload(x)
	case 7:
		e.Restrain(at, Function(what/10), x > 0)
	case 8:
		e.Engage(at, x > 0)
	case 9:
		e.SetCommon(at, Common{ZSI: ZSISettings{x > 0, y > 0}, ERMS: ERMSSettings{Isd: 2, Ii: 3}, SelfProtection: x})
	}
}

// FuzzPlay plays anything as a recording.
func FuzzPlay(f *testing.F) {
	f.Add([]byte{})
	var b []byte
	for k := range 200 {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(k)*0.0005))
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(30000*math.Sin(float64(k)/6))))
	}
	f.Add(b)
	r := unit(points.X60, 50)
	s := Defaults(r)
	f.Fuzz(func(t *testing.T, b []byte) {
		var w Waveform
		for ; len(b) >= 8; b = b[8:] {
			w.T = append(w.T, float64(math.Float32frombits(binary.LittleEndian.Uint32(b))))
			w.L1 = append(w.L1, float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4:]))))
		}
		rep, err := Play(r, s, w, Options{})
		if err != nil {
			return
		}
		checkTrip(t, "fuzz", rep)
		if _, err := rep.MarshalJSON(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestTime: time going back drops samples, standing still replaces what is
// read, and neither trips anything.
func TestTime(t *testing.T) {
	r := unit(points.X50, 50)
	e := mustNew(t, r, quietSettings(r), Nominal)
	e.Sample(time.Second, [4]float64{100})
	if got := e.Sample(time.Second-1, [4]float64{1e6}); got != nil {
		t.Errorf("a sample of the past: %v", got)
	}
	for range 1000 {
		e.Sample(time.Second, [4]float64{1e6})
	}
	if e.square[0] != 0 {
		t.Errorf("no time has passed, mean square %g", e.square[0])
	}
	// Phasors of the past count from the engine's time.
	e = mustNew(t, r, quietSettings(r), Nominal)
	e.Advance(time.Minute)
	e.Steady(0, balanced(5000))
	at, ok := e.Next()
	if !ok || at < time.Minute {
		t.Errorf("next %v, %v", at, ok)
	}
}

// TestWindowForgets: nothing of a large fault stays in the window.
func TestWindowForgets(t *testing.T) {
	r := unit(points.X50, 60)
	e := mustNew(t, r, quietSettings(r), Nominal)
	at := time.Duration(0)
	for k := range 20000 {
		at += time.Duration(100+k%7*50) * time.Microsecond
		x := 1e6 * math.Sin(float64(k))
		if k > 10000 {
			x = 0
		}
		e.Sample(at, [4]float64{x})
	}
	if e.square[0] != 0 {
		t.Errorf("mean square %g A² of nothing", e.square[0])
	}
}

// TestNumericalOrder: a mean square agrees with the plain sum over the window,
// whatever the steps.
func TestNumericalOrder(t *testing.T) {
	var w window
	cycle := 20 * ms
	type point struct {
		at time.Duration
		q  float64
	}
	all := []point{{0, 0}}
	at := time.Duration(0)
	for k := range 5000 {
		at += time.Duration(1+(k*k)%900) * time.Microsecond
		q := square(math.Sin(float64(at) / 3e6))
		w.add(cycle, at, &[channels]float64{q})
		all = append(all, point{at, q})
	}
	sum := 0.0
	for k := len(all) - 1; k > 0 && all[k].at > at-cycle; k-- {
		a, b := all[k-1], all[k]
		dt := float64(b.at - max(a.at, at-cycle))
		sum += (a.q + b.q) / 2 * dt
	}
	var got [channels]float64
	w.means(cycle, &got)
	// A bin at the old end may be cut anywhere: half a bin of the highest square.
	if want := sum / float64(cycle); math.Abs(got[0]-want) > 0.01 {
		t.Errorf("mean square %g, plain sum %g", got[0], want)
	}
}

// TestEndsOfTime: times nobody means neither hang nor break an engine.
func TestEndsOfTime(t *testing.T) {
	r := unit(points.X60, 60)
	for _, at := range []time.Duration{math.MinInt64, -1, 0, math.MaxInt64} {
		for _, to := range []time.Duration{math.MinInt64, 1, math.MaxInt64} {
			for what := range byte(10) {
				e := mustNew(t, r, Defaults(r), Late)
				call(e, what, at, 3000, 500)
				for next := range byte(10) {
					call(e, next, to, 4000, 0)
					sane(t, e, to)
				}
			}
		}
	}
}
