package study

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"switchroom/protection"
)

// Margin is what two breakers in series do at one current that flows through
// both.
type Margin struct {
	Amps       float64
	Upstream   protection.Time // earliest decision of any upstream unit
	Downstream protection.Time // latest interruption by any downstream breaker
}

// Seconds is how much longer the upstream unit waits than the downstream
// breaker takes; NaN where one of them never trips.
func (m Margin) Seconds() float64 { return m.Upstream.T - m.Downstream.T }

// Selective reports whether the upstream unit certainly stays closed: it never
// trips, or not before the downstream breaker has interrupted for certain.
func (m Margin) Selective() bool { return math.IsNaN(m.Upstream.T) || m.Seconds() >= 0 }

// tested reports whether the current says anything: the downstream breaker
// must interrupt it.
func (m Margin) tested() bool { return !math.IsNaN(m.Downstream.T) }

// MarshalJSON writes times to a microsecond, and null for what never trips.
func (m Margin) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Amps       float64             `json:"amps"`
		Downstream protection.Function `json:"downstream"`
		Latest     *float64            `json:"downstream_latest_clearing"`
		Upstream   protection.Function `json:"upstream"`
		Earliest   *float64            `json:"upstream_earliest_decision"`
		Margin     *float64            `json:"margin"`
		Selective  bool                `json:"selective"`
	}{m.Amps, m.Downstream.Function, finite(m.Downstream.T), m.Upstream.Function, finite(m.Upstream.T), finite(m.Seconds()), m.Selective()})
}

// Selectivity is the verdict on a pair, by curves.
type Selectivity uint8

const (
	NotSelective Selectivity = iota // already at the smallest currents
	Partly                          // up to a current
	Selective                       // at every current of the sweep
)

var selectivityNames = []string{"not_selective", "selective_up_to", "selective"}

func (s Selectivity) String() string { return selectivityNames[s%3] }

// MarshalText writes the verdict's name.
func (s Selectivity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Range is currents from one to another, A.
type Range struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// Coordination is what curves say about two breakers in series.
type Coordination struct {
	Upstream, Downstream string
	Verdict              Selectivity
	UpTo                 float64 // A: selective up to here; the end of the sweep where it is selective
	Swept                Range
	Smallest             Margin  // of the currents that both trip on and that are selective
	Lost                 []Range // where it is not selective
	Rows                 []Margin
}

// ByCurves is what stands with every verdict on selectivity.
const ByCurves = "by curves"

// MarshalJSON writes the verdict with its basis.
func (c Coordination) MarshalJSON() ([]byte, error) {
	var smallest *Margin
	if c.Smallest.Amps > 0 {
		smallest = &c.Smallest
	}
	return json.Marshal(struct {
		Upstream   string      `json:"upstream"`
		Downstream string      `json:"downstream"`
		Verdict    Selectivity `json:"verdict"`
		Basis      string      `json:"basis"`
		UpTo       float64     `json:"up_to"`
		Swept      Range       `json:"swept"`
		Smallest   *Margin     `json:"smallest_margin"`
		Lost       []Range     `json:"lost"`
		Rows       []Margin    `json:"rows"`
	}{c.Upstream, c.Downstream, c.Verdict, ByCurves, c.UpTo, c.Swept, smallest, append([]Range{}, c.Lost...), append([]Margin{}, c.Rows...)})
}

// Coordinate compares two breakers in series, up nearer to the source, at every
// current up to to, A; where to is 0, as far as Span has something to see. The
// same current is taken to flow through both, in element e and from cold.
//
// It compares the latest interruption downstream with the earliest decision
// upstream: the ends of the published bands that are worst. What a limiting
// breaker lets through, and what the maker tested, is not in it.
func Coordinate(up, down Device, e Element, to float64) (Coordination, error) {
	p := pair{up, down, e}
	c := Coordination{Upstream: up.Name, Downstream: down.Name}
	if e == Leakage {
		if err := up.Has(e); err != nil {
			return c, fmt.Errorf("%s: %w", up.Name, err)
		}
	}
	low, high, err := Span([]Device{up, down}, e)
	if err != nil {
		return c, err
	}
	c.Swept = Range{low, orElse(to, high)}
	if err := checkSweep(c.Swept.From, c.Swept.To); err != nil {
		return c, err
	}
	all, err := p.sweep(c.Swept)
	if err != nil {
		return c, err
	}
	if c.Lost, err = p.lost(all); err != nil {
		return c, err
	}
	c.judge(all)
	c.Rows, err = p.table(c.Swept)
	return c, err
}

type pair struct {
	up, down Device
	e        Element
}

func (p pair) at(amps float64) (m Margin, err error) {
	m.Amps = amps
	if m.Upstream, err = decide(p.up, protection.Early, p.e, amps, 0); err != nil {
		return m, err
	}
	if m.Downstream, err = decide(p.down, protection.Late, p.e, amps, 0); err != nil {
		return m, err
	}
	m.Downstream.T += protection.Opening.Seconds()
	return m, nil
}

// sweep looks at every current at which one of the two curves bends.
func (p pair) sweep(r Range) ([]Margin, error) {
	var currents []float64
	for _, one := range []struct {
		d Device
		c protection.Corner
	}{{p.up, protection.Early}, {p.down, protection.Late}} {
		all, err := Trace(one.d, one.c, p.e, r.From, r.To, 0)
		if err != nil {
			return nil, err
		}
		for _, s := range all {
			currents = append(currents, s.Amps)
		}
	}
	slices.Sort(currents)
	return p.all(slices.Compact(currents))
}

func (p pair) all(currents []float64) ([]Margin, error) {
	all := make([]Margin, len(currents))
	for i, a := range currents {
		var err error
		if all[i], err = p.at(a); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// lost returns the ranges of a sweep that are not selective; their ends are
// located to an edge, and never on the safe side.
func (p pair) lost(all []Margin) ([]Range, error) {
	var ranges []Range
	for i, m := range all {
		before := i > 0 && !all[i-1].Selective()
		switch {
		case !m.Selective() && !before:
			from := m.Amps
			if i > 0 {
				var err error
				if from, err = p.edge(all[i-1].Amps, m.Amps); err != nil {
					return nil, err
				}
			}
			ranges = append(ranges, Range{from, m.Amps})
		case !m.Selective():
			ranges[len(ranges)-1].To = m.Amps
		case before:
			ranges[len(ranges)-1].To = m.Amps
		}
	}
	return ranges, nil
}

// edge returns the largest current found between a, which is selective, and b,
// which is not, that is still selective.
func (p pair) edge(a, b float64) (float64, error) {
	for b/a > edge {
		middle := math.Sqrt(a * b)
		m, err := p.at(middle)
		if err != nil {
			return a, err
		}
		if m.Selective() {
			a = middle
		} else {
			b = middle
		}
	}
	return a, nil
}

func (c *Coordination) judge(all []Margin) {
	c.Verdict, c.UpTo = Selective, c.Swept.To
	if len(c.Lost) > 0 {
		c.Verdict, c.UpTo = NotSelective, c.Lost[0].From
	}
	for _, m := range all {
		if m.Amps > c.UpTo || !m.tested() {
			continue
		}
		if c.Verdict == NotSelective {
			c.Verdict = Partly // there is a current that only the downstream one trips on
		}
		if s := m.Seconds(); m.Selective() && !math.IsNaN(s) && (c.Smallest.Amps == 0 || s < c.Smallest.Seconds()) {
			c.Smallest = m
		}
	}
	if c.Verdict == NotSelective {
		c.UpTo = 0
	}
}

// perRow are the currents of a table in a decade.
const perRow = 8

// table returns the pair at currents that a person can read: multiples of 1,
// 1.5, 2, 3, 4, 5, 6 and 8 of powers of ten, and the ends.
func (p pair) table(r Range) ([]Margin, error) {
	currents := []float64{r.From}
	for unit := decadeOf(r.From); unit <= r.To; unit *= 10 {
		for _, m := range [perRow]float64{1, 1.5, 2, 3, 4, 5, 6, 8} {
			if a := m * unit; a > r.From && a < r.To {
				currents = append(currents, a)
			}
		}
	}
	return p.all(append(currents, r.To))
}
