package imu

import "time"

// Inject has these currents flow in place of those of the network, as a test set
// injects them: rms phasors of l1, l2, l3 and neutral in A. They flow while the
// contacts touch and until Inject is called with nil; then what the network
// offers flows again. Voltages stay the network's.
//
// What is injected is not remembered: a unit that is started again has the
// network's.
func (u *Unit) Inject(now time.Duration, amps *[4]complex128) {
	u.with(now, func() {
		if u.network == nil {
			was := u.input
			u.network = &was
		}
		u.input = *u.network
		if amps == nil {
			u.network = nil
		} else {
			u.input.I, u.input.H = *amps, nil
		}
		u.feed(u.now)
		u.dirty = true
	})
}

// offer takes what the network offers from now on, and returns what the sensors
// see of it.
func (u *Unit) offer(in input) input {
	if u.network == nil {
		return in
	}
	*u.network = in
	in.I, in.H = u.input.I, u.input.H
	return in
}

// ofNetwork is what the network offers, whatever is injected.
func (u *Unit) ofNetwork() *input {
	if u.network != nil {
		return u.network
	}
	return &u.input
}
