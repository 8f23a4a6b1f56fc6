package metering

import (
	"math"
	"time"

	"switchroom/points"
)

// Counter is an energy that only grows: whole units and the rest below one.
//
// Twenty years at 4 MW are 7·10¹¹ Wh. A float64 of that size has steps of
// 0.12 mWh, so each addition would be rounded by up to half of that, at a steady
// load always to the same side: 0.1 % of 200 W counted once a second. The rest
// alone stays below one and has steps of 10⁻¹⁶.
type Counter struct {
	Whole int64   // Wh, varh, VAh
	Rest  float64 // 0 to below 1
}

// add counts e, if it is more than nothing.
func (c *Counter) add(e float64) {
	if !(e > 0) {
		return
	}
	n := math.Floor(c.Rest + e)
	c.Rest = c.Rest + e - n
	c.Whole += int64(n)
}

// since returns what was counted since c was base, in whole units.
func (c Counter) since(base Counter) float64 {
	n := c.Whole - base.Whole
	if c.Rest < base.Rest {
		n--
	}
	return float64(n)
}

// valid reports whether c can have been counted after base, with room for all
// that can still come.
func (c Counter) valid(base Counter) bool {
	return c.Rest >= 0 && c.Rest < 1 && c.Whole >= 0 && c.Whole <= math.MaxInt64/2 && (c.Whole > base.Whole || c.Whole == base.Whole && c.Rest >= base.Rest)
}

// The counters, by place in State.Energy. Stored states know them by number.
const (
	activeDelivered = iota
	activeReceived
	reactiveDelivered
	reactiveReceived
	apparentTotal
	numCounters
)

// counters says where each is shown: since the last reset, and for good.
var counters = [numCounters]struct{ resettable, lifetime points.ID }{
	activeDelivered:   {points.EnergyActiveDelivered, points.EnergyLifetimeActiveDelivered},
	activeReceived:    {points.EnergyActiveReceived, points.EnergyLifetimeActiveReceived},
	reactiveDelivered: {points.EnergyReactiveDelivered, points.EnergyLifetimeReactiveDelivered},
	reactiveReceived:  {points.EnergyReactiveReceived, points.EnergyLifetimeReactiveReceived},
	apparentTotal:     {points.EnergyApparent, points.EnergyLifetimeApparent},
}

// phaseCounters says where the energies of each phase are shown, in the order of
// the counters: since the last reset. They have no lifetime counters here.
var phaseCounters = [numCounters][3]points.ID{
	activeDelivered:   {points.EnergyActiveDeliveredL1, points.EnergyActiveDeliveredL2, points.EnergyActiveDeliveredL3},
	activeReceived:    {points.EnergyActiveReceivedL1, points.EnergyActiveReceivedL2, points.EnergyActiveReceivedL3},
	reactiveDelivered: {points.EnergyReactiveDeliveredL1, points.EnergyReactiveDeliveredL2, points.EnergyReactiveDeliveredL3},
	reactiveReceived:  {points.EnergyReactiveReceivedL1, points.EnergyReactiveReceivedL2, points.EnergyReactiveReceivedL3},
	apparentTotal:     {points.EnergyApparentL1, points.EnergyApparentL2, points.EnergyApparentL3},
}

// phaseNets says where the net energies of each phase are shown.
var phaseNets = [3]struct{ active, reactive points.ID }{
	{points.EnergyActiveL1, points.EnergyReactiveL1}, {points.EnergyActiveL2, points.EnergyReactiveL2}, {points.EnergyActiveL3, points.EnergyReactiveL3},
}

// Counters are the energies of one phase or of all, by number.
type Counters [numCounters]Counter

// add takes in what flowed: active, reactive and apparent power for some hours.
func (c *Counters) add(p, q, s, hours float64) {
	c[activeDelivered].add(p * hours)
	c[activeReceived].add(-p * hours)
	c[reactiveDelivered].add(q * hours)
	c[reactiveReceived].add(-q * hours)
	c[apparentTotal].add(s * hours)
}

// count adds the energy of the reading, from where it is counted to now.
func (m *Meter) count(now time.Duration) {
	from := m.counted
	if m.counted = max(from, now); !m.reading.known() || now <= from {
		return
	}
	hours := (now - from).Hours()
	r := &m.reading
	m.state.Energy.add(r[active], r[reactive], r[apparent], hours)
	if m.phaseEnergy() {
		m.countPhases(hours)
	}
	m.countDemand(from, now)
}

// phaseEnergy reports whether energies are counted by phase: the digital module
// is there, and voltages to neutral (UG: 4P, or 3P with ENVT).
func (m *Meter) phaseEnergy() bool { return m.settings.PhaseEnergy && m.rating.NeutralVoltage() }

func (m *Meter) countPhases(hours float64) {
	if m.state.Phases == nil {
		m.state.Phases = new([3]Counters)
	}
	r := &m.reading
	for k := range quantity(3) {
		m.state.Phases[k].add(r[active1+k], r[reactive1+k], r[apparent1+k], hours)
	}
}

func (m *Meter) fillPhases(v points.Values) {
	var all [3]Counters
	if m.state.Phases != nil {
		all = *m.state.Phases
	}
	for k := range all {
		for c, ids := range phaseCounters {
			if v[ids[k]] = math.NaN(); m.phaseEnergy() {
				v[ids[k]] = all[k][c].since(Counter{})
			}
		}
		v[phaseNets[k].active] = m.net(v[phaseCounters[activeDelivered][k]], v[phaseCounters[activeReceived][k]])
		v[phaseNets[k].reactive] = m.net(v[phaseCounters[reactiveDelivered][k]], v[phaseCounters[reactiveReceived][k]])
	}
}

func (m *Meter) fillEnergies(v points.Values) {
	s := &m.state
	for k, c := range counters {
		v[c.lifetime] = s.Energy[k].since(Counter{})
		v[c.resettable] = s.Energy[k].since(s.Reset[k])
	}
	v[points.EnergyActive] = m.net(v[points.EnergyActiveDelivered], v[points.EnergyActiveReceived])
	v[points.EnergyReactive] = m.net(v[points.EnergyReactiveDelivered], v[points.EnergyReactiveReceived])
	m.fillPhases(v)
}

func (m *Meter) net(delivered, received float64) float64 {
	if m.settings.Signed {
		return delivered - received
	}
	return delivered + received
}
