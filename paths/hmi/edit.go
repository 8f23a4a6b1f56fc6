package hmi

import (
	"math"
	"slices"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// edit is a value that is being changed at the display, or something to do that
// asks first. Nothing acts before its question is answered with Apply.
type edit struct {
	item    *Item
	group   int
	label   string
	was     float64
	value   float64
	asks    bool   // the question is shown
	session uint32 // of protection settings; 0: none
}

func (it *Item) acts() bool { return it.Kind == Act }

// class is what changing the item does.
func (it *Item) class() points.Class { return points.Of(it.Point).Class }

// begin begins to change the value of a line. Protection settings lie behind the
// cover (ours), and are one's at a time (UG): the unit is asked now, so that
// whoever may not hears it before they have set anything.
func (p *Panel) begin(person string, r *row) {
	e := &edit{item: r.item, group: r.group, label: r.label, was: r.number, value: r.number, asks: r.item.acts()}
	class := r.item.class()
	switch {
	case (class == points.Protect || class == points.Select) && !p.cover:
		p.notice = refused("Cover", "The cover is shut. Open it to change protection settings.")
		return
	case !e.asks && math.IsNaN(e.was):
		p.notice = refused(r.label, "There is no value to change now.")
		return
	}
	p.edit = e
	if class == points.Protect && !p.openSession(person) {
		p.edit = nil
	}
}

// openSession begins the editing session, or takes it up again.
func (p *Panel) openSession(person string) bool {
	res := p.do(person, imu.Request{Op: points.ProtectionSessionOpen})
	if !res.OK() {
		p.told(res, "")
		return false
	}
	p.edit.session = uint32(res.Value.Float())
	return true
}

// drop forgets what was being changed.
func (p *Panel) drop(person string) {
	if p.edit != nil && p.edit.session != 0 {
		p.do(person, imu.Request{Op: points.ProtectionSessionClose, Session: p.edit.session})
	}
	p.edit = nil
}

// change is what the context keys do while a value is changed.
func (p *Panel) change(person string, k Key) {
	e := p.edit
	switch {
	case e.asks && k == Context3:
		p.apply(person)
	case e.asks: // it waits for its answer
	case k == Context1:
		e.value = p.step(e, e.value, true)
	case k == Context2:
		e.value = p.step(e, e.value, false)
	case e.value == e.was:
		p.drop(person)
	default:
		e.asks = true
	}
}

// repeat is what a key does that is held while a value is changed.
func (p *Panel) repeat(k Key, n int) {
	e := p.edit
	for i := 0; i < n && e != nil && !e.asks && p.popup() == nil && (k == Context1 || k == Context2); i++ {
		e.value = p.step(e, e.value, k == Context1)
	}
}

// apply does what was asked, and tells what became of it.
func (p *Panel) apply(person string) {
	e := p.edit
	if e.session != 0 && !p.openSession(person) { // it may have ended while somebody thought
		p.edit = nil
		return
	}
	r, ok := p.request(e)
	if !ok {
		p.notice = refused(e.label, "There is no such date. Nothing was changed.")
		p.drop(person)
		return
	}
	res := p.do(person, r)
	if res.OK() && e.session != 0 {
		res = p.do(person, imu.Request{Op: points.ProtectionSessionApply, Session: e.session})
	}
	p.drop(person)
	done := ""
	if e.item.acts() {
		done = e.label + ": done."
	}
	p.told(res, done)
	p.look(p.at)
}

// request is what the unit is asked for.
func (p *Panel) request(e *edit) (r imu.Request, ok bool) {
	r = imu.Request{Op: e.item.Point, Value: points.Number(e.value), Session: e.session, Group: e.group}
	switch {
	case e.item.acts():
		r.Value = points.Number(e.item.amount)
	case e.item.part != whole:
		now := points.Number(p.snap.Values[points.DeviceClock]).Time()
		t, is := e.item.part.with(now, e.value)
		r.Value = points.At(t)
		return r, is
	}
	return r, true
}

// quickIr are the quick values of Ir, × In (UG menu).
var quickIr = []float64{0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1}

// choices are what a value may be where that is a list; nil: it is a range.
func (p *Panel) choices(it *Item) (list []float64) {
	info := points.Of(it.Point)
	limit, limited := info.For(p.rating)
	switch {
	case it.quick:
		for _, q := range quickIr {
			list = append(list, math.Round(q*p.rating.In))
		}
	case len(limit.Values) > 0:
		return limit.Values
	case info.Type == points.Bool && !limited:
		return []float64{0, 1}
	case info.Type == points.Enum && !limited:
		for i, n := range info.Enum {
			if n != "" {
				list = append(list, float64(i+info.Base))
			}
		}
	}
	return list
}

// step returns the next value up or down that the display offers, or v at the end.
func (p *Panel) step(e *edit, v float64, up bool) float64 {
	if list := p.choices(e.item); list != nil {
		return next(list, v, up)
	}
	lo, hi, step := p.span(e.item)
	n := math.Floor(v/step+1e-6) + 1
	if !up {
		n = math.Ceil(v/step-1e-6) - 1
	}
	return max(lo, min(hi, math.Round(n*step*1e4)/1e4))
}

// span is the range of a value and the step of the display, which is coarser than
// that of other paths where a document says so. Where none gives a step it is 1 % of
// the range (ours).
func (p *Panel) span(it *Item) (lo, hi, step float64) {
	if it.part != whole {
		lo, hi = it.part.limits()
		return lo, hi, 1
	}
	l, _ := points.Of(it.Point).For(p.rating)
	switch {
	case l.Display > 0:
		step = l.Display
	case l.Step > 0:
		step = l.Step
	default:
		step = max(1e-4, (l.Max-l.Min)/100)
	}
	return l.Min, l.Max, step
}

// next returns the value beside v in a sorted list.
func next(list []float64, v float64, up bool) float64 {
	const same = 1e-6
	if up {
		if i := slices.IndexFunc(list, func(x float64) bool { return x > v+same }); i >= 0 {
			return list[i]
		}
		return list[len(list)-1]
	}
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] < v-same {
			return list[i]
		}
	}
	return list[0]
}

// told tells what became of something: why it was not done, or what was.
func (p *Panel) told(res imu.Result, done string) {
	switch {
	case !res.OK():
		p.notice = refused("Not done", why(res))
	case done != "":
		p.notice = info("Done", done)
	}
}

// why says why something was not done, in words of somebody who stands there.
func why(res imu.Result) string {
	switch {
	case res.Decision.Reason == access.HMILocked:
		return "Change at this display is locked. Unlock it under Configuration, General, Lock protection."
	case res.Refusal == imu.SessionTaken:
		return "Settings are being edited by " + res.Detail + ". Nothing was changed; wait until that ends."
	}
	return res.Err().Error()
}
