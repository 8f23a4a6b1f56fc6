package study

import (
	"encoding/json"
	"math"
	"time"

	"switchroom/protection"
)

// Point is one current of a curve and when units trip on it.
type Point struct {
	X     float64          // multiple of the base asked for
	Amps  float64          // RMS
	Times protection.Times // decisions from the beginning of the current, s
}

// Load is what flowed before: it has warmed the thermal image for a long time.
type Load float64 // × Ir

// Curve returns the decision times of d on constant currents of x × base in
// element e. Currents come one at a time, each after a load of before.
func Curve(d Device, e Element, base Base, x []float64, before Load) ([]Point, error) {
	if err := d.Has(e); err != nil {
		return nil, err
	}
	all := make([]Point, len(x))
	for i, x := range x {
		p := Point{X: x, Amps: x * d.Amps(base)}
		if err := checkAmps(p.Amps); err != nil {
			return nil, err
		}
		for _, at := range []struct {
			corner protection.Corner
			time   *protection.Time
		}{{protection.Early, &p.Times.Min}, {protection.Nominal, &p.Times.Nominal}, {protection.Late, &p.Times.Max}} {
			t, err := decide(d, at.corner, e, p.Amps, before)
			if err != nil {
				return nil, err
			}
			*at.time = t
		}
		nest(&p.Times)
		all[i] = p
	}
	return all, nil
}

// nest makes the ends of a band those of all three units. They begin with
// different angles of the current, which among the fastest trips can put the
// nominal unit a sample outside.
func nest(b *protection.Times) {
	if b.Nominal.T < b.Min.T {
		b.Min = b.Nominal
	}
	if b.Nominal.T > b.Max.T {
		b.Max = b.Nominal
	}
}

// decide returns when one unit of d trips on a current in element e.
func decide(d Device, c protection.Corner, e Element, amps float64, before Load) (protection.Time, error) {
	i, sensor := e.phasors(c, amps)
	if e == Ground && d.Rating.SGR {
		sensor = worst(c, amps) // it comes back through the ground-return sensor
	}
	return decideOn(d, c, i, sensor, before)
}

// decideOn returns when one unit of d trips on steady currents: by a standard
// function, or by one of a digital module if that is sooner.
func decideOn(d Device, c protection.Corner, i [4]complex128, sensor complex128, before Load) (protection.Time, error) {
	first, err := standard(d, c, i, sensor, before)
	m := d.inverse()
	if err != nil || !m.Any() {
		return first, err
	}
	unit, err := protection.NewModules(d.Rating, m, c)
	if err != nil {
		return first, err
	}
	unit.Steady(0, protection.Inputs{I: i, Leakage: sensor})
	for {
		if trip, ok := unit.Tripped(); ok {
			if at := trip.At.Seconds(); !(first.T <= at) {
				first = protection.Time{T: at, Function: trip.Function}
			}
			return first, nil
		}
		next, ok := unit.Next()
		if !ok || next.Seconds() > first.T {
			return first, nil
		}
		unit.Advance(next)
	}
}

// standard returns when a standard function trips. It plays the currents through
// the engine, so that curves and trips cannot disagree.
func standard(d Device, c protection.Corner, i [4]complex128, sensor complex128, before Load) (protection.Time, error) {
	unit, err := d.unit(c, before)
	if err != nil {
		return protection.Time{}, err
	}
	unit.SteadyLeakage(0, i, sensor)
	unit.Advance(time.Duration(2e9 / d.Rating.Frequency)) // through the transition
	for {
		if trip, ok := unit.Tripped(); ok {
			return protection.Time{T: trip.At.Seconds(), Function: trip.Function}, nil
		}
		next, ok := unit.Next()
		if !ok {
			return protection.Time{T: math.NaN()}, nil
		}
		unit.Advance(next)
	}
}

// Function is what trips a nominal unit, an early one where a nominal does not
// trip, or None.
func (p *Point) Function() protection.Function {
	if p.Times.Nominal.Function != protection.None {
		return p.Times.Nominal.Function
	}
	return p.Times.Min.Function
}

// Clearing returns the point with the breaker's opening added: from the
// beginning of the current to its interruption.
func (p Point) Clearing() Point {
	for _, t := range []*protection.Time{&p.Times.Min, &p.Times.Nominal, &p.Times.Max} {
		t.T += protection.Opening.Seconds()
	}
	return p
}

// MarshalJSON writes times to a microsecond, and null for what never trips.
func (p Point) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		X        float64             `json:"x"`
		Amps     float64             `json:"amps"`
		Function protection.Function `json:"function"`
		Min      *float64            `json:"min"`
		Nominal  *float64            `json:"nominal"`
		Max      *float64            `json:"max"`
	}{p.X, p.Amps, p.Function(), finite(p.Times.Min.T), finite(p.Times.Nominal.T), finite(p.Times.Max.T)})
}

// finite is v to a microsecond, or nil where it is no time.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	v = math.Round(v*1e6) / 1e6
	return &v
}
