package points_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"switchroom/points"
)

// TestRanges is the settings of every control unit there is, as read: range,
// step and default. A setting that a unit has not is not among its lines.
//
// Sources: 1.1 to 1.6 of the facts: long time UG menu and UG-07 as quoted; short
// time UG; instantaneous and ground fault UG-07 as quoted and NSP; earth leakage
// UG-12 as quoted; defaults CYB p. 23 read as R6.
func TestRanges(t *testing.T) {
	long := "long_time.ir 400…1000 step 1 default 1000; long_time.tr 0.5…24 step 0.5 default 24"
	neutral := "neutral.type 0…3 step 1 default 0"
	short := "short_time.i2t 0…1 step 1 default 0; short_time.isd 1.5…10 step 0 default 1.5; short_time.tsd [0 0.1 0.2 0.3 0.4] default 0"
	instant := "instantaneous.ii 2…15 step 0 default 2; instantaneous.mode 0…2 step 1 default 1"
	leakage := "earth_leakage.dt [0.06 0.15 0.23 0.35 0.8] default 0.06; earth_leakage.idn 0.5…30 step 0.1 default 0.5"
	ground := func(ig, mode string) string {
		return "ground_fault.i2t 0…1 step 1 default 0; ground_fault.ig " + ig + "; ground_fault.mode " + mode + "; ground_fault.tg [0 0.1 0.2 0.3 0.4] default 0"
	}
	off, on := "0…1 step 1 default 1", "1…1 step 1 default 1"
	for _, tt := range []struct {
		v    points.Variant
		std  points.Standard
		in   float64
		sgr  bool
		want []string
	}{
		{points.X20, points.IEC, 1000, false, []string{long, neutral, "short_time.isd 1.5…10 step 0 default 1.5"}},
		{points.X30, points.UL, 1000, false, []string{"instantaneous.ii 1.5…12 step 0 default 1.5; instantaneous.mode 1…2 step 1 default 1", long, neutral}},
		{points.X50, points.IEC, 1000, false, []string{instant, long, neutral, short}},
		{points.X50, points.UL, 1000, false, []string{instant, long, neutral, short}},
		{points.X60, points.IEC, 1000, false, []string{ground("200…1000 step 10 default 200", off), instant, long, neutral, short}},
		{points.X60, points.IEC, 400, false, []string{ground("120…400 step 10 default 120", off)}},
		{points.X60, points.IEC, 4000, false, []string{ground("800…4000 step 10 default 800", off)}},
		{points.X60, points.IEC, 1000, true, []string{ground("200…1000 step 10 default 200", on)}},
		{points.X60, points.IEC, 4000, true, []string{ground("800…1200 step 10 default 800", on)}},
		{points.X60, points.IEC, 6300, true, []string{ground("1200…1200 step 10 default 1200", on)}},
		{points.X60, points.UL, 1000, false, []string{ground("200…1000 step 100 default 200", on), instant, long, neutral, short}},
		{points.X60, points.UL, 400, false, []string{ground("120…400 step 40 default 120", on)}},
		{points.X60, points.UL, 1600, false, []string{ground("500…1200 step 0 default 500", on)}},
		{points.X70, points.IEC, 1000, false, []string{leakage, instant, long, neutral, short}},
	} {
		r := points.Rating{In: tt.in, Variant: tt.v, Standard: tt.std, Poles: 4, SGR: tt.sgr, Voltage: 400, Frequency: 50}
		if err := r.Validate(); err != nil {
			t.Fatal(err)
		}
		want := strings.Split(strings.Join(tt.want, "; "), "; ")
		got := settings(r)
		if tt.in != 1000 || tt.sgr {
			got = slices.DeleteFunc(got, func(s string) bool { return !strings.HasPrefix(s, "ground_fault") })
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%v X %v In %g: %s", tt.v, tt.std, tt.in, d)
		}
	}
	sgr := points.Rating{In: 1000, Variant: points.X50, Poles: 3, SGR: true, Voltage: 400, Frequency: 50}
	if sgr.Validate() == nil {
		t.Error("5.0 X with a ground-return sensor")
	}
}

// settings returns the settings of the standard protections of r.
func settings(r points.Rating) (all []string) {
	functions := []string{"long_time", "short_time", "instantaneous", "ground_fault", "earth_leakage", "neutral"}
	for _, p := range points.All() {
		part := strings.SplitN(p.Name, ".", 3)
		if part[0] != "protection" || !slices.Contains(functions, part[1]) {
			continue
		}
		l, ok := p.For(r)
		if !ok {
			continue
		}
		line := fmt.Sprintf("%s %g…%g step %g", strings.Join(part[1:], "."), l.Min, l.Max, l.Step)
		if l.Values != nil {
			line = fmt.Sprintf("%s %v", strings.Join(part[1:], "."), l.Values)
		}
		all = append(all, fmt.Sprintf("%s default %g", line, l.Default))
	}
	return all
}
