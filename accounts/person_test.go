package accounts_test

import (
	"strings"
	"testing"

	. "switchroom/accounts"
)

// TestNames: nobody is given a name that cannot be seen, or that steers the terminal of
// who lists it. Whoever has such a name from before is still let in, and changed.
func TestNames(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct {
		name string
		ok   bool
	}{
		{"Ωλ 李 Ærø", true}, {"<script>alert(1)</script>", true}, {"أولغا", true},
		{"a\x00b", false}, {"a\x1b[2Jb", false}, {"a\u202eb", false}, {"a\nb", false}, {"a\u009bb", false},
	} {
		_, person := o.Put(t.Context(), o.admin, Person{Login: "olga", Name: c.name})
		_, group := o.PutGroup(t.Context(), o.admin, Group{Name: c.name, Text: "for the test"})
		for what, err := range map[string]error{"person": person, "group": group} {
			if refused := err != nil && strings.Contains(err.Error(), "only what can be seen"); refused == c.ok {
				t.Errorf("%s %q: %v", what, c.name, err)
			}
		}
	}
	id := o.hire("paul", Operator)
	odd := o.disk.people[id]
	odd.Name = "a\u202eb"
	o.disk.people[id] = odd
	o.reopen()
	if _, err := o.Put(t.Context(), o.admin, Person{ID: id, Login: "paul", Name: odd.Name, Groups: odd.Groups, Off: true}); err != nil {
		t.Error("cannot be switched off any more:", err)
	}
}
