package commission

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/client"
	"switchroom/credential"
	"switchroom/points"
)

// Reach is how a breaker is reached for one thing that somebody does.
type Reach struct {
	Address  string            // "": the first of the breaker in the project
	Password credential.Secret // of a level of the breaker: to write, level 4 (B3); by a cable to read too
}

func (r Reach) address(b *Breaker) (string, error) {
	switch {
	case r.Address != "":
		return r.Address, client.CheckAddress(r.Address)
	case len(b.Addresses) > 0:
		return b.Addresses[0], nil
	}
	return "", fmt.Errorf("%s has no address in the project: give one", b.ID)
}

// Taken is a snapshot, and what has to be said of it.
type Taken struct {
	Snapshot *Snapshot
	Notice   string // a plan was cut short, and whether the old or the new settings act
}

// Snapshot reads a breaker as it is and keeps that.
func (o *Office) Snapshot(ctx context.Context, token credential.Secret, number, id string, r Reach) (*Taken, error) {
	p := place{number, id}
	a, err := o.begin(ctx, token, "snapshot.taken", p.String(), accounts.BreakerRead)
	if err != nil {
		return nil, err
	}
	b, err := o.breaker(ctx, p)
	if err != nil {
		return nil, err
	}
	address, err := r.address(b)
	if err != nil {
		return nil, err
	}
	a.where += " " + address
	s, err := o.take(ctx, Who{Breaker: id, By: a.who.ID, Name: a.who.Name, Address: address, At: o.now()}, r.Password)
	if err != nil {
		return nil, a.failed(ctx, audit.Failed, err)
	}
	if err := reading.Possible(WayOf(address), s.Virtual); err != nil {
		return nil, a.failed(ctx, audit.Refused, err)
	}
	if got := s.Identity[points.DeviceSerial.String()]; b.Serial != "" && got != "" && b.Serial != got {
		return nil, a.failed(ctx, audit.Refused, &OtherUnitError{b.Serial, got})
	}
	if err := a.record(ctx, audit.Done, audit.Facts{}, audit.Facts{}.With("digest", string(s.Digest()))); err != nil {
		return nil, err
	}
	if err := o.putSnapshot(ctx, p, s); err != nil {
		return nil, err
	}
	notice, err := o.notice(ctx, p, s)
	return &Taken{s, notice}, err
}

func (o *Office) take(ctx context.Context, w Who, password credential.Secret) (*Snapshot, error) {
	b, err := client.Connect(ctx, w.Address, o.options)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	if c, ok := b.(*client.Cable); ok {
		if err := c.Login(ctx, password.Reveal()); err != nil {
			return nil, err
		}
	}
	return Take(ctx, b, o.options.Map, w)
}

// notice says whether a plan was cut short at a breaker, and what acts now.
func (o *Office) notice(ctx context.Context, p place, s *Snapshot) (string, error) {
	r, ok, err := o.running(ctx, p)
	if err != nil || !ok {
		return "", err
	}
	if o.editing(p) {
		return "", nil // it is under way
	}
	at, err := o.plan(ctx, strconv.FormatInt(r.plan, 10))
	if err != nil {
		return "", err
	}
	j := Job{Plan: at.Plan}
	acts := map[standing]string{standsOld: "the old settings act", standsNew: "the new settings act", standsMixed: "some of the old and some of the new settings act"}[j.stands(s)]
	return fmt.Sprintf("%v; %s", &UnfinishedError{at.ID, p.breaker, r.who, r.at}, acts), nil
}

// Snapshots returns the snapshots of a breaker, the newest first, at most a thousand.
func (o *Office) Snapshots(ctx context.Context, token credential.Secret, number, id string) ([]Snapshot, error) {
	if _, err := o.begin(ctx, token, "snapshot.read", place{number, id}.String(), accounts.BreakerRead); err != nil {
		return nil, err
	}
	return bodies[Snapshot](ctx, o, "SELECT body FROM commission_snapshots WHERE project = $1 AND breaker = $2 ORDER BY at DESC, digest LIMIT 1000", number, id)
}

// SnapshotOf returns a snapshot of a breaker by its digest, or by its first digits.
func (o *Office) SnapshotOf(ctx context.Context, token credential.Secret, number, id string, d Digest) (*Snapshot, error) {
	p := place{number, id}
	if _, err := o.begin(ctx, token, "snapshot.read", p.String(), accounts.BreakerRead); err != nil {
		return nil, err
	}
	return o.snapshot(ctx, p, d)
}

// Plan makes a plan from a snapshot of a breaker and keeps it.
func (o *Office) Plan(ctx context.Context, token credential.Secret, number, id string, base Digest, reason string, wishes []Wish) (*Plan, error) {
	p := place{number, id}
	a, err := o.begin(ctx, token, "plan.made", p.String(), permission(wishes, accounts.ProtectPropose))
	if err != nil {
		return nil, err
	}
	b, err := o.breaker(ctx, p)
	if err != nil {
		return nil, err
	}
	s, err := o.snapshot(ctx, p, base)
	if err != nil {
		return nil, err
	}
	plan, err := NewPlan(s, b, reason, wishes)
	if err != nil {
		return nil, err
	}
	if err := o.addPlan(ctx, p, plan, a.who); err != nil {
		return nil, err
	}
	a.why = reason
	before, after := facts(plan)
	return plan, a.record(ctx, audit.Done, before, after.With("plan", plan.ID).With("digest", string(plan.Digest())))
}

// permission is what it takes to plan or to carry out wishes: for settings that protect,
// the one given.
func permission(wishes []Wish, protecting accounts.Permission) accounts.Permission {
	for _, w := range wishes {
		if id, err := points.Lookup(w.Point); err != nil || Protects(id) {
			return protecting
		}
	}
	return accounts.SettingsWrite
}

func (p *Plan) wishes() []Wish {
	all := make([]Wish, len(p.Rows))
	for i, r := range p.Rows {
		all[i] = Wish{r.Point, r.Becomes}
	}
	return all
}

// facts are the rows of a plan, as the log has them.
func facts(p *Plan) (before, after audit.Facts) {
	for _, r := range p.Rows {
		before, after = before.With(r.Point, r.Was), after.With(r.Point, r.Becomes)
	}
	return before, after
}

// Plans returns the plans of a breaker, the newest first, at most a thousand; of all
// breakers of a project where id is "".
func (o *Office) Plans(ctx context.Context, token credential.Secret, number, id string) ([]Plan, error) {
	if _, err := o.begin(ctx, token, "plan.read", place{number, id}.String(), accounts.BreakerRead); err != nil {
		return nil, err
	}
	return bodies[Plan](ctx, o, "SELECT body FROM commission_plans WHERE project = $1 AND (breaker = $2 OR $2 = '') ORDER BY id DESC LIMIT 1000", number, id)
}

// File is a plan with everything that belongs to it.
type File struct {
	Project  string    `json:"project"`
	Plan     *Plan     `json:"plan"`
	Base     *Snapshot `json:"base"`
	Approval *Approval `json:"approval,omitempty"`
	Outcome  *Outcome  `json:"outcome,omitempty"`
}

// PlanOf returns a plan with its base, its approval and its outcome, as far as there are.
func (o *Office) PlanOf(ctx context.Context, token credential.Secret, id string) (*File, error) {
	if _, err := o.begin(ctx, token, "plan.read", "plan "+id, accounts.BreakerRead); err != nil {
		return nil, err
	}
	_, f, err := o.file(ctx, id)
	return f, err
}

func (o *Office) file(ctx context.Context, id string) (*planAt, *File, error) {
	at, err := o.plan(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	f := &File{Project: at.project, Plan: at.Plan, Approval: &Approval{}, Outcome: &Outcome{}}
	if f.Base, err = o.snapshot(ctx, at.place, at.Base); err != nil {
		return nil, nil, err
	}
	err = o.body(ctx, f.Approval, "approval", "SELECT body FROM commission_approvals WHERE plan = $1", at.number)
	if isNone(err) {
		f.Approval, err = nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	err = o.body(ctx, f.Outcome, "outcome", "SELECT body FROM commission_outcomes WHERE plan = $1", at.number)
	if isNone(err) {
		f.Outcome, err = nil, nil
	}
	return at, f, err
}

// Approve is a second person's yes to exactly the plan of a digest (C15).
func (o *Office) Approve(ctx context.Context, token credential.Secret, id string, d Digest, words string) (*Approval, error) {
	a, err := o.begin(ctx, token, "plan.approved", "plan "+id, accounts.ProtectApprove)
	if err != nil {
		return nil, err
	}
	at, f, err := o.file(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case at.Digest() != d:
		return nil, a.failed(ctx, audit.Refused, fmt.Errorf("plan %s has another digest than what was looked at: look at it again", id))
	case f.Approval != nil:
		return nil, fmt.Errorf("plan %s is approved already", id)
	case f.Outcome != nil:
		return nil, fmt.Errorf("plan %s has been carried out already", id)
	}
	if err := accounts.Second(accounts.Person{ID: at.By}, a.who); err != nil {
		return nil, a.failed(ctx, audit.Refused, err)
	}
	out := &Approval{Plan: id, PlanDigest: d, By: a.who.ID, Name: a.who.Name, At: o.now().UTC(), Text: words}
	a.where, a.why = fmt.Sprintf("%v plan %s", at.place, id), words
	if err := a.record(ctx, audit.Done, audit.Facts{}, audit.Facts{}.With("digest", string(d))); err != nil {
		return nil, err
	}
	return out, o.insert(ctx, "INSERT INTO commission_approvals (plan, at, body) VALUES ($1, $2, $3)", out, at.number, out.At.UnixMicro())
}

// ErrSecondPerson says that a plan needs a second person, who has not approved it yet.
var ErrSecondPerson = errors.New("this goes beyond the study, so that somebody else has to approve it first (C15)")

// approved says whether a plan that needs it has a second person.
func (f *File) approved(by accounts.Person) error {
	if !f.Plan.NeedsSecond() {
		return nil
	}
	if f.Approval == nil || f.Approval.PlanDigest != f.Plan.Digest() {
		rows := slices.Collect(func(yield func(string) bool) {
			for _, r := range f.Plan.Outruns {
				if !yield(r.Point + ": " + r.Text) {
					return
				}
			}
		})
		return fmt.Errorf("%w: %s", ErrSecondPerson, joined(rows))
	}
	second := accounts.Person{ID: f.Approval.By}
	return errors.Join(accounts.Second(accounts.Person{ID: f.Plan.By}, second), accounts.Second(by, second))
}

// CutShort is a plan that was begun, whose end nobody has recorded, and that nobody is
// carrying out now.
type CutShort struct {
	Project string    `json:"project"`
	Breaker string    `json:"breaker"`
	Plan    string    `json:"plan"`
	By      string    `json:"by"` // login
	At      time.Time `json:"at"`
}

// Unfinished returns the plans that were cut short, by project and breaker: each has to
// be resumed.
func (o *Office) Unfinished(ctx context.Context, token credential.Secret) (all []CutShort, err error) {
	if _, err := o.begin(ctx, token, "plan.read", "", accounts.BreakerRead); err != nil {
		return nil, err
	}
	rows, err := o.store.Reader().QueryContext(ctx, "SELECT project, breaker, plan, who, at FROM commission_running ORDER BY project, breaker")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c CutShort
		var plan, at int64
		if err := rows.Scan(&c.Project, &c.Breaker, &plan, &c.By, &at); err != nil {
			return nil, err
		}
		c.Plan, c.At = strconv.FormatInt(plan, 10), time.UnixMicro(at).UTC()
		if !o.editing(place{c.Project, c.Breaker}) {
			all = append(all, c)
		}
	}
	return all, rows.Err()
}

// editing says whether somebody edits a breaker now.
func (o *Office) editing(p place) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, busy := o.busy[p]
	return busy
}

// Diff is a plan beside what was found, with the curves of both. Where there are no
// curves the error says why, and the diff is there all the same.
func (o *Office) Diff(ctx context.Context, token credential.Secret, id string) (*Diff, error) {
	f, err := o.PlanOf(ctx, token, id)
	if err != nil {
		return nil, err
	}
	b, err := o.breaker(ctx, place{f.Project, f.Plan.Breaker})
	if err != nil && !isNone(err) {
		return nil, err
	}
	return NewDiff(f.Plan, f.Base, b)
}

// Attempt is what came of reading one of several breakers.
type Attempt struct {
	Breaker string
	Taken   *Taken
	Err     error
}

// atOnce is how many breakers are read at the same time; ours.
const atOnce = 16

// SnapshotAll reads several breakers, at the same time where they are reached over a
// network, and returns what came of each in the order asked for. progress, if not nil, is
// called after each, one call at a time.
func (o *Office) SnapshotAll(ctx context.Context, token credential.Secret, number string, ids []string, r Reach, progress func(done, of int)) []Attempt {
	all := make([]Attempt, len(ids))
	var (
		mu    sync.Mutex
		done  int
		group errgroup.Group
	)
	group.SetLimit(atOnce)
	for i, id := range ids {
		group.Go(func() error {
			taken, err := o.Snapshot(ctx, token, number, id, r)
			mu.Lock()
			defer mu.Unlock()
			all[i] = Attempt{id, taken, err}
			if done++; progress != nil {
				progress(done, len(ids))
			}
			return nil
		})
	}
	group.Wait()
	return all
}
