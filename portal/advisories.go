package portal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// csafPath is where the provider of CSAF is.
const csafPath = "/.well-known/csaf/"

func (s *Server) csafBase() string { return s.url + csafPath }

// publish publishes an advisory.
func (s *Server) publish(ctx context.Context, a *actor, says Advised) (*Advisory, error) {
	x := &Advisory{Says: says}
	var err error
	if x.Score, x.Severity, err = x.Says.check(); err != nil {
		return nil, err
	}
	defer s.unlist()
	x.Revisions = []Revision{{1, a.now.UTC(), a.person.Login, "First published."}}
	err = s.store.Write(ctx, func(tx *sql.Tx) error {
		day := fmt.Sprintf("SWRM-SA-%04d-%03d-", a.now.UTC().Year(), a.now.UTC().YearDay())
		n, err := count(ctx, tx, `SELECT count(*) FROM portal_advisories WHERE id LIKE $1`, day+"%")
		if err != nil {
			return err
		}
		if n >= 99 {
			return &Busy{"there are 99 advisories of today, and no number is left; nothing was published"}
		}
		x.ID = fmt.Sprintf("%s%02d", day, n+1)
		x.File = fileOf(x.ID, a.now)
		return errors.Join(s.putAdvisory(ctx, tx, a, x), linkCase(ctx, tx, a, x))
	})
	if err != nil {
		return nil, uncertain(err, "the advisories")
	}
	return x, nil
}

// revise publishes the next revision of an advisory.
func (s *Server) revise(ctx context.Context, a *actor, id string, says Advised) (*Advisory, error) {
	score, severity, err := says.check()
	if err != nil {
		return nil, err
	}
	if says.Changed == "" {
		return nil, wrong("changed", "say what is new: readers see it in the history")
	}
	defer s.unlist()
	var x *Advisory
	err = s.store.Write(ctx, func(tx *sql.Tx) error {
		if x, err = rowOf[Advisory](ctx, tx, `SELECT row FROM portal_advisories WHERE id = $1`, id); err != nil {
			return err
		}
		says.Case = x.Says.Case
		x.Says, x.Score, x.Severity = says, score, severity
		x.Revisions = append(x.Revisions, Revision{x.last().Number + 1, a.now.UTC(), a.person.Login, says.Changed})
		return s.putAdvisory(ctx, tx, a, x)
	})
	if err != nil {
		return nil, uncertain(err, "the advisory")
	}
	return x, nil
}

// putAdvisory keeps document, signature and step together: a reader never finds one
// without the others.
func (s *Server) putAdvisory(ctx context.Context, tx *sql.Tx, a *actor, x *Advisory) error {
	doc, err := x.document(s.csafBase())
	if err != nil {
		return err
	}
	sig, err := s.signer.sign(doc, a.now)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO portal_advisories (id, file, row, document, signature) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET row = excluded.row, document = excluded.document, signature = excluded.signature`, x.ID, x.File, encoded(x), doc, sig)
	if err != nil {
		return err
	}
	return note(ctx, tx, Step{At: a.now, Who: a.person.Login, Role: Coordinator, About: x.ID, What: "advisory.published", Becomes: fmt.Sprint("revision ", x.last().Number), Text: x.last().What})
}

// linkCase notes in a case which advisory came of it.
func linkCase(ctx context.Context, tx *sql.Tx, a *actor, x *Advisory) error {
	if x.Says.Case == "" {
		return nil
	}
	c, _, err := caseFor(ctx, tx, a, x.Says.Case)
	if errors.Is(err, errNone) {
		return wrong("case", "there is no such case")
	}
	if err != nil {
		return err
	}
	if c.Advisory != "" {
		return wrong("case", "advisory %s came of this case: revise that one", c.Advisory)
	}
	c.Advisory, c.Changed = x.ID, a.now.UTC()
	if err := putCase(ctx, tx, c); err != nil {
		return err
	}
	return note(ctx, tx, Step{At: a.now, Who: a.person.Login, Role: Coordinator, About: c.Number, What: "case.advisory", Becomes: x.ID})
}

// advisories are all, the one that was changed last first.
// They are kept in memory: everybody asks for the feed.
func (s *Server) advisories(ctx context.Context) ([]Advisory, error) {
	s.list.Lock()
	defer s.list.Unlock()
	if s.known == nil {
		all, err := rowsOf[Advisory](ctx, s.store.Reader(), `SELECT row FROM portal_advisories ORDER BY id`)
		if err != nil {
			return nil, err
		}
		sortAdvisories(all)
		s.known = all
	}
	return slices.Clone(s.known), nil
}

// unlist has the list be read anew, after it was changed, or may have been.
func (s *Server) unlist() {
	s.list.Lock()
	defer s.list.Unlock()
	s.known = nil
}

func (s *Server) advisory(ctx context.Context, id string) (*Advisory, error) {
	return rowOf[Advisory](ctx, s.store.Reader(), `SELECT row FROM portal_advisories WHERE id = $1`, id)
}

// published is the document of a file with its signature.
func (s *Server) published(ctx context.Context, file string) (doc, sig []byte, err error) {
	err = s.store.Reader().QueryRowContext(ctx, `SELECT document, signature FROM portal_advisories WHERE file = $1`, file).Scan(&doc, &sig)
	if errors.Is(err, sql.ErrNoRows) {
		err = errNone
	}
	return doc, sig, err
}
