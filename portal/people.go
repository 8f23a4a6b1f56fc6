package portal

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"regexp"
	"slices"
	"time"

	"switchroom/credential"
)

// Bounds of the people, ours.
const (
	peopleMost = 10000
	setUpFor   = time.Hour
	codeFor    = 24 * time.Hour
)

// Person has an account.
type Person struct {
	ID       string            `json:"id"`
	Login    string            `json:"login"`
	Name     string            `json:"name"`
	Roles    []Role            `json:"roles"`
	Password credential.Hash   `json:"password"`
	Past     []credential.Hash `json:"past"`
	Set      time.Time         `json:"set"`
	Code     *credential.Code  `json:"code,omitempty"`
}

// PersonTold is a person without what proves who they are.
type PersonTold struct {
	ID    string `json:"id"`
	Login string `json:"login"`
	Name  string `json:"name"`
	Roles []Role `json:"roles"`
}

func (p *Person) told() PersonTold { return PersonTold{p.ID, p.Login, p.Name, p.Roles} }

func (p *Person) owner() credential.Owner {
	return credential.Owner{Login: p.Login, Name: p.Name, Words: []string{"switchroom", "portal", "marketplace"}}
}

var loginForm = regexp.MustCompile(`^[a-z][a-z0-9._-]{2,31}$`)

// Registration is somebody who wants an account.
type Registration struct {
	Login    string
	Name     string
	Password credential.Secret
}

// check says all that is wrong with a registration.
func (r *Registration) check() error {
	p := Person{Login: r.Login, Name: r.Name}
	all := []*Wrong{text("name", r.Name, 2, 100)}
	if !loginForm.MatchString(r.Login) {
		all = append(all, wrong("login", "3 to 32 small letters, digits and . _ -, a letter first"))
	}
	if v := credential.Guide.Wrong(p.owner(), r.Password); len(v) > 0 {
		all = append(all, wrong("password", "%s", v.Error()))
	}
	return join(all...)
}

// personOf is the person of a registration that was checked.
func (s *Server) personOf(ctx context.Context, now time.Time, r *Registration, role Role) (p *Person, err error) {
	p = &Person{ID: rand.Text(), Login: r.Login, Name: r.Name, Roles: []Role{role}, Past: []credential.Hash{}, Set: now.UTC()}
	p.Password, err = s.hasher.Make(ctx, r.Password)
	return p, err
}

// register makes the account of a customer.
func (s *Server) register(ctx context.Context, a *actor, r Registration) (*Person, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if !s.registered.take(a.now, a.source) {
		return nil, &Busy{"too many accounts were made from here, or at all; nothing was kept. Try again in an hour"}
	}
	p, err := s.personOf(ctx, a.now, &r, Customer)
	if err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(tx *sql.Tx) error {
		if n, err := count(ctx, tx, `SELECT count(*) FROM portal_people`); err != nil || n >= peopleMost {
			return errors.Join(err, &Busy{"there are too many accounts; nothing was kept"})
		}
		return s.newPerson(ctx, tx, p, Step{At: a.now, Who: p.Login, About: p.ID, What: "person.registered", Role: Customer})
	})
	return p, uncertain(err, "whether you can sign in")
}

func (s *Server) newPerson(ctx context.Context, tx *sql.Tx, p *Person, step Step) error {
	if n, err := count(ctx, tx, `SELECT count(*) FROM portal_people WHERE login = $1`, p.Login); err != nil || n > 0 {
		return errors.Join(err, wrong("login", "somebody has this login already; take another"))
	}
	if err := putPerson(ctx, tx, p); err != nil {
		return err
	}
	return note(ctx, tx, step)
}

func putPerson(ctx context.Context, tx *sql.Tx, p *Person) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO portal_people (id, login, row) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET row = excluded.row`, p.ID, p.Login, encoded(p))
	return err
}

func (s *Server) personBy(ctx context.Context, column, value string) (*Person, error) {
	return rowOf[Person](ctx, s.store.Reader(), `SELECT row FROM portal_people WHERE `+column+` = $1`, value)
}

// people are everybody, by login.
func (s *Server) people(ctx context.Context) ([]Person, error) {
	return rowsOf[Person](ctx, s.store.Reader(), `SELECT row FROM portal_people ORDER BY login`)
}

// prove finds the person of a login and a password. It takes as long for a login of
// nobody.
func (s *Server) prove(ctx context.Context, now time.Time, login string, password credential.Secret, source string) (*Person, error) {
	done, err := s.guesses.Begin(now, login, source)
	if err != nil {
		return nil, err
	}
	p, err := s.personBy(ctx, "login", login)
	if err == errNone {
		p, err = new(Person), nil
	}
	right := false
	if err == nil {
		right, err = s.hasher.Is(ctx, p.Password, password)
	}
	if err != nil {
		done(credential.Unseen)
		return nil, err
	}
	if !right || p.ID == "" {
		return nil, errSignIn
	}
	done(credential.Right)
	return p, nil
}

// changePassword changes a person's own password, which they prove anew. Their
// sessions end.
func (s *Server) changePassword(ctx context.Context, a *actor, now, next credential.Secret) error {
	p, err := s.prove(ctx, a.now, a.person.Login, now, a.source)
	if err != nil {
		return err
	}
	bad, err := credential.Guide.Judge(ctx, s.hasher, &credential.Change{Owner: p.owner(), New: next, Set: p.Set, Now: a.now, Kept: append([]credential.Hash{p.Password}, p.Past...)})
	if err != nil {
		return err
	}
	if len(bad) > 0 {
		return wrong("new", "%s", bad.Error())
	}
	return s.keepPassword(ctx, a.now, p, next, Step{At: a.now, Who: p.Login, About: p.ID, What: "password.changed"})
}

// keepPassword keeps a password that was judged, if the one before is still the same.
func (s *Server) keepPassword(ctx context.Context, now time.Time, was *Person, next credential.Secret, step Step) error {
	kept, err := s.hasher.Make(ctx, next)
	if err != nil {
		return err
	}
	err = s.alterPerson(ctx, was.ID, func(p *Person) (Step, error) {
		if p.Password != was.Password {
			return Step{}, errors.New("the password was changed meanwhile; nothing was done now")
		}
		p.Past = append([]credential.Hash{p.Password}, p.Past...)
		p.Past = p.Past[:min(len(p.Past), credential.Guide.Last-1)]
		p.Password, p.Set, p.Code = kept, now.UTC(), nil
		return step, nil
	})
	if err == nil {
		s.sessions.endOf(was.ID)
	}
	return err
}

// alterPerson changes a person and keeps the step, both or neither.
func (s *Server) alterPerson(ctx context.Context, id string, do func(*Person) (Step, error)) error {
	err := s.store.Write(ctx, func(tx *sql.Tx) error {
		p, err := rowOf[Person](ctx, tx, `SELECT row FROM portal_people WHERE id = $1`, id)
		if err != nil {
			return err
		}
		step, err := do(p)
		if err != nil {
			return err
		}
		if err := putPerson(ctx, tx, p); err != nil {
			return err
		}
		return note(ctx, tx, step)
	})
	return uncertain(err, "what is there by now")
}

// grant gives a person roles in the place of those that they had. Nobody changes their
// own.
func (s *Server) grant(ctx context.Context, a *actor, id string, roles []Role) error {
	if id == a.person.ID {
		return &Denied{"nobody changes their own roles: ask another coordinator"}
	}
	roles = slices.Compact(slices.Sorted(slices.Values(roles)))
	for _, r := range roles {
		if w := oneOf("roles", r, persons); w != nil {
			return w
		}
	}
	if len(roles) == 0 {
		return wrong("roles", "give at least one")
	}
	return s.alterPerson(ctx, id, func(p *Person) (Step, error) {
		step := Step{At: a.now, Who: a.person.Login, Role: Coordinator, About: id, What: "person.granted", Was: list(p.Roles), Becomes: list(roles)}
		p.Roles = roles
		return step, nil
	})
}

// lost draws a code with which somebody who has forgotten their password sets another.
func (s *Server) lost(ctx context.Context, a *actor, id string) (credential.Secret, error) {
	code, kept := credential.NewCode(credential.Recover, id, a.now.Add(codeFor))
	err := s.alterPerson(ctx, id, func(p *Person) (Step, error) {
		p.Code = &kept
		return Step{At: a.now, Who: a.person.Login, Role: Coordinator, About: id, What: "person.code"}, nil
	})
	return code, err
}

// recover sets a password with such a code.
func (s *Server) recover(ctx context.Context, a *actor, login string, code, next credential.Secret) error {
	done, err := s.guesses.Begin(a.now, login, a.source)
	if err != nil {
		return err
	}
	p, err := s.personBy(ctx, "login", login)
	if err == errNone {
		return wrong("code", "login and code do not go together")
	}
	if err != nil {
		done(credential.Unseen)
		return err
	}
	var kept []credential.Code
	if p.Code != nil {
		kept = append(kept, *p.Code)
	}
	if _, err := credential.Spend(kept, code, credential.Recover, p.ID, a.now); err != nil {
		return wrong("code", "%v", err)
	}
	done(credential.Right)
	bad, err := credential.Guide.Judge(ctx, s.hasher, &credential.Change{Owner: p.owner(), New: next, Ordered: true, Set: p.Set, Now: a.now, Kept: append([]credential.Hash{p.Password}, p.Past...)})
	if err != nil {
		return err
	}
	if len(bad) > 0 {
		return wrong("new", "%s", bad.Error())
	}
	return s.keepPassword(ctx, a.now, p, next, Step{At: a.now, Who: p.Login, About: p.ID, What: "password.recovered"})
}

// SetUpLink is where whoever opens it becomes the first coordinator; "" if there is one.
// A new one is drawn each time.
func (s *Server) SetUpLink(ctx context.Context) (string, error) {
	if n, err := s.coordinators(ctx); err != nil || n > 0 {
		return "", err
	}
	now := s.now()
	code, kept := credential.NewCode(credential.SetUp, "", now.Add(setUpFor))
	err := s.store.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO portal_setup (id, row) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET row = excluded.row`, encoded(kept))
		return err
	})
	return s.url + "/setup#" + code.Reveal(), err
}

func (s *Server) coordinators(ctx context.Context) (int, error) {
	all, err := s.people(ctx)
	n := 0
	for i := range all {
		if slices.Contains(all[i].Roles, Coordinator) {
			n++
		}
	}
	return n, err
}

// first makes the first coordinator, with the code of the set-up link.
func (s *Server) first(ctx context.Context, a *actor, code credential.Secret, r Registration) (*Person, error) {
	done, err := s.guesses.Begin(a.now, "", a.source)
	if err != nil {
		return nil, err
	}
	kept, err := rowsOf[credential.Code](ctx, s.store.Reader(), `SELECT row FROM portal_setup`)
	if err != nil {
		done(credential.Unseen)
		return nil, err
	}
	if _, err := credential.Spend(kept, code, credential.SetUp, "", a.now); err != nil {
		return nil, wrong("code", "%v", err)
	}
	done(credential.Right)
	if err := r.check(); err != nil {
		return nil, err
	}
	p, err := s.personOf(ctx, a.now, &r, Coordinator)
	if err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(tx *sql.Tx) error {
		gone, err := tx.ExecContext(ctx, `DELETE FROM portal_setup WHERE id = 1 AND row = $1`, encoded(kept[0]))
		if err != nil {
			return err
		}
		if n, err := gone.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, wrong("code", "the code was used meanwhile"))
		}
		return s.newPerson(ctx, tx, p, Step{At: a.now, Who: p.Login, Role: Coordinator, About: p.ID, What: "person.first"})
	})
	return p, uncertain(err, "whether you can sign in")
}
