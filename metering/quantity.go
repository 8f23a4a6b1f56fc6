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
	cosPhi
	thd // of each channel
	_
	_
	thdN
	_
	_
	_
	thd1N
	thd2N
	thd3N
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
	cosPhi1
	cosPhi2
	cosPhi3
	sequence
	quadrant
	loadType
	thdr // of each channel
	_
	_
	thdrN
	_
	_
	_
	thdr1N
	thdr2N
	thdr3N
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
	THDs          Groups = 1 << 4 // of the fundamental
	CurrentDemand Groups = 1 << 5 // peaks
	PowerDemand   Groups = 1 << 6 // peaks
	Frequencies   Groups = 1 << 7
	Energies      Groups = 1 << 9

	AllGroups = Currents | Voltages | Powers | PowerFactors | THDs | CurrentDemand | PowerDemand | Frequencies | Energies
)

// need is what a unit must have to measure something.
type need uint8

const (
	nothing   need = iota
	neutral        // the neutral current: 4P, or an ENCT declared
	toNeutral      // voltages to neutral: 4P, or an ENVT declared
	sensor         // the earth-leakage sensor: 7.0 X
)

// has reports whether a unit has what is needed.
func (n need) has(r points.Rating) bool {
	switch n {
	case neutral:
		return r.Neutral()
	case toNeutral:
		return r.NeutralVoltage()
	case sensor:
		return r.Variant == points.X70
	}
	return true
}

// quantities says where each is shown, what clears its extremes, and what it
// takes to measure it. The zero point is none.
var quantities = [numQuantities]struct {
	value, min, max points.ID
	group           Groups
	need            need
}{
	current1:    {points.CurrentL1, points.CurrentL1Min, points.CurrentL1Max, Currents, nothing},
	current2:    {points.CurrentL2, points.CurrentL2Min, points.CurrentL2Max, Currents, nothing},
	current3:    {points.CurrentL3, points.CurrentL3Min, points.CurrentL3Max, Currents, nothing},
	currentN:    {points.CurrentN, points.CurrentNMin, points.CurrentNMax, Currents, neutral},
	currentAvg:  {points.CurrentAvg, points.CurrentAvgMin, points.CurrentAvgMax, Currents, nothing},
	voltage12:   {points.VoltageL12, points.VoltageL12Min, points.VoltageL12Max, Voltages, nothing},
	voltage23:   {points.VoltageL23, points.VoltageL23Min, points.VoltageL23Max, Voltages, nothing},
	voltage31:   {points.VoltageL31, points.VoltageL31Min, points.VoltageL31Max, Voltages, nothing},
	voltage1N:   {points.VoltageL1n, points.VoltageL1nMin, points.VoltageL1nMax, Voltages, toNeutral},
	voltage2N:   {points.VoltageL2n, points.VoltageL2nMin, points.VoltageL2nMax, Voltages, toNeutral},
	voltage3N:   {points.VoltageL3n, points.VoltageL3nMin, points.VoltageL3nMax, Voltages, toNeutral},
	frequency:   {points.Frequency, points.FrequencyMin, points.FrequencyMax, Frequencies, nothing},
	active:      {points.PowerActiveTotal, points.PowerActiveTotalMin, points.PowerActiveTotalMax, Powers, nothing},
	reactive:    {points.PowerReactiveTotal, points.PowerReactiveTotalMin, points.PowerReactiveTotalMax, Powers, nothing},
	apparent:    {points.PowerApparentTotal, points.PowerApparentTotalMin, points.PowerApparentTotalMax, Powers, nothing},
	factor:      {points.PowerFactorTotal, points.PowerFactorTotalMin, points.PowerFactorTotalMax, PowerFactors, nothing},
	ground:      {points.CurrentGround, 0, points.CurrentGroundMax, Currents, nothing},
	highest:     {points.CurrentHighest, 0, points.CurrentHighestMax, Currents, nothing},
	leakage:     {points.CurrentLeakage, 0, points.CurrentLeakageMax, Currents, sensor},
	unbalanceI:  {points.UnbalanceCurrent, 0, points.UnbalanceCurrentMax, Currents, nothing},
	unbalanceLL: {points.UnbalanceVoltageLL, 0, points.UnbalanceVoltageLLMax, Voltages, nothing},
	unbalanceLN: {points.UnbalanceVoltageLN, 0, points.UnbalanceVoltageLNMax, Voltages, toNeutral},
	cosPhi:      {points.CosPhiTotal, points.CosPhiTotalMin, points.CosPhiTotalMax, PowerFactors, nothing},
	thd:         {points.THDCurrentL1, points.THDCurrentL1Min, points.THDCurrentL1Max, THDs, nothing},
	thd + 1:     {points.THDCurrentL2, points.THDCurrentL2Min, points.THDCurrentL2Max, THDs, nothing},
	thd + 2:     {points.THDCurrentL3, points.THDCurrentL3Min, points.THDCurrentL3Max, THDs, nothing},
	thdN:        {points.THDCurrentN, points.THDCurrentNMin, points.THDCurrentNMax, THDs, neutral},
	thd + 4:     {points.THDVoltageL12, points.THDVoltageL12Min, points.THDVoltageL12Max, THDs, nothing},
	thd + 5:     {points.THDVoltageL23, points.THDVoltageL23Min, points.THDVoltageL23Max, THDs, nothing},
	thd + 6:     {points.THDVoltageL31, points.THDVoltageL31Min, points.THDVoltageL31Max, THDs, nothing},
	thd1N:       {points.THDVoltageL1n, points.THDVoltageL1nMin, points.THDVoltageL1nMax, THDs, toNeutral},
	thd2N:       {points.THDVoltageL2n, points.THDVoltageL2nMin, points.THDVoltageL2nMax, THDs, toNeutral},
	thd3N:       {points.THDVoltageL3n, points.THDVoltageL3nMin, points.THDVoltageL3nMax, THDs, toNeutral},

	voltageLL:  {value: points.VoltageLL},
	voltageLN:  {value: points.VoltageLN, need: toNeutral},
	unbalance1: {value: points.UnbalanceCurrentL1},
	unbalance2: {value: points.UnbalanceCurrentL2},
	unbalance3: {value: points.UnbalanceCurrentL3},
	active1:    {value: points.PowerActiveL1, need: toNeutral},
	active2:    {value: points.PowerActiveL2, need: toNeutral},
	active3:    {value: points.PowerActiveL3, need: toNeutral},
	reactive1:  {value: points.PowerReactiveL1, need: toNeutral},
	reactive2:  {value: points.PowerReactiveL2, need: toNeutral},
	reactive3:  {value: points.PowerReactiveL3, need: toNeutral},
	apparent1:  {value: points.PowerApparentL1, need: toNeutral},
	apparent2:  {value: points.PowerApparentL2, need: toNeutral},
	apparent3:  {value: points.PowerApparentL3, need: toNeutral},
	factor1:    {value: points.PowerFactorL1, need: toNeutral},
	factor2:    {value: points.PowerFactorL2, need: toNeutral},
	factor3:    {value: points.PowerFactorL3, need: toNeutral},
	cosPhi1:    {value: points.CosPhiL1, need: toNeutral},
	cosPhi2:    {value: points.CosPhiL2, need: toNeutral},
	cosPhi3:    {value: points.CosPhiL3, need: toNeutral},
	sequence:   {value: points.PhaseSequence},
	quadrant:   {value: points.PowerQuadrant},
	loadType:   {value: points.PowerLoadType},
	thdr:       {value: points.THDRCurrentL1},
	thdr + 1:   {value: points.THDRCurrentL2},
	thdr + 2:   {value: points.THDRCurrentL3},
	thdrN:      {value: points.THDRCurrentN, need: neutral},
	thdr + 4:   {value: points.THDRVoltageL12},
	thdr + 5:   {value: points.THDRVoltageL23},
	thdr + 6:   {value: points.THDRVoltageL31},
	thdr1N:     {value: points.THDRVoltageL1n, need: toNeutral},
	thdr2N:     {value: points.THDRVoltageL2n, need: toNeutral},
	thdr3N:     {value: points.THDRVoltageL3n, need: toNeutral},
}

// dates says where it is shown when minimum and maximum were: at the point of
// the minimum or maximum, and "at".
var dates = func() (d [numTracked]struct{ min, max points.ID }) {
	at := func(id points.ID) points.ID {
		if id == 0 {
			return 0
		}
		at, _ := points.Lookup(id.String() + ".at")
		return at
	}
	for q := range d {
		d[q].min, d[q].max = at(quantities[q].min), at(quantities[q].max)
	}
	return d
}()

// readings is a number for each quantity, NaN where there is none.
type readings [numQuantities]float64

func (r *readings) clear() {
	for q := range r {
		r[q] = math.NaN()
	}
}

// known reports whether anything was measured yet.
func (r *readings) known() bool { return !math.IsNaN(r[current1]) }
