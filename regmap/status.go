package regmap

import (
	"fmt"

	"switchroom/points"
)

// Status is the low byte of register 8021: the answer to a command.
type Status uint8

// The statuses of the command interface.
const (
	Success          Status = 0x00
	WrongPassword    Status = 0x01
	AccessViolation  Status = 0x02
	OutOfOrder       Status = 0x0B
	StringTooLong    Status = 0x0D
	WrongLength      Status = 0x0F
	OutOfRange       Status = 0x10
	NoSuchSecurity   Status = 0x11
	NotSupported     Status = 0x13
	UnsupportedValue Status = 0x14
	InternalError    Status = 0x15
	TimedOut         Status = 0x16
	WrongDestination Status = 0x18
	TrippedMustReset Status = 0x97
	AlreadyClosed    Status = 0x98
	AlreadyOpen      Status = 0x99
	AlreadyReset     Status = 0x9A
	ManualMode       Status = 0x9B
	NoActuator       Status = 0x9C
	NotReady         Status = 0x9D
	Busy             Status = 0x9E
	ResetForbidden   Status = 0x9F
	CloseInhibited   Status = 0xA0
	AlreadyInState   Status = 0xA9
	SessionTaken     Status = 0xB0
	NoSession        Status = 0xB1
	SettingsRefused  Status = 0xB2
	LockedOut        Status = 0xB3
	SettingsLocked   Status = 0xB4
	Aborted          Status = 0xB5
)

// StatusRow is one row of the status table.
type StatusRow struct {
	Status    Status
	Meaning   string
	May       bool // what was asked may have been done all the same
	Source    string
	Certainty points.Certainty
}

// Statuses is the status table, sorted. The generic codes below 0x20 are
// recalled from an older guide, those from 0xB0 on are ours.
var Statuses = []StatusRow{
	{Success, "success", false, "NSX; MB-ES", points.Sibling},
	{WrongPassword, "insufficient rights or wrong password", false, "MB-ES", points.Reported},
	{AccessViolation, "access violation: the locking pad is locked", false, "MB-ES", points.Reported},
	{OutOfOrder, "module out of order", false, "NSX 0x110B", points.Sibling},
	{StringTooLong, "text too long", false, "OURS, after older guides", points.Ours},
	{WrongLength, "wrong length", false, "OURS, after older guides", points.Ours},
	{OutOfRange, "argument out of range", false, "OURS, after older guides", points.Ours},
	{NoSuchSecurity, "security type not supported", false, "OURS, after older guides", points.Ours},
	{NotSupported, "command not supported", false, "OURS, after older guides", points.Ours},
	{UnsupportedValue, "argument has an unsupported value", false, "OURS, after older guides", points.Ours},
	{InternalError, "internal error", true, "OURS, after older guides", points.Ours},
	{TimedOut, "the mechanism did not confirm in time", true, "OURS, after older guides", points.Ours},
	{WrongDestination, "unknown destination", false, "OURS, after older guides", points.Ours},
	{TrippedMustReset, "tripped: reset the breaker first", false, "NSX 0x1197", points.Sibling},
	{AlreadyClosed, "already closed", false, "MB-ES", points.Reported},
	{AlreadyOpen, "already open", false, "MB-ES", points.Reported},
	{AlreadyReset, "already reset", false, "NSX 0x119A", points.Sibling},
	{ManualMode, "manual or local mode: remote commands refused", false, "MB-ES", points.Reported},
	{NoActuator, "actuator not present", false, "NSX 0x119C", points.Sibling},
	{NotReady, "not ready to close", false, "OURS", points.Ours},
	{Busy, "previous command in progress", false, "NSX 0x119E", points.Sibling},
	{ResetForbidden, "reset forbidden", false, "NSX 0x119F", points.Sibling},
	{CloseInhibited, "close order inhibited", false, "NSX 0x11A0", points.Sibling},
	{AlreadyInState, "already in the requested state", false, "NS 0x12A9", points.Sibling},
	{SessionTaken, "another editing session is open", false, "OURS", points.Ours},
	{NoSession, "no such editing session", false, "OURS", points.Ours},
	{SettingsRefused, "the settings do not go together", false, "OURS", points.Ours},
	{LockedOut, "too many wrong passwords", false, "OURS", points.Ours},
	{SettingsLocked, "protection settings are locked", false, "OURS", points.Ours},
	{Aborted, "another command took its place", true, "OURS", points.Ours},
}

// StatusOf returns the row of s, or a row that says that it is unknown.
func StatusOf(s Status) StatusRow {
	for _, r := range Statuses {
		if r.Status == s {
			return r
		}
	}
	return StatusRow{Status: s, Meaning: fmt.Sprintf("internal error 0x%02X", uint8(s)), May: true, Source: "NSX", Certainty: points.Sibling}
}

func (s Status) String() string { return StatusOf(s).Meaning }

// StatusWord is the value of register 8021: the module that answers in the
// high byte, the status in the low one; success is zero throughout. The module
// is the high byte of the destination (inferred).
func StatusWord(dest uint16, s Status) uint16 {
	if s == Success {
		return 0
	}
	return dest&0xFF00 | uint16(s)
}
