package protection

import (
	"math/cmplx"
	"time"
)

// Steady says that from t on the currents of l1, l2, l3, n are these RMS
// phasors, i(t) = √2·Re(I·e^(jωt)) with t from the epoch. A phasor that is not
// a number leaves that conductor as it was.
func (e *Engine) Steady(t time.Duration, i [4]complex128) []Event {
	return e.SteadyLeakage(t, i, 0)
}

// SteadyLeakage is Steady with the current in the external sensor, A; see
// SampleLeakage.
func (e *Engine) SteadyLeakage(t time.Duration, i [4]complex128, sensor complex128) []Event {
	return e.Distorted(t, i, sensor, nil)
}

// change makes the currents next from t on. At rest a step that no threshold
// sees takes no samples.
func (e *Engine) change(t time.Duration, next *phasors) {
	if e.win == nil && !e.young() && e.quiet(next) {
		e.stepQuietly(next)
		return
	}
	e.openWindow()
	e.phasor = *next
	e.transit(t)
}

func believed(v, old complex128) complex128 {
	if cmplx.IsNaN(v) || cmplx.IsInf(v) {
		return old
	}
	if a := cmplx.Abs(v); a > Limit {
		return v * complex(Limit/a, 0)
	}
	return v
}

// former is what a quiet step replaced.
type former struct {
	at     time.Duration
	phasor phasors
	heat   [4]float64
}

// young reports whether the window would still hold what was before the last
// quiet step.
func (e *Engine) young() bool { return e.now-e.former.at < e.plan.cycle }

func (e *Engine) stepQuietly(next *phasors) {
	e.former = former{at: e.now, phasor: e.phasor}
	e.phasor = *next
	for p := range e.long {
		e.former.heat[p] = e.long[p].heat
		e.long[p].heat += e.onWave(p)
	}
	e.exact()
}

// onWave is what the point on wave of a step at rest adds to the image of
// conductor p: what the ripple of the squares before it and after it are ahead
// there. Samples have it of themselves; it is worth up to 1.6 ms of current at
// 50 Hz.
func (e *Engine) onWave(p int) float64 {
	ahead := e.swing(&e.former.phasor, p, e.now) - e.swing(&e.phasor, p, e.now)
	return ahead / (e.plan.long.pickup[p] * e.plan.long.tau)
}

// quiet reports whether going to phasors next can concern no function but the
// thermal image, and that not within two cycles, so that no samples are needed.
func (e *Engine) quiet(next *phasors) bool {
	more := crest(&e.phasor, next)
	for ch := range channels {
		q, old := e.plan.meanSquare(next, ch), e.square[ch]
		d := &e.delay[ch]
		if d.timing || d.reported || more*max(q, old) >= e.plan.delay[ch].pickup {
			return false
		}
		if ch <= neutral && !e.quietConductor(next, ch, q) {
			return false
		}
	}
	return true
}

func (e *Engine) quietConductor(next *phasors, p int, q float64) bool {
	l, plan := &e.long[p], &e.plan.long
	start := plan.start[p]
	if l.reported {
		start *= dropRatio * dropRatio
	}
	u := q / plan.pickup[p]
	soon := u >= 1 && l.heat+u*2*e.plan.period/plan.tau >= 1
	peak := max(e.plan.peakSquare(&e.phasor, p), e.plan.peakSquare(next, p))
	return !soon && l.reported == (q >= start) && peak < square(e.plan.self) &&
		!e.instant[p].timing && peak < square(e.plan.instant.peak[p])
}

// exact makes the mean squares those of the phasors.
func (e *Engine) exact() {
	for ch := range e.square {
		e.square[ch] = e.plan.meanSquare(&e.phasor, ch)
	}
	e.before = e.square
}

// Advance takes the engine to t with the currents of the last Steady and
// returns what happened on the way. After samples there is nothing to go by and
// it does nothing.
func (e *Engine) Advance(t time.Duration) []Event {
	t = within(t)
	e.begin(t)
	e.run(t)
	return e.events
}

// run takes the engine to t: through what is left of a transition, then at
// rest.
func (e *Engine) run(t time.Duration) {
	for e.synth && e.grid.at(e.tick) <= t {
		e.tickOn()
	}
	if e.win == nil {
		e.rest(t)
	}
}
