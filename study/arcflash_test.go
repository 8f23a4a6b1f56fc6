package study

import (
	"math"
	"strings"
	"testing"
)

// TestArcFlash: the opening is in the clearing times and not in the decisions,
// and what never comes is empty.
func TestArcFlash(t *testing.T) {
	curve, err := Curve(unit(t), Phase, OfA, []float64{700, 900, 20000}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := ArcFlash(&b, curve); err != nil {
		t.Fatal(err)
	}
	rows, err := readCSV(strings.NewReader(b.String()), "arc.csv", arcColumns...)
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	for i, want := range []map[string]string{
		{"amps": "700", "earliest_function": "", "latest_function": "", "earliest_clearing_s": "", "latest_clearing_s": ""},
		{"amps": "900", "earliest_function": "long_time", "latest_function": "", "latest_decision_s": "", "latest_clearing_s": ""}, // only an early unit trips
		{"amps": "20000", "earliest_function": "instantaneous", "latest_function": "instantaneous", "earliest_decision_s": "0.0205", "earliest_clearing_s": "0.0455"},
	} {
		for k, v := range want {
			if rows[i].cells[k] != v {
				t.Errorf("row %d: %s is %q, want %q", i, k, rows[i].cells[k], v)
			}
		}
	}
	if rows[1].cells["earliest_clearing_s"] == "" {
		t.Error("an early unit trips at 900 A = 1.125 Ir")
	}
}

func TestSweep(t *testing.T) {
	all, err := Sweep(100, 10000, 3)
	if err != nil || len(all) != 3 || all[0] != 100 || math.Abs(all[1]-1000) > 1e-9 || all[2] != 10000 {
		t.Errorf("%v, %v", all, err)
	}
	for _, bad := range []struct {
		from, to float64
		n        int
	}{{0, 10, 5}, {10, 10, 5}, {10, math.Inf(1), 5}, {10, 100, 1}, {10, 100, 1e9}, {math.NaN(), 5, 5}} {
		if _, err := Sweep(bad.from, bad.to, bad.n); err == nil {
			t.Errorf("%+v is not refused", bad)
		}
	}
}
