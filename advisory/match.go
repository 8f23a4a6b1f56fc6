package advisory

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gocsaf/csaf/v3/csaf"
)

// Item is something that somebody owns.
type Item struct {
	Name      string `json:"name"`      // Q1 control unit
	Product   string `json:"product"`   // as its maker calls it: EIFE
	Version   string `json:"version"`   // of its firmware; "": not known
	Component string `json:"component"` // control_unit, ife, eife, ifm, io; "": another product
	Branch    string `json:"branch"`    // that signs for it; "": another product
}

// The states of an item for one vulnerability, the gravest first.
const (
	Affected           = "affected"
	Unknown            = "unknown"
	UnderInvestigation = "under_investigation"
	Fixed              = "fixed"
	Unlisted           = "unlisted" // the product is named, and this version is not
	NotAffected        = "not_affected"
)

var gravity = []string{Affected, Unknown, UnderInvestigation, Fixed, Unlisted, NotAffected}

// Finding is what an advisory says of an item.
type Finding struct {
	Advisory      string   `json:"advisory"`
	Title         string   `json:"title"`
	Vulnerability string   `json:"vulnerability"` // CVE, or its title
	Item          Item     `json:"item"`
	State         string   `json:"state"`
	Why           string   `json:"why"`  // by what it matched
	Score         float64  `json:"cvss"` // 0: none is given
	Vector        string   `json:"vector"`
	Do            []string `json:"do"` // what the advisory tells to do
}

// Match says what documents say of items: a finding for each vulnerability and item
// whose product is named, the gravest first.
func Match(docs []*Document, items []Item) []Finding {
	all := []Finding{}
	for _, d := range docs {
		for _, item := range items {
			all = append(all, d.match(item)...)
		}
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(slices.Index(gravity, a.State), slices.Index(gravity, b.State)), cmp.Compare(b.Score, a.Score),
			cmp.Compare(a.Advisory, b.Advisory), cmp.Compare(a.Item.Name, b.Item.Name), cmp.Compare(a.Vulnerability, b.Vulnerability))
	})
	return all
}

func (d *Document) match(item Item) (all []Finding) {
	var named []Product
	for _, p := range d.Products {
		if sameProduct(p.Name, item.Product) {
			named = append(named, p)
		}
	}
	if len(named) == 0 {
		return nil
	}
	for _, v := range d.raw.Vulnerabilities {
		if v == nil || v.ProductStatus == nil {
			continue
		}
		if f, says := d.finding(v, item, named); says {
			all = append(all, f)
		}
	}
	return all
}

// statuses are the groups of a vulnerability's products, and what each says.
func statuses(s *csaf.ProductStatus) []struct {
	in    *csaf.Products
	state string
} {
	return []struct {
		in    *csaf.Products
		state string
	}{
		{s.KnownAffected, Affected}, {s.FirstAffected, Affected}, {s.LastAffected, Affected},
		{s.UnderInvestigation, UnderInvestigation},
		{s.Fixed, Fixed}, {s.FirstFixed, Fixed}, {s.Recommended, Fixed},
		{s.KnownNotAffected, NotAffected},
	}
}

// finding is what one vulnerability says of an item: the gravest of what it says of the
// products that match.
func (d *Document) finding(v *csaf.Vulnerability, item Item, named []Product) (f Finding, says bool) {
	f = Finding{Advisory: d.ID, Title: d.Title, Vulnerability: vulnerability(v), Item: item, State: "", Do: []string{}}
	for _, group := range statuses(v.ProductStatus) {
		if group.in == nil {
			continue
		}
		for _, p := range named {
			if !lists(group.in, p.ID) {
				continue
			}
			state, why := judge(group.state, p, item)
			if f.State == "" || slices.Index(gravity, state) < slices.Index(gravity, f.State) {
				f.State, f.Why = state, why
				f.Score, f.Vector = score(v, p.ID)
				f.Do = remedies(v, p.ID)
			}
			says = true
		}
	}
	return f, says
}

// judge says what a status means for an item, by its version.
func judge(state string, p Product, item Item) (string, string) {
	named := fmt.Sprintf("%s %s", p.Name, p.Versions)
	if p.Versions == "" {
		return state, named + ": every version"
	}
	switch versionIn(p.Versions, item.Version) {
	case inside:
		return state, named
	case outside:
		return Unlisted, fmt.Sprintf("%s; %s is none of them", named, item.Version)
	}
	if item.Version == "" {
		return Unknown, named + "; the version of this one is not known"
	}
	return Unknown, fmt.Sprintf("%s cannot be compared with %s: read the advisory", named, item.Version)
}

func vulnerability(v *csaf.Vulnerability) string {
	if v.CVE != nil {
		return string(*v.CVE)
	}
	return text(v.Title)
}

func lists(all *csaf.Products, id string) bool {
	return slices.ContainsFunc(*all, func(p *csaf.ProductID) bool { return p != nil && string(*p) == id })
}

// score is the CVSS score of a product, of the newest version that is given.
func score(v *csaf.Vulnerability, id string) (best float64, vector string) {
	for _, s := range v.Scores {
		if s == nil || s.Products == nil || !lists(s.Products, id) {
			continue
		}
		switch {
		case s.CVSS3 != nil && s.CVSS3.BaseScore != nil:
			best = *s.CVSS3.BaseScore
			if s.CVSS3.VectorString != nil {
				vector = string(*s.CVSS3.VectorString)
			}
			return best, vector
		case s.CVSS2 != nil && s.CVSS2.BaseScore != nil:
			best = *s.CVSS2.BaseScore
			if s.CVSS2.VectorString != nil {
				vector = string(*s.CVSS2.VectorString)
			}
		}
	}
	return best, vector
}

// remedies are what the advisory tells to do, the vendor's fix first.
func remedies(v *csaf.Vulnerability, id string) []string {
	fixes, others := []string{}, []string{}
	for _, r := range v.Remediations {
		if r == nil || r.Details == nil || r.ProductIds != nil && !lists(r.ProductIds, id) {
			continue
		}
		if r.Category != nil && *r.Category == csaf.CSAFRemediationCategoryVendorFix {
			fixes = append(fixes, *r.Details)
		} else {
			others = append(others, *r.Details)
		}
	}
	return append(fixes, others...)
}

var (
	words = regexp.MustCompile(`[a-z0-9]+`)
	// filler says nothing about which product it is.
	filler = map[string]bool{"the": true, "with": true, "all": true, "firmware": true, "version": true, "versions": true, "and": true, "for": true, "of": true, "interface": true, "module": true, "unit": true}
)

// sameProduct tells whether an advisory's name of a product is that of an item: every
// word of the one is in the other. "Enerlin'X EIFE" is "EIFE"; "Easergy P5" is not
// "Easergy P3".
func sameProduct(theirs, ours string) bool {
	a, b := keywords(theirs), keywords(ours)
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	return subset(a, b) || subset(b, a)
}

func keywords(s string) (all []string) {
	for _, w := range words.FindAllString(strings.ToLower(s), -1) {
		if !filler[w] {
			all = append(all, w)
		}
	}
	return all
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(w string) bool { return !slices.Contains(b, w) })
}
