package imu

import (
	"time"

	"switchroom/access"
	"switchroom/breaker"
	"switchroom/points"
)

// confirmWithin is how long the mechanism has to confirm an order (R10: ours;
// the documents let a client poll for a second before it suspects the link).
const confirmWithin = time.Second

// Order is an order that the mechanism is carrying out, or has. It belongs to
// its unit.
type Order struct {
	op       points.ID
	source   string
	deadline time.Duration
	done     bool
	refusal  Refusal
}

// Outcome returns whether the order has ended by now, and how.
func (u *Unit) Outcome(now time.Duration, o *Order) (done bool, r Refusal) {
	u.with(now, func() { done, r = o.done, o.refusal })
	return done, r
}

func (u *Unit) orderOpen(r *Request) Result  { return u.assist(r, breaker.Open) }
func (u *Unit) orderClose(r *Request) Result { return u.assist(r, breaker.Close) }
func (u *Unit) orderReset(r *Request) Result { return u.give(r, breaker.Reset) }

// assist gives an order to open or close. The app does that with the operation
// assistant only, by radio or cable (UG: a digital module).
func (u *Unit) assist(r *Request, o breaker.Order) Result {
	if p := r.Actor.Path; (p == access.BLE || p == access.OTG) && !u.usable(ModuleOperation) {
		return refuse(NotSupported, "the app opens and closes with the digital module operation")
	}
	return u.give(r, o)
}

// precede settles what happens to an order that the mechanism is still carrying
// out when another request is admitted (R10): one more command of the same
// client takes its place, from another client it is refused. Reading waits for
// nothing, nor does an opening (opening before closing), nor whoever stands at
// the unit and sets something.
func (u *Unit) precede(r *Request) Refusal {
	o := u.order
	mechanism := r.Op == points.BreakerOpen || r.Op == points.BreakerClose || r.Op == points.BreakerReset
	switch {
	case o == nil || points.Of(r.Op).Class == points.Monitor || !mechanism && !overNetwork(r.Actor.Path):
		return None
	case o.source != r.Actor.Source && (r.Op != points.BreakerOpen || o.op == points.BreakerOpen):
		return Busy
	}
	u.finish(Aborted)
	return None
}

func overNetwork(p access.Path) bool {
	return p == access.Modbus || p == access.Serial || p == access.Web
}

// give pulses a coil.
func (u *Unit) give(r *Request, o breaker.Order) Result {
	if a := u.tell(o); a != breaker.Accepted {
		detail := ""
		if a == breaker.NotReadyToClose {
			detail = u.mech.NotReady().String()
		}
		return refuse(refusalOf(a), detail)
	}
	order := &Order{op: r.Op, source: r.Actor.Source, deadline: u.now + confirmWithin}
	u.order = order
	u.dirty = true
	u.confirm()
	return Result{Order: order}
}

// tell gives the order to the mechanism. Nothing comes of a coil that has
// failed: the order is never confirmed.
func (u *Unit) tell(o breaker.Order) breaker.Answer {
	nothing, noCoil := u.faults.deaf(o)
	a := u.mech.Judge(o)
	switch {
	case a == breaker.Accepted && noCoil:
		return breaker.NoActuator
	case a == breaker.Accepted && nothing:
		return a
	}
	return u.mech.Order(u.now, o)
}

// confirm ends the order once the mechanism has done what it asks for.
func (u *Unit) confirm() {
	if u.order == nil {
		return
	}
	switch u.order.op {
	case points.BreakerOpen:
		u.confirmIf(u.mech.Contacts() == breaker.ContactsOpen)
	case points.BreakerClose:
		u.confirmIf(u.mech.Contacts() == breaker.ContactsClosed)
	case points.BreakerReset:
		u.confirmIf(!u.mech.State().Tripped)
	}
}

func (u *Unit) confirmIf(done bool) {
	if done {
		u.finish(None)
	}
}

func (u *Unit) finish(r Refusal) {
	o := u.order
	u.order = nil
	o.done, o.refusal = true, r
	if r == NotConfirmed {
		u.note(points.CodeOrderFailed, Pulse, o.op.String())
	}
	u.dirty = true
}

// orderInhibit sets or clears the inhibition of closing by communication. It
// may come as an action with its argument or as a written point.
func (u *Unit) orderInhibit(r *Request) Result {
	if !r.Value.Available() {
		return refuse(OutOfRange, "inhibit: 0 enables closing, 1 inhibits it")
	}
	on := r.Value.Bool()
	if on == u.mech.Inhibited(breaker.Communication) {
		return refuse(AlreadySo, "")
	}
	u.inhibit(breaker.Communication, on, who(r.Actor))
	return Result{}
}

// inhibit keeps the event of either inhibition.
func (u *Unit) inhibit(by breaker.Inhibitor, on bool, detail string) {
	before := u.inhibited()
	u.mech.Inhibit(u.now, by, on)
	if after := u.inhibited(); after != before {
		what := Exit
		if after {
			what = Entry
		}
		u.note(points.CodeInhibited, what, detail)
	}
}

func (u *Unit) inhibited() bool {
	return u.mech.Inhibited(breaker.IOModule) || u.mech.Inhibited(breaker.Communication)
}

// doTest trips the breaker by the test button of 6.0 X and 7.0 X.
func (u *Unit) doTest(r *Request) Result {
	v := u.cfg.Rating.Variant
	if v != points.X60 && v != points.X70 {
		return refuse(NotSupported, "only 6.0 X and 7.0 X have a test button")
	}
	u.lastTrip = "test"
	u.fire(u.now, breaker.TestTrip)
	u.note(points.CodeTripTest, Entry, who(r.Actor))
	return Result{}
}
