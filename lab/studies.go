package lab

import (
	"math"
	"sync"

	"switchroom/study"
)

// studies remembers what package study was asked: curves are computed when settings
// change, and not each time that a page moves.
type studies struct {
	mu     sync.Mutex
	curves map[curvesKey]curvesOf
	pairs  map[pairKey]pairOf
	fault  func() float64 // A, up to which breakers are compared; 0: not known
}

// curvesKey is what curves depend on.
type curvesKey struct {
	devices [study.MaxDevices]study.Device
	n       int
	element study.Element
}

type curvesOf struct {
	from, to float64
	all      []study.Curves
	points   [][]study.Point // of [rounds], by device
	err      error
}

type pairKey struct {
	up, down study.Device
	element  study.Element
	to       float64
}

type pairOf struct {
	study.Coordination
	err error
}

// askedMax is how many answers are remembered; then all are forgotten. Ours.
const askedMax = 256

func newStudies(fault func() float64) *studies {
	return &studies{curves: map[curvesKey]curvesOf{}, pairs: map[pairKey]pairOf{}, fault: sync.OnceValue(fault)}
}

// plotted are the curves of a plot.
func (a *studies) plotted(p study.Plot) curvesOf {
	k := curvesKey{n: len(p.Devices), element: p.Element}
	for i, d := range p.Devices[:min(len(p.Devices), study.MaxDevices)] {
		d.Name = ""
		k.devices[i] = d
	}
	fault := a.fault()
	a.mu.Lock()
	defer a.mu.Unlock()
	c, known := a.curves[k]
	if !known {
		c = plotted(p, fault)
		if len(a.curves) >= askedMax {
			clear(a.curves)
		}
		a.curves[k] = c
	}
	return c
}

// plotted traces them. The axis of currents goes from a tenth of the smallest breaker's
// In, so that what flows usually is on it, to beyond what can flow.
func plotted(p study.Plot, fault float64) (c curvesOf) {
	from, to, err := study.Span(p.Devices, p.Element)
	if err != nil {
		return curvesOf{err: err}
	}
	p.From, p.To = from, max(to, 1.2*fault)
	for _, d := range p.Devices {
		if p.Element != study.Leakage {
			p.From = min(p.From, d.Rating.In/10)
		}
	}
	c.from, c.to, c.all, c.err = p.Curves()
	for _, d := range p.Devices {
		if c.err != nil {
			break
		}
		var at []study.Point
		at, c.err = study.Curve(d, p.Element, study.OfA, rounds(c.from, c.to), 0)
		c.points = append(c.points, at)
	}
	return c
}

// rounds are the currents of a table: 1, 2 and 5 of each decade.
func rounds(from, to float64) (all []float64) {
	for unit := math.Pow(10, math.Floor(math.Log10(from))); unit <= to; unit *= 10 {
		for _, m := range []float64{1, 2, 5} {
			if a := m * unit; a >= from && a <= to {
				all = append(all, a)
			}
		}
	}
	return all
}

// compared compares two breakers in series, up to the largest fault of the site. Pairs
// that differ by their names alone are one.
func (a *studies) compared(up, down study.Device, e study.Element) (study.Coordination, error) {
	k := pairKey{up, down, e, a.fault()}
	k.up.Name, k.down.Name = "", ""
	a.mu.Lock()
	defer a.mu.Unlock()
	c, known := a.pairs[k]
	if !known {
		c.Coordination, c.err = study.Coordinate(up, down, e, k.to)
		if len(a.pairs) >= askedMax {
			clear(a.pairs)
		}
		a.pairs[k] = c
	}
	c.Upstream, c.Downstream = up.Name, down.Name
	return c.Coordination, c.err
}
