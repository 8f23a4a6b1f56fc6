package accounts

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Duty is a row of the separation of duties: what one person must not hold together.
type Duty struct {
	ID         string
	One, Other Permission
	Why        string
	Guide      string
}

// duties is sorted by id. That duties are separated is the guide's (C15); which are is
// ours, but for the first thing everybody names: who may change protection may not
// approve it.
var duties = []Duty{
	{"access-apply", PeopleManage, ProtectApply, "who gives access could make the second person", "C15"},
	{"access-approve", PeopleManage, ProtectApprove, "who gives access could make the person whose plan they then approve", "C15"},
	{"access-audit", PeopleManage, AuditExport, "who gives access is looked at by somebody else", "C15"},
	{"access-operate", PeopleManage, BreakerOperate, "who gives access does not use it", "C15"},
	{"access-system", PeopleManage, SystemSet, "who runs the program could put back a store in which they are somebody else", "C15"},
	{"access-vault", PeopleManage, VaultReveal, "who gives access does not see passwords", "C4, C15"},
	{"audit-apply", AuditExport, ProtectApply, "who looks at what was done has not done it", "C15"},
	{"audit-operate", AuditExport, BreakerOperate, "who looks at what was done has not done it", "C15"},
	{"audit-system", AuditExport, SystemSet, "who runs the program does not judge its records", "C15"},
	{"protect-apply", ProtectApply, ProtectApprove, "who may write protection settings may not approve them", "C15, D13"},
	{"protect-plan", ProtectPropose, ProtectApprove, "who may plan a change of protection may not approve it", "C15, D13"},
	{"vault", VaultReveal, VaultApprove, "who may break a password out may not agree to it", "C4, C15"},
}

// Duties returns the separation of duties, sorted.
func Duties() []Duty { return slices.Clone(duties) }

// Conflict is a duty that is not separated, and which roles bring it about.
type Conflict struct {
	Duty       Duty
	One, Other Role
}

func (c Conflict) Error() string {
	return fmt.Sprintf("%s (%s) and %s (%s) are not for one person: %s; take one of the two roles away (%s)",
		c.One, c.Duty.One, c.Other, c.Duty.Other, c.Duty.Why, c.Duty.Guide)
}

// Check says all that is wrong with roles for one person: conflicts, each pair of
// roles with each of its reasons, and roles that there are not.
func Check(roles ...Role) error {
	var all []error
	for _, r := range roles {
		if _, ok := r.Find(); !ok {
			all = append(all, fmt.Errorf("there is no role %q; there are %s", r, roleList()))
		}
	}
	for _, c := range Conflicts(roles...) {
		all = append(all, c)
	}
	return errors.Join(all...)
}

// Conflicts returns the duties that roles of one person do not separate.
func Conflicts(roles ...Role) (all []Conflict) {
	roles = slices.Compact(slices.Sorted(slices.Values(roles)))
	for _, d := range duties {
		for _, a := range roles {
			for _, b := range roles {
				if a.gives(d.One) && b.gives(d.Other) {
					all = append(all, Conflict{d, a, b})
				}
			}
		}
	}
	return all
}

func (r Role) gives(p Permission) bool {
	j, _ := r.Find()
	return slices.Contains(j.May, p)
}

func roleList() string {
	var all []string
	for _, j := range jobs {
		all = append(all, string(j.Role))
	}
	return strings.Join(all, ", ")
}
