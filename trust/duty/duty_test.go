package duty

import (
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/trust"
)

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

func checked(branch string, ago time.Duration, states ...string) *Check {
	c := &Check{Branch: branch, At: now.Add(-ago), By: "olga"}
	for _, s := range states {
		e := Evidence{Issuer: branch + "-issuing", State: s}
		if s == trust.FreshListed {
			e.Revoked, e.Last = 1, now.AddDate(0, -1, 0)
		}
		c.Evidence = append(c.Evidence, e)
	}
	return c
}

// TestDuties: every way a check can have ended, for the branch of the control unit.
func TestDuties(t *testing.T) {
	day := 24 * time.Hour
	for _, c := range []struct {
		why   string
		check *Check
		want  string
	}{
		{"never looked at", nil, Due},
		{"looked at, nobody was asked", checked(trust.Micrologic, day), Unknown},
		{"empty", checked(trust.Micrologic, day, trust.FreshEmpty, trust.FreshEmpty), Done},
		{"the day before three months", checked(trust.Micrologic, 91*day, trust.FreshEmpty), Done},
		{"three months", checked(trust.Micrologic, 92*day, trust.FreshEmpty), Due},
		{"listed", checked(trust.Micrologic, day, trust.FreshEmpty, trust.FreshListed), Act},
		{"listed, long ago", checked(trust.Micrologic, 100*day, trust.FreshListed), Due},
		{"one is old", checked(trust.Micrologic, day, trust.FreshEmpty, trust.Stale), Unknown},
		{"one could not be fetched", checked(trust.Micrologic, day, trust.FreshListed, trust.Unreachable), Unknown},
		{"one is not signed", checked(trust.Micrologic, day, trust.Invalid), Unknown},
	} {
		all := Of([]string{"control_unit"}, map[string]*Check{trust.Micrologic: c.check}, nil, now)
		if len(all) != 1 || all[0].State != c.want || len(all[0].Steps) == 0 {
			t.Errorf("%s: %+v, want %s", c.why, all, c.want)
		}
	}
}

// TestProducts: a component is checked by the branch that signs for it, and by no other.
func TestProducts(t *testing.T) {
	for _, p := range Products {
		if trust.Components[p.Component] != p.Branch {
			t.Errorf("%s: branch %s here, %s in trust", p.Component, p.Branch, trust.Components[p.Component])
		}
	}
	if len(Products) != len(trust.Components) {
		t.Errorf("%d components here, %d in trust", len(Products), len(trust.Components))
	}
	other := Of([]string{"ife"}, map[string]*Check{trust.Micrologic: checked(trust.Micrologic, 0, trust.FreshEmpty)}, nil, now)
	if other[0].State != Due {
		t.Error("a check of one branch counts for the other")
	}
}

// TestReplace: firmware dated before the revocation, and what does not say how old it is.
func TestReplace(t *testing.T) {
	c := checked(trust.Micrologic, 0, trust.FreshListed)
	last, _ := c.Listed()
	all := Of([]string{"control_unit"}, map[string]*Check{trust.Micrologic: c}, []Installed{
		{"Q1", "control_unit", "control_unit", "1", last.Add(-time.Second)},
		{"Q2", "control_unit", "control_unit", "2", last},
		{"Q3", "control_unit", "control_unit", "3", time.Time{}},
		{"Q1", "ife", "ife", "1", time.Time{}},
	}, now)
	var names []string
	for _, r := range all[0].Replace {
		names = append(names, r.Breaker)
	}
	if !slices.Equal(names, []string{"Q1", "Q3"}) {
		t.Error(names)
	}
}

// TestNotLooked: nothing known of what is installed is not "0 to upgrade".
func TestNotLooked(t *testing.T) {
	checks := map[string]*Check{trust.Micrologic: checked(trust.Micrologic, 0, trust.FreshListed)}
	for _, r := range []struct {
		installed []Installed
		says, not string
	}{
		{nil, "was not looked at", "0 here are"},
		{[]Installed{}, "0 here are", "was not looked at"},
	} {
		step := Of([]string{"control_unit"}, checks, r.installed, now)[0].Steps[3]
		if !strings.Contains(step, r.says) || strings.Contains(step, r.not) {
			t.Errorf("%v: %s", r.installed, step)
		}
	}
}

// BenchmarkThousand is a thousand units that look at their duties.
func BenchmarkThousand(b *testing.B) {
	checks := map[string]*Check{trust.Micrologic: checked(trust.Micrologic, 0, trust.FreshListed), trust.Communication: checked(trust.Communication, 0, trust.FreshEmpty)}
	var installed []Installed
	for range 1000 {
		installed = append(installed, Installed{"Q", "control_unit", "control_unit", "1", now})
	}
	for b.Loop() {
		Of([]string{"control_unit", "ife"}, checks, installed, now)
	}
}
