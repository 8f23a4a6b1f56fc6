// Package breaker models the mechanism of one MasterPact MTZ circuit breaker:
// the contacts, the closing spring with its motor, the coils that open, hold
// and close, the drawout chassis, the locks, the reset button and the wear.
//
// A [Breaker] is a value with no clock, goroutine, input or output of its own.
// Every call brings the time as a duration since an epoch the caller chooses;
// what follows from the call and takes time (a spring that charges in four
// seconds) happens at its exact instant when the clock is next brought forward.
// [Breaker.Next] says when that is needed, and [Breaker.Advance] does it and
// tells what changed. A time before the last one counts as the last one: a
// clock that jumps back delays nothing and undoes nothing.
//
// There are four ways to it, and none of them asks who you are:
//
//   - [Breaker.Trip] is the trip solenoid (MITOP) of the control unit. It works
//     from every state and cannot be refused, delayed or taken back. It latches:
//     the reset button comes out, and nothing closes until it is pushed in
//     (lock-out, ANSI 86).
//   - [Breaker.Push], [Breaker.Charge], [Breaker.Lock] and [Breaker.Rack] are
//     the hands of whoever stands in front of it.
//   - [Breaker.Coil] is the hard wiring: what supply a coil has.
//   - [Breaker.Order] is the control unit pulsing its communicating coils. It is
//     the only way that [Breaker.Inhibit] can close off, and the only one that
//     gets an [Answer].
//
// The package knows no actor, password, level or remote-control lock, and must
// not learn of them: mechanical buttons and hard-wired coils ask nobody (GUIDE
// R9), and what the control unit may be told is decided before Order is called.
//
// Opening always wins: an opening order takes every closing order under way
// with it, and while one stands nothing closes. A closing order acts once, when
// it is given; held in, it does nothing more until it has been released, so a
// button that somebody leans on cannot pump the breaker against a fault.
//
// # What it refuses
//
// It will not close unless it is ready to: [Breaker.NotReady] lists the reasons.
// It will not be locked open while it is closed. It will not take a stored
// [State] that no breaker can be in.
//
// # What it does not know
//
// Every number it rests on is in [Constants] with its source and certainty.
// The response times and the wear are remembered or ours, not measured on an
// MTZ. A mechanism that fails (welded contacts, a broken spring), the automatic
// reset option, time-delay units on MN, the duty limits of motor and coils, and
// the closing spring that discharges by itself when a breaker is withdrawn are
// not modelled. Supply is all or nothing at a threshold; a motor that loses
// supply half way begins again.
package breaker

import "math"

// Breaker is one mechanism. It is not safe for use by several goroutines.
type Breaker struct {
	c Config
	s State

	// Changes that nobody has collected yet, oldest first from head.
	queue      [queueLen]Change
	head, used uint8
}

// New returns a breaker as one finds it in service before the first closing:
// open, reset, spring charged, connected, unlocked, with MN and the motor at
// rated voltage and every other coil dead. What c gets wrong is replaced by the
// default; [Config.Validate] says what that is.
func New(c Config) *Breaker {
	b := &Breaker{c: c.orDefaults()}
	b.s = State{Now: math.MinInt64, ChargeFrom: math.MinInt64, Contacts: ContactsOpen, Spring: true, Position: Connected}
	for t := range b.s.Timers {
		b.s.Timers[t] = never
	}
	b.s.Volts[MN], b.s.Volts[MCH] = b.c.CoilVoltage, b.c.CoilVoltage
	b.s.Live = b.liveCoils()
	return b
}

// Config returns what is fitted, with the defaults filled in.
func (b *Breaker) Config() Config { return b.c }

// LastTrip returns what tripped the breaker last, or NoTrip.
func (b *Breaker) LastTrip() Cause { return b.s.Cause }
