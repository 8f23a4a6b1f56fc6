package access

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"switchroom/points"
)

// Reason says why a query was denied. Each path translates it by a table.
type Reason uint8

const (
	Undecided     Reason = iota // the zero decision: denied
	Allowed                     //
	NoRule                      // no row for this path and class: matrix B says no
	NoSuchPoint                 // the operation is not in the vocabulary, or a secret was to be read
	NotPresent                  // nobody at the unit
	NotLoggedIn                 // no personal login
	WrongRole                   // logged in, with a role that may not do this
	Stale                       // the session has ended, or the view of the locks is too old
	NoPassword                  // no password was given where one is needed
	WrongPassword               // the password is none of the four
	WrongLevel                  // a right password of a level that may not do this
	LockedOut                   // too many wrong passwords; wait (hardened)
	FactoryKey                  // the password is still the factory's (hardened)
	RemoteOff                   // remote control is disabled
	ModeRefuses                 // the control mode refuses this path
	Inhibited                   // closing is inhibited
	HMILocked                   // protection settings locked at the HMI
	RemoteLocked                // protection settings locked for remote change
	LockUnknown                 // the state of a lock is not known
	NotGenuine                  // the app has not proved that it is a genuine one (hardened)
)

var reasons = [...]struct{ name, remedy string }{
	Undecided:     {"undecided", "nothing was decided: denied"},
	Allowed:       {"allowed", "allowed"},
	NoRule:        {"no_rule", "this path cannot do that at all; `switchroom access matrix` shows which can"},
	NoSuchPoint:   {"no_such_point", "there is no such operation"},
	NotPresent:    {"not_present", "somebody must stand at the unit"},
	NotLoggedIn:   {"not_logged_in", "log in with a personal user id first"},
	WrongRole:     {"wrong_role", "your role may not do this; a security administrator gives roles"},
	Stale:         {"stale", "the session has ended or the state is too old; connect again"},
	NoPassword:    {"no_password", "give the password of a level that may do this"},
	WrongPassword: {"wrong_password", "the password is not right; it has four characters and case matters"},
	WrongLevel:    {"wrong_level", "the password is right, its level may not do this"},
	LockedOut:     {"locked_out", "too many wrong passwords; wait, or operate at the unit"},
	FactoryKey:    {"factory_password", "change the factory password first, over USB"},
	RemoteOff:     {"remote_off", "remote control is disabled: open the padlock of the interface, or enable it over USB (EIFE)"},
	ModeRefuses:   {"mode", "the control mode does not admit this path"},
	Inhibited:     {"inhibited", "closing is inhibited; clear the inhibition first"},
	HMILocked:     {"hmi_locked", "the protection settings are locked against change at the display"},
	RemoteLocked:  {"remote_locked", "the protection settings are locked against remote change"},
	LockUnknown:   {"lock_unknown", "the state of a lock is not known; read it first"},
	NotGenuine:    {"not_genuine", "only a genuine app is admitted by Bluetooth: pair with its key and certificate; the communication history of the unit says what was wrong with them"},
}

func (r Reason) String() string {
	if int(r) < len(reasons) {
		return reasons[r].name
	}
	return fmt.Sprintf("reason(%d)", uint8(r))
}

// Remedy says what a person can do about it.
func (r Reason) Remedy() string {
	if int(r) < len(reasons) {
		return reasons[r].remedy
	}
	return reasons[Undecided].remedy
}

// Reasons returns every reason, for tables that must cover them all.
func Reasons() []Reason {
	all := make([]Reason, len(reasons))
	for i := range all {
		all[i] = Reason(i)
	}
	return all
}

// Decision is the verdict. Its zero value denies.
type Decision struct {
	Reason Reason
	Rule   string // name of the row that was applied; "default-deny" where there is none
}

// OK reports whether the operation may go on.
func (d Decision) OK() bool { return d.Reason == Allowed }

func (d Decision) String() string {
	if d.OK() {
		return "allowed by " + d.Rule
	}
	return fmt.Sprintf("refused by %s (%s): %s", d.Rule, d.Reason, d.Reason.Remedy())
}

// Step is one thing that was checked on the way to a decision.
type Step struct {
	What string
	OK   bool
}

// Explanation is a decision with the row and every check that led to it.
type Explanation struct {
	Decision
	Row   *Row // nil: no row, denied
	steps [12]Step
	n     int
}

// Steps returns the checks in the order in which they were made. The last one
// is the one that failed, if any did.
func (e *Explanation) Steps() []Step { return e.steps[:e.n] }

// check notes a step and, if it failed, the reason. It returns ok.
func (e *Explanation) check(what string, ok bool, r Reason) bool {
	if e.n < len(e.steps) {
		e.steps[e.n] = Step{what, ok}
		e.n++
	}
	if !ok {
		e.Reason = r
	}
	return ok
}

// Monitor takes the decision, under one profile. The nil Monitor denies.
type Monitor struct {
	profile Profile
	mu      sync.Mutex // guards guesses, which is used by hardened only
	guesses guesses
}

// New returns a monitor. An unknown profile denies everything.
func New(p Profile) *Monitor { return &Monitor{profile: p} }

// Profile returns the profile that the monitor decides under.
func (m *Monitor) Profile() Profile {
	if m == nil {
		return NoProfile
	}
	return m.profile
}

// Explain returns what [Monitor.Decide] would decide, and why. It changes
// nothing.
func (m *Monitor) Explain(q Query) (e Explanation) {
	m.explain(&q, &e)
	return e
}

func (m *Monitor) explain(q *Query, e *Explanation) {
	e.Rule = "default-deny"
	if m == nil || m.profile == NoProfile || m.profile >= numProfiles {
		e.check("a known profile", false, NoRule)
		return
	}
	if !e.check("a known operation", q.known(), NoSuchPoint) {
		return
	}
	e.Row = rowOf(q.Actor.Path, q.Class())
	if !e.check("a rule for this path and class", e.Row != nil, NoRule) {
		return
	}
	e.Rule = e.Row.Rule
	if m.proof(e, q) && gates(e, q) && m.hardened(e, q) {
		e.Reason = Allowed
	}
}

// known reports whether what is asked for exists and can be asked for. A
// secret has no reading: not for anybody, on any path.
func (q *Query) known() bool {
	if q.Read && q.Op == 0 {
		return true // everything that can be read
	}
	info := points.Of(q.Op)
	if q.Read {
		return info.Name != "" && info.Type != points.Secret
	}
	return info.Writable() || info.Type == points.Action
}

// proof checks who asks.
func (m *Monitor) proof(e *Explanation, q *Query) bool {
	r, a := e.Row, &q.Actor
	if m.profile == Hardened && a.Path.attested() && !e.check("a genuine app", a.Genuine, NotGenuine) {
		return false
	}
	if r.Present && !e.check("somebody at the unit", a.Present, NotPresent) {
		return false
	}
	if r.Login && !e.check("a personal login", a.Login, NotLoggedIn) {
		return false
	}
	if r.Roles != 0 && m.profile.ByRole() && !e.check("role "+r.Roles.String(), a.Roles&r.Roles != 0, WrongRole) {
		return false
	}
	if r.Session && !e.check("a session that has not ended", a.Until > q.Now, Stale) {
		return false
	}
	need := r.needs(m.profile)
	switch {
	case need == 0:
		return true
	case a.Offered:
		return m.offered(e, q, need)
	case r.Session && !r.Login && a.Levels != 0:
		// Proved when the session began. A lock-out that came since is about
		// whoever guesses now, not about who is in.
		return e.check("a password of level "+need.String(), a.Levels&need != 0, WrongLevel)
	}
	return e.check("a password", false, NoPassword)
}

// offered looks at a password that comes with the request. A source that is
// locked out learns nothing, not even that it has found the password.
func (m *Monitor) offered(e *Explanation, q *Query, need Levels) bool {
	if m.profile == Hardened && !e.check("password entry not locked out", !m.lockedOut(q, need), LockedOut) {
		return false
	}
	return e.check("a right password", q.Actor.Levels != 0, WrongPassword) &&
		e.check("a password of level "+need.String(), q.Actor.Levels&need != 0, WrongLevel)
}

// gates checks the locks in the order of the row.
func gates(e *Explanation, q *Query) bool {
	for _, g := range e.Row.Gates {
		if !g.open(e, q) {
			return false
		}
	}
	return true
}

func (g Gate) open(e *Explanation, q *Query) bool {
	l := &q.Locks
	age := q.Now - l.AsOf
	if g != GateOwn && !e.check("locks known lately", age >= 0 && age <= MaxLockAge, Stale) {
		return false
	}
	switch g {
	case GateRemote:
		return tri(e, g, l.RemoteControl, On, RemoteOff)
	case GateHMILock:
		return tri(e, g, l.HMIProtection, Off, HMILocked)
	case GateRemoteLock:
		return tri(e, g, l.RemoteProtection, Off, RemoteLocked)
	case GateMode:
		return q.Op != points.BreakerOpen && q.Op != points.BreakerClose || modeGate(e, q)
	case GateInhibit:
		return q.Op != points.BreakerClose || inhibitGate(e, q)
	case GateOwn:
		return e.check(g.String(), q.Actor.Levels&(Level4|passwordLevel(q.Op)) != 0, WrongLevel)
	}
	return e.check(g.String(), false, NoRule)
}

func tri(e *Explanation, g Gate, got, want Tri, r Reason) bool {
	if got != On && got != Off {
		r = LockUnknown
	}
	return e.check(g.String(), got == want, r)
}

// modeGate admits remote paths in mode remote and the others in mode local
// (UG, control mode). Mode manual admits nobody who asks.
func modeGate(e *Explanation, q *Query) bool {
	want := ModeLocal
	if q.Actor.Path.remote() {
		want = ModeRemote
	}
	m, r := q.Locks.Mode, ModeRefuses
	if m == ModeUnknown || m > ModeRemote {
		r = LockUnknown
	}
	return e.check(GateMode.String(), m == ModeUnset || m == want, r)
}

// inhibitGate lets the mechanism itself answer a close that has nothing to
// close: "already closed" comes before "inhibited" (R10).
func inhibitGate(e *Explanation, q *Query) bool {
	if q.Locks.Closed == On {
		return e.check(GateInhibit.String(), true, Allowed)
	}
	return tri(e, GateInhibit, q.Locks.CloseInhibited, Off, Inhibited)
}

func passwordLevel(op points.ID) Levels {
	switch op {
	case points.PasswordLevel1:
		return Level1
	case points.PasswordLevel2:
		return Level2
	case points.PasswordLevel3:
		return Level3
	}
	return Level4
}

// hardened adds what profile hardened refuses: a change or an operation proved
// by a factory password. Changing the password is the way out and stays open.
func (m *Monitor) hardened(e *Explanation, q *Query) bool {
	need := e.Row.needs(m.profile)
	if m.profile != Hardened || need == 0 || e.Row.Class == points.Password || e.Row.Class == points.Monitor {
		return true
	}
	own := q.Actor.Levels & need &^ q.Locks.Factory
	return e.check(GateFactory.String(), own != 0, FactoryKey)
}

// Decide takes the decision: the verdict of [Monitor.Explain]. Under profile
// hardened it also counts a wrong password against its source.
func (m *Monitor) Decide(q Query) Decision {
	var e Explanation
	m.explain(&q, &e)
	if m != nil && m.profile == Hardened && q.Actor.Offered && e.Row != nil {
		if need := e.Row.needs(m.profile); need != 0 { // otherwise nobody looked at it
			m.count(&q, need, e.Reason)
		}
	}
	return e.Decision
}

// String writes the explanation for a person, a check a line.
func (e *Explanation) String() string {
	var b strings.Builder
	for _, s := range e.Steps() {
		mark := "no "
		if s.OK {
			mark = "yes"
		}
		fmt.Fprintf(&b, "%s  %s\n", mark, s.What)
	}
	fmt.Fprintf(&b, "%s\n", e.Decision)
	return b.String()
}

// Wait returns how long the source of q must wait before a password of the
// levels that q needs is looked at again; 0 if it need not wait.
func (m *Monitor) Wait(q Query) time.Duration {
	if m == nil || m.profile != Hardened {
		return 0
	}
	r := rowOf(q.Actor.Path, q.Class())
	if r == nil {
		return 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.guesses.wait(&q.Actor, r.needs(m.profile), q.Now)
}
