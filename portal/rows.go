package portal

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"switchroom/store"
)

// Part is the tables. Rows are JSON; what is looked for has a column of its own.
func Part() store.Part {
	return store.Part{Name: "portal", Steps: []string{`
CREATE TABLE portal_people (id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE, row TEXT NOT NULL) STRICT;
CREATE TABLE portal_cases (id TEXT PRIMARY KEY, state TEXT NOT NULL, row TEXT NOT NULL) STRICT;
CREATE INDEX portal_cases_state ON portal_cases (state, id);
CREATE TABLE portal_case_people (person TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (person, number)) STRICT;
CREATE TABLE portal_advisories (id TEXT PRIMARY KEY, file TEXT NOT NULL UNIQUE, row TEXT NOT NULL, document BLOB NOT NULL, signature BLOB NOT NULL) STRICT;
CREATE TABLE portal_orders (id TEXT PRIMARY KEY, person TEXT NOT NULL, row TEXT NOT NULL, package BLOB NOT NULL) STRICT;
CREATE INDEX portal_orders_person ON portal_orders (person, id);
CREATE TABLE portal_steps (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, role TEXT NOT NULL, about TEXT NOT NULL, what TEXT NOT NULL, was TEXT NOT NULL, becomes TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE INDEX portal_steps_about ON portal_steps (about, id);
CREATE TABLE portal_setup (id INTEGER PRIMARY KEY, row TEXT NOT NULL) STRICT;
`}}
}

// asker is who answers queries: the reader of a store, or a transaction.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// rowsOf reads what a query finds, whose only column is a row.
func rowsOf[T any](ctx context.Context, q asker, query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []T{}
	for rows.Next() {
		var text []byte
		var v T
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		if err := decode(text, &v); err != nil {
			return nil, fmt.Errorf("a row does not read (%w): use the program that wrote it, or restore a backup", err)
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// rowOf reads one row; errNone if there is none.
func rowOf[T any](ctx context.Context, q asker, query string, args ...any) (*T, error) {
	all, err := rowsOf[T](ctx, q, query, args...)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errNone
	}
	return &all[0], nil
}

// decode refuses what it does not know: it could be a bar that this program would drop.
func decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// encoded is a row; its types always encode.
func encoded(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// count is the number that a query gives.
func count(ctx context.Context, tx *sql.Tx, query string, args ...any) (n int, err error) {
	err = tx.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// uncertain adds to an error of a write what to do about it.
func uncertain(err error, where string) error {
	if errors.Is(err, store.ErrUncertain) {
		return fmt.Errorf("%w: see %s", err, where)
	}
	return err
}
