package fat

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"switchroom/lab/remote"
	"switchroom/points"
)

// subject is one breaker in a check: its points that are shown right.
type subject struct {
	breaker string
	points  []int // steps
	during  int   // step that judges while the fault stands, -1 none
	after   int   // step that judges after it, -1 none
	before  []Shown
	fault   int // id of the injection
}

// faultHold is how long a fault stands that nothing is judged under. Ours.
const faultHold = 4 * time.Second

// faultCheck injects a fault at all breakers of the steps at once, judges while it
// stands, takes it back, gives new values, and judges whether they are shown.
func (x *runner) faultCheck(ctx context.Context, group []int) error {
	do := x.steps[group[0]].Do
	subjects := x.subjects(group)
	if len(subjects) == 0 {
		return nil
	}
	x.Progress(fmt.Sprintf("%s at %d breaker(s)", do, len(subjects)))
	if err := x.baseline(ctx, subjects); err != nil {
		return err
	}
	subjects = slices.DeleteFunc(subjects, x.gone)
	if len(subjects) == 0 {
		return nil
	}
	subjects = x.injectAll(ctx, subjects, group)
	if err := x.judgeDuring(ctx, subjects); err != nil {
		return err
	}
	each(len(subjects), fetchers, func(i int) {
		x.Lab.Undo(ctx, subjects[i].fault) // one that is over by itself can't be undone
	})
	return x.judgeAfter(ctx, subjects)
}

// baseline looks at all subjects before a fault.
func (x *runner) baseline(ctx context.Context, subjects []*subject) error {
	var all []int
	for _, s := range subjects {
		all = append(all, s.points...)
	}
	shown, err := x.seeAgain(ctx, x.tagsOf(all))
	if err != nil {
		return err
	}
	for _, s := range subjects {
		s.before, shown = shown[:len(s.points)], shown[len(s.points):]
	}
	return nil
}

// gone reports whether a breaker did not come back after an earlier fault. It is not
// disturbed again: there would be nothing to see.
func (x *runner) gone(s *subject) bool {
	if x.lost[s.breaker] == "" || slices.ContainsFunc(s.before, func(shown Shown) bool { return shown.Found && !shown.Bad }) {
		return false
	}
	for _, i := range []int{s.during, s.after} {
		if i >= 0 {
			x.steps[i].Note = "the breaker is not shown any more since the step " + x.lost[s.breaker]
		}
	}
	return true
}

// subjects are the breakers of a group of steps that have something to look at.
func (x *runner) subjects(group []int) []*subject {
	by := map[string]*subject{}
	var order []*subject
	for _, i := range group {
		s := &x.steps[i]
		u := by[s.Breaker]
		if u == nil {
			u = &subject{breaker: s.Breaker, points: x.shownRight(s.Breaker, s.Do), during: -1, after: -1}
			by[s.Breaker] = u
			order = append(order, u)
		}
		if s.Expect == ExpectGood {
			u.after = i
		} else {
			u.during = i
		}
		if len(u.points) == 0 {
			s.Note = "no point of the breaker is shown right, so that nothing can be judged"
		}
	}
	return slices.DeleteFunc(order, func(u *subject) bool { return len(u.points) == 0 })
}

// shownRight are the steps of the points of a breaker that passed; for a fault of
// the quality bits those of bits.
func (x *runner) shownRight(breaker, do string) []int {
	var at []int
	for i := range x.steps {
		s := &x.steps[i]
		if s.Breaker == breaker && s.Do == Substitute && s.Verdict == Pass && x.affected(do, x.places[i]) {
			at = append(at, i)
		}
	}
	return at
}

// affected reports whether a fault shows at a point at all: a bit without a quality
// bit can't be marked, and a text that is not there is an empty text.
func (x *runner) affected(do string, p place) bool {
	_, marked := x.Map.QualityOf(p.row.Register)
	switch do {
	case "quality-off":
		return p.bit >= 0 && marked
	case "not-available":
		return points.Of(p.id).Type != points.Text && (p.bit < 0 || marked)
	}
	return true
}

// tagsOf are the tags of steps.
func (x *runner) tagsOf(at []int) []Tag {
	tags := make([]Tag, len(at))
	for k, i := range at {
		tags[k] = x.tags[i]
	}
	return tags
}

// injectAll injects the fault at each breaker, and returns those where that went
// well.
func (x *runner) injectAll(ctx context.Context, subjects []*subject, group []int) []*subject {
	step := &x.steps[group[0]]
	ok := make([]bool, len(subjects))
	each(len(subjects), fetchers, func(i int) {
		in, err := x.Lab.Inject(ctx, remote.Order{Fault: step.Do, Unit: subjects[i].breaker, With: step.With, Run: x.id, Seed: x.Seed})
		if subjects[i].fault, ok[i] = in.ID, err == nil; err != nil {
			x.refused(subjects[i], err)
		}
	})
	var out []*subject
	for i, s := range subjects {
		if ok[i] {
			out = append(out, s)
		}
	}
	return out
}

func (x *runner) refused(s *subject, err error) {
	for _, i := range []int{s.during, s.after} {
		if i >= 0 {
			x.steps[i].Note = "the laboratory refuses the fault: " + err.Error()
		}
	}
}

// judgeDuring waits while the fault stands until all that is shown is as expected.
func (x *runner) judgeDuring(ctx context.Context, subjects []*subject) error {
	var judged []*subject
	for _, s := range subjects {
		if s.during >= 0 {
			judged = append(judged, s)
		}
	}
	if len(judged) == 0 {
		return wait(ctx, faultHold)
	}
	expect := x.steps[judged[0].during].Expect
	if expect == ExpectStays {
		x.cut(ctx, judged) // so that the limit meets a system that connects
	}
	if expect != ExpectBad {
		if err := x.renew(ctx, judged); err != nil {
			return err
		}
	}
	err := x.until(ctx, judged, question{func(s *subject) int { return s.during }, func(i, k int, s *subject, shown Shown) bool {
		switch bad := shown.Bad || !shown.Found; expect {
		case ExpectStays:
			return x.rightNow(i, shown)
		case ExpectUnbelieved:
			return bad || x.sameAsBefore(i, s.before, k)
		default:
			return bad
		}
	}, expect == ExpectUnbelieved})
	if !isAway(err) {
		return err
	}
	// It may be away because of the fault: whether it stays away shows without it.
	for _, s := range judged {
		if step := &x.steps[s.during]; step.Verdict == NotRun {
			step.Note = err.Error()
		}
	}
	return nil
}

// cut restarts the interfaces for a second.
func (x *runner) cut(ctx context.Context, subjects []*subject) {
	each(len(subjects), fetchers, func(i int) {
		x.Lab.Inject(ctx, remote.Order{Fault: "restart", Unit: subjects[i].breaker, With: map[string]string{"seconds": "1"}, For: 2, Run: x.id})
	})
}

// rightNow reports whether a point shows its value of the present set.
func (x *runner) rightNow(i int, shown Shown) bool {
	tol, _ := ParseTolerance(x.steps[i].Tolerance)
	return !shown.Bad && shown.Same(points.Of(x.places[i].id), x.drawn[i][x.set], tol)
}

func (x *runner) sameAsBefore(i int, before []Shown, k int) bool {
	return k < len(before) && x.steps[i].last.Text == before[k].Text
}

// renew gives the breakers a new set of values.
func (x *runner) renew(ctx context.Context, subjects []*subject) error {
	var at []int
	for _, s := range subjects {
		for i := range x.steps {
			if x.steps[i].Breaker == s.breaker && x.steps[i].Do == Substitute && x.drawn != nil && x.drawn[i] != nil {
				at = append(at, i)
			}
		}
	}
	set := x.set + 1
	for i := range x.drawn {
		if x.drawn[i] != nil {
			for len(x.drawn[i]) <= set {
				n := len(x.drawn[i])
				x.drawn[i] = append(x.drawn[i], x.stim.again(&x.steps[i].Step, x.places[i].id, x.places[i].row, x.drawn[i][n-1], n, x.Seed))
			}
		}
	}
	return x.stimulate(ctx, at, set)
}

// judgeAfter gives new values and waits until they are shown.
func (x *runner) judgeAfter(ctx context.Context, subjects []*subject) error {
	var judged []*subject
	for _, s := range subjects {
		if s.after >= 0 {
			judged = append(judged, s)
		}
	}
	if len(judged) == 0 {
		return nil
	}
	if err := x.renew(ctx, judged); err != nil {
		return err
	}
	return x.until(ctx, judged, question{func(s *subject) int { return s.after }, func(i, _ int, _ *subject, shown Shown) bool {
		return x.rightNow(i, shown)
	}, false})
}

// question is what a check asks of its subjects.
type question struct {
	step   func(*subject) int // that is judged
	holds  func(i, k int, s *subject, shown Shown) bool
	always bool // it must hold through the whole time, and not only once
}

// until looks at all subjects at once until what is asked holds for every point of
// theirs or their time is over, and gives the verdicts.
func (x *runner) until(ctx context.Context, subjects []*subject, q question) error {
	began := time.Now()
	open := slices.Clone(subjects)
	for {
		wrong, err := x.wrongNow(ctx, open, q)
		if err != nil {
			return err
		}
		open = slices.DeleteFunc(open, func(s *subject) bool {
			over := time.Since(began) >= seconds(x.steps[q.step(s)].Within) || patient(x.View)
			if !over && q.always == (len(wrong[s]) == 0) {
				return false
			}
			x.settle(q.step(s), s, wrong[s], began)
			return true
		})
		if len(open) == 0 || ctx.Err() != nil {
			return ctx.Err()
		}
		if err := wait(ctx, x.Plan.Binding.every()); err != nil {
			return err
		}
	}
}

// wrongNow are the points of each subject for which what is asked does not hold now.
func (x *runner) wrongNow(ctx context.Context, subjects []*subject, q question) (map[*subject][]int, error) {
	var all []int
	for _, s := range subjects {
		all = append(all, s.points...)
	}
	shown, err := x.seeAgain(ctx, x.tagsOf(all))
	if err != nil {
		return nil, err
	}
	wrong := map[*subject][]int{}
	for _, s := range subjects {
		for k, i := range s.points {
			x.steps[i].last, shown = shown[0], shown[1:]
			if !q.holds(i, k, s, x.steps[i].last) {
				wrong[s] = append(wrong[s], i)
			}
		}
	}
	return wrong, nil
}

// settle gives a check its verdict and its evidence: the first points that are not
// as expected.
func (x *runner) settle(at int, s *subject, wrong []int, began time.Time) {
	step := &x.steps[at]
	p := PassResult{Stimulus: step.Do, Expected: step.Expect, At: began.UTC(), Seconds: time.Since(began).Round(time.Millisecond).Seconds(), Right: len(wrong) == 0}
	step.Note = fmt.Sprintf("%d point(s) looked at", len(s.points))
	step.Verdict, p.Shown = Pass, "as expected"
	if len(wrong) > 0 {
		step.Verdict = Fail
		p.Shown = fmt.Sprintf("%d of %d points are not as expected: %s", len(wrong), len(s.points), x.firstOf(wrong))
		p.Evidence = x.steps[wrong[0]].last.Raw
		step.Diagnosis = x.whyNot(step, s, wrong)
		if step.Expect == ExpectGood && len(wrong) == len(s.points) && x.lost[s.breaker] == "" {
			x.lost[s.breaker] = step.ID
		}
	}
	step.Passes = []PassResult{p}
}

func (x *runner) firstOf(wrong []int) string {
	var out []string
	for _, i := range wrong[:min(3, len(wrong))] {
		out = append(out, x.steps[i].Point+" shows "+x.steps[i].last.value())
	}
	return strings.Join(out, "; ")
}

// release takes back all substitutions.
func (x *runner) release(ctx context.Context) error {
	names := slices.Sorted(maps.Keys(x.held))
	var mu sync.Mutex
	var wrong []error
	each(len(names), fetchers, func(i int) {
		if _, err := x.Lab.Undo(ctx, x.held[names[i]]); err != nil && !isRefusal(err) {
			mu.Lock()
			wrong = append(wrong, err)
			mu.Unlock()
		}
	})
	clear(x.held)
	return errors.Join(wrong...)
}

func isRefusal(err error) bool {
	var e *remote.Error
	return errors.As(err, &e)
}
