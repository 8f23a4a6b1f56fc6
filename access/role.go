package access

import (
	"fmt"
	"slices"
	"strings"
)

// Roles is a set of the roles that people have on the web pages of an interface
// from firmware 004.001.000 on (profiles rbac and hardened). The zero set is none.
type Roles uint8

// The roles, in the order in which the device's documents name them (EIFE).
const (
	SecurityAdmin Roles = 1 << iota // SECADM
	Engineer
	Installer
	Operator
	Viewer
	AnyRole  = SecurityAdmin | Engineer | Installer | Operator | Viewer
	settlers = Engineer | Installer // who sets and counts, and does not operate
)

var roleNames = [...]string{"SECADM", "Engineer", "Installer", "Operator", "Viewer"}

// List returns the roles of the set, one by one.
func (r Roles) List() (all []Roles) {
	for i := range roleNames {
		if r&(1<<i) != 0 {
			all = append(all, 1<<i)
		}
	}
	return all
}

// Names returns the names of the roles of the set.
func (r Roles) Names() (names []string) {
	names = []string{}
	for i, n := range roleNames {
		if r&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}

func (r Roles) String() string {
	if names := r.Names(); len(names) > 0 {
		return strings.Join(names, ", ")
	}
	return "none"
}

// ParseRole is the inverse of the name of one role.
func ParseRole(s string) (Roles, error) {
	if i := slices.Index(roleNames[:], s); i >= 0 {
		return 1 << i, nil
	}
	return 0, fmt.Errorf("role %q is none of %s", s, strings.Join(roleNames[:], ", "))
}

// ByRole reports whether people on the web pages have roles: they have from
// firmware 004.001.000 on, and groups before.
func (p Profile) ByRole() bool { return p == RBAC || p == Hardened }
