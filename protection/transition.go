package protection

import "time"

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
		e.long[p].heat = e.lead(p)
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

// openWindow goes from rest to samples: the window is what the steady phasors
// have left in it.
func (e *Engine) openWindow() {
	switch {
	case e.win != nil:
	case e.young():
		e.retrace()
	default:
		e.fill()
	}
}

// fill puts the last cycle of the present phasors into a window.
func (e *Engine) fill() {
	k := e.grid.after(e.now) - 1 - gridCycle
	e.win = &window{last: e.squares(k), newest: e.grid.at(k)}
	for range gridCycle {
		k++
		t, q := e.grid.at(k), e.squares(k)
		e.win.add(e.plan.cycle, t, &q)
		e.note(t, &q)
	}
	e.win.means(e.plan.cycle, &e.square)
	for p := range e.long {
		e.lag(p)
	}
}

// note brings up to date what samples remember and rest does not.
func (e *Engine) note(t time.Duration, q *[channels]float64) {
	for ch := range e.delay {
		if q[ch] >= e.plan.delay[ch].pickup {
			e.delay[ch].flowed = t
		}
	}
	for p := range e.instant {
		if e.instant[p].timing && q[p] >= square(e.plan.instant.peak[p]) {
			e.instant[p].last = t
		}
	}
}

// squares returns the squares of sample k of the present phasors.
func (e *Engine) squares(k int64) (q [channels]float64) {
	for ch := range q {
		q[ch] = square(e.synthetic(&e.phasor, ch, k))
	}
	return q
}

// lead is the image of conductor p without the lag of the window.
func (e *Engine) lead(p int) float64 {
	l, u := &e.long[p], e.square[p]/e.plan.long.pickup[p]
	return l.lead(u, e.plan.period/2, l.tau(&e.plan.long, u, e.now < e.slow))
}

// lag takes the image of conductor p from rest, where it is the heat itself, to
// samples, where it is half a window behind; the inverse of lead.
func (e *Engine) lag(p int) {
	l, u := &e.long[p], e.square[p]/e.plan.long.pickup[p]
	h := e.plan.period / 2 / l.tau(&e.plan.long, u, e.now < e.slow)
	l.heat = (l.heat - h*u) / (1 - h)
}
