// Package roles says what the role in a client's certificate may ask for over
// Modbus/TCP Security. A role only takes away: what it leaves still meets the filter
// of addresses, the password, the pad and everything else that package access asks.
//
// The specification leaves roles and rights to whoever makes the device, and wants
// them to be changeable; so all of this is ours, and a site file may replace it.
package roles

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"switchroom/paths/ethernet/filtering"
	"switchroom/points"
)

// Row gives a role a level.
type Row struct {
	Role   string // as the certificate has it, to the letter; "": none, the NULL role
	Level  filtering.Level
	Source string
}

// Certainty is that of the table.
const Certainty = points.Ours

// Table is what holds where the site file says nothing, sorted by role. The names are
// those of the roles on the web pages (EIFE), and SECAUD of IEC 62351-8.
var Table = []Row{
	{"", filtering.NoAccess, "MB-TCP-Security R-23: no role is the NULL role; what that may is ours"},
	{"Engineer", filtering.ReadWrite, "OURS; may set on the web pages (EIFE)"},
	{"Installer", filtering.ReadWrite, "OURS; may set on the web pages (EIFE)"},
	{"Operator", filtering.ReadWrite, "OURS; may operate on the web pages (EIFE)"},
	{"SECADM", filtering.ReadOnly, "OURS; security and monitoring (EIFE)"},
	{"SECAUD", filtering.ReadOnly, "OURS; IEC 62351-8"},
	{"Viewer", filtering.ReadOnly, "OURS; monitoring (EIFE)"},
}

// Rights are the levels of the roles. A role that is not in them has none; so has
// every role of the nil map.
type Rights map[string]filtering.Level

// Default are those of Table.
func Default() Rights {
	r := Rights{}
	for _, row := range Table {
		r[row.Role] = row.Level
	}
	return r
}

// Names are the roles, sorted.
func (r Rights) Names() []string { return slices.Sorted(maps.Keys(r)) }

// String lists what each role may.
func (r Rights) String() string {
	var all []string
	for _, n := range r.Names() {
		all = append(all, fmt.Sprintf("%s: %v", shown(n), r[n]))
	}
	return strings.Join(all, ", ")
}

func shown(role string) string {
	if role == "" {
		return "no role"
	}
	return role
}

// Admits reports whether a role may ask for what a request PDU says. It looks at the
// bytes that the device is about to parse.
func (r Rights) Admits(role string, pdu []byte) bool {
	switch r[role] {
	case filtering.ReadWrite:
		return true
	case filtering.ReadOnly:
		return reads(pdu)
	}
	return false
}

// Give reports whether some role may read, or else write.
func (r Rights) Give(read bool) bool {
	for _, l := range r {
		if l == filtering.ReadWrite || read && l == filtering.ReadOnly {
			return true
		}
	}
	return false
}

// RoleMax is how long a role may be, in bytes. Ours.
const RoleMax = 64

// CheckRole says what is wrong with a name of a role.
func CheckRole(role string) error {
	if len(role) > RoleMax || strings.ContainsFunc(role, func(r rune) bool { return r < 0x20 || r == 0x7F || r == 0xFFFD }) {
		return fmt.Errorf("role %q: up to %d bytes, none of them a control character", role, RoleMax)
	}
	return nil
}
