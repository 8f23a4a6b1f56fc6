package study

import (
	"fmt"
	"time"

	"switchroom/points"
	"switchroom/protection"
)

// Test is one injection as a service interface does it: a current into one
// conductor of a unit whose other functions are out of the way, and the window
// in which the documents want the trip.
type Test struct {
	Name      string
	Function  protection.Function
	Conductor Conductor
	Device    Device // with the other functions set aside
	X         float64
	Of        string // what X is a multiple of
	Amps      float64
	Hold      time.Duration // how long the current flows; a trip ends it
	Want      Window
}

// Functions returns those that can be tested.
func Functions() []protection.Function {
	return []protection.Function{protection.LongTime, protection.ShortTime, protection.Instantaneous, protection.GroundFault, protection.EarthLeakage}
}

// Tests returns the injection tests of function f on d. An error says why there
// is nothing to test: the unit does not have the function, or it is off.
func Tests(d Device, f protection.Function) ([]Test, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	switch s, v := d.Settings, d.Rating.Variant; {
	case f == protection.LongTime:
		return longTests(d), nil
	case f == protection.ShortTime && v == points.X30:
	case f == protection.ShortTime:
		return shortTests(d)
	case f == protection.Instantaneous && v == points.X20:
		return nil, fmt.Errorf("%v: on 2.0 X it is the short-time element without delay; test that", f)
	case f == protection.Instantaneous && s.Instantaneous.Mode == protection.InstantaneousOff:
		return nil, fmt.Errorf("%v is off: nothing to test", f)
	case f == protection.Instantaneous:
		return instantTests(d)
	case f == protection.GroundFault && v == points.X60 && !s.GroundFault.On:
		return nil, fmt.Errorf("%v is off: nothing to test", f)
	case f == protection.GroundFault && v == points.X60:
		return groundTests(d)
	case f == protection.EarthLeakage && v == points.X70:
		return leakageTests(d)
	}
	return nil, fmt.Errorf("%v X has no %v", d.Rating.Variant, f)
}

// asideOf sets all but function f out of the way, as far as the unit lets: what
// a service interface does by inhibiting them. ERMS is disengaged, zones are
// restrained and digital modules rest: a test is of the settings.
func asideOf(d Device, f protection.Function) Device {
	d.Setup, d.Modules = protection.Setup{}, protection.ModuleSettings{}
	s := &d.Settings
	if f != protection.LongTime {
		highest(d.Rating, s, points.ProtectionLongTimeTr)
	}
	if f != protection.LongTime && f != protection.ShortTime {
		highest(d.Rating, s, points.ProtectionLongTimeIr)
	}
	if f != protection.ShortTime {
		highest(d.Rating, s, points.ProtectionShortTimeIsd)
		highest(d.Rating, s, points.ProtectionShortTimeTsd)
	}
	if f != protection.Instantaneous {
		highest(d.Rating, s, points.ProtectionInstantaneousIi)
		if l, ok := points.Of(points.ProtectionInstantaneousMode).For(d.Rating); ok && l.Min == 0 {
			s.Instantaneous.Mode = protection.InstantaneousOff
		}
	}
	if f != protection.GroundFault {
		s.GroundFault.On = false
	}
	if f != protection.EarthLeakage {
		highest(d.Rating, s, points.ProtectionEarthLeakageIdn)
	}
	return d
}

// highest sets a point to the most that its range allows.
func highest(r points.Rating, s *protection.Settings, id points.ID) {
	l, exists := points.Of(id).For(r)
	if !exists {
		return
	}
	v := l.Max
	for _, one := range l.Values {
		v = max(v, one)
	}
	s.Set(id, v) // a value of the range is accepted
}

// protected are the conductors whose current is protected against overload.
func protected(d Device) []Conductor {
	if d.Settings.Neutral != protection.NeutralOff {
		return []Conductor{L1, L2, L3, N}
	}
	return []Conductor{L1, L2, L3}
}

// share is what the thresholds of the phases are multiplied by for conductor c:
// half, full or 1.6 for the neutral (CAT: confirmed).
func share(d Device, c Conductor) float64 {
	if c != N {
		return 1
	}
	return [...]float64{0, 0.5, 1, 1.6}[d.Settings.Neutral&3]
}

// neutralIr is Ir of conductor c: that of the oversized neutral is no more than
// In (CAT: confirmed).
func irOf(d Device, c Conductor) float64 {
	return min(d.Settings.LongTime.Ir*share(d, c), d.Rating.In)
}

func longTests(d Device) []Test {
	tr := d.Settings.LongTime.Tr
	aside := asideOf(d, protection.LongTime)
	one := Test{Function: protection.LongTime, Device: aside, Of: "Ir"}
	at := func(c Conductor, x float64, name string, hold time.Duration, w Window) Test {
		t := one
		t.Name, t.Conductor, t.X, t.Amps, t.Hold, t.Want = name, c, x, x*irOf(d, c), hold, w
		return t
	}
	sure := longRows(tr)[0].window(tr).Max // 1.5 Ir, the longest printed
	all := []Test{
		at(L1, longLow-clear, "holds below the pick-up", conventional, holds("NSP p. A-15, NSX, NTNW; IEC 60947-2 as recalled")),
		at(L1, longHigh+clear, "trips above the pick-up", 12*seconds(sure), Window{true, sure, 12 * sure, "NSP p. A-15, NSX, NTNW: between 1.05 and 1.20 Ir; the time OURS", points.Sibling}),
	}
	for _, c := range protected(d) {
		for _, row := range longRows(tr) {
			w := row.window(tr)
			all = append(all, at(c, row.x, fmt.Sprintf("trips at %g Ir", row.x), 2*seconds(w.Max), w))
		}
	}
	return all
}

// delayed are the tests of a function with a delay: it holds below its pick-up,
// trips above it and at its reference, and lets a fault pass that is as long as
// the longest that is certain not to trip.
type delayed struct {
	d           Device
	f           protection.Function
	setting     float64 // s
	i2t         bool
	pickup      float64 // A
	ref         float64 // A, where the delay is published
	low, high   float64 // × pickup: what the pick-up may be
	of          string
	unit        float64 // A: one of
	conductors  []Conductor
	scale       func(Conductor) float64
	maximalHold time.Duration // before another function would act
}

func (x delayed) tests() ([]Test, error) {
	row, table, err := delayOf(x.f, x.setting)
	if err != nil {
		return nil, err
	}
	ref := 0.0
	if x.i2t {
		ref = x.ref
	}
	above := x.pickup * (x.high + clear)
	first := x.conductors[0]
	slowest := within(row, table, x.pickup*x.low, ref)
	all := []Test{
		x.at(first, "holds below the pick-up", x.pickup*(x.low-clear), min(4*seconds(slowest.Max), x.maximalHold), holds(table.Source)),
		x.at(first, "lets a fault of the hold time pass", max(above, x.ref), row.NonTrip, holds(table.Source)),
	}
	if row.NonTrip == 0 { // fast instantaneous: no hold is published
		all = all[:1]
	}
	for _, c := range x.conductors {
		w := within(row, table, above, ref)
		all = append(all, x.at(c, "trips above the pick-up", above, 2*seconds(w.Max), w))
		if x.ref > above {
			w = within(row, table, x.ref, ref)
			all = append(all, x.at(c, "trips at "+x.name(x.ref), x.ref, 2*seconds(w.Max), w))
		}
	}
	return all, nil
}

func (x delayed) name(amps float64) string { return fmt.Sprintf("%.3g %s", amps/x.unit, x.of) }

func (x delayed) at(c Conductor, name string, amps float64, hold time.Duration, w Window) Test {
	k := 1.0
	if x.scale != nil {
		k = x.scale(c)
	}
	return Test{name, x.f, c, x.d, amps / x.unit, x.of, amps * k, hold, w}
}

func shortTests(d Device) ([]Test, error) {
	s := d.Settings
	return delayed{
		d: asideOf(d, protection.ShortTime), f: protection.ShortTime, setting: s.ShortTime.Tsd, i2t: s.ShortTime.I2t,
		pickup: s.ShortTime.Isd * s.LongTime.Ir, ref: 10 * s.LongTime.Ir, low: pickupLow, high: pickupHigh,
		of: "Ir", unit: s.LongTime.Ir, conductors: protected(d), scale: func(c Conductor) float64 { return share(d, c) },
		maximalHold: 3 * time.Second,
	}.tests()
}

func groundTests(d Device) ([]Test, error) {
	g := d.Settings.GroundFault
	conductors := []Conductor{L1, L2, L3}
	if d.Rating.SGR {
		conductors = []Conductor{Sensor}
	}
	return delayed{
		d: asideOf(d, protection.GroundFault), f: protection.GroundFault, setting: g.Tg, i2t: g.I2t,
		pickup: g.Ig, ref: min(d.Rating.In, 1200), low: pickupLow, high: pickupHigh,
		of: "A", unit: 1, conductors: conductors, maximalHold: time.Minute,
	}.tests()
}

func leakageTests(d Device) ([]Test, error) {
	e := d.Settings.EarthLeakage
	return delayed{
		d: asideOf(d, protection.EarthLeakage), f: protection.EarthLeakage, setting: e.Dt,
		pickup: e.Idn, low: leakageLow, high: leakageHigh,
		of: "IΔn", unit: e.Idn, conductors: []Conductor{Sensor}, maximalHold: time.Minute,
	}.tests()
}

// wellOver is the multiple of Ii from which the published times of
// instantaneous hold: the peaks of a smaller fault are over it for less of a
// cycle (protection, package comment).
const wellOver = 10

func instantTests(d Device) ([]Test, error) {
	i := d.Settings.Instantaneous
	pickup := i.Ii * d.Rating.In
	x := delayed{
		d: asideOf(d, protection.Instantaneous), f: protection.Instantaneous, setting: float64(i.Mode),
		pickup: pickup, ref: wellOver * pickup, low: pickupLow, high: pickupHigh,
		of: "In", unit: d.Rating.In, conductors: protected(d), maximalHold: 300 * time.Millisecond,
	}
	all, err := x.tests()
	for k := range all {
		if t := &all[k]; t.Amps < x.ref && t.Want.Trip {
			t.Want.Max += 1 / d.Rating.Frequency
			t.Want.Source += "; a cycle more for a small fault (OURS)"
			t.Want.Certainty = points.Ours
			t.Hold += seconds(1 / d.Rating.Frequency)
		}
	}
	return all, err
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
