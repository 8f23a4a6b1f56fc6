package polling

import (
	"slices"

	"switchroom/points"
	"switchroom/regmap"
)

// usual are the points that a supervision shows of a breaker, by name: state,
// currents, voltages, powers, energies and wear.
var usual = []string{
	"breaker.closed",
	"breaker.fault_tripped",
	"breaker.inhibited_comm",
	"breaker.inhibited_io",
	"breaker.ready_to_close",
	"breaker.spring_charged",
	"breaker.tripped",
	"current.ground",
	"current.highest",
	"current.l1",
	"current.l2",
	"current.l3",
	"current.leakage",
	"current.n",
	"energy.active.delivered",
	"energy.active.received",
	"energy.reactive.delivered",
	"energy.reactive.received",
	"frequency",
	"power.active.l1",
	"power.active.l2",
	"power.active.l3",
	"power.active.total",
	"power.apparent.total",
	"power.reactive.total",
	"power_factor.total",
	"voltage.l12",
	"voltage.l1n",
	"voltage.l23",
	"voltage.l2n",
	"voltage.l31",
	"voltage.l3n",
	"wear.contacts",
}

// Usual returns the points that a supervision shows of a breaker and whose
// register in m is known well enough to rely on: confirmed, sibling or reported.
// What a user's own file makes certain is among them.
func Usual(m *regmap.Map) []points.ID {
	var ids []points.ID
	for _, n := range usual {
		id, err := points.Lookup(n)
		if err != nil {
			continue // the test of this table fails
		}
		if place, ok := m.Find(id); ok && place.Row.Certainty < points.Inferred {
			ids = append(ids, id)
		}
	}
	return ids
}

// Only returns those of ids whose register in m is of certainty worst or worse.
func Only(m *regmap.Map, ids []points.ID, worst points.Certainty) []points.ID {
	return slices.DeleteFunc(slices.Clone(ids), func(id points.ID) bool {
		place, ok := m.Find(id)
		return ok && place.Row.Certainty < worst
	})
}
