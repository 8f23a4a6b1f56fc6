package study

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"switchroom/points"
	"switchroom/protection"
)

func TestCompare(t *testing.T) {
	d := unit(t)
	set(t, &d, "protection.ground_fault.mode", "on")
	set(t, &d, "protection.ground_fault.ig", "400")
	for _, c := range []struct {
		why, row string
		want     Placement
		by       float64 // s, about
	}{
		{"short time in its band: 0.1415 to 0.1735 s and 25 ms", "short_time,l1,9000,0.19", Inside, 0},
		{"a step of tsd late", "short_time,l2,9000,0.29", TooLate, 0.0915},
		{"early", "short_time,l3,9000,0.1", TooEarly, -0.0665},
		{"long time of the table", "long_time,l1,4800,7.5", Inside, 0},
		{"long time a step of tr late", "long_time,,4800,12", TooLate, 3.975},
		{"held where nobody must trip", "long_time,l1,830,>7200", Inside, 0},
		{"held where every unit trips", "long_time,l1,1200,>300", MustTrip, 99.8},
		{"tripped where no unit may", "long_time,l1,830,3000", MustNotTrip, math.NaN()},
		{"by another function", "long_time,l1,9000,0.19", OtherFunction, 0},
		{"who tripped is not said", ",l1,9000,0.19", Inside, 0},
		{"ground fault", "ground_fault,l1,600,0.06", Inside, 0},
		{"ground fault late", "ground_fault,l1,600,0.3", TooLate, 0.22},
		{"in the phase test of one pole ground fault is inhibited", "short_time,l1,6000,>0.5", Inside, 0},
		{"case and spaces", " Instantaneous , L1 , 30000 , 0.049 ", Inside, 0},
	} {
		rows, err := ReadInjected(strings.NewReader("function,phase,amps,seconds\n"+c.row+"\n"), "r.csv")
		if err != nil {
			t.Fatalf("%s: %v", c.why, err)
		}
		got, err := Compare(d, rows, true)
		if err != nil {
			t.Fatalf("%s: %v", c.why, err)
		}
		by := got[0].By
		if got[0].Verdict != c.want || math.Abs(by-c.by) > 0.003+0.01*math.Abs(c.by) || math.IsNaN(by) != math.IsNaN(c.by) {
			t.Errorf("%s: %v by %g s, want %v by %g; band %v", c.why, got[0].Verdict, by, c.want, c.by, got[0].Band)
		}
		if (got[0].Why == "") != (c.want == Inside) {
			t.Errorf("%s: %v because %q", c.why, got[0].Verdict, got[0].Why)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("%s: %v", c.why, err)
		}
	}
}

// TestCompareDecision: the same measurement to the trip output is later than one
// to the interruption by the opening.
func TestCompareDecision(t *testing.T) {
	rows := []Injected{{Function: protection.ShortTime, Amps: 9000, Seconds: 0.19}}
	got, err := Compare(unit(t), rows, false)
	if err != nil || got[0].Verdict != TooLate {
		t.Errorf("%v, %v", got, err)
	}
}

func TestReadInjectedRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"x,l1,1,1\n":                               "r.csv:1: function",
		"short_time,l9,1,1\n":                      "r.csv:1: phase \"l9\"",
		"short_time,l1,8000 A,1\n":                 "r.csv:1: amps \"8000 A\"",
		"short_time,l1,-5,1\n":                     "above 0",
		"short_time,l1,5,soon\nshort_time,l1,5,-1": "r.csv:1: seconds \"soon\"",
		"short_time,l1,5,NaN\n":                    "seconds \"NaN\"",
		"short_time,l1,5\n":                        "3 columns",
		"":                                         "no row in it",
	} {
		if _, err := ReadInjected(strings.NewReader(text), "r.csv"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	d := unit(t)
	for _, row := range []Injected{{Conductor: N, Amps: 1}, {Conductor: Sensor, Amps: 1}, {Function: protection.EarthLeakage, Amps: 1}} {
		if _, err := Compare(d, []Injected{row}, true); err == nil {
			t.Errorf("%+v on a 3P 6.0 X is not refused", row)
		}
	}
	d.Rating.Variant = points.X50
	d.Settings = protection.Defaults(d.Rating)
	if _, err := Compare(d, []Injected{{Function: protection.GroundFault, Amps: 1}}, true); err == nil {
		t.Error("ground fault of a 5.0 X is not refused")
	}
}
