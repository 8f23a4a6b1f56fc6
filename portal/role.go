package portal

import "slices"

// Role is what somebody is in this place.
type Role string

const (
	CERT        Role = "cert"
	Coordinator Role = "coordinator"
	Customer    Role = "customer"
	Manager     Role = "product-manager"
	Reporter    Role = "reporter"
	Researcher  Role = "researcher"
)

// Roles says what each role is, sorted by name (GUIDE A16 names all but the coordinator,
// which is ours).
var Roles = []struct {
	Role Role
	Text string
}{
	{CERT, "a computer emergency response team: sees every case"},
	{Coordinator, "runs the portal: sees every case, publishes advisories, gives roles"},
	{Customer, "owns breakers: buys modules, sees the cases they were asked into"},
	{Manager, "answers for a product: sees every case, says when a fix is there"},
	{Reporter, "has declared a case: sees that one"},
	{Researcher, "looks for vulnerabilities: sees the cases they were asked into"},
}

// everyone is all roles; signed in or following a case.
var everyone = []Role{CERT, Coordinator, Customer, Manager, Reporter, Researcher}

// persons are the roles of people with an account.
var persons = []Role{CERT, Coordinator, Customer, Manager, Researcher}

// seesAll are the roles that see every case.
var seesAll = []Role{CERT, Coordinator, Manager}

func anyOf(have, want []Role) bool {
	return slices.ContainsFunc(have, func(r Role) bool { return slices.Contains(want, r) })
}

// theyAre is the first of the roles wanted that somebody has.
func theyAre(have, want []Role) Role {
	for _, r := range want {
		if slices.Contains(have, r) {
			return r
		}
	}
	return ""
}
