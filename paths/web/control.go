package web

import (
	"fmt"
	"net/http"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

// orders are what can be done at the breaker from the control page.
var orders = []struct {
	key, word, what string
	op              points.ID
}{
	{"open", "Open", "The main contacts open and what is fed through this breaker loses its supply.", points.BreakerOpen},
	{"close", "Close", "The main contacts close and what is connected below this breaker becomes live.", points.BreakerClose},
	{"reset", "Reset", "The indication of the last trip is reset. Find out why it tripped first.", points.BreakerReset},
}

// showControl is the page from which the breaker is opened, closed and reset. It asks
// for the password of the breaker besides the login (R3).
func (d *Device) showControl(v *visit) {
	if s, ok := v.snapshot(); ok {
		v.showLive("/control/live", "", controlView(v, s, d.hindrance(v, s)))
	}
}

// hindrance says why nothing can be ordered now, as far as can be seen before
// somebody asks: access says it again, and finally, when they do.
func (d *Device) hindrance(v *visit, s *imu.Snapshot) string {
	switch {
	case !v.mayChange():
		return d.remedy()
	case s.Values[points.RemoteEnabled] == 0:
		return "remote control is disabled: open the padlock of the interface, or enable it over USB (EIFE)"
	}
	return ""
}

// breakerPassword is the field for the password of the breaker.
func breakerPassword(id string) ui.Field {
	return ui.Field{ID: id, Name: "breaker_password", Label: "Password of the breaker", Type: "password", Required: true,
		Hint: "Four letters or digits: one of the breaker's own four, not your login.", Autocomplete: "off", Attrs: map[string]any{"maxlength": "4"}}
}

// request is an operation with the password that came with the form. What is no
// password is a wrong one: a guess is a guess, whatever it looks like.
func (v *visit) request(op points.ID, password string) imu.Request {
	p, _ := imu.ParsePassword(password)
	return imu.Request{Actor: v.actor(), Password: &p, Op: op}
}

// operate gives an order to the breaker.
func (d *Device) operate(v *visit) {
	form, ok := v.form()
	if !ok {
		return
	}
	for _, o := range orders {
		if o.key == form.Get("order") {
			v.tell("/control", o.word, d.carryOut(v, v.request(o.op, form.Get("breaker_password"))))
			return
		}
	}
	v.refuse(http.StatusUnprocessableEntity, "The order is none of open, close, reset.")
}

// outcome is what became of an operation, for a person.
type outcome struct {
	done bool
	why  string
}

// carryOut does an operation, and waits for the mechanism where it takes its time.
func (d *Device) carryOut(v *visit, r imu.Request) outcome {
	res := d.unit.Do(d.world.Now(), r)
	switch {
	case !res.OK():
		v.note(OperateRefused, fmt.Sprintf("%v: %s", r.Op, reasonOf(res)))
		return outcome{why: remedyOf(res)}
	case res.Order != nil:
		if refusal := d.await(v, res.Order); refusal != imu.None {
			v.note(OperateRefused, fmt.Sprintf("%v: %v", r.Op, refusal))
			return outcome{why: capital(refusal.Remedy()) + "."}
		}
	}
	v.note(Operated, r.Op.String())
	return outcome{done: true}
}

// remedyOf says why something was refused and what to do about it.
func remedyOf(r imu.Result) string {
	switch {
	case !r.Decision.OK():
		return capital(r.Decision.Reason.Remedy()) + "."
	case r.Detail != "":
		return capital(r.Refusal.Remedy()) + " (" + r.Detail + ")."
	}
	return capital(r.Refusal.Remedy()) + "."
}

func reasonOf(r imu.Result) string {
	if !r.Decision.OK() {
		return r.Decision.Reason.String()
	}
	return r.Refusal.String()
}

// awaitStep is how often the mechanism is looked at, and awaitMost how long somebody
// waits: the unit itself gives an order up after a second of its own time.
const (
	awaitStep = 10 * time.Millisecond
	awaitMost = 10 * time.Second
)

func (d *Device) await(v *visit, o *imu.Order) imu.Refusal {
	late := time.NewTimer(awaitMost)
	defer late.Stop()
	step := time.NewTicker(awaitStep)
	defer step.Stop()
	for {
		if done, refusal := d.unit.Outcome(d.world.Now(), o); done {
			return refusal
		}
		select {
		case <-step.C:
		case <-late.C:
			return imu.NotConfirmed
		case <-v.r.Context().Done():
			return imu.NotConfirmed
		case <-d.ended:
			return imu.NotConfirmed
		}
	}
}

// tell tells on the page at path what became of something.
func (v *visit) tell(path, what string, o outcome) {
	if o.done {
		v.done(path, notice{Severity: ui.Done, Title: what + ": done"})
		return
	}
	v.done(path, notice{Severity: ui.High, Title: what + ": refused", Text: o.why})
}
