package imu_test

import (
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/points"
)

// TestWearOfTheMechanism works a breaker to the end of its life and past the
// recommended operations of its coils: each event comes once, at its threshold.
func TestWearOfTheMechanism(t *testing.T) {
	s := newStand(t)
	s.must(modbus(points.BreakerOpen, "3333"))
	s.step(10 * time.Second)
	pulse := func(c imu.Coil) {
		s.u.Coil(s.now, c, 230)
		s.step(time.Second)
		s.u.Coil(s.now, c, 0)
		s.step(9 * time.Second)
	}
	at := map[points.Code]int{} // the cycle of the first entry
	for n := 1; n <= 10000; n++ {
		pulse(imu.XF)
		pulse(imu.MX)
		for _, r := range s.recs {
			if r.What == imu.Entry && at[r.Code] == 0 {
				at[r.Code] = n
			}
		}
		s.recs = s.recs[:0]
	}
	xf80, xf100 := points.CodeCoilMX80+6, points.CodeCoilMX80+7
	for code, want := range map[points.Code]int{
		points.CodeCoilMX80: 7999, points.CodeCoilMX80 + 1: 9999, // the order at first was one more
		xf80: 8000, xf100: 10000,
		points.CodeBreakerLife20: 8000, points.CodeBreakerLife0: 10000,
	} {
		if at[code] != want {
			t.Errorf("%v came in cycle %d, want %d", code, at[code], want)
		}
	}
	s.is(points.LifeBreaker, 0)
	s.is(points.OperationsXF, 10000)

	s.u.Replace(s.now, imu.XF)
	s.is(points.OperationsXF, 0)
	if n := s.happened(xf100, imu.Exit); n != 1 {
		t.Errorf("the new coil ended the event of the old one %d times", n)
	}
}
