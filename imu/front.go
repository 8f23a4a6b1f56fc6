package imu

import (
	"time"

	"switchroom/access"
	"switchroom/points"
)

// Front is what the front of the control unit shows whether or not the unit works.
type Front struct {
	Powered   bool // the control unit works
	Auxiliary bool // 24 V, or what replaces it
	USB       bool // a cable in its USB port feeds it
	Battery   bool // is in, and not low
	// Trips are the trip cause LEDs Ir, Isd/Ii, Ig/IΔn and Ap as the unit remembers
	// them. Without supply the battery can light them (CAT).
	Trips [4]bool
}

// Front lets an actor look at the front. It is part of reading.
func (u *Unit) Front(now time.Duration, a access.Actor) (f Front, d access.Decision) {
	d = u.decide(access.Query{Actor: a, Read: true, Now: now})
	if !d.OK() {
		return Front{}, d
	}
	u.with(now, func() { f = u.front() })
	return f, d
}

func (u *Unit) front() Front {
	f := Front{Powered: u.powered(), Auxiliary: u.aux, USB: u.usb, Battery: u.battery && !u.faults.has(BatteryLow)}
	v := points.NewValues()
	u.fillLEDs(v)
	for i, id := range tripLEDs {
		f.Trips[i] = v[id] == 1
	}
	return f
}

var tripLEDs = [4]points.ID{points.LEDTripIr, points.LEDTripIsdIi, points.LEDTripIg, points.LEDTripAp}
