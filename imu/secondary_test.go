package imu_test

import (
	"math"
	"testing"
	"time"

	"switchroom/points"
)

// What a test set injects flows in place of what the network offers, trips the
// unit as that would, and is gone when it is taken away.
func TestInject(t *testing.T) {
	s := newStand(t)
	offer := func(amps float64) { s.u.Steady(s.now, balanced(amps), [3]complex128{}, 50) }
	inject := func(amps float64) { i := balanced(amps); s.u.Inject(s.now, &i) }
	flows := func(want float64, why string) {
		t.Helper()
		s.step(2 * time.Second)
		if i := s.read().Values[points.CurrentL1]; math.Abs(i-want) > 1 {
			t.Errorf("%g A flow, want %g A: %s", i, want, why)
		}
	}
	offer(100)
	flows(100, "the network")
	inject(300)
	flows(300, "injected")
	offer(120)
	flows(300, "the network changes meanwhile")
	s.u.Sample(s.now, [4]float64{5000, 5000, 5000}, [3]float64{})
	flows(300, "the network sends samples meanwhile")
	s.u.Inject(s.now, nil)
	flows(120, "the network again, as it is now")
	inject(30_000)
	s.step(time.Second)
	if s.u.Closed() {
		t.Error("30 kA flow, and nothing trips")
	}
}
