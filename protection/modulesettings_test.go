package protection

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"switchroom/points"
)

func moduleFunctions() (all []Function) {
	for f := IDMTL; f < numFunctions; f++ {
		all = append(all, f)
	}
	return all
}

// TestModuleFieldsAreThePoints: ModuleSettings holds every setting of the table
// that belongs to its functions, and nothing else.
func TestModuleFieldsAreThePoints(t *testing.T) {
	var want, got []string
	for _, p := range points.All() {
		for _, f := range moduleFunctions() {
			if strings.HasPrefix(p.Name, "protection."+f.String()+".") && len(p.Limits) > 0 {
				want = append(want, p.Name)
			}
		}
	}
	for _, id := range ModuleIDs() {
		got = append(got, id.String())
	}
	if d := cmp.Diff(want, got); d != "" || len(got) < 70 {
		t.Error(len(got), d)
	}
}

// TestVocabulary: every function has its events and its trip, by name, so that
// whoever raises them needs no table.
func TestVocabulary(t *testing.T) {
	for f := LongTime; f < numFunctions; f++ {
		names := []string{"start." + f.String(), "trip." + f.String()}
		module := f >= IDMTL
		if module {
			names = append(names, "alarm."+f.String())
		}
		for n, name := range names {
			_, err := points.LookupEvent(name)
			exists := !(n == 0 && f == SelfProtection) && !(n == 1 && (f == GroundFaultAlarm || f == EarthLeakageAlarm))
			if (err == nil) != exists {
				t.Errorf("event %s: %v, want %v", name, err, exists)
			}
			if _, err := points.Lookup(name); n > 0 && (err == nil) != exists {
				t.Errorf("point %s: %v, want %v", name, err, exists)
			}
		}
		var back Function
		if err := back.UnmarshalText([]byte(f.String())); err != nil || back != f {
			t.Errorf("%v came back as %v, %v", f, back, err)
		}
	}
}

func TestModuleDefaults(t *testing.T) {
	for _, v := range []points.Variant{points.X20, points.X30, points.X50, points.X60, points.X70} {
		for _, in := range []float64{100, 400, 1250, 6300, 8000} {
			r := unit(v, 60)
			r.In = in
			if v == points.X30 {
				r.Standard = points.UL
			}
			s := ModuleDefaults(r)
			if err := s.Validate(r); err != nil || s.Any() {
				t.Errorf("%v In %g: %v, any on: %v", v, in, err, s.Any())
			}
		}
	}
	r := unit(points.X60, 50)
	for _, id := range ModuleIDs() {
		s := ModuleDefaults(r)
		if err := s.Set(id, 1); err != nil {
			t.Errorf("%v: %v", id, err)
		}
		if got, ok := s.Get(id); !ok || got != 1 {
			t.Errorf("%v: set 1, got %g", id, got)
		}
		if on := strings.HasSuffix(id.String(), ".mode"); s.Any() != on {
			t.Errorf("%v set: any on is %v", id, s.Any())
		}
	}
}

func TestModuleValidate(t *testing.T) {
	four, three, x70 := unit(points.X50, 50), unit(points.X50, 50), unit(points.X70, 50)
	three.Poles = 3
	for _, tt := range []struct {
		r    points.Rating
		edit func(*ModuleSettings)
		want string
		why  string
	}{
		{four, func(s *ModuleSettings) { s.Undervoltage[0].Voltages = PhaseNeutral }, "", "4P measures V-N"},
		{three, func(s *ModuleSettings) { s.Undervoltage[0].Voltages = PhaseNeutral }, "protection.undervoltage_1.voltage", "3P without ENVT"},
		{three, func(s *ModuleSettings) { s.Overvoltage[1].Voltages = PhaseNeutral }, "protection.overvoltage_2.voltage", "3P without ENVT"},
		{four, func(s *ModuleSettings) { s.GroundFaultAlarm.Drop = 200 }, "protection.ground_fault_alarm.drop", "over the pick-up"},
		{x70, func(s *ModuleSettings) { s.EarthLeakageAlarm.Drop = 1 }, "protection.earth_leakage_alarm.drop", "over the pick-up"},
		{x70, func(s *ModuleSettings) { s.GroundFaultAlarm.On = true }, "protection.ground_fault_alarm.mode", "7.0 X has the earth-leakage alarm"},
		{four, func(s *ModuleSettings) { s.EarthLeakageAlarm.On = true }, "protection.earth_leakage_alarm.mode", "7.0 X only"},
		{unit(points.X60, 50), func(s *ModuleSettings) { s.IDMTGroundFault.On = true }, "protection.idmt_ground_fault.mode", "6.0 X has ground fault"},
		{four, func(s *ModuleSettings) { s.IDMTL.Curve = 5 }, "protection.idmtl.curve", "no such curve"},
		{four, func(s *ModuleSettings) { s.Underfrequency.Pickup = math.NaN() }, "protection.underfrequency.pickup", "not a number"},
		{four, func(s *ModuleSettings) { s.ReversePower.Delay = 0 }, "protection.reverse_power.delay", "below the range"},
	} {
		s := ModuleDefaults(tt.r)
		tt.edit(&s)
		_, err := NewModules(tt.r, s, Nominal)
		var b Breaches
		if errors.As(err, &b); tt.want == "" && err != nil || tt.want != "" && (len(b) != 1 || b[0].Point.String() != tt.want) {
			t.Errorf("%s: %v, want %q", tt.why, err, tt.want)
		}
	}
	if _, err := NewModules(points.Rating{}, ModuleSettings{}, Nominal); err == nil {
		t.Error("a unit without rating")
	}
	if _, err := NewModules(four, ModuleDefaults(four), corners); err == nil {
		t.Error("a fourth corner")
	}
}
