package imu_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/points"
)

// TestStoredMeter: the metering of older memories, which have it as JSON of
// fewer quantities, is taken up; what is damaged costs the energies only.
func TestStoredMeter(t *testing.T) {
	for _, tt := range []struct {
		meter  string
		energy float64
		lost   string // what is said to be lost; empty: nothing
		why    string
	}{
		{"", 400 * 230 * 3 / 4, "", "as it was written"},
		{`{"Energy":[{"Whole":1234,"Rest":0.5},{"Whole":0,"Rest":0},{"Whole":0,"Rest":0},{"Whole":0,"Rest":0},{"Whole":1300,"Rest":0}],
			"Reset":[{"Whole":234,"Rest":0},{"Whole":0,"Rest":0},{"Whole":0,"Rest":0},{"Whole":0,"Rest":0},{"Whole":0,"Rest":0}],
			"Min":[{"Value":7,"At":20000000}],"Max":[{"Value":9000,"At":21000000}],"Seen":1}`, 1000, "", "of an older memory"},
		{`"AQID"`, 0, "energies: metering: stored state", "damaged"},
		{`7`, 0, "energies: json", "of no kind"},
		{`{"Energy":[{"Whole":-1}]}`, 0, "energies: metering: stored state cannot be", "impossible"},
	} {
		dir := t.TempDir()
		s, m, _ := kept(t, dir)
		s.load(400)
		s.step(15 * time.Minute)
		s.load(0)
		s.step(time.Second)
		flush(t, m, s.now)
		m.Close()

		m, stored, err := imu.OpenMemory(dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { m.Close() })
		if tt.meter != "" {
			replaceMeter(t, stored, tt.meter)
		}
		w := imu.NewSteppedWorld(epoch)
		w.Step(stored.Alive)
		u, lost, err := imu.Open(config(), w, m, stored)
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(lost, "; "); (tt.lost == "") != (all == "") || !strings.Contains(all, tt.lost) {
			t.Errorf("%s: lost %q, want %q", tt.why, all, tt.lost)
		}
		r := &stand{T: t, u: u, w: w, now: stored.Alive}
		v := r.read().Values
		if got := v[points.EnergyActiveDelivered]; got < tt.energy-1 || got > tt.energy+1 {
			t.Errorf("%s: energy %g, want %g", tt.why, got, tt.energy)
		}
		if got := v[points.CurrentL1Max]; tt.energy == 1000 && got != 9000 {
			t.Errorf("%s: highest current %g", tt.why, got)
		}
	}
}

// replaceMeter puts other metering into what was stored.
func replaceMeter(t *testing.T, stored *imu.Stored, meter string) {
	t.Helper()
	for _, u := range stored.Units {
		var all map[string]json.RawMessage
		if err := json.Unmarshal(u.State, &all); err != nil {
			t.Fatal(err)
		}
		all["Meter"] = json.RawMessage(meter)
		raw, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		u.State = raw
	}
}

// TestModulesShow: what a digital module measures is there with the module only.
func TestModulesShow(t *testing.T) {
	for _, tt := range []struct {
		modules imu.Modules
		energy  bool
		fifth   bool
	}{
		{0, false, false},
		{imu.Modules(0).With(imu.ModuleEnergyByPhase), true, false},
		{imu.Modules(0).With(imu.ModuleHarmonics), false, true},
		{imu.AllModules, true, true},
	} {
		s := newStand(t, func(c *imu.Config) { c.Modules = tt.modules })
		s.load(400)
		s.step(time.Hour)
		v := s.read().Values
		if got := v[points.EnergyActiveDeliveredL2]; (got == 92000) != tt.energy || math.IsNaN(got) == tt.energy {
			t.Errorf("modules %v: energy of l2 is %g", tt.modules.List(), got)
		}
		if got := v[points.HarmonicCurrentL1H5]; (got == 0) != tt.fifth || math.IsNaN(got) == tt.fifth {
			t.Errorf("modules %v: the fifth is %g", tt.modules.List(), got)
		}
	}
}

// TestErrorsOfMeasurement: a unit with a seed is off, within its class, and its
// energy by as much as its power.
func TestErrorsOfMeasurement(t *testing.T) {
	s := newStand(t, func(c *imu.Config) { c.Errors = 42 })
	s.load(400)
	s.step(time.Hour)
	v := s.read().Values
	i, p, e := v[points.CurrentL1]/400-1, v[points.PowerActiveTotal], v[points.EnergyActiveDelivered]
	if i == 0 || math.Abs(i) > 0.005 || p == 276000 || math.Abs(p/276000-1) > 0.01 || math.Abs(e-p) > 1 {
		t.Errorf("I1 is off by %g, P is %g, an hour of it %g", i, p, e)
	}
}
