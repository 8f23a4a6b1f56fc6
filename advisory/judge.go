package advisory

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// named is a product that an item is, and how that is known.
type named struct {
	*product
	how string
}

// Prefixes of identifiers by which a publisher names a component or a branch without
// any doubt. Ours.
const (
	componentURI = "urn:switchroom:component:"
	branchURI    = "urn:switchroom:branch:"
)

// is tells how an item is known to be a product; "": it is not.
func (p *product) is(i *Item) string {
	other := false
	for _, u := range p.uris {
		component, ok := strings.CutPrefix(u, componentURI)
		branch, of := strings.CutPrefix(u, branchURI)
		if ok && component == i.Component || of && branch == i.Branch && branch != "" {
			return "identifier " + u
		}
		other = other || ok
	}
	if other && i.Component != "" || !sameMaker(p.vendor, i.Vendor) {
		return "" // the identifier is of another component, whatever its name says
	}
	if m := words(i.Model); len(m) > 0 && slices.ContainsFunc(append(slices.Clone(p.models), p.names...), func(n string) bool { return contains(words(n), m) }) {
		return fmt.Sprintf("commercial reference %s", i.Model)
	}
	for _, n := range p.names {
		for _, mine := range i.names() {
			if how := alike(n, mine, i.Product != ""); how != "" {
				return how
			}
		}
	}
	return ""
}

// alike tells how a name in an advisory is that of an item. A shorter name in an
// advisory counts only for a product that somebody wrote down, and not for the usual
// names of a component.
func alike(theirs, mine string, written bool) string {
	t, m := words(theirs), words(mine)
	switch {
	case len(m) > 0 && slices.Equal(t, m):
		return fmt.Sprintf("name %q", theirs)
	case len(strings.Join(m, "")) > 2 && contains(t, m):
		return fmt.Sprintf("name %q, in which %q stands", theirs, mine)
	case written && telling(t) && contains(m, t):
		return fmt.Sprintf("name %q, which stands in %q", theirs, mine)
	}
	return ""
}

// statement is what a vulnerability says of one product that an item is.
type statement struct {
	named
	status string // as CSAF has it
	state  string
	place  place // of the item's version in the versions of the product
	known  bool  // the version of the item can be read
	of     version
}

// says are all statements about an item, in the order of their status.
func (f *vulnerability) says(i *Item, names map[string]named) (all []statement) {
	v, known := parseVersion(i.Version)
	for _, status := range slices.Sorted(maps.Keys(f.Status)) {
		for _, id := range f.Status[status] {
			n, ok := names[id]
			if !ok || statuses[status] == "" {
				continue
			}
			s := statement{named: n, status: status, state: statuses[status], known: known, of: v}
			s.put()
			all = append(all, s)
		}
	}
	return all
}

// put finds the place of the version. Bad news without a version is for all of them;
// good news is for those that it names, and for nobody whose version is not known.
func (s *statement) put() {
	bad := s.state == Affected || s.state == Looking
	switch {
	case !s.stated && bad:
		s.place = inside
	case !s.stated, !bad && !s.known:
		s.place = unclear
	default:
		s.place = s.versions.place(s.of, s.known)
	}
}

// why tells a statement in words.
func (s *statement) why(i *Item) string {
	set := "no version that can be read"
	if s.stated {
		set = fmt.Sprintf("versions %q", s.versions.text)
	}
	mine := "the version here is not known"
	if i.Version != "" {
		mine = i.Version + map[place]string{unclear: " cannot be compared with it", outside: " is not in it", inside: " is in it"}[s.place]
	}
	return fmt.Sprintf("%s; %s: %s; %s", s.how, s.status, set, mine)
}

// judge makes one state of all statements. The gravest that holds for the version
// counts, and what cannot be told is graver than good news.
func (m *Match) judge(all []statement) {
	for i := range all {
		s := &all[i]
		state := s.state
		switch {
		case s.place == unclear && (state == Affected || state == Looking):
			state = Unknown
		case s.place != inside:
			state = ""
		}
		if state != "" && (m.State == "" || grave(state) < grave(m.State)) {
			m.State, m.Inferred = state, state == Affected && !s.stated
		}
		m.Why = append(m.Why, s.why(&m.Item))
	}
	if m.State == "" {
		m.State, m.Inferred = conclude(all)
	}
}

// conclude says what follows where no statement holds for a version: beyond every range
// of affected versions it is not affected, and fixed if a fix comes before it. That is
// a conclusion of ours. From single versions nothing follows.
func conclude(all []statement) (state string, inferred bool) {
	state = Unknown
	for i := range all {
		s := &all[i]
		if s.place == unclear || s.state == Affected && !s.versions.span || s.state == Looking {
			return Unknown, false
		}
		if s.state != Affected {
			continue
		}
		if state == Unknown {
			state = NotAffected
		}
		if slices.ContainsFunc(all, func(fix statement) bool { return fix.fixes(s) }) {
			state = Fixed
		}
	}
	return state, state != Unknown
}

// fixes tells whether a statement is of a fix of the same product, before the version.
func (s *statement) fixes(of *statement) bool {
	v, ok := s.versions.single()
	return ok && s.state == Fixed && s.known && s.names[0] == of.names[0] && s.of.compare(v) > 0
}

// ids are those of the products of statements that count.
func ids(all []statement, counts func(s *statement) bool) map[string]bool {
	out := map[string]bool{}
	for i := range all {
		if counts(&all[i]) {
			out[all[i].id] = true
		}
	}
	return out
}

func (f *vulnerability) highest(of map[string]bool) (best *CVSS) {
	for i := range f.Scores {
		x := &f.Scores[i]
		c := cmp.Or(x.V3, x.V2)
		if c != nil && (best == nil || c.Base > best.Base) && slices.ContainsFunc(x.Products, func(id string) bool { return of[id] }) {
			best = c
		}
	}
	return best
}

// score is the highest score of the products that decided, or else of all that are named.
func (f *vulnerability) score(all []statement, state string) *CVSS {
	return cmp.Or(
		f.highest(ids(all, func(s *statement) bool { return s.state == state })),
		f.highest(ids(all, func(*statement) bool { return true })),
	)
}

// preferred are the categories of remedies, the most helpful first.
var preferred = []string{"vendor_fix", "workaround", "mitigation", "none_available", "no_fix_planned"}

// remedies are those for the products that may be affected, and those for all.
func (f *vulnerability) remedies(all []statement, groups map[string][]string) []Remedy {
	bad := ids(all, func(s *statement) bool { return s.state == Affected || s.state == Looking })
	isBad := func(id string) bool { return bad[id] }
	badGroups := map[string]bool{}
	for name, products := range groups {
		badGroups[name] = slices.ContainsFunc(products, isBad)
	}
	out, seen := []Remedy{}, map[Remedy]bool{}
	for i := range f.Remedies {
		r := &f.Remedies[i]
		forAll := len(r.Products) == 0 && len(r.Groups) == 0
		here := slices.ContainsFunc(r.Products, isBad) || slices.ContainsFunc(r.Groups, func(g string) bool { return badGroups[g] })
		if (forAll || here) && !seen[r.Remedy] {
			out, seen[r.Remedy] = append(out, r.Remedy), true
		}
	}
	slices.SortStableFunc(out, func(a, b Remedy) int {
		return cmp.Compare(slices.Index(preferred, a.Category), slices.Index(preferred, b.Category))
	})
	return out
}
