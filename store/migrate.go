package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Part is one owner of tables: audit, accounts. Steps are only ever added to: what is
// carried out somewhere is never changed. Statements of a step end with a semicolon at
// the end of a line; INTEGER, TEXT, BLOB and REAL are the types.
type Part struct {
	Name  string
	Steps []string
}

// ownSteps make the list of the migrations that were carried out, with their text: so
// that a program that means something else by the same number is found out.
const ownSteps = `CREATE TABLE IF NOT EXISTS migrations (part TEXT NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (part, number)) STRICT`

// migrate carries out what is missing, each part up to its number in most (nil: all).
// All of it is one transaction.
func (s *Store) migrate(ctx context.Context, parts []Part, most map[string]int) error {
	return s.Write(ctx, func(tx *sql.Tx) error { return s.migrateIn(ctx, tx, parts, most) })
}

func (s *Store) migrateIn(ctx context.Context, tx *sql.Tx, parts []Part, most map[string]int) error {
	if _, err := tx.ExecContext(ctx, s.engine.dialect.Replace(ownSteps)); err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	done, err := carriedOut(ctx, tx, parts)
	if err != nil {
		return err
	}
	for _, p := range parts {
		end := len(p.Steps)
		if most != nil {
			end = min(end, most[p.Name])
		}
		for n := done[p.Name]; n < end; n++ {
			if err := s.step(ctx, tx, p, n); err != nil {
				return fmt.Errorf("migration %d of %s, nothing was changed: %w", n+1, p.Name, err)
			}
		}
	}
	return nil
}

func (s *Store) step(ctx context.Context, tx *sql.Tx, p Part, n int) error {
	for statement := range strings.SplitSeq(s.engine.dialect.Replace(p.Steps[n]), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO migrations (part, number, text) VALUES ($1, $2, $3)", p.Name, n+1, p.Steps[n])
	return err
}

// check is migrate for who cannot write: everything must have been carried out.
func (s *Store) check(ctx context.Context, parts []Part) error {
	return s.Snapshot(ctx, func(tx *sql.Tx) error {
		done, err := carriedOut(ctx, tx, parts)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if done[p.Name] != len(p.Steps) {
				return fmt.Errorf("%s has %d of %d migrations of %s: start this version of the program on it once", s.Name(), done[p.Name], len(p.Steps), p.Name)
			}
		}
		return nil
	})
}

// carriedOut returns how many steps of each part were carried out, and refuses a
// database that is newer than the program or was made by other steps.
func carriedOut(ctx context.Context, tx *sql.Tx, parts []Part) (map[string]int, error) {
	rows, err := tx.QueryContext(ctx, "SELECT part, number, text FROM migrations ORDER BY part, number")
	if err != nil {
		return nil, fmt.Errorf("the database has no list of migrations: it is not one of this program, or empty (%w)", err)
	}
	defer rows.Close()
	done := map[string]int{}
	var wrong []error
	for rows.Next() {
		var name, text string
		var number int
		if err := rows.Scan(&name, &number, &text); err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(parts, func(p Part) bool { return p.Name == name }); i >= 0 {
			wrong = append(wrong, parts[i].matches(number, done[name], text))
		}
		done[name]++
	}
	return done, errors.Join(append(wrong, rows.Err())...)
}

func (p *Part) matches(number, before int, text string) error {
	switch {
	case number != before+1:
		return fmt.Errorf("migration %d of %s is missing from the list in the database: restore a backup", before+1, p.Name)
	case number > len(p.Steps):
		return fmt.Errorf("the database is newer than this program (migration %d of %s): use the newer program", number, p.Name)
	case text != p.Steps[number-1]:
		return fmt.Errorf("migration %d of %s was another one when it was carried out: this program does not fit this database", number, p.Name)
	}
	return nil
}
