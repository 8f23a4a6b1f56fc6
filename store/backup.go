package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"filippo.io/age"
)

// LeastPassword is how many characters the password of a backup has at least; ours.
const LeastPassword = 12

// workFactor is how dear one guess of a backup's password is: 2^18, about a second,
// which is what the age tool takes too. Tests take less.
var workFactor = 18

// backupFormat is the version of what is inside: lines of JSON, the same for both
// databases, so that a backup of one can be restored into the other.
const backupFormat = 1

// header is the first line of a backup.
type header struct {
	Format     int               `json:"switchroom_backup"`
	Made       time.Time         `json:"made"`
	Migrations map[string]int    `json:"migrations"`
	Files      map[string]string `json:"files"` // small files of the data directory, such as keys: base64
}

// table begins the rows of a table; the last line of a backup has End.
type table struct {
	Table   string   `json:"table,omitempty"`
	Columns []string `json:"columns,omitempty"`
	End     bool     `json:"end,omitempty"`
}

// Backup writes all tables and the named files of the data directory to w, encrypted
// with a password: age -d opens it. It is one state of the store, which may be written
// meanwhile.
func (s *Store) Backup(ctx context.Context, w io.Writer, password string, now time.Time, files ...string) error {
	if utf8.RuneCountInString(password) < LeastPassword {
		return fmt.Errorf("the password of a backup has at least %d characters: who has the file can guess as fast as they like", LeastPassword)
	}
	r, err := age.NewScryptRecipient(password)
	if err != nil {
		return err
	}
	r.SetWorkFactor(workFactor)
	sealed, err := age.Encrypt(w, r)
	if err != nil {
		return fmt.Errorf("writing the backup: %w", err)
	}
	out := bufio.NewWriterSize(sealed, 1<<16)
	if err := s.Snapshot(ctx, func(tx *sql.Tx) error { return s.dump(ctx, tx, json.NewEncoder(out), now, files) }); err != nil {
		return fmt.Errorf("the backup was not completed and is of no use: %w", err)
	}
	if err := errors.Join(out.Flush(), sealed.Close()); err != nil {
		return fmt.Errorf("writing the backup, which is of no use now: %w", err)
	}
	return nil
}

func (s *Store) dump(ctx context.Context, tx *sql.Tx, out *json.Encoder, now time.Time, files []string) error {
	h := header{backupFormat, now.UTC(), map[string]int{}, map[string]string{}}
	if err := each(ctx, tx, "SELECT part, number FROM migrations ORDER BY number", func(rows *sql.Rows) error {
		var part string
		var number int
		err := rows.Scan(&part, &number)
		h.Migrations[part] = number
		return err
	}); err != nil {
		return err
	}
	for _, name := range files {
		b, err := os.ReadFile(filepath.Join(s.place.Dir, name))
		if err != nil {
			return err
		}
		h.Files[name] = base64.StdEncoding.EncodeToString(b)
	}
	if err := out.Encode(h); err != nil {
		return err
	}
	names, err := s.tables(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := dumpTable(ctx, tx, out, name); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
	}
	return out.Encode(table{End: true})
}

// tables are all but the list of migrations, the first made first.
func (s *Store) tables(ctx context.Context, tx *sql.Tx) (names []string, err error) {
	err = each(ctx, tx, s.engine.tables, func(rows *sql.Rows) error {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		if name != "migrations" {
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

func dumpTable(ctx context.Context, tx *sql.Tx, out *json.Encoder, name string) error {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+quoted(name))
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if err := out.Encode(table{Table: name, Columns: columns}); err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				values[i] = map[string][]byte{"b": b} // base64, and told from text
			}
		}
		if err := out.Encode(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// each runs a query and hands over its rows.
func each(ctx context.Context, tx *sql.Tx, query string, row func(*sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// quoted is a name as it stands in a query.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
