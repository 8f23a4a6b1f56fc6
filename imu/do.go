package imu

import (
	"fmt"
	"time"

	"switchroom/access"
	"switchroom/points"
)

// Request is one operation that an actor asks for.
type Request struct {
	Actor    access.Actor   // what the path has verified
	Password *Password      // the password in the request (B5); nil: none
	Op       points.ID      // the point to write or the action to do
	Value    points.Value   // what to write; the argument of an action that has one
	Args     []points.Value // of an action that has several: all of them, in the order of its command
	Set      []Setting      // protection settings to submit together
	Group    int            // settings group of Set: 0 acting, 1 A, 2 B
	Session  uint32         // key of the editing session; 0: none
	// Malformed is what the path found wrong with the arguments. It is told only
	// to whoever may do this: anybody else learns from Decision, and a guess at
	// a password counts, whatever came with it.
	Malformed Refusal
	Upload    *Upload // of the update class: pieces of a package, what comes with it
}

// Setting is a point and its new value.
type Setting struct {
	Point points.ID
	Value float64
}

// Result is what became of a request. Its zero value is a refusal: nothing was
// decided.
type Result struct {
	Decision access.Decision
	Refusal  Refusal
	Detail   string       // more about a refusal: which setting, which rule
	Value    points.Value // what the action returned
	Order    *Order       // the mechanism is carrying it out; ask [Unit.Outcome]

	then func() Result // what is left to do without the unit's lock
}

// OK reports whether the request was carried out, or is being carried out.
func (r Result) OK() bool { return r.Decision.OK() && r.Refusal == None }

// Err returns nil, or an error that says why it was not done and what to do.
func (r Result) Err() error {
	switch {
	case !r.Decision.OK():
		return fmt.Errorf("%s: %s", r.Decision.Reason, r.Decision.Reason.Remedy())
	case r.Refusal != None && r.Detail != "":
		return fmt.Errorf("%s: %s (%s)", r.Refusal, r.Refusal.Remedy(), r.Detail)
	case r.Refusal != None:
		return fmt.Errorf("%s: %s", r.Refusal, r.Refusal.Remedy())
	}
	return nil
}

// operation carries out what was admitted. It is called with the unit locked.
type operation func(u *Unit, r *Request) Result

// operations are the points that take more than writing a value. Protection
// settings and other settings are written by [Unit.write].
var operations = map[points.ID]operation{
	points.BluetoothForget:         (*Unit).doForget,
	points.BreakerOpen:             (*Unit).orderOpen,
	points.BreakerClose:            (*Unit).orderClose,
	points.BreakerReset:            (*Unit).orderReset,
	points.BreakerInhibitClose:     (*Unit).orderInhibit,
	points.BreakerInhibitedComm:    (*Unit).orderInhibit,
	points.ClockSet:                (*Unit).doClock,
	points.DeviceClock:             (*Unit).doClock,
	points.InterfaceClock:          (*Unit).doClock,
	points.ClockRead:               (*Unit).doReadClock,
	points.EventList:               (*Unit).doNothing,
	points.EventReset:              (*Unit).doEventReset,
	points.EventAcknowledge:        (*Unit).doAcknowledge,
	points.InterfaceName:           (*Unit).doName,
	points.LockProtectionHMI:       (*Unit).doLock,
	points.LockProtectionRemote:    (*Unit).doLock,
	points.MaintenanceDeclare:      (*Unit).doDeclare,
	points.MeasureReset:            (*Unit).doMeasureReset,
	points.ModuleList:              (*Unit).doNothing,
	points.PasswordLevel1:          (*Unit).doPassword,
	points.PasswordLevel2:          (*Unit).doPassword,
	points.PasswordLevel3:          (*Unit).doPassword,
	points.PasswordLevel4:          (*Unit).doPassword,
	points.ProtectionERMSEngaged:   (*Unit).doERMS,
	points.ProtectionERMSUnlock:    (*Unit).doERMSUnlock,
	points.ProtectionGroup:         (*Unit).doGroup,
	points.ProtectionSessionApply:  (*Unit).doApply,
	points.ProtectionSessionClose:  (*Unit).doSessionClose,
	points.ProtectionSessionOpen:   (*Unit).doSessionOpen,
	points.ProtectionSessionStatus: (*Unit).doSessionStatus,
	points.RemoteEnabled:           (*Unit).doRemote,
	points.DeviceIdentify:          (*Unit).doIdentify,
	points.TestGroundFault:         (*Unit).doTest,
	points.TestInjection:           (*Unit).doInjection,
	points.UpdateStage:             (*Unit).doStage,
}

func init() {
	operations[points.UpdateInstall] = (*Unit).doInstall // it goes on after the table
	for op, do := range ioOperations {
		for n := 1; n <= points.IOModules; n++ {
			operations[points.OfIO(op, n)] = func(u *Unit, r *Request) Result { return u.atIO(n, r, do) }
		}
	}
}

// Do carries out one operation of one actor, or refuses it. What the mechanism
// takes time for is under way when Do returns: see [Result.Order].
func (u *Unit) Do(now time.Duration, r Request) (res Result) {
	var locks access.Locks
	u.with(now, func() {
		locks = u.locks()
		res = u.do(&r, locks)
	})
	if res.then != nil {
		d := res.Decision
		res = res.then()
		res.Decision = d
	}
	u.observed(now, &r, locks, res)
	return res
}

func (u *Unit) do(r *Request, locks access.Locks) Result {
	if r.Password != nil {
		r.Actor.Offered = true
		r.Actor.Levels = prove(u.passwords, r.Password)
	}
	q := access.Query{Actor: r.Actor, Op: r.Op, Locks: locks, Now: u.now}
	d := u.decide(q)
	if !d.OK() {
		u.noteRefused(d, r)
		return Result{Decision: d}
	}
	if !u.powered() {
		return Result{Decision: d, Refusal: NotPowered}
	}
	if r.Malformed != None {
		return Result{Decision: d, Refusal: r.Malformed}
	}
	if busy := u.precede(r); busy != None {
		return Result{Decision: d, Refusal: busy}
	}
	res := u.dispatch(r)
	res.Decision = d
	u.moved()
	return res
}

// decide is the one place where a unit takes the decision.
func (u *Unit) decide(q access.Query) access.Decision { return u.monitor.Decide(q) }

// dispatch finds what carries the request out. A point that nothing carries out
// is not supported, whatever was decided.
func (u *Unit) dispatch(r *Request) Result {
	if op, ok := operations[r.Op]; ok {
		return op(u, r)
	}
	switch points.Of(r.Op).Class {
	case points.Protect, points.Optional:
		return u.doProtect(r)
	case points.Configure:
		return u.doConfigure(r)
	}
	return refuse(NotSupported, "")
}

func refuse(r Refusal, detail string) Result { return Result{Refusal: r, Detail: detail} }

// locks returns the state of what may be locked. The unit knows it now.
func (u *Unit) locks() access.Locks {
	return access.Locks{
		AsOf:             u.now,
		RemoteControl:    access.TriOf(u.cfg.Interface != NoInterface && u.remote()),
		HMIProtection:    access.TriOf(u.set.LockHMI),
		RemoteProtection: access.TriOf(u.set.LockRemote),
		CloseInhibited:   access.TriOf(u.inhibited()),
		Closed:           access.TriOf(u.mech.Closed()),
		Mode:             u.mode(),
		Factory:          factoryLevels(u.passwords),
	}
}

// noteRefused records what was refused and by whom it was asked. A wrong
// password and a lock-out have events of their own.
func (u *Unit) noteRefused(d access.Decision, r *Request) {
	code := points.CodeRefused
	switch d.Reason {
	case access.WrongPassword:
		code = points.CodePasswordRefused
	case access.LockedOut:
		code = points.CodeLockedOut
	}
	u.note(code, Pulse, fmt.Sprintf("%v %v by %s", r.Op, d.Reason, who(r.Actor)))
}

// who names an actor in an event.
func who(a access.Actor) string {
	s := a.Path.String()
	if a.Source != "" {
		s += " " + a.Source
	}
	if a.Person != "" {
		s += " " + a.Person
	}
	return s
}

// Prove returns the levels that a password proves on a path that asks for it
// when it connects (B5), for the session to hold. A wrong password is counted
// as the profile has it.
func (u *Unit) Prove(now time.Duration, a access.Actor, p Password) (levels access.Levels, d access.Decision) {
	var locks access.Locks
	u.with(now, func() {
		a.Offered, locks = true, u.locks()
		a.Levels = prove(u.passwords, &p)
		d = u.decide(access.Query{Actor: a, Read: true, Locks: locks, Now: u.now})
		if !d.OK() {
			u.noteRefused(d, &Request{Actor: a, Op: 0})
			return
		}
		levels = a.Levels
	})
	u.observed(now, &Request{Actor: a}, locks, Result{Decision: d})
	return levels, d
}

// PasswordChanges returns how often the password of each level, 1 to 4, was changed
// since the unit was made. A session that holds what [Unit.Prove] said drops a level
// whose number has moved: else whoever knew the old password stays in.
func (u *Unit) PasswordChanges(now time.Duration) (n [4]uint32) {
	u.with(now, func() { n = u.renewed })
	return n
}
