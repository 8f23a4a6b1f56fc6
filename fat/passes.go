package fat

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"switchroom/lab/remote"
	"switchroom/points"
)

// all does the steps, phase by phase.
func (x *runner) all(ctx context.Context) error {
	began := time.Now()
	if err := x.pointToPoint(ctx); err != nil {
		return err
	}
	x.spent = time.Since(began)
	return x.checks(ctx)
}

// substitutes are the steps that stimulate a point.
func (x *runner) substitutes() []int {
	var at []int
	for i := range x.steps {
		if x.steps[i].Do == Substitute {
			at = append(at, i)
		}
	}
	return at
}

// pointToPoint gives all points values, waits until they are shown, and does so
// again with others.
func (x *runner) pointToPoint(ctx context.Context) error {
	at := x.substitutes()
	if len(at) == 0 {
		return nil
	}
	x.drawn = make([][]points.Value, len(x.steps))
	for _, i := range at {
		x.drawn[i] = x.stim.draw(&x.steps[i].Step, x.places[i].id, x.places[i].row, x.Plan.Passes, x.Seed)
	}
	err := x.allPasses(ctx, at)
	x.judge(context.WithoutCancel(ctx), at)
	return err
}

func (x *runner) allPasses(ctx context.Context, at []int) error {
	for pass := range x.Plan.Passes {
		x.Progress(fmt.Sprintf("pass %d of %d: %d points of %d breakers", pass+1, x.Plan.Passes, len(at), len(x.scene.points)))
		if err := x.stimulate(ctx, at, pass); err != nil {
			return err
		}
		if err := x.await(ctx, at, pass); err != nil {
			return err
		}
		if err := x.anyShown(at); err != nil {
			return err
		}
		x.finished = pass + 1
	}
	return nil
}

// stimulate gives the points of the steps their values of a set, all of a breaker
// at once, and takes back the set before.
func (x *runner) stimulate(ctx context.Context, at []int, set int) error {
	with := map[string]map[string]string{}
	for _, i := range at {
		p := x.places[i]
		if with[p.breaker] == nil {
			with[p.breaker] = map[string]string{}
		}
		with[p.breaker][p.id.String()] = written(p.id, x.drawn[i][set])
		x.picture(p.breaker, set).set(p.id, x.drawn[i][set])
	}
	x.set = set
	names := slices.Sorted(maps.Keys(with))
	var mu sync.Mutex
	var wrong error
	each(len(names), fetchers, func(k int) {
		in, err := x.Lab.Inject(ctx, remote.Order{Fault: Substitute, Unit: names[k], With: with[names[k]], Run: x.id, Seed: x.Seed})
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			wrong = fmt.Errorf("stimulating %s: %w", names[k], err)
			return
		}
		before, had := x.held[names[k]]
		x.held[names[k]] = in.ID
		if had && before != in.ID {
			x.Lab.Undo(ctx, before) // it may have been replaced already
		}
	})
	return wrong
}

// written is a value as the laboratory reads it.
func written(id points.ID, v points.Value) string {
	var text string
	raw := points.Of(id).JSON(v)
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// picture is the picture of a breaker in a set.
func (x *runner) picture(breaker string, set int) *picture {
	for len(x.scene.pictures[breaker]) <= set {
		x.scene.pictures[breaker] = append(x.scene.pictures[breaker], newPicture(x.Map))
	}
	return x.scene.pictures[breaker][set]
}

// await looks at the system until all points are shown right at once or their time
// is over. Points that failed in an earlier pass are not waited for: they only have
// to have had the time that the others needed. The time in which the system is away
// does not count.
func (x *runner) await(ctx context.Context, at []int, pass int) error {
	began := time.Now()
	for _, i := range at {
		x.steps[i].Passes = append(x.steps[i].Passes, PassResult{
			Stimulus: written(x.places[i].id, x.drawn[i][pass]), Expected: points.Of(x.places[i].id).Format(x.drawn[i][pass]), At: began.UTC(),
		})
	}
	slowest, pending, least, lost := time.Duration(0), at, x.least(at), time.Duration(0)
	for {
		looked := time.Now()
		still, err := x.lookAt(ctx, at, pass, began)
		spent := time.Since(began) - lost
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && x.stays():
			return err
		case err == nil && len(still) < len(pending):
			slowest = spent
		}
		pending = still
		if err == nil && (patient(x.View) || spent >= least && (len(pending) == 0 || x.over(pending, pass, spent, slowest))) {
			return nil
		}
		if err := wait(ctx, x.Plan.Binding.every()); err != nil {
			return err
		}
		if err != nil {
			lost += time.Since(looked)
		}
	}
}

// blindTime is how long a pass lasts at least where a breaker has nothing but points
// with a few values: what is shown of them may be the values of before. Ours.
const blindTime = 3 * time.Second

// least is how long a pass lasts at least. A number that is shown tells that its
// breaker was polled; a bit may be right by chance.
func (x *runner) least(at []int) time.Duration {
	tells := map[string]bool{}
	for _, i := range at {
		t := points.Of(x.places[i].id).Type
		tells[x.places[i].breaker] = tells[x.places[i].breaker] || t != points.Bool && t != points.Enum && fewValues[x.places[i].id] == nil
	}
	for _, ok := range tells {
		if !ok {
			return blindTime
		}
	}
	return 0
}

// over reports whether nothing is worth waiting for any longer.
func (x *runner) over(pending []int, pass int, spent, slowest time.Duration) bool {
	for _, i := range pending {
		limit := seconds(x.steps[i].Within)
		if pass > 0 && !x.rightBefore(i, pass) {
			limit = min(limit, 2*slowest+time.Second)
		}
		if spent < limit {
			return false
		}
	}
	return true
}

func (x *runner) rightBefore(i, pass int) bool {
	for _, p := range x.steps[i].Passes[:pass] {
		if !p.Right {
			return false
		}
	}
	return true
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// wait waits, or ends with the context.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lookAt looks once, records what is shown, and returns the steps that are not
// right yet.
func (x *runner) lookAt(ctx context.Context, pending []int, pass int, began time.Time) ([]int, error) {
	tags := make([]Tag, len(pending))
	for k, i := range pending {
		tags[k] = x.tags[i]
	}
	shown, err := x.see(ctx, tags)
	if err != nil {
		return pending, err
	}
	var still []int
	for k, i := range pending {
		if !x.record(i, pass, shown[k], time.Since(began)) {
			still = append(still, i)
		}
	}
	return still, nil
}

// record writes down what is shown of a step, and tells whether it is right.
func (x *runner) record(i, pass int, s Shown, after time.Duration) bool {
	step, p := &x.steps[i], &x.steps[i].Passes[pass]
	tol, _ := ParseTolerance(step.Tolerance)
	step.Note = ""
	right := !s.Bad && s.Same(points.Of(x.places[i].id), x.drawn[i][pass], tol)
	if !right || !p.Right {
		p.Seconds = after.Round(time.Millisecond).Seconds()
	}
	p.Shown, p.Evidence, p.Right, p.seen = s.value(), s.Raw, right, s
	return right
}

// judge gives the verdicts of point-to-point, and names the mistakes.
func (x *runner) judge(ctx context.Context, at []int) {
	var failed []int
	for _, i := range at {
		s := &x.steps[i]
		switch {
		case !x.rightBefore(i, x.finished):
			s.Verdict = Fail
			failed = append(failed, i)
		case x.finished == x.Plan.Passes:
			s.Verdict = Pass
		}
	}
	if len(failed) == 0 {
		return
	}
	x.Progress(fmt.Sprintf("%d of %d points are not shown right; looking for the mistakes", len(failed), len(at)))
	x.fillPictures(ctx)
	each(len(failed), 2, func(k int) { x.diagnose(failed[k]) })
}

// diagnose names the mistakes that explain a failed point.
func (x *runner) diagnose(i int) {
	s := &x.steps[i]
	var seen []witness
	for pass := range x.finished {
		seen = append(seen, witness{pass: pass, shown: s.Passes[pass].seen})
	}
	tol, _ := ParseTolerance(s.Tolerance)
	s.Diagnosis = x.scene.explain(x.places[i], seen, tol)
}

// fillPictures adds what the breakers show by themselves of the points that the
// plan does not stimulate: a register next to the right one may hold one of them.
func (x *runner) fillPictures(ctx context.Context) {
	names := slices.Sorted(maps.Keys(x.scene.pictures))
	each(len(names), fetchers, func(k int) {
		all, err := x.Lab.Read(ctx, names[k])
		if err != nil {
			return
		}
		for _, p := range x.scene.pictures[names[k]] {
			for _, rd := range all {
				id, err := points.Lookup(rd.Point)
				if err == nil && !slices.Contains(x.scene.points[names[k]], id) {
					if v, ok := readingOf(rd); ok {
						p.set(id, v)
					}
				}
			}
		}
	})
}

// readingOf is a reading of the laboratory as a value.
func readingOf(rd remote.Reading) (points.Value, bool) {
	id, err := points.Lookup(rd.Point)
	doc, derr := decodeJSON(rd.Value)
	if err != nil || derr != nil || doc == nil {
		return points.Value{}, false
	}
	v, err := points.Of(id).Parse(scalar(doc))
	return v, err == nil
}
