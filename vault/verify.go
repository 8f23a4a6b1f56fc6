package vault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"switchroom/credential"
)

// Finding is what is to be said of a password.
type Finding struct {
	Entry
	Holds   string `json:"holds"`             // yes, no, unknown
	Why     string `json:"why,omitempty"`     // it is unknown
	Weak    string `json:"weak,omitempty"`    // the name of a weakness
	Twice   bool   `json:"twice,omitempty"`   // another level of this breaker has the same
	Overdue bool   `json:"overdue,omitempty"` // it is to be changed
}

// OK reports whether nothing is to be done.
func (f *Finding) OK() bool {
	return f.Holds == "yes" && f.Weak == "" && !f.Twice && !f.Overdue && f.Step != Drawn && f.Step != Sent
}

// Verify proves each password of a breaker, once, and says what is wrong with it. d may
// be nil: then nothing is asked.
func (v *Vault) Verify(ctx context.Context, d Door, breaker string) ([]Finding, error) {
	v.turn.Lock()
	defer v.turn.Unlock()
	k, err := v.key()
	if err != nil {
		return nil, err
	}
	rows, err := v.rows(ctx, breaker)
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("%s: %w", breaker, ErrAbsent)
	}
	if err != nil {
		return nil, err
	}
	all, have := make([]Finding, len(rows)), make([]credential.Secret, len(rows))
	for i := range rows {
		if have[i], err = k.unseal(rows[i].place(), rows[i].sealed); err != nil {
			return nil, err
		}
		all[i] = v.judge(rows[i].Entry, have[i])
		for j := range i {
			if have[j].Equal(have[i]) {
				all[i].Twice, all[j].Twice = true, true
			}
		}
	}
	for i := range all {
		v.ask(ctx, d, &all[i], have[i])
	}
	return all, nil
}

func (v *Vault) judge(e Entry, s credential.Secret) Finding {
	f := Finding{Entry: e, Holds: "unknown", Why: "it was not asked", Overdue: e.Overdue(v.now())}
	if w := Weak(s); w != nil {
		f.Weak = w.Name
	}
	return f
}

func (v *Vault) ask(ctx context.Context, d Door, f *Finding, s credential.Secret) {
	if d == nil {
		return
	}
	right, err := v.proves(ctx, d, f.Breaker, f.Level, s)
	switch {
	case err != nil:
		f.Why = err.Error()
	case right:
		f.Holds, f.Why = "yes", ""
	default:
		f.Holds, f.Why = "no", ""
	}
}

// Overdue are the passwords that are to be changed, sorted.
func (v *Vault) Overdue(ctx context.Context, now time.Time) (all []Entry, err error) {
	entries, err := v.Entries(ctx, "")
	for _, e := range entries {
		if e.Overdue(now) {
			all = append(all, e)
		}
	}
	return all, err
}

// Breakers are the names of those that the vault has passwords of, sorted.
func (v *Vault) Breakers(ctx context.Context) (all []string, err error) {
	entries, err := v.Entries(ctx, "")
	for _, e := range entries {
		if len(all) == 0 || all[len(all)-1] != e.Breaker {
			all = append(all, e.Breaker)
		}
	}
	return all, err
}

// Rotated is what became of one breaker of several.
type Rotated struct {
	Breaker string `json:"breaker"`
	Done    []End  `json:"done,omitempty"`
	Error   string `json:"error,omitempty"`
	Tried   bool   `json:"tried"`
}

// errStopped ends a run over many breakers.
var errStopped = errors.New("stopped: what fails at several breakers is likely to fail at all, and each failure may be a wrong password that it counts; see what it is, then run it again")

// Each does something to one breaker after the other, and stops after so many failures
// (1 or more): those that are left were not tried. told, if not nil, hears of each.
func Each(ctx context.Context, breakers []string, failures int, do func(context.Context, string) ([]End, error), told func(Rotated)) ([]Rotated, error) {
	all := make([]Rotated, len(breakers))
	failed, failures := 0, max(1, failures)
	for i, b := range breakers {
		all[i].Breaker = b
		if failed >= failures || ctx.Err() != nil {
			continue
		}
		var err error
		all[i].Tried = true
		if all[i].Done, err = do(ctx, b); err != nil {
			all[i].Error = err.Error()
			failed++
		}
		if told != nil {
			told(all[i])
		}
	}
	switch {
	case ctx.Err() != nil:
		return all, ctx.Err()
	case failed >= failures && !all[len(all)-1].Tried:
		return all, errStopped
	case failed > 0:
		return all, fmt.Errorf("%d of %d breakers failed", failed, len(breakers))
	}
	return all, nil
}
