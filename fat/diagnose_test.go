package fat

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"switchroom/points"
	"switchroom/regmap"
)

// sceneOf is what a run of a plan stimulates, without a run.
func sceneOf(p *Plan, seed uint64) (*scene, []place) {
	m := regmap.Default()
	sc := &scene{m: m, pictures: map[string][]*picture{}, points: map[string][]points.ID{}}
	for _, b := range p.Breakers {
		sc.breakers = append(sc.breakers, b.Name)
		for range p.Passes {
			sc.pictures[b.Name] = append(sc.pictures[b.Name], newPicture(m))
		}
	}
	var places []place
	for id, vs := range draws(p, seed) {
		i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.ID == id })
		pid, _ := points.Lookup(p.Steps[i].Point)
		at, _ := m.Find(pid)
		b := p.Steps[i].Breaker
		places = append(places, place{b, pid, at.Row, at.Bit})
		sc.points[b] = append(sc.points[b], pid)
		for pass, v := range vs {
			sc.pictures[b][pass].set(pid, v)
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		return slices.Compare([]int{slices.Index(sc.breakers, a.breaker), int(a.id)}, []int{slices.Index(sc.breakers, b.breaker), int(b.id)})
	})
	return sc, places
}

// display shows a value as a system with eight digits does.
func display(info *points.Info, v points.Value) Shown {
	if !v.Available() {
		return Shown{Found: true, Bad: true, Number: math.NaN()}
	}
	if info.Type == points.Float || info.Type == points.Integer {
		digits := 8
		if info.Type == points.Integer {
			digits = 17
		}
		return parseShown(strconv.FormatFloat(v.Float(), 'g', digits, 64), nil)
	}
	return parseShown(info.Format(v), nil)
}

// TestEveryMistakeIsFoundAndNamed: whichever mistake of the table is made at
// whichever point: if it changes anything that is shown, the explanations of what is
// shown have it, by name and detail. What can't be told apart is listed together.
func TestEveryMistakeIsFoundAndNamed(t *testing.T) {
	p := plan(t, 4, Options{Points: []string{"current", "voltage.l12", "voltage.l1n", "power", "energy", "frequency", "breaker", "operations", "trip", "maintenance", "power_factor", "temperature"}})
	sc, places := sceneOf(p, 11)
	named, undetectable := map[string]int{}, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		at := rapid.SampledFrom(places).Draw(rt, "place")
		h := rapid.SampledFrom(hypotheses).Draw(rt, "hypothesis")
		cases := h.cases(sc, at, nil)
		if h.mistake == "wrong-breaker-and-point" || len(cases) == 0 {
			rt.Skip("needs no such point, or what was shown")
		}
		g := rapid.SampledFrom(cases).Draw(rt, "case")
		info := points.Of(at.id)
		tol, _ := ParseTolerance(defaultTolerance(info, 0))
		var seen []witness
		right := true
		for pass := range p.Passes {
			v, ok := g.value(pass)
			if !ok {
				v = sc.right(at, pass)
			}
			s := display(info, v)
			seen = append(seen, witness{pass: pass, shown: s})
			right = right && !s.Bad && s.Same(info, sc.right(at, pass), tol)
		}
		if right {
			undetectable[h.mistake]++
			return
		}
		named[h.mistake]++
		if len(telling(seen)) < len(seen) {
			return // marked bad in some pass: told as such, and not by its cause
		}
		for _, d := range sc.explain(at, seen, tol) {
			if d.Mistake == h.mistake && d.Detail == g.detail {
				return
			}
		}
		rt.Errorf("%s at %v of %s (%s) is not among %v", h.mistake, at.id, at.breaker, g.detail, sc.explain(at, seen, tol))
	})
	t.Log("found", named, "makes no difference", undetectable)
}

// TestVote: what explains a whole breaker goes before what explains one point.
func TestVote(t *testing.T) {
	one, many := Diagnosis{Mistake: "scale"}, Diagnosis{Mistake: "wrong-breaker", Detail: "Q1 shows what Q2 has"}
	steps := []StepResult{
		{Step: Step{ID: "Q1 a", Breaker: "Q1"}, Verdict: Fail, Diagnosis: []Diagnosis{one, many}},
		{Step: Step{ID: "Q1 b", Breaker: "Q1"}, Verdict: Fail, Diagnosis: []Diagnosis{many}},
		{Step: Step{ID: "Q2 a", Breaker: "Q2"}, Verdict: Fail, Diagnosis: []Diagnosis{one}},
		{Step: Step{ID: "Q3 a", Breaker: "Q3"}, Verdict: Fail, Diagnosis: []Diagnosis{one}},
		{Step: Step{ID: "Q4 a", Breaker: "Q4"}, Verdict: Pass},
	}
	vote(steps)
	got := findings(steps)
	if len(got) != 2 || got[0].Mistake != "wrong-breaker" || got[0].Count != 2 || !slices.Equal(got[1].Breakers, []string{"Q2", "Q3"}) {
		t.Errorf("%+v", got)
	}
}
