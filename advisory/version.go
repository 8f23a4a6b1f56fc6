package advisory

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

// version is a version as numbers: 002.000.003, v9.3.5, 2.7.
type version []int

var (
	numbers  = regexp.MustCompile(`^[vV]?([0-9]{1,9}(?:\.[0-9]{1,9}){0,5})$`)
	relation = regexp.MustCompile(`^(<=|>=|<|>|=|)\s*(\S+)$`)
)

func parseVersion(text string) (version, bool) {
	m := numbers.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return nil, false
	}
	var v version
	for part := range strings.SplitSeq(m[1], ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil, false
		}
		v = append(v, n)
	}
	return v, true
}

// compare compares versions; a part that is missing is 0.
func (v version) compare(w version) int {
	for i := range max(len(v), len(w)) {
		if c := cmp.Compare(v.at(i), w.at(i)); c != 0 {
			return c
		}
	}
	return 0
}

func (v version) at(i int) int {
	if i < len(v) {
		return v[i]
	}
	return 0
}

// within is whether a version is one of those that an advisory names.
type within uint8

const (
	unsure within = iota // the range or the version cannot be read
	inside
	outside
)

// everyVersion are names that mean all.
var everyVersion = map[string]bool{"vers:all/*": true, "vers:generic/*": true, "*": true, "all": true, "all versions": true, "all version": true, "all firmware versions": true}

// versionIn reads a range as advisories write it: "< 2.5.4", ">=1.0|<2.0",
// "vers:generic/>=1.0|<2.0", "2.0", "vers:all/*".
func versionIn(text, have string) within {
	text = strings.ToLower(strings.TrimSpace(text))
	if everyVersion[text] {
		return inside
	}
	v, ok := parseVersion(have)
	if !ok {
		return unsure
	}
	if rest, is := strings.CutPrefix(text, "vers:"); is {
		_, text, ok = strings.Cut(rest, "/")
		if !ok {
			return unsure
		}
	}
	text = strings.TrimSpace(strings.NewReplacer(" and ", "|", " prior to ", "<", "prior to ", "<").Replace(text))
	for part := range strings.SplitSeq(text, "|") {
		switch in := bound(strings.TrimSpace(part), v); in {
		case inside:
		default:
			return in
		}
	}
	return inside
}

// bound holds a version against one bound.
func bound(text string, v version) within {
	m := relation.FindStringSubmatch(text)
	if m == nil {
		return unsure
	}
	limit, ok := parseVersion(m[2])
	if !ok {
		return unsure
	}
	c := v.compare(limit)
	holds := map[string]bool{"<": c < 0, "<=": c <= 0, ">": c > 0, ">=": c >= 0, "=": c == 0, "": c == 0}[m[1]]
	if holds {
		return inside
	}
	return outside
}
