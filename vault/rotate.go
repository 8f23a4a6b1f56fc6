package vault

import (
	"context"
	"errors"
	"fmt"

	"switchroom/credential"
)

// End is how a change of one level ended.
type End struct {
	Breaker string `json:"breaker"`
	Level   int    `json:"level"`
	Changed bool   `json:"changed"` // else the password is the one from before
}

// ErrNeither says that a breaker has neither the password from before a change nor the
// one after. Both stay in the vault.
var ErrNeither = errors.New("neither the password from before nor the new one holds: somebody else has changed it; find out which it has, and put it in with switchroom vault add")

// ErrOpen says that it is not known which password a breaker has.
var ErrOpen = errors.New("the vault has both passwords; switchroom vault resume finds out which holds")

// Rotate changes passwords of a breaker: of these levels, or of all that the vault has,
// level 4 last, since it authorises the others. It stops at the first that fails and
// tells what was done. Changes that were cut off are ended first.
func (v *Vault) Rotate(ctx context.Context, d Door, breaker, who string, levels ...int) (done []End, err error) {
	v.turn.Lock()
	defer v.turn.Unlock()
	k, err := v.key()
	if err != nil {
		return nil, err
	}
	if _, err := v.resume(ctx, k, d, breaker); err != nil {
		return nil, err
	}
	if len(levels) == 0 {
		if levels, err = v.has(ctx, breaker); err != nil {
			return nil, err
		}
	}
	for _, level := range levels {
		if err := ctx.Err(); err != nil {
			return done, fmt.Errorf("stopped before level %d of %s: %w", level, breaker, err)
		}
		end, err := v.rotate(ctx, k, d, breaker, level, who)
		if err != nil {
			return done, fmt.Errorf("level %d of %s: %w", level, breaker, err)
		}
		done = append(done, end)
	}
	return done, nil
}

func (v *Vault) has(ctx context.Context, breaker string) (levels []int, err error) {
	rows, err := v.rows(ctx, breaker)
	for i := range rows {
		levels = append(levels, rows[i].Level)
	}
	if err == nil && len(levels) == 0 {
		err = fmt.Errorf("%s: %w", breaker, ErrAbsent)
	}
	return levels, err
}

func (v *Vault) rotate(ctx context.Context, k *key, d Door, breaker string, level int, who string) (End, error) {
	end := End{Breaker: breaker, Level: level}
	by, err := v.authority(ctx, k, breaker, level)
	if err != nil {
		return end, err
	}
	if err := v.mayGuess(ctx, breaker); err != nil {
		return end, err
	}
	s, next, err := v.begin(ctx, k, breaker, level, who)
	if err != nil {
		return end, err
	}
	if err := v.move(ctx, s, Sent); err != nil {
		return end, err // not sent; Resume finds that the old one holds
	}
	// What is on its way is ended, also for who has had enough: doors take their time, but
	// not for ever.
	ctx = context.WithoutCancel(ctx)
	failed := d.Change(ctx, level, by, next)
	if errors.Is(failed, ErrNotChanged) {
		if errors.Is(failed, ErrWrongPassword) {
			failed = errors.Join(failed, v.guessed(ctx, breaker, false))
		}
		return end, errors.Join(failed, v.drop(ctx, s))
	}
	s.state = Sent
	end, err = v.settle(ctx, k, d, s)
	switch {
	case err != nil && failed != nil:
		return end, fmt.Errorf("%w; and afterwards: %w; %w", failed, err, ErrOpen)
	case err != nil:
		return end, fmt.Errorf("%w; %w", err, ErrOpen)
	case !end.Changed:
		return end, errors.Join(ErrNotChanged, failed)
	}
	return end, nil
}

// authority is the password that lets a level be changed: level 4's, or its own where
// the vault has no other.
func (v *Vault) authority(ctx context.Context, k *key, breaker string, level int) (credential.Secret, error) {
	_, s, err := v.current(ctx, k, breaker, Levels)
	if errors.Is(err, ErrAbsent) {
		_, s, err = v.current(ctx, k, breaker, level)
	}
	return s, err
}

// Resume ends the changes of a breaker that were cut off: it proves which password
// holds, and keeps that one.
func (v *Vault) Resume(ctx context.Context, d Door, breaker string) ([]End, error) {
	v.turn.Lock()
	defer v.turn.Unlock()
	k, err := v.key()
	if err != nil {
		return nil, err
	}
	return v.resume(ctx, k, d, breaker)
}

func (v *Vault) resume(ctx context.Context, k *key, d Door, breaker string) (ends []End, err error) {
	steps, err := v.steps(ctx, breaker)
	if err != nil {
		return nil, err
	}
	for i := range steps {
		s := &steps[i]
		if s.state == Drawn { // it was never sent
			if err := v.drop(ctx, s); err != nil {
				return ends, err
			}
			continue
		}
		end, err := v.settle(ctx, k, d, s)
		if err != nil {
			return ends, fmt.Errorf("level %d of %s: %w", s.level, s.breaker, err)
		}
		ends = append(ends, end)
	}
	return ends, nil
}

// settle proves which of two passwords holds, the likelier first, and ends the change
// that way.
func (v *Vault) settle(ctx context.Context, k *key, d Door, s *step) (End, error) {
	end := End{Breaker: s.breaker, Level: s.level}
	_, old, err := v.current(ctx, k, s.breaker, s.level)
	if err != nil {
		return end, err
	}
	next, err := k.unseal(s.place, s.sealed)
	if err != nil {
		return end, err
	}
	first, second := next, old
	if s.state == Rolled {
		first, second = old, next
	}
	holds, err := v.proves(ctx, d, s.breaker, s.level, first)
	if err != nil {
		return end, err
	}
	end.Changed = holds == (s.state != Rolled)
	if !holds {
		if holds, err = v.proves(ctx, d, s.breaker, s.level, second); err != nil {
			return End{Breaker: s.breaker, Level: s.level}, err
		}
	}
	switch {
	case !holds:
		return End{Breaker: s.breaker, Level: s.level}, ErrNeither
	case end.Changed:
		return end, v.accept(ctx, k, s, old)
	case s.state == Rolled && v.now().Sub(s.began) > late:
		return end, v.drop(ctx, s)
	}
	return end, v.move(ctx, s, Rolled)
}
