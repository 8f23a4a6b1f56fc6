package advisory

import (
	"cmp"
	"slices"
)

// What an advisory means for something that is owned, the gravest first.
const (
	Affected    = "affected"
	Looking     = "under_investigation"
	Unknown     = "unknown" // it is named, and what of its version cannot be told
	Fixed       = "fixed"
	NotAffected = "not_affected"
)

// States says what each state means and what to do, the gravest first.
var States = []struct{ Name, Means, Do string }{
	{Affected, "the advisory says so of this version", "take the remedy that it gives, or decide in writing not to"},
	{Looking, "the publisher does not know yet", "look again soon; take the precautions that it gives"},
	{Unknown, "the product is named, and this version cannot be compared with what is said", "find out the version, or read the advisory"},
	{Fixed, "this version has the fix", "nothing"},
	{NotAffected, "the advisory says so of this version", "nothing"},
}

// statuses says what a status of CSAF 2.0 (3.2.3.9) means.
var statuses = map[string]string{
	"first_affected":      Affected,
	"first_fixed":         Fixed,
	"fixed":               Fixed,
	"known_affected":      Affected,
	"known_not_affected":  NotAffected,
	"last_affected":       Affected,
	"recommended":         "", // a version to go to: says nothing of the one that is there
	"under_investigation": Looking,
}

// Match is what one vulnerability means for one item.
type Match struct {
	Item
	Advisory      *Advisory `json:"advisory"`
	Vulnerability string    `json:"vulnerability"` // CVE, or another name
	State         string    `json:"state"`
	Inferred      bool      `json:"inferred"` // concluded from a range: the advisory does not say it of this version
	Why           []string  `json:"why"`
	CVSS          *CVSS     `json:"cvss"`     // the highest for this product; null: none given
	Remedies      []Remedy  `json:"remedies"` // for this product; fixes first
}

// Matching is what advisories mean for an inventory.
type Matching struct {
	Matches []Match `json:"matches"` // the gravest first
	Silent  []Item  `json:"silent"`  // items that no advisory names, which says nothing of them
}

// MatchAll holds advisories against an inventory.
func MatchAll(items []Item, all []*Advisory) Matching {
	out := Matching{Matches: []Match{}, Silent: []Item{}}
	spoken := make([]bool, len(items))
	for _, a := range all {
		seen := map[Item]map[string]named{} // many breakers have the same components
		for k := range items {
			kind := items[k].kind()
			names, ok := seen[kind]
			if !ok {
				names = a.names(&kind)
				seen[kind] = names
			}
			rows := a.match(&items[k], names)
			spoken[k] = spoken[k] || len(rows) > 0
			out.Matches = append(out.Matches, rows...)
		}
	}
	for k := range items {
		if !spoken[k] {
			out.Silent = append(out.Silent, items[k])
		}
	}
	slices.SortStableFunc(out.Matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(grave(a.State), grave(b.State)), cmp.Compare(b.base(), a.base()))
	})
	return out
}

// grave is the place of a state among all, the gravest first.
func grave(state string) int {
	for i, s := range States {
		if s.Name == state {
			return i
		}
	}
	return len(States)
}

func (m *Match) base() float64 {
	if m.CVSS == nil {
		return -1
	}
	return m.CVSS.Base
}

// kind is an item without what tells one of a kind from another.
func (i *Item) kind() Item {
	k := *i
	k.Breaker, k.Version = "", ""
	return k
}

// names are the products of an advisory that an item is, by id.
func (a *Advisory) names(i *Item) map[string]named {
	out := map[string]named{}
	for k := range a.products {
		if how := a.products[k].is(i); how != "" {
			out[a.products[k].id] = named{&a.products[k], how}
		}
	}
	return out
}

// match is what an advisory says of an item that is some of its products: a row for each
// vulnerability.
func (a *Advisory) match(i *Item, names map[string]named) (all []Match) {
	for k := range a.faults {
		f := &a.faults[k]
		said := f.says(i, names)
		if len(said) == 0 {
			continue
		}
		m := Match{Item: *i, Advisory: a, Vulnerability: f.name(), Remedies: []Remedy{}}
		m.judge(said)
		m.CVSS = f.score(said, m.State)
		if m.State != Fixed && m.State != NotAffected {
			m.Remedies = f.remedies(said, a.groups)
		}
		all = append(all, m)
	}
	return all
}
