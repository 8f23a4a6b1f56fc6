package imu

import (
	"time"

	"switchroom/breaker"
	"switchroom/points"
)

// The hands of whoever stands at the breaker, and its wiring. None of them asks
// anybody (R9), and none of them is a path: a path calls [Unit.Do].

// Push presses or releases a mechanical button of the breaker.
func (u *Unit) Push(now time.Duration, b Button, pressed bool) {
	u.hand(now, func() { u.mech.Push(u.now, b, pressed) })
}

// Coil sets the hard-wired supply of a coil, V: an emergency stop in the MN
// circuit, a push button on MX.
func (u *Unit) Coil(now time.Duration, c Coil, volts float64) {
	u.hand(now, func() { u.mech.Coil(u.now, c, volts) })
}

// Charge charges the closing spring by the lever.
func (u *Unit) Charge(now time.Duration) { u.hand(now, func() { u.mech.Charge(u.now) }) }

// Rack moves a drawout breaker.
func (u *Unit) Rack(now time.Duration, to Position) (err error) {
	u.hand(now, func() { err = u.mech.Rack(u.now, to) })
	return err
}

// Lock puts a padlock or key lock on, or takes it off.
func (u *Unit) Lock(now time.Duration, l PadLock, on bool) (err error) {
	u.hand(now, func() { err = u.mech.Lock(u.now, l, on) })
	return err
}

// InhibitByIO sets or clears the inhibition of closing by the IO module.
func (u *Unit) InhibitByIO(now time.Duration, on bool) {
	u.hand(now, func() { u.inhibit(breaker.IOModule, on, "IO module") })
}

// Pad turns the locking pad of an IFE or IFM: locked disables remote control
// (B6). An EIFE has none, and turning it does nothing.
func (u *Unit) Pad(now time.Duration, locked bool) {
	u.hand(now, func() {
		if u.cfg.Interface.pad() && u.set.Remote == locked {
			u.set.Remote = !locked
			u.note(points.CodeRemoteSet, Pulse, onOff(!locked)+" by the pad")
		}
	})
}

// Supply gives or takes the auxiliary supply of the control unit.
func (u *Unit) Supply(now time.Duration, on bool) {
	u.hand(now, func() {
		if on == u.aux {
			return
		}
		u.aux = on
		switch {
		case on:
			u.started = u.now
			u.note(points.CodePowerUp, Pulse, "auxiliary supply")
			if u.book.active(points.CodeSupplyLost) {
				u.note(points.CodeSupplyLost, Exit, "")
			}
		case u.powered(): // by the current that flows; else nobody is there to notice
			u.note(points.CodeSupplyLost, Entry, "")
		}
		u.losePower()
		u.energiseIO()
		u.hearESM()
		u.retest()
		if u.set.Optional != nil {
			u.actOptional(u.acting(*u.set.Optional))
		}
		u.feedOptional()
	})
}

// Plug plugs a cable into the USB port or pulls it: it feeds the control unit (UG),
// but not what needs 24 V.
func (u *Unit) Plug(now time.Duration, in bool) {
	u.hand(now, func() {
		before := u.powered()
		u.usb = in
		if !before && u.powered() {
			u.started = u.now
			u.note(points.CodePowerUp, Pulse, "USB")
		}
		u.losePower()
		u.retest()
	})
}

// Battery puts the battery in or takes it out. Without it and without supply
// the date and time are lost.
func (u *Unit) Battery(now time.Duration, in bool) {
	u.hand(now, func() {
		u.battery = in
		u.losePower()
	})
}

// losePower loses the clock where battery and every supply are gone.
func (u *Unit) losePower() {
	if !u.battery && u.clock.synchronised && !u.powered() {
		u.loseClock()
	}
	u.interruptUpdate()
}

// hand does something at the breaker and takes up what follows.
func (u *Unit) hand(now time.Duration, f func()) {
	u.with(now, func() {
		f()
		u.moved()
		u.dirty = true
	})
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
