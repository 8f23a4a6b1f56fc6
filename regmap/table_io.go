package regmap

import (
	"cmp"
	"slices"

	"switchroom/points"
)

// inOrder puts tables together, sorted by register.
func inOrder(tables ...[]Row) []Row {
	all := slices.Concat(tables...)
	slices.SortStableFunc(all, func(a, b Row) int { return cmp.Compare(a.Register, b.Register) })
	return all
}

// stride is from a register of IO module 1 to that of module 2 (NSX; MB: 15300, 18300).
const stride = 3000

// moduleStatus are the bits of the status word of IO module n in the datasets (PACT):
// inputs, outputs, and whether to ignore the word.
func moduleStatus(n int) (bits []Bit) {
	for i := range uint8(6) {
		bits = append(bits, Bit{i, points.OfIO(points.IO1InputI1, n) + points.ID(i)})
	}
	for k := range uint8(3) {
		bits = append(bits, Bit{6 + k, points.OfIO(points.IO1OutputO1, n) + points.ID(k)})
	}
	return append(bits, Bit{15, points.OfIO(points.IO1Absent, n)})
}

// moduleInputs, moduleOutputs and moduleAlarms are bits of module 1's own registers.
var (
	moduleInputs  = moduleStatus(1)[:6]
	moduleOutputs = []Bit{{0, points.IO1OutputO1}, {1, points.IO1OutputO2}, {2, points.IO1OutputO3}}
	moduleAlarms  = []Bit{
		{0, points.IO1AlarmStop}, {1, points.IO1AlarmError},
		{2, points.IO1AlarmI1}, {3, points.IO1AlarmI2}, {4, points.IO1AlarmI3}, {5, points.IO1AlarmI4}, {6, points.IO1AlarmI5}, {7, points.IO1AlarmI6},
		{8, points.IO1AlarmO1}, {9, points.IO1AlarmO2}, {10, points.IO1AlarmO3},
	}
)

// firstModule is the registers of IO module 1 that its own documents name, and in the
// block of applications those that MB names. What stands there without a layout is
// inferred. Its event history (14760 on) is not here: the layout of its dates was not
// found.
var firstModule = []Row{
	{Register: 13826, Count: 2, Kind: F32, Point: points.IO1Temperature, Source: "IB 13826", Certainty: points.Sibling},
	{Register: 13828, Count: 1, Kind: U16, Point: points.IO1TemperatureValid, Source: "IB 13828", Certainty: points.Sibling},
	{Register: 13830, Count: 4, Kind: DateTime, Point: points.IO1TemperatureChanged, Source: "IB 13830", Certainty: points.Sibling},
	{Register: 13838, Count: 2, Kind: F32, Point: points.IO1TemperatureMax, Source: "IB 13838", Certainty: points.Sibling},
	{Register: 13840, Count: 2, Kind: F32, Point: points.IO1TemperatureMin, Source: "IB 13840", Certainty: points.Sibling},
	{Register: 14598, Count: 1, Kind: Quality, Of: 14599, Source: "NSX 14598", Certainty: points.Sibling},
	{Register: 14599, Count: 1, Kind: Bits, Bits: moduleInputs, Title: "inputs", Source: "NSX 14599", Certainty: points.Sibling},
	{Register: 14600, Count: 1, Kind: Quality, Of: 14601, Source: "NSX 14600", Certainty: points.Sibling},
	{Register: 14601, Count: 1, Kind: Bits, Bits: moduleOutputs, Title: "outputs", Write: "C", Source: "NSX 14601", Certainty: points.Sibling},
	{Register: 14632, Count: 1, Kind: Bits, Bits: []Bit{{0, points.IO1Cradle}}, Title: "applications that act: bit 0 cradle, others not seen", Source: "MB 14632", Certainty: points.Confirmed},
	{Register: 14633, Count: 1, Kind: Quality, Of: 14632, Source: "MB 14633", Certainty: points.Confirmed},
	{Register: 14732, Count: 1, Kind: Quality, Of: 14733, Source: "NSX 14732", Certainty: points.Sibling},
	{Register: 14733, Count: 1, Kind: Bits, Bits: []Bit{{0, points.IO1CommandsComplex}, {1, points.IO1CommandsSimple}}, Title: "commands that are enabled", Source: "NSX 14733", Certainty: points.Sibling},
	{Register: 14740, Count: 1, Kind: Quality, Of: 14741, Source: "NSX 14740", Certainty: points.Sibling},
	{Register: 14741, Count: 1, Kind: Bits, Bits: moduleAlarms, Title: "alarms; 11 to 13, switchboard temperature, not modelled", Source: "NSX 14741", Certainty: points.Sibling},
	{Register: 15300, Count: 1, Kind: Quality, Of: 15301, Source: "by the other status words", Certainty: points.Inferred},
	{Register: 15301, Count: 1, Kind: Bits, Bits: []Bit{{8, points.IO1CradleDisconnected}, {9, points.IO1CradleConnected}, {10, points.IO1CradleTest}}, Title: "cradle", Source: "MB 15301", Certainty: points.Confirmed},
	{Register: 15302, Count: 2, Kind: U32, Point: points.IO1CradleDisconnectedCount, Source: "MB 15302; layout and order inferred", Certainty: points.Inferred},
	{Register: 15304, Count: 2, Kind: U32, Point: points.IO1CradleConnectedCount, Source: "MB 15302; layout and order inferred", Certainty: points.Inferred},
	{Register: 15306, Count: 2, Kind: U32, Point: points.IO1CradleTestCount, Source: "MB 15302; layout and order inferred", Certainty: points.Inferred},
	{Register: 15308, Count: 4, Kind: DateTime, Point: points.IO1CradleDisconnectedAt, Source: "MB 15308; layout and order inferred", Certainty: points.Inferred},
	{Register: 15312, Count: 4, Kind: DateTime, Point: points.IO1CradleConnectedAt, Source: "MB 15308; layout and order inferred", Certainty: points.Inferred},
	{Register: 15316, Count: 4, Kind: DateTime, Point: points.IO1CradleTestAt, Source: "MB 15308; layout and order inferred", Certainty: points.Inferred},
	{Register: 15320, Count: 1, Kind: Gap, Title: "regreasing timer: unit not seen", Source: "MB 15320, cut", Certainty: points.Inferred},
}

// virtualModule are the registers of what module 1 knows and no register is known of:
// ours, among those of a virtual unit.
var virtualModule = []Row{
	{Register: 60901, Count: 1, Kind: U16, Point: points.IO1Switch, Source: "OURS", Certainty: points.Ours},
	{Register: 60902, Count: 1, Kind: U16, Point: points.IO1Application, Source: "OURS", Certainty: points.Ours},
	{Register: 60903, Count: 1, Kind: U16, Point: points.IO1SwitchMismatch, Source: "OURS", Certainty: points.Ours},
	{Register: 60904, Count: 1, Kind: U16, Point: points.IO1Pad, Source: "OURS", Certainty: points.Ours},
	{Register: 60905, Count: 1, Kind: U16, Point: points.IO1Light, Source: "OURS", Certainty: points.Ours},
	{Register: 60906, Count: 1, Kind: U16, Point: points.IO1Load, Source: "OURS", Certainty: points.Ours},
	{Register: 60907, Count: 2, Kind: U32, Point: points.IO1Bounces, Source: "OURS", Certainty: points.Ours},
	{Register: 60909, Count: 2, Kind: U32, Point: points.IO1CounterI1, Source: "OURS", Certainty: points.Ours},
	{Register: 60911, Count: 2, Kind: U32, Point: points.IO1CounterI2, Source: "OURS", Certainty: points.Ours},
	{Register: 60913, Count: 2, Kind: U32, Point: points.IO1CounterI3, Source: "OURS", Certainty: points.Ours},
	{Register: 60915, Count: 2, Kind: U32, Point: points.IO1CounterI4, Source: "OURS", Certainty: points.Ours},
	{Register: 60917, Count: 2, Kind: U32, Point: points.IO1CounterI5, Source: "OURS", Certainty: points.Ours},
	{Register: 60919, Count: 2, Kind: U32, Point: points.IO1CounterI6, Source: "OURS", Certainty: points.Ours},
	{Register: 60921, Count: 2, Kind: U32, Point: points.IO1CounterO1, Source: "OURS", Certainty: points.Ours},
	{Register: 60923, Count: 2, Kind: U32, Point: points.IO1CounterO2, Source: "OURS", Certainty: points.Ours},
	{Register: 60925, Count: 2, Kind: U32, Point: points.IO1CounterO3, Source: "OURS", Certainty: points.Ours},
}

// virtualStride is the stride of those.
const virtualStride = 50

// moduleRows are the registers of IO module n.
func moduleRows(n int) []Row {
	return append(moved(firstModule, n, stride), moved(virtualModule, n, virtualStride)...)
}

// moved are the registers of module 1 as module n has them.
func moved(first []Row, n, stride int) (rows []Row) {
	by := Register((n - 1) * stride)
	for _, r := range first {
		r.Register += by
		if r.Of != 0 {
			r.Of += by
		}
		if r.Point != 0 {
			r.Point = points.OfIO(r.Point, n)
		}
		r.Bits = slices.Clone(r.Bits)
		for i := range r.Bits {
			r.Bits[i].Point = points.OfIO(r.Bits[i].Point, n)
		}
		rows = append(rows, r)
	}
	return rows
}
