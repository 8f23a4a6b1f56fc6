package accounts_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	. "switchroom/accounts"
	"switchroom/credential"
)

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
		{code, "bob", good, 0, "used on"},
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
