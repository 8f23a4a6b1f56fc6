package accounts_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	. "switchroom/accounts"
	"switchroom/credential"
)

// disk is a store in memory. It fails when told to, before or after it has kept.
type disk struct {
	people map[string]Person
	groups map[string]Group
	setUp  []credential.Code
	fail   error
}

func (d *disk) Load(context.Context) (c Change, err error) {
	for _, p := range d.people {
		c.People = append(c.People, p)
	}
	for _, g := range d.groups {
		c.Groups = append(c.Groups, g)
	}
	c.SetUp = d.setUp
	return c, nil
}

func (d *disk) Save(_ context.Context, c Change) error {
	if d.fail != nil {
		return d.fail
	}
	for _, p := range c.People {
		d.people[p.ID] = p
	}
	for _, g := range c.Groups {
		d.groups[g.ID] = g
	}
	for _, id := range c.Gone {
		delete(d.people, id)
		delete(d.groups, id)
	}
	if c.SetUp != nil {
		d.setUp = c.SetUp
	}
	return nil
}

// office is a book with its first person, and a clock that the test moves.
type office struct {
	*testing.T
	*Book
	disk   *disk
	hasher *credential.Hasher
	now    time.Time
	admin  string // id
}

const (
	home  = "192.0.2.7"
	good  = "Kestrel-over-9"
	other = "Kestrel-under-8"
)

func secret(s string) credential.Secret { return credential.NewSecret(s) }

func pw(s string) Proof { return Proof{Password: secret(s)} }

// sealed is no encryption: what is tested is that a key opens for its person only.
type sealed struct{}

func (sealed) Seal(person string, key credential.Secret) ([]byte, error) {
	return []byte(person + " " + key.Reveal()), nil
}

func (sealed) Unseal(person string, b []byte) (credential.Secret, error) {
	key, ok := strings.CutPrefix(string(b), person+" ")
	if !ok {
		return credential.Secret{}, errors.New("not for this person")
	}
	return secret(key), nil
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newOffice(t *testing.T) *office {
	h := must[*credential.Hasher](t)(credential.NewHasher(credential.Cost{Memory: 8, Passes: 1, Lanes: 1}, 2, 100))
	o := &office{T: t, disk: &disk{people: map[string]Person{}, groups: map[string]Group{}}, hasher: h, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	o.reopen()
	code := must[credential.Secret](t)(o.SetUp(t.Context(), o.now))
	if err := o.First(t.Context(), o.now, code, Person{Login: "ada", Name: "Ada Lock"}, secret(good)); err != nil {
		t.Fatal(err)
	}
	o.admin = o.id("ada")
	return o
}

// reopen is the program ended and started again.
func (o *office) reopen() {
	o.Helper()
	o.Book = must[*Book](o.T)(Open(o.Context(), o.disk, o.hasher, sealed{}))
}

func (o *office) id(login string) string {
	for _, p := range o.People() {
		if p.Login == login {
			return p.ID
		}
	}
	return ""
}

// hire makes a person with one role who has accepted the invitation.
func (o *office) hire(login string, roles ...Role) string {
	o.Helper()
	g := must[string](o.T)(o.PutGroup(o.Context(), o.admin, Group{Name: login + "s", Roles: roles}))
	id := must[string](o.T)(o.Put(o.Context(), o.admin, Person{Login: login, Name: "Somebody", Groups: []string{g}}))
	code := must[credential.Secret](o.T)(o.Invite(o.Context(), o.now, id))
	if err := o.Accept(o.Context(), o.now, login, code, secret(good), home); err != nil {
		o.Fatal(err)
	}
	return id
}

func (o *office) in(login, password string) credential.Secret {
	o.Helper()
	return must[credential.Secret](o.T)(o.SignIn(o.Context(), o.now, login, pw(password), home))
}

func (o *office) reason(token credential.Secret, p Permission) string {
	_, err := o.May(o.now, token, p, true)
	var d *Denied
	switch {
	case err == nil:
		return ""
	case errors.As(err, &d):
		return []string{"not signed in", "locked", "password due", "not permitted", "not qualified", "not fresh", "not in scope", "token ended"}[d.Reason]
	}
	return err.Error()
}

func (o *office) group(name string) string {
	for _, g := range o.Groups() {
		if g.Name == name {
			return g.ID
		}
	}
	o.Fatal("no group", name)
	return ""
}

// TestTwoAtOnce: of two who ask at once with one session the one who took the time first may
// come second; that is no clock that was set back.
func TestTwoAtOnce(t *testing.T) {
	o := newOffice(t)
	token, err := o.SignIn(t.Context(), o.now, "ada", pw(good), home)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Who(o.now.Add(time.Second), token, true); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Who(o.now.Add(time.Second-time.Millisecond), token, true); err != nil {
		t.Error("a millisecond before the other:", err)
	}
	if _, err := o.Who(o.now.Add(-time.Hour), token, true); err == nil {
		t.Error("by a clock that was set back an hour it goes on")
	}
}
