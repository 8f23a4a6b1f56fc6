package portal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"switchroom/credential"
)

// waitingMost is how many cases may wait for somebody to look at them, ours: whoever
// floods the form fills no disk.
const waitingMost = 1000

// actor is who does something: a person, somebody who follows a case, or nobody.
type actor struct {
	person  *Person
	follows string // number of the case that the secret was given for
	source  string
	now     time.Time
}

func (a *actor) roles() []Role {
	switch {
	case a.person != nil:
		return a.person.Roles
	case a.follows != "":
		return []Role{Reporter}
	}
	return nil
}

// name is how steps call somebody.
func (a *actor) name() string {
	switch {
	case a.person != nil:
		return a.person.Login
	case a.follows != "":
		return "reporter"
	}
	return "somebody"
}

// Acknowledgement is what who declares something is told, once.
type Acknowledgement struct {
	Number string    `json:"number"`
	Secret string    `json:"secret" doc:"With the number it lets you follow the case; it is told once"`
	At     time.Time `json:"at"`
}

// declare makes a case of a declaration.
func (s *Server) declare(ctx context.Context, a *actor, d Declaration) (*Acknowledgement, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	if !s.declared.take(a.now, a.source) {
		return nil, &Busy{"too many cases were declared from here, or at all; nothing was kept. Try again in an hour"}
	}
	c := Case{Declaration: d, State: Received, At: a.now.UTC(), Changed: a.now.UTC(), Invited: []string{}}
	by := Step{At: a.now, Who: "reporter", Role: Reporter, What: "case.declared", Becomes: string(Received)}
	if a.person != nil {
		c.By, by.Who = a.person.ID, a.person.Login
	}
	var secret credential.Secret
	err := s.store.Write(ctx, func(tx *sql.Tx) (err error) {
		if c.Number, err = nextNumber(ctx, tx, a.now); err != nil {
			return err
		}
		secret, c.Secret = credential.NewCode(follow, c.Number, a.now.Add(followFor))
		by.About = c.Number
		if err := errors.Join(putCase(ctx, tx, &c), takesPart(ctx, tx, c.By, c.Number)); err != nil {
			return err
		}
		return note(ctx, tx, by)
	})
	if err != nil {
		return nil, err
	}
	return &Acknowledgement{c.Number, secret.Reveal(), c.At}, nil
}

// nextNumber is the number of a new case: CASE-2026-00001.
func nextNumber(ctx context.Context, tx *sql.Tx, now time.Time) (string, error) {
	waiting, err := count(ctx, tx, `SELECT count(*) FROM portal_cases WHERE state = $1`, string(Received))
	if err != nil {
		return "", err
	}
	if waiting >= waitingMost {
		return "", &Busy{"too many cases wait to be looked at; nothing was kept. Try again tomorrow"}
	}
	prefix := fmt.Sprintf("CASE-%04d-", now.UTC().Year())
	n, err := count(ctx, tx, `SELECT count(*) FROM portal_cases WHERE id LIKE $1`, prefix+"%")
	return fmt.Sprintf("%s%05d", prefix, n+1), err
}

func putCase(ctx context.Context, tx *sql.Tx, c *Case) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO portal_cases (id, state, row) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET state = excluded.state, row = excluded.row`, c.Number, string(c.State), encoded(c))
	return err
}

// takesPart notes that a person sees a case, so that their list is found without looking
// through all. Whether they do the case itself says.
func takesPart(ctx context.Context, tx *sql.Tx, person, number string) error {
	if person == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO portal_case_people (person, number) VALUES ($1, $2) ON CONFLICT DO NOTHING`, person, number)
	return err
}

// caseFor finds a case that somebody sees, and the roles that they have in it.
func caseFor(ctx context.Context, q asker, a *actor, number string) (*Case, []Role, error) {
	c, err := rowOf[Case](ctx, q, `SELECT row FROM portal_cases WHERE id = $1`, number)
	if err != nil {
		return nil, nil, err
	}
	roles := c.rolesIn(a)
	if len(roles) == 0 {
		return nil, nil, errNone
	}
	return c, roles, nil
}

// listMostCases is how many cases a list has, ours.
const listMostCases = 500

// cases are those that somebody sees, the newest first.
func (s *Server) cases(ctx context.Context, a *actor) ([]Case, error) {
	var all []Case
	var err error
	switch r := s.store.Reader(); {
	case anyOf(a.roles(), seesAll):
		all, err = rowsOf[Case](ctx, r, `SELECT row FROM portal_cases ORDER BY id DESC LIMIT $1`, listMostCases)
	case a.person != nil:
		all, err = rowsOf[Case](ctx, r, `SELECT row FROM portal_cases JOIN portal_case_people ON number = id WHERE person = $1 ORDER BY id DESC LIMIT $2`, a.person.ID, listMostCases)
	default:
		all, err = rowsOf[Case](ctx, r, `SELECT row FROM portal_cases WHERE id = $1`, a.follows)
	}
	seen := []Case{}
	for i := range all {
		if roles := all[i].rolesIn(a); len(roles) > 0 {
			seen = append(seen, all[i].told(roles))
		}
	}
	return seen, err
}

// incidents are those that everybody may read of.
func (s *Server) incidents(ctx context.Context) ([]Case, error) {
	all, err := rowsOf[Case](ctx, s.store.Reader(), `SELECT row FROM portal_cases WHERE state = $1 OR state = $2 ORDER BY id DESC LIMIT $3`, string(Published), string(Closed), listMostCases)
	return slices.DeleteFunc(all, func(c Case) bool { return c.Kind != Incident || c.Statement == "" }), err
}

// follower checks the secret of a case. A wrong secret and a case that is not there
// are the same.
func (s *Server) follower(ctx context.Context, now time.Time, number string, secret credential.Secret, source string) error {
	done, err := s.guesses.Begin(now, "case "+number, source)
	if err != nil {
		return err
	}
	c, err := rowOf[Case](ctx, s.store.Reader(), `SELECT row FROM portal_cases WHERE id = $1`, number)
	if err == errNone {
		return errFollow
	}
	if err != nil {
		done(credential.Unseen)
		return err
	}
	if _, err := credential.Spend([]credential.Code{c.Secret}, secret, follow, number, now); err != nil {
		return errFollow
	}
	done(credential.Right)
	return nil
}

var errFollow = wrong("secret", "number and secret do not go together; copy them anew from the acknowledgement")

// Move is a step of a case from one state to another.
type Move struct {
	To        State  `json:"to" enum:"acknowledged,closed,fix-available,in-work,published,rejected,triaged"`
	Reason    string `json:"reason,omitempty" maxLength:"2000"`
	Statement string `json:"statement,omitempty" maxLength:"20000" doc:"What everybody may read, when an incident is published"`
}

// move takes a case to another state.
func (s *Server) move(ctx context.Context, a *actor, number string, m Move) (*Case, error) {
	if err := join(text("reason", m.Reason, 0, 2000), text("statement", m.Statement, 0, 20000)); err != nil {
		return nil, err
	}
	return s.altered(ctx, a, number, func(tx *sql.Tx, c *Case, roles []Role) (Step, error) {
		t, err := way(c.State, m.To, roles)
		if err != nil {
			return Step{}, err
		}
		if t.Reason && m.Reason == "" {
			return Step{}, wrong("reason", "say why: it stays with the case")
		}
		if err := publishable(ctx, tx, c, m); err != nil {
			return Step{}, err
		}
		was := c.State
		c.State = m.To
		return Step{Role: theyAre(t.By, roles), What: "case.moved", Was: string(was), Becomes: string(m.To), Text: m.Reason}, nil
	})
}

// publishable: there is something that everybody can read.
func publishable(ctx context.Context, tx *sql.Tx, c *Case, m Move) error {
	switch {
	case m.To != Published:
		return nil
	case c.Kind == Vulnerability && c.Advisory == "":
		return wrong("to", "publish an advisory of this case first")
	case c.Kind == Vulnerability:
		return nil
	}
	if w := text("statement", m.Statement, 20, 20000); w != nil {
		return w
	}
	c.Statement = m.Statement
	return nil
}

// say adds a remark to a case.
func (s *Server) say(ctx context.Context, a *actor, number, what string) (*Case, error) {
	if w := text("text", what, 2, 5000); w != nil {
		return nil, w
	}
	if !s.remarks.take(a.now, a.name()+" "+a.follows) {
		return nil, &Busy{"too many remarks at once; nothing was kept. Try again in some minutes"}
	}
	return s.altered(ctx, a, number, func(_ *sql.Tx, _ *Case, roles []Role) (Step, error) {
		return Step{Role: roles[0], What: "case.remark", Text: what}, nil
	})
}

// invite asks a person into a case, so that they see it.
func (s *Server) invite(ctx context.Context, a *actor, number, login string) (*Case, error) {
	return s.altered(ctx, a, number, func(tx *sql.Tx, c *Case, roles []Role) (Step, error) {
		if !anyOf(roles, []Role{Coordinator}) {
			return Step{}, &Denied{"a coordinator asks people into a case"}
		}
		p, err := rowOf[Person](ctx, tx, `SELECT row FROM portal_people WHERE login = $1`, login)
		if err == errNone {
			return Step{}, wrong("login", "nobody is called so")
		}
		if err != nil {
			return Step{}, err
		}
		if !slices.Contains(c.Invited, p.ID) {
			c.Invited = append(c.Invited, p.ID)
		}
		if err := takesPart(ctx, tx, p.ID, number); err != nil {
			return Step{}, err
		}
		return Step{Role: Coordinator, What: "case.invited", Becomes: p.Login}, nil
	})
}

// altered changes a case that somebody sees and keeps the step, both or neither.
func (s *Server) altered(ctx context.Context, a *actor, number string, do func(*sql.Tx, *Case, []Role) (Step, error)) (*Case, error) {
	var told Case
	err := s.store.Write(ctx, func(tx *sql.Tx) error {
		c, roles, err := caseFor(ctx, tx, a, number)
		if err != nil {
			return err
		}
		step, err := do(tx, c, roles)
		if err != nil {
			return err
		}
		c.Changed = a.now.UTC()
		step.At, step.Who, step.About = a.now, a.name(), number
		told = c.told(roles)
		if err := putCase(ctx, tx, c); err != nil {
			return err
		}
		return note(ctx, tx, step)
	})
	if err != nil {
		return nil, uncertain(err, "the case")
	}
	return &told, nil
}
