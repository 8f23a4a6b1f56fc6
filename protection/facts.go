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
		{"optional functions, IDMTL picks up, nominal", nominal.k, "Ir", "reference of the IDMTL formula as quoted", points.Reported},
		{"optional functions, time of IDMTL is that at", idmtlReference, "Ir", "UG IDMTL as quoted", points.Reported},
		{"optional functions, time of IDMT ground fault is that at", idmtReference, "Ig", "OURS", points.Ours},
		{"optional functions, band of voltages", voltageMargin, "setting", "OURS", points.Ours},
		{"optional functions, band of frequency", frequencyMargin, "Hz", "OURS", points.Ours},
		{"optional functions, band of power", powerMargin, "setting", "OURS", points.Ours},
		{"optional functions, band of directional currents", currentMargin, "setting", "OURS", points.Ours},
		{"optional functions, band of delays", moduleDelay, "setting", "OURS", points.Ours},
		{"optional functions, a late unit takes longer by", moduleLag, "cycle", "OURS", points.Ours},
		{"optional functions, drop-out of voltages from the pick-up", voltageDrop, "pick-up", "OURS", points.Ours},
		{"optional functions, drop-out of frequency from the pick-up", frequencyDrop, "Hz", "OURS", points.Ours},
		{"optional functions, least voltage with a frequency", liveVoltage, "rated", "OURS", points.Ours},
		{"optional functions, least voltage with a direction", polarising, "rated", "OURS", points.Ours},
		{"optional functions, most sensitive where l1 leads V23 by", 45, "°", "OURS", points.Ours},
		{"instantaneous, counting ends without a peak for", instantGap, "cycle", "OURS", points.Ours},
		{"drop reported below", dropRatio, "pick-up", "OURS", points.Ours},
		{"breaker opening", Opening.Seconds(), "s", "OURS: remembered", points.Ours},
		{"samples of a cycle", gridCycle, "", "UG metering", points.Confirmed},
		{"largest current believed", Limit, "A", "OURS", points.Ours},
	}
}
