package protection

import "switchroom/points"

// Fact is one number the model stands on, beside the ranges of points and the
// rows of DelayTables.
type Fact struct {
	Name      string
	Value     float64
	Unit      string
	Source    string
	Certainty points.Certainty
}

// Facts returns the numbers of the model with their sources, for whoever must
// show what a result relies on. What is ours is a reading or a decision of this
// package; a unit may differ.
func Facts() []Fact {
	early, nominal, late := tolerances[Early], tolerances[Nominal], tolerances[Late]
	return []Fact{
		{"long time, earliest pick-up", early.k, "Ir", "NSP p. A-15; NSX; NTNW", points.Sibling},
		{"long time, latest pick-up", late.k, "Ir", "NSP p. A-15; NSX; NTNW", points.Sibling},
		{"long time, nominal pick-up", nominal.k, "Ir", "reference of the IDMTL formula as quoted", points.Reported},
		{"long time, earliest at 6 Ir", early.f, "tr", "NSP p. A-15: 0/−20 %", points.Sibling},
		{"long time, latest at 6 Ir", late.f, "tr", "NSP p. A-15: 0/−20 %", points.Sibling},
		{"long time, nominal at 6 Ir", nominal.f, "tr", "OURS: middle of the band", points.Ours},
		{"long time, earliest at 6 Ir for tr 0.5 s", floorEarly, "tr", "OURS: reading of 0.7 s −40 %", points.Ours},
		{"long time, latest trips no sooner for tr 0.5 s", floorTime.Seconds(), "s", "NSP p. A-15; as a floor OURS", points.Ours},
		{"long time, start reported", longStart, "Ir", "ACT 0x6200", points.Sibling},
		{"long time, cooling after a trip", cooling, "s", "NS thermal memory, about 15 min", points.Sibling},
		{"long time, that cooling lasts", memory.Seconds(), "s", "NSP p. A-15: thermal memory 20 min after tripping", points.Sibling},
		{"short time, instantaneous, ground fault, earliest pick-up", early.pickup, "setting", "NSP p. A-15: ±10 %", points.Sibling},
		{"short time, instantaneous, ground fault, latest pick-up", late.pickup, "setting", "NSP p. A-15: ±10 %", points.Sibling},
		{"earth leakage, earliest pick-up", early.leakage, "setting", "NSP p. A-15: 0/−20 %", points.Sibling},
		{"earth leakage, nominal pick-up", nominal.leakage, "setting", "OURS: middle of the band", points.Ours},
		{"intermittent faults, forgetting 1 s takes a nominal unit", forgets[Nominal], "s", "OURS: UG says that it accumulates, not how long", points.Ours},
		{"intermittent faults, forgetting 1 s takes an early unit", forgets[Early], "s", "OURS: UG says that it accumulates, not how long", points.Ours},
		{"short time, shortest delay after a trip lasts", haste.Seconds(), "s", "NS", points.Sibling},
		{"self-protection, earliest threshold", early.pickup, "setting", "OURS: that of instantaneous; no threshold of any frame was found", points.Ours},
		{"self-protection, latest threshold", late.pickup, "setting", "OURS: that of instantaneous; no threshold of any frame was found", points.Ours},
		{"oversized neutral", neutralFactors[NeutralOversized], "Ir", "CAT, no more than In", points.Confirmed},
		{"oversized neutral, most for short time", isdLimit, "In", "NSX", points.Sibling},
		{"instantaneous, counting ends without a peak for", instantGap, "cycle", "OURS", points.Ours},
		{"drop reported below", dropRatio, "pick-up", "OURS", points.Ours},
		{"breaker opening", Opening.Seconds(), "s", "OURS: remembered", points.Ours},
		{"samples of a cycle", gridCycle, "", "UG metering", points.Confirmed},
		{"largest current believed", Limit, "A", "OURS", points.Ours},
	}
}
