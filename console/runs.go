package console

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"switchroom/commission"
	"switchroom/upgrade"
)

// Bounds of upgrades, ours: how many at a time, and how many that have ended are told of.
const (
	runningMost = 4
	runsMost    = 50
)

// The states of a breaker whose turn has not come to its end; others are upgrade's.
const (
	waiting = "waiting"
	running = "running"
)

// runTold is an upgrade: of breakers, one after the other.
type runTold struct {
	ID       string      `json:"id"`
	Project  string      `json:"project"`
	Package  packageTold `json:"package"`
	By       string      `json:"by"`
	Begun    time.Time   `json:"begun"`
	Ended    time.Time   `json:"ended,omitzero" doc:"left out: it is under way"`
	Breakers []runRow    `json:"breakers"`
	Error    string      `json:"error" doc:"why nothing was begun"`
}

// runRow is a breaker of an upgrade.
type runRow struct {
	Breaker string          `json:"breaker"`
	State   string          `json:"state" doc:"waiting, running, done, failed, uncertain, not_tried"`
	Doing   string          `json:"doing" doc:"checking, sending, judging, writing, starting"`
	Percent float64         `json:"percent" doc:"of what it is doing"`
	Outcome upgrade.Outcome `json:"outcome"`
	Error   string          `json:"error"`
}

// runs are the upgrades since the start. They are in memory: what was done is in the
// audit, what a breaker has is read from it.
type runs struct {
	mu  sync.Mutex
	all []*runTold // the newest first
}

var errBusy = errors.New("other upgrades are under way: wait until one has ended")

// add makes one, unless there are too many.
func (r *runs) add(t *runTold, ids []string) (id string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, x := range r.all {
		if x.Ended.IsZero() {
			n++
		}
	}
	if n >= runningMost {
		return "", errBusy
	}
	t.ID = strings.ToLower(rand.Text()[:10])
	for _, b := range ids {
		t.Breakers = append(t.Breakers, runRow{Breaker: b, State: waiting})
	}
	r.all = append([]*runTold{t}, r.all...)
	r.all = r.all[:min(runsMost, len(r.all))]
	return t.ID, nil
}

// of are the upgrades of a project as they stand now.
func (r *runs) of(project string) []runTold {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := []runTold{}
	for _, x := range r.all {
		if x.Project == project {
			c := *x
			c.Breakers = slices.Clone(x.Breakers)
			all = append(all, c)
		}
	}
	return all
}

// find is one as it stands now.
func (r *runs) find(project, id string) (*runTold, error) {
	for _, x := range r.of(project) {
		if x.ID == id {
			return &x, nil
		}
	}
	return nil, &commission.NoneError{What: "upgrade " + id + " since this console has started: the audit has what was done"}
}

// change changes a breaker of an upgrade.
func (r *runs) change(t *runTold, breaker string, do func(*runRow)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range t.Breakers {
		if t.Breakers[i].Breaker == breaker {
			do(&t.Breakers[i])
		}
	}
}

// end notes what became of it.
func (r *runs) end(t *runTold, all []upgrade.Result, err error, now time.Time) {
	for _, x := range all {
		r.change(t, x.Breaker, func(row *runRow) {
			*row = runRow{Breaker: x.Breaker, State: x.State, Outcome: x.Outcome, Error: x.Error}
		})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t.Ended = now
	if err != nil {
		t.Error = err.Error()
	}
}

// begin runs an upgrade until it ends, or the console does.
func (s *Server) begin(ctx context.Context, o *order, t *runTold) error {
	if _, err := s.runs.add(t, o.ids); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(s.ending, cancel)
	u := o.Upgrade
	u.Tell = func(breaker string, p upgrade.Step) {
		s.runs.change(t, breaker, func(row *runRow) { row.State, row.Doing, row.Percent = running, p.Doing, p.Done })
	}
	u.With = func(breaker string, do func(commission.Reach) error) error {
		s.runs.change(t, breaker, func(row *runRow) { row.State = running })
		return o.reached(ctx, s, breaker, do)
	}
	s.serving.Go(func() {
		defer cancel()
		defer stop()
		all, err := s.Office.Upgrade(ctx, o.token, o.number, o.ids, u)
		s.runs.end(t, all, err, s.Now())
	})
	return nil
}

// went tells whether every breaker went as it should.
func (t *runTold) went() bool {
	return !slices.ContainsFunc(t.Breakers, func(b runRow) bool { return b.State != upgrade.Done })
}
