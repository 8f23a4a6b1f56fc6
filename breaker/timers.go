package breaker

import (
	"math"
	"time"
)

// timer is something that happens by itself at an instant. The first are the
// coils: when one has had its supply (MN: has lost it) long enough to act.
type timer uint8

const (
	timerOrderOpen  = timer(numCoils) + iota // the pulse of the control unit has pulled MX
	timerOrderClose                          // the same for XF
	timerOrderReset                          // the same for RES
	timerTravel                              // the contacts arrive
	numTimers
)

// never is the instant of a timer that is not running.
const never time.Duration = math.MaxInt64

// later is at + d, and never where that is beyond the end of time.
func later(at, d time.Duration) time.Duration {
	if at > never-1-d {
		return never
	}
	return at + d
}

// first returns the timer that runs out first. Which of several at the same
// instant does not matter: an opening wins on either side of a closing.
func (b *Breaker) first() (timer, time.Duration) {
	t, at := timer(0), never
	for i, due := range b.s.Timers {
		if due < at {
			t, at = timer(i), due
		}
	}
	return t, at
}

// Next returns when Advance must be called next, and whether it must at all.
func (b *Breaker) Next() (time.Duration, bool) {
	_, at := b.first()
	return at, at != never
}

// Advance brings the clock to now and hands f everything that changed since the
// last Advance, in the order it happened, whichever call made it happen. f may
// call the breaker and may be nil. The breaker is already at now when f runs.
//
// Collect after every call: only the last few changes are kept.
func (b *Breaker) Advance(now time.Duration, f func(Change)) {
	b.run(now)
	b.drain(f)
}

// run brings the clock to now and returns it. Everything due happens at its own
// instant. A now before the clock is the clock.
func (b *Breaker) run(now time.Duration) time.Duration {
	now = min(max(now, b.s.Now), never-1)
	for {
		t, at := b.first()
		if at > now {
			break
		}
		b.s.Timers[t] = never
		b.fire(t, max(at, b.s.Now))
	}
	b.s.Now = now
	return now
}

func (b *Breaker) fire(t timer, at time.Duration) {
	b.s.Now = at
	switch t {
	case timerOrderOpen:
		b.work(MX, MX2)
		b.open(at, ByOrder)
	case timerOrderClose:
		b.work(XF)
		b.close(at, ByOrder)
	case timerOrderReset:
		b.work(RES)
		b.reset(at, ByOrder)
	case timerTravel:
		b.arrive(at)
	default:
		b.act(Coil(t), at)
	}
}

// Busy reports whether something is under way: contacts that travel, an order, a coil
// that is about to act. A motor that charges the spring is none of it.
func (b *Breaker) Busy() bool {
	for t, at := range b.s.Timers {
		if at != never && t != int(MCH) {
			return true
		}
	}
	return false
}
