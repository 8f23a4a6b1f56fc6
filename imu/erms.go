package imu

import (
	"time"

	"switchroom/access"
	"switchroom/points"
)

// ERMS is the energy-reduction maintenance settings: a faster parameter set that
// acts while somebody works at the switchboard. It is engaged by the app or the
// software, or by a lockable switch through the ESM module (UG); whoever engages
// it by a phone holds the lock, and only the administrator can force it.

// ermsState is who engages ERMS.
type ermsState struct {
	By     string // the end of a session that engaged it; "": nobody
	Switch Switch // of the ESM module
	Held   bool   // what the switch last said to a unit that could hear it
}

// Switch is the input of the ESM module.
type Switch uint8

// The states of the input. A signal that is lost engages (UG: fail-safe); a
// module that is lost leaves everything as it was, with an alarm.
const (
	NoESM Switch = iota // no module is declared
	SwitchOff
	SwitchOn
	SignalLost
)

func (s ermsState) engaged() bool { return s.By != "" || s.Held }

// hearESM takes up where the switch stands. Without 24 V, or without the module,
// nobody hears it, and everything stays as it was (UG).
func (u *Unit) hearESM() {
	if u.aux && !u.book.active(points.CodeESMLost) {
		u.erms.Held = u.erms.Switch == SwitchOn || u.erms.Switch == SignalLost
		u.engage("ESM")
	}
}

// doERMS engages or disengages ERMS.
func (u *Unit) doERMS(r *Request) Result {
	if !u.cfg.Modules.Has(ModuleERMS) {
		return refuse(NotSupported, "the ERMS module is not installed")
	}
	if !r.Value.Available() {
		return refuse(OutOfRange, "on or off")
	}
	by := owner(r.Actor)
	if r.Value.Bool() && u.expired(ModuleERMS) {
		return refuse(LicenceEnded, ModuleERMS.String())
	}
	switch on := r.Value.Bool(); {
	case on && u.erms.By != "", !on && u.erms.By == "":
		return refuse(AlreadySo, "")
	case !on && u.erms.By != by:
		return refuse(EngagedElsewhere, u.erms.By)
	case on:
		u.erms.By = by
	default:
		u.erms.By = ""
	}
	u.engage(who(r.Actor))
	return Result{}
}

// doERMSUnlock disengages what somebody else has engaged. The switch of the ESM
// module stays where it is.
func (u *Unit) doERMSUnlock(r *Request) Result {
	if u.erms.By == "" {
		return refuse(AlreadySo, "")
	}
	u.erms.By = ""
	u.engage("unlock forced by " + who(r.Actor))
	return Result{}
}

// ESM moves the switch in front of the breaker, or breaks its wiring. It needs
// the module, and 24 V at the unit: other supplies are not enough (UG).
func (u *Unit) ESM(now time.Duration, s Switch) {
	u.hand(now, func() {
		if u.cfg.Modules.Has(ModuleERMS) && s <= SignalLost {
			u.erms.Switch = s
			u.hearESM()
		}
	})
}

// LoseESM takes the ESM module away or brings it back. ERMS stays as it is.
func (u *Unit) LoseESM(now time.Duration, lost bool) {
	u.hand(now, func() {
		if u.erms.Switch == NoESM || lost == u.book.active(points.CodeESMLost) {
			return
		}
		what := Exit
		if lost {
			what = Entry
		}
		u.note(points.CodeESMLost, what, "")
		u.hearESM()
	})
}

// engage makes the protection follow.
func (u *Unit) engage(by string) {
	on := u.erms.engaged()
	if on == u.prot.Engaged() {
		return
	}
	u.handle(u.prot.Engage(u.now, on))
	what := Exit
	if on {
		what = Entry
	}
	u.note(points.CodeERMS, what, by)
	u.dirty = true
}

// Engaged reports whether ERMS acts. It is part of reading.
func (u *Unit) Engaged(now time.Duration, a access.Actor) (on bool, d access.Decision) {
	d = u.decideRead(a, now)
	if d.OK() {
		u.with(now, func() { on = u.prot.Engaged() })
	}
	return on, d
}
