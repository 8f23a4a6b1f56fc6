package schedule

import (
	"math"
	"regexp"
	"strings"
)

// source is what feeds breakers that no other breaker feeds.
type source struct {
	name  string
	feeds []*entry
	given bool // named by the list
}

// feed makes the network: who feeds whom, what is above the incomers, and what
// the others carry.
func (l *list) feed() {
	byName := map[string]*source{}
	for _, e := range l.breakers {
		l.parent(e, byName)
	}
	if len(l.problems) > 0 || !l.loops() {
		return
	}
	for _, e := range l.breakers {
		if e.to == "" {
			e.to, e.load = e.name+" load", usualShare*e.in
		}
	}
	for _, s := range l.sources {
		for _, e := range s.feeds {
			e.carry()
			e.spread(1)
		}
	}
}

// parent finds what feeds a breaker.
func (l *list) parent(e *entry, byName map[string]*source) {
	if e.parent == "" {
		l.supply(e, nil, "")
		return
	}
	if up := l.named(e.parent); up != nil {
		l.hang(e, up)
		return
	}
	if isSource(e.parent) {
		l.supply(e, byName, e.parent)
		return
	}
	if l.couple(e, byName) {
		return
	}
	l.problem(e.row, "parent", "there is no breaker %q%s; write the name of a breaker in this list, or a source such as T1, G1, grid", clip(e.parent), l.nearest(e.parent))
}

func bus(e *entry) string { return e.name + " bus" }

func (l *list) hang(e, up *entry) {
	switch {
	case up.gateway():
		l.problem(e.row, "parent", "%q is a %s; write the breaker that feeds it", clip(e.parent), up.face)
	case up == e:
		l.problem(e.row, "parent", "%q feeds itself; write the breaker above it, or leave it empty", clip(e.name))
	default:
		e.from, e.above = bus(up), []*entry{up}
		up.to = bus(up)
		up.feeders = append(up.feeders, e)
	}
}

// supply puts a breaker below a source, which has a name of its own if the list
// gives none.
func (l *list) supply(e *entry, byName map[string]*source, name string) {
	key := strings.ToLower(name)
	s := byName[key]
	if s == nil {
		s = &source{name: name, given: name != ""}
		l.sources = append(l.sources, s)
		if byName != nil {
			byName[key] = s
		}
	}
	s.feeds = append(s.feeds, e)
}

// nameSources gives names to the sources that have none, and nodes to those below.
func (l *list) nameSources() {
	taken := map[string]bool{}
	for _, s := range l.sources {
		taken[strings.ToLower(s.name)] = true
	}
	for n, i := 1, 0; i < len(l.sources); {
		s := l.sources[i]
		if s.name == "" {
			if name := "T" + itoa(n); !taken[strings.ToLower(name)] && l.named(name) == nil {
				s.name = name
			}
			n++
			continue
		}
		for _, e := range s.feeds {
			e.from = s.name
		}
		i++
	}
}

// sourceName is what a list calls what is no breaker: T1, TR-2, Trafo 1, G1, grid.
var sourceName = regexp.MustCompile(`^(t|tr|tx|trf|trafo|transformer|transformator|transfo|transformateur|transformador|g|ge|gen|generator|genset|generateur|generador|grid|utility|mains|network|netz|reseau|red|source|supply|einspeisung|mv|ups)[ ._-]?[0-9]{0,3}[a-z]?$`)

var pair = regexp.MustCompile(`^(.+?) ?[/+&;] ?(.+)$`)

func isSource(name string) bool {
	return sourceName.MatchString(accents.Replace(strings.ToLower(name)))
}

// couple puts a coupler between what two breakers feed, "Q1/Q2", or between a
// source and a busbar, "G1/Q2".
func (l *list) couple(e *entry, byName map[string]*source) bool {
	m := pair.FindStringSubmatch(e.parent)
	if m == nil {
		return false
	}
	a, b := l.named(m[1]), l.named(m[2])
	if b == nil || b.gateway() || a == b || a != nil && a.gateway() || a == nil && !isSource(m[1]) {
		return false
	}
	e.coupler, e.to, e.above = true, bus(b), []*entry{b}
	if b.to = bus(b); a == nil {
		l.supply(e, byName, m[1])
		return true
	}
	e.from, a.to = bus(a), bus(a)
	e.above = append(e.above, a)
	return true
}

// loops refuses breakers that feed each other, and couplers that would feed
// somebody.
func (l *list) loops() bool {
	done := map[*entry]bool{}
	for _, e := range l.breakers {
		var path []*entry
		on := map[*entry]bool{}
		for at := e; at != nil && !done[at] && !on[at]; {
			path, on[at] = append(path, at), true
			next := at.up()
			if next != nil && on[next] {
				l.problem(at.row, "parent", "a loop: %s; one of them is fed by something else", loop(path, next))
			}
			at = next
		}
		for _, p := range path {
			done[p] = true
		}
		for _, a := range e.above {
			if a.coupler {
				l.problem(e.row, "parent", "%q is a coupler; write the incomer of that busbar", clip(a.name))
			}
		}
	}
	return len(l.problems) == 0
}

// up is the breaker above; a coupler has none.
func (e *entry) up() *entry {
	if e.coupler || len(e.above) == 0 {
		return nil
	}
	return e.above[0]
}

// loop writes the part of a path that returns to where it began.
func loop(path []*entry, back *entry) string {
	var names []string
	for _, e := range path {
		if e == back || len(names) > 0 {
			names = append(names, clip(e.name))
		}
	}
	if len(names) > 8 {
		names = append(names[:8], "…")
	}
	return strings.Join(append(names, clip(back.name)), ", fed by ")
}

// What is made up of loads; ours. A load draws half of what its breaker is rated
// for, and no breaker above carries more than 60 %.
const (
	usualShare  = 0.5
	mostShare   = 0.6
	powerFactor = 0.9
)

// carry adds up what a breaker carries, A, and says by how much what is below it
// must be less.
func (e *entry) carry() float64 {
	sum := e.load
	for _, f := range e.feeders {
		sum += f.carry()
	}
	e.less = 1
	if most := mostShare * e.in; sum > most {
		e.less = most / sum
	}
	return sum * e.less
}

func (e *entry) spread(less float64) {
	less *= e.less
	e.load *= less
	for _, f := range e.feeders {
		f.spread(less)
	}
}

// volts is the voltage of the site file, phase to phase.
const volts = 400

// kilowatts is a load of amps.
func kilowatts(amps float64) float64 {
	return math.Round(math.Sqrt(3)*volts*amps*powerFactor/100) / 10
}

// transformers are the usual rated powers of distribution transformers, kVA.
var transformers = []float64{50, 100, 160, 250, 400, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000}

// kva is the largest transformer whose rated current the breakers below it take.
func (s *source) kva() float64 {
	amps, best := 0.0, transformers[0]
	for _, e := range s.feeds {
		amps += e.in
	}
	for _, t := range transformers {
		if t <= math.Sqrt(3)*volts*amps/1000 {
			best = t
		}
	}
	return best
}

// generates reports whether the source is a generator by its name.
func (s *source) generates() bool {
	return generatorName.MatchString(strings.ToLower(s.name))
}

var generatorName = regexp.MustCompile(`^g(e|en|enerat(or|eur)|énérateur|enerador|enset)?[ ._-]?[0-9]{0,3}[a-z]?$`)

// nearest names the breaker that a wrong name may mean.
func (l *list) nearest(name string) string {
	if len(l.problems) >= problemsMax {
		return "" // nobody is told
	}
	best, least := "", 3
	for _, e := range l.breakers[:min(len(l.breakers), 1000)] {
		if d := distance(fold(name), fold(e.name)); d < least && 3*d <= len(fold(name)) {
			best, least = e.name, d
		}
	}
	if best == "" {
		return ""
	}
	return " (is " + clip(best) + " meant?)"
}

// distance is how many letters differ, after Levenshtein; long names are far.
func distance(a, b string) int {
	if len(a) > 40 || len(b) > 40 {
		return 99
	}
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		diagonal := last[0]
		last[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = last[j+1]
			last[j+1] = min(change, last[j]+1, last[j+1]+1)
		}
	}
	return last[len(b)]
}
