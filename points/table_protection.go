package points

// protectionTable is what protects: settings of every function, pick-ups, alarms and trips; sorted by name.
var protectionTable = []Info{
	{ID: AlarmDirectional1, Name: "alarm.directional_1", Title: "directional overcurrent stage 1 (ANSI 67): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmDirectional2, Name: "alarm.directional_2", Title: "directional overcurrent stage 2 (ANSI 67): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmEarthLeakageAlarm, Name: "alarm.earth_leakage_alarm", Title: "earth-leakage alarm (ANSI 51G): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmGroundFaultAlarm, Name: "alarm.ground_fault_alarm", Title: "ground-fault alarm (ANSI 51N): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmIDMTGroundFault, Name: "alarm.idmt_ground_fault", Title: "IDMT ground fault (ANSI 51N): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmIDMTL, Name: "alarm.idmtl", Title: "IDMTL overcurrent (ANSI 51): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmOverfrequency, Name: "alarm.overfrequency", Title: "overfrequency (ANSI 81O): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmOvervoltage1, Name: "alarm.overvoltage_1", Title: "overvoltage element 1 (ANSI 59): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmOvervoltage2, Name: "alarm.overvoltage_2", Title: "overvoltage element 2 (ANSI 59): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmReversePower, Name: "alarm.reverse_power", Title: "reverse active power (ANSI 32P): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmUnderfrequency, Name: "alarm.underfrequency", Title: "underfrequency (ANSI 81U): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmUndervoltage1, Name: "alarm.undervoltage_1", Title: "undervoltage element 1 (ANSI 27): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: AlarmUndervoltage2, Name: "alarm.undervoltage_2", Title: "undervoltage element 2 (ANSI 27): its delay has run out and it stands", Type: Bool, Class: Monitor, Source: "UG optional protections; OURS", Certainty: Ours},
	{ID: PickupEarthLeakage, Name: "pickup.earth_leakage", Title: "earth leakage IΔn has picked up", Type: Bool, Class: Monitor, Source: "NSX standard dataset", Certainty: Ours},
	{ID: PickupGroundFault, Name: "pickup.ground_fault", Title: "ground fault Ig has picked up", Type: Bool, Class: Monitor, Source: "NSX standard dataset", Certainty: Ours},
	{ID: PickupInstantaneous, Name: "pickup.instantaneous", Title: "instantaneous Ii has picked up", Type: Bool, Class: Monitor, Source: "NSX standard dataset", Certainty: Ours},
	{ID: PickupLongTime, Name: "pickup.long_time", Title: "long time Ir has picked up", Type: Bool, Class: Monitor, Source: "NSX standard dataset", Certainty: Ours},
	{ID: PickupShortTime, Name: "pickup.short_time", Title: "short time Isd has picked up", Type: Bool, Class: Monitor, Source: "NSX standard dataset", Certainty: Ours},
	{ID: ProtectionDirectional1Action, Name: "protection.directional_1.action", Title: "what directional overcurrent stage 1 (ANSI 67) does: trip or alarm", Type: Enum, Enum: []string{"trip", "alarm"}, Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDirectional1Delay, Name: "protection.directional_1.delay", Title: "directional overcurrent stage 1 (ANSI 67): delay", Type: Float, Unit: "s", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.05, Max: 300, Default: 0.5, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDirectional1Direction, Name: "protection.directional_1.direction", Title: "directional overcurrent stage 1 (ANSI 67): forward is from top to bottom", Type: Enum, Enum: []string{"forward", "reverse"}, Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 1, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDirectional1Inhibit, Name: "protection.directional_1.inhibit", Title: "directional overcurrent stage 1 (ANSI 67) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDirectional1Mode, Name: "protection.directional_1.mode", Title: "directional overcurrent stage 1 (ANSI 67) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDirectional1Pickup, Name: "protection.directional_1.pickup", Title: "directional overcurrent stage 1 (ANSI 67): pick-up", Type: Float, Unit: "In", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.2, Max: 10, Default: 1, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDirectional2Action, Name: "protection.directional_2.action", Title: "what directional overcurrent stage 2 (ANSI 67) does: trip or alarm", Type: Enum, Enum: []string{"trip", "alarm"}, Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDirectional2Delay, Name: "protection.directional_2.delay", Title: "directional overcurrent stage 2 (ANSI 67): delay", Type: Float, Unit: "s", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.05, Max: 300, Default: 0.5, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDirectional2Direction, Name: "protection.directional_2.direction", Title: "directional overcurrent stage 2 (ANSI 67): forward is from top to bottom", Type: Enum, Enum: []string{"forward", "reverse"}, Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 1, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDirectional2Inhibit, Name: "protection.directional_2.inhibit", Title: "directional overcurrent stage 2 (ANSI 67) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDirectional2Mode, Name: "protection.directional_2.mode", Title: "directional overcurrent stage 2 (ANSI 67) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDirectional2Pickup, Name: "protection.directional_2.pickup", Title: "directional overcurrent stage 2 (ANSI 67): pick-up", Type: Float, Unit: "In", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.2, Max: 10, Default: 1, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionDual, Name: "protection.dual", Title: "dual settings: two groups, one acting", Type: Enum, Enum: []string{"off", "on"}, Class: Protect, Source: "DOCA0055EN-09", Certainty: Confirmed, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Confirmed, Source: "DOCA0055EN-09"},
	}},
	{ID: ProtectionEarthLeakageDt, Name: "protection.earth_leakage.dt", Title: "earth-leakage delay Δt", Type: Float, Unit: "s", Class: Protect, Source: "UG protection; MB T001025276", Certainty: Inferred, Limits: []Limit{
		{Variants: []Variant{X70}, Min: 0.06, Max: 0.8, Default: 0.06, Values: []float64{0.06, 0.15, 0.23, 0.35, 0.8}, Certainty: Reported, Source: "UG-12 as quoted; default CYB p. 23"},
	}},
	{ID: ProtectionEarthLeakageIdn, Name: "protection.earth_leakage.idn", Title: "earth-leakage pick-up IΔn (ANSI 50G-TD)", Type: Float, Unit: "A", Class: Protect, Source: "UG protection; MB T001025276", Certainty: Inferred, Limits: []Limit{
		{Variants: []Variant{X70}, Min: 0.5, Max: 30, Step: 0.1, Default: 0.5, Certainty: Reported, Source: "UG-12 as quoted; default CYB p. 23"},
	}},
	{ID: ProtectionEarthLeakageOn, Name: "protection.earth_leakage.on", Title: "earth leakage acts", Type: Bool, Class: Monitor, Source: "MB T001025276, by the stride", Certainty: Inferred},
	{ID: ProtectionEarthLeakageAlarm, Name: "protection.earth_leakage_alarm", Title: "earth-leakage alarm settings (ANSI 51G, digital module)", Type: Action, Class: Protect, Source: "MB T001025054", Certainty: Confirmed},
	{ID: ProtectionEarthLeakageAlarmDelay, Name: "protection.earth_leakage_alarm.delay", Title: "earth-leakage alarm (ANSI 51G): delay", Type: Float, Unit: "s", Class: Optional, Source: "UG ground-fault alarm; NTNW", Certainty: Sibling, Limits: []Limit{
		{Variants: []Variant{X70}, Min: 1, Max: 10, Default: 10, Certainty: Sibling, Source: "NTNW: ground-fault alarm of the P control unit"},
	}},
	{ID: ProtectionEarthLeakageAlarmDrop, Name: "protection.earth_leakage_alarm.drop", Title: "earth-leakage alarm (ANSI 51G): drop-out, no more than the pick-up", Type: Float, Unit: "A", Class: Optional, Source: "UG ground-fault alarm; range OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X70}, Min: 0.5, Max: 30, Step: 0.1, Default: 0.5, Certainty: Ours, Source: "OURS: range of the protection"},
	}},
	{ID: ProtectionEarthLeakageAlarmDropDelay, Name: "protection.earth_leakage_alarm.drop_delay", Title: "earth-leakage alarm (ANSI 51G): drop-out delay", Type: Float, Unit: "s", Class: Optional, Source: "UG ground-fault alarm; NTNW", Certainty: Sibling, Limits: []Limit{
		{Variants: []Variant{X70}, Min: 1, Max: 10, Default: 1, Certainty: Sibling, Source: "NTNW: ground-fault alarm of the P control unit"},
	}},
	{ID: ProtectionEarthLeakageAlarmInhibit, Name: "protection.earth_leakage_alarm.inhibit", Title: "earth-leakage alarm (ANSI 51G) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "UG ground-fault alarm; OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X70}, Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionEarthLeakageAlarmMode, Name: "protection.earth_leakage_alarm.mode", Title: "earth-leakage alarm (ANSI 51G) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "UG ground-fault alarm; OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X70}, Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionEarthLeakageAlarmPickup, Name: "protection.earth_leakage_alarm.pickup", Title: "earth-leakage alarm (ANSI 51G): pick-up", Type: Float, Unit: "A", Class: Optional, Source: "UG ground-fault alarm; range OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X70}, Min: 0.5, Max: 30, Step: 0.1, Default: 0.5, Certainty: Ours, Source: "OURS: range of the protection"},
	}},
	{ID: ProtectionERMSEngaged, Name: "protection.erms.engaged", Title: "energy-reduction maintenance settings act (ERMS)", Type: Bool, Class: Engage, Source: "UG ERMS", Certainty: Confirmed},
	{ID: ProtectionERMSIi, Name: "protection.erms.ii", Title: "ERMS: instantaneous pick-up Ii, if lower; always fast", Type: Float, Unit: "In", Class: Optional, Source: "UG ERMS; ACT; values OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X50, X60, X70}, Min: 2, Max: 15, Default: 2, Certainty: Ours, Source: "OURS"},
		{Variants: []Variant{X30}, Min: 1.5, Max: 12, Default: 1.5, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionERMSIsd, Name: "protection.erms.isd", Title: "ERMS: short-time pick-up Isd, if lower", Type: Float, Unit: "Ir", Class: Optional, Source: "UG ERMS; values OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X20}, Min: 1.5, Max: 10, Default: 1.5, Certainty: Ours, Source: "OURS"},
		{Variants: []Variant{X50, X60, X70}, Min: 1.5, Max: 10, Default: 10, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionERMSTg, Name: "protection.erms.tg", Title: "ERMS: ground-fault delay tg, if shorter; without I²t", Type: Float, Unit: "s", Class: Optional, Source: "UG ERMS; values OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X60}, Min: 0, Max: 0.4, Default: 0, Values: []float64{0, 0.1, 0.2, 0.3, 0.4}, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionERMSTsd, Name: "protection.erms.tsd", Title: "ERMS: short-time delay tsd, if shorter; without I²t", Type: Float, Unit: "s", Class: Optional, Source: "UG ERMS; values OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X50, X60, X70}, Min: 0, Max: 0.4, Default: 0, Values: []float64{0, 0.1, 0.2, 0.3, 0.4}, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionERMSUnlock, Name: "protection.erms.unlock", Title: "disengage ERMS whoever engaged it", Type: Action, Class: Recover, Source: "UG password management", Certainty: Confirmed},
	{ID: ProtectionGroundFaultI2t, Name: "protection.ground_fault.i2t", Title: "ground-fault I²t curve", Type: Bool, Class: Protect, Source: "UG protection; MB T001025276", Certainty: Inferred, Limits: []Limit{
		{Variants: []Variant{X60}, Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Reported, Source: "UG-07 as quoted"},
	}},
	{ID: ProtectionGroundFaultIg, Name: "protection.ground_fault.ig", Title: "ground-fault pick-up Ig (ANSI 50N-TD/51N)", Type: Float, Unit: "A", Class: Protect, Source: "UG protection; MB T001025276", Certainty: Inferred, Limits: []Limit{
		{Variants: []Variant{X60}, Standards: []Standard{IEC}, SGR: true, InUpTo: 400, Min: 0.3, Max: 1, Step: 10, Default: 0.3, TimesIn: true, Most: 1200, Certainty: Reported, Source: "UG-07 as quoted; at most 1200 A UG"},
		{Variants: []Variant{X60}, Standards: []Standard{IEC}, SGR: true, Min: 0.2, Max: 1, Step: 10, Default: 0.2, TimesIn: true, Most: 1200, Certainty: Reported, Source: "UG-07 as quoted; at most 1200 A UG"},
		{Variants: []Variant{X60}, Standards: []Standard{IEC}, InUpTo: 400, Min: 0.3, Max: 1, Step: 10, Default: 0.3, TimesIn: true, Certainty: Reported, Source: "UG-07 as quoted; NSP"},
		{Variants: []Variant{X60}, Standards: []Standard{IEC}, Min: 0.2, Max: 1, Step: 10, Default: 0.2, TimesIn: true, Certainty: Reported, Source: "UG-07 as quoted; NSP"},
		{Variants: []Variant{X60}, Standards: []Standard{UL}, InUpTo: 400, Min: 0.3, Max: 1, StepIn: 0.1, Default: 0.3, TimesIn: true, Certainty: Reported, Source: "UG-07 as quoted; NSP"},
		{Variants: []Variant{X60}, Standards: []Standard{UL}, InUpTo: 1200, Min: 0.2, Max: 1, StepIn: 0.1, Default: 0.2, TimesIn: true, Certainty: Reported, Source: "UG-07 as quoted; NSP"},
		{Variants: []Variant{X60}, Standards: []Standard{UL}, Min: 500, Max: 1200, Default: 500, Certainty: Reported, Source: "UG-07 as quoted"},
	}},
	{ID: ProtectionGroundFaultMode, Name: "protection.ground_fault.mode", Title: "ground fault on or off", Type: Enum, Enum: []string{"off", "on"}, Class: Protect, Source: "UG protection; MB T001025276", Certainty: Confirmed, Limits: []Limit{
		{Variants: []Variant{X60}, SGR: true, Min: 1, Max: 1, Step: 1, Default: 1, Certainty: Confirmed, Source: "UG ground fault: no OFF with a ground-return sensor"},
		{Variants: []Variant{X60}, Standards: []Standard{IEC}, Min: 0, Max: 1, Step: 1, Default: 1, Certainty: Reported, Source: "UG-07 as quoted"},
		{Variants: []Variant{X60}, Standards: []Standard{UL}, Min: 1, Max: 1, Step: 1, Default: 1, Certainty: Reported, Source: "UG-07 as quoted"},
	}},
	{ID: ProtectionGroundFaultTg, Name: "protection.ground_fault.tg", Title: "ground-fault delay tg", Type: Float, Unit: "s", Class: Protect, Source: "UG protection; MB T001025276", Certainty: Inferred, Limits: []Limit{
		{Variants: []Variant{X60}, Min: 0, Max: 0.4, Default: 0, Values: []float64{0, 0.1, 0.2, 0.3, 0.4}, Certainty: Reported, Source: "UG-07 as quoted"},
	}},
	{ID: ProtectionGroundFaultAlarm, Name: "protection.ground_fault_alarm", Title: "ground-fault alarm settings (ANSI 51N, digital module)", Type: Action, Class: Protect, Source: "MB T001025054", Certainty: Confirmed},
	{ID: ProtectionGroundFaultAlarmDelay, Name: "protection.ground_fault_alarm.delay", Title: "ground-fault alarm (ANSI 51N): delay", Type: Float, Unit: "s", Class: Optional, Source: "UG ground-fault alarm; NTNW", Certainty: Sibling, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50, X60}, Min: 1, Max: 10, Default: 10, Certainty: Sibling, Source: "NTNW: ground-fault alarm of the P control unit"},
	}},
	{ID: ProtectionGroundFaultAlarmDrop, Name: "protection.ground_fault_alarm.drop", Title: "ground-fault alarm (ANSI 51N): drop-out, no more than the pick-up", Type: Float, Unit: "A", Class: Optional, Source: "UG ground-fault alarm; NTNW", Certainty: Sibling, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50, X60}, Min: 0.05, Max: 12, TimesIn: true, Most: 1200, Default: 0.1, Certainty: Sibling, Source: "NTNW: no more than the pick-up; default OURS"},
	}},
	{ID: ProtectionGroundFaultAlarmDropDelay, Name: "protection.ground_fault_alarm.drop_delay", Title: "ground-fault alarm (ANSI 51N): drop-out delay", Type: Float, Unit: "s", Class: Optional, Source: "UG ground-fault alarm; NTNW", Certainty: Sibling, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50, X60}, Min: 1, Max: 10, Default: 1, Certainty: Sibling, Source: "NTNW: ground-fault alarm of the P control unit"},
	}},
	{ID: ProtectionGroundFaultAlarmInhibit, Name: "protection.ground_fault_alarm.inhibit", Title: "ground-fault alarm (ANSI 51N) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "UG ground-fault alarm; OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50, X60}, Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionGroundFaultAlarmMode, Name: "protection.ground_fault_alarm.mode", Title: "ground-fault alarm (ANSI 51N) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "UG ground-fault alarm; OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50, X60}, Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionGroundFaultAlarmPickup, Name: "protection.ground_fault_alarm.pickup", Title: "ground-fault alarm (ANSI 51N): pick-up", Type: Float, Unit: "A", Class: Optional, Source: "UG ground-fault alarm; NTNW", Certainty: Sibling, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50, X60}, Min: 0.05, Max: 12, TimesIn: true, Most: 1200, Default: 0.1, Certainty: Sibling, Source: "NTNW: 0.05 In to 1200 A; default OURS"},
	}},
	{ID: ProtectionGroup, Name: "protection.group", Title: "settings group that acts", Type: Enum, Enum: []string{"A", "B"}, Base: 1, Class: Select, Source: "MB T001025054; DOCA0055EN-09", Certainty: Confirmed},
	{ID: ProtectionIDMTGroundFaultAction, Name: "protection.idmt_ground_fault.action", Title: "what IDMT ground fault (ANSI 51N) does: trip or alarm", Type: Enum, Enum: []string{"trip", "alarm"}, Class: Optional, Source: "UG optional protections; OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50}, Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTGroundFaultCurve, Name: "protection.idmt_ground_fault.curve", Title: "IDMT ground fault (ANSI 51N): definite time, standard, very or extremely inverse, high-voltage fuse", Type: Enum, Enum: []string{"dt", "sit", "vit", "eit", "hvf"}, Class: Optional, Source: "UG menu; OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50}, Min: 0, Max: 4, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTGroundFaultIg, Name: "protection.idmt_ground_fault.ig", Title: "IDMT ground fault (ANSI 51N): pick-up Ig", Type: Float, Unit: "A", Class: Optional, Source: "UG menu; range OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50}, Min: 0.2, Max: 1, TimesIn: true, Default: 0.2, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTGroundFaultInhibit, Name: "protection.idmt_ground_fault.inhibit", Title: "IDMT ground fault (ANSI 51N) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "UG optional protections; OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50}, Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTGroundFaultMode, Name: "protection.idmt_ground_fault.mode", Title: "IDMT ground fault (ANSI 51N) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "UG optional protections; OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50}, Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTGroundFaultResetTime, Name: "protection.idmt_ground_fault.reset_time", Title: "IDMT ground fault (ANSI 51N): how long what ran is kept below the pick-up", Type: Float, Unit: "s", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50}, Min: 0, Max: 60, Step: 0.1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTGroundFaultTg, Name: "protection.idmt_ground_fault.tg", Title: "IDMT ground fault (ANSI 51N): time tg at 10 Ig", Type: Float, Unit: "s", Class: Optional, Source: "UG menu; range OURS", Certainty: Ours, Limits: []Limit{
		{Variants: []Variant{X20, X30, X50}, Min: 0.1, Max: 20, Step: 0.1, Default: 0.1, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTLAction, Name: "protection.idmtl.action", Title: "what IDMTL overcurrent (ANSI 51) does: trip or alarm", Type: Enum, Enum: []string{"trip", "alarm"}, Class: Optional, Source: "UG optional protections; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTLCurve, Name: "protection.idmtl.curve", Title: "IDMTL overcurrent (ANSI 51): definite time, standard, very or extremely inverse, high-voltage fuse", Type: Enum, Enum: []string{"dt", "sit", "vit", "eit", "hvf"}, Class: Optional, Source: "UG IDMTL; default OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 4, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTLInhibit, Name: "protection.idmtl.inhibit", Title: "IDMTL overcurrent (ANSI 51) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "UG optional protections; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTLIr, Name: "protection.idmtl.ir", Title: "IDMTL overcurrent (ANSI 51): pick-up Ir", Type: Float, Unit: "In", Class: Optional, Source: "UG IDMTL; range OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.4, Max: 1, Default: 1, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTLMode, Name: "protection.idmtl.mode", Title: "IDMTL overcurrent (ANSI 51) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "UG optional protections; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTLResetTime, Name: "protection.idmtl.reset_time", Title: "IDMTL overcurrent (ANSI 51): how long what ran is kept below the pick-up", Type: Float, Unit: "s", Class: Optional, Source: "UG IDMTL; range OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 60, Step: 0.1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionIDMTLTr, Name: "protection.idmtl.tr", Title: "IDMTL overcurrent (ANSI 51): time tr at 6 Ir", Type: Float, Unit: "s", Class: Optional, Source: "UG IDMTL; range OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.5, Max: 24, Step: 0.5, Default: 24, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionInstantaneousFast, Name: "protection.instantaneous.fast", Title: "instantaneous acts without selectivity delay", Type: Bool, Class: Monitor, Source: "MB T001025276", Certainty: Confirmed},
	{ID: ProtectionInstantaneousIi, Name: "protection.instantaneous.ii", Title: "instantaneous pick-up Ii (ANSI 50)", Type: Float, Unit: "In", Class: Protect, Source: "UG protection; MB T001025276", Certainty: Confirmed, Limits: []Limit{
		{Variants: []Variant{X50, X60, X70}, Min: 2, Max: 15, Display: 0.5, Default: 2, Certainty: Reported, Source: "UG-07 as quoted"},
		{Variants: []Variant{X30}, Min: 1.5, Max: 12, Display: 0.5, Default: 1.5, Certainty: Reported, Source: "UG-07 as quoted"},
	}},
	{ID: ProtectionInstantaneousMode, Name: "protection.instantaneous.mode", Title: "instantaneous off, standard (selective) or fast", Type: Enum, Enum: []string{"off", "standard", "fast"}, Class: Protect, Source: "UG protection; MB T001025276", Certainty: Confirmed, Limits: []Limit{
		{Variants: []Variant{X50, X60, X70}, Min: 0, Max: 2, Step: 1, Default: 1, Certainty: Confirmed, Source: "UG instantaneous; default OURS"},
		{Variants: []Variant{X30}, Min: 1, Max: 2, Step: 1, Default: 1, Certainty: Confirmed, Source: "UG instantaneous; default OURS"},
	}},
	{ID: ProtectionInstantaneousOn, Name: "protection.instantaneous.on", Title: "instantaneous acts", Type: Bool, Class: Monitor, Source: "MB T001025276", Certainty: Confirmed},
	{ID: ProtectionLongTimeIr, Name: "protection.long_time.ir", Title: "long-time pick-up Ir (ANSI 49RMS/51)", Type: Float, Unit: "A", Class: Protect, Source: "UG protection; MB T001025276", Certainty: Confirmed, Limits: []Limit{
		{Min: 0.4, Max: 1, Step: 1, Default: 1, TimesIn: true, Certainty: Confirmed, Source: "UG menu; CYB p. 23"},
	}},
	{ID: ProtectionLongTimeTr, Name: "protection.long_time.tr", Title: "long-time delay tr at 6 Ir", Type: Float, Unit: "s", Class: Protect, Source: "UG protection; MB T001025276", Certainty: Confirmed, Limits: []Limit{
		{Min: 0.5, Max: 24, Step: 0.5, Default: 24, Certainty: Reported, Source: "UG-07 pp. 100-114 as quoted; default CYB p. 23 read as R6"},
	}},
	{ID: ProtectionNeutralOn, Name: "protection.neutral.on", Title: "neutral protection acts", Type: Bool, Class: Monitor, Source: "MB T001025276", Certainty: Confirmed},
	{ID: ProtectionNeutralType, Name: "protection.neutral.type", Title: "neutral protection: off, N/2, N, oversized 1.6 N", Type: Enum, Enum: []string{"off", "half", "full", "oversized"}, Class: Protect, Source: "UG protection; MB T001025276", Certainty: Confirmed, Limits: []Limit{
		{Min: 0, Max: 3, Step: 1, Default: 0, Certainty: Ours, Source: "CAT; default not found"},
	}},
	{ID: ProtectionOverfrequencyAction, Name: "protection.overfrequency.action", Title: "what overfrequency (ANSI 81O) does: trip or alarm", Type: Enum, Enum: []string{"trip", "alarm"}, Class: Optional, Source: "UG frequency protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOverfrequencyDelay, Name: "protection.overfrequency.delay", Title: "overfrequency (ANSI 81O): delay", Type: Float, Unit: "s", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.1, Max: 300, Default: 5, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOverfrequencyInhibit, Name: "protection.overfrequency.inhibit", Title: "overfrequency (ANSI 81O) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "UG frequency protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOverfrequencyMode, Name: "protection.overfrequency.mode", Title: "overfrequency (ANSI 81O) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "UG frequency protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOverfrequencyPickup, Name: "protection.overfrequency.pickup", Title: "overfrequency (ANSI 81O): pick-up", Type: Float, Unit: "Hz", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 45, Max: 65, Default: 65, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage1Action, Name: "protection.overvoltage_1.action", Title: "what overvoltage element 1 (ANSI 59) does: trip or alarm", Type: Enum, Enum: []string{"trip", "alarm"}, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage1Delay, Name: "protection.overvoltage_1.delay", Title: "overvoltage element 1 (ANSI 59): delay", Type: Float, Unit: "s", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.1, Max: 300, Default: 5, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage1Inhibit, Name: "protection.overvoltage_1.inhibit", Title: "overvoltage element 1 (ANSI 59) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage1Mode, Name: "protection.overvoltage_1.mode", Title: "overvoltage element 1 (ANSI 59) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage1Pickup, Name: "protection.overvoltage_1.pickup", Title: "overvoltage element 1 (ANSI 59): pick-up, of the rated voltage (phase-neutral: of Un/√3)", Type: Float, Unit: "Un", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.5, Max: 1.5, Default: 1.1, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage1Voltage, Name: "protection.overvoltage_1.voltage", Title: "overvoltage element 1 (ANSI 59): which voltages it looks at", Type: Enum, Enum: []string{"phase_phase", "phase_neutral"}, Class: Optional, Source: "UG voltage protection; default OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage2Action, Name: "protection.overvoltage_2.action", Title: "what overvoltage element 2 (ANSI 59) does: trip or alarm", Type: Enum, Enum: []string{"trip", "alarm"}, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage2Delay, Name: "protection.overvoltage_2.delay", Title: "overvoltage element 2 (ANSI 59): delay", Type: Float, Unit: "s", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.1, Max: 300, Default: 5, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage2Inhibit, Name: "protection.overvoltage_2.inhibit", Title: "overvoltage element 2 (ANSI 59) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage2Mode, Name: "protection.overvoltage_2.mode", Title: "overvoltage element 2 (ANSI 59) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage2Pickup, Name: "protection.overvoltage_2.pickup", Title: "overvoltage element 2 (ANSI 59): pick-up, of the rated voltage (phase-neutral: of Un/√3)", Type: Float, Unit: "Un", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.5, Max: 1.5, Default: 1.1, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionOvervoltage2Voltage, Name: "protection.overvoltage_2.voltage", Title: "overvoltage element 2 (ANSI 59): which voltages it looks at", Type: Enum, Enum: []string{"phase_phase", "phase_neutral"}, Class: Optional, Source: "UG voltage protection; default OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionReversePowerAction, Name: "protection.reverse_power.action", Title: "what reverse active power (ANSI 32P) does: trip or alarm", Type: Enum, Enum: []string{"trip", "alarm"}, Class: Optional, Source: "UG reverse power; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionReversePowerDelay, Name: "protection.reverse_power.delay", Title: "reverse active power (ANSI 32P): delay", Type: Float, Unit: "s", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.2, Max: 300, Default: 20, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionReversePowerInhibit, Name: "protection.reverse_power.inhibit", Title: "reverse active power (ANSI 32P) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "UG reverse power; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionReversePowerMode, Name: "protection.reverse_power.mode", Title: "reverse active power (ANSI 32P) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "UG reverse power; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionReversePowerPickup, Name: "protection.reverse_power.pickup", Title: "reverse active power (ANSI 32P): pick-up, power from bottom to top", Type: Float, Unit: "kW", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 5, Max: 5000, Default: 500, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionSelfProtectionPeak, Name: "protection.self_protection.peak", Title: "self-protection (SELLIM, DIN/DINF): peak current that trips at once; 0 is none", Type: Float, Unit: "A", Class: Optional, Source: "ACT 0x6406; threshold not found, OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 500000, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionSessionApply, Name: "protection.session.apply", Title: "make the submitted protection settings act", Type: Action, Class: Protect, Source: "MB T001025051", Certainty: Confirmed},
	{ID: ProtectionSessionClose, Name: "protection.session.close", Title: "close the editing session and forget what was submitted", Type: Action, Class: Protect, Source: "MB T001025051", Certainty: Confirmed},
	{ID: ProtectionSessionOpen, Name: "protection.session.open", Title: "open the one editing session for protection settings", Type: Action, Class: Protect, Source: "MB T001025051", Certainty: Confirmed},
	{ID: ProtectionSessionStatus, Name: "protection.session.status", Title: "whether the last apply is done", Type: Action, Class: Monitor, Source: "MB T001025051", Certainty: Confirmed},
	{ID: ProtectionShortTimeI2t, Name: "protection.short_time.i2t", Title: "short-time I²t curve", Type: Bool, Class: Protect, Source: "UG protection; MB T001025276", Certainty: Confirmed, Limits: []Limit{
		{Variants: []Variant{X50, X60, X70}, Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Reported, Source: "UG-07 as quoted"},
	}},
	{ID: ProtectionShortTimeIsd, Name: "protection.short_time.isd", Title: "short-time pick-up Isd (ANSI 50TD/51)", Type: Float, Unit: "Ir", Class: Protect, Source: "UG protection; MB T001025276", Certainty: Confirmed, Limits: []Limit{
		{Variants: []Variant{X20, X50, X60, X70}, Min: 1.5, Max: 10, Display: 0.5, Default: 1.5, Certainty: Confirmed, Source: "UG menu; CYB p. 23"},
	}},
	{ID: ProtectionShortTimeOn, Name: "protection.short_time.on", Title: "short time acts", Type: Bool, Class: Monitor, Source: "MB T001025276", Certainty: Confirmed},
	{ID: ProtectionShortTimeTsd, Name: "protection.short_time.tsd", Title: "short-time delay tsd", Type: Float, Unit: "s", Class: Protect, Source: "UG protection; MB T001025276", Certainty: Confirmed, Limits: []Limit{
		{Variants: []Variant{X50, X60, X70}, Min: 0, Max: 0.4, Default: 0, Values: []float64{0, 0.1, 0.2, 0.3, 0.4}, Certainty: Confirmed, Source: "UG short time"},
	}},
	{ID: ProtectionThermalL1, Name: "protection.thermal.l1", Title: "long-time thermal image of phase 1; trips at 100", Type: Float, Unit: "%", Class: Monitor, Source: "UG long time; OURS scale", Certainty: Ours},
	{ID: ProtectionThermalL2, Name: "protection.thermal.l2", Title: "long-time thermal image of phase 2; trips at 100", Type: Float, Unit: "%", Class: Monitor, Source: "UG long time; OURS scale", Certainty: Ours},
	{ID: ProtectionThermalL3, Name: "protection.thermal.l3", Title: "long-time thermal image of phase 3; trips at 100", Type: Float, Unit: "%", Class: Monitor, Source: "UG long time; OURS scale", Certainty: Ours},
	{ID: ProtectionThermalN, Name: "protection.thermal.n", Title: "long-time thermal image of neutral; trips at 100", Type: Float, Unit: "%", Class: Monitor, Source: "UG long time; OURS scale", Certainty: Ours},
	{ID: ProtectionUnderfrequencyAction, Name: "protection.underfrequency.action", Title: "what underfrequency (ANSI 81U) does: trip or alarm", Type: Enum, Enum: []string{"trip", "alarm"}, Class: Optional, Source: "UG frequency protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUnderfrequencyDelay, Name: "protection.underfrequency.delay", Title: "underfrequency (ANSI 81U): delay", Type: Float, Unit: "s", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.1, Max: 300, Default: 5, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUnderfrequencyInhibit, Name: "protection.underfrequency.inhibit", Title: "underfrequency (ANSI 81U) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "UG frequency protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUnderfrequencyMode, Name: "protection.underfrequency.mode", Title: "underfrequency (ANSI 81U) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "UG frequency protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUnderfrequencyPickup, Name: "protection.underfrequency.pickup", Title: "underfrequency (ANSI 81U): pick-up", Type: Float, Unit: "Hz", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 45, Max: 65, Default: 45, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage1Action, Name: "protection.undervoltage_1.action", Title: "what undervoltage element 1 (ANSI 27) does: trip or alarm", Type: Enum, Enum: []string{"trip", "alarm"}, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage1Delay, Name: "protection.undervoltage_1.delay", Title: "undervoltage element 1 (ANSI 27): delay", Type: Float, Unit: "s", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.1, Max: 300, Default: 5, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage1Inhibit, Name: "protection.undervoltage_1.inhibit", Title: "undervoltage element 1 (ANSI 27) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage1Mode, Name: "protection.undervoltage_1.mode", Title: "undervoltage element 1 (ANSI 27) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage1Pickup, Name: "protection.undervoltage_1.pickup", Title: "undervoltage element 1 (ANSI 27): pick-up, of the rated voltage (phase-neutral: of Un/√3)", Type: Float, Unit: "Un", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.1, Max: 1, Default: 0.8, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage1Voltage, Name: "protection.undervoltage_1.voltage", Title: "undervoltage element 1 (ANSI 27): which voltages it looks at", Type: Enum, Enum: []string{"phase_phase", "phase_neutral"}, Class: Optional, Source: "UG voltage protection; default OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage2Action, Name: "protection.undervoltage_2.action", Title: "what undervoltage element 2 (ANSI 27) does: trip or alarm", Type: Enum, Enum: []string{"trip", "alarm"}, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage2Delay, Name: "protection.undervoltage_2.delay", Title: "undervoltage element 2 (ANSI 27): delay", Type: Float, Unit: "s", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.1, Max: 300, Default: 5, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage2Inhibit, Name: "protection.undervoltage_2.inhibit", Title: "undervoltage element 2 (ANSI 27) rests while the IO module inhibits", Type: Bool, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage2Mode, Name: "protection.undervoltage_2.mode", Title: "undervoltage element 2 (ANSI 27) on or off (digital module)", Type: Enum, Enum: []string{"off", "on"}, Class: Optional, Source: "UG voltage protection; OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage2Pickup, Name: "protection.undervoltage_2.pickup", Title: "undervoltage element 2 (ANSI 27): pick-up, of the rated voltage (phase-neutral: of Un/√3)", Type: Float, Unit: "Un", Class: Optional, Source: "OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0.1, Max: 1, Default: 0.8, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionUndervoltage2Voltage, Name: "protection.undervoltage_2.voltage", Title: "undervoltage element 2 (ANSI 27): which voltages it looks at", Type: Enum, Enum: []string{"phase_phase", "phase_neutral"}, Class: Optional, Source: "UG voltage protection; default OURS", Certainty: Ours, Limits: []Limit{
		{Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionZSIGroundFault, Name: "protection.zsi.ground_fault", Title: "zone selective interlocking of ground fault", Type: Bool, Class: Protect, Source: "UG ZSI; MB T001025054", Certainty: Confirmed, Limits: []Limit{
		{Variants: []Variant{X60}, Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: ProtectionZSIShortTime, Name: "protection.zsi.short_time", Title: "zone selective interlocking of short time", Type: Bool, Class: Protect, Source: "UG ZSI; MB T001025054", Certainty: Confirmed, Limits: []Limit{
		{Variants: []Variant{X50, X60, X70}, Min: 0, Max: 1, Step: 1, Default: 0, Certainty: Ours, Source: "OURS"},
	}},
	{ID: TripDirectional1, Name: "trip.directional_1", Title: "tripped by directional overcurrent stage 1 (ANSI 67)", Type: Bool, Class: Monitor, Source: "UG trip history; name OURS", Certainty: Ours},
	{ID: TripDirectional2, Name: "trip.directional_2", Title: "tripped by directional overcurrent stage 2 (ANSI 67)", Type: Bool, Class: Monitor, Source: "UG trip history; name OURS", Certainty: Ours},
	{ID: TripEarthLeakage, Name: "trip.earth_leakage", Title: "tripped by earth leakage IΔn", Type: Bool, Class: Monitor, Source: "UG trip history", Certainty: Confirmed},
	{ID: TripGroundFault, Name: "trip.ground_fault", Title: "tripped by ground fault Ig", Type: Bool, Class: Monitor, Source: "UG trip history", Certainty: Confirmed},
	{ID: TripIDMTGroundFault, Name: "trip.idmt_ground_fault", Title: "tripped by IDMT ground fault (ANSI 51N)", Type: Bool, Class: Monitor, Source: "UG trip history; name OURS", Certainty: Ours},
	{ID: TripIDMTL, Name: "trip.idmtl", Title: "tripped by IDMTL overcurrent (ANSI 51)", Type: Bool, Class: Monitor, Source: "UG trip history; name OURS", Certainty: Ours},
	{ID: TripInstantaneous, Name: "trip.instantaneous", Title: "tripped by instantaneous Ii", Type: Bool, Class: Monitor, Source: "UG trip history", Certainty: Confirmed},
	{ID: TripLongTime, Name: "trip.long_time", Title: "tripped by long time Ir", Type: Bool, Class: Monitor, Source: "UG trip history", Certainty: Confirmed},
	{ID: TripOverfrequency, Name: "trip.overfrequency", Title: "tripped by overfrequency (ANSI 81O)", Type: Bool, Class: Monitor, Source: "UG trip history; name OURS", Certainty: Ours},
	{ID: TripOvervoltage1, Name: "trip.overvoltage_1", Title: "tripped by overvoltage element 1 (ANSI 59)", Type: Bool, Class: Monitor, Source: "UG trip history; name OURS", Certainty: Ours},
	{ID: TripOvervoltage2, Name: "trip.overvoltage_2", Title: "tripped by overvoltage element 2 (ANSI 59)", Type: Bool, Class: Monitor, Source: "UG trip history; name OURS", Certainty: Ours},
	{ID: TripReversePower, Name: "trip.reverse_power", Title: "tripped by reverse active power (ANSI 32P)", Type: Bool, Class: Monitor, Source: "UG trip history; name OURS", Certainty: Ours},
	{ID: TripSelfDiagnostic, Name: "trip.self_diagnostic", Title: "tripped by an internal failure", Type: Bool, Class: Monitor, Source: "UG-12 0x6407", Certainty: Confirmed},
	{ID: TripSelfProtection, Name: "trip.self_protection", Title: "tripped by self-protection", Type: Bool, Class: Monitor, Source: "UG trip history", Certainty: Confirmed},
	{ID: TripShortTime, Name: "trip.short_time", Title: "tripped by short time Isd", Type: Bool, Class: Monitor, Source: "UG trip history", Certainty: Confirmed},
	{ID: TripUnderfrequency, Name: "trip.underfrequency", Title: "tripped by underfrequency (ANSI 81U)", Type: Bool, Class: Monitor, Source: "UG trip history; name OURS", Certainty: Ours},
	{ID: TripUndervoltage1, Name: "trip.undervoltage_1", Title: "tripped by undervoltage element 1 (ANSI 27)", Type: Bool, Class: Monitor, Source: "UG trip history; name OURS", Certainty: Ours},
	{ID: TripUndervoltage2, Name: "trip.undervoltage_2", Title: "tripped by undervoltage element 2 (ANSI 27)", Type: Bool, Class: Monitor, Source: "UG trip history; name OURS", Certainty: Ours},
}
