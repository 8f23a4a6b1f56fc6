package imu

import (
	"errors"
	"time"

	"switchroom/points"
	"switchroom/protection"
)

// The functions that digital modules add. A unit that has none of them on holds
// no protection.Modules, and costs what it cost without.

// optionalSettings returns the settings of the optional functions.
func (u *Unit) optionalSettings() protection.ModuleSettings {
	if u.set.Optional != nil {
		return *u.set.Optional
	}
	return protection.ModuleDefaults(u.cfg.Rating)
}

// setOptional writes settings of optional functions: all or none, and only of
// functions whose module is installed.
func (u *Unit) setOptional(r *Request, set []Setting) Result {
	next := u.optionalSettings()
	for _, s := range set {
		if m := optionalPoints[s.Point]; !u.cfg.Modules.Has(m) {
			return refuse(NotSupported, "the digital module "+m.String()+" is not installed")
		} else if u.expired(m) {
			return refuse(LicenceEnded, m.String())
		}
		if _, has := points.Of(s.Point).For(u.cfg.Rating); !has {
			return refuse(NotSupported, points.Of(s.Point).Name+" does not exist on this unit")
		}
		if err := next.Set(s.Point, round32(s.Value)); err != nil {
			return refuse(OutOfRange, err.Error())
		}
	}
	if err := next.Validate(u.cfg.Rating); err != nil {
		return refuse(OutOfRange, err.Error())
	}
	if err := u.actOptional(u.acting(next)); err != nil {
		return refuse(SettingsRefused, err.Error())
	}
	u.set.Optional = &next
	u.changedProtection(r.Actor)
	return Result{}
}

// actOptional makes settings of the optional functions act from now on.
func (u *Unit) actOptional(s protection.ModuleSettings) (err error) {
	var events []protection.Event
	switch {
	case u.opt == nil && !s.Any():
		return nil
	case u.opt == nil:
		if u.opt, err = protection.NewModules(u.cfg.Rating, s, protection.Nominal); err != nil {
			return err
		}
		if err := u.opt.Restore(u.optTrip); err != nil {
			return err
		}
		u.optTrip = protection.ModulesState{}
		events = u.opt.Inhibit(u.now, u.optInhibit)
	default:
		events, err = u.opt.Apply(u.now, s)
	}
	if err != nil {
		return err
	}
	u.handle(events)
	u.feedOptional()
	if !s.Any() && u.opt.Pickups() == 0 {
		u.opt = nil
	}
	return nil
}

// optional is the state of the optional functions that must survive.
func (u *Unit) optional() protection.ModulesState {
	if u.opt == nil {
		return protection.ModulesState{}
	}
	return u.opt.State()
}

// recallTrip takes up the optional functions as they were stored. A trip that no
// reset would end protects nothing.
func (u *Unit) recallTrip(s *state) error {
	if u.opt = nil; u.mech.State().Tripped {
		u.optTrip = s.Optional
	}
	return u.recallOptional()
}

// recallOptional takes up stored settings of the optional functions.
func (u *Unit) recallOptional() error {
	if u.set.Optional == nil {
		return nil
	}
	fits, err := fitting(*u.set.Optional, u.cfg.Rating)
	u.set.Optional = &fits
	return errors.Join(err, u.actOptional(u.acting(fits)))
}

// fitting returns s without the functions that do not fit a unit of rating r.
func fitting(s protection.ModuleSettings, r points.Rating) (protection.ModuleSettings, error) {
	if s.Validate(r) == nil {
		return s, nil
	}
	var lost []error
	fits := protection.ModuleDefaults(r)
	for f := range functionModules {
		with := fits
		for id, g := range optionalFunctions {
			if v, _ := s.Get(id); g == f {
				with.Set(id, v)
			}
		}
		if err := with.Validate(r); err != nil {
			lost = append(lost, err)
			continue
		}
		fits = with
	}
	return fits, errors.Join(lost...)
}

// acting are the settings as they act: reverse power needs 24 V (reported).
func (u *Unit) acting(s protection.ModuleSettings) protection.ModuleSettings {
	if !u.aux {
		s.ReversePower.On = false
	}
	return s
}

// stopOptional ends the optional functions; what had picked up drops.
func (u *Unit) stopOptional() {
	if u.opt == nil {
		return
	}
	if events, err := u.opt.Apply(u.now, protection.ModuleDefaults(u.cfg.Rating)); err == nil {
		u.handle(events)
	}
	u.optTrip = u.opt.State()
	u.opt = nil
}

// feedOptional tells the optional functions what flows and whether the unit has
// the supply that they need.
func (u *Unit) feedOptional() {
	if u.opt == nil {
		return
	}
	u.handle(u.opt.Suspend(u.now, !u.powered() || u.unguarded()))
	if !u.sampled {
		u.handle(u.opt.Steady(u.now, u.offered()))
	}
}

func (u *Unit) advanceOptional(at time.Duration) {
	if u.opt != nil {
		u.handle(u.opt.Advance(at))
	}
}

// signed is i in the direction in which power counts positive: forward is that of
// the load (ours), as the meter shows it.
func signed[T float64 | complex128](u *Unit, i [4]T) [4]T {
	if u.set.PowerSign == 1 {
		for k := range i {
			i[k] = -i[k]
		}
	}
	return i
}

// offered is what the sensors see.
func (u *Unit) offered() protection.Inputs {
	f := u.flow()
	return protection.Inputs{I: signed(u, f.I), V: f.V, Hz: f.Hz, Leakage: f.leak, More: f.more}
}

// InhibitOptional is the input of the IO module that inhibits optional functions
// whose settings allow it.
func (u *Unit) InhibitOptional(now time.Duration, on bool) {
	u.hand(now, func() { u.inhibitOptional(on) })
}

func (u *Unit) inhibitOptional(on bool) {
	u.optInhibit = on
	if u.opt != nil {
		u.handle(u.opt.Inhibit(u.now, on))
	}
}

// fillOptional shows the settings of the functions whose module is installed.
func (u *Unit) fillOptional(v points.Values) {
	s := u.optionalSettings()
	for id, m := range optionalPoints {
		if !u.cfg.Modules.Has(m) {
			continue
		}
		if _, has := points.Of(id).For(u.cfg.Rating); has {
			v[id], _ = s.Get(id)
		}
	}
}

// optionalTrip reports whether a trip of an optional function shows.
func (u *Unit) optionalTrip() bool {
	for f := range functionRows {
		if row := &functionRows[f]; row.module != 0 && u.book.showing(row.trip) {
			return true
		}
	}
	return false
}
