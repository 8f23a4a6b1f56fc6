package points

// IOModules is how many IO modules a unit has at most (MB: register banks IO1 and IO2).
const IOModules = 2

// OfIO returns the point of IO module n, 1 or 2, that is to it what id, a point of
// module 1, is to that.
func OfIO(id ID, n int) ID { return id + ID(n-1)*(IO2Absent-IO1Absent) }

// ioTable is the points of both IO modules (A8).
var ioTable = append(ioRows(IO1Absent, "io1."), ioRows(IO2Absent, "io2.")...)

// ioRows are the points of one module, of which the first is the first by name.
func ioRows(first ID, name string) []Info {
	rows := []Info{
		{Name: "absent", Title: "no such IO module answers: not fitted, or lost", Type: Bool, Class: Monitor, Source: "PACT 32003 bit 15, data availability", Certainty: Sibling},
		{Name: "alarm.error", Title: "ERROR mode, degraded: here its switch stands elsewhere than what acts", Type: Bool, Class: Monitor, Source: "NSX 14741; cause OURS", Certainty: Sibling},
		{Name: "alarm.i1", Title: "counter of input I1 has passed its threshold", Type: Bool, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "alarm.i2", Title: "counter of input I2 has passed its threshold", Type: Bool, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "alarm.i3", Title: "counter of input I3 has passed its threshold", Type: Bool, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "alarm.i4", Title: "counter of input I4 has passed its threshold", Type: Bool, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "alarm.i5", Title: "counter of input I5 has passed its threshold", Type: Bool, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "alarm.i6", Title: "counter of input I6 has passed its threshold", Type: Bool, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "alarm.o1", Title: "counter of output O1 has passed its threshold", Type: Bool, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "alarm.o2", Title: "counter of output O2 has passed its threshold", Type: Bool, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "alarm.o3", Title: "counter of output O3 has passed its threshold", Type: Bool, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "alarm.reset", Title: "reset its alarms", Type: Action, Class: Acknowledge, Source: "MVS 41099", Certainty: Sibling},
		{Name: "alarm.stop", Title: "STOP mode: replace it", Type: Bool, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "application", Title: "application that acts", Type: Integer, Class: Monitor, Source: "A8; numbering OURS", Certainty: Ours},
		{Name: "bounces", Title: "changes of its inputs that were too short to count", Type: Integer, Class: Monitor, Source: "OURS", Certainty: Ours},
		{Name: "commands.complex", Title: "commands by the command interface enabled", Type: Bool, Class: Monitor, Source: "NSX 14733", Certainty: Sibling},
		{Name: "commands.simple", Title: "simple commands enabled: one word, no password", Type: Bool, Class: Operate, Source: "NSX 14733; MVS 41100", Certainty: Sibling},
		{Name: "counter.i1", Title: "how often input I1 came on", Type: Integer, Class: Monitor, Source: "MVS: pulse counters", Certainty: Sibling},
		{Name: "counter.i2", Title: "how often input I2 came on", Type: Integer, Class: Monitor, Source: "MVS: pulse counters", Certainty: Sibling},
		{Name: "counter.i3", Title: "how often input I3 came on", Type: Integer, Class: Monitor, Source: "MVS: pulse counters", Certainty: Sibling},
		{Name: "counter.i4", Title: "how often input I4 came on", Type: Integer, Class: Monitor, Source: "MVS: pulse counters", Certainty: Sibling},
		{Name: "counter.i5", Title: "how often input I5 came on", Type: Integer, Class: Monitor, Source: "MVS: pulse counters", Certainty: Sibling},
		{Name: "counter.i6", Title: "how often input I6 came on", Type: Integer, Class: Monitor, Source: "MVS: pulse counters", Certainty: Sibling},
		{Name: "counter.o1", Title: "how often output O1 came on", Type: Integer, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "counter.o2", Title: "how often output O2 came on", Type: Integer, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "counter.o3", Title: "how often output O3 came on", Type: Integer, Class: Monitor, Source: "NSX 14741", Certainty: Sibling},
		{Name: "counter.preset", Title: "preset the counter of an input", Type: Action, Class: Counters, Source: "MVS 42888", Certainty: Sibling},
		{Name: "cradle", Title: "its application watches the cradle", Type: Bool, Class: Monitor, Source: "MB 14632", Certainty: Confirmed},
		{Name: "cradle.connected", Title: "cradle contact CE: connected", Type: Bool, Class: Monitor, Source: "MB 15301", Certainty: Confirmed},
		{Name: "cradle.connected_at", Title: "last time it was connected", Type: Instant, Class: Monitor, Source: "MB 15308; order by the bits of 15301", Certainty: Inferred},
		{Name: "cradle.connected_count", Title: "how often it was connected", Type: Integer, Class: Monitor, Source: "MB 15302; order by the bits of 15301", Certainty: Inferred},
		{Name: "cradle.disconnected", Title: "cradle contact CD: disconnected", Type: Bool, Class: Monitor, Source: "MB 15301", Certainty: Confirmed},
		{Name: "cradle.disconnected_at", Title: "last time it was disconnected", Type: Instant, Class: Monitor, Source: "MB 15308; order by the bits of 15301", Certainty: Inferred},
		{Name: "cradle.disconnected_count", Title: "how often it was disconnected", Type: Integer, Class: Monitor, Source: "MB 15302; order by the bits of 15301", Certainty: Inferred},
		{Name: "cradle.grease", Title: "preset the regreasing timers", Type: Action, Class: Counters, Source: "MVS 41353", Certainty: Sibling},
		{Name: "cradle.preset", Title: "preset the cradle counters", Type: Action, Class: Counters, Source: "MVS 41352", Certainty: Sibling},
		{Name: "cradle.test", Title: "cradle contact CT: test position", Type: Bool, Class: Monitor, Source: "MB 15301", Certainty: Confirmed},
		{Name: "cradle.test_at", Title: "last time it was in the test position", Type: Instant, Class: Monitor, Source: "MB 15308; order by the bits of 15301", Certainty: Inferred},
		{Name: "cradle.test_count", Title: "how often it was in the test position", Type: Integer, Class: Monitor, Source: "MB 15302; order by the bits of 15301", Certainty: Inferred},
		{Name: "input.i1", Title: "digital input I1", Type: Bool, Class: Monitor, Source: "PACT 32003; NSX 14599", Certainty: Sibling},
		{Name: "input.i2", Title: "digital input I2", Type: Bool, Class: Monitor, Source: "PACT 32003; NSX 14599", Certainty: Sibling},
		{Name: "input.i3", Title: "digital input I3", Type: Bool, Class: Monitor, Source: "PACT 32003; NSX 14599", Certainty: Sibling},
		{Name: "input.i4", Title: "digital input I4", Type: Bool, Class: Monitor, Source: "PACT 32003; NSX 14599", Certainty: Sibling},
		{Name: "input.i5", Title: "digital input I5", Type: Bool, Class: Monitor, Source: "PACT 32003; NSX 14599", Certainty: Sibling},
		{Name: "input.i6", Title: "digital input I6", Type: Bool, Class: Monitor, Source: "PACT 32003; NSX 14599", Certainty: Sibling},
		{Name: "light", Title: "light of application 4, on its output", Type: Bool, Class: Operate, Source: "MVS 42120; output OURS", Certainty: Ours},
		{Name: "load", Title: "load of application 4, on its output", Type: Bool, Class: Operate, Source: "MVS 42376; output OURS", Certainty: Ours},
		{Name: "output.acknowledge", Title: "acknowledge a latched output", Type: Action, Class: Acknowledge, Source: "MVS 41102", Certainty: Sibling},
		{Name: "output.change", Title: "change the state of an output", Type: Action, Class: Operate, Source: "MVS 1672", Certainty: Sibling},
		{Name: "output.o1", Title: "digital output O1", Type: Bool, Class: Monitor, Source: "PACT 32003; NSX 14601", Certainty: Sibling},
		{Name: "output.o2", Title: "digital output O2", Type: Bool, Class: Monitor, Source: "PACT 32003; NSX 14601", Certainty: Sibling},
		{Name: "output.o3", Title: "digital output O3", Type: Bool, Class: Monitor, Source: "PACT 32003; NSX 14601", Certainty: Sibling},
		{Name: "pad", Title: "setting-locking pad at its front", Type: Enum, Enum: []string{"locked", "unlocked"}, Class: Monitor, Source: "PowerPact brochure p. 104", Certainty: Sibling},
		{Name: "switch", Title: "where its rotary switch stands", Type: Integer, Class: Monitor, Source: "PowerPact brochure p. 104", Certainty: Sibling},
		{Name: "switch_mismatch", Title: "its rotary switch stands elsewhere than what acts", Type: Bool, Class: Monitor, Source: "OURS", Certainty: Ours},
		{Name: "temperature", Title: "its Pt100 sensor", Type: Float, Unit: "°C", Class: Monitor, Source: "IB 13826", Certainty: Sibling},
		{Name: "temperature.changed", Title: "last time its Pt100 sensor changed by 1 °C", Type: Instant, Class: Monitor, Source: "IB 13830", Certainty: Sibling},
		{Name: "temperature.max", Title: "highest of its Pt100 sensor", Type: Float, Unit: "°C", Class: Monitor, Source: "IB 13838", Certainty: Sibling},
		{Name: "temperature.min", Title: "lowest of its Pt100 sensor", Type: Float, Unit: "°C", Class: Monitor, Source: "IB 13840", Certainty: Sibling},
		{Name: "temperature.preset", Title: "preset the counters of switchboard temperature", Type: Action, Class: Counters, Source: "MVS 42889", Certainty: Sibling},
		{Name: "temperature.reset", Title: "reset minimum and maximum of its Pt100 sensor", Type: Action, Class: Counters, Source: "MVS 42890", Certainty: Sibling},
		{Name: "temperature.valid", Title: "its Pt100 sensor answers within its range", Type: Bool, Class: Monitor, Source: "IB 13828", Certainty: Sibling},
	}
	for i := range rows {
		rows[i].ID, rows[i].Name = first+ID(i), name+rows[i].Name
	}
	return rows
}
