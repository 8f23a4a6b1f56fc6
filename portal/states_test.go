package portal

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestTransitions: the table is sorted, knows its states and roles, leads to every state
// from the first one, and every role of the guide has a part in it.
func TestTransitions(t *testing.T) {
	if !slices.IsSortedFunc(Transitions, func(a, b Transition) int {
		return strings.Compare(string(a.From)+" "+string(a.To), string(b.From)+" "+string(b.To))
	}) {
		t.Error("it is not sorted")
	}
	known := map[State]bool{}
	for _, s := range States {
		known[s.State] = true
	}
	reached, acts := map[State]bool{Received: true}, map[Role]bool{}
	for range States {
		for _, x := range Transitions {
			if !known[x.From] || !known[x.To] {
				t.Errorf("%s → %s is of no state", x.From, x.To)
			}
			if reached[x.From] {
				reached[x.To] = true
			}
			for _, r := range x.By {
				acts[r] = true
			}
			if !slices.IsSorted(x.By) || len(x.By) == 0 {
				t.Errorf("%s → %s: %v", x.From, x.To, x.By)
			}
		}
	}
	for _, s := range States {
		if !reached[s.State] {
			t.Errorf("nothing leads to %s", s.State)
		}
	}
	for _, r := range Roles {
		if !acts[r.Role] {
			t.Errorf("%s has no part", r.Role)
		}
	}
}

// TestWay: each role, from each state to each, may what the table says.
func TestWay(t *testing.T) {
	for _, from := range States {
		for _, to := range States {
			for _, r := range Roles {
				i := slices.IndexFunc(Transitions, func(x Transition) bool { return x.From == from.State && x.To == to.State })
				may := i >= 0 && slices.Contains(Transitions[i].By, r.Role)
				_, err := way(from.State, to.State, []Role{r.Role})
				if (err == nil) != may {
					t.Errorf("%s: %s → %s: %v", r.Role, from.State, to.State, err)
				}
				_, denied := errors.AsType[*Denied](err)
				if err != nil && denied != (i >= 0) {
					t.Errorf("%s: %s → %s: %v", r.Role, from.State, to.State, err)
				}
			}
		}
	}
}
