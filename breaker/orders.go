package breaker

import "time"

// Order is what the control unit can tell the mechanism.
type Order uint8

const (
	_ Order = iota
	Open
	Close
	Reset
)

var orderNames = [...]string{"", "open", "close", "reset"}

func (o Order) String() string { return name(orderNames[:], int(o)) }

// Answer is what became of an order. The zero Answer is a refusal.
type Answer uint8

const (
	UnknownOrder    Answer = iota
	Accepted               // the coil is pulsed; the contacts say whether it worked
	MustReset              // tripped: reset first (151 on the wire)
	AlreadyClosed          // 152
	AlreadyOpen            // 153
	AlreadyReset           // 154
	NoActuator             // no communicating coil is fitted and plugged in (156)
	ResetForbidden         // the trip is still under way (159)
	CloseInhibited         // closing is inhibited (160)
	NotReadyToClose        // NotReady says why
)

var answerTexts = [...]string{
	UnknownOrder:    "there is no such order",
	Accepted:        "the order is under way",
	MustReset:       "the breaker has tripped: find the fault, then reset it",
	AlreadyClosed:   "the breaker is closed already",
	AlreadyOpen:     "the breaker is open already",
	AlreadyReset:    "the breaker is not tripped",
	NoActuator:      "no communicating coil for this order is fitted and plugged in",
	ResetForbidden:  "the trip is still under way: reset it when the contacts have parted",
	CloseInhibited:  "closing is inhibited: clear the inhibition at its origin",
	NotReadyToClose: "the breaker is not ready to close",
}

func (a Answer) String() string { return name(answerTexts[:], int(a)) }

// Order pulses a communicating coil of the control unit. It is an impulse: it
// is not maintained, it does not wait, and what was accepted can still be
// overtaken by an opening. Of several reasons to refuse, the first in the order
// of the checks is given (GUIDE R10).
func (b *Breaker) Order(now time.Duration, o Order) Answer {
	at := b.run(now)
	a := b.Judge(o)
	if a != Accepted {
		return a
	}
	switch o {
	case Open:
		b.pulse(timerOrderOpen, later(at, mxImpulse.time()))
	case Close:
		b.pulse(timerOrderClose, later(at, xfImpulse.time()))
	case Reset:
		b.pulse(timerOrderReset, later(at, resImpulse.time()))
	}
	return Accepted
}

// pulse starts an impulse, or leaves the one that is under way.
func (b *Breaker) pulse(t timer, due time.Duration) {
	b.s.Timers[t] = min(b.s.Timers[t], due)
}

// Judge returns what Order would answer, as of the last call.
func (b *Breaker) Judge(o Order) Answer {
	switch o {
	case Open:
		return b.judgeOpen()
	case Close:
		return b.judgeClose()
	case Reset:
		return b.judgeReset()
	}
	return UnknownOrder
}

func (b *Breaker) judgeOpen() Answer {
	switch {
	case b.s.Tripped:
		return MustReset
	case b.s.Contacts == ContactsOpen && !b.closingAhead():
		return AlreadyOpen
	case !b.reaches(MX) && !b.reaches(MX2):
		return NoActuator
	}
	return Accepted
}

// closingAhead reports whether a coil is about to close the breaker.
func (b *Breaker) closingAhead() bool {
	return b.s.Timers[timerOrderClose] != never || b.s.Timers[XF] != never
}

func (b *Breaker) judgeClose() Answer {
	switch {
	case b.s.Tripped:
		return MustReset
	case b.s.Contacts == ContactsClosed:
		return AlreadyClosed
	case b.s.Inhibited != 0:
		return CloseInhibited
	case b.NotReady() != 0:
		return NotReadyToClose
	case !b.reaches(XF):
		return NoActuator
	}
	return Accepted
}

func (b *Breaker) judgeReset() Answer {
	switch {
	case !b.s.Tripped:
		return AlreadyReset
	case b.s.Contacts != ContactsOpen:
		return ResetForbidden
	case !b.reaches(RES):
		return NoActuator
	}
	return Accepted
}

// reaches reports whether the control unit can pulse the coil.
func (b *Breaker) reaches(c Coil) bool {
	return b.c.Fit(c) == Communicating && b.s.Position.plugged()
}

// work counts the pulse of an order on the first of the coils that it reaches.
func (b *Breaker) work(coils ...Coil) {
	for _, c := range coils {
		if b.reaches(c) {
			b.s.Worked[c]++
			return
		}
	}
}

// Inhibitor is who can forbid the control unit to close.
type Inhibitor uint8

const (
	IOModule Inhibitor = iota
	Communication
	numInhibitors
)

var inhibitorNames = [...]string{"io_module", "communication"}

func (i Inhibitor) String() string { return name(inhibitorNames[:], int(i)) }

// Inhibit sets or clears the inhibition of closing by one origin; both must be
// clear for the control unit to close (MB-ES 32341). It gates Order alone. That
// the mechanical button is free of it is recalled, and that hard-wired XF is
// too is ours after GUIDE R9: neither passes through the control unit.
func (b *Breaker) Inhibit(now time.Duration, by Inhibitor, on bool) {
	b.run(now)
	if by < numInhibitors {
		b.s.Inhibited.put(by, on)
	}
	if b.s.Inhibited != 0 {
		b.s.Timers[timerOrderClose] = never
	}
}

// Inhibited reports whether an origin forbids the control unit to close.
func (b *Breaker) Inhibited(by Inhibitor) bool { return b.s.Inhibited.Has(by) }
