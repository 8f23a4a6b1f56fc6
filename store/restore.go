package store

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"filippo.io/age"
)

// dearest is the most that a backup may ask of who opens it: 2^20, a gigabyte.
const dearest = 20

// longestLine is the longest row that is restored.
const longestLine = 16 << 20

// Restore makes the store of a place from a backup. The place must be empty. All of
// the backup is there afterwards, or with an error nothing.
func Restore(ctx context.Context, p Place, in io.Reader, password string, parts ...Part) error {
	if entries, err := os.ReadDir(p.Dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty: restore into a new directory, look at it, then put it in place of the old one", p.Dir)
	}
	plain, err := unsealed(in, password)
	if err != nil {
		return err
	}
	s, err := open(ctx, p)
	if err != nil {
		return err
	}
	err = s.restore(ctx, plain, parts)
	if err == nil {
		err = s.migrate(ctx, parts, nil)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return errors.Join(fmt.Errorf("nothing was restored: %w", err), empty(p.Dir))
	}
	return nil
}

// empty removes what an unfinished restoration made.
func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
	}
	return err
}

func unsealed(in io.Reader, password string) (*bufio.Reader, error) {
	id, err := age.NewScryptIdentity(password)
	if err != nil {
		return nil, errors.New("the password of a backup is not empty")
	}
	id.SetMaxWorkFactor(dearest)
	plain, err := age.Decrypt(in, id)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return nil, errors.New("the backup does not open: this is not its password, or its head was altered")
	case err != nil:
		return nil, fmt.Errorf("this is no backup that can be opened: %w", err)
	}
	return bufio.NewReaderSize(plain, 1<<16), nil
}

func (s *Store) restore(ctx context.Context, in *bufio.Reader, parts []Part) error {
	var h header
	if err := line(in, &h); err != nil {
		return err
	}
	if h.Format != backupFormat {
		return fmt.Errorf("the backup is of format %d, and this program knows %d: use the program that made it", h.Format, backupFormat)
	}
	for name, n := range h.Migrations {
		i := slices.IndexFunc(parts, func(p Part) bool { return p.Name == name })
		if i < 0 || n > len(parts[i].Steps) {
			return fmt.Errorf("the backup is of a newer program (migration %d of %s): use that one", n, name)
		}
	}
	err := s.Write(ctx, func(tx *sql.Tx) error {
		if names, err := s.tables(ctx, tx); err != nil || len(names) > 0 {
			return errors.Join(err, fmt.Errorf("%s has tables already: restore into an empty one", s.Name()))
		}
		if err := s.migrateIn(ctx, tx, parts, h.Migrations); err != nil {
			return err
		}
		if err := s.fill(ctx, tx, in); err != nil {
			return err
		}
		return s.files(h.Files) // before the commit: a store without its keys would be no store
	})
	return err
}

// fill reads tables until the end of the backup, which must be there: a backup that
// was cut is refused, also where it was cut between two rows.
func (s *Store) fill(ctx context.Context, tx *sql.Tx, in *bufio.Reader) error {
	known, err := s.tables(ctx, tx)
	if err != nil {
		return err
	}
	var add *sql.Stmt
	var at table
	for {
		raw, err := rawLine(in)
		if err != nil {
			return err
		}
		if raw[0] == '[' && add != nil {
			values, err := values(raw, len(at.Columns))
			if err != nil {
				return fmt.Errorf("table %s: %w", at.Table, err)
			}
			if _, err := add.ExecContext(ctx, values...); err != nil {
				return fmt.Errorf("table %s: %w", at.Table, err)
			}
			continue
		}
		at = table{}
		if err := json.Unmarshal(raw, &at); err != nil {
			return fmt.Errorf("the backup is damaged: %w", err)
		}
		if at.End {
			return ended(in)
		}
		if !slices.Contains(known, at.Table) {
			return fmt.Errorf("the backup has a table %q that this program does not know", at.Table)
		}
		if add, err = tx.PrepareContext(ctx, insertion(&at)); err != nil {
			return fmt.Errorf("table %s: %w", at.Table, err)
		}
		defer add.Close() // a handful
	}
}

func ended(in *bufio.Reader) error {
	if _, err := in.ReadByte(); err != io.EOF {
		return fmt.Errorf("the backup goes on behind its end, or was altered there (%v)", err)
	}
	return nil
}

func insertion(t *table) string {
	var columns, marks []string
	for i, c := range t.Columns {
		columns, marks = append(columns, quoted(c)), append(marks, "$"+strconv.Itoa(i+1))
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", quoted(t.Table), strings.Join(columns, ", "), strings.Join(marks, ", "))
}

// values are a row: whole numbers, fractions, texts, bytes, nothing.
func values(raw []byte, n int) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var all []any
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("a row is damaged: %w", err)
	}
	if len(all) != n {
		return nil, fmt.Errorf("a row has %d values for %d columns", len(all), n)
	}
	for i, v := range all {
		switch v := v.(type) {
		case nil, string, bool:
		case json.Number:
			if whole, err := v.Int64(); err == nil {
				all[i] = whole
			} else if all[i], err = v.Float64(); err != nil {
				return nil, err
			}
		case map[string]any:
			text, _ := v["b"].(string)
			b, err := base64.StdEncoding.DecodeString(text)
			if err != nil || len(v) != 1 {
				return nil, errors.New("a value is damaged")
			}
			all[i] = b
		default:
			return nil, errors.New("a value is damaged")
		}
	}
	return all, nil
}

func (s *Store) files(all map[string]string) error {
	for name, text := range all {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil || name != filepath.Base(name) || !filepath.IsLocal(name) {
			return fmt.Errorf("the backup has a file %q that does not belong in a data directory", name)
		}
		if err := NewFile(filepath.Join(s.place.Dir, name), b); err != nil {
			return err
		}
	}
	return nil
}

// NewFile writes a file that was not there, for its owner alone, and has it on the disk.
func NewFile(name string, b []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

func line(in *bufio.Reader, into any) error {
	raw, err := rawLine(in)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("the backup is damaged: %w", err)
	}
	return nil
}

func rawLine(in *bufio.Reader) (raw []byte, err error) {
	for {
		part, err := in.ReadSlice('\n')
		raw = append(raw, part...)
		switch {
		case err == nil && len(raw) > 1:
			return raw, nil
		case err == bufio.ErrBufferFull && len(raw) < longestLine:
		case err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF):
			return nil, errors.New("the backup was cut: its end is missing")
		case err != nil:
			return nil, fmt.Errorf("the backup was altered or cut: %w", err)
		default:
			return nil, errors.New("the backup is damaged: an empty line")
		}
	}
}
