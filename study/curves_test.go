package study

import (
	"math"
	"testing"

	"switchroom/protection"
)

// What is drawn encloses when a unit decides, by the engine of package protection
// itself, and the latest of it is the breaker's opening later.
func TestCurvesEncloseDecisions(t *testing.T) {
	d := feeder(t, "Q11", 1000, 4, 5, 0.2, 10)
	p := Plot{Devices: []Device{d}, Band: DecisionToClear, From: 500, To: 50e3}
	from, to, all, err := p.Curves()
	if err != nil || from != 500 || to != 50e3 || len(all) != 1 {
		t.Fatal(from, to, len(all), err)
	}
	for _, amps := range []float64{1500, 3000, 7000, 20e3} {
		want, err := protection.TimeToTrip(d.Rating, d.Settings, protection.Constant{Amps: amps})
		if err != nil {
			t.Fatal(err)
		}
		early, late := at(all[0].Early, amps), at(all[0].Late, amps)
		if !(early <= want.Nominal.T*1.05) || !(want.Nominal.T <= late) || math.Abs(late-protection.Opening.Seconds()-want.Max.T) > 0.06*want.Max.T+0.001 {
			t.Errorf("%g A: %.4f to %.4f s are drawn; a unit decides at %.4f, %.4f at the latest", amps, early, late, want.Nominal.T, want.Max.T)
		}
	}
}

// at is the time of the sample nearest to a current.
func at(all []Sample, amps float64) float64 {
	best := all[0]
	for _, s := range all {
		if math.Abs(math.Log(s.Amps/amps)) < math.Abs(math.Log(best.Amps/amps)) {
			best = s
		}
	}
	return best.T
}

// What a function is held against is where its unit begins to trip, within ±10 %, or
// up to 20 % above Ir.
func TestPickupOf(t *testing.T) {
	d := feeder(t, "Q11", 1000, 4, 5, 0.2, 10)
	for f, want := range map[protection.Function]float64{protection.LongTime: 1000, protection.ShortTime: 5000, protection.Instantaneous: 10000, protection.Undervoltage1: 0} {
		if got := PickupOf(d, f); got != want {
			t.Errorf("%v: %g, want %g", f, got, want)
		}
	}
}
