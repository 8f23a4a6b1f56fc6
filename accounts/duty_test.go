package accounts_test

import (
	"slices"
	"strings"
	"testing"

	. "switchroom/accounts"
)

// TestTables: sorted, each once, whole, and made of one another.
func TestTables(t *testing.T) {
	rights, jobs, duties := Rights(), Jobs(), Duties()
	used := map[Permission]bool{}
	for _, j := range jobs {
		if j.Text == "" || len(j.May) == 0 || !slices.IsSorted(j.May) || len(slices.Compact(slices.Clone(j.May))) != len(j.May) {
			t.Errorf("role %s is not whole, or not sorted", j.Role)
		}
		for _, p := range j.May {
			if _, ok := p.Find(); !ok {
				t.Errorf("role %s: there is no permission %s", j.Role, p)
			}
			used[p] = true
		}
	}
	for i, r := range rights {
		if r.Text == "" || r.Guide == "" || !used[r.Permission] || i > 0 && rights[i-1].Permission >= r.Permission {
			t.Errorf("permission %s: not whole, nobody's, or not sorted", r.Permission)
		}
	}
	for i, d := range duties {
		_, one := d.One.Find()
		_, other := d.Other.Find()
		if !one || !other || d.Why == "" || !strings.Contains(d.Guide, "C15") || i > 0 && duties[i-1].ID >= d.ID {
			t.Errorf("duty %s: not whole, or not sorted", d.ID)
		}
	}
	if !slices.IsSortedFunc(jobs, func(a, b Job) int { return strings.Compare(string(a.Role), string(b.Role)) }) {
		t.Error("roles are not sorted")
	}
}

// TestCheck: which roles go together.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		guide string
		roles []Role
		want  string // duties, sorted
	}{
		{"C15", nil, ""},
		{"C15", []Role{Engineer, Viewer}, ""},
		{"C15", []Role{Engineer, Operator}, ""},
		{"C15", []Role{Approver, Operator}, ""},
		{"C15", []Role{Approver, Auditor}, ""},
		{"C15", []Role{Engineer, Approver}, "protect-apply protect-plan vault"},
		{"C15", []Role{SecurityAdmin, Approver}, "access-approve"},
		{"C15", []Role{SecurityAdmin, Engineer}, "access-apply access-vault"},
		{"C15", []Role{SecurityAdmin, Operator}, "access-operate"},
		{"C15", []Role{SecurityAdmin, Auditor}, "access-audit"},
		{"C15", []Role{SecurityAdmin, SystemAdmin}, "access-system"},
		{"C15", []Role{Auditor, Engineer}, "audit-apply"},
		{"C15", []Role{Auditor, Operator, SystemAdmin}, "audit-operate audit-system"},
	} {
		var got []string
		for _, x := range Conflicts(c.roles...) {
			got = append(got, x.Duty.ID)
			if msg := Check(c.roles...).Error(); !strings.Contains(msg, string(x.One)) || !strings.Contains(msg, string(x.Other)) || !strings.Contains(msg, x.Duty.Why) {
				t.Errorf("%v: %q does not name what conflicts", c.roles, msg)
			}
		}
		if strings.Join(got, " ") != c.want || (Check(c.roles...) == nil) != (c.want == "") {
			t.Errorf("%s %v: %v, want %q", c.guide, c.roles, got, c.want)
		}
	}
	for _, j := range Jobs() {
		if err := Check(j.Role, j.Role); err != nil {
			t.Errorf("a role by itself: %v", err)
		}
	}
	if err := Check("boss"); err == nil || !strings.Contains(err.Error(), "security administrator") {
		t.Errorf("a role that there is not: %v", err)
	}
}

// TestLeast: roles give what stands in their rows and nothing else; a role that there
// is not gives nothing (C15).
func TestLeast(t *testing.T) {
	all := Granted(Approver, Auditor, Engineer, Operator, SecurityAdmin, SystemAdmin, Viewer)
	if len(all) != len(Rights()) || !slices.IsSorted(all) {
		t.Errorf("%d permissions of %d", len(all), len(Rights()))
	}
	if got := Granted(Viewer, "boss"); len(got) != 2 {
		t.Errorf("a viewer may %v", got)
	}
	if len(Granted()) != 0 {
		t.Error("no role gives something")
	}
}
