package protection

import (
	"fmt"
	"math"
	"math/cmplx"
	"testing"
	"time"

	"switchroom/points"
)

// inverseCase is a fault on short time with I²t: the printed times grow by
// (10 Ir/I)² below 10 Ir (UG).
type inverseCase struct {
	d         Delay
	isd, x    float64 // × Ir
	load      float64 // × Ir, before and after
	angle     float64
	bySamples bool
}

func (c inverseCase) String() string {
	return fmt.Sprintf("tsd %g s, Isd %g, %g Ir at %.2f after %g Ir, samples %v", c.d.Setting, c.isd, c.x, c.angle, c.load, c.bySamples)
}

func (c inverseCase) stretch(d time.Duration) time.Duration {
	return time.Duration(float64(d) * max(1, 100/c.x/c.x))
}

// trip returns when a unit trips after the beginning of the fault, if it does.
func (c inverseCase) trip(t *testing.T, corner Corner, lasts time.Duration) (time.Duration, bool) {
	const start = 200 * ms
	r := unit(points.X50, 50)
	s := quietSettings(r)
	s.LongTime = LongTimeSettings{Ir: 400, Tr: 24}
	s.ShortTime = ShortTimeSettings{Isd: c.isd, Tsd: c.d.Setting, I2t: true}
	e := mustNew(t, r, s, corner)
	load, a := balanced(400*c.load), cmplx.Rect(400*c.x, c.angle)
	h := []step{{at: 0, phasor: load}, {at: start, phasor: [4]complex128{a, -a}}, {at: start + lasts, phasor: load}}
	play := byPhasors
	if c.bySamples {
		play = bySamples
	}
	play(e, h, start+lasts+100*ms)
	ev, ok := e.Tripped()
	return ev.At - start, ok
}

func inverseCases() (all []inverseCase) {
	for _, d := range []Delay{shortTimes.Rows[1], shortTimes.Rows[3]} {
		for _, isd := range []float64{1.5, 5, 8, 10} {
			for _, x := range []float64{6, 8, 9, 10, 11.2} {
				for n := range 6 {
					if x > 1.11*isd {
						angle := float64(n) * math.Pi / 6
						all = append(all, inverseCase{d, isd, x, 0.9 * float64(n%2), angle, n%3 == 0})
					}
				}
			}
		}
	}
	return all
}

// TestInverseTimes: with I²t every unit decides within the printed times and none
// trips on a fault of the non-trip time, wherever the pick-up is: what flowed
// before the true RMS was over it counts.
func TestInverseTimes(t *testing.T) {
	for _, c := range inverseCases() {
		decision, nonTrip := c.stretch(c.d.decision()), c.stretch(c.d.NonTrip)
		if at, ok := c.trip(t, Late, decision); !ok || at > decision {
			t.Errorf("%v: late unit: %v %v, want no later than %v", c, ok, at, decision)
		}
		if at, ok := c.trip(t, Early, decision); !ok || at < nonTrip {
			t.Errorf("%v: early unit: %v %v, want no sooner than %v", c, ok, at, nonTrip)
		}
		if at, ok := c.trip(t, Early, nonTrip); ok {
			t.Errorf("%v: early unit on a fault of %v: %v", c, nonTrip, at)
		}
	}
}
