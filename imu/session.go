package imu

import (
	"errors"
	"fmt"
	"math"
	"time"

	"switchroom/access"
	"switchroom/points"
	"switchroom/protection"
)

// sessionIdle ends an editing session that nobody uses (ACT: five minutes).
const sessionIdle = 5 * time.Minute

// session is the one editing session for protection settings (UG, setting
// change in two steps): one interface at a time; what is submitted acts when it
// is applied, and until then the old settings protect.
type session struct {
	key     uint32 // 0: none
	owner   string
	until   time.Duration
	groups  [2]protection.Settings
	applied bool // the last apply succeeded
	keys    uint64
}

func (s *session) ends() (time.Duration, bool) { return s.until, s.key != 0 }

func (s *session) expire(u *Unit) {
	if s.key != 0 && u.now >= s.until {
		u.endSession("timed out")
	}
}

func (u *Unit) endSession(why string) {
	u.session.key = 0
	u.note(points.CodeSession, Exit, why)
}

// owner names an actor's end of a session: the interface it comes by.
func owner(a access.Actor) string { return a.Path.String() + " " + a.Source }

func (u *Unit) doSessionOpen(r *Request) Result {
	if u.session.key != 0 && u.session.owner != owner(r.Actor) {
		return refuse(SessionTaken, u.session.owner)
	}
	s := &u.session
	if s.key == 0 {
		u.note(points.CodeSession, Entry, who(r.Actor))
	}
	s.keys++
	s.key = 1 + uint32(mix(u.cfg.Seed, s.keys)%0xFFFFFFFE) // 1…4294967294: 0 is none, all ones "no session"
	s.owner, s.groups, s.applied = owner(r.Actor), u.groups, false
	s.until = u.now + sessionIdle
	return Result{Value: points.Number(float64(s.key))}
}

// mix makes the keys of a unit differ without being secret: what protects a
// session is the password in every command.
func mix(seed, n uint64) uint64 {
	z := seed + n*0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// inSession returns whether the request belongs to the open session, and keeps
// it open.
func (u *Unit) inSession(r *Request) bool {
	s := &u.session
	if s.key == 0 || r.Session != s.key || s.owner != owner(r.Actor) {
		return false
	}
	s.until = u.now + sessionIdle
	return true
}

// doProtect does one change of protection settings. While somebody edits nobody
// else does (UG). What belongs to no group acts at once, within a session too
// (ours: the command for ZSI has no apply).
//
// Settings of a group it submits into the session; without a session
// key it submits and applies them at once, if nobody else is editing.
func (u *Unit) doProtect(r *Request) Result {
	set := r.Set
	if len(set) == 0 && r.Value.Available() {
		set = []Setting{{r.Op, r.Value.Float()}}
	}
	if len(set) == 0 {
		return refuse(NotSupported, "")
	}
	if own := r.Session != 0; own && !u.inSession(r) {
		return refuse(NoSession, "")
	} else if !own && u.session.key != 0 {
		return refuse(SessionTaken, u.session.owner)
	}
	if r.Op == points.ProtectionDual {
		return u.setDual(r, set)
	}
	if _, common := u.set.Common.Get(r.Op); common {
		return u.setCommon(r, set)
	}
	if optionalPoints[r.Op] != 0 {
		return u.setOptional(r, set)
	}
	if r.Session != 0 {
		return u.submit(&u.session.groups, r.Group, set)
	}
	groups := u.groups
	if res := u.submit(&groups, r.Group, set); res.Refusal != None {
		return res
	}
	return u.apply(groups, r.Actor)
}

// submit writes settings into groups. Each value is checked against its own
// range now; whether they go together is asked when they are applied.
func (u *Unit) submit(groups *[2]protection.Settings, group int, set []Setting) Result {
	if group == 0 {
		group = u.group + 1
	}
	if group < 1 || group > 2 {
		return refuse(OutOfRange, "group: 0 acting, 1 A, 2 B")
	}
	edited := groups[group-1]
	for _, s := range set {
		info := points.Of(s.Point)
		l, has := info.For(u.cfg.Rating)
		if !has {
			return refuse(NotSupported, info.Name+" does not exist on this unit")
		}
		if err := l.Check(s.Value); err != nil {
			return refuse(OutOfRange, fmt.Sprintf("%s: %v", info.Name, err))
		}
		if err := edited.Set(s.Point, round32(s.Value)); err != nil {
			return refuse(OutOfRange, err.Error())
		}
		if s.Point == points.ProtectionGroundFaultI2t && s.Value == 1 && edited.GroundFault.Tg == 0 {
			edited.GroundFault.Tg = shortestTg // the unit does so by itself (UG as quoted)
		}
	}
	groups[group-1] = edited
	return Result{}
}

// shortestTg is the shortest delay of ground fault with I²t, s.
const shortestTg = 0.1

// round32 makes a value that came as a 32-bit float the decimal number that was
// meant: 0.3 and not 0.30000001192.
func round32(v float64) float64 { return math.Round(v*1e4) / 1e4 }

func (u *Unit) doApply(r *Request) Result {
	if !u.inSession(r) {
		return refuse(NoSession, "")
	}
	res := u.apply(u.session.groups, r.Actor)
	u.session.applied = res.Refusal == None
	return res
}

// apply makes the groups the unit's, all or nothing.
func (u *Unit) apply(groups [2]protection.Settings, a access.Actor) Result {
	var bad []error
	for i := range groups {
		if err := groups[i].Validate(u.cfg.Rating); err != nil {
			bad = append(bad, fmt.Errorf("group %c: %w", 'A'+i, err))
		}
	}
	if len(bad) > 0 {
		return refuse(SettingsRefused, errors.Join(bad...).Error())
	}
	if groups == u.groups {
		return Result{}
	}
	if res := u.act(groups, u.group); res.Refusal != None {
		return res
	}
	u.changedProtection(a)
	return Result{}
}

// act makes group number g of groups protect from now on.
func (u *Unit) act(groups [2]protection.Settings, g int) Result {
	events, err := u.prot.Apply(u.now, groups[g])
	if err != nil {
		return refuse(SettingsRefused, err.Error())
	}
	u.groups, u.group = groups, g
	u.dirty = true
	u.handle(events)
	u.overload()
	return Result{}
}

func (u *Unit) doSessionClose(r *Request) Result {
	if !u.inSession(r) {
		return refuse(NoSession, "")
	}
	u.endSession("closed")
	return Result{}
}

// doSessionStatus returns 0 if the last apply is done, 1 if nothing was
// applied.
func (u *Unit) doSessionStatus(r *Request) Result {
	if u.session.applied {
		return Result{Value: points.Number(0)}
	}
	return Result{Value: points.Number(1)}
}

// doGroup chooses the acting group. Without dual settings it is A (IO guide).
func (u *Unit) doGroup(r *Request) Result {
	g := int(r.Value.Float())
	if !r.Value.Available() || g < 1 || g > 2 {
		return refuse(OutOfRange, "1 A, 2 B")
	}
	if !u.set.Dual && g != 1 {
		return refuse(NotSupported, "dual settings are off: group A acts")
	}
	if g == u.group+1 {
		return refuse(AlreadySo, "")
	}
	if res := u.act(u.groups, g-1); res.Refusal != None {
		return res
	}
	u.note(points.CodeGroupSet, Pulse, fmt.Sprintf("%c by %s", 'A'+g-1, who(r.Actor)))
	return Result{}
}

// setDual switches dual settings on or off. With them off group A acts.
func (u *Unit) setDual(r *Request, set []Setting) Result {
	if len(set) != 1 || set[0].Point != r.Op || set[0].Value != 0 && set[0].Value != 1 {
		return refuse(OutOfRange, "0 off, 1 on")
	}
	dual := set[0].Value == 1
	if !dual && u.group != 0 {
		if res := u.act(u.groups, 0); res.Refusal != None {
			return res
		}
	}
	u.set.Dual = dual
	u.changedProtection(r.Actor)
	return Result{}
}

// setCommon writes settings that belong to no group: all or none.
func (u *Unit) setCommon(r *Request, set []Setting) Result {
	next := u.set.Common
	for _, s := range set {
		if _, has := points.Of(s.Point).For(u.cfg.Rating); !has && s.Value != 0 {
			return refuse(NotSupported, points.Of(s.Point).Name+" does not exist on this unit")
		} else if !has {
			continue
		}
		if err := next.Set(s.Point, round32(s.Value)); err != nil {
			return refuse(OutOfRange, err.Error())
		}
	}
	events, err := u.prot.SetCommon(u.now, next)
	if err != nil {
		return refuse(OutOfRange, err.Error())
	}
	u.set.Common = next
	u.handle(events)
	u.changedProtection(r.Actor)
	return Result{}
}

// changedProtection notes that somebody changed protection settings.
func (u *Unit) changedProtection(a access.Actor) {
	u.markChanged(a)
	u.note(points.CodeProtectionSet, Pulse, who(a))
}
