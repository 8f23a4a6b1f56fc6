package accounts_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
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
		return []string{"not signed in", "locked", "password due", "not permitted", "not qualified", "not fresh"}[d.Reason]
	}
	return err.Error()
}

// TestFirst: no account by default; a code that works once, for an hour, and only
// while there is nobody (C13).
func TestFirst(t *testing.T) {
	o := newOffice(t)
	if _, err := o.SetUp(t.Context(), o.now); err == nil {
		t.Error("set up twice")
	}
	fresh := &office{T: t, disk: &disk{people: map[string]Person{}, groups: map[string]Group{}}, hasher: o.hasher, now: o.now}
	fresh.reopen()
	if _, err := fresh.SignIn(t.Context(), o.now, "", pw(""), home); err == nil {
		t.Error("somebody is let in before there is anybody")
	}
	old := must[credential.Secret](t)(fresh.SetUp(t.Context(), o.now))
	code := must[credential.Secret](t)(fresh.SetUp(t.Context(), o.now))
	for _, c := range []struct {
		code            credential.Secret
		login, password string
		after           time.Duration
		want            string
	}{
		{old, "ada", good, 0, "not right"},
		{code, "ada", good, SetUpFor, "until"},
		{code, "a", good, 0, "login"},
		{code, "ada", "short", 0, "10 characters"},
		{code, "ada", good, 0, ""},
		{code, "bob", good, 0, "already"},
	} {
		err := fresh.First(t.Context(), o.now.Add(c.after), c.code, Person{Login: c.login, Name: "Ada"}, secret(c.password))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s %s after %v: %v, want %q", c.login, c.password, c.after, err, c.want)
		}
	}
	fresh.reopen()
	if fresh.in("ada", good).Empty() {
		t.Error("the first person is not kept")
	}
}

// TestMay: what lets somebody do something, and every reason that does not.
func TestMay(t *testing.T) {
	o := newOffice(t)
	id := o.hire("emil", Engineer)
	tok := o.in("emil", good)
	for _, c := range []struct {
		why  string
		do   func()
		p    Permission
		want string
	}{
		{"C15", nil, BreakerRead, ""},
		{"C15", nil, ProtectApprove, "not permitted"},
		{"C15", nil, "no.such", "not permitted"},
		{"D14", nil, ProtectPropose, "not qualified"},
		{"D14", func() {
			p := Person{ID: id, Login: "emil", Name: "Emil", Groups: []string{o.group("emils")}, Qualified: map[Skill]Qualification{Settings: {Until: o.now.Add(time.Hour)}}}
			must[string](t)(o.Put(t.Context(), o.admin, p))
		}, BreakerRead, "not signed in"},
		{"D14", func() { tok = o.in("emil", good) }, ProtectPropose, ""},
		{"C5", nil, ProtectApply, ""},
		{"C5", func() { o.now = o.now.Add(6 * time.Minute) }, ProtectApply, "not fresh"},
		{"C5", func() {
			old := tok
			tok = must[credential.Secret](t)(o.Prove(t.Context(), o.now, tok, pw(good), home))
			if o.reason(old, BreakerRead) != "not signed in" {
				t.Error("the old token goes on")
			}
		}, ProtectApply, ""},
		{"D12", func() { o.now = o.now.Add(10 * time.Minute) }, BreakerRead, "locked"},
		{"D12", func() { tok = must[credential.Secret](t)(o.Prove(t.Context(), o.now, tok, pw(good), home)) }, BreakerRead, ""},
		{"D14", func() {
			for range 6 {
				o.now = o.now.Add(9 * time.Minute)
				o.reason(tok, BreakerRead)
			}
		}, ProtectPropose, "not qualified"},
		{"D12", func() {
			for range 60 {
				o.now = o.now.Add(9 * time.Minute)
				o.reason(tok, BreakerRead)
			}
		}, BreakerRead, "not signed in"},
		{"C7", func() { o.now = o.now.Add(181 * 24 * time.Hour); tok = o.in("emil", good) }, BreakerRead, "password due"},
		{"C7", func() {
			tok = must[credential.Secret](t)(o.ChangePassword(t.Context(), o.now, tok, pw(good), secret(other), home))
		}, BreakerRead, ""},
		{"C5", func() { o.SignOut(tok) }, BreakerRead, "not signed in"},
		{"C5", func() { tok = credential.Secret{} }, BreakerRead, "not signed in"},
	} {
		if c.do != nil {
			c.do()
		}
		if got := o.reason(tok, c.p); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.why, c.p, got, c.want)
		}
	}
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

// TestRefused: what nobody can bring about, and that nothing has changed then.
func TestRefused(t *testing.T) {
	o := newOffice(t)
	olga, paul := o.hire("olga", Operator), o.hire("paul", Approver)
	admins, approvers := o.group("Security administrators"), o.group("pauls")
	ctx := t.Context()
	put := func(by string, p Person) error { _, err := o.Put(ctx, by, p); return err }
	for _, c := range []struct {
		why, want string
		do        func() error
	}{
		{"C15", "their own access", func() error { return put(o.admin, Person{ID: o.admin, Login: "ada", Name: "Ada"}) }},
		{"C15", "their own access", func() error {
			_, err := o.PutGroup(ctx, o.admin, Group{ID: admins, Name: "x", Roles: []Role{SecurityAdmin}})
			return err
		}},
		{"C15", "their own access", func() error { return o.Remove(ctx, o.admin, o.admin) }},
		{"C15", "stays a security administrator", func() error {
			return put(olga, Person{ID: o.admin, Login: "ada", Name: "Ada", Groups: []string{admins}, Off: true})
		}},
		{"C15", "stays a security administrator", func() error { return o.Remove(ctx, olga, o.admin) }},
		{"C15", "who gives access does not use it", func() error {
			return put(o.admin, Person{ID: olga, Login: "olga", Name: "Olga", Groups: []string{admins, o.group("olgas")}})
		}},
		{"C15", "may not approve", func() error {
			_, err := o.PutGroup(ctx, o.admin, Group{ID: approvers, Name: "pauls", Roles: []Role{Approver, Engineer}})
			return err
		}},
		{"C2", "group that there is not", func() error {
			return put(o.admin, Person{ID: olga, Login: "olga", Name: "Olga", Groups: []string{"no"}})
		}},
		{"C2", "group that there is not", func() error { return o.Remove(ctx, o.admin, approvers) }},
		{"C2", "no such", func() error { return put(o.admin, Person{ID: "no", Login: "olga", Name: "Olga"}) }},
		{"C2", "no such", func() error { _, err := o.Invite(ctx, o.now, "no"); return err }},
		{"C5", "has this login already", func() error { return put(o.admin, Person{Login: "paul", Name: "Paul"}) }},
		{"C5", "login", func() error { return put(o.admin, Person{Login: "P P", Name: "Paul"}) }},
		{"C10", "not shared", func() error { return put(o.admin, Person{Login: "peter"}) }},
		{"C5", "e-mail", func() error { return put(o.admin, Person{Login: "peter", Name: "P", Email: "x"}) }},
		{"D14", "no skill", func() error {
			return put(o.admin, Person{Login: "peter", Name: "P", Qualified: map[Skill]Qualification{"magic": {}}})
		}},
		{"", "the disk is full", func() error {
			o.disk.fail = errors.New("the disk is full")
			defer func() { o.disk.fail = nil }()
			return put(o.admin, Person{Login: "peter", Name: "Peter"})
		}},
	} {
		before := fmt.Sprint(o.People(), o.Groups())
		if err := c.do(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.why, err, c.want)
		}
		if after := fmt.Sprint(o.People(), o.Groups()); after != before {
			t.Errorf("%s: refused, and changed:\n%s\n%s", c.want, before, after)
		}
	}
	if err := o.Remove(ctx, o.admin, paul); err != nil || o.id("paul") != "" {
		t.Errorf("a person who may go stays: %v", err)
	}
	if Second(Person{ID: "a"}, Person{ID: "a"}) == nil || Second(Person{}, Person{}) == nil || Second(Person{ID: "a"}, Person{ID: "b"}) != nil {
		t.Error("the second person is not somebody else")
	}
}

// TestOff: who may not sign in does not, is not told so, and is signed out at once.
func TestOff(t *testing.T) {
	o := newOffice(t)
	id := o.hire("olga", Operator)
	tok := o.in("olga", good)
	must[string](t)(o.Put(t.Context(), o.admin, Person{ID: id, Login: "olga", Name: "Olga", Off: true}))
	_, off := o.SignIn(t.Context(), o.now, "olga", pw(good), home)
	_, wrong := o.SignIn(t.Context(), o.now, "olga", pw("x"), home)
	if off == nil || wrong == nil || off.Error() != wrong.Error() || o.reason(tok, BreakerRead) != "not signed in" {
		t.Errorf("%v; %v; %s", off, wrong, o.reason(tok, BreakerRead))
	}
}

// TestSessionsBounded: of one person eight go on, the idlest ends for the ninth.
func TestSessionsBounded(t *testing.T) {
	o := newOffice(t)
	o.hire("olga", Operator)
	others := o.in("olga", good)
	var all []credential.Secret
	for range 9 {
		o.now = o.now.Add(time.Second)
		all = append(all, o.in("ada", good))
	}
	for i, tok := range all {
		if got := o.reason(tok, PolicyRead); (got == "") != (i > 0) {
			t.Errorf("session %d: %q", i, got)
		}
	}
	if o.reason(others, PolicyRead) != "" {
		t.Error("the session of somebody else made room")
	}
}

// TestInvitation: it ends what was before it, opens once, and its password keeps the
// rules, the history among them (C8, C11).
func TestInvitation(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	id := o.hire("olga", Operator)
	tok := o.in("olga", good)
	first := must[credential.Secret](t)(o.Invite(ctx, o.now, id))
	code := must[credential.Secret](t)(o.Invite(ctx, o.now, id))
	if o.reason(tok, BreakerRead) != "not signed in" {
		t.Error("a session outlives the password")
	}
	if _, err := o.SignIn(ctx, o.now, "olga", pw(good), home); err == nil {
		t.Error("the password before lets in")
	}
	for _, c := range []struct {
		login    string
		code     credential.Secret
		password string
		after    time.Duration
		want     string
	}{
		{"olga", first, other, 0, "not right"},
		{"ada", code, other, 0, "not right"},
		{"nobody", code, other, 0, "not right"},
		{"olga", code, other, InvitedFor, "until"},
		{"olga", code, good, 0, "last 8"},
		{"olga", code, "olga", 0, "10 characters"},
		{"olga", code, other, 0, ""},
		{"olga", code, other, 0, "used on"},
	} {
		err := o.Accept(ctx, o.now.Add(c.after), c.login, c.code, secret(c.password), home)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s %s: %v, want %q", c.login, c.password, err, c.want)
		}
	}
	o.reopen()
	if o.in("olga", other).Empty() {
		t.Error("not kept")
	}
}

// TestAtOnce: of ten who bring the same code at once one is let in.
func TestAtOnce(t *testing.T) {
	o := newOffice(t)
	id := o.hire("olga", Operator)
	code := must[credential.Secret](t)(o.Invite(t.Context(), o.now, id))
	var in atomic.Int32
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			if o.Accept(t.Context(), o.now, "olga", code, secret(fmt.Sprint("Heron-under-", i)), fmt.Sprint("s", i)) == nil {
				in.Add(1)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("%d are let in", in.Load())
	}
}

// TestChangesAtOnce: of eight changes of one password at once one is made.
func TestChangesAtOnce(t *testing.T) {
	o := newOffice(t)
	o.now = o.now.Add(3 * 24 * time.Hour)
	var toks [8]credential.Secret
	for i := range toks {
		toks[i] = o.in("ada", good)
	}
	var done atomic.Int32
	var all sync.WaitGroup
	for i, tok := range toks {
		all.Go(func() {
			if _, err := o.ChangePassword(t.Context(), o.now, tok, pw(good), secret(fmt.Sprint("Heron-under-", i)), fmt.Sprint("s", i)); err == nil {
				done.Add(1)
			}
		})
	}
	all.Wait()
	if done.Load() != 1 {
		t.Errorf("%d changes are made", done.Load())
	}
}

// TestChangePassword: the rules hold (C7, C8), the current one is asked for, and every
// other session ends.
func TestChangePassword(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	tok, elsewhere := o.in("ada", good), o.in("ada", good)
	change := func(current, next string) error {
		n, err := o.ChangePassword(ctx, o.now, tok, pw(current), secret(next), home)
		if err == nil {
			tok = n
		}
		return err
	}
	if err := change(good, other); err == nil || !strings.Contains(err.Error(), "3 days") {
		t.Errorf("C7: %v", err)
	}
	o.now = o.now.Add(3 * 24 * time.Hour)
	tok, elsewhere = o.in("ada", good), o.in("ada", good)
	if err := change("wrong", other); err == nil {
		t.Error("without the current one")
	}
	if err := change(good, other); err != nil {
		t.Fatal(err)
	}
	if o.reason(elsewhere, PolicyRead) != "not signed in" || o.reason(tok, PolicyRead) != "" {
		t.Error("another session goes on, or the own one does not")
	}
	current := other
	for i := range 8 {
		o.now = o.now.Add(3 * 24 * time.Hour)
		tok = o.in("ada", current)
		next := fmt.Sprint("Heron-under-", i)
		if err := change(current, good); i < 7 && (err == nil || !strings.Contains(err.Error(), "last 8")) {
			t.Fatalf("C8: after %d others the first is taken again: %v", i+1, err)
		} else if err == nil {
			return // the first is the ninth last now
		}
		if err := change(current, next); err != nil {
			t.Fatalf("change %d: %v", i, err)
		}
		current = next
	}
	t.Error("C8: the first is never taken again")
}

// TestGuesses: a stranger's guesses do not keep the owner out, and a name of
// nobody reads the same.
func TestGuesses(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	o.in("ada", good)
	said := map[string]string{}
	for i := range 100 {
		for _, login := range []string{"ada", "nobody"} {
			_, err := o.SignIn(ctx, o.now, login, pw(fmt.Sprint("wrong", i)), fmt.Sprint("198.51.100.", i))
			if err == nil {
				t.Fatal("let in")
			}
			said[login] += err.Error()
		}
	}
	if said["ada"] != said["nobody"] {
		t.Error("what is said tells whether there is such a person")
	}
	if o.in("ada", good).Empty() {
		t.Error("kept out")
	}
}

// TestRehash: a password that was kept for less is kept anew when it lets in.
func TestRehash(t *testing.T) {
	o := newOffice(t)
	before := o.disk.people[o.admin].Password
	o.hasher = must[*credential.Hasher](t)(credential.NewHasher(credential.Cost{Memory: 16, Passes: 1, Lanes: 1}, 2, 10))
	o.reopen()
	o.in("ada", good)
	now := o.disk.people[o.admin].Password
	if now == before || !o.hasher.Outworn(before) || o.hasher.Outworn(now) {
		t.Error("not kept anew")
	}
	o.in("ada", good)
	if o.disk.people[o.admin].Password != now {
		t.Error("kept anew each time")
	}
}

// TestReminders: each comes back when its days are over (C9), and the age of the
// password two weeks ahead (C7).
func TestReminders(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	told := func() (ids []string) {
		p := must[Person](t)(o.Who(o.now, o.in("ada", good), true))
		for _, r := range o.Reminders(p, o.now) {
			ids = append(ids, r.ID)
		}
		return ids
	}
	if got := told(); len(got) != len(Practices()) {
		t.Errorf("a new person is told %v", got)
	}
	tok := o.in("ada", good)
	for _, p := range Practices() {
		if err := o.Confirm(ctx, o.now, tok, p.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Confirm(ctx, o.now, tok, "no"); err == nil {
		t.Error("a reminder that there is not")
	}
	for _, c := range []struct {
		days int
		want string
	}{{0, ""}, {29, ""}, {30, "open passwords"}, {90, "open passwords breakers telephone"}, {165, "open passwords breakers telephone"}, {166, "open passwords breakers telephone password-age"}} {
		at := o.now
		o.now = o.now.Add(time.Duration(c.days) * 24 * time.Hour)
		if got := strings.Join(told(), " "); got != c.want {
			t.Errorf("C9 after %d days: %q, want %q", c.days, got, c.want)
		}
		o.now = at
	}
}

// TestDamaged: what does not hold together is refused, not taken for nobody.
func TestDamaged(t *testing.T) {
	o := newOffice(t)
	p := o.disk.people[o.admin]
	p.Groups = nil
	o.disk.people[o.admin] = p
	if _, err := Open(t.Context(), o.disk, o.hasher, nil); err == nil || !strings.Contains(err.Error(), "backup") {
		t.Errorf("%v", err)
	}
}

// TestNothingLeaks: no password, hash, token or code is in what is shown or said.
func TestNothingLeaks(t *testing.T) {
	o := newOffice(t)
	tok := o.in("ada", good)
	p := must[Person](t)(o.May(o.now, tok, PeopleManage, true))
	shown := fmt.Sprintf("%+v %#v %+v", p, o.People(), tok)
	kept := o.disk.people[o.admin]
	for _, bad := range []string{good, string(kept.Password), tok.Reveal()} {
		if strings.Contains(shown, bad) {
			t.Errorf("shown: %s", bad)
		}
	}
	if p.Password != "" || p.Codes != nil {
		t.Error("who may is given with what proves who they are")
	}
}
