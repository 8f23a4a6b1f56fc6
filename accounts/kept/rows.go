// Package kept keeps people, groups and codes of package accounts in SQL, and the keys
// of their authenticators encrypted with a file of the data directory.
//
// It decides nothing: what may be kept is judged by accounts before. A row is read
// whole as it was written, or refused: one that this program does not understand is
// not taken for less than it says.
package kept

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"switchroom/accounts"
	"switchroom/credential"
	"switchroom/store"
)

// Part is the tables. accounts_mark has one row, which every change replaces: where the
// answer to a change was lost, it says whether it was made.
func Part() store.Part {
	return store.Part{Name: "accounts", Steps: []string{`
CREATE TABLE accounts_people (id TEXT PRIMARY KEY, row TEXT NOT NULL) STRICT;
CREATE TABLE accounts_groups (id TEXT PRIMARY KEY, row TEXT NOT NULL) STRICT;
CREATE TABLE accounts_setup (id INTEGER PRIMARY KEY, row TEXT NOT NULL) STRICT;
CREATE TABLE accounts_mark (id INTEGER PRIMARY KEY, mark TEXT NOT NULL) STRICT;
`}}
}

// Rows is an accounts.Store.
type Rows struct{ store *store.Store }

// In returns the rows in a store that was opened with [Part].
func In(s *store.Store) *Rows { return &Rows{s} }

// Load reads all that is kept. Where it may write it takes the writer's turn, so that
// it sees whether a change whose answer was lost was made.
func (r *Rows) Load(ctx context.Context) (c accounts.Change, err error) {
	turn := r.store.Write
	if r.store.Writer() == nil {
		turn = r.store.Snapshot
	}
	err = turn(ctx, func(tx *sql.Tx) error {
		c, err = load(ctx, tx)
		return err
	})
	if err != nil {
		return accounts.Change{}, err
	}
	return c, nil
}

func load(ctx context.Context, tx *sql.Tx) (c accounts.Change, err error) {
	people := each(ctx, tx, "SELECT id, row FROM accounts_people ORDER BY id", func(id string, p accounts.Person) error {
		c.People = append(c.People, p)
		return same("person", id, p.ID)
	})
	groups := each(ctx, tx, "SELECT id, row FROM accounts_groups ORDER BY id", func(id string, g accounts.Group) error {
		c.Groups = append(c.Groups, g)
		return same("group", id, g.ID)
	})
	codes := each(ctx, tx, "SELECT id, row FROM accounts_setup ORDER BY id", func(_ string, k credential.Code) error {
		c.SetUp = append(c.SetUp, k)
		return nil
	})
	return c, errors.Join(people, groups, codes)
}

func same(what, key, id string) error {
	if key != id {
		return fmt.Errorf("the row of %s %s is another's: restore a backup", what, key)
	}
	return nil
}

// each gives every row of a query to take.
func each[T any](ctx context.Context, tx *sql.Tx, query string, take func(id string, v T) error) error {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var text []byte
		var v T
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		if err := decode(text, &v); err != nil {
			return fmt.Errorf("row %s does not read (%w): use the program that wrote it, or restore a backup", id, err)
		}
		if err := take(id, v); err != nil {
			return err
		}
	}
	return rows.Err()
}

// decode refuses what it does not know: a person of a newer program could have a bar
// in a field that this one would drop.
func decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// Save keeps a change whole or not at all.
func (r *Rows) Save(ctx context.Context, c accounts.Change) error {
	mark := rand.Text()
	err := r.store.Write(ctx, func(tx *sql.Tx) error { return save(ctx, tx, c, mark) })
	if errors.Is(err, store.ErrUncertain) {
		return r.settle(ctx, mark, err)
	}
	return err
}

func save(ctx context.Context, tx *sql.Tx, c accounts.Change, mark string) error {
	for i := range c.People {
		if err := put(ctx, tx, "accounts_people", c.People[i].ID, &c.People[i]); err != nil {
			return err
		}
	}
	for i := range c.Groups {
		if err := put(ctx, tx, "accounts_groups", c.Groups[i].ID, &c.Groups[i]); err != nil {
			return err
		}
	}
	for _, id := range c.Gone {
		for _, table := range []string{"accounts_people", "accounts_groups"} {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE id = $1", id); err != nil {
				return err
			}
		}
	}
	if c.SetUp != nil {
		if err := setUp(ctx, tx, c.SetUp); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO accounts_mark (id, mark) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark", mark)
	return err
}

func put[K int | string](ctx context.Context, tx *sql.Tx, table string, id K, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO "+table+" (id, row) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET row = excluded.row", id, string(text))
	return err
}

func setUp(ctx context.Context, tx *sql.Tx, codes []credential.Code) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM accounts_setup"); err != nil {
		return err
	}
	for i := range codes {
		if err := put(ctx, tx, "accounts_setup", i+1, &codes[i]); err != nil {
			return err
		}
	}
	return nil
}

// settle looks whether a change whose answer was lost was made. It takes the writer's
// turn: while the server may still be making it, there is none.
func (r *Rows) settle(ctx context.Context, mark string, lost error) error {
	ctx = context.WithoutCancel(ctx) // which may be why the answer was lost
	made := false
	err := r.store.Write(ctx, func(tx *sql.Tx) error {
		var last string
		err := tx.QueryRowContext(ctx, "SELECT mark FROM accounts_mark WHERE id = 1").Scan(&last)
		made = last == mark
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	switch {
	case err != nil && !made:
		return fmt.Errorf("%w: %w; %w", accounts.ErrUncertain, lost, err)
	case made:
		return nil
	}
	return errors.Unwrap(lost)
}
