package imu

import (
	"fmt"

	"switchroom/breaker"
)

// Refusal is the unit's own answer to an operation that the access decision
// let through. Each path translates it by a table. The zero Refusal is none.
type Refusal uint8

const (
	None Refusal = iota
	NotPowered
	Busy
	MustReset
	AlreadyClosed
	AlreadyOpen
	AlreadyReset
	NoActuator
	ResetForbidden
	CloseInhibited
	NotReady
	NotConfirmed
	Aborted
	OutOfRange
	SettingsRefused
	SessionTaken
	NoSession
	NotSupported
	AlreadySo
	EngagedElsewhere
	IOLocked
	IOLost
	NotStaged
	PackageRefused
	LicenceEnded
)

var refusals = [...]struct{ name, remedy string }{
	None:             {"none", "done"},
	NotPowered:       {"not_powered", "the control unit has no supply: give it 24 V, or more than 20 % of In"},
	Busy:             {"busy", "another command is being carried out; try again in a second"},
	MustReset:        {"must_reset", "the breaker has tripped: find out why, then reset it"},
	AlreadyClosed:    {"already_closed", "the breaker is closed already"},
	AlreadyOpen:      {"already_open", "the breaker is open already"},
	AlreadyReset:     {"already_reset", "there is nothing to reset"},
	NoActuator:       {"no_actuator", "no communicating coil is fitted, or it is not plugged in"},
	ResetForbidden:   {"reset_forbidden", "the trip is still under way; try again in a second"},
	CloseInhibited:   {"close_inhibited", "closing is inhibited; clear the inhibition first"},
	NotReady:         {"not_ready", "the breaker is not ready to close; read breaker.not_ready for the reasons"},
	NotConfirmed:     {"not_confirmed", "the mechanism did not confirm within a second: read breaker.closed before doing anything else"},
	Aborted:          {"aborted", "another command of the same client took its place: read breaker.closed"},
	OutOfRange:       {"out_of_range", "a value is outside its range"},
	SettingsRefused:  {"settings_refused", "the settings do not go together; nothing was changed"},
	SessionTaken:     {"session_taken", "settings are being edited from elsewhere; wait until that ends"},
	NoSession:        {"no_session", "the editing session has ended; open one"},
	NotSupported:     {"not_supported", "this unit cannot do that"},
	AlreadySo:        {"already_so", "it is so already"},
	IOLocked:         {"io_locked", "the setting-locking pad of the IO module is locked: unlock it at its front"},
	IOLost:           {"io_lost", "the IO module does not answer: see to its supply and its cable"},
	NotStaged:        {"not_staged", "the package has not arrived whole: send it, then install it"},
	PackageRefused:   {"package_refused", "the control unit does not take this package; nothing was changed"},
	LicenceEnded:     {"licence_ended", "the licence of the digital module has ended: buy a new one at the marketplace"},
	EngagedElsewhere: {"engaged_elsewhere", "ERMS was engaged from elsewhere: disengage it there, or have the administrator force the unlock"},
}

func (r Refusal) String() string {
	if int(r) < len(refusals) {
		return refusals[r].name
	}
	return fmt.Sprintf("refusal(%d)", uint8(r))
}

// Remedy says what a person can do about it.
func (r Refusal) Remedy() string {
	if int(r) < len(refusals) {
		return refusals[r].remedy
	}
	return "unknown refusal"
}

// Refusals returns every refusal, for tables that must cover them all.
func Refusals() []Refusal {
	all := make([]Refusal, len(refusals))
	for i := range all {
		all[i] = Refusal(i)
	}
	return all
}

// answers translates what the mechanism says.
var answers = map[breaker.Answer]Refusal{
	breaker.Accepted:        None,
	breaker.MustReset:       MustReset,
	breaker.AlreadyClosed:   AlreadyClosed,
	breaker.AlreadyOpen:     AlreadyOpen,
	breaker.AlreadyReset:    AlreadyReset,
	breaker.NoActuator:      NoActuator,
	breaker.ResetForbidden:  ResetForbidden,
	breaker.CloseInhibited:  CloseInhibited,
	breaker.NotReadyToClose: NotReady,
}

// refusalOf returns the refusal for what the mechanism says; what is unknown is
// not taken for done.
func refusalOf(a breaker.Answer) Refusal {
	if r, ok := answers[a]; ok {
		return r
	}
	return NotSupported
}
