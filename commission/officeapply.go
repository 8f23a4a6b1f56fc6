package commission

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
)

func joined(rows []string) string { return strings.Join(rows, "; ") }

// Apply carries out a plan: see [Apply] of the package. It is recorded before anything is
// written, and again when it has ended.
func (o *Office) Apply(ctx context.Context, token credential.Secret, id string, r Reach) (*Outcome, error) {
	a, j, at, release, err := o.prepare(ctx, token, "plan.applied", id, r)
	if err != nil {
		return nil, err
	}
	defer release()
	if run, unfinished, err := o.running(ctx, at.place); err != nil || unfinished {
		return nil, errors.Join(err, unfinishedOf(at, run, unfinished))
	}
	j.Begin = func(ctx context.Context, now *Snapshot) error {
		begun := *a
		begun.what, begun.why = "plan.begun", at.Reason
		before, after := facts(at.Plan)
		if err := begun.record(ctx, audit.Done, before, after.With("plan", id)); err != nil {
			return err
		}
		if o.pause != nil {
			o.pause()
		}
		return o.run(ctx, at, a.who.Login)
	}
	out, err := Apply(ctx, *j)
	if err != nil {
		return nil, a.failed(ctx, audit.Failed, err)
	}
	return out, o.finish(ctx, a, at, out)
}

func unfinishedOf(at *planAt, r running, is bool) error {
	if !is {
		return nil
	}
	return &UnfinishedError{strconv.FormatInt(r.plan, 10), at.breaker, r.who, r.at}
}

// Resume finds out what became of a plan that was cut short, and ends it: see [Resume] of
// the package.
func (o *Office) Resume(ctx context.Context, token credential.Secret, id string, r Reach) (*Outcome, error) {
	a, j, at, release, err := o.prepare(ctx, token, "plan.resumed", id, r)
	if err != nil {
		return nil, err
	}
	defer release()
	run, unfinished, err := o.running(ctx, at.place)
	if err != nil {
		return nil, err
	}
	if !unfinished || run.plan != at.number {
		return nil, fmt.Errorf("plan %s was not cut short: there is nothing to resume", id)
	}
	out := Resume(ctx, *j)
	return out, o.finish(ctx, a, at, out)
}

// prepare asks for the permission, finds everything, and takes the breaker for one
// person. Once it is begun, an end must be reached also where a browser has gone away:
// nothing of it hangs on the request's context but its values.
func (o *Office) prepare(ctx context.Context, token credential.Secret, what, id string, r Reach) (a *act, j *Job, at *planAt, release func(), err error) {
	at, f, err := o.file(ctx, id)
	if err != nil {
		if _, denied := o.begin(ctx, token, what, "plan "+id, accounts.ProtectApply, accounts.SettingsWrite); denied != nil {
			err = denied // who may not, does not learn what there is
		}
		return nil, nil, nil, nil, err
	}
	a, err = o.begin(ctx, token, what, fmt.Sprintf("%v plan %s", at.place, id), permission(at.wishes(), accounts.ProtectApply))
	if err != nil {
		return nil, nil, nil, nil, err
	}
	if f.Outcome != nil && f.Outcome.End != Uncertain {
		return nil, nil, nil, nil, fmt.Errorf("plan %s has ended (%s): make another", id, f.Outcome.End)
	}
	if err := f.approved(a.who); err != nil {
		return nil, nil, nil, nil, a.failed(ctx, audit.Refused, err)
	}
	b, err := o.breaker(ctx, at.place)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	address, err := r.address(b)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	a.where += " " + address
	release, err = o.claim(at.place, a.who.Name)
	if err != nil {
		return nil, nil, nil, nil, a.failed(ctx, audit.Refused, err)
	}
	j = &Job{Plan: at.Plan, Base: f.Base, Password: r.Password, Options: o.options, Now: o.now,
		Who: Who{Breaker: at.breaker, By: a.who.ID, Name: a.who.Name, Address: address, At: o.now()}}
	return a, j, at, release, nil
}

// results is how the log has the end of a plan.
var results = map[End]audit.Result{Applied: audit.Done, NotApplied: audit.Failed, RolledBack: audit.Failed, Uncertain: audit.Uncertain}

// finish keeps an outcome and what was left, and records both, whatever has become of the
// request meanwhile.
func (o *Office) finish(ctx context.Context, a *act, at *planAt, out *Outcome) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	a.why = out.Why
	if a.why == "" {
		a.why = at.Reason
	}
	after := audit.Facts{}.With("plan", at.ID).With("ended", string(out.End)).With("outcome", string(out.Digest()))
	var errs []error
	if out.AsLeft != nil {
		after = after.With("as_left", string(out.AsLeft.Digest()))
		errs = append(errs, o.putSnapshot(ctx, at.place, out.AsLeft))
	}
	errs = append(errs, o.end(ctx, at, out), a.record(ctx, results[out.End], audit.Facts{}, after))
	return errors.Join(errs...)
}
