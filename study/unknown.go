package study

import (
	"fmt"

	"switchroom/points"
	"switchroom/protection"
)

// Unknowns returns what the model does not know and a study must not lean on,
// a sentence each. Whoever prints a result prints these with it.
func Unknowns() []string {
	return []string{
		"Self-protection above Ii (SELLIM, DIN/DINF): no threshold of any frame was found, so there is none unless you set protection.self_protection.peak. A large fault may be cleared sooner than shown.",
		"Limits of selectivity by energy come from the maker's tables. What is said here is by curves alone.",
		fmt.Sprintf("The breaker's opening is taken as %.0f ms for every current and every unit: remembered, in no document we read.", protection.Opening.Seconds()*1000),
		"Bands are published mostly for the predecessor and taken over (sibling). Middles of bands are ours.",
		"Arcing time and the saturation of current transformers are not in these times; curves are of symmetrical currents.",
	}
}

// Relied returns the facts of the model that no document of this unit gives:
// what is inferred or ours.
func Relied() []protection.Fact {
	var all []protection.Fact
	for _, f := range protection.Facts() {
		if f.Certainty >= points.Inferred {
			all = append(all, f)
		}
	}
	return all
}

// Source is a published table that times stand on.
type Source struct {
	Function  protection.Function
	Document  string
	Certainty points.Certainty
}

// Sources returns where the times of each function come from.
func Sources() []Source {
	all := []Source{{protection.LongTime, "NSP p. A-15, NTNW (predecessor), at 1.5, 6 and 7.2 Ir; UG-07 as quoted at 1.5 Ir", points.Sibling}}
	for _, t := range protection.DelayTables() {
		all = append(all, Source{t.Function, t.Source, t.Certainty})
	}
	return all
}
