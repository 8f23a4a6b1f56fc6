package snmp

import (
	"math"
	"strings"

	"github.com/gosnmp/gosnmp"

	"switchroom/points"
)

// enterprise is the number that IANA keeps for examples in documentation (RFC 5612).
const enterprise = 32473

// Where our objects stand.
var (
	mibRoot       = must("1.3.6.1.4.1.32473.1")
	notifications = mibRoot.under(0)
	breakerCount  = mibRoot.under(1, 1)
	breakerEntry  = mibRoot.under(1, 2, 1)
	eventObjects  = mibRoot.under(1, 3)
)

// Column is one object of a breaker: a row of the table of objects. A number is for
// ever: managers know objects by it.
type Column struct {
	Number uint32
	Point  points.ID
	As     Form
	Per    float64 // of [Scaled]: how many of what is sent are one of the point's unit
}

// Form is how a value is sent.
type Form uint8

// Forms.
const (
	_      Form = iota
	Flag        // TruthValue
	Choice      // an enumeration
	Scaled      // Integer32, by a power of ten
	Count       // Counter32
	Level       // Gauge32
	Energy      // CounterBasedGauge64: none in version 1
	Words       // SnmpAdminString
)

// Columns are the objects of a breaker, sorted by number. Below 10 are those that are
// no points: name, title and unit id.
func Columns() []Column { return columns }

// The numbers of what is no point.
const (
	columnName  = 2
	columnTitle = 3
	columnUnit  = 4
)

var columns = []Column{
	{10, points.BreakerClosed, Flag, 0},
	{11, points.BreakerTripped, Flag, 0},
	{12, points.BreakerFaultTripped, Flag, 0},
	{13, points.BreakerSpringCharged, Flag, 0},
	{14, points.BreakerReadyToClose, Flag, 0},
	{15, points.BreakerPosition, Choice, 0},
	{16, points.BreakerMode, Choice, 0},
	{17, points.BreakerLastTrip, Words, 0},
	{18, points.BreakerNotReady, Words, 0},
	{19, points.RemoteEnabled, Flag, 0},
	{20, points.CurrentL1, Scaled, 10},
	{21, points.CurrentL2, Scaled, 10},
	{22, points.CurrentL3, Scaled, 10},
	{23, points.CurrentN, Scaled, 10},
	{24, points.CurrentAvg, Scaled, 10},
	{25, points.CurrentHighest, Scaled, 10},
	{26, points.CurrentGround, Scaled, 10},
	{27, points.CurrentLeakage, Scaled, 1000},
	{30, points.VoltageL12, Scaled, 10},
	{31, points.VoltageL23, Scaled, 10},
	{32, points.VoltageL31, Scaled, 10},
	{33, points.VoltageL1n, Scaled, 10},
	{34, points.VoltageL2n, Scaled, 10},
	{35, points.VoltageL3n, Scaled, 10},
	{38, points.Frequency, Scaled, 100},
	{40, points.PowerActiveL1, Scaled, 1},
	{41, points.PowerActiveL2, Scaled, 1},
	{42, points.PowerActiveL3, Scaled, 1},
	{43, points.PowerActiveTotal, Scaled, 1},
	{44, points.PowerReactiveL1, Scaled, 1},
	{45, points.PowerReactiveL2, Scaled, 1},
	{46, points.PowerReactiveL3, Scaled, 1},
	{47, points.PowerReactiveTotal, Scaled, 1},
	{48, points.PowerApparentL1, Scaled, 1},
	{49, points.PowerApparentL2, Scaled, 1},
	{50, points.PowerApparentL3, Scaled, 1},
	{51, points.PowerApparentTotal, Scaled, 1},
	{52, points.PowerFactorTotal, Scaled, 1000},
	{60, points.EnergyActiveDelivered, Energy, 0},
	{61, points.EnergyActiveReceived, Energy, 0},
	{62, points.EnergyReactiveDelivered, Energy, 0},
	{63, points.EnergyReactiveReceived, Energy, 0},
	{64, points.EnergyApparent, Energy, 0},
	{70, points.DemandCurrentL1, Scaled, 10},
	{71, points.DemandCurrentL2, Scaled, 10},
	{72, points.DemandCurrentL3, Scaled, 10},
	{73, points.DemandCurrentN, Scaled, 10},
	{74, points.DemandPowerActive, Scaled, 1},
	{80, points.ProtectionThermalL1, Scaled, 10},
	{81, points.ProtectionThermalL2, Scaled, 10},
	{82, points.ProtectionThermalL3, Scaled, 10},
	{83, points.ProtectionThermalN, Scaled, 10},
	{90, points.OperationsTotal, Count, 0},
	{91, points.OperationsTrips, Count, 0},
	{92, points.WearContacts, Scaled, 1000},
	{93, points.LifeBreaker, Scaled, 10},
	{94, points.LifeUnit, Scaled, 10},
	{95, points.Temperature, Scaled, 10},
	{100, points.Health, Choice, 0},
	{101, points.EventActive, Level, 0},
	{110, points.TripLongTime, Flag, 0},
	{111, points.TripShortTime, Flag, 0},
	{112, points.TripInstantaneous, Flag, 0},
	{113, points.TripGroundFault, Flag, 0},
	{114, points.TripEarthLeakage, Flag, 0},
	{115, points.TripSelfProtection, Flag, 0},
	{116, points.TripSelfDiagnostic, Flag, 0},
	{130, points.RatingIn, Scaled, 1},
	{131, points.DeviceSerial, Words, 0},
	{132, points.DeviceFirmware, Words, 0},
	{133, points.InterfaceModel, Words, 0},
}

// OID is where the object stands; the index of the breaker follows.
func (c *Column) OID() string { return breakerEntry.under(c.Number).String() }

// Name is the name of the object in the MIB: swCurrentL1 for current.l1.
func (c *Column) Name() string { return "sw" + camel(points.Of(c.Point).Name) }

// camel writes a dotted name as MIBs write names.
func camel(dotted string) string {
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(dotted, func(r rune) bool { return r == '.' || r == '_' || r == ' ' || r == '-' }) {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

// value is a value as it is sent; false: there is none now, and so no instance.
func (c *Column) value(number float64, text string) (gosnmp.Asn1BER, any, bool) {
	if c.As == Words {
		return gosnmp.OctetString, text, true
	}
	if math.IsNaN(number) || math.IsInf(number, 0) {
		return 0, nil, false
	}
	switch c.As {
	case Flag:
		return gosnmp.Integer, map[bool]int{true: 1, false: 2}[number != 0], true
	case Choice:
		return gosnmp.Integer, int(number), true
	case Scaled:
		return gosnmp.Integer, int(clamp(math.Round(number*c.Per), math.MinInt32, math.MaxInt32)), true
	case Count:
		return gosnmp.Counter32, uint32(int64(clamp(number, 0, 1<<53))), true // it wraps, as counters do
	case Level:
		return gosnmp.Gauge32, uint32(clamp(number, 0, math.MaxUint32)), true
	default:
		return gosnmp.Counter64, uint64(clamp(number, 0, 1<<62)), true
	}
}

func clamp(v, low, high float64) float64 { return max(low, min(high, v)) }
