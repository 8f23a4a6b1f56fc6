package imu

import (
	"fmt"

	"switchroom/access"
	"switchroom/breaker"
	"switchroom/paths/iomodule"
	"switchroom/points"
)

// tendIO makes what the modules say true, after whatever may have changed it: it does
// nothing where all is so already.
func (u *Unit) tendIO() {
	if len(u.io) == 0 {
		return
	}
	if on := u.standing(iomodule.InhibitClose); on != u.heard.inhibit {
		u.heard.inhibit = on
		u.inhibit(breaker.IOModule, on, "IO module")
		u.dirty = true
	}
	if on := u.standing(iomodule.InhibitOptional); on != u.heard.optional {
		u.heard.optional = on
		u.inhibitOptional(on)
		u.dirty = true
	}
	for i, m := range u.io {
		u.selectByIO(i, m)
	}
	u.watchIO()
	u.showByIO()
}

// selectByIO has a module's inputs choose the settings group, each time that what they
// ask for is another. A module that is lost asks nobody: that one wire means group A
// then is how the unit is set up (DOCA0055EN-09).
func (u *Unit) selectByIO(i int, m *iomodule.Module) {
	want := m.Group()
	if !u.set.Dual {
		want = 0
	}
	if want == u.heard.group[i] {
		return
	}
	u.heard.group[i] = want
	switch {
	case want == 0 || want == u.group+1:
	case !m.Energised():
		if res := u.act(u.groups, want-1); res.Refusal == None {
			u.note(points.CodeGroupSet, Pulse, fmt.Sprintf("%c: IO%d is lost", 'A'+want-1, m.Number()))
		}
	default:
		name := fmt.Sprintf("IO%d", m.Number())
		res := u.askedByIO(Request{Actor: access.Actor{Path: access.IO, Source: name}, Op: points.ProtectionGroup, Value: points.Number(float64(want))})
		if !res.OK() {
			u.note(points.CodeIOOperated, Pulse, fmt.Sprintf("%s group %c: %s", name, 'A'+want-1, outcome(res)))
		}
	}
}

// watchIO keeps the events about the modules in step with how they are.
func (u *Unit) watchIO() {
	if !u.powered() {
		return // nobody is there to notice
	}
	for _, m := range u.io {
		if m.Noticed() {
			u.note(points.CodeIOSwitchTurned, Pulse, fmt.Sprintf("IO%d to %d; %d acts until its test button is pressed", m.Number(), m.State().Switch, m.State().Application))
		}
		lost, mismatch := ioCodes[m.Number()-1][0], ioCodes[m.Number()-1][1]
		u.keep(lost, !m.Energised())
		u.keep(mismatch, m.Energised() && m.Mismatch())
	}
	dual, optional, mode := u.disagree()
	u.keep(points.CodeIOMismatch, dual)
	u.keep(points.CodeIOMismatchOptional, optional)
	u.keep(points.CodeIOMismatchMode, mode)
}

// ioCodes are the events of each module: it is lost, its switch was turned.
var ioCodes = [iomodule.Most][2]points.Code{{points.CodeIO1Lost, points.CodeIO1Mismatch}, {points.CodeIO2Lost, points.CodeIO2Mismatch}}

// keep keeps an event as active as it is.
func (u *Unit) keep(code points.Code, on bool) {
	if on == u.book.active(code) {
		return
	}
	what := Exit
	if on {
		what = Entry
	}
	u.note(code, what, "")
}

// disagree reports where inputs are for something that the unit is not set up for: dual
// settings that are off, no optional protection, control mode manual (ours: the
// documents name the disagreement and not when it is one).
func (u *Unit) disagree() (dual, optional, mode bool) {
	for _, m := range u.io {
		_, one := m.Level(iomodule.SettingsOneWire)
		_, two := m.Level(iomodule.SettingsA)
		_, inhibits := m.Level(iomodule.InhibitOptional)
		_, selects := m.Level(iomodule.ControlMode)
		dual = dual || (one || two) && !u.set.Dual
		optional = optional || inhibits && !u.hasOptional()
		mode = mode || selects && u.set.Mode == access.ModeManual
	}
	return dual, optional, mode
}

// hasOptional reports whether a module of an optional protection is installed.
func (u *Unit) hasOptional() bool {
	for _, m := range functionModules {
		if u.cfg.Modules.Has(m) {
			return true
		}
	}
	return false
}

// showByIO has outputs show the events that they are for.
func (u *Unit) showByIO() {
	for _, m := range u.io {
		for k := range iomodule.Outputs {
			events, latched := m.Shows(k)
			if len(events) == 0 {
				continue
			}
			if on := u.showsAny(events); on || !latched {
				u.drive(m, k, on)
			}
		}
	}
}

func (u *Unit) showsAny(events []points.Code) bool {
	for _, c := range events {
		if u.book.showing(c) {
			return true
		}
	}
	return false
}

// drive moves an output.
func (u *Unit) drive(m *iomodule.Module, k int, on bool) {
	changed, passed := m.Drive(k, on)
	if passed {
		u.note(points.CodeIOCounter, Pulse, fmt.Sprintf("IO%d O%d", m.Number(), k+1))
	}
	u.dirty = u.dirty || changed
}
