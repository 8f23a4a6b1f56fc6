package metering

import (
	"math"

	"switchroom/points"
)

// quantity is something that is measured. Those with a minimum or maximum come
// first; stored states know them by number, so new ones go to the end of those.
type quantity uint8

const (
	current1 quantity = iota
	current2
	current3
	currentN
	currentAvg
	voltage12
	voltage23
	voltage31
	voltage1N
	voltage2N
	voltage3N
	frequency
	active
	reactive
	apparent
	factor
	ground
	highest
	leakage
	unbalanceI
	unbalanceLL
	unbalanceLN
	numTracked // those above have extremes

	voltageLL quantity = iota - 1
	voltageLN
	unbalance1
	unbalance2
	unbalance3
	active1
	active2
	active3
	reactive1
	reactive2
	reactive3
	apparent1
	apparent2
	apparent3
	factor1
	factor2
	factor3
	numQuantities
)

// Groups are what one reset can clear: the bits of command 46728 (MB
// T001025020).
type Groups uint16

const (
	Currents      Groups = 1 << 0 // minima and maxima, unbalance with them (ours)
	Voltages      Groups = 1 << 1 // the same
	Powers        Groups = 1 << 2
	PowerFactors  Groups = 1 << 3
	THDs          Groups = 1 << 4 // nothing here yet
	CurrentDemand Groups = 1 << 5 // peaks
	PowerDemand   Groups = 1 << 6 // peaks
	Frequencies   Groups = 1 << 7
	Energies      Groups = 1 << 9

	AllGroups = Currents | Voltages | Powers | PowerFactors | THDs | CurrentDemand | PowerDemand | Frequencies | Energies
)

// quantities says where each is shown, and what clears its extremes. The zero
// point is none.
var quantities = [numQuantities]struct {
	value, min, max points.ID
	group           Groups
}{
	current1:    {points.CurrentL1, points.CurrentL1Min, points.CurrentL1Max, Currents},
	current2:    {points.CurrentL2, points.CurrentL2Min, points.CurrentL2Max, Currents},
	current3:    {points.CurrentL3, points.CurrentL3Min, points.CurrentL3Max, Currents},
	currentN:    {points.CurrentN, points.CurrentNMin, points.CurrentNMax, Currents},
	currentAvg:  {points.CurrentAvg, points.CurrentAvgMin, points.CurrentAvgMax, Currents},
	voltage12:   {points.VoltageL12, points.VoltageL12Min, points.VoltageL12Max, Voltages},
	voltage23:   {points.VoltageL23, points.VoltageL23Min, points.VoltageL23Max, Voltages},
	voltage31:   {points.VoltageL31, points.VoltageL31Min, points.VoltageL31Max, Voltages},
	voltage1N:   {points.VoltageL1n, points.VoltageL1nMin, points.VoltageL1nMax, Voltages},
	voltage2N:   {points.VoltageL2n, points.VoltageL2nMin, points.VoltageL2nMax, Voltages},
	voltage3N:   {points.VoltageL3n, points.VoltageL3nMin, points.VoltageL3nMax, Voltages},
	frequency:   {points.Frequency, points.FrequencyMin, points.FrequencyMax, Frequencies},
	active:      {points.PowerActiveTotal, points.PowerActiveTotalMin, points.PowerActiveTotalMax, Powers},
	reactive:    {points.PowerReactiveTotal, points.PowerReactiveTotalMin, points.PowerReactiveTotalMax, Powers},
	apparent:    {points.PowerApparentTotal, points.PowerApparentTotalMin, points.PowerApparentTotalMax, Powers},
	factor:      {points.PowerFactorTotal, points.PowerFactorTotalMin, points.PowerFactorTotalMax, PowerFactors},
	ground:      {points.CurrentGround, 0, points.CurrentGroundMax, Currents},
	highest:     {points.CurrentHighest, 0, points.CurrentHighestMax, Currents},
	leakage:     {points.CurrentLeakage, 0, points.CurrentLeakageMax, Currents},
	unbalanceI:  {points.UnbalanceCurrent, 0, points.UnbalanceCurrentMax, Currents},
	unbalanceLL: {points.UnbalanceVoltageLL, 0, points.UnbalanceVoltageLLMax, Voltages},
	unbalanceLN: {points.UnbalanceVoltageLN, 0, points.UnbalanceVoltageLNMax, Voltages},

	voltageLL:  {value: points.VoltageLL},
	voltageLN:  {value: points.VoltageLN},
	unbalance1: {value: points.UnbalanceCurrentL1},
	unbalance2: {value: points.UnbalanceCurrentL2},
	unbalance3: {value: points.UnbalanceCurrentL3},
	active1:    {value: points.PowerActiveL1},
	active2:    {value: points.PowerActiveL2},
	active3:    {value: points.PowerActiveL3},
	reactive1:  {value: points.PowerReactiveL1},
	reactive2:  {value: points.PowerReactiveL2},
	reactive3:  {value: points.PowerReactiveL3},
	apparent1:  {value: points.PowerApparentL1},
	apparent2:  {value: points.PowerApparentL2},
	apparent3:  {value: points.PowerApparentL3},
	factor1:    {value: points.PowerFactorL1},
	factor2:    {value: points.PowerFactorL2},
	factor3:    {value: points.PowerFactorL3},
}

// readings is a number for each quantity, NaN where there is none.
type readings [numQuantities]float64

func (r *readings) clear() {
	for q := range r {
		r[q] = math.NaN()
	}
}

// known reports whether anything was measured yet.
func (r *readings) known() bool { return !math.IsNaN(r[current1]) }
