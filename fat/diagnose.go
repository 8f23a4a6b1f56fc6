package fat

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"switchroom/points"
	"switchroom/regmap"
)

// Diagnosis names a mistake that explains what is shown.
type Diagnosis struct {
	Mistake string `json:"mistake"`          // word-swap, off-by-one
	Detail  string `json:"detail,omitempty"` // what exactly: the next register, Q2's value
	Advice  string `json:"advice,omitempty"` // where to look
}

func (d Diagnosis) String() string {
	if d.Detail == "" {
		return d.Mistake
	}
	return d.Mistake + ": " + d.Detail
}

// place is one point of one breaker, as a plan step has it.
type place struct {
	breaker string
	id      points.ID
	row     *regmap.Row
	bit     int // -1: the whole row
}

// witness is what was shown of a place in one pass.
type witness struct {
	pass  int
	shown Shown
	wrong bool // by the tolerance of the step
}

// scene is everything that a diagnosis may look at.
type scene struct {
	m        *regmap.Map
	pictures map[string][]*picture // of each breaker, by pass
	breakers []string
	points   map[string][]points.ID // that the plan stimulates at a breaker
}

// explain returns the mistakes that explain all that was shown of a place, the
// likeliest first; more than one where they can't be told apart. What explains
// nothing is told by none.
func (sc *scene) explain(at place, seen []witness, tol Tolerance) []Diagnosis {
	if d, ok := plain(at, seen); ok && d.Mistake == markedBad {
		return append([]Diagnosis{d}, sc.candidates(at, seen, tol, sc.unreadable)...)
	} else if ok {
		return []Diagnosis{d}
	}
	seen = sc.differing(at, seen, tol)
	if sharp := sc.candidates(at, seen, Tolerance{}, sc.fits); len(sharp) > 0 {
		return sharp // to all digits that are shown
	}
	return sc.candidates(at, seen, tol, sc.fits)
}

// candidates are the hypotheses whose prediction agrees with what was shown.
func (sc *scene) candidates(at place, seen []witness, tol Tolerance, agree func(place, []witness, guess, Tolerance) bool) []Diagnosis {
	var found []Diagnosis
	for _, h := range hypotheses {
		if h.last && len(found) > 0 {
			break
		}
		for _, c := range h.cases(sc, at, seen) {
			if !agree(at, seen, c, tol) {
				continue
			}
			if d := (Diagnosis{h.mistake, c.detail, h.advice}); !slices.Contains(found, d) {
				found = append(found, d)
			}
		}
	}
	return found
}

// plain are mistakes that need no calculation.
func plain(at place, seen []witness) (Diagnosis, bool) {
	found, bad := 0, 0
	for _, w := range seen {
		if w.shown.Found {
			found++
		}
		if w.shown.Found && w.shown.Bad {
			bad++
		}
	}
	switch {
	case found == 0:
		return Diagnosis{"missing", "the system shows no such point", "is the name right, in the system and in the names file?"}, true
	case bad == found:
		return Diagnosis{markedBad, "the system shows it as not valid all the time", "does it reach the unit: address, unit id, register, function; are its limits too narrow?"}, true
	}
	return Diagnosis{}, false
}

// witnesses that tell something: shown, and not marked bad.
func telling(seen []witness) []witness {
	return slices.DeleteFunc(slices.Clone(seen), func(w witness) bool { return !w.shown.Found || w.shown.Bad })
}

// differing marks the passes in which what is shown is not right.
func (sc *scene) differing(at place, seen []witness, tol Tolerance) []witness {
	seen = slices.Clone(seen)
	for i, w := range seen {
		seen[i].wrong = !w.shown.Same(points.Of(at.id), sc.right(at, w.pass), tol)
	}
	return seen
}

// fits reports whether what was shown is what the guess predicts in every pass that
// tells something, and in one that is wrong.
func (sc *scene) fits(at place, seen []witness, g guess, tol Tolerance) bool {
	wrong := false
	for _, w := range telling(seen) {
		want, ok := g.value(w.pass)
		if !ok {
			continue
		}
		if !alike(at, w.shown, want, tol) {
			return false
		}
		wrong = wrong || w.wrong
	}
	return wrong
}

// unreadable reports whether a guess explains a point that is never valid: it
// predicts no value in any pass.
func (sc *scene) unreadable(_ place, seen []witness, g guess, _ Tolerance) bool {
	for _, w := range seen {
		if v, ok := g.value(w.pass); !ok || v.Available() {
			return false
		}
	}
	return len(seen) > 0
}

// right is the value that should be shown in a pass.
func (sc *scene) right(at place, pass int) points.Value {
	return sc.decode(at, at.breaker, at.row.Register, at.bit, pass)
}

// decode reads the registers from r on of a breaker as the row of a place lays
// them out.
func (sc *scene) decode(at place, breaker string, r regmap.Register, bit, pass int) points.Value {
	ps := sc.pictures[breaker]
	if pass >= len(ps) || r == 0 {
		return points.Value{}
	}
	d := ps[pass].registers(r, at.row.Count)
	if d == nil {
		return points.Value{}
	}
	row := *at.row
	return regmap.Place{Row: &row, Bit: bit}.Decode(d)
}

// alike compares to the tolerance, but never coarser than a fiftieth, or finer than
// the digits that are shown.
func alike(at place, s Shown, want points.Value, tol Tolerance) bool {
	if !want.Available() {
		return false
	}
	if !numeric(at) {
		return s.Same(points.Of(at.id), want, tol)
	}
	floor := 1e-6 // what a 32-bit float tells
	if points.Of(at.id).Type == points.Integer {
		floor = 1e-12
	}
	coarse := Tolerance{max(tol.Relative, floor), min(max(tol.Absolute, lastDigit(s.Text)), math.Abs(want.Float())/50)}
	return !math.IsNaN(s.Number) && coarse.Holds(want.Float(), s.Number)
}

// lastDigit is half a unit of the last digit that is shown; 0 for a whole number.
func lastDigit(text string) float64 {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	_, behind, ok := strings.Cut(strings.ReplaceAll(mantissa, ",", "."), ".")
	if !ok {
		return 0
	}
	e, _ := strconv.Atoi(exponent)
	return 0.51 * math.Pow(10, float64(e-len(behind)))
}

// markedBad is the mistake of a point that is never valid.
const markedBad = "marked-bad"

// ambiguousMax is how many explanations of one point are told.
const ambiguousMax = 5

// Finding is a mistake that explains one or more failed steps.
type Finding struct {
	Mistake  string   `json:"mistake"`
	Detail   string   `json:"detail,omitempty"`
	Advice   string   `json:"advice,omitempty"`
	Breakers []string `json:"breakers,omitempty"`
	Steps    []string `json:"steps"` // ids, the first few
	Count    int      `json:"count"` // of steps
}

// stepsMax is how many ids a finding tells.
const stepsMax = 10
