package roles_test

import (
	"slices"
	"strings"
	"testing"

	"switchroom/paths/ethernet/filtering"
	"switchroom/paths/ethernet/roles"
)

var requests = []struct {
	name string
	pdu  []byte
	read bool
}{
	{"read registers", []byte{3, 0, 0, 0, 1}, true},
	{"read input registers", []byte{4, 0, 0, 0, 1}, true},
	{"write one", []byte{6, 0, 0, 0, 1}, false},
	{"write several", []byte{16, 0, 0, 0, 1, 2, 0, 7}, false},
	{"write and read", []byte{23, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 7}, false},
	{"echo", []byte{8, 0, 0, 1, 2}, true},
	{"clear counters", []byte{8, 0, 10, 0, 0}, false},
	{"diagnostics of another page", []byte{8, 1, 0, 0, 0}, false},
	{"diagnostics cut short", []byte{8, 0}, false},
	{"identification", []byte{43, 14, 1, 0}, true},
	{"read the clock", []byte{43, 15, 0}, true},
	{"set the clock", []byte{43, 16, 0, 0, 30, 1, 1, 0, 0, 0, 0}, false},
	{"encapsulated, cut short", []byte{43}, false},
	{"scattered registers", []byte{100, 4, 4, 0, 0, 0}, true},
	{"unknown", []byte{99}, false},
	{"a reply", []byte{0x83, 1}, false},
	{"nothing", nil, false},
}

// Every role of the table meets every kind of request.
func TestAdmits(t *testing.T) {
	rights := roles.Default()
	for _, role := range append(rights.Names(), "Unheard", "operator", " Operator") {
		for _, q := range requests {
			level := rights[role]
			want := level == filtering.ReadWrite || level == filtering.ReadOnly && q.read
			if got := rights.Admits(role, q.pdu); got != want {
				t.Errorf("%q, %s: %v, want %v", role, q.name, got, want)
			}
		}
	}
	for _, role := range []string{"", "Unheard", "operator"} {
		if rights.Admits(role, requests[0].pdu) {
			t.Errorf("%q reads", role)
		}
	}
	if roles.Rights(nil).Admits("Engineer", requests[0].pdu) {
		t.Error("rights that were never set admit somebody")
	}
}

// What reads by its role reads by the page of filtering too: the level is never wider.
func FuzzNarrowerThanFiltering(f *testing.F) {
	for _, q := range requests {
		f.Add(q.pdu)
	}
	viewer := roles.Rights{"Viewer": filtering.ReadOnly}
	f.Fuzz(func(t *testing.T, pdu []byte) {
		if viewer.Admits("Viewer", pdu) && !filtering.Reads(pdu) {
			t.Errorf("% x is admitted to a reader", pdu)
		}
	})
}

func TestTable(t *testing.T) {
	if !slices.IsSortedFunc(roles.Table, func(a, b roles.Row) int { return strings.Compare(a.Role, b.Role) }) {
		t.Error("the table is not sorted by role")
	}
	for _, r := range roles.Table {
		if r.Source == "" || roles.CheckRole(r.Role) != nil {
			t.Errorf("%+v", r)
		}
	}
	if roles.CheckRole("a\nb") == nil || roles.CheckRole(strings.Repeat("a", 65)) == nil {
		t.Error("a name that is none is taken")
	}
}
