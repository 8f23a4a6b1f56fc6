package vault

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"switchroom/credential"
)

// State is how far a change has come.
//
//	(none) ── drawn ── sent ── (none): the new one holds, the old is former
//	            │        └──── rolled: the old one holds
//	            └── (none): it was never sent
type State string

// States. Rolled stays for a while: what was sent and seemed lost may still arrive.
const (
	Drawn  State = "drawn"  // sealed, and surely not sent
	Sent   State = "sent"   // may have been sent
	Rolled State = "rolled" // was sent, and the old one held when it was asked
)

// late is how long a change that was lost may still arrive; ours.
const late = 10 * time.Minute

// step is a row of the journal.
type step struct {
	place
	sealed []byte
	state  State
	began  time.Time
	who    string
}

func (v *Vault) steps(ctx context.Context, breaker string) (all []step, err error) {
	rows, err := v.store.Reader().QueryContext(ctx, "SELECT breaker, level, generation, sealed, state, began, who FROM vault_steps WHERE breaker = $1 ORDER BY level", breaker)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s step
		var began int64
		if err := rows.Scan(&s.breaker, &s.level, &s.generation, &s.sealed, &s.state, &began, &s.who); err != nil {
			return nil, err
		}
		s.began = time.UnixMicro(began)
		all = append(all, s)
	}
	return all, rows.Err()
}

// begin draws the next password of a level and seals it: nobody has seen it yet.
func (v *Vault) begin(ctx context.Context, k *key, breaker string, level int, who string) (*step, credential.Secret, error) {
	taken, generation, err := v.taken(ctx, k, breaker, level)
	if err != nil {
		return nil, credential.Secret{}, err
	}
	next, err := draw(taken)
	if err != nil {
		return nil, next, err
	}
	s := &step{place{breaker, level, generation + 1}, nil, Drawn, v.now(), who}
	if s.sealed, err = k.seal(s.place, next); err != nil {
		return nil, next, err
	}
	return s, next, v.store.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO vault_steps (breaker, level, generation, sealed, state, began, who) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (breaker, level) DO UPDATE SET generation = excluded.generation, sealed = excluded.sealed, state = excluded.state, began = excluded.began, who = excluded.who`,
			s.breaker, s.level, s.generation, s.sealed, string(s.state), s.began.UnixMicro(), s.who)
		return err
	})
}

// taken says which passwords are not to be drawn: those of all levels now, those of
// changes that have begun, and former ones of this level.
func (v *Vault) taken(ctx context.Context, k *key, breaker string, level int) (is func(credential.Secret) bool, generation int64, err error) {
	var have []credential.Secret
	rows, err := v.rows(ctx, breaker)
	if err != nil {
		return nil, 0, err
	}
	for i := range rows {
		s, err := k.unseal(rows[i].place(), rows[i].sealed)
		if err != nil {
			return nil, 0, err
		}
		have = append(have, s)
		if rows[i].Level == level {
			generation = rows[i].Generation
		}
	}
	steps, err := v.steps(ctx, breaker)
	if err != nil {
		return nil, 0, err
	}
	for i := range steps {
		s, err := k.unseal(steps[i].place, steps[i].sealed)
		if err != nil {
			return nil, 0, err
		}
		have = append(have, s)
	}
	former, err := v.former(ctx, breaker, level)
	return func(s credential.Secret) bool {
		m, found := k.formerMark(breaker, level, s), false
		for _, h := range have {
			found = found || h.Equal(s)
		}
		for _, f := range former {
			found = found || equal(f, m)
		}
		return found
	}, generation, err
}

func (v *Vault) former(ctx context.Context, breaker string, level int) (all [][]byte, err error) {
	rows, err := v.store.Reader().QueryContext(ctx, "SELECT mark FROM vault_former WHERE breaker = $1 AND level = $2", breaker, level)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var m []byte
		if err := rows.Scan(&m); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

// errMoved says that the journal is not as this change has left it.
var errMoved = errors.New("the journal of this breaker was changed by something else: nothing was done")

// move writes how far a change has come.
func (v *Vault) move(ctx context.Context, s *step, to State) error {
	return v.store.Write(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, "UPDATE vault_steps SET state = $1 WHERE breaker = $2 AND level = $3 AND generation = $4", string(to), s.breaker, s.level, s.generation)
		return one(r, err)
	})
}

func one(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		return errors.Join(errMoved, err)
	}
	return nil
}

// drop ends a change whose password no breaker has.
func (v *Vault) drop(ctx context.Context, s *step) error {
	return v.store.Write(ctx, func(tx *sql.Tx) error { return dropStep(ctx, tx, s.breaker, s.level) })
}

func dropStep(ctx context.Context, tx *sql.Tx, breaker string, level int) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM vault_steps WHERE breaker = $1 AND level = $2", breaker, level)
	return err
}

// accept ends a change whose password holds: the old one is former.
func (v *Vault) accept(ctx context.Context, k *key, s *step, old credential.Secret) error {
	was := place{s.breaker, s.level, s.generation - 1}
	return v.store.Write(ctx, func(tx *sql.Tx) error {
		if err := keepFormer(ctx, tx, was, k.formerMark(s.breaker, s.level, old)); err != nil {
			return err
		}
		if err := setCurrent(ctx, tx, s.place, s.sealed, v.now(), v.now().Add(Every), s.who); err != nil {
			return err
		}
		return dropStep(ctx, tx, s.breaker, s.level)
	})
}
