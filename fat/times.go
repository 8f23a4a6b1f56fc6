package fat

import (
	"context"
	"fmt"
	"math"
	"time"

	"switchroom/points"
)

// clockSlack is how far the clock of the system may be from that of the bench, on
// top of the time limit. Ours.
const clockSlack = 2 * time.Second

// times gives the breakers new values and compares the time that is shown with
// them with the time they were given.
func (x *runner) times(ctx context.Context, g []int) error {
	var subjects []*subject
	for _, i := range g {
		s := &x.steps[i]
		at := x.shownRight(s.Breaker, s.Do)
		switch {
		case x.Plan.Binding.Time == "":
			s.Note = "the binding tells no time of the values"
		case len(at) == 0:
			s.Note = "no point of the breaker is shown right, so that nothing can be judged"
		default:
			subjects = append(subjects, &subject{breaker: s.Breaker, points: at, during: i, after: i})
		}
	}
	if len(subjects) == 0 {
		return nil
	}
	x.Progress(fmt.Sprintf("times at %d breaker(s)", len(subjects)))
	began := time.Now()
	if err := x.renew(ctx, subjects); err != nil {
		return err
	}
	err := x.until(ctx, subjects, question{func(s *subject) int { return s.during }, func(i, _ int, _ *subject, shown Shown) bool {
		tol, _ := ParseTolerance(x.steps[i].Tolerance)
		return shown.Same(points.Of(x.places[i].id), x.drawn[i][x.set], tol) && fresh(shown.At, began)
	}, false})
	for _, s := range subjects {
		x.nameTime(s, began)
	}
	return err
}

// fresh reports whether a time can be that of a value given since began.
func fresh(at, began time.Time) bool {
	return !at.IsZero() && at.After(began.Add(-clockSlack)) && at.Before(time.Now().Add(clockSlack))
}

// nameTime names what is wrong with the times of a breaker.
func (x *runner) nameTime(s *subject, began time.Time) {
	step := &x.steps[s.during]
	if step.Verdict != Fail {
		return
	}
	d := Diagnosis{"wrong-time", "the time shown with the values is not theirs", "show the time when the value was read, in the zone of the site"}
	for _, i := range s.points {
		at := x.steps[i].last.At
		if at.IsZero() || fresh(at, began) {
			continue
		}
		off := time.Since(at)
		if q := math.Round(off.Minutes() / 15); q != 0 && math.Abs(off.Minutes()-15*q) < 1 {
			d = Diagnosis{"time-zone", fmt.Sprintf("the times are %+g h off", -q/4), "correct the zone, or write it beside the time"}
		}
		break
	}
	step.Diagnosis = []Diagnosis{d}
}
