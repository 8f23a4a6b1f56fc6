package protection

import (
	"math"
	"math/cmplx"
	"time"
)

// gridCycle is how many samples the unit takes of a fundamental cycle (UG,
// metering: confirmed).
const gridCycle = 40

// grid is the unit's own sampling: gridCycle instants a cycle of the rated
// frequency, counted from the epoch. Whole seconds are whole cycles at 50 and
// 60 Hz, so nothing drifts.
type grid struct{ rate int64 } // samples a second

func newGrid(frequency float64) grid { return grid{int64(math.Round(gridCycle * frequency))} }

// at returns the instant of sample k.
func (g grid) at(k int64) time.Duration {
	s, j := floorDiv(k, g.rate)
	return time.Duration(s)*time.Second + time.Duration((j*1e9+g.rate-1)/g.rate)
}

// after returns the first sample later than t.
func (g grid) after(t time.Duration) int64 {
	s, ns := floorDiv(int64(t), int64(time.Second))
	return s*g.rate + ns*g.rate/1e9 + 1
}

func floorDiv(a, b int64) (q, r int64) {
	q, r = a/b, a%b
	if r < 0 {
		q, r = q-1, r+b
	}
	return q, r
}

// wave is √2·e^(jωt) at the instants of the grid, which repeat every cycle.
var wave = func() (w [gridCycle]complex128) {
	for i := range w {
		w[i] = cmplx.Rect(math.Sqrt2, 2*math.Pi*float64(i)/gridCycle)
	}
	return w
}()

// phasors are the RMS currents of l1, l2, l3, n and in the leakage sensor.
type phasors [5]complex128

// of returns what channel ch sees of the phasors.
func (p *plan) of(i *phasors, ch int) complex128 {
	switch ch {
	case ground:
		g := i[0] + i[1] + i[2]
		if p.neutral {
			g += i[neutral]
		}
		return g
	case leakage:
		return i[4]
	}
	return i[ch]
}

// synthetic returns the sample k of channel ch of phasors i.
func (e *Engine) synthetic(i *phasors, ch int, k int64) float64 {
	_, j := floorDiv(k, gridCycle)
	return real(e.plan.of(i, ch) * wave[j])
}

// meanSquare returns the mean square of channel ch of phasors i.
func (p *plan) meanSquare(i *phasors, ch int) float64 {
	c := p.of(i, ch)
	return square(real(c)) + square(imag(c))
}

// Steady says that from t on the currents of l1, l2, l3, n are these RMS
// phasors, i(t) = √2·Re(I·e^(jωt)) with t from the epoch. A phasor that is not
// a number leaves that conductor as it was.
func (e *Engine) Steady(t time.Duration, i [4]complex128) []Event {
	return e.SteadyLeakage(t, i, 0)
}

// SteadyLeakage is Steady with the current in the earth-leakage sensor, A.
func (e *Engine) SteadyLeakage(t time.Duration, i [4]complex128, sensor complex128) []Event {
	e.begin(t)
	e.run(t)
	next := phasors{i[0], i[1], i[2], i[3], sensor}
	for k, v := range next {
		next[k] = believed(v, e.phasor[k])
	}
	if next != e.phasor {
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

// retrace takes a quiet step back and makes it again with samples, because
// something that is not quiet follows within a cycle. Nothing has happened
// since: that is what quiet means.
func (e *Engine) retrace() {
	t, next := e.now, e.phasor
	e.now, e.phasor = e.former.at, e.former.phasor
	for p := range e.long {
		e.long[p].heat = e.former.heat[p]
	}
	e.exact()
	e.fill()
	e.phasor = next
	e.transit(e.now)
	e.run(t)
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

func believed(v, old complex128) complex128 {
	if cmplx.IsNaN(v) || cmplx.IsInf(v) {
		return old
	}
	if a := cmplx.Abs(v); a > Limit {
		return v * complex(Limit/a, 0)
	}
	return v
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
	soon := q/plan.pickup[p]*2*e.plan.period/plan.tau >= 1-l.heat
	return !soon && l.reported == (q >= start) &&
		!e.instant[p].timing && 2*max(q, old) < square(e.plan.instant.peak[p])
}

// exact makes the mean squares those of the phasors.
func (e *Engine) exact() {
	for ch := range e.square {
		e.square[ch] = e.plan.meanSquare(&e.phasor, ch)
	}
	e.before = e.square
}

// transit makes samples of the phasors from t on, until the window holds nothing
// else.
func (e *Engine) transit(t time.Duration) {
	e.synth = true
	e.tick = e.grid.after(max(e.now, t-e.plan.cycle))
	e.full = e.tick + gridCycle
}

// unrest goes into transition where the currents, though they did not change,
// may mean something else than before.
func (e *Engine) unrest() {
	if e.win != nil || e.quiet(&e.phasor) {
		return
	}
	e.openWindow()
	e.transit(e.now)
}

// Advance takes the engine to t with the currents of the last Steady and
// returns what happened on the way. After samples there is nothing to go by and
// it does nothing.
func (e *Engine) Advance(t time.Duration) []Event {
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

// tickOn takes the next sample of the transition.
func (e *Engine) tickOn() {
	t := e.grid.at(e.tick)
	var x [channels]float64
	for ch := range x {
		x[ch] = e.synthetic(&e.phasor, ch, e.tick)
	}
	e.tick++
	e.step(t, &x)
	if e.tick > e.full {
		e.settle()
	}
}

// settle ends the transition: the window holds one steady cycle and is not
// needed any more.
func (e *Engine) settle() {
	for p := range e.long {
		e.unlag(p)
	}
	e.win, e.synth = nil, false
	e.former.at = e.now - e.plan.cycle
	e.exact()
	for ch := range channels {
		e.watchDelay(e.now, ch)
	}
	for p := range e.long {
		e.watchLong(e.now, p, e.square[p])
	}
}

// due is what happens next if the currents stay.
type due struct {
	at   time.Duration
	f    Function
	i    int
	drop bool
}

func (d *due) sooner(at time.Duration, f Function, i int) {
	if at < d.at {
		*d = due{at: at, f: f, i: i}
	}
}

// due returns what happens next at rest. Of functions that operate together
// the fastest kind comes first, as it does with samples.
func (e *Engine) due() due {
	d := due{at: forever}
	for p := range 4 {
		if s := &e.instant[p]; s.timing && !e.over(p) && s.last+e.plan.instant.gap < d.at {
			d = due{at: s.last + e.plan.instant.gap, i: p, drop: true}
		}
	}
	if e.tripped {
		return d
	}
	for p := range 4 {
		d.sooner(e.instantDue(p), Instantaneous, p)
	}
	for ch := range channels {
		d.sooner(e.delayDue(ch), ShortTime, ch)
	}
	for p := range 4 {
		d.sooner(e.longDue(p), LongTime, p)
	}
	return d
}

// rest takes the engine to t in closed form.
func (e *Engine) rest(t time.Duration) {
	for {
		d := e.due()
		if d.at > t || d.at == forever {
			break
		}
		e.move(max(d.at, e.now))
		e.happen(d)
	}
	e.move(t)
}

func (e *Engine) happen(d due) {
	switch {
	case d.drop:
		e.dropInstant(e.now, d.i)
	case d.f == Instantaneous:
		e.fire(Event{e.now, Operate, d.f, Phase(d.i + 1), e.instant[d.i].top / math.Sqrt2})
	case d.f == LongTime:
		e.fire(Event{e.now, Operate, d.f, Phase(d.i + 1), math.Sqrt(e.square[d.i])})
	default:
		e.fireDelay(e.now, d.i)
	}
}

// move takes the state to t at constant currents.
func (e *Engine) move(t time.Duration) {
	if t <= e.now {
		return
	}
	dt := (t - e.now).Seconds()
	for ch := range channels {
		e.moveDelay(t, ch)
	}
	for p := range e.long {
		l, u := &e.long[p], e.square[p]/e.plan.long.pickup[p]
		l.settle(u, e.tripped)
		l.toward(&e.plan.long, u, dt)
	}
	e.now = t
}

// Next returns when Advance will next have something to tell if no current
// changes, and whether it ever will. Samples come when they come: while they
// do, there is no next.
func (e *Engine) Next() (time.Duration, bool) {
	if !e.nextSet {
		e.next, e.nextSet = e.foresee(), true
	}
	return e.next, e.next != forever
}

func (e *Engine) foresee() time.Duration {
	switch {
	case e.win == nil:
		return max(e.due().at, e.now)
	case !e.synth:
		return forever
	}
	// A transition is played on a copy: the engine never runs ahead of its
	// caller, who may yet say that the currents change.
	ahead, window := *e, *e.win
	ahead.win, ahead.events = &window, nil
	for ahead.synth && len(ahead.events) == 0 {
		ahead.tickOn()
	}
	if len(ahead.events) > 0 {
		return ahead.now
	}
	return max(ahead.due().at, ahead.now)
}
