package metering

import (
	"math"
	"time"

	"switchroom/points"
)

// Extreme is a minimum or maximum and when it was.
type Extreme struct {
	Value float64
	At    time.Duration
}

// fold lets minima and maxima look at the reading, as of at.
func (m *Meter) fold(at time.Duration) {
	s := &m.state
	for q := range numTracked {
		v := m.reading[q]
		if math.IsNaN(v) {
			continue
		}
		first := s.Seen>>q&1 == 0
		s.Seen |= 1 << q
		if first || v < s.Min[q].Value {
			s.Min[q] = Extreme{v, at}
		}
		if first || v > s.Max[q].Value {
			s.Max[q] = Extreme{v, at}
		}
	}
}

// Reset clears minima, maxima, peaks of demand and energies by group. Minimum,
// maximum and peak are then what is shown now. The lifetime counters stay.
func (m *Meter) Reset(now time.Duration, g Groups) {
	m.settle(now)
	s := &m.state
	for q := range numTracked {
		if g&quantities[q].group != 0 {
			s.Seen &^= 1 << q
			s.Min[q], s.Max[q] = Extreme{}, Extreme{}
		}
	}
	for k := range demands {
		if g&demands[k].group != 0 {
			s.Demand[k].forget(m.now, m.settings.demand(k))
		}
	}
	if g&Energies != 0 {
		s.Reset, s.Phases = s.Energy, nil
	}
	if m.looked && m.reading.known() && !m.sampling() {
		m.fold(m.now)
	}
}

// Extremes returns minimum and maximum of the point with the value, as of now,
// and whether anything was seen yet.
func (m *Meter) Extremes(now time.Duration, value points.ID) (lowest, highest Extreme, ok bool) {
	m.settle(now)
	for q := range numTracked {
		if value != 0 && quantities[q].value == value {
			return m.state.Min[q], m.state.Max[q], m.exists(q)
		}
	}
	return Extreme{}, Extreme{}, false
}

// exists reports whether the quantity has extremes that this wiring can show.
func (m *Meter) exists(q quantity) bool { return m.state.seen(q) && m.measures(q) }

// measures reports whether this wiring measures the quantity.
func (m *Meter) measures(q quantity) bool { return quantities[q].need.has(m.rating) }

// Fill sets everything that is measured in v, as of now.
func (m *Meter) Fill(now time.Duration, v points.Values) {
	m.settle(now)
	for q := range quantity(numQuantities) {
		v[quantities[q].value] = m.reading[q]
	}
	for q := range numTracked {
		lowest, highest := math.NaN(), math.NaN()
		if m.exists(q) {
			lowest, highest = m.state.Min[q].Value, m.state.Max[q].Value
		}
		if id := quantities[q].min; id != 0 {
			v[id] = lowest
		}
		v[quantities[q].max] = highest
	}
	m.fillEnergies(v)
	m.fillDemand(v)
	m.fillHarmonics(v)
}

// FillDates sets when minima, maxima and peaks were, in seconds since
// 2000-01-01, where the clock of the meter is 0 at epoch.
func (m *Meter) FillDates(v points.Values, epoch float64) {
	date := func(id points.ID, at time.Duration, ok bool) {
		if v[id] = math.NaN(); ok {
			v[id] = epoch + at.Seconds()
		}
	}
	for q := range numTracked {
		date(dates[q].max, m.state.Max[q].At, m.exists(q))
		if dates[q].min != 0 {
			date(dates[q].min, m.state.Min[q].At, m.exists(q))
		}
	}
	for g := range demands {
		d := &m.state.Demand[g]
		for k, row := range demands[g].rows {
			date(row.at, d.Peak[k].At, d.Seen>>k&1 == 1 && m.measures(row.of))
		}
	}
}
