package displays

import "switchroom/points"

// Role is what somebody is at an FDM128.
type Role uint8

// The roles. Whoever has not logged in is a guest.
const (
	Guest Role = iota
	Operator
	Administrator
)

func (r Role) String() string {
	return [...]string{"guest", "operator", "administrator"}[min(r, Administrator)]
}

// Right is something that can be done at an FDM128, and who may.
type Right struct {
	Key       string
	What      string
	Least     Role // it, and whoever is above
	Here      bool // this display can do it
	Source    string
	Certainty points.Certainty
}

// rights are the rights at an FDM128, sorted by key (facts: FDM128 guide). That the
// administrator may do what the operator may is inferred.
var rights = []Right{
	{"discover", "find breakers in the network", Administrator, false, "FDM128", points.Confirmed},
	{"lights", "switch lights, loads and IO outputs", Operator, false, "FDM128", points.Confirmed},
	{"logins", "set up logins; one's own password: ours", Administrator, true, "FDM128", points.Confirmed},
	{"monitor", "look at everything", Guest, true, "FDM128", points.Confirmed},
	{"operate", "open, close and reset a breaker", Administrator, true, "FDM128", points.Confirmed},
	{"rename", "rename breakers", Administrator, false, "FDM128", points.Confirmed},
	{"reset-measurements", "reset minima and maxima", Operator, true, "FDM128", points.Confirmed},
	{"settings", "general settings of the display", Operator, false, "FDM128", points.Confirmed},
}

// Rights returns the table of rights, sorted by key.
func Rights() []Right { return append([]Right(nil), rights...) }

// may reports whether a role has a right. One that is in no row nobody has.
func (r Role) may(key string) bool {
	for i := range rights {
		if rights[i].Key == key {
			return r >= rights[i].Least
		}
	}
	return false
}
