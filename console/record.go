package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"sync"
	"time"

	"switchroom/audit"
)

// machine is who acts where no person does.
const machine = "console"

// quiet is the log of package net/http: what strangers send is no news.
var quiet = log.New(io.Discard, "", 0)

// errUnrecorded is what a person is told of a deed that could not be recorded.
type errUnrecorded struct{ error }

func (e errUnrecorded) Error() string {
	return "this cannot be recorded, and what is not recorded is not done: the disk may be full or broken (" + e.error.Error() + ")"
}

func (e errUnrecorded) Unwrap() error { return e.error }

// note records.
func (s *Server) note(ctx context.Context, r audit.Record) error {
	r.At = s.Now()
	if _, err := s.Log.Append(ctx, r); err != nil {
		return errUnrecorded{err}
	}
	return nil
}

// deed records what a person does, then does it: nothing is done that no record tells
// of. If it was not done after all a second record says so.
func (s *Server) deed(ctx context.Context, r audit.Record, do func() error) error {
	r.Result = audit.Done
	if err := s.note(ctx, r); err != nil {
		return err
	}
	err := do()
	if err == nil {
		return nil
	}
	r.Result, r.Why, r.Before, r.After = audit.Failed, err.Error(), audit.Facts{}, audit.Facts{}
	return errors.Join(err, s.note(context.WithoutCancel(ctx), r))
}

// did is a record of what the person of a visit does.
func (v *visit) did(what, where string) audit.Record {
	return audit.Record{Who: v.who.Login, What: what, Where: fmt.Sprintf("%s, from %s", where, v.source)}
}

// refusalsMost is how many refusals are recorded a minute, ours: strangers must not be
// able to fill the disk.
const refusalsMost = 60

// refusals counts those that are recorded, and those that are not.
type refusals struct {
	mu      sync.Mutex
	minute  time.Time
	n, more int
}

// next says whether one more is recorded, and how many before it were not.
func (f *refusals) next(now time.Time) (is bool, before int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := now.Truncate(time.Minute); !m.Equal(f.minute) {
		f.minute, f.n = m, 0
	}
	if f.n >= refusalsMost {
		f.more++
		return false, 0
	}
	f.n++
	before, f.more = f.more, 0
	return true, before
}

// refuse records that something was refused, within bounds.
func (s *Server) refuse(ctx context.Context, r audit.Record, why error) {
	is, before := s.refusals.next(s.Now())
	if !is {
		return
	}
	r.Result, r.Why = audit.Refused, why.Error()
	if before > 0 {
		r.After = r.After.With("refusals_before_not_recorded", before)
	}
	_ = s.note(context.WithoutCancel(ctx), r) // nothing was done: there is nothing to take back
}
