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

// count adds the energy of the reading, from where it is counted to now.
func (m *Meter) count(now time.Duration) {
	from := m.counted
	if m.counted = max(from, now); !m.reading.known() || now <= from {
		return
	}
	hours := (now - from).Hours()
	e := &m.state.Energy
	e[activeDelivered].add(m.reading[active] * hours)
	e[activeReceived].add(-m.reading[active] * hours)
	e[reactiveDelivered].add(m.reading[reactive] * hours)
	e[reactiveReceived].add(-m.reading[reactive] * hours)
	e[apparentTotal].add(m.reading[apparent] * hours)
	m.countDemand(from, now)
}

func (m *Meter) fillEnergies(v points.Values) {
	s := &m.state
	for k, c := range counters {
		v[c.lifetime] = s.Energy[k].since(Counter{})
		v[c.resettable] = s.Energy[k].since(s.Reset[k])
	}
	v[points.EnergyActive] = m.net(v[points.EnergyActiveDelivered], v[points.EnergyActiveReceived])
	v[points.EnergyReactive] = m.net(v[points.EnergyReactiveDelivered], v[points.EnergyReactiveReceived])
}

func (m *Meter) net(delivered, received float64) float64 {
	if m.settings.Signed {
		return delivered - received
	}
	return delivered + received
}
