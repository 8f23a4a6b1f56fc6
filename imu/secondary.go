package imu

import (
	"time"

	"switchroom/points"
)

// Inject has these currents flow in place of those of the network, as a test set
// injects them: rms phasors of l1, l2, l3 and neutral in A. They flow while the
// contacts touch and until Inject is called with nil; then what the network
// offers flows again. Voltages stay the network's.
//
// What is injected is not remembered: a unit that is started again has the
// network's.
func (u *Unit) Inject(now time.Duration, amps *[4]complex128) {
	u.with(now, func() { u.inject(amps) })
}

func (u *Unit) inject(amps *[4]complex128) {
	if u.network == nil {
		was := u.input
		u.network = &was
	}
	u.input, u.playing = *u.network, false
	if amps == nil {
		u.network = nil
	} else {
		u.input.I, u.input.H = *amps, nil
	}
	u.feed(u.now)
	u.dirty = true
}

// Played is a sample that a test set injects: currents of l1, l2, l3 and neutral and of
// the external sensor in A, and phase-to-neutral voltages in V; nil: the network's.
type Played struct {
	I       [4]float64
	Leakage float64
	V       *[3]float64
}

// Play has a sample flow in place of what the network offers, as a test set injects a
// recording. It flows while the contacts touch. Samples go on until [Unit.Inject].
func (u *Unit) Play(now time.Duration, p *Played) {
	u.with(now, func() {
		if u.network == nil {
			was := u.input
			u.network = &was
		}
		u.playing = true
		i, leak := p.I, p.Leakage
		if !u.conducts() {
			i, leak = [4]float64{}, 0
		}
		if (u.cfg.Rating.Variant != points.X70 && !u.cfg.Rating.SGR) || u.faults.has(LeakageSensorLost) {
			leak = 0
		}
		u.sample(i, leak, u.volts(p.V))
	})
}

// volts are instantaneous voltages: what is played, or the network's.
func (u *Unit) volts(played *[3]float64) (v [3]float64) {
	if played != nil {
		return *played
	}
	all := u.network.instant(u.now)
	for k := range v {
		v[k] = float64(all[4+k])
	}
	return v
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
