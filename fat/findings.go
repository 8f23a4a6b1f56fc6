package fat

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// notReached names a breaker of which no point is ever valid.
func notReached(steps []StepResult) {
	valid := map[string]bool{}
	for i := range steps {
		if s := &steps[i]; s.Do == Substitute && (len(s.Diagnosis) == 0 || s.Diagnosis[0].Mistake != markedBad) {
			valid[s.Breaker] = true
		}
	}
	for i := range steps {
		if s := &steps[i]; s.Do == Substitute && !valid[s.Breaker] {
			s.Diagnosis = []Diagnosis{{"not-reached", "no point of the breaker is ever valid", "correct address, port or unit id of the breaker in the system; behind an interface of its own it is 255"}}
		}
	}
}

// vote orders the explanations of each failed step by how many failed steps of the
// same breaker they explain: one wrong address is likelier than a hundred wrong
// registers. It keeps the first few.
func vote(steps []StepResult) {
	support := map[[3]string]int{}
	for i := range steps {
		for _, d := range steps[i].Diagnosis {
			support[[3]string{steps[i].Breaker, d.Mistake, d.Detail}]++
		}
	}
	for i := range steps {
		s := &steps[i]
		slices.SortStableFunc(s.Diagnosis, func(a, b Diagnosis) int {
			return cmp.Compare(support[[3]string{s.Breaker, b.Mistake, b.Detail}], support[[3]string{s.Breaker, a.Mistake, a.Detail}])
		})
		s.Diagnosis = s.Diagnosis[:min(len(s.Diagnosis), ambiguousMax)]
	}
}

// findings groups the failed steps by what explains them, the widest first.
func findings(steps []StepResult) []Finding {
	var out []Finding
	for i := range steps {
		if s := &steps[i]; s.Verdict == Fail {
			out = addTo(out, s)
		}
	}
	out = together(out)
	slices.SortStableFunc(out, func(a, b Finding) int { return cmp.Compare(b.Count, a.Count) })
	for i := range out {
		out[i].Steps = out[i].Steps[:min(len(out[i].Steps), stepsMax)]
	}
	return out
}

// addTo adds a failed step to the finding of its breaker that it belongs to.
func addTo(all []Finding, s *StepResult) []Finding {
	d := Diagnosis{Mistake: "unexplained", Detail: s.Do, Advice: "compare the evidence of the step by hand"}
	if len(s.Diagnosis) > 0 {
		d = s.Diagnosis[0]
	}
	i := slices.IndexFunc(all, func(f Finding) bool {
		return f.Mistake == d.Mistake && f.Detail == d.Detail && f.Breakers[0] == s.Breaker
	})
	if i < 0 {
		i = len(all)
		all = append(all, Finding{Mistake: d.Mistake, Detail: d.Detail, Advice: d.Advice, Breakers: []string{s.Breaker}})
	}
	f := &all[i]
	f.Count++
	f.Steps = append(f.Steps, s.ID)
	return all
}

// together joins the findings of several breakers that are the same mistake at the
// same points: a template that is wrong.
func together(all []Finding) []Finding {
	var out []Finding
	at := map[string]int{}
	for _, f := range all {
		var names []string
		for _, id := range f.Steps {
			names = append(names, strings.TrimPrefix(id, f.Breakers[0]))
		}
		key := fmt.Sprint(f.Mistake, "|", f.Detail, "|", names)
		if i, ok := at[key]; ok {
			out[i].Breakers = append(out[i].Breakers, f.Breakers...)
			out[i].Steps = append(out[i].Steps, f.Steps...)
			out[i].Count += f.Count
			continue
		}
		at[key] = len(out)
		out = append(out, f)
	}
	return out
}

// String is the finding in a line.
func (f Finding) String() string {
	where := strings.Join(f.Breakers[:min(len(f.Breakers), 4)], ", ")
	if n := len(f.Breakers); n > 4 {
		where += fmt.Sprintf(" and %d more", n-4)
	}
	what := f.Mistake
	if f.Detail != "" {
		what += ": " + f.Detail
	}
	if f.Count == 1 {
		return fmt.Sprintf("%s — %s", f.Steps[0], what)
	}
	return fmt.Sprintf("%s — %s (%d steps, as %s)", where, what, f.Count, f.Steps[0])
}
