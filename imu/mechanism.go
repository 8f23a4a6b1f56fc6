package imu

import "switchroom/breaker"

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

// Equipped returns a drawout breaker with a motor and everything the control
// unit needs to open, close and reset it, and no undervoltage release.
func Equipped(f Frame) Fittings { return breaker.Equipped(f) }
