package imu

import (
	"fmt"
	"time"

	"switchroom/breaker"
	"switchroom/points"
	"switchroom/protection"
)

// Steady says what the network offers from now on: rms phasors of the currents
// of l1, l2, l3 and neutral in A, positive from top to bottom terminals, of the
// phase-to-neutral voltages in V, and the frequency in Hz (0 without voltage).
// Current flows only while the contacts touch.
func (u *Unit) Steady(now time.Duration, i [4]complex128, v [3]complex128, hz float64) {
	u.Distorted(now, i, v, hz, nil)
}

// Sample gives one sample of the instantaneous currents in A and
// phase-to-neutral voltages in V at now: a fault, an inrush, a recording.
// Samples go on until the next Steady.
func (u *Unit) Sample(now time.Duration, i [4]float64, v [3]float64) {
	u.with(now, func() {
		if u.network != nil {
			return // a test set is in its place
		}
		if !u.conducts() {
			i = [4]float64{}
		}
		u.sample(i, external(u, i), v)
	})
}

// sample takes what flows at this instant.
func (u *Unit) sample(i [4]float64, leak float64, v [3]float64) {
	i = sensed(u.faults, i)
	u.sampled = true
	u.tape.sample(u.now, i, v)
	u.handle(u.prot.SampleLeakage(u.now, i, leak))
	u.meas.Sample(u.now, i, v)
	if u.opt != nil {
		u.handle(u.opt.Sample(u.now, protection.Readings{I: signed(u, i), V: v, Leakage: leak}))
	}
	u.overload()
}

// Closed reports whether current can flow: the contacts touch, and a drawout
// breaker is racked in. In the test position it closes and connects nothing.
func (u *Unit) Closed() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.conducts()
}

// Position is where the breaker stands in its chassis, whether or not its control
// unit has a supply to tell.
func (u *Unit) Position() Position {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.mech.Position()
}

// next returns when something is due.
func (u *Unit) next() (at time.Duration, ok bool) {
	sooner := func(t time.Duration, has bool) {
		if has && (!ok || t < at) {
			at, ok = t, true
		}
	}
	sooner(u.prot.Next())
	sooner(u.mech.Next())
	if u.opt != nil {
		sooner(u.opt.Next())
	}
	if u.order != nil {
		sooner(u.order.deadline, true)
	}
	sooner(u.session.ends())
	sooner(u.radio.Until, u.radio.On)
	if u.pending != nil {
		sooner(u.pending.until, true)
	}
	sooner(u.tooHot())
	sooner(u.upkeep.at, u.upkeep.at != never)
	sooner(u.injection.until, u.injection.on)
	sooner(u.updateEnds())
	sooner(u.stageEnds())
	sooner(u.identify, u.identify != 0)
	for _, m := range u.io {
		sooner(m.Next())
	}
	return at, ok
}

// stepsAtOnce bounds what may happen at one instant. Beyond it something is
// wrong, and time must go on all the same.
const stepsAtOnce = 100

// advance brings the unit to now. Time that goes backwards stands still.
func (u *Unit) advance(now time.Duration) {
	for at, n := u.now, 0; n < stepsAtOnce; {
		t, ok := u.next()
		if !ok || t > now {
			break
		}
		if n++; t > at {
			at, n = t, 0
		}
		u.step(max(t, u.now))
	}
	if now > u.now {
		u.now = now
		u.handle(u.prot.Advance(now)) // nothing was due; what it shows is of now
		u.advanceOptional(now)
		u.overload()
	}
}

// step makes happen what is due at at.
func (u *Unit) step(at time.Duration) {
	u.now = at
	u.handle(u.prot.Advance(at))
	u.advanceOptional(at)
	u.overload()
	u.moved()
	u.hearIO()
	u.session.expire(u)
	u.tendRadio()
	u.identified(at)
	if u.injection.on && at >= u.injection.until {
		u.endInjection("no trip")
	}
	u.tendUpdate()
	u.tendStage()
	u.saveItself()
	if at >= u.upkeep.at {
		u.keepUp()
	}
	if u.pending != nil && at >= u.pending.until {
		u.finishCapture()
	}
	if u.order != nil && at >= u.order.deadline {
		u.finish(NotConfirmed)
	}
}

// moved collects what the mechanism did, and whether that is what an order was
// waiting for. It is called after everything that may move it.
func (u *Unit) moved() {
	u.mech.Advance(u.now, u.changed)
	u.confirm()
}

// changed takes up one change of the mechanism at its exact instant.
func (u *Unit) changed(c breaker.Change) {
	switch c.Kind {
	case breaker.Opened:
		u.tape.set(c.At, OpenBit, true)
		u.mech.Interrupted(u.highest())
		u.refeed(c.At)
		u.noteAt(c.At, points.CodeOpened, Pulse, c.By.String())
		u.worn()
	case breaker.Closed:
		u.tape.set(c.At, OpenBit, false)
		u.refeed(c.At)
		u.noteAt(c.At, points.CodeClosed, Pulse, c.By.String())
		u.worn()
		u.retest()
	case breaker.Aborted:
		if u.order != nil && u.order.op == points.BreakerClose {
			u.finish(NotReady) // an opening overtook it
		}
	case breaker.SpringCharged:
		u.worn()
	case breaker.Tripped:
		u.tape.set(c.At, SDEBit, true)
	case breaker.WasReset:
		u.tape.set(c.At, SDEBit, false)
		u.handle(u.prot.Reset(c.At))
		u.optTrip = protection.ModulesState{}
		if u.opt != nil {
			u.handle(u.opt.Reset(c.At))
		}
		u.untrip(c.At)
		u.noteAt(c.At, points.CodeReset, Pulse, c.By.String())
	case breaker.Racked:
		u.engaged = c.Position.InService()
		u.wireCradle(c.At)
		u.refeed(c.At)
		u.noteAt(c.At, points.CodeRacked, Pulse, c.Position.String())
	}
	u.dirty = true
}

// refeed takes up a change of the unit itself. While samples come, the next one
// does that: phasors in between would be what flowed before them.
func (u *Unit) refeed(at time.Duration) {
	if !u.sampled {
		u.feed(at)
	}
}

// feed tells protection and metering what flows from at on.
func (u *Unit) feed(at time.Duration) {
	f := u.flow()
	u.sampled = false
	u.tape.steady(at, f.input)
	x := u.load.from(at, f.currents, u.cfg.Rating.In)
	u.climate.feel(at, x)
	u.meas.Distorted(at, f.I, f.V, f.Hz, f.H)
	if u.cfg.Rating.Variant == points.X70 {
		u.meas.Leakage(at, f.leakRMS)
	}
	u.handle(u.prot.Distorted(at, f.I, f.leak, f.more))
	if u.opt != nil {
		u.feedOptional()
	}
	u.overload()
	u.losePower()
}

// highest returns the highest rms current that flows or flowed last, A; none
// where the main clusters are not engaged.
func (u *Unit) highest() float64 {
	var m float64
	if !u.engaged {
		return 0
	}
	for k := range u.input.I {
		m = max(m, u.input.rms(k))
	}
	return max(m, u.tripAmps)
}

// handle takes up what protection did. A trip goes straight to the mechanism.
func (u *Unit) handle(events []protection.Event) {
	idle := false
	for _, e := range events {
		detail := detailOf(e)
		row := &functionRows[e.Function]
		switch e.Kind {
		case protection.Start:
			u.noteAt(e.At, row.start, Entry, detail)
		case protection.Drop:
			u.noteAt(e.At, row.start, Exit, detail)
			u.tape.set(e.At, OperateBit|TripBit, false)
			if u.book.active(row.alarm) {
				u.noteAt(e.At, row.alarm, Exit, detail)
			}
		case protection.Operate:
			u.tape.set(e.At, OperateBit, true)
			if row.alarm != 0 {
				u.noteAt(e.At, row.alarm, Entry, detail)
			}
		case protection.Trip:
			if row.module != 0 && !u.mech.Closed() {
				idle = true // an open breaker has nothing to trip; the alarm stands (ours)
				continue
			}
			u.tripped(e, detail)
		}
	}
	if n := len(events); n > 0 {
		u.restraint(events[n-1].At)
		if idle {
			u.opt.Reset(u.now)
		}
		u.moved()
	}
}

// tripped carries a trip to the mechanism, and then remembers what it saw.
func (u *Unit) tripped(e protection.Event, detail string) {
	u.fire(e.At, functionRows[e.Function].cause)
	u.tape.set(e.At, TripBit, true)
	if e.Function.Unit() == "A" {
		u.tripAmps = e.Value
	}
	u.lastTrip = e.Function.String() + " " + detail
	u.testedBy(e.Function.String(), e.At)
	u.book.note(Record{At: e.At, Date: u.clock.date(u.world, e.At), Code: functionRows[e.Function].trip, What: Entry, Detail: detail, Trip: u.context(e)})
	u.dirty = true
	if u.usable(ModuleWaveform) {
		u.capture(e.At, u.lastTrip)
	}
}

func detailOf(e protection.Event) string {
	value := fmt.Sprintf("%.4g %s", e.Value, e.Function.Unit())
	if e.Function.Unit() == "A" {
		value = fmt.Sprintf("%.0f A", e.Value)
	}
	if e.Phase == protection.NoPhase {
		return value
	}
	return e.Phase.String() + " " + value
}

// untrip ends the events of the trip that was reset; they stay held until the
// events are reset.
func (u *Unit) untrip(at time.Duration) {
	u.tripAmps = 0
	for _, s := range u.book.open {
		if points.EventOf(s.Code).History == points.TripHistory && !s.Held {
			u.noteAt(at, s.Code, Exit, "reset")
		}
	}
}

// overload keeps the pre-alarm event in step with the overload level.
func (u *Unit) overload() {
	over := u.prot.Overload() >= protection.PreAlarm
	if over == u.book.active(points.CodePreAlarm) {
		return
	}
	what := Exit
	if over {
		what = Entry
	}
	u.note(points.CodePreAlarm, what, "")
}
