package points_test

import (
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/points"
)

func TestTable(t *testing.T) {
	name := regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)
	all := points.All()
	for i, r := range all {
		if int(r.ID) != i+1 {
			t.Errorf("row %d %s has ID %d: ids.go and table.go differ", i, r.Name, r.ID)
		}
		if i > 0 && all[i-1].Name >= r.Name {
			t.Errorf("%s stands after %s", r.Name, all[i-1].Name)
		}
		if !name.MatchString(r.Name) {
			t.Errorf("%q is not a dotted name", r.Name)
		}
		if r.Title == "" || r.Type == 0 || r.Class == 0 || r.Source == "" || r.Certainty == 0 {
			t.Errorf("%s: incomplete row %+v", r.Name, r)
		}
		if (r.Type == points.Enum) != (len(r.Enum) > 0) {
			t.Errorf("%s: type %v with %d names", r.Name, r.Type, len(r.Enum))
		}
		if id, err := points.Lookup(r.Name); err != nil || id != r.ID {
			t.Errorf("Lookup(%s) = %v, %v", r.Name, id, err)
		}
		for _, l := range r.Limits {
			if l.Certainty == 0 || l.Source == "" {
				t.Errorf("%s: limit without source or certainty", r.Name)
			}
			if l.Min > l.Max || l.Default < l.Min || l.Default > l.Max {
				t.Errorf("%s: limits out of order %+v", r.Name, l)
			}
		}
	}
}

func TestConstantsMatchNames(t *testing.T) {
	// The constant of a point is its name without dots and underscores.
	src, err := os.ReadFile("ids.go")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, line := range strings.Split(string(src), "\n") {
		if f := strings.Fields(line); len(f) == 1 && f[0] != ")" {
			ids = append(ids, f[0])
		}
	}
	all := points.All()
	if len(ids) != len(all) {
		t.Fatalf("%d constants, %d rows", len(ids), len(all))
	}
	for i, r := range all {
		want := strings.NewReplacer(".", "", "_", "").Replace(r.Name)
		if !strings.EqualFold(ids[i], want) {
			t.Errorf("constant %s stands for %s", ids[i], r.Name)
		}
	}
}

func TestEvents(t *testing.T) {
	all := points.Events()
	names := map[string]bool{}
	for i, e := range all {
		if i > 0 && all[i-1].Code >= e.Code {
			t.Errorf("%s stands after %s", e.Name, all[i-1].Name)
		}
		if names[e.Name] || e.Name == "" || e.Title == "" || e.History == 0 || e.Severity == 0 || e.Source == "" || e.Certainty == 0 {
			t.Errorf("incomplete or repeated row %+v", e)
		}
		names[e.Name] = true
		if (e.Code >= 0xF000) != (e.Certainty == points.Ours) {
			t.Errorf("%s: code 0x%04X with certainty %v: ours start at 0xF000", e.Name, uint16(e.Code), e.Certainty)
		}
	}
	depth := map[points.History]int{points.TripHistory: 50, points.ProtectionHistory: 100, points.DiagnosticHistory: 300, points.MeteringHistory: 300, points.ConfigurationHistory: 100, points.OperationHistory: 300, points.CommunicationHistory: 100}
	for _, h := range points.Histories() {
		if h.Depth() != depth[h] {
			t.Errorf("%v: depth %d, want %d (UG)", h, h.Depth(), depth[h])
		}
	}
}

func rating(in float64, v points.Variant, s points.Standard) points.Rating {
	return points.Rating{In: in, Variant: v, Standard: s, Poles: 3, Voltage: 400, Frequency: 50}
}

func TestLimits(t *testing.T) {
	iec6 := rating(1000, points.X60, points.IEC)
	for _, c := range []struct {
		point points.ID
		r     points.Rating
		v     float64
		ok    bool
		why   string
	}{
		{points.ProtectionLongTimeIr, iec6, 400, true, "0.4 In"},
		{points.ProtectionLongTimeIr, iec6, 399, false, "below 0.4 In"},
		{points.ProtectionLongTimeIr, iec6, 1000, true, "In"},
		{points.ProtectionLongTimeIr, iec6, 1001, false, "above In"},
		{points.ProtectionLongTimeIr, iec6, 500.5, false, "step 1 A"},
		{points.ProtectionLongTimeTr, iec6, 24, true, "longest"},
		{points.ProtectionLongTimeTr, iec6, 0.5, true, "shortest"},
		{points.ProtectionLongTimeTr, iec6, 0.7, false, "step 0.5 s"},
		{points.ProtectionShortTimeTsd, iec6, 0.1, true, "listed"},
		{points.ProtectionShortTimeTsd, iec6, 0.15, false, "not listed"},
		{points.ProtectionShortTimeIsd, iec6, 10, true, ""},
		{points.ProtectionShortTimeIsd, iec6, 10.1, false, ""},
		{points.ProtectionGroundFaultIg, iec6, 200, true, "0.2 In"},
		{points.ProtectionGroundFaultIg, iec6, 205, false, "step 10 A"},
		{points.ProtectionGroundFaultIg, rating(400, points.X60, points.IEC), 80, false, "0.3 In up to 400 A"},
		{points.ProtectionGroundFaultIg, rating(400, points.X60, points.IEC), 120, true, ""},
		{points.ProtectionGroundFaultIg, rating(1600, points.X60, points.UL), 500, true, "UL above 1200 A"},
		{points.ProtectionGroundFaultIg, rating(1600, points.X60, points.UL), 1201, false, "UL above 1200 A"},
		{points.ProtectionGroundFaultIg, rating(1000, points.X60, points.UL), 300, true, "UL step 0.1 In"},
		{points.ProtectionGroundFaultIg, rating(1000, points.X60, points.UL), 350, false, "UL step 0.1 In"},
		{points.ProtectionEarthLeakageDt, rating(1000, points.X70, points.IEC), 0.06, true, ""},
		{points.ProtectionGroundFaultAlarmPickup, rating(400, points.X60, points.IEC), 1200, true, "0.05 In to 1200 A"},
		{points.ProtectionGroundFaultAlarmPickup, rating(4000, points.X60, points.IEC), 1201, false, "0.05 In to 1200 A"},
		{points.ProtectionGroundFaultAlarmPickup, rating(4000, points.X60, points.IEC), 199, false, "0.05 In to 1200 A"},
		{points.ProtectionLongTimeIr, iec6, math.NaN(), false, "NaN is no setting"},
		{points.ProtectionLongTimeIr, iec6, math.Inf(1), false, "nor is infinity"},
	} {
		l, has := points.Of(c.point).For(c.r)
		if !has {
			t.Errorf("%v does not exist for %+v", c.point, c.r)
			continue
		}
		if err := l.Check(c.v); (err == nil) != c.ok {
			t.Errorf("%v = %g for In %g %v %v: %v; %s", c.point, c.v, c.r.In, c.r.Variant, c.r.Standard, err, c.why)
		}
	}
	for _, c := range []struct {
		point points.ID
		v     points.Variant
	}{
		{points.ProtectionGroundFaultIg, points.X50}, {points.ProtectionEarthLeakageIdn, points.X60},
		{points.ProtectionShortTimeTsd, points.X20}, {points.ProtectionInstantaneousIi, points.X20}, {points.ProtectionShortTimeIsd, points.X30},
	} {
		if _, has := points.Of(c.point).For(rating(1000, c.v, points.IEC)); has {
			t.Errorf("%v exists on %v", c.point, c.v)
		}
	}
}

// TestDefaults holds B8 as read in R6: every protection at its minimum, long
// time at its maximum.
func TestDefaults(t *testing.T) {
	r := rating(1000, points.X60, points.IEC)
	for _, c := range []struct {
		point points.ID
		want  float64
	}{
		{points.ProtectionLongTimeIr, 1000}, {points.ProtectionLongTimeTr, 24},
		{points.ProtectionShortTimeIsd, 1.5}, {points.ProtectionShortTimeTsd, 0},
		{points.ProtectionInstantaneousIi, 2}, {points.ProtectionGroundFaultIg, 200}, {points.ProtectionGroundFaultTg, 0},
	} {
		if l, _ := points.Of(c.point).For(r); l.Default != c.want {
			t.Errorf("%v: default %g, want %g (B8, R6)", c.point, l.Default, c.want)
		}
	}
}

func TestSystemType(t *testing.T) {
	for _, c := range []struct {
		r    points.Rating
		want int
	}{
		{points.Rating{Poles: 3}, 31}, {points.Rating{Poles: 3, ENCT: true}, 30}, {points.Rating{Poles: 3, ENVT: true}, 40},
		{points.Rating{Poles: 3, ENCT: true, ENVT: true}, 41}, {points.Rating{Poles: 4}, 41},
	} {
		if got := c.r.SystemType(); got != c.want {
			t.Errorf("%+v: system type %d, want %d", c.r, got, c.want)
		}
		back, err := c.r.SystemRating(c.want)
		if err != nil || back != c.r {
			t.Errorf("SystemRating(%d) = %+v, %v", c.want, back, err)
		}
	}
	if _, err := (points.Rating{}).SystemRating(42); err == nil {
		t.Error("system type 42 was accepted")
	}
}

func TestValues(t *testing.T) {
	when := time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)
	for _, c := range []struct {
		point points.ID
		in    string
		out   string
		json  string
	}{
		{points.CurrentL1, "12.5", "12.5", "12.5"},
		{points.CurrentL1, "0.1", "0.1", "0.1"},
		{points.CurrentL1, "25.000021", "25", "25.000021"},
		{points.CurrentL1, "-0.00012345678", "-0.000123457", "-0.00012345678"},
		{points.CurrentL1, "123456.7", "123457", "123456.7"},
		{points.CurrentL1, "1234567.8", "1234568", "1.2345678e+06"},
		{points.CurrentL1, "999999.9", "1000000", "999999.9"},
		{points.CurrentL1, "2.895867e-10", "2.89587e-10", "2.895867e-10"},
		{points.CurrentL1, "0", "0", "0"},
		{points.BreakerClosed, "on", "true", "true"},
		{points.ProtectionNeutralType, "oversized", "oversized", `"oversized"`},
		{points.ProtectionGroup, "B", "B", `"B"`},
		{points.ProtectionGroup, "2", "B", `"B"`},
		{points.InterfaceName, "Q1 <west>", "Q1 <west>", `"Q1 \u003cwest\u003e"`},
		{points.DeviceClock, "2026-02-03T04:05:06.789Z", "2026-02-03T04:05:06.789Z", `"2026-02-03T04:05:06.789Z"`},
		{points.EnergyActive, "-1234567890123", "-1234567890123", "-1234567890123"},
	} {
		i := points.Of(c.point)
		v, err := i.Parse(c.in)
		if err != nil || i.Format(v) != c.out || string(i.JSON(v)) != c.json {
			t.Errorf("%v: %q is %q and %s, %v; want %q and %s", c.point, c.in, i.Format(v), i.JSON(v), err, c.out, c.json)
		}
	}
	if got := points.At(when).Time(); !got.Equal(when) {
		t.Errorf("instant came back as %v", got)
	}
	for _, c := range []struct {
		point points.ID
		in    string
	}{{points.CurrentL1, "12,5"}, {points.CurrentL1, "NaN"}, {points.CurrentL1, "5 A"}, {points.EnergyActive, "1.5"}, {points.BreakerClosed, "maybe"}, {points.ProtectionGroup, "C"}, {points.DeviceClock, "today"}, {points.BreakerOpen, "1"}} {
		if v, err := points.Of(c.point).Parse(c.in); err == nil {
			t.Errorf("%v: %q was taken as %v", c.point, c.in, v)
		}
	}
	var none points.Value
	if none.Available() || none.Bool() || !math.IsNaN(none.Float()) || string(points.Of(points.CurrentL1).JSON(none)) != "null" {
		t.Error("the zero value is available")
	}
	if got := string(points.Of(points.PasswordLevel4).JSON(points.String("0000"))); got != "null" {
		t.Errorf("a secret was printed: %s", got)
	}
}

func TestLookupSuggests(t *testing.T) {
	_, err := points.Lookup("protection.ir")
	if err == nil || !strings.Contains(err.Error(), "protection.long_time.ir") {
		t.Errorf("no help in %v", err)
	}
	if !slices.Contains(points.Certainties(), points.Ours) {
		t.Error("certainties incomplete")
	}
}
