package imu

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestClimateInClosedForm holds temperature and time in bands to an integration
// step by step, over any ambient temperature and any loads.
func TestClimateInClosedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := usual()
		c.Ambient = rapid.Float64Range(-40, 100).Draw(t, "ambient")
		temp, want := c.Begin, [6]float64{}
		const step = 10 * time.Second
		now := time.Duration(0)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			x := rapid.Float64Range(0, 1.5).Draw(t, "load")
			c.feel(now, x)
			for range rapid.IntRange(1, 600).Draw(t, "steps") {
				temp += (c.End - temp) * (1 - math.Exp(-float64(step)/float64(climateConstant)))
				want[band(temp)] += step.Seconds()
				now += step
			}
		}
		if got := c.at(now); math.Abs(got-temp) > 1e-6 {
			t.Fatalf("%g °C, step by step %g", got, temp)
		}
		var sum time.Duration
		for b, got := range c.spent(now) {
			sum += got
			if math.Abs(got.Seconds()-want[b]) > 4*6*step.Seconds() {
				t.Fatalf("band %d: %v, step by step %g s", b, got, want[b])
			}
		}
		if sum != now {
			t.Fatalf("%v in all bands, %v went by", sum, now)
		}
	})
}
