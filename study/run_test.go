package study

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"switchroom/points"
	"switchroom/protection"
)

// allTests are the tests of every function that d has.
func allTests(t *testing.T, d Device) []Test {
	t.Helper()
	var all []Test
	for _, f := range Functions() {
		some, err := Tests(d, f)
		if err == nil && len(some) == 0 {
			t.Errorf("%v: no tests and no reason", f)
		}
		all = append(all, some...)
	}
	return all
}

// quick takes out what takes minutes of current: one device goes through it.
func quick(all []Test) []Test {
	var some []Test
	for _, t := range all {
		if t.Hold < time.Minute {
			some = append(some, t)
		}
	}
	return some
}

// TestModelPasses injects into the model with each published delay, with I²t on
// and off, on every variant, and finds what the documents say.
func TestModelPasses(t *testing.T) {
	for _, v := range []points.Variant{points.X20, points.X30, points.X50, points.X60, points.X70} {
		r := rating(v)
		if v == points.X30 {
			r.Standard = points.UL
		}
		if v == points.X50 {
			r.Poles = 4
		}
		d := Device{Rating: r, Settings: protection.Defaults(r)}
		if v == points.X50 {
			set(t, &d, "protection.neutral.type", "oversized")
		}
		if v == points.X60 {
			set(t, &d, "protection.long_time.ir", "400")
		}
		for i, tsd := range []float64{0, 0.1, 0.2, 0.3, 0.4} {
			if v != points.X20 && v != points.X30 {
				d.Settings.ShortTime.Tsd, d.Settings.ShortTime.I2t = tsd, i%2 == 1
				d.Settings.ShortTime.Isd = []float64{1.5, 3, 6, 8, 10}[i]
				d.Settings.Instantaneous.Mode = []protection.InstantaneousMode{protection.InstantaneousStandard, protection.InstantaneousFast}[i%2]
			}
			if v == points.X60 {
				d.Settings.GroundFault.Tg, d.Settings.GroundFault.I2t = tsd, i%2 == 1
				d.Settings.GroundFault.Ig = []float64{200, 300, 500, 800, 1000}[i]
			}
			if v == points.X70 {
				d.Settings.EarthLeakage.Dt = []float64{0.06, 0.15, 0.23, 0.35, 0.8}[i]
			}
			d.Settings.LongTime.Tr = []float64{0.5, 1, 2, 12, 24}[i]
			results, err := Run(quick(allTests(t, d)), Model)
			if err != nil {
				t.Fatal(err)
			}
			if len(results) < 8 {
				t.Errorf("%v X: only %d tests", v, len(results))
			}
			for _, got := range results {
				if !got.Pass {
					t.Errorf("%v X, tsd %g: %v %v, %s: %s; %v, want %+v", v, tsd, got.Function, got.Conductor, got.Name, got.Why, got.Measured, got.Want)
				}
			}
		}
	}
}

// TestLongInjections are those that take hours: 1.05 and 1.20 Ir, and all of the
// long-time table at tr 4 s.
func TestLongInjections(t *testing.T) {
	d := unit(t)
	set(t, &d, "protection.long_time.tr", "4")
	tests, err := Tests(d, protection.LongTime)
	if err != nil {
		t.Fatal(err)
	}
	results, err := Run(tests, Model)
	if err != nil || len(results) != 2+3*3 {
		t.Fatal(len(results), err)
	}
	for _, got := range results {
		if !got.Pass {
			t.Errorf("%v, %s: %s; %v, want %+v", got.Conductor, got.Name, got.Why, got.Measured, got.Want)
		}
	}
}

// TestMistunedFails: a unit that is not set as it says fails the test of the
// function that is wrong, and no other: but a wrong Ir moves Isd, which counts
// from it, and a wrong Isd gets into the way of long time.
func TestMistunedFails(t *testing.T) {
	d := unit(t)
	set(t, &d, "protection.ground_fault.mode", "on")
	for _, c := range []struct {
		why     string
		f, also protection.Function
		mistune func(*protection.Settings)
	}{
		{"tr a step too long", protection.LongTime, protection.None, func(s *protection.Settings) { s.LongTime.Tr = min(s.LongTime.Tr*1.5, 24) }},
		{"Ir too high", protection.LongTime, protection.ShortTime, func(s *protection.Settings) { s.LongTime.Ir = min(s.LongTime.Ir*1.25, 1000) }},
		{"tsd a step too long", protection.ShortTime, protection.None, func(s *protection.Settings) { s.ShortTime.Tsd = min(s.ShortTime.Tsd+0.1, 0.4) }},
		{"tsd a step too short", protection.ShortTime, protection.None, func(s *protection.Settings) { s.ShortTime.Tsd -= 0.1 }},
		{"Isd too low", protection.ShortTime, protection.LongTime, func(s *protection.Settings) { s.ShortTime.Isd *= 0.8 }},
		{"I²t on", protection.ShortTime, protection.LongTime, func(s *protection.Settings) { s.ShortTime.I2t, s.ShortTime.Isd = true, s.ShortTime.Isd/2 }},
		{"Ii too high", protection.Instantaneous, protection.None, func(s *protection.Settings) { s.Instantaneous.Ii = min(s.Instantaneous.Ii*1.25, 15) }},
		{"Ii off", protection.Instantaneous, protection.None, func(s *protection.Settings) { s.Instantaneous.Mode = protection.InstantaneousOff }},
		{"fast instead of standard", protection.Instantaneous, protection.None, func(s *protection.Settings) {
			if s.Instantaneous.Mode == protection.InstantaneousStandard {
				s.Instantaneous.Mode = protection.InstantaneousFast
			}
		}},
		{"ground fault off", protection.GroundFault, protection.None, func(s *protection.Settings) { s.GroundFault.On = false }},
		{"tg too long", protection.GroundFault, protection.None, func(s *protection.Settings) { s.GroundFault.Tg = min(s.GroundFault.Tg+0.1, 0.4) }},
	} {
		tests := quick(allTests(t, d))
		results, err := Run(tests, func(d Device, corner protection.Corner) (Unit, error) {
			c.mistune(&d.Settings)
			return Model(d, corner)
		})
		if err != nil {
			t.Fatalf("%s: %v", c.why, err)
		}
		failed := map[protection.Function]bool{}
		for _, r := range results {
			if !r.Pass {
				failed[r.Function] = true
			}
			if r.Pass != (r.Why == "") {
				t.Errorf("%s: pass %v because %q", c.why, r.Pass, r.Why)
			}
		}
		delete(failed, c.also)
		if !failed[c.f] || len(failed) != 1 {
			t.Errorf("%s: failed are %v", c.why, failed)
		}
	}
}

func TestTestsRefuse(t *testing.T) {
	d := unit(t)
	d.Settings.Instantaneous.Mode = protection.InstantaneousOff
	for f, want := range map[protection.Function]string{
		protection.Instantaneous: "instantaneous is off",
		protection.GroundFault:   "ground_fault is off",
		protection.EarthLeakage:  "6.0 X has no earth_leakage",
		protection.None:          "has no",
	} {
		if _, err := Tests(d, f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", f, err, want)
		}
	}
	d.Settings.LongTime.Ir = 5000
	if _, err := Tests(d, protection.LongTime); err == nil {
		t.Error("settings that no unit has are tested")
	}
}

func TestResultJSON(t *testing.T) {
	tests, err := Tests(unit(t), protection.ShortTime)
	if err != nil {
		t.Fatal(err)
	}
	results, err := Run(tests[:3], Model)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(results)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"function":"short_time","conductor":"l1","settings":{`, `"protection.short_time.isd":8`, `"expected":{"trip":false,"min":null,"max":null`,
		`"measured":null`, `"expected":{"trip":true,"min":0.14,"max":0.175`, `"certainty":"sibling"`, `"verdict":"pass"`,
	} {
		if !strings.Contains(string(b), part) {
			t.Errorf("no %s in %s", part, b)
		}
	}
}

// TestInjection: samples measure what phasors decide, within two of them.
func TestInjection(t *testing.T) {
	d := unit(t)
	for _, amps := range []float64{1000, 3000, 9000} {
		u, err := Model(d, protection.Nominal)
		if err != nil {
			t.Fatal(err)
		}
		want, err := decide(d, protection.Nominal, Phase, amps, 0)
		if err != nil {
			t.Fatal(err)
		}
		got := injection{L2, amps, 50, 10 * time.Minute}.into(u)
		if got.Function != want.Function || math.Abs(got.T-want.T) > 0.001+0.0005*want.T {
			t.Errorf("%g A: %v by samples, %v by phasors", amps, got, want)
		}
	}
}

// TestFault: each way to be wrong, by a little, is called what it is.
func TestFault(t *testing.T) {
	want := Test{Function: protection.ShortTime, Hold: time.Second, Want: Window{Trip: true, Min: 0.1, Max: 0.2}}
	none := Test{Function: protection.ShortTime, Hold: time.Second}
	for _, c := range []struct {
		test *Test
		t    float64
		f    protection.Function
		want string
	}{
		{&want, 0.1, protection.ShortTime, ""},
		{&want, 0.2, protection.ShortTime, ""},
		{&want, 0.099, protection.ShortTime, "trips 0.001 s before the window"},
		{&want, 0.201, protection.ShortTime, "trips 0.001 s after the window"},
		{&want, 0.15, protection.LongTime, "trips by long_time"},
		{&want, math.NaN(), protection.None, "does not trip within 1 s and must"},
		{&none, math.NaN(), protection.None, ""},
		{&none, 0.15, protection.ShortTime, "trips by short_time after 0.15 s and must not"},
	} {
		if got := c.test.fault(protection.Time{T: c.t, Function: c.f}); got != c.want {
			t.Errorf("%g by %v: %q, want %q", c.t, c.f, got, c.want)
		}
	}
}
