package protection

import (
	"math"
	"time"
)

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
	for ch := range channels {
		e.moveDelay(t, ch)
	}
	for p := range e.long {
		e.long[p] = e.image(e.long[p], e.square[p]/e.plan.long.pickup[p], t)
	}
	e.now = t
}
