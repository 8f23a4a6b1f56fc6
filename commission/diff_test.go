package commission_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	. "switchroom/commission"
)

func TestDiff(t *testing.T) {
	u := serve(t, 1, nil)[0]
	base := take(t, u.bus)
	b := &Breaker{ID: "Q1", Rating: &Rating{In: 1000, Variant: "6.0", Poles: 3, ENCT: true}}
	p := plan(t, base, b, Wish{"protection.long_time.ir", "800"}, Wish{"protection.long_time.tr", "12"})
	d, err := NewDiff(p, base, b)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Curves) != 2 || d.Curves[0].Element != "phase" || d.Curves[1].Element != "ground" || len(d.Missing) == 0 {
		t.Fatalf("%+v", d.Missing)
	}
	faster := 0
	for i, was := range d.Curves[0].AsFound {
		is := d.Curves[0].Planned[i]
		if was.Amps != is.Amps {
			t.Fatal("the curves are of other currents")
		}
		switch a, b := was.Times.Nominal.T, is.Times.Nominal.T; {
		case b > a:
			t.Errorf("%g A: %g s became %g s, with a lower Ir and a shorter tr", was.Amps, a, b)
		case b < a, math.IsNaN(a) && !math.IsNaN(b):
			faster++
		}
	}
	if faster == 0 {
		t.Error("both curves are the same")
	}
	var svg, again bytes.Buffer
	if err := d.SVG(&svg, "phase"); err != nil || !strings.Contains(svg.String(), "as planned") {
		t.Error(err)
	}
	d.SVG(&again, "phase")
	if svg.String() != again.String() {
		t.Error("the same diff is drawn otherwise")
	}
	if _, err := json.Marshal(d); err != nil {
		t.Error(err)
	}
	if err := d.SVG(&svg, "sideways"); err == nil {
		t.Error("there is no such element")
	}
}

// TestPlanProblems: everything that is wrong with wishes is said at once, and nothing is
// planned that the breaker doesn't take in one.
func TestPlanProblems(t *testing.T) {
	u := serve(t, 1, nil)[0]
	u.plug(t)
	bus, cable := take(t, u.bus), take(t, u.cable)
	for _, r := range []struct {
		why, path, want string
		base            *Snapshot
		wishes          []Wish
	}{
		{"beyond the range", "protection.long_time.ir", "1000", cable, []Wish{{"protection.long_time.ir", "5000"}, {"protection.short_time.isd", "x"}}},
		{"no number", "protection.short_time.isd", "not a number", cable, []Wish{{"protection.long_time.ir", "5000"}, {"protection.short_time.isd", "x"}}},
		{"a reading", "current.l1", "nobody can set it", bus, []Wish{{"current.l1", "1"}}},
		{"a password", "password.level4", "vault", cable, []Wish{{"password.level4", "1234"}}},
		{"an action", "breaker.open", "something to do", bus, []Wish{{"breaker.open", "1"}}},
		{"twice", "protection.long_time.ir", "twice", bus, []Wish{{"protection.long_time.ir", "800"}, {"protection.long_time.ir", "900"}}},
		{"nothing changes", "", "already", bus, []Wish{{"protection.long_time.ir", "1000"}}},
		{"not by the bus", "lock.protection.hmi", "it is by usb", bus, []Wish{{"lock.protection.hmi", "on"}}},
		{"two kinds", "", "each kind", bus, []Wish{{"protection.long_time.ir", "800"}, {"interface.name", "LV1"}}},
		{"not in one", "", "make a plan for each", cable, []Wish{{"protection.dual", "on"}, {"protection.long_time.ir", "800"}}},
		{"another variant", "protection.earth_leakage.idn", "not known", cable, []Wish{{"protection.earth_leakage.idn", "1"}}},
	} {
		_, err := NewPlan(r.base, nil, "why", r.wishes)
		expect(t, err, r.path, r.want)
	}
	_, err := NewPlan(bus, nil, " ", isd)
	expect(t, err, "reason", "say why")
	real := *bus
	real.Virtual = false
	_, err = NewPlan(&real, nil, "why", []Wish{{"lock.protection.remote", "on"}})
	expect(t, err, "lock.protection.remote", "EcoStruxure Power Commission")
}

// TestFunctions holds the table against the vocabulary.
func TestFunctions(t *testing.T) {
	last := ""
	for _, f := range Functions() {
		if f.ID <= last {
			t.Errorf("%s stands after %s", f.ID, last)
		}
		last = f.ID
		if len(f.Real) == 0 && f.Tool == "" {
			t.Errorf("%s: a real unit does not do it, and nobody says how else", f.ID)
		}
		if f.Source == "" || f.Virtual == nil || f.Real == nil {
			t.Errorf("%+v", f)
		}
	}
	for _, id := range Settings() {
		if f, ok := FunctionOf(id); !ok && !strings.HasPrefix(id.String(), "diagnostic.") && id.String() != "interface.pad" {
			t.Errorf("%v belongs to no function", id)
		} else if id.String() == "protection.short_time.isd" && f.ID != "protection" || id.String() == "protection.zsi.short_time" && f.ID != "protection-zsi" || id.String() == "protection.idmtl.ir" && f.ID != "protection-optional" {
			t.Errorf("%v is taken for %s", id, f.ID)
		}
	}
}
