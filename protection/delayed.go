package protection

import (
	"math"
	"time"
)

// The delayed functions: short time, ground fault and earth leakage compare the
// mean square over one cycle with a pick-up and wait. With I²t they wait until
// two things are both true: the definite time has passed (what the curve comes
// down to at and above the reference current) and the heating has reached its
// target,
//
//	∫ min(I/Iref, 1)² dt ≥ target      t = target·(Iref/I)²  below Iref
//
// The mean square lags the current by half a window; the comparison looks half
// a window ahead, so the time is that of the formula.

// channel is what a delayed function measures.
const (
	neutral  = 3 // after the three phases
	ground   = 4 // sum of the phases, and of the neutral where measured
	leakage  = 5 // the rectangular sensor
	channels = 6
)

// pace is which of its waits a channel goes by.
type pace uint8

const (
	asSet pace = iota
	hasty      // for a while after a trip: the shortest setting
	free       // interlocked and not restrained: no intentional delay
	paces
)

// wait is what must be over before a channel operates.
type wait struct {
	timer  time.Duration // since the fault began
	target float64       // s at the reference; 0: definite time
}

type delayPlan struct {
	pickup float64       // A²
	ref    float64       // A², where I²t becomes constant
	waits  [paces]wait   //
	lead   time.Duration // how long before its decision an early unit may trip
	forget float64       // s below the pick-up that undo 1 s over it; 0: at once
	zsi    bool          // interlocked: not restrained, it does not wait
	alive  bool          // the fault must still flow when it decides
}

// forgets is how long it takes the corners to forget 1 s of a fault that ended
// too soon to trip. That short time accumulates them is in the user guide, that
// ground fault does in NS; how long they are kept is in no document: all three
// are ours. A late unit keeps nothing, so that "must" never relies on it.
var forgets = [corners]float64{Nominal: 10, Early: 60}

// newDelay returns the plan for one setting of a published table: pick-up in A,
// and the reference current of I²t in A, 0 for a definite time.
func (p *plan) newDelay(table DelayTable, setting, pickup, iref float64, c Corner) delayPlan {
	d := delayPlan{pickup: square(pickup), ref: square(iref), alive: c == Late}
	if c == Early {
		d.lead = p.cycle
	}
	d.waits[asSet] = p.waitFor(table.row(setting), iref > 0, c)
	d.waits[hasty] = d.waits[asSet]
	d.waits[free] = p.waitFor(table.Rows[0], false, c)
	return d
}

// waitFor returns what a unit waits for by the published row d.
//
// A window of one cycle still sees a fault for up to a cycle after its end, so
// only a timer of NonTrip plus one cycle is sure not to trip on a fault of
// NonTrip. That is the timer of the early corner; whether it trips is what
// decides "may", and the instant it reports is one cycle earlier, because a
// unit with a shorter window may have decided then. The late corner decides at
// the latest published instant, and for the same reason only if the fault still
// flows: a fault that ended before need not trip every unit. Both allow two
// samples: one in the beginning of the fault, one in the decision. Nominal is
// between the two (ours).
//
// The energy of a sine is ahead or behind by up to T/4π with the point on wave,
// so the late corner takes that off to be on time at the reference. After the
// end of a fault, what the window still sees and the look ahead come to T/8 more
// than flowed; the early corner, which reports when its energy is reached and not
// a cycle before, allows for both.
func (p *plan) waitFor(d Delay, inverse bool, c Corner) wait {
	samples := 2 * p.cycle / gridCycle
	early := d.NonTrip + p.cycle + samples
	late := d.decision() - samples
	timer, less := (early+late)/2, 0.0
	switch c {
	case Early:
		timer, less = early, p.period*(7.0/8-1/(4*math.Pi))
	case Late:
		timer, less = late, p.period/(4*math.Pi)
	}
	if !inverse {
		return wait{timer: timer}
	}
	return wait{timer, timer.Seconds() - less}
}

type delayState struct {
	reported bool          // start was reported
	timing   bool          // the current is over the pick-up
	reached  bool          // the target is reached
	led      bool          // what flowed before since is in the energy
	since    time.Duration // start of timing
	top      float64       // highest mean square since, A²
	topped   time.Duration // when it was reached
	at       time.Duration // when the target was reached
	flowed   time.Duration // last sample at or over the pick-up
	hasty    bool          // it began soon after a trip
	left     time.Duration // when it last went below the pick-up
	ended    time.Duration // flowed of the fault before

	// What ran. While timing credit is of faults before this one, and energy of
	// all; otherwise both are what was there at left.
	credit time.Duration
	energy float64 // s at the reference
}

// topStep is by how much a mean square must grow to count as growing (ours):
// less than the last sample of a sine adds, more than rounding.
const topStep = 1.001

// follow keeps the highest mean square.
func (d *delayState) follow(t time.Duration, w float64) {
	if w > d.top*topStep {
		d.top, d.topped = w, t
	}
}

// began is when the current that is over the pick-up began. The mean square
// crosses the pick-up up to a cycle later, the later the smaller the fault; but
// it stops growing exactly a cycle after a current has stepped. A current that
// keeps growing began at the crossing.
//
// What credit counts is not counted again: a waveform whose mean square passes
// the pick-up twice on its way up has begun once.
func (d *delayState) began(cycle time.Duration) time.Duration {
	at := max(d.topped-cycle, d.since-cycle)
	if d.credit > 0 {
		at = max(at, d.ended)
	}
	return min(d.since, at)
}

// leadIn is the energy of a fault before the mean square was over the pick-up,
// s at the reference. The mean square of a fault grows in a straight line for a
// cycle, and its slope tells from where. What grows for longer has none.
func (e *Engine) leadIn(ch int) float64 {
	d, p := &e.delay[ch], &e.plan.delay[ch]
	before := (d.since - d.began(e.plan.cycle)).Seconds()
	if before <= 0 || d.top == never {
		return 0
	}
	mean := p.pickup / 2 // from nothing
	if rise := (d.topped - d.since).Seconds(); rise > 0 {
		mean = max(mean, p.pickup-(d.top-p.pickup)/rise*before/2)
	}
	return p.rate(min(mean, p.pickup)) * before
}

// known is when the lead-in of channel ch is: a cycle after the pick-up.
func (e *Engine) known(ch int) time.Duration { return e.delay[ch].since + e.plan.cycle }

// takeLeadIn adds the lead-in to the energy, once.
func (e *Engine) takeLeadIn(t time.Duration, ch int) {
	if d := &e.delay[ch]; !d.led && t >= e.known(ch) {
		d.led = true
		d.energy += e.leadIn(ch)
	}
}

// restart lets the delay of channel ch, whose current is over the pick-up,
// begin now, and forgets all before.
func (e *Engine) restart(ch int) {
	d := &e.delay[ch]
	*d = delayState{
		reported: d.reported, timing: true, since: e.now, top: never, topped: e.now + e.plan.cycle,
		flowed: d.flowed, hasty: e.now < e.hurry,
	}
}

// pickUp lets the delay of channel ch begin at t, with what is left of faults
// before.
func (e *Engine) pickUp(t time.Duration, ch int) {
	d := &e.delay[ch]
	now := delayState{reported: d.reported, timing: true, since: t, flowed: d.flowed, ended: d.ended, hasty: t < e.hurry}
	if forget := e.plan.delay[ch].forget; forget > 0 {
		lost := max(0, (t-d.left).Seconds()/forget)
		now.credit = max(0, d.credit-seconds(lost))
		now.energy = max(0, d.energy-lost)
	}
	*d = now
}

// release ends the delay of channel ch at t and keeps what ran: as long as the
// current itself was over the pick-up, which is less than the window saw.
func (e *Engine) release(t time.Duration, ch int) {
	d := &e.delay[ch]
	if d.timing {
		d.credit += max(0, d.flowed-d.began(e.plan.cycle))
		d.left, d.ended = t, d.flowed
	}
	d.timing = false
}

func channelFunction(ch int) (Function, Phase) {
	switch ch {
	case ground:
		return GroundFault, NoPhase
	case leakage:
		return EarthLeakage, NoPhase
	}
	return ShortTime, Phase(ch + 1)
}

// watchDelay follows channel ch over its pick-up and back, and reports whether
// its timer runs.
func (e *Engine) watchDelay(t time.Duration, ch int) bool {
	d, w, pickup := &e.delay[ch], e.square[ch], e.plan.delay[ch].pickup
	if w >= pickup {
		if !d.timing {
			e.pickUp(t, ch)
		}
		d.follow(t, w)
		if !d.reported {
			d.reported = true
			e.emitChannel(t, Start, ch)
		}
		return true
	}
	e.release(t, ch)
	if d.reported && w < pickup*dropRatio*dropRatio {
		d.reported = false
		e.emitChannel(t, Drop, ch)
	}
	return false
}

func (e *Engine) emitChannel(t time.Duration, k Kind, ch int) {
	f, p := channelFunction(ch)
	e.emit(Event{t, k, f, p, math.Sqrt(e.square[ch])})
}

// wait returns what channel ch waits for now.
func (e *Engine) wait(ch int) *wait {
	p := &e.plan.delay[ch]
	switch {
	case p.zsi && e.unrestrained(ch):
		return &p.waits[free]
	case e.delay[ch].hasty:
		return &p.waits[hasty]
	}
	return &p.waits[asSet]
}

func (e *Engine) unrestrained(ch int) bool {
	f, _ := channelFunction(ch)
	return e.loose.Has(f)
}

// ripe is when the definite part of the wait of channel ch is over. A function
// whose restraint ends looks for a cycle more whether the fault is still there:
// at its end the unit downstream may stop restraining a moment before this one's
// window has forgotten what flowed.
func (e *Engine) ripe(ch int) time.Duration {
	d := &e.delay[ch]
	at := d.began(e.plan.cycle) + e.wait(ch).timer - d.credit
	if p := &e.plan.delay[ch]; p.zsi && e.unrestrained(ch) {
		at = max(at, e.told+e.plan.cycle+e.plan.cycle/gridCycle)
	}
	return at
}

// rate is how fast the energy of mean square w grows: 1 at the reference and
// above.
func (p *delayPlan) rate(w float64) float64 { return min(w/p.ref, 1) }

// pause is how long channel ch may stay below its pick-up and still flow: what
// a sine of its size does around a zero, and a sample.
func (e *Engine) pause(ch int) time.Duration {
	size := e.square[ch]
	if top := e.delay[ch].top; top < never {
		size = max(size, top)
	}
	share := math.Asin(math.Sqrt(min(1, e.plan.delay[ch].pickup/(2*size)))) / math.Pi
	return time.Duration((share + 1.0/gridCycle) * float64(e.plan.cycle))
}

// flows reports whether channel ch has been over its pick-up just now.
func (e *Engine) flows(t time.Duration, ch int) bool {
	return !e.plan.delay[ch].alive || t-e.delay[ch].flowed <= e.pause(ch)
}

// delaySample takes channel ch through one sample x and dt seconds before it.
func (e *Engine) delaySample(t time.Duration, ch int, x, dt float64) {
	p, d := &e.plan.delay[ch], &e.delay[ch]
	if square(x) >= p.pickup {
		d.flowed = t
	}
	if !d.reported && e.square[ch] < p.pickup {
		return
	}
	ran := d.timing
	if !e.watchDelay(t, ch) {
		return
	}
	w := e.wait(ch)
	if p.ref > 0 && ran {
		d.energy += p.rate((e.square[ch]+e.before[ch])/2) * dt
		e.takeLeadIn(t, ch)
	}
	if w.target > 0 && !d.reached && d.energy+p.rate(e.square[ch])*e.plan.period/2 >= w.target {
		d.reached, d.at = true, t
	}
	if !e.tripped && t >= e.ripe(ch) && (d.reached || w.target == 0) && e.flows(t, ch) {
		e.fireDelay(t, ch)
	}
}

// fireDelay operates channel ch, decided at t.
func (e *Engine) fireDelay(t time.Duration, ch int) {
	f, p := channelFunction(ch)
	e.fire(Event{e.reports(ch, t), Operate, f, p, math.Sqrt(e.square[ch])})
}

// reports returns the instant that a decision of channel ch at t is reported
// at. The early corner reports the instant at which another unit may have
// decided: not before its energy was reached, the unit was told otherwise what
// to wait for, or a fault that only completes those before it was seen.
func (e *Engine) reports(ch int, t time.Duration) time.Duration {
	p, d := &e.plan.delay[ch], &e.delay[ch]
	if p.lead == 0 {
		return t
	}
	at := max(t-p.lead, e.told)
	if d.credit > 0 {
		at = max(at, d.since)
	}
	if e.wait(ch).target > 0 {
		at = max(at, d.at)
	}
	return at
}

// forestall returns ev, or what channel ch of the early corner would have done
// before it: a channel whose timer runs may already have passed the instant it
// is going to report.
func (e *Engine) forestall(ch int, ev Event) Event {
	p, d := &e.plan.delay[ch], &e.delay[ch]
	if p.lead == 0 || !d.timing || e.wait(ch).target > 0 && !d.reached {
		return ev
	}
	at := e.reports(ch, e.ripe(ch))
	if at >= ev.At {
		return ev
	}
	f, phase := channelFunction(ch)
	return Event{at, ev.Kind, f, phase, math.Sqrt(e.square[ch])}
}

// delayDue returns when channel ch operates if nothing changes.
func (e *Engine) delayDue(ch int) time.Duration {
	p, d := &e.plan.delay[ch], &e.delay[ch]
	if !d.timing {
		return forever
	}
	at := max(e.ripe(ch), e.now)
	if e.wait(ch).target > 0 {
		at = max(at, e.energyDue(ch))
	}
	if p.alive && at < forever {
		at = max(at, e.flowing(ch, at-e.pause(ch)))
	}
	return at
}

// flowing returns the first sample of the unit's grid from t on at which steady
// channel ch is over its pick-up.
func (e *Engine) flowing(ch int, t time.Duration) time.Duration {
	k := e.grid.after(t - 1)
	for range gridCycle {
		if square(e.synthetic(&e.phasor, ch, k)) >= e.plan.delay[ch].pickup {
			break
		}
		k++
	}
	return e.grid.at(k)
}

// energyDue returns when the energy of channel ch reaches its target.
func (e *Engine) energyDue(ch int) time.Duration {
	p, d := &e.plan.delay[ch], &e.delay[ch]
	if d.reached {
		return d.at
	}
	rate := p.rate(e.square[ch])
	short := e.wait(ch).target - d.energy
	at := later(e.now, max(0, short/rate-e.plan.period/2))
	if known := e.known(ch); !d.led && at > known {
		at = max(known, later(e.now, max(0, (short-e.leadIn(ch))/rate-e.plan.period/2)))
	}
	return at
}

// moveDelay takes channel ch to time t at a constant current.
func (e *Engine) moveDelay(t time.Duration, ch int) {
	p, d := &e.plan.delay[ch], &e.delay[ch]
	if !d.timing || p.ref == 0 {
		return
	}
	if e.wait(ch).target > 0 && !d.reached {
		if at := e.energyDue(ch); at <= t {
			d.reached, d.at = true, at
		}
	}
	d.energy += p.rate(e.square[ch]) * (t - e.now).Seconds()
	e.takeLeadIn(t, ch)
}
