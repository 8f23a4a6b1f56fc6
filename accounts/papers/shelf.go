package papers

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/store"
)

// Part is the table. Times are microseconds since 1970, 0 for none; stead is unique
// where it is not empty and not withdrawn, so that of two who write a next version at once one is told.
func Part() store.Part {
	return store.Part{Name: "papers", Steps: []string{`
CREATE TABLE papers (
	id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL,
	valid INTEGER NOT NULL, review INTEGER NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL, stead TEXT NOT NULL,
	ended INTEGER NOT NULL, end_by TEXT NOT NULL, end_why TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX papers_stead ON papers (stead) WHERE stead <> '' AND ended = 0;
`}}
}

const columns = "id, kind, title, text, file, digest, valid, review, who, at, stead, ended, end_by, end_why"

// most is how many there may be, ours.
const most = 10000

// Shelf is where papers are. Its methods may be called from several goroutines.
type Shelf struct{ store *store.Store }

// In returns the shelf of a store that was opened with [Part].
func In(s *store.Store) *Shelf { return &Shelf{s} }

// Put keeps a paper and returns it as it is kept: with an id, its date, and with
// from, review and the digest of its text where it said none.
func (s *Shelf) Put(ctx context.Context, now time.Time, p Paper) (Paper, error) {
	p.ID = strings.ToLower(rand.Text())
	if err := p.prepared(now.Truncate(time.Microsecond)); err != nil {
		return Paper{}, err
	}
	err := s.store.Write(ctx, func(tx *sql.Tx) error {
		if err := p.fits(ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO papers ("+columns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
			p.ID, string(p.Kind), p.Title, p.Text, p.File, p.Digest, micro(p.From), micro(p.Review), p.By, micro(p.At), p.Stead, int64(0), "", "")
		return err
	})
	switch {
	case errors.Is(err, store.ErrUncertain):
		return Paper{}, fmt.Errorf("the paper may be there: %w", err)
	case err != nil:
		return Paper{}, fmt.Errorf("the paper was not kept: %w", err)
	}
	return p, nil
}

// fits says whether a paper may stand where it is to.
func (p *Paper) fits(ctx context.Context, tx *sql.Tx) error {
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM papers").Scan(&n); err != nil {
		return err
	}
	if n >= most {
		return fmt.Errorf("there are %d papers, and no more are kept", n)
	}
	if p.Stead == "" {
		return nil
	}
	var kind string
	err := tx.QueryRowContext(ctx, "SELECT kind FROM papers WHERE id = $1", p.Stead).Scan(&kind)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errors.New("the paper in whose place it is to stand is not there")
	case err != nil:
		return err
	case kind != string(p.Kind):
		return fmt.Errorf("the paper in whose place it is to stand is a %s", kind)
	}
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM papers WHERE stead = $1 AND ended = 0", p.Stead).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return errors.New("somebody has put another version in its place already: look at that one first")
	}
	return nil
}

// Withdraw ends a paper with nothing in its place. It stays to be read.
func (s *Shelf) Withdraw(ctx context.Context, now time.Time, by, id, why string) error {
	why = strings.TrimSpace(why)
	if why == "" || len(why) > lineMost || by == "" {
		return fmt.Errorf("say why it is withdrawn, in up to %d characters", lineMost)
	}
	return s.store.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, "UPDATE papers SET ended = $1, end_by = $2, end_why = $3 WHERE id = $4 AND ended = 0", micro(now), by, why, id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, errors.New("there is no such paper, or it was withdrawn already"))
		}
		return nil
	})
}

// All returns every paper that there ever was, by kind, the newest first.
func (s *Shelf) All(ctx context.Context) (all []Paper, err error) {
	rows, err := s.store.Reader().QueryContext(ctx, "SELECT "+columns+" FROM papers ORDER BY kind, at DESC, id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Paper
		var from, review, at, ended int64
		if err := rows.Scan(&p.ID, &p.Kind, &p.Title, &p.Text, &p.File, &p.Digest, &from, &review, &p.By, &at, &p.Stead, &ended, &p.EndBy, &p.EndWhy); err != nil {
			return nil, err
		}
		p.From, p.Review, p.At, p.Ended = instant(from), instant(review), instant(at), instant(ended)
		all = append(all, p)
	}
	return all, rows.Err()
}

func micro(t time.Time) int64 { return t.UnixMicro() }

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// Holding returns those of papers that hold at now: from their date on, not withdrawn,
// until one that stands in their place holds.
func Holding(all []Paper, now time.Time) []Paper {
	replaced := map[string]bool{}
	for _, p := range all {
		if p.Stead != "" && p.held(now) {
			replaced[p.Stead] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(p Paper) bool { return !p.holds(now) || replaced[p.ID] })
}

// held reports whether it holds or has held. What it replaced does not come back when it
// is withdrawn: somebody thought that it was to hold no more.
func (p *Paper) held(now time.Time) bool {
	return !now.Before(p.From) && (p.Ended.IsZero() || p.Ended.After(p.From))
}

func (p *Paper) holds(now time.Time) bool {
	return !now.Before(p.From) && (p.Ended.IsZero() || now.Before(p.Ended))
}
