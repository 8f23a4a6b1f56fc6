package protection

import (
	"math"
	"runtime"
	"testing"
	"time"

	"switchroom/points"
)

// BenchmarkSample is one sample with all functions of a 6.0 X and its neutral.
// At 40 samples a cycle of 50 Hz real time is one sample in 500 µs.
func BenchmarkSample(b *testing.B) {
	r := unit(points.X60, 50)
	s := Defaults(r)
	s.Neutral = NeutralFull
	s.ShortTime.Tsd, s.ShortTime.I2t = 0.4, true
	e := mustNew(b, r, s, Nominal)
	var cycle [gridCycle][4]float64
	for k := range cycle {
		for p := range 3 {
			cycle[k][p] = 900 * math.Sqrt2 * math.Cos(2*math.Pi*(float64(k)/gridCycle-float64(p)/3))
		}
	}
	b.ReportAllocs()
	at := time.Duration(0)
	for b.Loop() {
		for k := range cycle {
			at += 500 * time.Microsecond
			e.Sample(at, cycle[k])
		}
	}
	perSample := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / gridCycle
	b.ReportMetric(perSample, "ns/sample")
	b.ReportMetric(500e3/perSample, "×realtime")
}

// BenchmarkQuietStep is a change of load that no threshold sees.
func BenchmarkQuietStep(b *testing.B) {
	r := unit(points.X60, 50)
	e := mustNew(b, r, Defaults(r), Nominal)
	at := time.Duration(0)
	loads := [2][4]complex128{balanced(400), balanced(600)}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		at += time.Second
		e.Steady(at, loads[n%2])
		e.Next()
	}
}

// BenchmarkFaultStep is a step into a fault and out of it again.
func BenchmarkFaultStep(b *testing.B) {
	r := unit(points.X60, 50)
	s := Defaults(r)
	s.ShortTime.Tsd = 0.4
	e := mustNew(b, r, s, Nominal)
	at := time.Duration(0)
	b.ReportAllocs()
	for b.Loop() {
		at += time.Minute
		e.Steady(at, balanced(1900))
		e.Advance(at + 100*ms)
		e.Steady(at+100*ms, balanced(500))
		e.Advance(at + 200*ms)
	}
}

// BenchmarkPlay is half a second of recording through all three corners.
func BenchmarkPlay(b *testing.B) {
	r := unit(points.X60, 50)
	s := Defaults(r)
	s.ShortTime.Tsd = 0.4
	w := record(800, 1400, 0, false)
	for len(w.T) > 1000 {
		w.T, w.L1, w.L2, w.L3, w.N = w.T[:1000], w.L1[:1000], w.L2[:1000], w.L3[:1000], w.N[:1000]
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Play(r, s, w, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTimeToTrip(b *testing.B) {
	r := unit(points.X60, 50)
	s := Defaults(r)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := TimeToTrip(r, s, Constant{Amps: 1300}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEngine is what an engine at rest costs in memory.
func BenchmarkEngine(b *testing.B) {
	r := unit(points.X60, 50)
	s := Defaults(r)
	const n = 10000
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		all := make([]*Engine, n)
		for i := range all {
			all[i] = mustNew(b, r, s, Nominal)
			all[i].Steady(0, balanced(500))
			all[i].Advance(time.Second)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "B/engine")
		runtime.KeepAlive(all)
	}
}
