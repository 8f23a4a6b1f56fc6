package ways

import (
	"slices"
	"strings"
	"sync"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// Can is what a way can do of one row of matrix B.
type Can struct {
	Row   string      // of the matrix
	Ops   []points.ID // that are admitted
	All   bool        // they are all of the row
	Why   string      // of the first that is not: the reason, as access has it
	Needs string      // what the policy asks for; "nothing": it asks nobody
	Rule  string      // the row of the policy; "": none
}

// Yes reports whether anything of the row is admitted.
func (c *Can) Yes() bool { return len(c.Ops) > 0 }

func (c *Can) String() string {
	switch {
	case c.All:
		return "yes"
	case !c.Yes():
		return "no"
	}
	var names []string
	for _, op := range c.Ops {
		n := points.Of(op).Name
		names = append(names, n[strings.LastIndexByte(n, '.')+1:])
	}
	return strings.Join(names, ", ")
}

// most is the most that somebody brings who comes by a path: every password, a login
// with every role, standing there. With less a way can do less.
func most(s *State, p access.Path, op points.ID, read bool) access.Query {
	return access.Query{
		Actor: access.Actor{Path: p, Offered: true, Levels: access.AnyLevel, Login: true, Roles: access.AnyRole, Present: true, Genuine: true, Until: 1},
		Op:    op, Read: read, Locks: s.Locks,
	}
}

// cans asks for every row of matrix B.
func cans(w *Way, s *State) []Can {
	all := make([]Can, len(access.MatrixRows))
	for i := range access.MatrixRows {
		all[i] = can(w, s, &access.MatrixRows[i], i == 0)
	}
	return all
}

func can(w *Way, s *State, row *access.MatrixRow, read bool) Can {
	c := Can{Row: row.Name}
	for _, op := range row.Ops {
		if s.admits(w, op, read, &c) {
			c.Ops = append(c.Ops, op)
		}
	}
	c.All = len(c.Ops) == len(row.Ops)
	return c
}

// admits asks about one operation, and notes why it is refused and what is needed.
func (s *State) admits(w *Way, op points.ID, read bool, c *Can) bool {
	no := func(why string) bool {
		if c.Why == "" {
			c.Why = why
		}
		return false
	}
	switch {
	case w.Path == access.NoPath && read:
		return w.Reads || no("it tells nothing")
	case w.Path == access.NoPath:
		return w.acts != nil && slices.Contains(w.acts(s), op) || no("it does not")
	}
	if w.Key == "mbaps" && !s.Secured.Mbaps.Rights.Give(read) {
		return no("no role may")
	}
	e := access.New(s.Profile).Explain(most(s, w.Path, op, read))
	if e.Row != nil {
		c.Rule, c.Needs = e.Rule, e.Row.Demands(s.Profile)
	}
	switch {
	case e.Row != nil && w.Supply && !s.Powered:
		return no("the control unit has no supply")
	case !e.OK():
		return no(e.Reason.String())
	case assisted(w.Path, op) && !s.Breaker.Unit.Modules.Has(imu.ModuleOperation):
		return no("needs the digital module operation")
	case !driven(&s.Breaker.Unit.Mechanism, op):
		return no("no communicating coil is fitted")
	}
	return true
}

// assisted reports whether the app needs its assistant for an order (imu/operate.go).
func assisted(p access.Path, op points.ID) bool {
	return (p == access.BLE || p == access.OTG) && (op == points.BreakerOpen || op == points.BreakerClose)
}

// driven reports whether the control unit has the coil that an order pulses
// (breaker/orders.go). Whether it is plugged in now is left out: a crank changes that.
func driven(m *imu.Fittings, op points.ID) bool {
	by := map[points.ID][]imu.Coil{points.BreakerOpen: {imu.MX, imu.MX2}, points.BreakerClose: {imu.XF}, points.BreakerReset: {imu.RES}}[op]
	for _, c := range by {
		if m.Fit(c) == imu.Communicating {
			return true
		}
	}
	return len(by) == 0
}

// firstOf is a point or an action that stands for its class.
var firstOf = sync.OnceValue(func() map[points.Class]points.ID {
	first := map[points.Class]points.ID{}
	for _, p := range points.All() {
		if _, had := first[p.Class]; !had && (p.Writable() || p.Type == points.Action) {
			first[p.Class] = p.ID
		}
	}
	return first
})

// besides are the classes beyond matrix B that a way may do something of: the clock,
// counters, the Test button … Whether a unit has what is admitted is another question.
func besides(w *Way, s *State) (all []points.Class) {
	if w.Path == access.NoPath {
		return nil
	}
	for _, c := range points.Classes() {
		op, is := firstOf()[c]
		if !is || slices.Contains([]points.Class{points.Monitor, points.Protect, points.Configure, points.Operate}, c) {
			continue
		}
		if s.admits(w, op, false, &Can{}) {
			all = append(all, c)
		}
	}
	return all
}
