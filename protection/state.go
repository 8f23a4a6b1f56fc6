package protection

import (
	"fmt"
	"math"
	"time"
)

// State is what an engine keeps through a loss of everything: plain data for a
// non-volatile memory. It does not depend on the settings.
type State struct {
	At      time.Duration
	Heat    [4]float64    // A²: the steady current that would have heated so, squared
	Slow    time.Duration // until when it cools slowly after a trip
	Tripped bool
	Trip    Event
	Engaged bool // ERMS
}

// State returns the state at t.
func (e *Engine) State(t time.Duration) State {
	s := State{At: t, Slow: e.slow, Tripped: e.tripped, Trip: e.trip, Engaged: e.engaged}
	for p := range e.long {
		if pickup := e.plan.long.pickup[p]; pickup != never {
			s.Heat[p] = e.Thermal(t, Phase(p+1)) / 100 * pickup
		}
	}
	return s
}

// Restore puts an engine that has seen nothing yet into state s at time t. What
// flowed between s.At and t is unknown; the image cools as without current
// (ours). To keep it as it was, give a state whose At is t.
func (e *Engine) Restore(t time.Duration, s State) error {
	if e.started {
		return fmt.Errorf("restore: the engine has run already")
	}
	t = within(t)
	e.begin(min(within(s.At), t))
	e.tripped, e.trip, e.slow = s.Tripped, s.Trip, min(within(s.Slow), e.now+memory)
	if s.Tripped {
		e.hurry = min(within(s.Trip.At), e.now) + haste
	}
	if s.Engaged {
		e.engaged = true
		e.replan()
	}
	for p := range e.long {
		e.long[p].heat = rescale(plausible(s.Heat[p]), 1, e.plan.long.pickup[p])
	}
	e.move(t)
	return nil
}

// plausible makes of a heat out of a memory one that can have been.
func plausible(a2 float64) float64 {
	if !(a2 > 0) {
		return 0
	}
	return min(a2, square(Limit))
}

// Preload sets the thermal image of the phases of an engine that has seen
// nothing yet to where a load of x × Ir leaves it after a long time. A load
// above the pick-up leaves it full.
func (e *Engine) Preload(x float64) error {
	if e.started {
		return fmt.Errorf("prior load: the engine has run already")
	}
	if !(x >= 0) || math.IsInf(x, 0) {
		return fmt.Errorf("prior load %g × Ir: choose 0 or more", x)
	}
	for p := range neutral {
		e.long[p].heat = min(1, square(x/tolerances[e.corner].k))
	}
	return nil
}
