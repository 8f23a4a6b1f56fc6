package fat

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"switchroom/points"
)

// checks does the steps that are no points, group by group: the same check at all
// breakers at once.
func (x *runner) checks(ctx context.Context) error {
	for _, g := range x.groups() {
		if err := x.group(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

// groups are the steps that are done together, in the order of the plan.
func (x *runner) groups() [][]int {
	at := map[string]int{}
	nth := map[string]int{}
	var out [][]int
	for i := range x.steps {
		s := &x.steps[i]
		if s.Do == Substitute {
			continue
		}
		key := string(s.Phase) + "|" + s.Do + "|" + joinPairs(s.With)
		if !judgesFault(s) {
			nth[s.Breaker+key]++
			key += fmt.Sprint("|", nth[s.Breaker+key])
		}
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], i)
	}
	return out
}

func judgesFault(s *StepResult) bool {
	return s.Expect == ExpectBad || s.Expect == ExpectStays || s.Expect == ExpectGood || s.Expect == ExpectUnbelieved
}

func (x *runner) group(ctx context.Context, g []int) error {
	s := &x.steps[g[0]]
	switch {
	case s.Do == DoByHand:
		return x.byHand(ctx, g)
	case s.Do == DoCommand:
		return x.commands(ctx, g)
	case s.Do == "times":
		return x.times(ctx, g)
	case !x.faults[s.Do]:
		for _, i := range g {
			x.steps[i].Note = fmt.Sprintf("the laboratory can't inject %q; `switchroom fat plan` makes a plan of what it can", s.Do)
		}
		return nil
	case judgesFault(s):
		return x.faultCheck(ctx, g)
	}
	return x.process(ctx, g)
}

// whyNot names what a check found.
func (x *runner) whyNot(step *StepResult, s *subject, wrong []int) []Diagnosis {
	switch step.Expect {
	case ExpectBad:
		return x.whyGood(step, s, wrong)
	case ExpectUnbelieved:
		return []Diagnosis{{"believes-wrong-answers", map[string]string{
			"wrong-transaction": "it shows values that came in answers to other questions", "wrong-unit": "it shows values that came in answers of another unit", "half": "it shows values that came in answers that were cut off", "garbage": "it shows values that came in noise",
		}[step.Do], "compare transaction number and unit id of each answer with those of the question, and close the connection when they differ"}}
	case ExpectStays:
		return []Diagnosis{{"too-many-connections", fmt.Sprintf("with %s connections to a breaker %d of %d points are not shown right", step.With["connections"], len(wrong), len(s.points)), "use one connection to a breaker, and keep it"}}
	case ExpectGood:
		return x.whyNotBack(step, s, wrong)
	}
	return nil
}

// whyGood names why something that is not valid is shown as valid.
func (x *runner) whyGood(step *StepResult, s *subject, wrong []int) []Diagnosis {
	kept, zero, other := 0, 0, ""
	for _, i := range wrong {
		k := slices.Index(s.points, i)
		now := x.steps[i].last
		switch {
		case k < len(s.before) && now.Text == s.before[k].Text && now.Number != 0:
			kept++
		case now.Number == 0:
			zero++
		default:
			other = now.Text
		}
	}
	what := map[string]string{
		"silent": "a unit that is silent is not told", "link-down": "a lost link is not told", "not-available": "what the unit marks as not available is shown as valid",
		"quality-off": "bits that the unit marks as invalid are shown as valid",
	}[step.Do]
	if what == "" {
		what = step.Do + " is not told"
	}
	mistake := "no-quality-handling"
	if step.Do == "silent" || step.Do == "link-down" {
		mistake = "no-staleness"
	}
	switch {
	case kept >= zero && kept > 0 && other == "":
		return []Diagnosis{{mistake, what + ": the last value goes on as good", "mark a point as bad when its answers stay away or say not available"}}
	case other != "" && !math.IsNaN(x.steps[wrong[0]].last.Number):
		return []Diagnosis{{mistake, what + ": the marker is shown as a number, such as " + excerpt(other), "show a value that reads as its marker (all ones, 0x8000, NaN) as not available"}}
	case zero > 0:
		return []Diagnosis{{mistake, what + ": 0 is shown as good", "show what is not available as such, and not as 0"}}
	}
	return []Diagnosis{{mistake, what, "tell quality beside the value"}}
}

// whyNotBack names why a breaker is not shown right after a fault.
func (x *runner) whyNotBack(step *StepResult, s *subject, wrong []int) []Diagnosis {
	bad := 0
	for _, i := range wrong {
		if l := x.steps[i].last; l.Bad || !l.Found {
			bad++
		}
	}
	switch {
	case bad == len(s.points):
		return []Diagnosis{{"no-reconnect", "after " + step.Do + " the breaker stays away", "connect again after any failure, with a pause that grows to some seconds and no limit to how often"}}
	case len(wrong) == len(s.points):
		return []Diagnosis{{"no-reconnect", "after " + step.Do + " the values stand still", "connect again after any failure; mark values as bad while they are not polled"}}
	}
	return []Diagnosis{{"not-recovered", fmt.Sprintf("after %s %d of %d points are not shown right within the time", step.Do, len(wrong), len(s.points)), "poll all points again after a failure"}}
}

// process does something to the breakers and waits until the system shows it.
func (x *runner) process(ctx context.Context, g []int) error {
	if err := x.release(ctx); err != nil {
		return err
	}
	x.Progress(fmt.Sprintf("%s at %d breaker(s)", x.steps[g[0]].Do, len(g)))
	began := time.Now()
	each(len(g), fetchers, func(k int) { x.act(ctx, &x.steps[g[k]]) })
	return x.awaitConditions(ctx, g, began)
}

// act does what a step says at its breaker. What flows through it because of an
// earlier step is switched off before: for a reset it may stay, the breaker is open.
func (x *runner) act(ctx context.Context, s *StepResult) {
	if s.Do != "reset" {
		x.stopFlow(ctx, s.Breaker)
	}
	if x.isThere(ctx, s) {
		return
	}
	in, err := x.Lab.Inject(ctx, x.order(s))
	switch {
	case err != nil:
		s.Note = "the laboratory: " + err.Error()
	case s.Do == "trip" || s.Do == "load":
		x.mu.Lock()
		x.flowing[s.Breaker] = in.ID
		x.mu.Unlock()
	}
}

// stopFlow takes back what flows through a breaker because of an earlier step. After
// a trip the laboratory closes it again.
func (x *runner) stopFlow(ctx context.Context, breaker string) {
	x.mu.Lock()
	before, flows := x.flowing[breaker]
	delete(x.flowing, breaker)
	x.mu.Unlock()
	if flows {
		x.Lab.Undo(ctx, before)
	}
}

// isThere reports whether a breaker is where a step would bring it. It is left alone
// then: nothing would move that the system could show.
func (x *runner) isThere(ctx context.Context, s *StepResult) bool {
	if s.Do != "open" && s.Do != "close" {
		return false
	}
	v, ok := x.itself(ctx, s.Breaker, points.BreakerClosed)
	return ok && v.Bool() == (s.Do == "close")
}

// wish is what a step waits for.
type wish struct {
	step  int
	conds []condition
	tol   Tolerance
}

// awaitConditions waits until the conditions of the steps are shown, looking at all
// of them at once.
func (x *runner) awaitConditions(ctx context.Context, g []int, began time.Time) error {
	for open := slices.Clone(g); len(open) > 0; {
		wishes := x.wishes(ctx, open)
		var tags []Tag
		for _, w := range wishes {
			for _, c := range w.conds {
				tags = append(tags, x.tagFor(x.steps[w.step].Breaker, c.point))
			}
		}
		shown, err := x.seeAgain(ctx, tags)
		if err != nil {
			return err
		}
		open = nil
		for _, w := range wishes {
			var mine []Shown
			mine, shown = shown[:len(w.conds)], shown[len(w.conds):]
			if !x.granted(ctx, w, mine, began) {
				open = append(open, w.step)
			}
		}
		if len(open) == 0 || ctx.Err() != nil {
			break
		}
		if err := wait(ctx, x.Plan.Binding.every()); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// wishes are what the steps wait for; a step that has nothing to wait for does not run.
func (x *runner) wishes(ctx context.Context, open []int) []wish {
	all := make([]wish, len(open))
	each(len(open), fetchers, func(k int) {
		s := &x.steps[open[k]]
		w := wish{step: open[k]}
		w.conds, w.tol = x.conditions(ctx, s)
		for _, c := range w.conds {
			if at := x.stepOf(s.Breaker, c.point); at >= 0 && x.steps[at].Verdict == Fail {
				w.conds, s.Note = nil, c.point.String()+" is not shown right, so that nothing can be judged"
				break
			}
		}
		all[k] = w
	})
	return slices.DeleteFunc(all, func(w wish) bool { return len(w.conds) == 0 })
}

// granted looks whether what is shown is what a step waits for, and gives the verdict
// when it is, or when the time is over.
func (x *runner) granted(ctx context.Context, w wish, shown []Shown, began time.Time) bool {
	s := &x.steps[w.step]
	over := time.Since(began) >= seconds(s.Within) || patient(x.View)
	right := true
	var texts, wants []string
	for k, c := range w.conds {
		info := points.Of(c.point)
		right = right && !shown[k].Bad && shown[k].Same(info, c.want, w.tol)
		texts = append(texts, info.Name+"="+shown[k].value())
		wants = append(wants, info.Name+"="+info.Format(c.want))
	}
	if !right && !over {
		return false
	}
	s.Passes = append(s.Passes, PassResult{
		Stimulus: strings.TrimSpace(s.Do + " " + joinPairs(s.With)), Expected: strings.Join(wants, " "), Shown: strings.Join(texts, " "),
		At: began.UTC(), Seconds: time.Since(began).Round(time.Millisecond).Seconds(), Right: right, Evidence: shown[0].Raw,
	})
	x.judgeProcess(ctx, s, w.conds, right)
	return true
}

// judgeProcess gives the verdict; what the breaker itself does not have is not the
// system's fault.
func (x *runner) judgeProcess(ctx context.Context, s *StepResult, conds []condition, right bool) {
	if right {
		s.Verdict, s.Note = Pass, ""
		return
	}
	for _, c := range conds {
		if v, ok := x.itself(ctx, s.Breaker, c.point); s.Expect != ExpectFollows && ok && v.Float() != c.want.Float() {
			s.Verdict, s.Note = NotRun, strings.TrimSpace(fmt.Sprintf("the breaker itself has %s %s. %s", c.point, points.Of(c.point).Format(v), s.Note))
			return
		}
	}
	s.Verdict = Fail
	s.Diagnosis = []Diagnosis{{"not-followed", "what happened at the breaker (" + s.Do + ") is not shown", "is the point read from the register of the plan, and often enough?"}}
}

// conditions are what a step expects; what follows is what the breaker itself shows
// now, to two percent.
func (x *runner) conditions(ctx context.Context, s *StepResult) ([]condition, Tolerance) {
	if s.Expect != ExpectFollows {
		all, err := expectations(s.Expect)
		if err != nil {
			s.Note = err.Error()
		}
		return all, Exact
	}
	var all []condition
	for _, name := range []string{"current.l1", "current.l2", "current.l3"} {
		id, _ := points.Lookup(name)
		if v, ok := x.itself(ctx, s.Breaker, id); ok && x.stepOf(s.Breaker, id) >= 0 {
			all = append(all, condition{id, v})
		}
	}
	if all == nil {
		s.Note = "the breaker shows no current that the plan has"
	}
	return all, Tolerance{Relative: 0.02, Absolute: 1}
}

// itself is what the breaker itself shows.
func (x *runner) itself(ctx context.Context, breaker string, id points.ID) (points.Value, bool) {
	all, err := x.Lab.Read(ctx, breaker, id.String())
	if err != nil || len(all) == 0 {
		return points.Value{}, false
	}
	return readingOf(all[0])
}

// stepOf is the step that stimulates a point of a breaker, -1 for none.
func (x *runner) stepOf(breaker string, id points.ID) int {
	return slices.IndexFunc(x.places, func(p place) bool { return p.breaker == breaker && p.id == id })
}

// tagFor is the tag of a point of a breaker.
func (x *runner) tagFor(breaker string, id points.ID) Tag {
	if i := x.stepOf(breaker, id); i >= 0 {
		return x.tags[i]
	}
	place, _ := x.Map.Find(id)
	register := 0
	if place.Row != nil {
		register = int(place.Row.Register)
	}
	return x.tagOf(breaker, id.String(), register)
}
