package protection

import (
	"math"
	"time"

	"switchroom/points"
)

// Engine is the protection of one unit in one corner of its tolerances. It is
// driven from one goroutine at a time, by samples or by phasors, in any
// alternation; times count from an epoch of the caller's choice and must not
// run backwards.
//
//	          Sample                    Sample
//	at rest ──────────▶ sample mode ◀───────────── transition
//	   ▲  ▲                  │    Steady              ▲    │
//	   │  │                  └────────────────────────┘    │
//	   │  └── Steady, nothing near a threshold             │
//	   └──────────────── a cycle of steady current ────────┘
//
// At rest the engine has no window and everything is a closed form of time.
// In transition it makes its own samples from the phasors. The methods that
// can raise events return them; the slice is valid until the next call.
type Engine struct {
	rating   points.Rating
	group    Settings // what was applied
	settings Settings // what acts: the group, or ERMS over it
	common   Common
	engaged  bool      // ERMS acts
	loose    Functions // whose ZSI input receives no restraint
	corner   Corner
	plan     plan
	grid     grid

	now     time.Duration // of everything below
	started bool          // now is set
	square  [channels]float64
	before  [channels]float64 // square at the sample before
	long    [4]longState
	slow    time.Duration // until when images cool slowly
	delay   [channels]delayState
	instant [4]instantState
	tripped bool
	trip    Event
	hurry   time.Duration // until when short time goes by its shortest delay
	told    time.Duration // when it was last told otherwise what to wait for

	win   *window // nil at rest
	synth bool    // in transition: samples come from phasor
	tick  int64   // next sample of the transition
	full  int64   // the last, with which the window holds nothing else
	input inputs
	steps stepCache

	phasor phasors
	former former

	next    time.Duration
	nextSet bool
	events  []Event
}

// New returns an engine that has never seen a current. It refuses a rating or
// settings that no unit can have: what a breaker protects with is never a
// guess.
func New(r points.Rating, s Settings, c Corner) (*Engine, error) {
	if err := check(r, s); err != nil {
		return nil, err
	}
	if err := checkCorner(c); err != nil {
		return nil, err
	}
	k := CommonDefaults(r)
	return &Engine{rating: r, group: s, settings: s, common: k, corner: c, plan: newPlan(r, s, k, c), grid: newGrid(r.Frequency)}, nil
}

func check(r points.Rating, s Settings) error {
	if err := r.Validate(); err != nil {
		return err
	}
	return s.Validate(r)
}

// Settings returns the settings that act: those applied, or while ERMS is engaged
// its own over them.
func (e *Engine) Settings() Settings { return e.settings }

// Apply makes s act from t on. Settings that Validate refuses change nothing.
//
// The thermal image is the heat of a conductor and does not change because a
// number in the control unit does: it is kept as the square of a current and
// only compared with another Ir. Delays that run go on, so that applying
// settings again and again cannot postpone a trip.
func (e *Engine) Apply(t time.Duration, s Settings) ([]Event, error) {
	if err := s.Validate(e.rating); err != nil {
		return nil, err
	}
	e.until(t)
	e.group = s
	e.act()
	return e.events, nil
}

// until begins a call that changes something at t.
func (e *Engine) until(t time.Duration) {
	t = within(t)
	e.begin(t)
	e.run(t)
}

// act makes the group act, or ERMS over it.
func (e *Engine) act() {
	if e.win == nil && e.young() {
		e.retrace()
	}
	old := e.plan
	e.replan()
	e.told = e.now
	for p := range e.long {
		e.long[p].heat = rescale(e.long[p].heat, old.long.pickup[p], e.plan.long.pickup[p])
	}
	for ch := range e.delay {
		d := &e.delay[ch]
		d.energy = rescale(d.energy, old.delay[ch].ref, e.plan.delay[ch].ref)
		d.reached = false
		if !d.timing && e.square[ch] >= e.plan.delay[ch].pickup {
			e.restart(ch)
		}
	}
	e.unrest()
}

// replan makes the plan of what acts.
func (e *Engine) replan() {
	e.settings, e.plan = e.group, newPlan(e.rating, e.group, e.common, e.corner)
	if e.engaged {
		floor := e.plan.long.floor
		e.settings = e.common.ERMS.Over(e.group)
		e.plan = newPlan(e.rating, e.settings, e.common, e.corner)
		// Without I²t long time would begin to wait for short time.
		e.plan.long.floor = min(e.plan.long.floor, floor)
	}
}

// rescale turns a share of one square into the share of another; a threshold
// that is not there (0, never) has no share.
func rescale(x, from, to float64) float64 {
	if from == 0 || from == never || to == 0 || to == never {
		return 0
	}
	return x * from / to
}

// Reset ends the tripped state at t, as the breaker's reset does. Delays start
// anew; the thermal image stays.
func (e *Engine) Reset(t time.Duration) []Event {
	e.until(t)
	e.tripped, e.trip = false, Event{}
	for ch := range e.delay {
		d := &e.delay[ch]
		d.credit, d.energy = 0, 0
		if d.timing {
			e.restart(ch)
		}
	}
	for p := range e.instant {
		e.instant[p].timing = false
	}
	e.unrest()
	return e.events
}

// Tripped returns the trip the engine stands in, if any.
func (e *Engine) Tripped() (Event, bool) { return e.trip, e.tripped }

// Pickups returns the functions whose start was reported and whose drop was
// not.
func (e *Engine) Pickups() Functions {
	var set Functions
	for p := range e.long {
		if e.long[p].reported {
			set.add(LongTime)
		}
		if e.instant[p].timing {
			set.add(Instantaneous)
		}
	}
	for ch := range e.delay {
		if e.delay[ch].reported {
			f, _ := channelFunction(ch)
			set.add(f)
		}
	}
	return set
}

// Thermal returns the thermal image of a conductor at t in percent of what
// trips; 0 for a conductor that is not protected. While samples come it is that
// of the last.
func (e *Engine) Thermal(t time.Duration, p Phase) float64 {
	if p < L1 || p > N {
		return 0
	}
	t = within(t)
	i, l := int(p-1), e.long[p-1]
	if e.win != nil {
		l.heat = e.lead(i)
	}
	if e.started && t > e.now && (e.win == nil || e.synth) {
		l = e.image(l, e.plan.meanSquare(&e.phasor, i)/e.plan.long.pickup[i], t)
	}
	return 100 * max(0, l.heat)
}

// era is as far from the epoch as times may be, 73 years, so that no difference
// of two overflows. What is further counts as there.
const era = time.Duration(1 << 61)

func within(t time.Duration) time.Duration { return max(-era, min(t, era)) }

// begin starts a call that may raise events. The first call of all sets the
// clock.
func (e *Engine) begin(t time.Duration) {
	e.events = e.events[:0]
	e.nextSet = false
	if !e.started {
		e.started, e.now, e.former.at, e.slow, e.hurry, e.told = true, t, t-e.plan.cycle, t, t, t
	}
}

func (e *Engine) emit(ev Event) { e.events = append(e.events, ev) }

// fire operates a function and, with it, the trip.
func (e *Engine) fire(ev Event) {
	ev.Kind = Operate
	for ch := range e.delay {
		ev = e.forestall(ch, ev)
	}
	e.emit(ev)
	ev.Kind = Trip
	e.trip, e.tripped = ev, true
	e.emit(ev)
	e.hurry = e.now + haste
	if ev.Function == LongTime {
		e.slow = e.now + memory
	}
}

// stepCache holds 1−e^(−dt/tau) for the last dt, since samples mostly come
// evenly.
type stepCache struct {
	dt  [2]float64
	tau [2]float64
	d   [2]float64
}

// decay returns 1−e^(−dt/tau).
func (e *Engine) decay(dt, tau float64) float64 {
	i := 0
	if tau == cooling {
		i = 1
	}
	c := &e.steps
	if c.dt[i] != dt || c.tau[i] != tau {
		c.dt[i], c.tau[i], c.d[i] = dt, tau, -math.Expm1(-dt/tau)
	}
	return c.d[i]
}
