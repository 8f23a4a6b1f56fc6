package imu_test

import (
	"math"
	"testing"
	"time"

	"switchroom/imu"
)

// BenchmarkSample plays a load of 40 samples a cycle into a unit with everything
// on, and reports how many times faster than time that is.
func BenchmarkSample(b *testing.B) {
	for _, c := range []struct {
		name    string
		modules imu.Modules
	}{{"plain", 0}, {"modules", imu.AllModules}} {
		b.Run(c.name, func(b *testing.B) {
			cfg := config()
			cfg.Modules = c.modules
			w := imu.NewSteppedWorld(epoch)
			u, err := imu.New(cfg, w)
			if err != nil {
				b.Fatal(err)
			}
			const n = 40
			var i [n][4]float64
			var v [n][3]float64
			for k := range n {
				for p := range 3 {
					a := 2*math.Pi*float64(k)/n - 2*math.Pi/3*float64(p)
					i[k][p], v[k][p] = math.Sqrt2*700*math.Cos(a), math.Sqrt2*230*math.Cos(a)
				}
			}
			const step = 20 * time.Millisecond / n
			k := 0
			b.ReportAllocs()
			for b.Loop() {
				u.Sample(time.Duration(k)*step, i[k%n], v[k%n])
				k++
			}
			b.ReportMetric((time.Duration(k)*step).Seconds()/b.Elapsed().Seconds(), "×time")
		})
	}
}
