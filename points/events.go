package points

import (
	"fmt"
	"slices"
	"strings"
)

// Code is the number of an event. Codes from 0xF000 on are ours: no document
// gives the number of that event.
type Code uint16

// History is one of the seven histories of the control unit. Each keeps the
// newest Depth records (UG, event histories).
type History uint8

const (
	_ History = iota
	TripHistory
	ProtectionHistory
	DiagnosticHistory
	MeteringHistory
	ConfigurationHistory
	OperationHistory
	CommunicationHistory
)

var histories = [...]struct {
	name  string
	depth int
}{{}, {"trip", 50}, {"protection", 100}, {"diagnostic", 300}, {"metering", 300}, {"configuration", 100}, {"operation", 300}, {"communication", 100}}

// Histories returns the seven histories.
func Histories() []History {
	return []History{TripHistory, ProtectionHistory, DiagnosticHistory, MeteringHistory, ConfigurationHistory, OperationHistory, CommunicationHistory}
}

func (h History) String() string {
	if h > 0 && int(h) < len(histories) {
		return histories[h].name
	}
	return fmt.Sprintf("unknown(%d)", uint8(h))
}

// Depth is how many records the history keeps; the oldest gives way.
func (h History) Depth() int {
	if int(h) < len(histories) {
		return histories[h].depth
	}
	return 0
}

// Severity says how soon somebody must act on an event (UG, alarms).
type Severity uint8

const (
	_      Severity = iota
	Low             // information; seen in the software only
	Medium          // schedule; orange pop-up
	High            // urgent; red pop-up
)

func (s Severity) String() string {
	return name([]string{"", "low", "medium", "high"}, int(s))
}

// Event is one row of the event vocabulary.
type Event struct {
	Code      Code
	Name      string // dotted
	Title     string //
	History   History
	Severity  Severity
	Pulse     bool // happens at an instant; otherwise it has an entry and an exit
	Latched   bool // stays held after its exit until it is reset
	Source    string
	Certainty Certainty // of the code; what is ours says so by its number too
}

// Events returns the event vocabulary, sorted by code. The rows are shared: do
// not change them.
func Events() []Event { return events }

// EventOf returns the row of code c, or the empty row if there is none.
func EventOf(c Code) *Event {
	i, ok := slices.BinarySearchFunc(events, c, func(e Event, c Code) int { return int(e.Code) - int(c) })
	if !ok {
		return &Event{}
	}
	return &events[i]
}

func (c Code) String() string {
	if e := EventOf(c); e.Name != "" {
		return e.Name
	}
	return fmt.Sprintf("event(0x%04X)", uint16(c))
}

// LookupEvent returns the code of a named event.
func LookupEvent(name string) (Code, error) {
	i := slices.IndexFunc(events, func(e Event) bool { return strings.EqualFold(e.Name, name) })
	if i < 0 {
		return 0, fmt.Errorf("no event is named %q", name)
	}
	return events[i].Code, nil
}

// The codes that the product itself raises. The table has more: those that a
// document names and that nothing raises yet.
const (
	CodeContactWear60           Code = 0xF301
	CodeContactWear95           Code = 0xF302
	CodeContactWear100          Code = 0xF303
	CodeBreakerLife20           Code = 0x1443
	CodeBreakerLife0            Code = 0x1444
	CodeCoilMX80                Code = 0xF310 // and the next nine: see the table
	CodeBatteryLow              Code = 0xF306
	CodeSensorLost              Code = 0x1402
	CodeENCTLost                Code = 0x1403
	CodeUnitFailed              Code = 0x1404
	CodeLeakageSensorLost       Code = 0x1408
	CodePlugUnreadable          Code = 0x1409
	CodeTripCircuit             Code = 0x1430
	CodeMXFailed                Code = 0x1460
	CodeMXMissing               Code = 0x1461
	CodeXFFailed                Code = 0x1462
	CodeXFMissing               Code = 0x1463
	CodeTripENCT                Code = 0x640A
	CodeTripSensor              Code = 0x6433
	CodeERMS                    Code = 0xF608
	CodeESMLost                 Code = 0xF307
	CodeUnitLife20              Code = 0x1445
	CodeUnitLife0               Code = 0x1446
	CodeTripHot                 Code = 0x6405
	CodeMaintenanceBasic        Code = 0xF320
	CodeMaintenanceStandard     Code = 0xF321
	CodeMaintenanceManufacturer Code = 0xF322
	CodeMaintained              Code = 0xF50A
	CodeSupplyLost              Code = 0xF308
	CodeClockLost               Code = 0xF304
	CodeStateLost               Code = 0xF305
	CodeStartLong               Code = 0x6200
	CodeStartShort              Code = 0x6201
	CodeStartInst               Code = 0x6202
	CodeStartGround             Code = 0x6203
	CodeStartLeakage            Code = 0x6204
	CodeTripLong                Code = 0x6400
	CodeTripShort               Code = 0x6401
	CodeTripInst                Code = 0x6402
	CodeTripGround              Code = 0x6403
	CodeTripLeakage             Code = 0x6404
	CodeTripSelf                Code = 0x6406
	CodeTripDiagnostic          Code = 0x6407
	CodeTripTest                Code = 0xF101
	CodeInjection               Code = 0xF50E
	CodeUpdateStarted           Code = 0xF50F
	CodeUpdated                 Code = 0xF510
	CodeUpdateFailed            Code = 0xF511
	CodeUpdateRefused           Code = 0xF512
	CodeModuleInstalled         Code = 0xF513
	CodeLicenceExpiring         Code = 0xF32B
	CodeLicenceExpired          Code = 0xF32C
	CodeFlashDamaged            Code = 0xF32D
	CodePreAlarm                Code = 0xF201
	CodeMeteringReset           Code = 0xF401
	CodeClockSet                Code = 0xF501
	CodeProtectionSet           Code = 0xF502
	CodeSettingSet              Code = 0xF503
	CodePasswordSet             Code = 0xF504
	CodeLockSet                 Code = 0xF505
	CodeRemoteSet               Code = 0xF506
	CodeGroupSet                Code = 0xF507
	CodeNameSet                 Code = 0xF508
	CodeSession                 Code = 0xF509
	CodeOpened                  Code = 0xF601
	CodeClosed                  Code = 0xF602
	CodeReset                   Code = 0xF603
	CodeInhibited               Code = 0xF604
	CodeOrderFailed             Code = 0xF605
	CodeRacked                  Code = 0xF606
	CodePowerUp                 Code = 0xF607
	CodeIO1Lost                 Code = 0xF309
	CodeIO2Lost                 Code = 0xF30A
	CodeIO1Mismatch             Code = 0xF30B
	CodeIO2Mismatch             Code = 0xF30C
	CodeIOMismatch              Code = 0xF30D
	CodeIOMismatchMode          Code = 0xF30E
	CodeIOMismatchOptional      Code = 0xF30F
	CodeIOSwitchTurned          Code = 0xF50B
	CodeIOApplication           Code = 0xF50C
	CodeIOPad                   Code = 0xF50D
	CodeIOOperated              Code = 0xF609
	CodeIOInput                 Code = 0xF60A
	CodeIOOutput                Code = 0xF60B
	CodeIOCounter               Code = 0xF60C
	CodePasswordRefused         Code = 0xF701
	CodeRefused                 Code = 0xF702
	CodeLockedOut               Code = 0xF703
	CodeBluetooth               Code = 0xF704
	CodeBluetoothPhone          Code = 0xF705
	CodeBluetoothPaired         Code = 0xF706
	CodeBluetoothRefused        Code = 0xF707
)

// events is sorted by code.
var events = []Event{
	{0x130B, "m2c.output1_forced", "M2C output 1 forced", OperationHistory, Low, false, false, "UG events", Confirmed},
	{0x130C, "m2c.output2_forced", "M2C output 2 forced", OperationHistory, Low, false, false, "UG events", Confirmed},
	{0x1400, "selftest.major.1", "control unit self-test: major malfunction", DiagnosticHistory, High, false, true, "UG self-test", Confirmed},
	{0x1402, "selftest.sensor_disconnected", "internal current sensor disconnected", DiagnosticHistory, High, false, true, "UG events; name ACT", Sibling},
	{0x1403, "selftest.enct_disconnected", "external neutral current transformer disconnected", DiagnosticHistory, High, false, true, "UG events; name ACT", Sibling},
	{0x1404, "selftest.major.2", "control unit self-test: major malfunction", DiagnosticHistory, High, false, true, "UG self-test", Confirmed},
	{0x1405, "selftest.major.3", "control unit self-test: major malfunction", DiagnosticHistory, High, false, true, "UG self-test", Confirmed},
	{0x1406, "selftest.major.4", "control unit self-test: major malfunction", DiagnosticHistory, High, false, true, "UG self-test", Confirmed},
	{0x1408, "selftest.leakage_sensor_disconnected", "earth-leakage sensor disconnected", DiagnosticHistory, High, false, true, "HW events", Confirmed},
	{0x1409, "selftest.plug_unreadable", "sensor plug unreadable", DiagnosticHistory, High, false, true, "HW events", Confirmed},
	{0x1416, "selftest.major.5", "control unit self-test: major malfunction", DiagnosticHistory, High, false, true, "UG self-test", Confirmed},
	{0x1430, "selftest.tripping_circuit", "tripping circuit (MITOP)", DiagnosticHistory, High, false, true, "UG events", Confirmed},
	{0x1443, "life.breaker_low", "breaker: 20 % of its life remains", DiagnosticHistory, Medium, false, true, "UG maintenance", Confirmed},
	{0x1444, "life.breaker_over", "breaker: maximum number of operations reached", DiagnosticHistory, High, false, true, "UG maintenance", Confirmed},
	{0x1445, "life.unit_low", "control unit: 20 % of its life remains", DiagnosticHistory, Medium, false, true, "UG maintenance", Confirmed},
	{0x1446, "life.unit_over", "control unit: end of life", DiagnosticHistory, High, false, true, "UG maintenance", Confirmed},
	{0x1460, "coil.mx1_selftest", "MX1 opening coil self-test", DiagnosticHistory, Medium, false, false, "ACT events", Sibling},
	{0x1461, "coil.mx1_missing", "MX1 opening coil missing", DiagnosticHistory, Medium, false, false, "ACT events", Sibling},
	{0x1462, "coil.xf_selftest", "XF closing coil self-test", DiagnosticHistory, Medium, false, false, "ACT events", Sibling},
	{0x1463, "coil.xf_missing", "XF closing coil missing", DiagnosticHistory, Medium, false, false, "ACT events", Sibling},
	{0x6200, "start.long_time", "long time Ir picked up (above 105 % Ir)", ProtectionHistory, Medium, false, false, "ACT events", Sibling},
	{0x6201, "start.short_time", "short time Isd picked up", ProtectionHistory, Low, false, false, "ACT events", Sibling},
	{0x6202, "start.instantaneous", "instantaneous Ii picked up", ProtectionHistory, Low, false, false, "ACT events, by the series", Inferred},
	{0x6203, "start.ground_fault", "ground fault Ig picked up", ProtectionHistory, Low, false, false, "ACT events", Sibling},
	{0x6204, "start.earth_leakage", "earth leakage IΔn picked up", ProtectionHistory, Low, false, false, "ACT events, by the series", Inferred},
	{0x6400, "trip.long_time", "tripped by long time Ir", TripHistory, High, false, true, "ACT events; UG 0x6407, by the series", Inferred},
	{0x6401, "trip.short_time", "tripped by short time Isd", TripHistory, High, false, true, "ACT events; UG 0x6407, by the series", Inferred},
	{0x6402, "trip.instantaneous", "tripped by instantaneous Ii", TripHistory, High, false, true, "ACT events; UG 0x6407, by the series", Inferred},
	{0x6403, "trip.ground_fault", "tripped by ground fault Ig", TripHistory, High, false, true, "ACT events; UG 0x6407, by the series", Inferred},
	{0x6404, "trip.earth_leakage", "tripped by earth leakage IΔn", TripHistory, High, false, true, "ACT events; UG 0x6407, by the series", Inferred},
	{0x6405, "trip.over_temperature", "tripped by over-temperature", TripHistory, High, false, true, "ACT events", Sibling},
	{0x6406, "trip.self_protection", "tripped by self-protection (SELLIM, DIN/DINF)", TripHistory, High, false, true, "ACT events", Sibling},
	{0x6407, "trip.self_diagnostic", "tripped by an internal failure", TripHistory, High, false, true, "UG-12 events", Confirmed},
	{0x640A, "trip.enct_disconnected", "tripped: external neutral current transformer disconnected", TripHistory, High, false, true, "ACT events", Sibling},
	{0x641F, "trip.monitoring", "tripped by monitoring", TripHistory, High, false, true, "UG events; name cut", Confirmed},
	{0x6433, "trip.sensor_lost", "tripped: current sensor lost", TripHistory, High, false, true, "ACT events", Sibling},
	{CodeTripTest, "trip.test", "tripped by a test", TripHistory, High, false, true, "OURS", Ours},
	{0xF110, "trip.idmtl", "tripped by IDMTL overcurrent (ANSI 51)", TripHistory, High, false, true, "OURS", Ours},
	{0xF111, "trip.idmt_ground_fault", "tripped by IDMT ground fault (ANSI 51N)", TripHistory, High, false, true, "OURS", Ours},
	{0xF114, "trip.undervoltage_1", "tripped by undervoltage element 1 (ANSI 27)", TripHistory, High, false, true, "OURS", Ours},
	{0xF115, "trip.undervoltage_2", "tripped by undervoltage element 2 (ANSI 27)", TripHistory, High, false, true, "OURS", Ours},
	{0xF116, "trip.overvoltage_1", "tripped by overvoltage element 1 (ANSI 59)", TripHistory, High, false, true, "OURS", Ours},
	{0xF117, "trip.overvoltage_2", "tripped by overvoltage element 2 (ANSI 59)", TripHistory, High, false, true, "OURS", Ours},
	{0xF118, "trip.underfrequency", "tripped by underfrequency (ANSI 81U)", TripHistory, High, false, true, "OURS", Ours},
	{0xF119, "trip.overfrequency", "tripped by overfrequency (ANSI 81O)", TripHistory, High, false, true, "OURS", Ours},
	{0xF11A, "trip.reverse_power", "tripped by reverse active power (ANSI 32P)", TripHistory, High, false, true, "OURS", Ours},
	{0xF11B, "trip.directional_1", "tripped by directional overcurrent stage 1 (ANSI 67)", TripHistory, High, false, true, "OURS", Ours},
	{0xF11C, "trip.directional_2", "tripped by directional overcurrent stage 2 (ANSI 67)", TripHistory, High, false, true, "OURS", Ours},
	{CodePreAlarm, "alarm.overload", "overload pre-alarm (above 90 % Ir)", ProtectionHistory, Low, false, false, "OURS; threshold CAT", Ours},
	{0xF210, "alarm.idmtl", "IDMTL overcurrent (ANSI 51): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF211, "alarm.idmt_ground_fault", "IDMT ground fault (ANSI 51N): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF212, "alarm.ground_fault_alarm", "ground-fault alarm (ANSI 51N): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF213, "alarm.earth_leakage_alarm", "earth-leakage alarm (ANSI 51G): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF214, "alarm.undervoltage_1", "undervoltage element 1 (ANSI 27): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF215, "alarm.undervoltage_2", "undervoltage element 2 (ANSI 27): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF216, "alarm.overvoltage_1", "overvoltage element 1 (ANSI 59): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF217, "alarm.overvoltage_2", "overvoltage element 2 (ANSI 59): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF218, "alarm.underfrequency", "underfrequency (ANSI 81U): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF219, "alarm.overfrequency", "overfrequency (ANSI 81O): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF21A, "alarm.reverse_power", "reverse active power (ANSI 32P): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF21B, "alarm.directional_1", "directional overcurrent stage 1 (ANSI 67): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF21C, "alarm.directional_2", "directional overcurrent stage 2 (ANSI 67): alarm", ProtectionHistory, Medium, false, false, "OURS", Ours},
	{0xF230, "start.idmtl", "IDMTL overcurrent (ANSI 51) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF231, "start.idmt_ground_fault", "IDMT ground fault (ANSI 51N) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF232, "start.ground_fault_alarm", "ground-fault alarm (ANSI 51N) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF233, "start.earth_leakage_alarm", "earth-leakage alarm (ANSI 51G) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF234, "start.undervoltage_1", "undervoltage element 1 (ANSI 27) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF235, "start.undervoltage_2", "undervoltage element 2 (ANSI 27) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF236, "start.overvoltage_1", "overvoltage element 1 (ANSI 59) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF237, "start.overvoltage_2", "overvoltage element 2 (ANSI 59) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF238, "start.underfrequency", "underfrequency (ANSI 81U) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF239, "start.overfrequency", "overfrequency (ANSI 81O) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF23A, "start.reverse_power", "reverse active power (ANSI 32P) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF23B, "start.directional_1", "directional overcurrent stage 1 (ANSI 67) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{0xF23C, "start.directional_2", "directional overcurrent stage 2 (ANSI 67) picked up", ProtectionHistory, Low, false, false, "OURS", Ours},
	{CodeContactWear60, "wear.contacts_60", "contacts worn to 60 %", DiagnosticHistory, Low, false, true, "UG contact wear; code OURS", Ours},
	{CodeContactWear95, "wear.contacts_95", "contacts worn to 95 %", DiagnosticHistory, Medium, false, true, "UG contact wear; code OURS", Ours},
	{CodeContactWear100, "wear.contacts_100", "contacts worn out", DiagnosticHistory, High, false, true, "UG contact wear; code OURS", Ours},
	{CodeClockLost, "clock.lost", "date and time lost: restarted at 2000-01-01", DiagnosticHistory, Medium, true, false, "UG date and time; code OURS", Ours},
	{CodeStateLost, "memory.lost", "part of the stored state could not be read back", DiagnosticHistory, High, true, false, "OURS", Ours},
	{CodeBatteryLow, "battery.low", "battery low: replace it", DiagnosticHistory, Medium, false, false, "UG self-test scope; code OURS", Ours},
	{CodeESMLost, "erms.module_lost", "communication with the ESM module lost", DiagnosticHistory, Medium, false, false, "UG ERMS; code OURS", Ours},
	{CodeSupplyLost, "supply.lost", "24 V supply of the control unit lost", DiagnosticHistory, Medium, false, false, "UG self-test scope; code OURS", Ours},
	{CodeIO1Lost, "io1.lost", "communication with IO module 1 lost", DiagnosticHistory, Medium, false, false, "MB 32384; code OURS", Ours},
	{CodeIO2Lost, "io2.lost", "communication with IO module 2 lost", DiagnosticHistory, Medium, false, false, "MB 32384; code OURS", Ours},
	{CodeIO1Mismatch, "io1.switch_mismatch", "the switch of IO module 1 stands elsewhere than what acts", DiagnosticHistory, Medium, false, false, "OURS", Ours},
	{CodeIO2Mismatch, "io2.switch_mismatch", "the switch of IO module 2 stands elsewhere than what acts", DiagnosticHistory, Medium, false, false, "OURS", Ours},
	{CodeIOMismatch, "io.mismatch", "IO module and control unit disagree on dual settings or inhibition", DiagnosticHistory, Medium, false, false, "MB 32384; code OURS", Ours},
	{CodeIOMismatchMode, "io.mismatch_mode", "IO module and control unit disagree on the local or remote mode", DiagnosticHistory, Medium, false, false, "MB 32384; code OURS", Ours},
	{CodeIOMismatchOptional, "io.mismatch_optional", "IO module and control unit disagree on the inhibition of optional protection", DiagnosticHistory, Medium, false, false, "MB 32384; code OURS", Ours},
	{CodeCoilMX80, "wear.mx_80", "MX: 80 % of its recommended operations", DiagnosticHistory, Medium, false, true, "UG coil wear; code OURS", Ours},
	{0xF311, "wear.mx_100", "MX: recommended operations reached; replace it", DiagnosticHistory, High, false, true, "UG coil wear; code OURS", Ours},
	{0xF312, "wear.mx2_80", "MX2: 80 % of its recommended operations", DiagnosticHistory, Medium, false, true, "UG coil wear; code OURS", Ours},
	{0xF313, "wear.mx2_100", "MX2: recommended operations reached; replace it", DiagnosticHistory, High, false, true, "UG coil wear; code OURS", Ours},
	{0xF314, "wear.mn_80", "MN: 80 % of its recommended operations", DiagnosticHistory, Medium, false, true, "UG coil wear; code OURS", Ours},
	{0xF315, "wear.mn_100", "MN: recommended operations reached; replace it", DiagnosticHistory, High, false, true, "UG coil wear; code OURS", Ours},
	{0xF316, "wear.xf_80", "XF: 80 % of its recommended operations", DiagnosticHistory, Medium, false, true, "UG coil wear; code OURS", Ours},
	{0xF317, "wear.xf_100", "XF: recommended operations reached; replace it", DiagnosticHistory, High, false, true, "UG coil wear; code OURS", Ours},
	{0xF318, "wear.mch_80", "MCH: 80 % of its recommended operations", DiagnosticHistory, Medium, false, true, "UG coil wear; code OURS", Ours},
	{0xF319, "wear.mch_100", "MCH: recommended operations reached; replace it", DiagnosticHistory, High, false, true, "UG coil wear; code OURS", Ours},
	{CodeMaintenanceBasic, "maintenance.basic_due", "basic end-user maintenance is due", DiagnosticHistory, Medium, false, false, "UG maintenance schedule; code OURS", Ours},
	{CodeMaintenanceStandard, "maintenance.standard_due", "standard end-user maintenance is due", DiagnosticHistory, Medium, false, false, "UG maintenance schedule; code OURS", Ours},
	{CodeMaintenanceManufacturer, "maintenance.manufacturer_due", "manufacturer maintenance is due", DiagnosticHistory, Medium, false, false, "UG maintenance schedule; code OURS", Ours},
	{CodeLicenceExpiring, "module.licence_expiring", "the licence of a digital module ends within 30 days", DiagnosticHistory, Medium, false, false, "MB 32385; code OURS", Ours},
	{CodeLicenceExpired, "module.licence_expired", "the licence of a digital module has ended", DiagnosticHistory, High, false, false, "facts 7.1; code OURS", Ours},
	{CodeFlashDamaged, "firmware.damaged", "firmware of a member is damaged", DiagnosticHistory, High, false, false, "OURS", Ours},
	{CodeMeteringReset, "metering.reset", "minima, maxima or energies reset", MeteringHistory, Low, true, false, "OURS", Ours},
	{CodeClockSet, "clock.set", "date and time set", ConfigurationHistory, Low, true, false, "OURS", Ours},
	{CodeProtectionSet, "settings.protection", "protection settings changed", ConfigurationHistory, Low, true, false, "OURS", Ours},
	{CodeSettingSet, "settings.other", "setting changed", ConfigurationHistory, Low, true, false, "OURS", Ours},
	{CodePasswordSet, "password.changed", "password changed", ConfigurationHistory, Low, true, false, "OURS", Ours},
	{CodeLockSet, "lock.changed", "lock of protection settings changed", ConfigurationHistory, Low, true, false, "OURS", Ours},
	{CodeRemoteSet, "remote.changed", "remote control enabled or disabled", ConfigurationHistory, Low, true, false, "OURS", Ours},
	{CodeGroupSet, "settings.group", "acting settings group changed", ConfigurationHistory, Low, true, false, "OURS", Ours},
	{CodeNameSet, "name.changed", "name changed", ConfigurationHistory, Low, true, false, "OURS", Ours},
	{CodeSession, "settings.session", "editing session opened or closed", ConfigurationHistory, Low, false, false, "OURS", Ours},
	{CodeMaintained, "maintenance.declared", "maintenance programme declared carried out", ConfigurationHistory, Low, true, false, "OURS", Ours},
	{CodeIOSwitchTurned, "io.switch_turned", "rotary switch of an IO module turned", ConfigurationHistory, Medium, true, false, "OURS", Ours},
	{CodeIOApplication, "io.application", "another application of an IO module acts", ConfigurationHistory, Medium, true, false, "OURS", Ours},
	{CodeIOPad, "io.pad", "setting-locking pad of an IO module turned", ConfigurationHistory, Low, true, false, "OURS", Ours},
	{CodeInjection, "test.injection", "secondary injection by the service port", ConfigurationHistory, Medium, true, false, "OURS", Ours},
	{CodeUpdateStarted, "firmware.update_started", "update of firmware started", ConfigurationHistory, Medium, true, false, "CYB p. 34; code OURS", Ours},
	{CodeUpdated, "firmware.updated", "firmware updated", ConfigurationHistory, Medium, true, false, "CYB p. 34; code OURS", Ours},
	{CodeUpdateFailed, "firmware.update_failed", "update of firmware failed; the version before runs", ConfigurationHistory, High, true, false, "CYB p. 34; code OURS", Ours},
	{CodeUpdateRefused, "firmware.refused", "package of firmware or of a digital module refused", ConfigurationHistory, High, true, false, "CYB p. 34; code OURS", Ours},
	{CodeModuleInstalled, "module.installed", "digital module installed or its licence renewed", ConfigurationHistory, Medium, true, false, "CYB p. 36; code OURS", Ours},
	{CodeOpened, "breaker.opened", "breaker opened", OperationHistory, Low, true, false, "OURS", Ours},
	{CodeClosed, "breaker.closed", "breaker closed", OperationHistory, Low, true, false, "OURS", Ours},
	{CodeReset, "breaker.reset", "breaker reset after a trip", OperationHistory, Low, true, false, "OURS", Ours},
	{CodeInhibited, "breaker.inhibited", "closing inhibited", OperationHistory, Low, false, false, "OURS", Ours},
	{CodeOrderFailed, "breaker.order_failed", "an order to open or close was not carried out in time", OperationHistory, Medium, true, false, "OURS", Ours},
	{CodeRacked, "breaker.racked", "drawout position changed", OperationHistory, Low, true, false, "OURS", Ours},
	{CodePowerUp, "unit.started", "control unit powered up", OperationHistory, Low, true, false, "OURS", Ours},
	{CodeERMS, "erms.engaged", "energy-reduction maintenance settings engaged (ERMS)", OperationHistory, Medium, false, false, "OURS", Ours},
	{CodeIOOperated, "io.operated", "an input of an IO module operates the breaker or its unit", OperationHistory, Low, true, false, "OURS", Ours},
	{CodeIOInput, "io.input", "an input of an IO module changed", OperationHistory, Low, true, false, "OURS", Ours},
	{CodeIOOutput, "io.output", "an output of an IO module was commanded", OperationHistory, Low, true, false, "OURS", Ours},
	{CodeIOCounter, "io.counter", "a counter of an IO module passed its threshold", OperationHistory, Medium, true, false, "OURS", Ours},
	{CodePasswordRefused, "password.refused", "wrong password", CommunicationHistory, Medium, true, false, "OURS", Ours},
	{CodeRefused, "request.refused", "request refused", CommunicationHistory, Low, true, false, "OURS", Ours},
	{CodeLockedOut, "password.locked_out", "password entry locked out after wrong attempts", CommunicationHistory, High, true, false, "OURS", Ours},
	{CodeBluetooth, "bluetooth.active", "Bluetooth switched on by its button, or ended", CommunicationHistory, Low, false, false, "OURS", Ours},
	{CodeBluetoothPhone, "bluetooth.phone", "a phone connected by Bluetooth, or gone", CommunicationHistory, Low, false, false, "OURS", Ours},
	{CodeBluetoothPaired, "bluetooth.paired", "a phone was paired", CommunicationHistory, Low, true, false, "OURS", Ours},
	{CodeBluetoothRefused, "bluetooth.refused", "pairing with a phone failed or was refused", CommunicationHistory, Medium, true, false, "OURS", Ours},
}
