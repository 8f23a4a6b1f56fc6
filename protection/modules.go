package protection

import (
	"fmt"
	"math"
	"time"

	"switchroom/points"
)

// Modules is the functions of digital modules of one unit in one corner. It
// stands beside an [Engine], and whoever has none of these functions on
// ([ModuleSettings.Any]) needs none: an engine costs the same either way.
//
// Between two changes everything is a closed form of time. [Modules.Steady] says
// what the network offers from now on; [Modules.Sample] takes samples at any
// rate, measures over each rated cycle and lets that act as a steady input until
// the next, so that both go through the same code. A cycle is how often a unit
// evaluates (inferred). Calls are those of Engine: one goroutine, times do not
// run backwards, the slice of events is valid until the next call.
type Modules struct {
	rating    points.Rating
	settings  ModuleSettings
	corner    Corner
	cycle     time.Duration
	elements  []element
	now       time.Duration
	started   bool
	next      time.Duration // when something is due
	q         quantities
	measure   measuring
	suspended bool // all rest
	inhibited bool // those that may be inhibited rest
	tripped   bool
	trip      Event
	events    []Event
}

// NewModules returns the functions of a unit that has seen nothing yet. It
// refuses a rating or settings that no unit can have.
func NewModules(r points.Rating, s ModuleSettings, c Corner) (*Modules, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if err := s.Validate(r); err != nil {
		return nil, err
	}
	if err := checkCorner(c); err != nil {
		return nil, err
	}
	m := &Modules{rating: r, corner: c, q: nothing, next: forever}
	m.plan(s)
	return m, nil
}

// plan makes the elements of s. What an element of the same function and phase
// had reached it keeps.
func (m *Modules) plan(s ModuleSettings) {
	old := m.elements
	m.settings, m.elements = s, nil
	p := newModulePlan(m.rating, &s, m.corner)
	m.cycle = p.cycle
	for f := IDMTL; f < numFunctions; f++ {
		u := s.usage(f)
		if !u.On {
			continue
		}
		for _, e := range p.elements(f) {
			e.function, e.usage = f, u
			m.elements = append(m.elements, kept(old, e))
		}
	}
}

// kept returns an element with plan p in the state of that of the same function
// and phase among old.
func kept(old []element, p elementPlan) element {
	for _, e := range old {
		if e.function == p.function && e.phase == p.phase {
			e.elementPlan = p
			return e
		}
	}
	return element{elementPlan: p}
}

// Settings returns the settings that act.
func (m *Modules) Settings() ModuleSettings { return m.settings }

// Apply makes s act from t on. Settings that Validate refuses change nothing.
// Delays that run go on, as shares of the new ones.
func (m *Modules) Apply(t time.Duration, s ModuleSettings) ([]Event, error) {
	if err := s.Validate(m.rating); err != nil {
		return nil, err
	}
	m.run(t)
	for k := range m.elements {
		if e := &m.elements[k]; !s.usage(e.function).On {
			m.rest(e)
		}
	}
	m.plan(s)
	m.evaluate()
	return m.events, nil
}

// Steady says that from t on the network offers in. What is not a number counts
// as nothing.
func (m *Modules) Steady(t time.Duration, in Inputs) []Event {
	m.run(t)
	m.measure.stop()
	in.believe()
	m.q = in.quantities(m.rating)
	m.evaluate()
	return m.events
}

// Advance takes the unit to t and returns what happened on the way.
func (m *Modules) Advance(t time.Duration) []Event {
	m.run(t)
	return m.events
}

// Inhibit says whether the IO module inhibits: functions whose settings allow
// that rest meanwhile.
func (m *Modules) Inhibit(t time.Duration, on bool) []Event {
	m.run(t)
	m.inhibited = on
	m.evaluate()
	return m.events
}

// Suspend lets all functions rest: during an update of the firmware (UG as
// quoted: reported), or where the unit has no supply of 24 V.
func (m *Modules) Suspend(t time.Duration, on bool) []Event {
	m.run(t)
	m.suspended = on
	m.evaluate()
	return m.events
}

// Reset ends the tripped state at t. An element that has operated does not
// operate again before its quantity was below the drop-out: a unit that tripped
// on a dead network can be closed (ours).
func (m *Modules) Reset(t time.Duration) []Event {
	m.run(t)
	m.tripped, m.trip = false, Event{}
	return m.events
}

// Tripped returns the trip the unit stands in, if any.
func (m *Modules) Tripped() (Event, bool) { return m.trip, m.tripped }

// Pickups returns the functions that have picked up and not dropped.
func (m *Modules) Pickups() Functions {
	return m.those(func(e *element) bool { return e.picked })
}

// Alarms returns the functions whose delay has run out and that have not dropped
// since, whatever their action.
func (m *Modules) Alarms() Functions {
	return m.those(func(e *element) bool { return e.operated })
}

func (m *Modules) those(is func(*element) bool) (set Functions) {
	for k := range m.elements {
		if e := &m.elements[k]; is(e) {
			set.add(e.function)
		}
	}
	return set
}

// Next returns when Advance will next have something to tell if no input
// changes, and whether it ever will.
func (m *Modules) Next() (time.Duration, bool) { return m.next, m.next != forever }

// foresee finds out what is due next.
func (m *Modules) foresee() {
	m.next = forever
	for k := range m.elements {
		m.next = min(m.next, m.due(&m.elements[k]))
	}
}

// due returns when e next does something if nothing changes.
func (m *Modules) due(e *element) time.Duration {
	switch {
	case e.falling:
		return max(e.left+e.dropDelay, m.now)
	case e.picked && !e.operated:
		if w := m.wait(e); w != forever {
			return later(m.now, max(0, (1-e.progress)*w.Seconds()))
		}
	}
	return forever
}

func (m *Modules) wait(e *element) time.Duration { return e.elementPlan.wait(m.q[e.what]) }

// run begins a call and takes the unit to t. Time that goes back stands still;
// the first call of all sets the clock.
func (m *Modules) run(t time.Duration) {
	t = within(t)
	m.events = m.events[:0]
	if !m.started {
		m.started, m.now = true, t
	}
	m.advance(t)
}

// advance makes happen what is due until t. An element does at most two things
// without its quantity changing, so this ends.
func (m *Modules) advance(t time.Duration) {
	for m.next <= t && m.next != forever {
		m.move(m.next)
		for k := range m.elements {
			m.happen(&m.elements[k], m.now)
		}
		m.foresee()
	}
	m.move(t)
}

// move takes the progress of all that runs to t.
func (m *Modules) move(t time.Duration) {
	if t <= m.now {
		return
	}
	for k := range m.elements {
		e := &m.elements[k]
		if !e.picked || e.operated {
			continue
		}
		if w := m.wait(e); w != forever {
			e.progress += (t - m.now).Seconds() / w.Seconds()
		}
	}
	m.now = t
}

// ripe is how near to 1 a progress counts as there: what rounding leaves of a
// delay, at most a nanosecond of it.
const ripe = 1 - 1e-12

// happen does what is due for e at t.
func (m *Modules) happen(e *element, t time.Duration) {
	switch {
	case e.falling && e.left+e.dropDelay <= t:
		m.rest(e)
	case e.picked && !e.operated && (e.progress >= ripe || m.due(e) <= t):
		e.operated = true
		m.operate(m.event(e, Operate))
	}
}

func (m *Modules) event(e *element, k Kind) Event {
	return Event{m.now, k, e.function, e.phase, m.q[e.what]}
}

// operate reports ev and, where the function trips, the trip.
func (m *Modules) operate(ev Event) {
	m.events = append(m.events, ev)
	if m.settings.usage(ev.Function).Action == ActionTrip && !m.tripped {
		ev.Kind = Trip
		m.trip, m.tripped = ev, true
		m.events = append(m.events, ev)
	}
}

// evaluate compares every quantity with its element, now.
func (m *Modules) evaluate() {
	for k := range m.elements {
		e := &m.elements[k]
		x := m.q[e.what]
		e.armed = e.armed || !e.beyond(x, e.arm)
		switch {
		case m.rests(e) || math.IsNaN(x):
			m.rest(e)
		case e.beyond(x, e.pickup):
			m.pickUp(e)
		case !e.beyond(x, e.drop):
			m.fall(e)
		}
	}
	m.foresee()
	m.advance(m.now) // an element with no delay left
}

// rests reports whether e does not look at its quantity.
func (m *Modules) rests(e *element) bool {
	return m.suspended || m.inhibited && e.usage.Inhibit
}

func (m *Modules) pickUp(e *element) {
	e.falling = false
	if e.picked || e.arm > 0 && !e.armed {
		return
	}
	if m.now-e.left > e.reset {
		e.progress = 0
	}
	e.picked = true
	m.events = append(m.events, m.event(e, Start))
}

// fall is what e does below its drop-out: an alarm stays for its drop-out delay.
func (m *Modules) fall(e *element) {
	switch {
	case !e.picked || e.falling:
	case e.operated && e.dropDelay > 0:
		e.falling, e.left = true, m.now
	default:
		m.rest(e)
	}
}

// rest ends what e was doing.
func (m *Modules) rest(e *element) {
	if !e.picked {
		return
	}
	if e.operated {
		e.progress = 0
	}
	e.picked, e.operated, e.falling, e.left = false, false, false, m.now
	m.events = append(m.events, m.event(e, Drop))
}

// ModulesState is what must survive a loss of everything. Delays start anew: the
// functions need a supply and rest without one (ours).
type ModulesState struct {
	Tripped bool
	Trip    Event
}

// State returns what must survive.
func (m *Modules) State() ModulesState { return ModulesState{m.tripped, m.trip} }

// Restore puts a unit that has seen nothing yet into state s.
func (m *Modules) Restore(s ModulesState) error {
	if m.started {
		return fmt.Errorf("restore: the unit has run already")
	}
	m.tripped, m.trip = s.Tripped, s.Trip
	return nil
}

// ModuleTimes returns when function f with settings s operates on a constant x,
// in the unit of its events, at each end and in the middle of its tolerances.
// NaN is never.
func ModuleTimes(r points.Rating, s ModuleSettings, f Function, x float64) (Times, error) {
	if err := s.Validate(r); err != nil {
		return Times{}, err
	}
	var all [corners]Time
	for c := range corners {
		all[c] = Time{T: math.NaN()}
		p := newModulePlan(r, &s, c)
		if e := p.elements(f); s.usage(f).On && e[0].beyond(x, e[0].pickup) && e[0].wait(x) != forever {
			all[c] = Time{e[0].wait(x).Seconds(), f}
		}
	}
	return Times{all[Early], all[Nominal], all[Late]}, nil
}
