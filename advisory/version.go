package advisory

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// version is numbers with dots between them, without leading zeros: 002.000.003 is
// 2.0.3, and so is V2.0.3.
type version []string

var versionForm = regexp.MustCompile(`^(?i:version |v)?([0-9]{1,18}(?:\.[0-9]{1,18}){0,7})$`)

// parseVersion reads a version. Whatever is more than numbers with dots (letters,
// pre-releases, names of hotfixes) has no order that all vendors share, and is not read.
func parseVersion(text string) (version, bool) {
	m := versionForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return nil, false
	}
	v := strings.Split(m[1], ".")
	for i, n := range v {
		v[i] = strings.TrimLeft(n, "0")
	}
	for len(v) > 0 && v[len(v)-1] == "" { // 2.0 is 2
		v = v[:len(v)-1]
	}
	return v, true
}

// compare orders versions by their numbers.
func (v version) compare(w version) int {
	for i := range max(len(v), len(w)) {
		a, b := v.number(i), w.number(i)
		if d := cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)); d != 0 {
			return d
		}
	}
	return 0
}

func (v version) number(i int) string {
	if i < len(v) {
		return v[i]
	}
	return ""
}

// place is where a version is with respect to a set of versions.
type place int

const (
	unclear place = iota // one of the two cannot be read
	outside
	inside
)

// versions is a set of versions as an advisory names it. The zero value is a set that
// cannot be read.
type versions struct {
	text string // as the advisory has it; "" where it names none
	all  bool
	only []bound // conditions of the kind VERS: sorted by version
	span bool    // only is a range, and not single versions
}

// bound is one condition.
type bound struct {
	op string // = != < <= > >=
	v  version
}

var (
	everything = regexp.MustCompile(`^(?i:vers:all/\*|vers:[a-z0-9.+-]+/\*|\*|all|all versions|all firmware versions)$`)
	versForm   = regexp.MustCompile(`^(?i:vers:[a-z0-9.+-]+/)(.+)$`)
	boundForm  = regexp.MustCompile(`^(=|!=|<=|>=|<|>)?\s*(.+)$`)
	joined     = regexp.MustCompile(`\s*(?:\||,|\s+and\s+)\s*`)
	spaced     = regexp.MustCompile(`([0-9])\s+([<>=!])`)
	wording    = []struct {
		form *regexp.Regexp
		as   string
	}{
		{regexp.MustCompile(`^(?i:all |all versions |versions |version )?(?i:prior to|before|earlier than)\s+(\S+)$`), "<$1"},
		{regexp.MustCompile(`^(\S+)\s+(?i:and|or) (?i:prior|earlier|older|below|before)$`), "<=$1"},
	}
)

// readVersions reads what stands in a branch of the kind product_version or
// product_version_range: a version, a range with signs, VERS, or one of a few wordings.
// What it cannot read is a set of which nothing is known.
func readVersions(text string) versions {
	out := versions{text: text}
	t := strings.TrimSpace(text)
	if everything.MatchString(t) {
		out.all = true
		return out
	}
	for _, w := range wording {
		t = w.form.ReplaceAllString(t, w.as)
	}
	if m := versForm.FindStringSubmatch(t); m != nil {
		t = m[1]
	}
	parts := joined.Split(spaced.ReplaceAllString(t, "$1|$2"), -1)
	if len(parts) > 64 {
		return out
	}
	for _, p := range parts {
		b, ok := readBound(p)
		if !ok {
			return versions{text: text}
		}
		out.only, out.span = append(out.only, b), out.span || b.op != "="
	}
	slices.SortStableFunc(out.only, func(a, b bound) int { return a.v.compare(b.v) })
	if !out.sound() {
		return versions{text: text}
	}
	return out
}

// sound tells whether no version stands twice and every range that begins ends before
// the next one begins: else it is anybody's guess what is meant.
func (s *versions) sound() bool {
	last := ""
	for i, b := range s.only {
		if i > 0 && b.v.compare(s.only[i-1].v) == 0 {
			return false
		}
		if b.op == "=" || b.op == "!=" {
			continue
		}
		if last == b.op[:1] {
			return false
		}
		last = b.op[:1]
	}
	return true
}

func readBound(text string) (bound, bool) {
	m := boundForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return bound{}, false
	}
	v, ok := parseVersion(m[2])
	return bound{cmp.Or(m[1], "="), v}, ok
}

// place tells where a version is, as VERS does: single versions first, then the ranges
// between conditions that follow each other.
func (s *versions) place(v version, known bool) place {
	switch {
	case s.all:
		return inside
	case !known || len(s.only) == 0:
		return unclear
	}
	var ranges []bound
	for _, b := range s.only {
		if v.compare(b.v) == 0 {
			return within(b.op == "=" || b.op == "<=" || b.op == ">=")
		}
		if b.op != "=" && b.op != "!=" {
			ranges = append(ranges, b)
		}
	}
	if len(ranges) == 0 {
		return within(!slices.ContainsFunc(s.only, func(b bound) bool { return b.op == "=" })) // all but some
	}
	return within(between(ranges, v))
}

func within(in bool) place {
	if in {
		return inside
	}
	return outside
}

// between tells whether a version lies in one of the ranges. It is none of their ends.
func between(ranges []bound, v version) bool {
	for i, b := range ranges {
		opens := strings.HasPrefix(b.op, ">")
		switch {
		case opens && v.compare(b.v) > 0 && (i+1 == len(ranges) || strings.HasPrefix(ranges[i+1].op, "<") && v.compare(ranges[i+1].v) < 0):
			return true
		case !opens && i == 0 && v.compare(b.v) < 0:
			return true
		}
	}
	return false
}

// single is the one version of a set, if it is one.
func (s *versions) single() (version, bool) {
	if len(s.only) == 1 && s.only[0].op == "=" {
		return s.only[0].v, true
	}
	return nil, false
}
