package study

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchroom/points"
	"switchroom/protection"
)

// TestSetup: what acts beside the settings acts in curves as it does in
// protection.TimeToTrip.
func TestSetup(t *testing.T) {
	d := unit(t)
	for _, kv := range [][2]string{
		{"protection.zsi.short_time", "on"}, {"protection.erms.isd", "2"}, {"protection.self_protection.peak", "60000"},
	} {
		set(t, &d, kv[0], kv[1])
	}
	rapid.Check(t, func(rt *rapid.T) {
		d := d
		d.Setup.Engaged = rapid.Bool().Draw(rt, "ERMS")
		d.Setup.Unrestrained = rapid.Bool().Draw(rt, "unrestrained")
		amps := math.Exp(rapid.Float64Range(math.Log(800), math.Log(80e3)).Draw(rt, "ln A"))
		all, err := Curve(d, Phase, OfA, []float64{amps}, 0)
		if err != nil {
			rt.Fatal(err)
		}
		want, err := protection.TimeToTrip(d.Rating, d.Settings, protection.Constant{Amps: amps, Setup: d.Setup})
		if err != nil {
			rt.Fatal(err)
		}
		nest(&want)
		for i, pair := range [][2]protection.Time{{all[0].Times.Min, want.Min}, {all[0].Times.Nominal, want.Nominal}, {all[0].Times.Max, want.Max}} {
			if pair[0].Function != pair[1].Function || pair[0].T != pair[1].T && !(math.IsNaN(pair[0].T) && math.IsNaN(pair[1].T)) {
				rt.Errorf("%d: %v, TimeToTrip says %v", i, pair[0], pair[1])
			}
		}
	})
}

// TestSetupActs: ERMS and a missing restraint shorten, self-protection trips by
// its name, and the legend says so.
func TestSetupActs(t *testing.T) {
	at := func(d Device, amps float64) protection.Time {
		all, err := Curve(d, Phase, OfA, []float64{amps}, 0)
		if err != nil {
			t.Fatal(err)
		}
		return all[0].Times.Max
	}
	d := unit(t)
	slow := at(d, 8000).T
	for _, c := range []struct {
		point, value string
		setup        protection.Setup
		legend       string
	}{
		{"protection.zsi.short_time", "on", protection.Setup{Unrestrained: true}, "ZSI short time, no restraint: no delay"},
		{"protection.erms.tsd", "0", protection.Setup{Engaged: true}, "ERMS engaged: Isd 8 Ir · tsd 0 s"},
	} {
		d := unit(t)
		set(t, &d, c.point, c.value)
		if held := at(d, 8000).T; held != slow {
			t.Errorf("%s alone makes it %g s instead of %g", c.point, held, slow)
		}
		d.Setup.Engaged, d.Setup.Unrestrained = c.setup.Engaged, c.setup.Unrestrained
		if fast := at(d, 8000).T; !(fast < slow-0.05) {
			t.Errorf("%s: %g s instead of %g", c.legend, fast, slow)
		}
		if all := strings.Join(Legend(d), "\n"); !strings.Contains(all, c.legend) {
			t.Errorf("no %q in\n%s", c.legend, all)
		}
	}
	set(t, &d, "protection.self_protection.peak", "60000")
	if got := at(d, 80e3); got.Function != protection.SelfProtection || got.T > 0.01 {
		t.Errorf("80 kA: %v, want self-protection at once", got)
	}
	if all := strings.Join(Legend(d), "\n"); !strings.Contains(all, "self-protection 60 kA peak") {
		t.Error(all)
	}
}

// TestSettingsOfADevice: every setting can be written and read back.
func TestSettingsOfADevice(t *testing.T) {
	r := rating(points.X60)
	all := IDs()
	if len(all) != len(protection.IDs())+len(protection.CommonIDs())+len(protection.ModuleIDs()) {
		t.Errorf("%d settings", len(all))
	}
	for i, id := range all {
		if i > 0 && all[i-1].String() >= id.String() {
			t.Errorf("%v after %v", id, all[i-1])
		}
		l, exists := points.Of(id).For(r)
		if !exists {
			continue
		}
		d := NewDevice("", r)
		if err := d.put(id, l.Max); err != nil {
			t.Errorf("%v: %v", id, err)
		}
		if got, ok := d.Get(id); !ok || math.Abs(got-l.Max) > 1e-6*l.Max {
			t.Errorf("%v: set to %g, reads %g %v", id, l.Max, got, ok)
		}
	}
}

// TestInverseFunctions: the IDMTL of a digital module trips by the formula that
// is quoted for it, t = tr·g(I/(1.125·Ir))/g(6/1.125) with g(x) = k/(x^α − 1),
// where it is sooner than the standard functions, and not where it only alarms.
func TestInverseFunctions(t *testing.T) {
	for curve, ka := range map[string][2]float64{"sit": {0.14, 0.02}, "vit": {13.5, 1}, "eit": {80, 2}, "hvf": {80, 4}} {
		d := unit(t) // Ir 800 A: 600 A is no overload
		for _, kv := range [][2]string{{"mode", "on"}, {"action", "trip"}, {"ir", "0.4"}, {"tr", "2"}, {"curve", curve}} {
			set(t, &d, "protection.idmtl."+kv[0], kv[1])
		}
		all, err := Curve(d, Phase, OfA, []float64{600, 9000}, 0)
		if err != nil {
			t.Fatal(err)
		}
		g := func(x float64) float64 { return ka[0] / (math.Pow(x, ka[1]) - 1) }
		want := 2 * g(600/(1.125*400)) / g(6/1.125)
		got := all[0].Times
		if got.Nominal.Function != protection.IDMTL || math.Abs(got.Nominal.T/want-1) > 0.02 || !(got.Min.T < got.Nominal.T && got.Nominal.T < got.Max.T) {
			t.Errorf("%s: %v, formula %g s", curve, got, want)
		}
		// At 9 kA short time takes 0.17 s.
		if f, inverse := all[1].Function(), 2*g(9000/(1.125*400))/g(6/1.125); (f == protection.IDMTL) != (inverse < 0.17) {
			t.Errorf("%s at 9 kA: %v, by its formula %g s", curve, f, inverse)
		}
		if all := strings.Join(Legend(d), "\n"); !strings.Contains(all, "IDMTL: Ir 400 A · 2 s · "+curve) {
			t.Error(all)
		}
		set(t, &d, "protection.idmtl.action", "alarm")
		if all, _ = Curve(d, Phase, OfA, []float64{600}, 0); all[0].Function() != protection.None {
			t.Errorf("%s alarms and trips: %v", curve, all[0].Times)
		}
	}
}

// TestGroundReturn: with a ground-return sensor the earth fault is what comes
// back through it.
func TestGroundReturn(t *testing.T) {
	d := unit(t)
	d.Rating.SGR = true
	set(t, &d, "protection.ground_fault.mode", "on")
	set(t, &d, "protection.ground_fault.ig", "500")
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	all, err := Curve(d, Ground, OfA, []float64{400, 600}, 0)
	if err != nil || all[0].Function() != protection.None || all[1].Function() != protection.GroundFault {
		t.Errorf("%v, %v", all, err)
	}
	tests, err := Tests(d, protection.GroundFault)
	if err != nil {
		t.Fatal(err)
	}
	results, err := Run(tests, Model)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if !r.Pass || r.Conductor != Sensor {
			t.Errorf("%v, %s: %s", r.Conductor, r.Name, r.Why)
		}
	}
}
