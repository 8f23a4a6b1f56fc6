package lab

import (
	"fmt"
	"math"
	"math/cmplx"
	"time"

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

// tripWithin is how long a function may take to trip a unit that is made to; ours.
const tripWithin = 30 * time.Second

// trip injects a current that trips the unit by the function that was asked for, as
// its settings are now, and no other. It flows until it is undone: whoever closes
// before trips again.
func (h *hands) trip(u *imu.Unit, with func(string) string) (func(), error) {
	c, known := causes[with("cause")]
	if !known {
		return nil, fmt.Errorf("a trip by %s cannot be made here", with("cause"))
	}
	if !u.Closed() {
		return nil, fmt.Errorf("it is open, and nothing trips; close it first")
	}
	amps, err := h.tripping(u, c)
	if err != nil {
		return nil, err
	}
	i := c.flow(amps)
	u.Inject(h.now(), &i)
	return func() { h.recover(u) }, nil
}

// recover takes the injected current away, resets, charges and closes again.
func (h *hands) recover(u *imu.Unit) {
	u.Inject(h.now(), nil)
	h.restart(u)
}

// tripping finds the smallest current at which the function is the first to trip.
func (h *hands) tripping(u *imu.Unit, c cause) (float64, error) {
	settings, d := u.Group(h.now(), looker, 0)
	if !d.OK() {
		return 0, fmt.Errorf("its settings cannot be read: %v", d)
	}
	dev := study.NewDevice(u.Name(), u.Rating())
	dev.Settings = settings
	base := dev.Rating.In
	if c.function == protection.EarthLeakage {
		base = 1 // A: leakage is set in amperes, whatever flows
	}
	x, err := study.Sweep(0.05, 25, 80)
	if err != nil {
		return 0, err
	}
	for k := range x {
		x[k] *= base
	}
	curve, err := study.Curve(dev, c.element, study.OfA, x, 0)
	if err != nil {
		return 0, err
	}
	for _, p := range curve {
		t := p.Times
		if t.Min.Function == c.function && t.Nominal.Function == c.function && t.Max.Function == c.function && t.Max.T <= tripWithin.Seconds() {
			return p.Amps, nil
		}
	}
	return 0, fmt.Errorf("with its settings no current trips it by %v first and within %v; see `switchroom curve`", c.function, tripWithin)
}
