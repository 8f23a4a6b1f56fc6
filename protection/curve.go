package protection

import (
	"math"
	"time"

	"switchroom/points"
)

// Constant is a current that begins at once and stays.
type Constant struct {
	Amps  float64 // RMS
	Earth bool    // from l1 to earth; otherwise from l1 to l2
	Prior float64 // load before, × Ir
	Setup
}

// Setup is what acts beside the settings, for TimeToTrip and Play.
type Setup struct {
	Common       Common // the zero Common: the defaults
	Engaged      bool   // ERMS acts
	Unrestrained bool   // no ZSI input receives restraint
}

// setUp puts an engine that has seen nothing into o.
func (e *Engine) setUp(o Setup) error {
	if o.Common != (Common{}) {
		if err := o.Common.Validate(e.rating); err != nil {
			return err
		}
		e.common = o.Common
	}
	if o.Unrestrained {
		e.loose.add(ShortTime)
		e.loose.add(GroundFault)
	}
	e.engaged = o.Engaged
	e.replan()
	return nil
}

// Time is when and by what a unit trips. T is NaN where it never does.
type Time struct {
	T        float64 // s
	Function Function
}

// Times is the decision of a unit at each end and in the middle of its
// tolerances. Interruption follows after the breaker's opening time.
type Times struct{ Min, Nominal, Max Time }

// TimeToTrip returns when a unit trips on a constant current. It plays the
// current through the engine, so curves and trips cannot disagree.
//
// The shape of the current matters by milliseconds, so it is the worst for each
// end: for the early unit the current begins at its crest, for the others at
// zero. Three balanced currents cannot all do that and differ by up to T/4π,
// 1.6 ms at 50 Hz; hence one current, back through another phase, so that no
// ground fault comes with it.
func TimeToTrip(r points.Rating, s Settings, c Constant) (Times, error) {
	var all [corners]Time
	for corner := range corners {
		e, err := newLoaded(r, s, corner, c.Prior, c.Setup)
		if err != nil {
			return Times{}, err
		}
		all[corner] = e.timeToTrip(c)
	}
	return Times{all[Early], all[Nominal], all[Late]}, nil
}

func (e *Engine) timeToTrip(c Constant) Time {
	e.Steady(0, c.phasors(e.corner))
	e.Advance(2 * e.plan.cycle)
	for t, ok := time.Duration(0), true; ok && !e.tripped; t, ok = e.Next() {
		e.Advance(t)
	}
	if !e.tripped {
		return Time{T: math.NaN()}
	}
	return Time{e.trip.At.Seconds(), e.trip.Function}
}

func (c Constant) phasors(corner Corner) [4]complex128 {
	i := complex(0, -c.Amps) // a sine
	if corner == Early {
		i = complex(c.Amps, 0)
	}
	if c.Earth {
		return [4]complex128{i}
	}
	return [4]complex128{i, -i}
}
