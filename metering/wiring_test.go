package metering_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"switchroom/metering"
	"switchroom/points"
)

// wirings are the columns of the table below: 31, 30, 40, 41 as 3P with both
// sensors, 41 as 4P.
var wirings = [5]points.Rating{
	{Poles: 3}, {Poles: 3, ENCT: true}, {Poles: 3, ENVT: true}, {Poles: 3, ENCT: true, ENVT: true}, {Poles: 4},
}

// exists has a row for what is measured, and where: the wirings that have it.
// Names are prefixes; the longest that fits counts. The sources are facts §3
// (system types) and UG (energy per phase).
var exists = []struct {
	prefix string
	where  [5]bool
	only   points.Variant // 0: all
}{
	{"current.", all5, 0}, {"current.n", enct, 0}, {"current.leakage", all5, points.X70},
	{"voltage.l12", all5, 0}, {"voltage.l23", all5, 0}, {"voltage.l31", all5, 0}, {"voltage.ll", all5, 0},
	{"voltage.l1n", envt, 0}, {"voltage.l2n", envt, 0}, {"voltage.l3n", envt, 0}, {"voltage.ln", envt, 0},
	{"frequency", all5, 0}, {"phase_sequence", all5, 0},
	{"unbalance.current", all5, 0}, {"unbalance.voltage.ll", all5, 0}, {"unbalance.voltage.ln", envt, 0},
	{"power.quadrant", all5, 0}, {"power.load_type", all5, 0},
	{"power.active.total", all5, 0}, {"power.reactive.total", all5, 0}, {"power.apparent.total", all5, 0}, {"power_factor.total", all5, 0}, {"cos_phi.total", all5, 0},
	{"power.active.l", envt, 0}, {"power.reactive.l", envt, 0}, {"power.apparent.l", envt, 0}, {"power_factor.l", envt, 0}, {"cos_phi.l", envt, 0},
	{"thd.", all5, 0}, {"thdr.", all5, 0}, {"thd.current.n", enct, 0}, {"thdr.current.n", enct, 0},
	{"thd.voltage.l1n", envt, 0}, {"thd.voltage.l2n", envt, 0}, {"thd.voltage.l3n", envt, 0},
	{"thdr.voltage.l1n", envt, 0}, {"thdr.voltage.l2n", envt, 0}, {"thdr.voltage.l3n", envt, 0},
	{"harmonic.", all5, 0}, {"harmonic.current.n", enct, 0},
	{"harmonic.voltage.l1n", envt, 0}, {"harmonic.voltage.l2n", envt, 0}, {"harmonic.voltage.l3n", envt, 0},
	{"energy.", all5, 0},
	{"energy.active.l", envt, 0}, {"energy.active.delivered.l", envt, 0}, {"energy.active.received.l", envt, 0},
	{"energy.reactive.l", envt, 0}, {"energy.reactive.delivered.l", envt, 0}, {"energy.reactive.received.l", envt, 0}, {"energy.apparent.l", envt, 0},
	{"demand.current.", all5, 0}, {"demand.current.n", enct, 0}, {"demand.power.", all5, 0},
}

var (
	all5 = [5]bool{true, true, true, true, true}
	enct = [5]bool{false, true, false, true, true}
	envt = [5]bool{false, false, true, true, true}
)

func TestWhatExists(t *testing.T) {
	for column, r := range wirings {
		for _, variant := range []points.Variant{points.X20, points.X30, points.X50, points.X60, points.X70} {
			r.In, r.Voltage, r.Frequency, r.Variant = 1000, 400, 50, variant
			v := everything(r)
			for _, row := range points.All() {
				want, metered := exist(row.Name, column, variant)
				if got := !math.IsNaN(v[row.ID]); got != (want && metered) {
					t.Errorf("%d, %d poles, %v: %s is there: %v, want %v", r.SystemType(), r.Poles, variant, row.Name, got, want)
				}
			}
		}
	}
}

func exist(name string, column int, v points.Variant) (has, metered bool) {
	longest := ""
	for _, row := range exists {
		if strings.HasPrefix(name, row.prefix) && len(row.prefix) > len(longest) {
			longest, metered = row.prefix, true
			has = row.where[column] && (row.only == 0 || row.only == v)
		}
	}
	return has, metered
}

// everything is what a unit shows that has seen all there is.
func everything(r points.Rating) points.Values {
	m := metering.New(r)
	m.Configure(0, metering.Settings{PhaseEnergy: true, Harmonics: true})
	m.Leakage(0, 0.5)
	m.Steady(0, with(three(100, -30), at(10, 0)), three(230, 0), 50)
	v := shown(m, time.Hour)
	m.FillDates(v, 0)
	return v
}

func TestPhaseEnergies(t *testing.T) {
	m := metering.New(fourWire)
	m.Steady(0, with(three(999, 0), 0), three(230, 0), 50)
	m.Configure(time.Hour, metering.Settings{PhaseEnergy: true})
	m.Steady(time.Hour, with([3]complex128{at(100, -60), at(50, -120), at(20, 120+180)}, 0), three(230, 0), 50)
	v := shown(m, 3*time.Hour)
	want{
		points.EnergyActiveDeliveredL1: 23000, points.EnergyActiveDeliveredL2: 23000, points.EnergyActiveDeliveredL3: 0,
		points.EnergyActiveReceivedL1: 0, points.EnergyActiveReceivedL3: 9200, points.EnergyReactiveDeliveredL1: 39837,
		points.EnergyApparentL1: 46000, points.EnergyApparentL3: 9200, points.EnergyActiveL1: 23000, points.EnergyActiveL3: 9200,
	}.whole(t, "counted from when the module is there", v)
	m.Configure(3*time.Hour, metering.Settings{PhaseEnergy: true, Signed: true})
	want{points.EnergyActiveL1: 23000, points.EnergyActiveL3: -9200}.whole(t, "signed", shown(m, 3*time.Hour))
	twin := metering.New(fourWire)
	twin.Configure(0, metering.Settings{PhaseEnergy: true})
	stored := m.State(3 * time.Hour)
	m.State(4 * time.Hour) // goes on, and the stored state does not
	if err := twin.Restore(stored); err != nil {
		t.Fatal(err)
	}
	want{points.EnergyApparentL1: 46000}.whole(t, "stored", shown(twin, 3*time.Hour))
	m.Reset(4*time.Hour, metering.Energies)
	want{points.EnergyApparentL1: 0, points.EnergyActiveL3: 0}.check(t, "reset", shown(m, 4*time.Hour))
	want{points.EnergyApparentL1: 46000}.whole(t, "another meter's", shown(twin, 3*time.Hour))
	twin.Configure(3*time.Hour, metering.Settings{})
	want{points.EnergyApparentL1: none, points.EnergyActiveL1: none}.check(t, "without the module", shown(twin, 3*time.Hour))
	stored.Phases[2][4].Rest = 1
	if err := twin.Restore(stored); err == nil || !strings.Contains(err.Error(), "phase 3") {
		t.Errorf("an energy that is none: %v", err)
	}
}

// When a minimum or maximum was stands beside it, on the unit's own date.
func TestDates(t *testing.T) {
	m := metering.New(fourWire)
	m.Steady(0, with(three(100, 0), 0), three(230, 0), 50)
	m.Steady(time.Hour, with(three(300, 0), 0), three(220, 0), 50)
	v := shown(m, 2*time.Hour)
	m.FillDates(v, 5e8)
	for id, want := range map[points.ID]float64{
		points.CurrentL1MinAt: 0.02, points.CurrentL1MaxAt: 3600.02, points.VoltageL12MinAt: 3600.02, points.VoltageL12MaxAt: 0.02,
		points.CosPhiTotalMinAt: 0.02, points.FrequencyMaxAt: 0.02,
	} {
		if got := v[id] - 5e8; math.Abs(got-want) > 1e-6 {
			t.Errorf("%v is %g, want %g", id, got, want)
		}
	}
	for _, row := range points.All() {
		id, err := points.Lookup(row.Name + ".at")
		if err == nil && math.IsNaN(v[row.ID]) != math.IsNaN(v[id]) {
			t.Errorf("%s is %g, at %g", row.Name, v[row.ID], v[id])
		}
	}
}
