package portal

import (
	"context"
	"database/sql"
	"time"
)

// Step is one thing that somebody did. Steps are only ever added.
type Step struct {
	Number  int64     `json:"number"`
	At      time.Time `json:"at"`
	Who     string    `json:"who"` // a login, "reporter" or "portal"
	Role    Role      `json:"role,omitempty"`
	About   string    `json:"about"` // number of a case, id of an advisory, of an order, of a person
	What    string    `json:"what"`
	Was     string    `json:"was,omitempty"`
	Becomes string    `json:"becomes,omitempty"`
	Text    string    `json:"text,omitempty"`
}

// note keeps a step in the transaction of what it is about.
func note(ctx context.Context, tx *sql.Tx, s Step) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO portal_steps (at, who, role, about, what, was, becomes, text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.At.UnixMicro(), s.Who, string(s.Role), s.About, s.What, s.Was, s.Becomes, s.Text)
	return err
}

// steps are those about one thing, the oldest first.
func (s *Server) steps(ctx context.Context, about string) ([]Step, error) {
	rows, err := s.store.Reader().QueryContext(ctx, `SELECT id, at, who, role, about, what, was, becomes, text FROM portal_steps WHERE about = $1 ORDER BY id`, about)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []Step{}
	for rows.Next() {
		var x Step
		var at int64
		if err := rows.Scan(&x.Number, &at, &x.Who, &x.Role, &x.About, &x.What, &x.Was, &x.Becomes, &x.Text); err != nil {
			return nil, err
		}
		x.At = time.UnixMicro(at).UTC()
		all = append(all, x)
	}
	return all, rows.Err()
}
