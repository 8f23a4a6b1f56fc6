package study

import (
	"math"

	"switchroom/protection"
)

// Sample is the decision of one unit on one current. T is NaN where it never
// trips.
type Sample struct {
	Amps float64
	protection.Time
}

const (
	perDecade = 40     // currents of a trace before it is refined
	edge      = 1.0005 // as near as steps of a curve are located, a ratio of currents
	smooth    = 1.25   // as far as neighbours may be apart, a ratio of times
)

// Trace returns the decisions of a unit in corner c on currents from from to
// to, A, in rising order: evenly on a logarithmic scale, and closer where the
// function or the time changes, so that a step is found wherever a setting,
// a tolerance or another function puts it.
func Trace(d Device, c protection.Corner, e Element, from, to float64, before Load) ([]Sample, error) {
	if err := checkSweep(from, to); err != nil {
		return nil, err
	}
	t := tracer{d: d, corner: c, element: e, before: before}
	n := int(math.Ceil(math.Log10(to/from) * perDecade))
	last := t.at(from)
	all := []Sample{last}
	for k := 1; k <= n && t.err == nil; k++ {
		next := t.at(from * math.Pow(to/from, float64(k)/float64(n)))
		all = append(t.between(all, last, next), next)
		last = next
	}
	return all, t.err
}

func checkSweep(from, to float64) error {
	if err := checkAmps(from); err != nil {
		return err
	}
	if err := checkAmps(to); err != nil {
		return err
	}
	if !(to > from) {
		return errSweep{from, to}
	}
	return nil
}

type tracer struct {
	d       Device
	corner  protection.Corner
	element Element
	before  Load
	err     error
}

func (t *tracer) at(amps float64) Sample {
	if t.err != nil {
		return Sample{}
	}
	s := Sample{Amps: amps}
	s.Time, t.err = decide(t.d, t.corner, t.element, amps, t.before)
	return s
}

// between appends what lies between a and b where they differ.
func (t *tracer) between(all []Sample, a, b Sample) []Sample {
	if t.err != nil || b.Amps/a.Amps < edge || a.Function == b.Function && !(apart(a.T, b.T) > smooth) {
		return all
	}
	m := t.at(math.Sqrt(a.Amps * b.Amps))
	all = append(t.between(all, a, m), m)
	return t.between(all, m, b)
}

// apart is the ratio of two times; 1 where both never come.
func apart(a, b float64) float64 {
	if !(a > 0 && b > 0) {
		return 1
	}
	return math.Max(a/b, b/a)
}
