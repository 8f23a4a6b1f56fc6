package protection

import (
	"math"
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
	t = within(t)
	e.begin(t)
	e.run(t)
	next := phasors{i[0], i[1], i[2], i[3], sensor}
	for k, v := range next {
		next[k] = believed(v, e.phasor[k])
	}
	if next != e.phasor || e.win != nil && !e.synth {
		e.change(t, &next)
	}
	return e.events
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
// conductor p: the ripple of the squares of a sine, at twice the frequency,
// begins and ends at another phase,
//
//	Im(c² before − c² after) / (2ω·(k·Ir)²·tau),   c = I·e^(jωt)
//
// Samples have it of themselves; it is worth up to 1.6 ms of current at 50 Hz.
func (e *Engine) onWave(p int) float64 {
	cycles := (e.now % time.Second).Seconds() / e.plan.period
	turn := cmplx.Rect(1, 4*math.Pi*cycles)
	c := (e.former.phasor[p]*e.former.phasor[p] - e.phasor[p]*e.phasor[p]) * turn
	return imag(c) * e.plan.period / (4 * math.Pi * e.plan.long.pickup[p] * e.plan.long.tau)
}

// quietShare: around a step the mean square of a cycle may pass both its ends,
// because the cycle can hold three half-waves; by a third at most (derived).
const quietShare = 4.0 / 3

// quiet reports whether going to phasors next can concern no function but the
// thermal image, and that not within two cycles, so that no samples are needed.
func (e *Engine) quiet(next *phasors) bool {
	for ch := range channels {
		q, old := e.plan.meanSquare(next, ch), e.square[ch]
		d := &e.delay[ch]
		if d.timing || d.reported || quietShare*max(q, old) >= e.plan.delay[ch].pickup {
			return false
		}
		if ch <= neutral && !e.quietConductor(ch, q, old) {
			return false
		}
	}
	return true
}

func (e *Engine) quietConductor(p int, q, old float64) bool {
	l, plan := &e.long[p], &e.plan.long
	start := plan.start[p]
	if l.reported {
		start *= dropRatio * dropRatio
	}
	u := q / plan.pickup[p]
	soon := u >= 1 && l.heat+u*2*e.plan.period/plan.tau >= 1
	return !soon && l.reported == (q >= start) && 2*max(q, old) < square(e.plan.self) &&
		!e.instant[p].timing && 2*max(q, old) < square(e.plan.instant.peak[p])
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
