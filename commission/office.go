package commission

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/client"
	"switchroom/credential"
	"switchroom/store"
)

// Permits says who somebody is and what they may do now: accounts.Book does.
type Permits interface {
	May(now time.Time, token credential.Secret, p accounts.Permission, active bool) (accounts.Person, error)
}

// Office is commissioning over a data directory: one method for each thing that a person
// does. Each takes the token of their session, asks whether they may, and records what was
// done. Its methods may be called from several goroutines.
type Office struct {
	store   *store.Store
	log     *audit.Log
	permits Permits
	now     func() time.Time
	options client.Options

	pause func() // of tests; nil: nothing

	mu   sync.Mutex
	busy map[place]string // who edits a breaker now, by name
}

// place is a breaker of a project.
type place struct{ project, breaker string }

func (p place) String() string { return p.project + " " + p.breaker }

// NewOffice opens the office on a store that has [Part], a log and the accounts.
func NewOffice(s *store.Store, l *audit.Log, p Permits, o client.Options, now func() time.Time) *Office {
	return &Office{store: s, log: l, permits: p, now: now, options: o, busy: map[place]string{}}
}

// BusyError says that somebody else edits a breaker. Nothing has happened.
type BusyError struct{ Breaker, Who string }

func (e *BusyError) Error() string {
	return fmt.Sprintf("%s: %s edits this breaker now, and only one can: wait until they are done", e.Breaker, e.Who)
}

// UnfinishedError says that a plan was cut short and that nothing else goes before it.
type UnfinishedError struct {
	Plan, Breaker, By string
	At                time.Time
}

func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("%s: plan %s, which %s began to carry out at %s, was cut short: resume it first", e.Breaker, e.Plan, e.By, e.At.UTC().Format(time.DateTime))
}

// act is one thing that somebody does, as the audit log has it.
type act struct {
	o     *Office
	who   accounts.Person
	what  string
	where string
	why   string
}

// begin asks whether somebody may do something under one of the permissions. A no is
// recorded.
func (o *Office) begin(ctx context.Context, token credential.Secret, what, where string, any ...accounts.Permission) (*act, error) {
	var first error
	for _, p := range any {
		who, err := o.permits.May(o.now(), token, p, true)
		if err == nil {
			return &act{o: o, who: who, what: what, where: where}, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = &accounts.Denied{Reason: accounts.NotPermitted}
	}
	r := audit.Record{What: what, Where: where, Why: first.Error(), Result: audit.Refused}
	if named, ok := o.permits.(interface {
		Who(time.Time, credential.Secret, bool) (accounts.Person, error)
	}); ok {
		if who, err := named.Who(o.now(), token, false); err == nil {
			r.Who = who.Login
		}
	}
	_, err := o.log.Append(ctx, r)
	return nil, errors.Join(first, err)
}

// record writes what became of an act.
func (a *act) record(ctx context.Context, result audit.Result, before, after audit.Facts) error {
	_, err := a.o.log.Append(ctx, audit.Record{Who: a.who.Login, What: a.what, Where: a.where, Why: a.why, Result: result, Before: before, After: after})
	return err
}

// failed records that an act did not work, and returns why.
func (a *act) failed(ctx context.Context, result audit.Result, why error) error {
	a.why = why.Error()
	return errors.Join(why, a.record(ctx, result, audit.Facts{}, audit.Facts{}))
}

// claim takes a breaker for one person; release gives it back.
func (o *Office) claim(p place, name string) (release func(), err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if by, taken := o.busy[p]; taken {
		return nil, &BusyError{p.breaker, by}
	}
	o.busy[p] = name
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.busy, p)
	}, nil
}
