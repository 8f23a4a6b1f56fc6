package hmi

import "switchroom/points"

// Kind is what can be done with an item.
type Kind uint8

// The kinds.
const (
	Reading Kind = iota // it is shown
	Setting             // and can be changed
	Act                 // it is something to do, after a question
)

func (k Kind) String() string { return [...]string{"shown", "set", "done"}[k%3] }

// Item is a line of a screen that shows a point.
type Item struct {
	Screen string
	Label  string
	Point  points.ID
	Kind   Kind

	group  bool                     // a setting of a group: A, or with dual settings A and B
	when   func(points.Rating) bool // nil: every unit
	part   part                     // of a date and time
	quick  bool                     // steps through the quick values of Ir
	amount float64                  // of something to do: its argument
}

// What a unit must have for a line.
var (
	neutral  = points.Rating.Neutral
	toN      = points.Rating.NeutralVoltage
	onlyPole = func(r points.Rating) bool { return r.Poles == 3 }
	leakage  = func(r points.Rating) bool { return r.Variant == points.X70 }
)

// Groups of what a reset of measurements resets (MB T001025020).
const (
	resetExtremes = 1<<0 | 1<<1 | 1<<2 | 1<<3 | 1<<4 | 1<<7
	resetPeaks    = 1<<5 | 1<<6
	resetEnergies = 1 << 9
)

// items are the lines of the screens, in the order of the display. Nothing here
// opens, closes or resets the breaker (matrix B); a test walks them all.
var items = []Item{
	{Screen: "quick/currents", Label: "I1", Point: points.CurrentL1},
	{Screen: "quick/currents", Label: "I2", Point: points.CurrentL2},
	{Screen: "quick/currents", Label: "I3", Point: points.CurrentL3},
	{Screen: "quick/currents", Label: "IN", Point: points.CurrentN, when: neutral},
	{Screen: "quick/currents", Label: "IΔn", Point: points.CurrentLeakage, when: leakage},
	{Screen: "quick/breaker", Label: "Closed", Point: points.BreakerClosed},
	{Screen: "quick/breaker", Label: "Ready to close", Point: points.BreakerReadyToClose},
	{Screen: "quick/breaker", Label: "Spring charged", Point: points.BreakerSpringCharged},
	{Screen: "quick/breaker", Label: "Tripped on a fault", Point: points.BreakerFaultTripped},
	{Screen: "quick/breaker", Label: "Health", Point: points.Health},
	{Screen: "quick/protection", Label: "Ir", Point: points.ProtectionLongTimeIr},
	{Screen: "quick/protection", Label: "tr", Point: points.ProtectionLongTimeTr},
	{Screen: "quick/protection", Label: "Isd", Point: points.ProtectionShortTimeIsd},
	{Screen: "quick/protection", Label: "tsd", Point: points.ProtectionShortTimeTsd},
	{Screen: "quick/protection", Label: "Ii", Point: points.ProtectionInstantaneousIi},
	{Screen: "quick/protection", Label: "Ig", Point: points.ProtectionGroundFaultIg},
	{Screen: "quick/protection", Label: "IΔn", Point: points.ProtectionEarthLeakageIdn},
	{Screen: "quick/power", Label: "P", Point: points.PowerActiveTotal},
	{Screen: "quick/power", Label: "Q", Point: points.PowerReactiveTotal},
	{Screen: "quick/power", Label: "S", Point: points.PowerApparentTotal},
	{Screen: "quick/power", Label: "E active", Point: points.EnergyActive},
	{Screen: "quick/voltages", Label: "U12", Point: points.VoltageL12},
	{Screen: "quick/voltages", Label: "U23", Point: points.VoltageL23},
	{Screen: "quick/voltages", Label: "U31", Point: points.VoltageL31},
	{Screen: "quick/voltages", Label: "Frequency", Point: points.Frequency},

	{Screen: "measures/current", Label: "I1", Point: points.CurrentL1},
	{Screen: "measures/current", Label: "I2", Point: points.CurrentL2},
	{Screen: "measures/current", Label: "I3", Point: points.CurrentL3},
	{Screen: "measures/current", Label: "IN", Point: points.CurrentN, when: neutral},
	{Screen: "measures/current", Label: "Iavg", Point: points.CurrentAvg},
	{Screen: "measures/current", Label: "Ig", Point: points.CurrentGround},
	{Screen: "measures/current", Label: "IΔn", Point: points.CurrentLeakage, when: leakage},
	{Screen: "measures/current", Label: "Unbalance", Point: points.UnbalanceCurrent},
	{Screen: "measures/voltage", Label: "U12", Point: points.VoltageL12},
	{Screen: "measures/voltage", Label: "U23", Point: points.VoltageL23},
	{Screen: "measures/voltage", Label: "U31", Point: points.VoltageL31},
	{Screen: "measures/voltage", Label: "V1N", Point: points.VoltageL1n, when: toN},
	{Screen: "measures/voltage", Label: "V2N", Point: points.VoltageL2n, when: toN},
	{Screen: "measures/voltage", Label: "V3N", Point: points.VoltageL3n, when: toN},
	{Screen: "measures/voltage", Label: "Unbalance", Point: points.UnbalanceVoltageLL},
	{Screen: "measures/voltage", Label: "Phase sequence", Point: points.PhaseSequence},
	{Screen: "measures/power", Label: "P", Point: points.PowerActiveTotal},
	{Screen: "measures/power", Label: "Q", Point: points.PowerReactiveTotal},
	{Screen: "measures/power", Label: "S", Point: points.PowerApparentTotal},
	{Screen: "measures/power", Label: "P1", Point: points.PowerActiveL1, when: toN},
	{Screen: "measures/power", Label: "P2", Point: points.PowerActiveL2, when: toN},
	{Screen: "measures/power", Label: "P3", Point: points.PowerActiveL3, when: toN},
	{Screen: "measures/energy", Label: "E active", Point: points.EnergyActive},
	{Screen: "measures/energy", Label: "E reactive", Point: points.EnergyReactive},
	{Screen: "measures/energy", Label: "E apparent", Point: points.EnergyApparent},
	{Screen: "measures/energy", Label: "E active delivered", Point: points.EnergyActiveDelivered},
	{Screen: "measures/energy", Label: "E active received", Point: points.EnergyActiveReceived},
	{Screen: "measures/quality", Label: "PF", Point: points.PowerFactorTotal},
	{Screen: "measures/quality", Label: "cos φ", Point: points.CosPhiTotal},
	{Screen: "measures/quality", Label: "Frequency", Point: points.Frequency},
	{Screen: "measures/quality", Label: "Quadrant", Point: points.PowerQuadrant},
	{Screen: "measures/quality", Label: "Load", Point: points.PowerLoadType},
	{Screen: "measures/harmonics", Label: "THD I1", Point: points.THDCurrentL1},
	{Screen: "measures/harmonics", Label: "THD I2", Point: points.THDCurrentL2},
	{Screen: "measures/harmonics", Label: "THD I3", Point: points.THDCurrentL3},
	{Screen: "measures/harmonics", Label: "THD IN", Point: points.THDCurrentN, when: neutral},
	{Screen: "measures/harmonics", Label: "THD U12", Point: points.THDVoltageL12},
	{Screen: "measures/harmonics", Label: "THD U23", Point: points.THDVoltageL23},
	{Screen: "measures/harmonics", Label: "THD U31", Point: points.THDVoltageL31},
	{Screen: "measures/demand", Label: "I1", Point: points.DemandCurrentL1},
	{Screen: "measures/demand", Label: "I2", Point: points.DemandCurrentL2},
	{Screen: "measures/demand", Label: "I3", Point: points.DemandCurrentL3},
	{Screen: "measures/demand", Label: "P", Point: points.DemandPowerActive},
	{Screen: "measures/demand", Label: "P peak", Point: points.DemandPowerActivePeak},
	{Screen: "measures/maxima", Label: "I1 max", Point: points.CurrentL1Max},
	{Screen: "measures/maxima", Label: "I2 max", Point: points.CurrentL2Max},
	{Screen: "measures/maxima", Label: "I3 max", Point: points.CurrentL3Max},
	{Screen: "measures/maxima", Label: "IN max", Point: points.CurrentNMax, when: neutral},
	{Screen: "measures/maxima", Label: "U12 min", Point: points.VoltageL12Min},
	{Screen: "measures/maxima", Label: "U12 max", Point: points.VoltageL12Max},
	{Screen: "measures/maxima", Label: "P max", Point: points.PowerActiveTotalMax},

	{Screen: "maintenance/health", Label: "Health", Point: points.Health},
	{Screen: "maintenance/health/breaker", Label: "Life remaining", Point: points.LifeBreaker},
	{Screen: "maintenance/health/breaker", Label: "Operations", Point: points.OperationsTotal},
	{Screen: "maintenance/health/breaker", Label: "Trips on a fault", Point: points.OperationsTrips},
	{Screen: "maintenance/health/breaker", Label: "Position", Point: points.BreakerPosition},
	{Screen: "maintenance/health/actuators", Label: "MX", Point: points.OperationsMX},
	{Screen: "maintenance/health/actuators", Label: "MX2", Point: points.OperationsMX2},
	{Screen: "maintenance/health/actuators", Label: "MN", Point: points.OperationsMN},
	{Screen: "maintenance/health/actuators", Label: "XF", Point: points.OperationsXF},
	{Screen: "maintenance/health/actuators", Label: "MCH", Point: points.OperationsMCH},
	{Screen: "maintenance/health/actuators", Label: "Charging time", Point: points.SpringChargeTime},
	{Screen: "maintenance/health/contacts", Label: "Contact wear", Point: points.WearContacts},
	{Screen: "maintenance/health/unit", Label: "Life remaining", Point: points.LifeUnit},
	{Screen: "maintenance/health/unit", Label: "Temperature", Point: points.Temperature},
	{Screen: "maintenance/health/unit", Label: "Clock is set", Point: points.DeviceClockSynchronised},
	{Screen: "maintenance/schedule", Label: "Basic", Point: points.MaintenanceBasicDue},
	{Screen: "maintenance/schedule", Label: "Standard", Point: points.MaintenanceStandardDue},
	{Screen: "maintenance/schedule", Label: "Manufacturer", Point: points.MaintenanceManufacturerDue},
	{Screen: "maintenance/profile", Label: "below 50 % In", Point: points.LoadProfileA},
	{Screen: "maintenance/profile", Label: "50 to 79 % In", Point: points.LoadProfileB},
	{Screen: "maintenance/profile", Label: "80 to 89 % In", Point: points.LoadProfileC},
	{Screen: "maintenance/profile", Label: "from 90 % In", Point: points.LoadProfileD},

	{Screen: "configuration/general/clock", Label: "Now", Point: points.DeviceClock},
	{Screen: "configuration/general/clock", Label: "Year", Point: points.DeviceClock, Kind: Setting, part: year},
	{Screen: "configuration/general/clock", Label: "Month", Point: points.DeviceClock, Kind: Setting, part: month},
	{Screen: "configuration/general/clock", Label: "Day", Point: points.DeviceClock, Kind: Setting, part: day},
	{Screen: "configuration/general/clock", Label: "Hour", Point: points.DeviceClock, Kind: Setting, part: hour},
	{Screen: "configuration/general/clock", Label: "Minute", Point: points.DeviceClock, Kind: Setting, part: minute},
	{Screen: "configuration/general/lock", Label: "Keypad locked", Point: points.LockProtectionHMI, Kind: Setting},
	{Screen: "configuration/general/lock", Label: "Remote locked", Point: points.LockProtectionRemote, Kind: Setting},
	{Screen: "configuration/measures/system", Label: "System type", Point: points.RatingSystemType},
	{Screen: "configuration/measures/system", Label: "ENCT", Point: points.MeteringENCT, Kind: Setting, when: onlyPole},
	{Screen: "configuration/measures/system", Label: "ENVT", Point: points.MeteringENVT, Kind: Setting, when: onlyPole},
	{Screen: "configuration/measures", Label: "Power sign", Point: points.MeteringPowerSign, Kind: Setting},
	{Screen: "configuration/measures", Label: "PF sign", Point: points.MeteringPFConvention, Kind: Setting},
	{Screen: "configuration/measures", Label: "Energy", Point: points.MeteringEnergyMode, Kind: Setting},
	{Screen: "configuration/measures/demand", Label: "I window", Point: points.MeteringCurrentDemandWindow, Kind: Setting},
	{Screen: "configuration/measures/demand", Label: "I interval", Point: points.MeteringCurrentDemandInterval, Kind: Setting},
	{Screen: "configuration/measures/demand", Label: "P window", Point: points.MeteringPowerDemandWindow, Kind: Setting},
	{Screen: "configuration/measures/demand", Label: "P interval", Point: points.MeteringPowerDemandInterval, Kind: Setting},
	{Screen: "configuration/measures/reset", Label: "Reset minima and maxima", Point: points.MeasureReset, Kind: Act, amount: resetExtremes},
	{Screen: "configuration/measures/reset", Label: "Reset demand peaks", Point: points.MeasureReset, Kind: Act, amount: resetPeaks},
	{Screen: "configuration/measures/reset", Label: "Reset energies", Point: points.MeasureReset, Kind: Act, amount: resetEnergies},
	{Screen: "configuration/communication/bluetooth", Label: "Function", Point: points.BluetoothEnabled, Kind: Setting},
	{Screen: "configuration/communication/bluetooth", Label: "Timer", Point: points.BluetoothTimer, Kind: Setting},
	{Screen: "configuration/communication/bluetooth", Label: "Forget every phone", Point: points.BluetoothForget, Kind: Act},
	{Screen: "configuration/communication/control", Label: "Mode", Point: points.BreakerMode, Kind: Setting},
	{Screen: "configuration/communication/control", Label: "Remote control enabled", Point: points.RemoteEnabled},

	{Screen: "protection/long_time", Label: "Ir", Point: points.ProtectionLongTimeIr, Kind: Setting, group: true},
	{Screen: "protection/long_time", Label: "Ir quick", Point: points.ProtectionLongTimeIr, Kind: Setting, group: true, quick: true},
	{Screen: "protection/long_time", Label: "tr", Point: points.ProtectionLongTimeTr, Kind: Setting, group: true},
	{Screen: "protection/short_time", Label: "Isd", Point: points.ProtectionShortTimeIsd, Kind: Setting, group: true},
	{Screen: "protection/short_time", Label: "tsd", Point: points.ProtectionShortTimeTsd, Kind: Setting, group: true},
	{Screen: "protection/short_time", Label: "I²t", Point: points.ProtectionShortTimeI2t, Kind: Setting, group: true},
	{Screen: "protection/short_time", Label: "ZSI", Point: points.ProtectionZSIShortTime, Kind: Setting},
	{Screen: "protection/instantaneous", Label: "Mode", Point: points.ProtectionInstantaneousMode, Kind: Setting, group: true},
	{Screen: "protection/instantaneous", Label: "Ii", Point: points.ProtectionInstantaneousIi, Kind: Setting, group: true},
	{Screen: "protection/ground_fault", Label: "Mode", Point: points.ProtectionGroundFaultMode, Kind: Setting, group: true},
	{Screen: "protection/ground_fault", Label: "Ig", Point: points.ProtectionGroundFaultIg, Kind: Setting, group: true},
	{Screen: "protection/ground_fault", Label: "tg", Point: points.ProtectionGroundFaultTg, Kind: Setting, group: true},
	{Screen: "protection/ground_fault", Label: "I²t", Point: points.ProtectionGroundFaultI2t, Kind: Setting, group: true},
	{Screen: "protection/ground_fault", Label: "ZSI", Point: points.ProtectionZSIGroundFault, Kind: Setting},
	{Screen: "protection/earth_leakage", Label: "IΔn", Point: points.ProtectionEarthLeakageIdn, Kind: Setting, group: true},
	{Screen: "protection/earth_leakage", Label: "Δt", Point: points.ProtectionEarthLeakageDt, Kind: Setting, group: true},
	{Screen: "protection/neutral", Label: "Type", Point: points.ProtectionNeutralType, Kind: Setting, group: true},
	{Screen: "protection/dual", Label: "Dual settings", Point: points.ProtectionDual, Kind: Setting},
	{Screen: "protection/dual", Label: "Acting group", Point: points.ProtectionGroup, Kind: Setting},
}

// Items returns the lines of the screens, in the order of the display. The rows
// are shared: do not change them.
func Items() []Item { return items }

// exists reports whether a unit of rating r has the line.
func (it *Item) exists(r points.Rating) bool {
	if it.when != nil && !it.when(r) {
		return false
	}
	info := points.Of(it.Point)
	if len(info.Limits) == 0 {
		return true
	}
	_, has := info.For(r)
	return has
}
