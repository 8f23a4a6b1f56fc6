package imu

import (
	"slices"

	"switchroom/breaker"
	"switchroom/paths/iomodule"
	"switchroom/points"
)

// The names of the mechanism that people outside need to fit out a unit and to
// put their hands on it. The mechanism itself nobody else reaches: only this
// package imports it.
type (
	Fittings = breaker.Config // what the breaker is fitted with
	Frame    = breaker.Frame
	Fit      = breaker.Fit
	Button   = breaker.Button
	Coil     = breaker.Coil
	Position = breaker.Position
	PadLock  = breaker.Lock
)

// Frames, what a coil is, and the things that hands touch.
const (
	MTZ1, MTZ2, MTZ3 = breaker.MTZ1, breaker.MTZ2, breaker.MTZ3

	NotFitted, Wired, Communicating = breaker.None, breaker.Wired, breaker.Communicating

	OpenButton, CloseButton, ResetButton = breaker.OpenButton, breaker.CloseButton, breaker.ResetButton

	MX, MX2, MN, XF, RES, MCH = breaker.MX, breaker.MX2, breaker.MN, breaker.XF, breaker.RES, breaker.MCH

	Connected, TestPosition, Disconnected, Withdrawn = breaker.Connected, breaker.Test, breaker.Disconnected, breaker.Withdrawn

	Padlock, KeyLock, Interlock, ChassisLock = breaker.Padlock, breaker.KeyLock, breaker.Interlock, breaker.ChassisLock
)

// Constant is one number that the mechanism or the unit rests on.
type Constant = breaker.Constant

// Constants returns those of the mechanism, and then those of the unit itself.
func Constants() []Constant {
	ours := func(name string, value float64, unit, source string, c points.Certainty) Constant {
		return Constant{Name: name, Value: value, Unit: unit, Source: source, Certainty: c}
	}
	return append(slices.Clone(breaker.Constants()),
		ours("clock.refresh", refresh.Seconds(), "s", "UG metering", points.Confirmed),
		ours("order.confirm_within", confirmWithin.Seconds(), "s", "R10", points.Ours),
		ours("session.idle", sessionIdle.Seconds(), "s", "ACT setting change", points.Sibling),
		ours("supply.self_powered", selfPowered, "In", "CAT powering", points.Confirmed),
		ours("climate.ambient", ambientUsual, "°C", "OURS", points.Ours),
		ours("climate.rise_at_in", riseAtIn, "K", "OURS", points.Ours),
		ours("climate.time_constant", climateConstant.Seconds(), "s", "OURS", points.Ours),
		ours("climate.trips_at", overTemperature, "°C", "reported of the predecessor; event ACT 0x6405", points.Reported),
		ours("climate.event_ends_at", cooledDown, "°C", "OURS", points.Ours),
		ours("io.debounce", iomodule.Debounce.Seconds(), "s", "OURS", points.Ours),
		ours("io.pt100_stamped_from", iomodule.Stamped, "K", "IB 13830", points.Sibling),
		ours("life.unit", unitLife, "years", "UG maintenance: the maker advises to replace it", points.Confirmed),
		ours("maintenance.basic", float64(programmes[0].year), "years", "OURS", points.Ours),
		ours("maintenance.standard", float64(programmes[1].year), "years", "OURS", points.Ours),
		ours("maintenance.manufacturer", float64(programmes[2].year), "years", "OURS", points.Ours),
	)
}

// Equipped returns a drawout breaker with a motor and everything the control
// unit needs to open, close and reset it, and no undervoltage release.
func Equipped(f Frame) Fittings { return breaker.Equipped(f) }
