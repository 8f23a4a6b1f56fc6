package breaker

import "time"

// Charge charges the closing spring by the lever, at once (ours: the strokes
// take a person some seconds).
func (b *Breaker) Charge(now time.Duration) {
	b.charged(b.run(now), ByHand)
}

// discharge spends the spring on a closing and starts the motor. The charging
// time counts from the closing order (DOCA0103), so a breaker that has closed
// can open, close and open again.
func (b *Breaker) discharge(at time.Duration, by Origin) {
	b.s.Spring = false
	b.emit(Change{At: at, Kind: SpringDischarged, By: by})
	b.charge(at)
}

// charge starts the motor if there is something for it to do.
func (b *Breaker) charge(at time.Duration) {
	b.s.Timers[MCH] = never
	if !b.s.Spring && b.s.Live.Has(MCH) {
		b.s.Timers[MCH] = later(at, b.c.Frame.of(mchCharge).time())
		b.s.ChargeFrom = at
	}
}

func (b *Breaker) charged(at time.Duration, by Origin) {
	if b.s.Spring {
		return
	}
	b.s.Spring, b.s.Timers[MCH] = true, never
	if by == ByMotor {
		b.s.ChargeTook = at - b.s.ChargeFrom
		b.s.Worked[MCH]++
	}
	b.emit(Change{At: at, Kind: SpringCharged, By: by})
}
