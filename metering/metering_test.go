package metering_test

import (
	"math"
	"math/cmplx"
	"testing"
	"time"

	"switchroom/metering"
	"switchroom/points"
)

var (
	fourWire  = points.Rating{In: 1000, Variant: points.X60, Poles: 4, Voltage: 400, Frequency: 50}
	threeWire = points.Rating{In: 1000, Variant: points.X60, Poles: 3, Voltage: 400, Frequency: 50}
	withENCT  = points.Rating{In: 1000, Variant: points.X60, Poles: 3, ENCT: true, Voltage: 400, Frequency: 50}
	withENVT  = points.Rating{In: 1000, Variant: points.X60, Poles: 3, ENVT: true, Voltage: 400, Frequency: 50}
	leaky     = points.Rating{In: 1000, Variant: points.X70, Poles: 4, Voltage: 400, Frequency: 50}
)

var none = math.NaN()

// at is a phasor of size r at deg degrees.
func at(r, deg float64) complex128 { return cmplx.Rect(r, deg*math.Pi/180) }

// three is a balanced system, l1 at deg.
func three(r, deg float64) [3]complex128 {
	return [3]complex128{at(r, deg), at(r, deg-120), at(r, deg+120)}
}

// with adds a neutral current.
func with(i [3]complex128, n complex128) [4]complex128 { return [4]complex128{i[0], i[1], i[2], n} }

func near(a, b, tol float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= tol*max(1, math.Abs(a), math.Abs(b))
}

func shown(m *metering.Meter, now time.Duration) points.Values {
	v := points.NewValues()
	m.Fill(now, v)
	return v
}

type want map[points.ID]float64

func (w want) check(t *testing.T, name string, got points.Values) {
	t.Helper()
	for id, x := range w {
		if !near(got[id], x, 1e-9) {
			t.Errorf("%s: %v is %.12g, want %.12g", name, id, got[id], x)
		}
	}
}

// whole compares counters, which show the units that are complete.
func (w want) whole(t *testing.T, name string, got points.Values) {
	t.Helper()
	for id, x := range w {
		if math.Abs(got[id]-x) > 1 || got[id] != math.Trunc(got[id]) {
			t.Errorf("%s: %v is %.12g, want %g", name, id, got[id], x)
		}
	}
}

func TestByHand(t *testing.T) {
	root3 := math.Sqrt(3)
	for _, tt := range []struct {
		name   string
		rating points.Rating
		set    metering.Settings
		i      [4]complex128
		v      [3]complex128
		want   want
		why    string
	}{
		{"balanced, cos 0.8 lagging", fourWire, metering.Settings{}, with(three(100, -math.Acos(0.8)*180/math.Pi), 0), three(230, 0), want{
			points.CurrentL1: 100, points.CurrentL2: 100, points.CurrentL3: 100, points.CurrentN: 0, points.CurrentAvg: 100,
			points.CurrentHighest: 100, points.CurrentGround: 0, points.CurrentLeakage: none,
			points.VoltageL1n: 230, points.VoltageL2n: 230, points.VoltageL3n: 230, points.VoltageLN: 230,
			points.VoltageL12: 230 * root3, points.VoltageL23: 230 * root3, points.VoltageL31: 230 * root3, points.VoltageLL: 230 * root3,
			points.PowerActiveL1: 18400, points.PowerReactiveL1: 13800, points.PowerApparentL1: 23000,
			points.PowerActiveTotal: 55200, points.PowerReactiveTotal: 41400, points.PowerApparentTotal: 69000,
			points.PowerFactorTotal: 0.8, points.PowerFactorL2: 0.8, points.Frequency: 50,
			points.UnbalanceCurrent: 0, points.UnbalanceVoltageLL: 0, points.UnbalanceVoltageLN: 0,
		}, "230 × 100 × (0.8, 0.6, 1)"},
		{"leading", fourWire, metering.Settings{}, with(three(100, 60), 0), three(230, 0), want{
			points.PowerActiveTotal: 34500, points.PowerReactiveTotal: -34500 * root3, points.PowerFactorTotal: 0.5}, "cos 60°"},
		{"reversed", fourWire, metering.Settings{}, with(three(100, 180-60), 0), three(230, 0), want{
			points.PowerActiveTotal: -34500, points.PowerReactiveTotal: -34500 * root3, points.PowerApparentTotal: 69000, points.PowerFactorTotal: -0.5}, "power from the load"},
		{"bottom to top", fourWire, metering.Settings{BottomToTop: true}, with(three(100, -60), 0), three(230, 0), want{
			points.PowerActiveTotal: -34500, points.PowerReactiveTotal: -34500 * root3, points.PowerFactorTotal: -0.5}, "the sign turned round"},
		{"one phase", fourWire, metering.Settings{}, with([3]complex128{at(90, 0), 0, 0}, at(90, 180)), three(230, 0), want{
			points.CurrentAvg: 30, points.CurrentN: 90, points.CurrentHighest: 90, points.CurrentGround: 0,
			points.UnbalanceCurrentL1: 200, points.UnbalanceCurrentL2: -100, points.UnbalanceCurrentL3: -100, points.UnbalanceCurrent: 200,
			points.PowerActiveL1: 20700, points.PowerActiveL2: 0, points.PowerActiveTotal: 20700, points.PowerFactorL2: none, points.PowerFactorTotal: 1,
		}, "what returns by the neutral is no ground fault"},
		{"ground fault", fourWire, metering.Settings{}, with([3]complex128{at(90, 0), at(30, -120), at(30, 120)}, 0), three(230, 0), want{
			points.CurrentGround: 60, points.CurrentAvg: 50, points.UnbalanceCurrent: 80}, "90 − 30"},
		{"neutral loaded, unseen", threeWire, metering.Settings{}, with([3]complex128{at(90, 0), 0, 0}, at(90, 180)), three(230, 0), want{
			points.CurrentN: none, points.CurrentGround: 90, points.CurrentHighest: 90,
			points.PowerActiveTotal: 31050, points.PowerApparentTotal: 20700, points.PowerFactorTotal: 1,
		}, "3P: the sum of three, and two wattmeters: V13·I1 = 398 × 90 × cos 30°, too much by half"},
		{"two wattmeters, no neutral current", threeWire, metering.Settings{}, with([3]complex128{at(100, 0), at(100, 180), 0}, 0), three(230, 0), want{
			points.PowerActiveTotal: 34500, points.PowerReactiveTotal: 11500 * root3, points.PowerApparentTotal: 46000,
			points.VoltageL1n: none, points.VoltageLN: none, points.UnbalanceVoltageLN: none,
			points.PowerActiveL1: none, points.PowerReactiveL3: none, points.PowerApparentL2: none, points.PowerFactorL1: none,
		}, "(V1 − V2) I1*: 398 × 100 at 30°"},
		{"neutral shifted", threeWire, metering.Settings{}, with(three(100, 0), 0), [3]complex128{at(230, 0) + 70, at(230, -120) + 70, at(230, 120) + 70}, want{
			points.PowerActiveTotal: 69000, points.PowerApparentTotal: 69000, points.VoltageL12: 230 * root3}, "without neutral it does not matter where the neutral is"},
		{"neutral overloaded", fourWire, metering.Settings{}, with(three(50, 0), at(120, 0)), three(230, 0), want{
			points.CurrentHighest: 120, points.CurrentGround: 120, points.CurrentAvg: 50}, ""},
		{"ENCT", withENCT, metering.Settings{}, with(three(100, 0), at(20, 0)), three(230, 0), want{
			points.CurrentN: 20, points.CurrentGround: 20, points.VoltageL1n: none, points.PowerActiveL1: none, points.PowerActiveTotal: 69000}, "30: IN, no V-N"},
		{"ENVT", withENVT, metering.Settings{}, with(three(100, 0), at(20, 0)), three(230, 0), want{
			points.CurrentN: none, points.CurrentGround: 0, points.VoltageL1n: 230, points.PowerActiveL1: 23000, points.PowerActiveTotal: 69000}, "40: V-N, no IN"},
		{"voltage unbalance", fourWire, metering.Settings{}, [4]complex128{}, [3]complex128{at(200, 0), at(230, -120), at(230, 120)}, want{
			points.VoltageLN: 220, points.UnbalanceVoltageLN: 100.0 / 11, points.CurrentL1: 0, points.UnbalanceCurrent: 0, points.PowerFactorTotal: none,
			points.VoltageL12: math.Sqrt(200*200 + 230*230 + 200*230), points.VoltageL23: 230 * root3}, "20 of 220; cosine rule"},
		{"no voltage", fourWire, metering.Settings{}, with(three(100, 0), 0), [3]complex128{}, want{
			points.VoltageL12: 0, points.VoltageL1n: 0, points.UnbalanceVoltageLL: 0, points.Frequency: none, points.PowerActiveTotal: 0, points.CurrentL1: 100}, ""},
		{"hardly any voltage", fourWire, metering.Settings{}, [4]complex128{}, three(19.9/root3, 0), want{points.Frequency: none}, "below 5 % (ours)"},
		{"IEEE lagging", fourWire, metering.Settings{IEEE: true}, with(three(100, -60), 0), three(230, 0), want{points.PowerFactorTotal: -0.5, points.PowerActiveTotal: 34500}, "quadrant 1"},
		{"IEEE leading", fourWire, metering.Settings{IEEE: true}, with(three(100, 60), 0), three(230, 0), want{points.PowerFactorTotal: 0.5}, "quadrant 4"},
		{"IEEE reversed lagging", fourWire, metering.Settings{IEEE: true}, with(three(100, 120), 0), three(230, 0), want{points.PowerFactorTotal: -0.5, points.PowerActiveTotal: -34500}, "quadrant 3"},
		{"IEEE reversed leading", fourWire, metering.Settings{IEEE: true}, with(three(100, -120), 0), three(230, 0), want{points.PowerFactorTotal: 0.5}, "quadrant 2"},
		{"no numbers", fourWire, metering.Settings{}, with([3]complex128{cmplx.NaN(), cmplx.Inf(), at(100, 120)}, complex(1e7, 0)), three(230, 0), want{
			points.CurrentL1: 0, points.CurrentL2: 0, points.CurrentL3: 100, points.CurrentN: 0, points.PowerActiveTotal: 23000}, "what is no number is not there"},
		{"sequence and quadrant 1", fourWire, metering.Settings{}, with(three(100, -20), 0), three(230, 40), want{
			points.PhaseSequence: 1, points.PowerQuadrant: 1, points.PowerLoadType: 1, points.CosPhiTotal: 0.5, points.CosPhiL3: 0.5}, "inductive"},
		{"quadrant 4", fourWire, metering.Settings{}, with(three(100, 60), 0), three(230, 0), want{points.PowerQuadrant: 4, points.PowerLoadType: 2, points.CosPhiL1: 0.5}, "capacitive"},
		{"quadrant 3", fourWire, metering.Settings{}, with(three(100, 120), 0), three(230, 0), want{points.PowerQuadrant: 3, points.PowerLoadType: 1, points.CosPhiTotal: -0.5}, "an inductive load seen from the other side"},
		{"quadrant 2", fourWire, metering.Settings{IEEE: true}, with(three(100, -120), 0), three(230, 0), want{points.PowerQuadrant: 2, points.PowerLoadType: 2, points.CosPhiTotal: 0.5}, "a capacitive one; IEEE: leading is positive"},
		{"turned round", fourWire, metering.Settings{BottomToTop: true}, with(three(100, -60), 0), three(230, 0), want{points.PowerQuadrant: 3, points.PowerLoadType: 1}, "the sign of power turns the quadrant, not the load"},
		{"heater", fourWire, metering.Settings{}, with(three(100, 0), 0), three(230, 0), want{points.PowerQuadrant: 1, points.PowerLoadType: 0, points.CosPhiTotal: 1}, "resistive"},
		{"coil", fourWire, metering.Settings{}, with(three(100, -90), 0), three(230, 0), want{points.PowerQuadrant: 1, points.PowerLoadType: 1, points.CosPhiTotal: 0}, "P is nothing"},
		{"capacitor", fourWire, metering.Settings{}, with(three(100, 90), 0), three(230, 0), want{points.PowerQuadrant: 4, points.PowerLoadType: 2}, "P is nothing"},
		{"no current", fourWire, metering.Settings{}, [4]complex128{}, three(230, 0), want{points.PowerQuadrant: none, points.PowerLoadType: none, points.CosPhiTotal: none, points.CosPhiL1: none, points.PhaseSequence: 1}, ""},
		{"wrong rotation", threeWire, metering.Settings{}, [4]complex128{}, [3]complex128{at(230, 0), at(230, 120), at(230, -120)}, want{points.PhaseSequence: 2, points.CosPhiL1: none}, "l1 l3 l2, without a neutral too"},
		{"two phases", fourWire, metering.Settings{}, [4]complex128{}, [3]complex128{at(230, 0), at(230, -120), 0}, want{points.PhaseSequence: 1}, "the third is missing: |1+1| against |1+a|, 2 to 1"},
		{"one phase left", fourWire, metering.Settings{}, [4]complex128{}, [3]complex128{at(230, 0), 0, 0}, want{points.PhaseSequence: none}, "either way"},
		{"little beside one phase", fourWire, metering.Settings{}, [4]complex128{}, [3]complex128{at(230, 0), at(9, -120), 0}, want{points.PhaseSequence: none}, "239 against 226 is no order"},
		{"dead", fourWire, metering.Settings{}, with(three(100, 0), 0), [3]complex128{}, want{points.PhaseSequence: none, points.PowerQuadrant: none}, ""},
		{"unbalanced cos", fourWire, metering.Settings{}, with([3]complex128{at(100, 0), at(100, -120-90), 0}, 0), three(230, 0), want{
			points.CosPhiL1: 1, points.CosPhiL2: 0, points.CosPhiL3: none, points.CosPhiTotal: 1 / math.Sqrt2, points.PowerFactorTotal: 0.5}, "of P and Q: 1 and 1; of P and S: 1 and 2"},
	} {
		m := metering.New(tt.rating)
		m.Configure(0, tt.set)
		m.Steady(0, tt.i, tt.v, 50)
		tt.want.check(t, tt.name+" ("+tt.why+")", shown(m, 0))
	}
}

func TestNothingSeen(t *testing.T) {
	v := shown(metering.New(fourWire), time.Hour)
	want{points.CurrentL1: none, points.CurrentL1Max: none, points.Frequency: none, points.PowerActiveTotal: none,
		points.EnergyActive: 0, points.EnergyLifetimeApparent: 0}.check(t, "before anything", v)
}

func TestLeakage(t *testing.T) {
	for _, tt := range []struct {
		rating points.Rating
		amps   float64
		want   float64
		why    string
	}{
		{leaky, 0.7, 0.7, ""},
		{leaky, -0.7, 0.7, "rms has no sign"},
		{leaky, none, none, "no sensor"},
		{fourWire, 0.7, none, "no 7.0 X"},
	} {
		m := metering.New(tt.rating)
		m.Leakage(0, tt.amps)
		m.Steady(0, with(three(100, 0), 0), three(230, 0), 50)
		want{points.CurrentLeakage: tt.want, points.CurrentLeakageMax: tt.want}.check(t, tt.why, shown(m, time.Second))
		m.Leakage(2*time.Second, tt.amps/2)
		want{points.CurrentLeakage: tt.want / 2, points.CurrentLeakageMax: tt.want}.check(t, tt.why, shown(m, 3*time.Second))
	}
}

func TestEnergyModes(t *testing.T) {
	lag, back := with(three(100, -60), 0), with(three(50, 120), 0)
	m := metering.New(fourWire)
	m.Steady(0, lag, three(230, 0), 50)            // 34.5 kW, 59.756 kvar, 69 kVA
	m.Steady(2*time.Hour, back, three(230, 0), 50) // half of it the other way
	v := shown(m, 4*time.Hour)
	common := want{
		points.EnergyActiveDelivered: 69000, points.EnergyActiveReceived: 34500,
		points.EnergyReactiveDelivered: 119511, points.EnergyReactiveReceived: 59755, points.EnergyApparent: 207000,
		points.EnergyLifetimeActiveDelivered: 69000, points.EnergyLifetimeActiveReceived: 34500, points.EnergyLifetimeApparent: 207000,
	}
	common.whole(t, "either mode", v)
	want{points.EnergyActive: 103500, points.EnergyReactive: 179266}.whole(t, "absolute", v)
	m.Configure(4*time.Hour, metering.Settings{Signed: true})
	v = shown(m, 4*time.Hour)
	common.whole(t, "either mode", v)
	want{points.EnergyActive: 34500, points.EnergyReactive: 59756}.whole(t, "signed", v)

	m.Steady(4*time.Hour, [4]complex128{}, three(230, 0), 50)
	m.Reset(5*time.Hour, metering.Energies)
	v = shown(m, 6*time.Hour)
	want{points.EnergyActive: 0, points.EnergyActiveDelivered: 0, points.EnergyReactive: 0, points.EnergyApparent: 0,
		points.EnergyLifetimeActiveDelivered: 69000, points.EnergyLifetimeReactiveReceived: 59755}.whole(t, "reset", v)
}

// What a reset leaves below one unit does not make the next unit early.
func TestResetBetweenUnits(t *testing.T) {
	m := metering.New(fourWire)
	m.Steady(0, with(three(1/230.0, 0), 0), three(230, 0), 50) // 3 W
	m.Reset(18*time.Minute, metering.Energies)                 // 0.9 Wh
	want{points.EnergyActive: 0, points.EnergyLifetimeActiveDelivered: 1}.check(t, "0.3 Wh since", shown(m, 24*time.Minute))
	want{points.EnergyActive: 1, points.EnergyLifetimeActiveDelivered: 1}.check(t, "1.05 Wh since", shown(m, 39*time.Minute))
}

func TestConfigureWhileSteady(t *testing.T) {
	m := metering.New(fourWire)
	m.Steady(0, with(three(100, 0), 0), three(230, 0), 50)
	m.Configure(time.Hour, metering.Settings{BottomToTop: true})
	want{points.PowerActiveTotal: -69000, points.EnergyActiveDelivered: 69000, points.EnergyActiveReceived: 69000}.check(t, "turned", shown(m, 2*time.Hour))
}

func TestExtremes(t *testing.T) {
	m := metering.New(fourWire)
	flow := func(now time.Duration, amps, volts, hz float64) {
		m.Steady(now, with(three(amps, 0), 0), three(volts, 0), hz)
	}
	flow(0, 100, 230, 50)
	flow(time.Hour, 300, 220, 49.5)
	flow(time.Hour, 9999, 10, 70) // at one instant: it has never flowed
	flow(time.Hour, 50, 240, 50.5)
	flow(2*time.Hour, 9999, 230, 50) // for less than a cycle
	flow(2*time.Hour+19*time.Millisecond, 80, 230, 50)
	want{
		points.CurrentL1Min: 50, points.CurrentL1Max: 100, points.VoltageL1nMax: 240, points.VoltageL1nMin: 230,
		points.FrequencyMin: 50, points.FrequencyMax: 50.5, points.CurrentHighestMax: 100, points.PowerActiveTotalMax: 69000,
		points.PowerActiveTotalMin: 36000, points.PowerFactorTotalMin: 1, points.UnbalanceCurrentMax: 0,
	}.check(t, "extremes", shown(m, 3*time.Hour))
	lowest, highest, ok := m.Extremes(3*time.Hour, points.CurrentL1)
	if want := time.Hour + 20*time.Millisecond; !ok || lowest.At != want || highest.At != 20*time.Millisecond {
		t.Errorf("lowest %+v, highest %+v, %v", lowest, highest, ok)
	}
	if _, _, ok := m.Extremes(3*time.Hour, points.VoltageLL); ok {
		t.Error("extremes of what has none")
	}
	if _, _, ok := m.Extremes(3*time.Hour, 0); ok {
		t.Error("extremes of no point")
	}
}

// What changes every few milliseconds is looked at once a cycle.
func TestExtremesOfRamp(t *testing.T) {
	m := metering.New(fourWire)
	for k := range 100 {
		m.Steady(time.Duration(k)*7*time.Millisecond, with(three(float64(k), 0), 0), three(230, 0), 50)
	}
	v := shown(m, time.Hour)
	if top, low := v[points.CurrentL1Max], v[points.CurrentL1Min]; top != 99 || low < 1 || low > 3 {
		t.Errorf("lowest %g, highest %g", low, top)
	}
}

func TestResetByGroup(t *testing.T) {
	for _, tt := range []struct {
		bit  metering.Groups
		gone []points.ID
	}{
		{1 << 0, []points.ID{points.CurrentL1Max, points.CurrentNMin, points.CurrentHighestMax, points.CurrentGroundMax, points.CurrentAvgMin, points.UnbalanceCurrentMax}},
		{1 << 1, []points.ID{points.VoltageL12Max, points.VoltageL1nMin, points.UnbalanceVoltageLLMax, points.UnbalanceVoltageLNMax}},
		{1 << 2, []points.ID{points.PowerActiveTotalMax, points.PowerReactiveTotalMin, points.PowerApparentTotalMax}},
		{1 << 3, []points.ID{points.PowerFactorTotalMax, points.PowerFactorTotalMin, points.CosPhiTotalMax, points.CosPhiTotalMin}},
		{1 << 7, []points.ID{points.FrequencyMax, points.FrequencyMin}},
		{1 << 9, []points.ID{points.EnergyActive, points.EnergyActiveDelivered, points.EnergyApparent, points.EnergyReactiveDelivered}},
		{1 << 5, []points.ID{points.DemandCurrentL1Peak, points.DemandCurrentL2Peak, points.DemandCurrentL3Peak, points.DemandCurrentNPeak}},
		{1 << 6, []points.ID{points.DemandPowerActivePeak, points.DemandPowerReactivePeak, points.DemandPowerApparentPeak}},
		{1 << 4, []points.ID{points.THDCurrentL1Max, points.THDCurrentL3Max, points.THDVoltageL1nMax, points.THDVoltageL31Max}},
	} {
		m := metering.New(fourWire)
		i, h := [4]complex128{at(100, -30), at(90, -150), at(80, 90), at(30, 0)}, new(metering.Spectrum)
		h.Shape(i, 5, 0.3)
		h.V[0][3] = 10
		m.Distorted(0, i, [3]complex128{at(230, 0), at(231, -120), at(232, 120)}, 50.1, h)
		m.Steady(30*time.Minute, with(three(1, 20), at(1, 0)), three(210, 0), 49.5)
		m.Steady(time.Hour, with(three(10, -25), at(2, 0)), three(225, 0), 49.9)
		before := shown(m, 2*time.Hour)
		m.Reset(2*time.Hour, tt.bit)
		after := shown(m, 2*time.Hour)
		changed := map[points.ID]bool{}
		for id := range before {
			if before[id] != after[id] && !math.IsNaN(before[id]) {
				changed[points.ID(id)] = true
			}
		}
		for _, id := range tt.gone {
			if !changed[id] {
				t.Errorf("bit %#x leaves %v", tt.bit, id)
			}
		}
		for id := range changed {
			if g := groupOf(id); g != tt.bit {
				t.Errorf("bit %#x changes %v", tt.bit, id)
			}
		}
		want{points.CurrentL1: 10, points.EnergyLifetimeApparent: before[points.EnergyLifetimeApparent]}.check(t, "stays", after)
	}
}

func groupOf(id points.ID) metering.Groups {
	name := id.String()
	if name == "power.quadrant" || name == "power.load_type" {
		return 0
	}
	for prefix, g := range map[string]metering.Groups{
		"current.": 1, "unbalance.current": 1, "voltage.": 2, "unbalance.voltage": 2, "power.": 4, "power_factor.": 8, "cos_phi.": 8, "frequency": 128, "energy.": 512, "demand.current.": 32, "demand.power.": 64, "thd.": 16,
	} {
		if len(name) >= len(prefix) && name[:len(prefix)] == prefix {
			return g
		}
	}
	return 0
}

// A reset makes the minimum and maximum what is shown now, from now.
func TestResetShowsNow(t *testing.T) {
	m := metering.New(fourWire)
	m.Steady(0, with(three(100, 0), 0), three(230, 0), 50)
	m.Steady(time.Hour, with(three(10, 0), 0), three(230, 0), 50)
	m.Reset(2*time.Hour, metering.Currents)
	low, top, ok := m.Extremes(2*time.Hour, points.CurrentL1)
	if !ok || low != top || !near(top.Value, 10, 1e-12) || top.At != 2*time.Hour {
		t.Errorf("%+v, %+v", low, top)
	}
}

func TestTimeBackwards(t *testing.T) {
	m := metering.New(fourWire)
	m.Steady(time.Hour, with(three(100, 0), 0), three(230, 0), 50)
	m.Steady(0, with(three(200, 0), 0), three(230, 0), 50)
	m.Sample(0, [4]float64{}, [3]float64{})
	m.Steady(time.Minute, with(three(100, 0), 0), three(230, 0), 50)
	want{points.EnergyActive: 0, points.CurrentL1: 100, points.CurrentL1Max: none}.check(t, "backwards", shown(m, 0))
	want{points.EnergyActive: 69000}.check(t, "and on", shown(m, 2*time.Hour))
}

// TestUnseen: what rounding leaves of currents that cancel reads 0, and what is
// above the threshold reads as it is.
func TestUnseen(t *testing.T) {
	noisy := with(three(100, -30), 0)
	noisy[0] += 3e-10
	for _, tt := range []struct {
		i    [4]complex128
		v    [3]complex128
		want want
		why  string
	}{
		{noisy, three(230, 0), want{points.CurrentGround: 0, points.CurrentL1: 100}, "what is left of a sum"},
		{with(three(1e-11, 0), 1e-12), three(230, 0), want{points.CurrentL1: 0, points.CurrentN: 0, points.PowerActiveTotal: 0, points.PowerApparentTotal: 0, points.VoltageL12: 230 * math.Sqrt(3)}, "a dead feeder"},
		{with(three(100, 0), 0), three(1e-8, 0), want{points.VoltageL12: 0, points.VoltageL1n: 0, points.PowerActiveL1: 0, points.CurrentL1: 100}, "a dead bar"},
		{with(three(1e-3, 0), 0), three(230, 0), want{points.CurrentL1: 1e-3}, "a milliampere"},
	} {
		m := metering.New(fourWire)
		m.Steady(0, tt.i, tt.v, 50)
		v := shown(m, time.Second)
		tt.want.check(t, tt.why, v)
		for id, x := range tt.want {
			if x == 0 && v[id] != 0 || x == 1e-3 && math.Abs(v[id]-x) > 1e-9 {
				t.Errorf("%s: %v is %g, want %g", tt.why, id, v[id], x)
			}
		}
	}
}
