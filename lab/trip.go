package lab

import (
	"fmt"
	"math"
	"math/cmplx"
	"strconv"

	"switchroom/imu"
	"switchroom/protection"
	"switchroom/study"
)

// cause is a function that a unit can be made to trip by.
type cause struct {
	function protection.Function
	element  study.Element
	flow     func(amps float64) [4]complex128
}

var causes = map[string]cause{
	"long_time":     {protection.LongTime, study.Phase, threePhase},
	"short_time":    {protection.ShortTime, study.Phase, threePhase},
	"instantaneous": {protection.Instantaneous, study.Phase, threePhase},
	"ground_fault":  {protection.GroundFault, study.Ground, onePhase},
	"earth_leakage": {protection.EarthLeakage, study.Ground, onePhase},
}

func threePhase(amps float64) (i [4]complex128) {
	for k := range 3 {
		i[k] = cmplx.Rect(amps, -2*math.Pi/3*float64(k))
	}
	return i
}

func onePhase(amps float64) (i [4]complex128) {
	i[0] = complex(amps, 0)
	return i
}

// trip injects a current that trips the unit by the function that was asked for, as
// its settings are now, and no other. It flows until it is undone: whoever closes
// before trips again.
func (h *hands) trip(u *imu.Unit, with func(string) string) (func(), error) {
	c, known := causes[with("cause")]
	if !known {
		return nil, fmt.Errorf("a trip by %s cannot be made here", with("cause"))
	}
	amps, err := h.tripping(u, c, with("for"))
	if err != nil {
		return nil, err
	}
	i := c.flow(amps)
	m := h.moving(u)
	end := h.flow(u, &i)
	return func() { h.settle(u, m, end) }, nil
}

// soon is within how many seconds a trip is wanted, if the settings can; ours. A
// smaller current would do as well, and nobody waits for it.
const soon = 30

// tripping finds the smallest current at which the function is the first to trip
// soon. Where none is, as of long time under a low short time, it is the quickest, if
// that is within the seconds for which it is injected.
func (h *hands) tripping(u *imu.Unit, c cause, lasts string) (float64, error) {
	within, err := strconv.ParseFloat(lasts, 64)
	if err != nil {
		return 0, err
	}
	speed := max(1, h.lab.World.Speed()) // an injection lasts by the computer's clock
	within *= speed
	curve, err := h.curve(u, c)
	if err != nil {
		return 0, err
	}
	amps, soonest := 0.0, math.Inf(1)
	for _, p := range curve {
		t := p.Times
		if t.Min.Function != c.function || t.Nominal.Function != c.function || t.Max.Function != c.function {
			continue
		}
		if t.Max.T <= min(soon, within) {
			return p.Amps, nil
		}
		if t.Max.T < soonest {
			amps, soonest = p.Amps, t.Max.T
		}
	}
	if soonest <= within {
		return amps, nil
	}
	if math.IsInf(soonest, 1) {
		return 0, fmt.Errorf("with its settings no current trips it by %v first; see `switchroom curve`", c.function)
	}
	return 0, fmt.Errorf("with its settings %v takes up to %.0f s to trip it, and the current would flow for %g s; give it longer: --for %.0fs", c.function, math.Ceil(soonest), within, math.Ceil(soonest/speed))
}

// curve is when the unit trips by its settings as they are now, from 0.05 to 25 times
// its rated current; of leakage, of 1 A: that is set in amperes, whatever flows.
func (h *hands) curve(u *imu.Unit, c cause) ([]study.Point, error) {
	settings, d := u.Group(h.now(), looker, 0)
	if !d.OK() {
		return nil, fmt.Errorf("its settings cannot be read: %v", d)
	}
	dev := study.NewDevice(u.Name(), u.Rating())
	dev.Settings = settings
	base := dev.Rating.In
	if c.function == protection.EarthLeakage {
		base = 1
	}
	x, err := study.Sweep(0.05, 25, 80)
	if err != nil {
		return nil, err
	}
	for k := range x {
		x[k] *= base
	}
	return study.Curve(dev, c.element, study.OfA, x, 0)
}
