package commission

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchroom/accounts"
)

// NoneError says that something is not there.
type NoneError struct{ What string }

func (e *NoneError) Error() string { return "there is no " + e.What }

func isNone(err error) bool {
	_, ok := errors.AsType[*NoneError](err)
	return ok
}

// body reads the JSON of one row.
func (o *Office) body(ctx context.Context, v any, what, query string, args ...any) error {
	var text string
	err := o.store.Reader().QueryRowContext(ctx, query, args...).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return &NoneError{what}
	}
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), v)
}

// texts reads a column.
func (o *Office) texts(ctx context.Context, query string, args ...any) (all []string, err error) {
	rows, err := o.store.Reader().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

// bodies reads the JSON of several rows.
func bodies[T any](ctx context.Context, o *Office, query string, args ...any) ([]T, error) {
	texts, err := o.texts(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	all := make([]T, len(texts))
	for i, text := range texts {
		if err := json.Unmarshal([]byte(text), &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (o *Office) project(ctx context.Context, number string) (*Project, error) {
	var p Project
	return &p, o.body(ctx, &p, "project "+number, "SELECT body FROM commission_projects WHERE number = $1", number)
}

func (o *Office) putProject(ctx context.Context, number, who string, body []byte) error {
	return o.store.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO commission_projects (number, at, who, body) VALUES ($1, $2, $3, $4)
			ON CONFLICT (number) DO UPDATE SET at = excluded.at, who = excluded.who, body = excluded.body`,
			number, o.now().UnixMicro(), who, string(body))
		return err
	})
}

// breaker finds a breaker of a project.
func (o *Office) breaker(ctx context.Context, p place) (*Breaker, error) {
	project, err := o.project(ctx, p.project)
	if err != nil {
		return nil, err
	}
	b, ok := project.Find(p.breaker)
	if !ok {
		return nil, &NoneError{"breaker " + p.breaker + " in project " + p.project}
	}
	return b, nil
}

func (o *Office) putSnapshot(ctx context.Context, p place, s *Snapshot) error {
	b, err := s.Canonical()
	if err != nil {
		return err
	}
	return o.store.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO commission_snapshots (digest, project, breaker, at, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (digest) DO NOTHING",
			string(s.Digest()), p.project, p.breaker, s.At.UnixMicro(), string(b))
		return err
	})
}

// snapshot finds one by its digest, or by the beginning of it that people are shown.
func (o *Office) snapshot(ctx context.Context, p place, d Digest) (*Snapshot, error) {
	short := "sha256:" + strings.TrimPrefix(string(d), "sha256:")
	if len(short) < len("sha256:")+6 || strings.ContainsAny(short, "%_") {
		return nil, &NoneError{fmt.Sprintf("snapshot %q: give its digest, six digits at least", d)}
	}
	all, err := bodies[Snapshot](ctx, o, "SELECT body FROM commission_snapshots WHERE project = $1 AND breaker = $2 AND digest LIKE $3 LIMIT 2", p.project, p.breaker, short+"%")
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, &NoneError{fmt.Sprintf("snapshot %s of %v", d, p)}
	case len(all) > 1:
		return nil, fmt.Errorf("more than one snapshot begins with %s: give more of its digest", d)
	}
	return &all[0], nil
}

// planAt is a plan with what it is about.
type planAt struct {
	place
	number int64
	*Plan
}

func (o *Office) plan(ctx context.Context, id string) (*planAt, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, &NoneError{fmt.Sprintf("plan %q: plans have numbers", id)}
	}
	at := planAt{number: n, Plan: &Plan{}}
	if err := o.body(ctx, at.Plan, "plan "+id, "SELECT body FROM commission_plans WHERE id = $1", n); err != nil {
		return nil, err
	}
	err = o.store.Reader().QueryRowContext(ctx, "SELECT project, breaker FROM commission_plans WHERE id = $1", n).Scan(&at.project, &at.breaker)
	return &at, err
}

// addPlan numbers a plan and keeps it.
func (o *Office) addPlan(ctx context.Context, p place, plan *Plan, by accounts.Person) error {
	return o.store.Write(ctx, func(tx *sql.Tx) error {
		var n int64
		if err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(id), 0) + 1 FROM commission_plans").Scan(&n); err != nil {
			return err
		}
		plan.Stamp(strconv.FormatInt(n, 10), by.ID, by.Name, o.now())
		b, err := json.Marshal(plan)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO commission_plans (id, project, breaker, at, body) VALUES ($1, $2, $3, $4, $5)", n, p.project, p.breaker, plan.At.UnixMicro(), string(b))
		return err
	})
}

// insert keeps a body for a plan: an approval; once.
func (o *Office) insert(ctx context.Context, query string, v any, args ...any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return o.store.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, append(args, string(b))...)
		return err
	})
}

// running is a plan that was begun and has no end yet.
type running struct {
	plan int64
	who  string
	at   time.Time
}

func (o *Office) running(ctx context.Context, p place) (r running, ok bool, err error) {
	var at int64
	err = o.store.Reader().QueryRowContext(ctx, "SELECT plan, who, at FROM commission_running WHERE project = $1 AND breaker = $2", p.project, p.breaker).Scan(&r.plan, &r.who, &at)
	r.at = time.UnixMicro(at)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, err
}

// run notes that a plan is begun, with what was found right before.
func (o *Office) run(ctx context.Context, at *planAt, who string) error {
	return o.store.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO commission_running (project, breaker, plan, at, who) VALUES ($1, $2, $3, $4, $5)", at.project, at.breaker, at.number, o.now().UnixMicro(), who)
		return err
	})
}

// end keeps an outcome, and ends the run unless nothing is known yet.
func (o *Office) end(ctx context.Context, at *planAt, out *Outcome) error {
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return o.store.Write(ctx, func(tx *sql.Tx) error {
		if out.End != Uncertain {
			if _, err := tx.ExecContext(ctx, "DELETE FROM commission_running WHERE project = $1 AND breaker = $2", at.project, at.breaker); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO commission_outcomes (plan, at, ended, body) VALUES ($1, $2, $3, $4)
			ON CONFLICT (plan) DO UPDATE SET at = excluded.at, ended = excluded.ended, body = excluded.body`, at.number, out.At.UnixMicro(), string(out.End), string(b))
		return err
	})
}
