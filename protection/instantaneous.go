package protection

import (
	"math"
	"time"

	"switchroom/points"
)

// Instantaneous looks at the samples themselves, against √2 × Ii × In. It
// operates when the first sample over the threshold is long enough ago and the
// present sample is over it too: a fault that has ended cannot trip any more.
type instantPlan struct {
	peak [4]float64    // A
	hold time.Duration // since the first peak
	gap  time.Duration // without a peak: start anew
}

// instantGap of a cycle without a sample over the threshold ends the count. A
// fault with a full direct component has peaks of one polarity only, a cycle
// apart; half a cycle would start anew at each of them and miss the published
// break time. A little more than a cycle allows for one sample in each (ours).
const instantGap = 9.0 / 8

// instantMargin of a cycle before the latest decision, the late corner counts
// its hold: at 10 × the pick-up a sine is below it for 3 % of a cycle around
// each zero, once before the first peak and once before the decision, and
// either may cost a sample of 40 a cycle (derived).
const instantMargin = 0.12

// instantaneous plans the function: on phases, and on the neutral at the same
// threshold where it is protected (CAT; that off means off here too is ours).
func (p *plan) instantaneous(r points.Rating, s Settings, c Corner) instantPlan {
	i := instantPlan{gap: time.Duration(instantGap * float64(p.cycle))}
	d := instantTimes.row(float64(s.Instantaneous.Mode))
	i.hold = instantHold(d, c, p.cycle)
	on := s.Instantaneous.Mode != InstantaneousOff && s.Instantaneous.Ii > 0 && r.Variant != points.X20
	for k, ir := range p.ir {
		i.peak[k] = never
		if on && ir > 0 {
			i.peak[k] = math.Sqrt2 * s.Instantaneous.Ii * r.In * tolerances[c].pickup
		}
	}
	return i
}

func instantHold(d Delay, c Corner, cycle time.Duration) time.Duration {
	late := d.decision() - time.Duration(instantMargin*float64(cycle))
	switch c {
	case Early:
		return d.NonTrip
	case Late:
		return late
	}
	return (d.NonTrip + late) / 2
}

type instantState struct {
	timing bool
	first  time.Duration
	last   time.Duration
	top    float64 // highest peak, A
}

// instantSample takes conductor p through one sample of a amperes.
func (e *Engine) instantSample(t time.Duration, p int, a float64) {
	plan, s := &e.plan.instant, &e.instant[p]
	a = math.Abs(a)
	if a < plan.peak[p] {
		if s.timing && t-s.last > plan.gap {
			e.dropInstant(t, p)
		}
		return
	}
	if !s.timing {
		*s = instantState{timing: true, first: t, top: a}
		e.emit(Event{t, Start, Instantaneous, Phase(p + 1), a / math.Sqrt2})
	}
	s.last, s.top = t, max(s.top, a)
	if !e.tripped && t-s.first >= plan.hold {
		e.fire(Event{t, Operate, Instantaneous, Phase(p + 1), s.top / math.Sqrt2})
	}
}

func (e *Engine) dropInstant(t time.Duration, p int) {
	e.instant[p].timing = false
	e.emit(Event{t, Drop, Instantaneous, Phase(p + 1), math.Sqrt(e.square[p])})
}

// over reports whether a steady conductor p has peaks over the threshold.
func (e *Engine) over(p int) bool {
	return e.plan.peakSquare(&e.phasor, p) >= square(e.plan.instant.peak[p])
}

// instantDue returns when conductor p operates if nothing changes: the first
// sample of the unit's own grid that is over the threshold after the hold. What
// is steady repeats, so a cycle of samples shows it.
func (e *Engine) instantDue(p int) time.Duration {
	s := &e.instant[p]
	if !s.timing || !e.over(p) {
		return forever
	}
	k := e.grid.after(max(s.first+e.plan.instant.hold, e.now+1) - 1)
	for range gridCycle {
		if math.Abs(e.synthetic(&e.phasor, p, k)) >= e.plan.instant.peak[p] {
			return e.grid.at(k)
		}
		k++
	}
	return forever
}
