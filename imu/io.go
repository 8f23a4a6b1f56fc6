package imu

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"switchroom/access"
	"switchroom/breaker"
	"switchroom/paths/iomodule"
	"switchroom/points"
)

// The IO modules of the unit (A8). A module knows its wires and what they are for; here
// what they say becomes true. What orders the breaker or chooses the settings group asks
// access, as path io; close inhibition, the inhibition of optional protection, and local
// or remote are wired, as a pad is, and ask nobody (R9). None of it reaches protection.

// heardIO is what the unit has taken up of its modules.
type heardIO struct {
	inhibit, optional bool
	group             [iomodule.Most]int
}

// fitIO puts the modules on the bus. Simple commands have no password: hardened has
// them off.
func (u *Unit) fitIO() {
	for i, c := range u.cfg.IO[:min(len(u.cfg.IO), iomodule.Most)] {
		u.io = append(u.io, iomodule.New(i+1, c, u.cfg.Profile != access.Hardened))
	}
}

// startIO gives the modules their supply. What stands then is no order; what is wired
// holds from the first moment on.
func (u *Unit) startIO() {
	if len(u.io) == 0 {
		return
	}
	u.wireCradle(u.now)
	u.heard.inhibit, u.heard.optional = u.mech.Inhibited(breaker.IOModule), u.optInhibit
	u.energiseIO()
}

// energiseIO has the modules follow their supply and their cables.
func (u *Unit) energiseIO() {
	for _, m := range u.io {
		m.Energise(u.aux && !m.State().Unplugged)
	}
}

func (u *Unit) keepIO() (all []iomodule.State) {
	for _, m := range u.io {
		all = append(all, m.State())
	}
	return all
}

func (u *Unit) recallIO(stored []iomodule.State) {
	for i, m := range u.io[:min(len(u.io), len(stored))] {
		m.Restore(stored[i])
	}
}

// hearIO takes up the inputs that have changed by now: an opening before a closing.
func (u *Unit) hearIO() {
	if len(u.io) == 0 {
		return
	}
	var edges []iomodule.Edge
	for _, m := range u.io {
		edges = append(edges, m.Advance(u.now)...)
	}
	slices.SortStableFunc(edges, func(a, b iomodule.Edge) int {
		return cmp.Or(cmp.Compare(a.At, b.At), boolOrder(b.Does == iomodule.OpenOrder, a.Does == iomodule.OpenOrder))
	})
	for _, e := range edges {
		u.hearInput(e)
	}
	if len(edges) > 0 {
		u.dirty = true
		u.tendIO()
	}
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// hearInput does what an input is for when it changes. What it holds while it is on is
// taken up by [Unit.tendIO].
func (u *Unit) hearInput(e iomodule.Edge) {
	if e.Passed {
		u.note(points.CodeIOCounter, Pulse, inputName(e))
	}
	told := fmt.Sprintf("%s %v %s", inputName(e), e.Does, onOff(e.On))
	switch e.Does {
	case iomodule.OpenOrder, iomodule.CloseOrder, iomodule.LightButton, iomodule.LoadButton:
		if !e.On {
			return // an order is given once, by coming on
		}
		told += ": " + u.orderByIO(e)
	case iomodule.CradleDisconnected, iomodule.CradleConnected, iomodule.CradleTest:
		if e.On {
			e.Module.Arrive(int(e.Does-iomodule.CradleDisconnected), u.clock.date(u.world, e.At))
		}
	case iomodule.Generic, iomodule.Earthed:
		u.noteAt(e.At, points.CodeIOInput, Pulse, told)
	}
	if e.Does.Operates() {
		u.noteAt(e.At, points.CodeIOOperated, Pulse, told)
	}
}

func inputName(e iomodule.Edge) string { return fmt.Sprintf("IO%d I%d", e.Module.Number(), e.Input+1) }

// orderByIO asks for what an input orders, and returns what became of it.
func (u *Unit) orderByIO(e iomodule.Edge) string {
	r := Request{Actor: access.Actor{Path: access.IO, Source: inputName(e)}}
	switch e.Does {
	case iomodule.OpenOrder:
		r.Op = points.BreakerOpen
	case iomodule.CloseOrder:
		if u.standing(iomodule.OpenOrder) {
			return "refused: an open order stands"
		}
		r.Op = points.BreakerClose
	case iomodule.LightButton:
		r.Op, r.Value = u.toggle(e.Module, points.IO1Light, iomodule.Light)
	case iomodule.LoadButton:
		r.Op, r.Value = u.toggle(e.Module, points.IO1Load, iomodule.Load)
	}
	return outcome(u.askedByIO(r))
}

// askedByIO is an operation that an input asks for. Who observes the unit is told of it
// as of any other, once the unit's lock is free.
func (u *Unit) askedByIO(r Request) Result {
	locks := u.locks()
	res := u.do(&r, locks)
	if u.watchers.all.Load() != nil {
		at := u.now
		u.untold = append(u.untold, func() { u.observed(at, &r, locks, res) })
	}
	return res
}

// outcome is a result in a few words.
func outcome(r Result) string {
	switch {
	case !r.Decision.OK():
		return "refused: " + r.Decision.Reason.String()
	case r.Refusal != None:
		return "refused: " + r.Refusal.String()
	case r.Order != nil:
		return "ordered"
	}
	return "done"
}

// toggle is the other state of what an output does.
func (u *Unit) toggle(m *iomodule.Module, id points.ID, f iomodule.Function) (points.ID, points.Value) {
	k := m.OutputOf(f)
	return points.OfIO(id, m.Number()), points.Flag(k >= 0 && !m.State().Outputs[k])
}

// standing reports whether an input that does f is on.
func (u *Unit) standing(f iomodule.Function) bool {
	for _, m := range u.io {
		if on, _ := m.Level(f); on {
			return true
		}
	}
	return false
}

// mode is the control mode that holds: manual where it is set so, else what an input
// says, else what is set.
func (u *Unit) mode() access.Mode {
	if u.set.Mode == access.ModeManual {
		return access.ModeManual
	}
	for _, m := range u.io {
		if remote, mapped := m.Level(iomodule.ControlMode); mapped && remote {
			return access.ModeRemote
		} else if mapped {
			return access.ModeLocal
		}
	}
	return u.set.Mode
}

// wireCradle has the contacts of the cradle follow the breaker, where an input is for
// them.
func (u *Unit) wireCradle(at time.Duration) {
	contacts := map[iomodule.Function]Position{
		iomodule.CradleDisconnected: Disconnected, iomodule.CradleConnected: Connected, iomodule.CradleTest: TestPosition,
	}
	for _, m := range u.io {
		for i := range iomodule.Inputs {
			if p, is := contacts[m.Does(i)]; is {
				m.Wire(at, i, u.mech.Position() == p)
			}
		}
	}
}
