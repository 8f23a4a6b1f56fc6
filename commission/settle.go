package commission

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/client"
)

// again is how long the commissioning waits between two tries to find a breaker that was
// lost; ours.
const again = 100 * time.Millisecond

// Resume finds out what became of a plan whose carrying out ended on the way: the program
// or the connection died between two writes. It reads the breaker, says whether the old or
// the new settings act, and puts the old ones back where it is neither.
func Resume(ctx context.Context, j Job) *Outcome {
	if j.Now == nil {
		j.Now = time.Now
	}
	return j.settle(ctx, errors.New("it was cut short"), nil)
}

// settle reads a breaker after a write and sees to it that it ends new or old. wrote is
// the error of the write.
func (j *Job) settle(ctx context.Context, wrote error, relied []client.Reliance) *Outcome {
	o := j.outcome()
	o.Relied = relied
	b, left, err := j.find(ctx)
	if err != nil {
		o.End = Uncertain
		o.Why = why(wrote, fmt.Errorf("and then the breaker did not answer: %w; nobody knows whether the old or the new settings act; as soon as it answers, resume this plan", err))
		o.Rows = j.judge(nil)
		return o
	}
	defer b.Close()
	o.note(b)
	o.AsLeft, o.Rows = left, j.judge(left)
	strange := j.strange(left)
	switch j.stands(left) {
	case standsNew:
		if o.End = Applied; len(strange) == 0 {
			o.Why = why(wrote, nil)
			if o.Why != "" {
				o.Why += "; but the breaker has everything as planned"
			}
			return o
		}
	case standsOld:
		if o.End, o.Why = NotApplied, why(wrote, nil); o.Why == "" {
			o.Why = "the breaker said yes, and has everything as it was"
		}
		return o
	}
	j.undo(ctx, b, o, why(wrote, notPlanned(o.Rows, strange)))
	return o
}

// undo writes what was, and reads it back.
func (j *Job) undo(ctx context.Context, b client.Breaker, o *Outcome, reason string) {
	o.Why = reason
	touched := slices.Concat(j.Plan.Rows, j.companionsOfBase())
	settings, err := settingsOf(touched, PlanRow.was)
	if err == nil {
		err = b.Write(ctx, j.Password.Reveal(), 0, settings...)
	}
	o.note(b)
	b.Close() // a cable has one end, and what was on an old connection is not believed
	again, left, lost := j.find(ctx)
	if lost != nil {
		o.End, o.AsLeft = Uncertain, nil
		o.Why += fmt.Sprintf("; it was being undone when the breaker was lost: %v; resume this plan", lost)
		return
	}
	again.Close()
	o.AsLeft, o.Rows = left, j.judge(left)
	if j.stands(left) == standsOld {
		o.End = RolledBack
		if more := j.strange(left); len(more) > 0 {
			o.Why += "; what was not ours to undo and is not as it was: " + changesText(more)
		}
		return
	}
	o.End = Uncertain
	o.Why += fmt.Sprintf("; it could not be undone (%v): set the breaker by hand to what it was, and take a snapshot", err)
}

// companionsOfBase are the settings that the same commands carry, as they were.
func (j *Job) companionsOfBase() []PlanRow { return companions(j.Base, j.Plan.Rows) }

// note adds what a connection relied on.
func (o *Outcome) note(b client.Breaker) {
	for _, r := range b.Relied() {
		if !slices.Contains(o.Relied, r) {
			o.Relied = append(o.Relied, r)
		}
	}
	slices.SortFunc(o.Relied, func(a, b client.Reliance) int { return strings.Compare(a.What, b.What) })
}

// find connects anew, again and again until the breaker answers or time is over: what was
// on the old connection is not believed.
func (j *Job) find(ctx context.Context) (client.Breaker, *Snapshot, error) {
	wait := j.Wait
	if wait == 0 {
		wait = 10 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		b, s, err := j.look(ctx)
		if err == nil || refusedUntouched(err) {
			return b, s, err
		}
		select {
		case <-ctx.Done():
			return nil, nil, err
		case <-time.After(again):
		}
	}
}

// judge is the rows of an outcome; nil: nothing could be read.
func (j *Job) judge(left *Snapshot) (rows []OutcomeRow) {
	for _, r := range j.Plan.Rows {
		row := OutcomeRow{Point: r.Point, Wanted: r.Becomes}
		if left != nil {
			row.ReadBack = left.Value(r.Point)
			row.Verified = row.ReadBack != "" && same(r.Point, row.ReadBack, r.Becomes)
		}
		rows = append(rows, row)
	}
	return rows
}

// standing is what acts: the old settings, the new ones, or neither.
type standing int

const (
	standsMixed standing = iota
	standsOld
	standsNew
)

func (j *Job) stands(now *Snapshot) standing {
	isOld, isNew := true, true
	for _, r := range j.Plan.Rows {
		v := now.Value(r.Point)
		isOld = isOld && v != "" && same(r.Point, v, r.Was)
		isNew = isNew && v != "" && same(r.Point, v, r.Becomes)
	}
	switch {
	case isNew:
		return standsNew
	case isOld:
		return standsOld
	}
	return standsMixed
}

// strange are settings that changed and that nobody planned, nor do they only show what
// was planned.
func (j *Job) strange(now *Snapshot) (all []Change) {
	for _, c := range Compare(j.Base, now) {
		planned := func(r PlanRow) bool { return r.Point == c.Point || shows(c.Point, r.Point) }
		if !slices.ContainsFunc(j.Plan.Rows, planned) {
			all = append(all, c)
		}
	}
	return all
}

// shows says whether one point is a witness of the other.
func shows(seen, of string) bool {
	return slices.ContainsFunc(witnesses, func(w witness) bool { return w.of != 0 && w.seen.String() == seen && w.of.String() == of })
}

func changesText(all []Change) string {
	parts := make([]string, len(all))
	for i, c := range all {
		parts[i] = fmt.Sprintf("%s was %s and is %s", c.Point, c.Was, c.Is)
	}
	return strings.Join(parts, ", ")
}

// notPlanned says what is not as planned.
func notPlanned(rows []OutcomeRow, strange []Change) error {
	var parts []string
	for _, r := range rows {
		if !r.Verified {
			parts = append(parts, fmt.Sprintf("%s is %q and not %s", r.Point, r.ReadBack, r.Wanted))
		}
	}
	if len(strange) > 0 {
		parts = append(parts, "changed though nobody planned it: "+changesText(strange))
	}
	return errors.New(strings.Join(parts, "; "))
}

// why joins what went wrong.
func why(errs ...error) string {
	if err := errors.Join(errs...); err != nil {
		return strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	return ""
}
