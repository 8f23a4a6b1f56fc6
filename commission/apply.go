package commission

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/client"
	"switchroom/credential"
	"switchroom/points"
	"switchroom/regmap"
)

// ChangedError says that a breaker is not any more what a plan starts from. Nothing was
// written.
type ChangedError struct{ Changes []Change }

func (e *ChangedError) Error() string {
	rows := make([]string, len(e.Changes))
	for i, c := range e.Changes {
		rows[i] = fmt.Sprintf("%s was %s and is %s", c.Point, c.Was, c.Is)
	}
	return "somebody changed it since: " + strings.Join(rows, "; ") + "; take a new snapshot and make a new plan"
}

// OtherUnitError says that another control unit answers than the one that was planned for.
type OtherUnitError struct{ Want, Got string }

func (e *OtherUnitError) Error() string {
	return fmt.Sprintf("another unit answers: serial number %s, and the plan is for %s; nothing was written: look at the address and at the breaker", e.Got, e.Want)
}

// Job is a plan to be carried out.
type Job struct {
	Plan     *Plan
	Base     *Snapshot // that the plan starts from
	Who      Who       // who does it, by which address
	Password credential.Secret
	Options  client.Options
	Now      func() time.Time
	// Begin, if not nil, is called after all that can be refused, right before the first
	// write: whoever keeps a journal writes it there. With an error nothing is written.
	Begin func(ctx context.Context, now *Snapshot) error
	// Wait is how long to try for a breaker that was lost on the way; 0: ten seconds.
	Wait time.Duration
}

// patience bounds a change that was begun; ours.
const patience = 2 * time.Minute

// Apply carries out a plan. With an error nothing was written to the breaker. Otherwise
// the outcome says what became of it: everything is as planned and was read back, or
// everything is as it was, or, where the breaker does not answer any more, that it is not
// known; the next time [Resume] finds out.
func Apply(ctx context.Context, j Job) (*Outcome, error) {
	if j.Now == nil {
		j.Now = time.Now
	}
	if j.Plan.Base != j.Base.Digest() {
		return nil, errors.New("the plan starts from another snapshot than this one")
	}
	b, now, err := j.look(ctx)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	if err := j.admit(now); err != nil {
		return nil, err
	}
	settings, err := settingsOf(slices.Concat(j.Plan.Rows, companions(now, j.Plan.Rows)), PlanRow.becomes)
	if err != nil {
		return nil, err
	}
	if j.Begin != nil {
		if err := j.Begin(ctx, now); err != nil {
			return nil, err
		}
	}
	// Now an end has to be reached, whoever asked has gone away or not.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	wrote := b.Write(ctx, j.Password.Reveal(), 0, settings...)
	if taken(wrote) {
		wrote = fmt.Errorf("somebody edits this breaker by another way, and only one can: wait until they are done (%w)", wrote)
	}
	relied := b.Relied()
	b.Close()
	return j.settle(ctx, wrote, relied), nil
}

func (r PlanRow) becomes() string { return r.Becomes }
func (r PlanRow) was() string     { return r.Was }

// settingsOf are rows as a client takes them.
func settingsOf(rows []PlanRow, value func(PlanRow) string) ([]client.Setting, error) {
	var all []client.Setting
	for _, r := range rows {
		id, v, err := setting(r.Point, value(r))
		if err != nil {
			return nil, err
		}
		all = append(all, client.Setting{Point: id, Value: v})
	}
	return all, nil
}

// refusedUntouched says whether an error is a no, after which nothing has changed.
func refusedUntouched(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	return ok && !e.MayHaveHappened && len(e.Done) == 0
}

// taken says whether somebody else edits the breaker now.
func taken(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	return ok && (e.Refused && e.Status == regmap.SessionTaken || e.Reason == "session_taken")
}

// look connects and takes a snapshot. The breaker is the caller's to close.
func (j *Job) look(ctx context.Context) (client.Breaker, *Snapshot, error) {
	b, err := client.Connect(ctx, j.Who.Address, j.Options)
	if err != nil {
		return nil, nil, err
	}
	if c, ok := b.(*client.Cable); ok {
		if err := c.Login(ctx, j.Password.Reveal()); err != nil {
			b.Close()
			return nil, nil, err
		}
	}
	w := j.Who
	w.Breaker, w.At = j.Plan.Breaker, j.Now()
	s, err := Take(ctx, b, j.Options.Map, w)
	if err != nil {
		b.Close()
		return nil, nil, err
	}
	return b, s, nil
}

// admit says why a plan must not be carried out on what is there now.
func (j *Job) admit(now *Snapshot) error {
	serial := points.DeviceSerial.String()
	if a, b := j.Base.Identity[serial], now.Identity[serial]; a != "" && b != "" && a != b {
		return &OtherUnitError{a, b}
	}
	if changes := Compare(j.Base, now); len(changes) > 0 {
		return &ChangedError{changes}
	}
	for _, r := range j.Plan.Rows {
		if now.Value(r.Point) == "" {
			return fmt.Errorf("%s cannot be read by %s, so that nobody could verify it: use the way by which the snapshot was taken", r.Point, j.Who.Address)
		}
		id, err := points.Lookup(r.Point)
		if err != nil {
			return err
		}
		f, ok := FunctionOf(id)
		if !ok {
			return fmt.Errorf("%s: commissioning does not set this", r.Point)
		}
		if err := f.Possible(WayOf(j.Who.Address), now.Virtual); err != nil {
			return err
		}
	}
	return nil
}

// outcome begins one.
func (j *Job) outcome() *Outcome {
	return &Outcome{Plan: j.Plan.ID, PlanDigest: j.Plan.Digest(), Breaker: j.Plan.Breaker, By: j.Who.By, Name: j.Who.Name, At: j.Now().UTC().Truncate(time.Millisecond)}
}
