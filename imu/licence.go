package imu

import (
	"fmt"
	"time"

	"switchroom/access"
	"switchroom/points"
	"switchroom/trust"
)

// licence is that of a digital module which was installed after the unit was made.
type licence struct {
	Version  string
	Sequence uint64
	Expires  string // RFC 3339; "": never
}

// until returns when a licence ends; false: never.
func (l *licence) until() (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, l.Expires)
	return t, err == nil
}

// licenceWarning is how long before its end a licence is called to mind (MB 32385 bit 4).
const licenceWarning = 30 * 24 * time.Hour

// absent are the modules that a virtual unit has nothing for.
var absent = map[Module]string{
	ModuleIEC61850: "a virtual unit speaks no IEC 61850",
}

// license installs a digital module, or renews its licence.
func (u *Unit) license(m *trust.Manifest, by access.Actor) Result {
	module, err := ParseModule(m.Licence.Module)
	if err != nil {
		return refuse(NotSupported, err.Error())
	}
	if why := absent[module]; why != "" {
		return refuse(NotSupported, why)
	}
	fw := u.keepFirmware()
	if fw.Licences == nil {
		fw.Licences = map[string]*licence{}
	}
	fw.Licences[module.String()] = &licence{m.Version, m.Sequence, m.Licence.Expires}
	u.cfg.Modules = u.cfg.Modules.With(module)
	u.note(points.CodeModuleInstalled, Pulse, fmt.Sprintf("%s %s by %s", module, m.Version, who(by)))
	if err := u.remeter(); err != nil {
		return refuse(SettingsRefused, err.Error())
	}
	u.keepUp()
	return Result{Value: points.String(m.Version)}
}

// remeter makes the metering anew where modules add to it; energies stay.
func (u *Unit) remeter() error {
	meas := u.newMeter(u.cfg.Rating)
	if u.meas == nil {
		return nil
	}
	if err := meas.Restore(u.meas.State(u.now)); err != nil {
		return err
	}
	u.meas = meas
	u.feed(u.now)
	return nil
}

// expired reports whether the licence of a module has ended. A protection that is on
// then goes on with its settings: a date does not take protection away (ours).
func (u *Unit) expired(m Module) bool {
	if u.fw == nil {
		return false
	}
	l := u.fw.Licences[m.String()]
	if l == nil {
		return false
	}
	end, ends := l.until()
	return ends && !u.world.Date(u.now).Before(end)
}

// usable reports whether a module is installed and its licence has not ended.
func (u *Unit) usable(m Module) bool { return u.cfg.Modules.Has(m) && !u.expired(m) }

// tendLicences raises what has come due of licences, and says what comes next. They go
// by the calendar of the world, not by the unit's clock, which anybody may set (ours).
func (u *Unit) tendLicences(now time.Time) {
	ending, ended := "", ""
	if u.fw != nil {
		for name, l := range u.fw.Licences {
			end, ends := l.until()
			switch {
			case !ends:
			case !now.Before(end):
				ended = name
			case !now.Before(end.Add(-licenceWarning)):
				ending = name
				u.upkeep.at = min(u.upkeep.at, u.now+end.Sub(now))
			default:
				u.upkeep.at = min(u.upkeep.at, u.now+end.Add(-licenceWarning).Sub(now))
			}
		}
	}
	u.show(points.CodeLicenceExpiring, ending)
	u.show(points.CodeLicenceExpired, ended)
}

// show keeps an event in step with its cause; "": there is none.
func (u *Unit) show(code points.Code, cause string) {
	switch on := u.book.active(code); {
	case cause != "" && !on:
		u.note(code, Entry, cause)
	case cause == "" && on:
		u.note(code, Exit, "")
	}
}

// ModuleState is a digital module of a unit, as it is told to whoever reads.
type ModuleState struct {
	Name      string           `json:"name"`
	Reference string           `json:"reference"` // "": in no document
	Title     string           `json:"title"`
	Version   string           `json:"version"` // "": came with the unit
	Sequence  uint64           `json:"sequence"`
	Expires   string           `json:"expires"` // RFC 3339; "": never
	State     string           `json:"state"`   // valid, expiring, expired
	Certainty points.Certainty `json:"-"`
	Known     string           `json:"certainty"` // how well the module itself is known
}

// moduleStates lists what is installed.
func (u *Unit) moduleStates() (all []ModuleState) {
	now := u.world.Date(u.now)
	for _, m := range u.cfg.Modules.List() {
		s := ModuleState{Name: m.String(), Reference: m.Reference(), Title: m.Title(), State: "valid", Certainty: m.Certainty(), Known: m.Certainty().String()}
		if u.fw != nil && u.fw.Licences[m.String()] != nil {
			l := u.fw.Licences[m.String()]
			s.Version, s.Sequence, s.Expires = l.Version, l.Sequence, l.Expires
			if end, ends := l.until(); ends && !now.Before(end) {
				s.State = "expired"
			} else if ends && !now.Before(end.Add(-licenceWarning)) {
				s.State = "expiring"
			}
		}
		all = append(all, s)
	}
	return all
}
