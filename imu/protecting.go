package imu

import (
	"math"
	"time"

	"switchroom/access"
	"switchroom/protection"
)

// Protecting is everything that a unit protects with, as it acts now.
type Protecting struct {
	Settings protection.Settings // of the acting group, without what ERMS makes of it
	Groups   [2]protection.Settings
	Group    string // the acting one: A or B
	Setup    protection.Setup
	Modules  protection.ModuleSettings
}

// Protecting returns what the unit protects with. It is part of reading and asks the
// monitor.
func (u *Unit) Protecting(now time.Duration, a access.Actor) (p Protecting, d access.Decision) {
	d = u.decide(access.Query{Actor: a, Read: true, Now: now})
	if d.OK() {
		u.with(now, func() {
			p = Protecting{
				Settings: u.groups[u.group], Groups: u.groups, Group: string(rune('A' + u.group)),
				Setup:   protection.Setup{Common: u.set.Common, Engaged: u.prot.Engaged(), Unrestrained: u.unrestrained},
				Modules: u.acting(u.optionalSettings()),
			}
		})
	}
	return p, d
}

// Persisting returns when the unit trips, from now on, if what flows and stands now
// goes on: its functions as they are set, its thermal image as warm as it is. T is NaN
// if it never does. A delay that runs already counts from now again: a unit is at most
// that much sooner. It is not known, and ok is false, while samples come (a fault is
// setting in), in an open breaker, and in one that has tripped. It is part of reading.
func (u *Unit) Persisting(now time.Duration, a access.Actor) (t protection.Time, ok bool, d access.Decision) {
	d = u.decide(access.Query{Actor: a, Read: true, Now: now})
	if !d.OK() {
		return t, false, d
	}
	u.with(now, func() {
		if _, tripped := u.prot.Tripped(); tripped || u.sampled || !u.conducts() || !u.powered() {
			return
		}
		t, ok = u.foresee()
	})
	return t, ok, d
}

// foresee plays what flows on in engines of the same state.
func (u *Unit) foresee() (t protection.Time, ok bool) {
	f := u.flow()
	e, err := protection.New(u.cfg.Rating, u.groups[u.group], protection.Nominal)
	if err != nil || e.Restore(u.now, u.prot.State(u.now)) != nil || u.prepare(e) != nil {
		return t, false
	}
	e.Distorted(u.now, f.I, f.leak, f.more)
	e.Advance(u.now + 2*u.cycle()) // through the transition
	t = until(u.now, e)
	if m := u.foreseeOptional(); m.T < t.T || math.IsNaN(t.T) {
		t = m
	}
	return t, true
}

// foreseeOptional does so with the functions of digital modules.
func (u *Unit) foreseeOptional() protection.Time {
	never := protection.Time{T: math.NaN()}
	if u.opt == nil {
		return never
	}
	m, err := protection.NewModules(u.cfg.Rating, u.opt.Settings(), protection.Nominal)
	if err != nil {
		return never
	}
	m.Inhibit(u.now, u.optInhibit)
	m.Steady(u.now, u.offered())
	return until(u.now, m)
}

// protector is an engine, or the functions of modules.
type protector interface {
	Tripped() (protection.Event, bool)
	Next() (time.Duration, bool)
	Advance(time.Duration) []protection.Event
}

// stepsAhead bounds how many things may happen before a trip. Ours.
const stepsAhead = 10000

// until is how long after now a protector trips with nothing else happening.
func until(now time.Duration, p protector) protection.Time {
	for range stepsAhead {
		if trip, ok := p.Tripped(); ok {
			return protection.Time{T: max(0, (trip.At - now).Seconds()), Function: trip.Function}
		}
		next, ok := p.Next()
		if !ok {
			break
		}
		p.Advance(next)
	}
	return protection.Time{T: math.NaN()}
}
