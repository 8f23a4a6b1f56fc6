package comtrade

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Channel finds an analogue channel by its name, in any case, or by its number
// from 1 as "#3" where names repeat. The error lists names near it.
func (r *Recording) Channel(name string) (*Analog, error) {
	i, err := find("analogue", name, len(r.Analog), func(i int) string { return r.Analog[i].Name })
	if err != nil {
		return nil, err
	}
	return &r.Analog[i], nil
}

// DigitalChannel finds a status channel as Channel finds an analogue one.
func (r *Recording) DigitalChannel(name string) (*Digital, error) {
	i, err := find("status", name, len(r.Digital), func(i int) string { return r.Digital[i].Name })
	if err != nil {
		return nil, err
	}
	return &r.Digital[i], nil
}

// find returns the index of the one name that is wanted.
func find(kind, want string, n int, name func(int) string) (int, error) {
	if number, ok := strings.CutPrefix(want, "#"); ok {
		if i, err := strconv.Atoi(number); err == nil && i >= 1 && i <= n {
			return i - 1, nil
		}
	}
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		var hits []int
		for i := range n {
			if same(name(i), want) {
				hits = append(hits, i)
			}
		}
		if len(hits) == 1 {
			return hits[0], nil
		}
		if len(hits) > 1 {
			return 0, fmt.Errorf("%d %s channels are called %s: say which by number, as #%d or #%d", len(hits), kind, quote(want), hits[0]+1, hits[1]+1)
		}
	}
	if n == 0 {
		return 0, fmt.Errorf("no %s channel %s: the recording has none", kind, quote(want))
	}
	return 0, fmt.Errorf("no %s channel %s: use one of %s", kind, quote(want), strings.Join(nearest(want, n, name), ", "))
}

// nearest lists the few names most like want, most alike first.
func nearest(want string, n int, name func(int) string) []string {
	const most = 5
	type candidate struct {
		name     string
		distance int
	}
	var all []candidate
	seen := map[string]bool{}
	for i := range n {
		if s := name(i); s != "" && !seen[s] {
			seen[s] = true
			all = append(all, candidate{s, distance(strings.ToLower(s), strings.ToLower(want))})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return a.distance - b.distance })
	var out []string
	for _, c := range all[:min(most, len(all))] {
		out = append(out, quote(c.name))
	}
	if len(all) > most {
		out = append(out, "…")
	}
	return out
}

// distance is the number of edits between two names, looking at no more than
// their beginnings: names in a hostile file can be megabytes long.
func distance(a, b string) int {
	const most = 64
	a, b = a[:min(len(a), most)], b[:min(len(b), most)]
	var before, now [most + 1]int
	for j := range len(b) + 1 {
		before[j] = j
	}
	for i := range len(a) {
		now[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			now[j+1] = min(before[j]+cost, before[j+1]+1, now[j]+1)
		}
		before = now
	}
	return before[len(b)]
}
