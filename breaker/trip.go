package breaker

import "time"

// Trip fires the trip solenoid (MITOP). It works from every state: closed,
// half way, open, locked, racked out. The latch falls at once and the contacts
// part OpenTime later, or sooner if they were already on their way.
//
// The documents derive SDE to follow the contacts; here it leads them (ours),
// so that no reset, close order or restart can fall into the gap between.
func (b *Breaker) Trip(now time.Duration, cause Cause) {
	at := b.run(now)
	if !b.s.Tripped {
		b.latch(at, cause)
	}
	b.open(at, ByTrip)
	if b.s.Contacts == ContactsOpening {
		b.s.By = ByTrip
	}
}

// latch locks the breaker out. A reset that was on its way when the fault came
// must not undo it.
func (b *Breaker) latch(at time.Duration, cause Cause) {
	b.s.Tripped, b.s.Cause = true, cause
	b.s.Trips++
	b.s.Timers[timerOrderReset], b.s.Timers[RES] = never, never
	b.emit(Change{At: at, Kind: Tripped, By: ByTrip, Cause: cause})
}

// reset pushes the reset button in. It stays out until the contacts have
// parted.
func (b *Breaker) reset(at time.Duration, by Origin) {
	if !b.s.Tripped || b.s.Contacts != ContactsOpen {
		return
	}
	b.s.Tripped = false
	b.emit(Change{At: at, Kind: WasReset, By: by})
}
