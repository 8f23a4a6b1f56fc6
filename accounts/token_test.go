package accounts_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	. "switchroom/accounts"
	"switchroom/credential"
)

const days = 24 * time.Hour

// bearer makes a token for olga's programs, or fails the test.
func (o *office) bearer(login string, may ...Permission) (credential.Secret, Token) {
	o.Helper()
	told, kept, err := o.MakeToken(o.Context(), o.now, o.in(login, good), "poller", may, 30*days)
	if err != nil {
		o.Fatal(err)
	}
	return told, kept
}

// TestToken: it does what it was made for, no more, as long as it was made for.
func TestToken(t *testing.T) {
	o := newOffice(t)
	o.hire("vera", Viewer)
	told, made := o.bearer("vera", BreakerRead)
	o.reopen()
	for _, c := range []struct {
		why   string
		p     Permission
		after time.Duration
		want  string
	}{
		{"its scope", BreakerRead, 0, ""},
		{"to the end", BreakerRead, 30*days - 1, ""},
		{"after", BreakerRead, 30 * days, "token ended"},
		{"before it was made", BreakerRead, -time.Second, "token ended"},
		{"of its person, and not of its scope", PolicyRead, 0, "not in scope"},
		{"of nobody here", "no.such", 0, "not in scope"},
	} {
		at := o.now
		o.now = o.now.Add(c.after)
		if got := o.reason(told, c.p); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
		o.now = at
	}
	if p, tok, err := o.Book.Token(o.now, told); err != nil || p.Login != "vera" || tok.ID != made.ID || tok.Name != "poller" || tok.Digest != nil {
		t.Errorf("%+v %+v %v", p, tok, err)
	}
	kept := fmt.Sprintf("%+v", o.disk.people[o.id("vera")])
	if strings.Contains(kept, told.Reveal()) || !strings.HasPrefix(told.Reveal(), "swr_") {
		t.Error("kept in clear, or of another form")
	}
	if o.reason(secret("swr_"), BreakerRead) != "token ended" || o.reason(secret("swr_x"), BreakerRead) != "token ended" || o.reason(secret(told.Reveal()+"x"), BreakerRead) != "token ended" {
		t.Error("another is taken")
	}
}

// TestTokenIsNoSession: nothing that a person does themselves is done with one.
func TestTokenIsNoSession(t *testing.T) {
	o := newOffice(t)
	o.hire("vera", Viewer)
	told, _ := o.bearer("vera", BreakerRead)
	ctx := t.Context()
	for why, do := range map[string]func() error{
		"sees who it is":           func() error { _, err := o.Who(o.now, told, true); return err },
		"proves":                   func() error { _, err := o.Prove(ctx, o.now, told, pw(good), home); return err },
		"makes another":            func() error { _, _, err := o.MakeToken(ctx, o.now, told, "x", nil, days); return err },
		"revokes":                  func() error { return o.RevokeToken(ctx, o.now, told, "x") },
		"confirms":                 func() error { return o.Confirm(ctx, o.now, told, "open") },
		"sets an authenticator up": func() error { _, err := o.BeginAuthenticator(o.now, told); return err },
		"changes the password": func() error {
			_, err := o.ChangePassword(ctx, o.now.Add(3*days), told, pw(good), secret(other), home)
			return err
		},
	} {
		if err := do(); err == nil || !strings.Contains(err.Error(), "sign in") {
			t.Errorf("a token %s: %v", why, err)
		}
	}
}

// TestMakeToken: what cannot be had.
func TestMakeToken(t *testing.T) {
	o := newOffice(t)
	o.hire("emil", Engineer)
	tok := o.in("emil", good)
	for _, c := range []struct {
		why, name string
		may       []Permission
		life      time.Duration
		want      string
	}{
		{"the longest", "x", []Permission{BreakerRead, PolicyRead, BreakerRead}, 90 * days, ""},
		{"longer", "x", []Permission{BreakerRead}, 90*days + 1, "90 days"},
		{"for no time", "x", []Permission{BreakerRead}, 0, "90 days"},
		{"no name", " ", []Permission{BreakerRead}, days, "name"},
		{"for nothing", "x", nil, days, "permission"},
		{"what needs a proof", "x", []Permission{BreakerRead, ProtectApply}, days, "protection.apply: asks each time"},
		{"what the person may not", "x", []Permission{AuditRead}, days, "audit.read: none of your roles"},
		{"what there is not", "x", []Permission{"all"}, days, "no permission"},
	} {
		_, made, err := o.MakeToken(t.Context(), o.now, tok, c.name, c.may, c.life)
		if c.want == "" && (err != nil || len(made.May) != 2) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v %v, want %q", c.why, made, err, c.want)
		}
	}
	for range 9 {
		o.bearer("emil", BreakerRead)
	}
	tok = o.in("emil", good) // of the many the first may have made room
	if _, _, err := o.MakeToken(t.Context(), o.now, tok, "x", []Permission{BreakerRead}, days); err == nil || !strings.Contains(err.Error(), "10 tokens") {
		t.Errorf("an eleventh: %v", err)
	}
	o.now = o.now.Add(5 * time.Minute)
	if _, _, err := o.MakeToken(t.Context(), o.now, tok, "x", []Permission{BreakerRead}, days); err == nil || !strings.Contains(err.Error(), "again") {
		t.Errorf("without a fresh proof: %v", err)
	}
	o.now = o.now.Add(30 * days)
	o.bearer("emil", BreakerRead) // in the place of those that have ended
}

// TestTokenEnds: with everything that changes what its person may.
func TestTokenEnds(t *testing.T) {
	for _, c := range []struct {
		why, want string
		do        func(o *office, id string) error
	}{
		{"nothing", "", func(*office, string) error { return nil }},
		{"another name", "", func(o *office, id string) error {
			_, err := o.Put(o.Context(), o.admin, Person{ID: id, Login: "emil", Name: "E. M.", Groups: []string{o.group("emils")}})
			return err
		}},
		{"switched off", "token ended", func(o *office, id string) error {
			p := Person{ID: id, Login: "emil", Name: "Emil", Groups: []string{o.group("emils")}, Off: true}
			if _, err := o.Put(o.Context(), o.admin, p); err != nil {
				return err
			}
			p.Off = false
			_, err := o.Put(o.Context(), o.admin, p)
			return err
		}},
		{"other groups", "token ended", func(o *office, id string) error {
			_, err := o.Put(o.Context(), o.admin, Person{ID: id, Login: "emil", Name: "Emil"})
			return err
		}},
		{"other roles of the group", "token ended", func(o *office, _ string) error {
			_, err := o.PutGroup(o.Context(), o.admin, Group{ID: o.group("emils"), Name: "emils", Roles: []Role{Engineer, Operator}})
			return err
		}},
		{"another text of the group", "", func(o *office, _ string) error {
			_, err := o.PutGroup(o.Context(), o.admin, Group{ID: o.group("emils"), Name: "engineers", Roles: []Role{Engineer}})
			return err
		}},
		{"gone", "token ended", func(o *office, id string) error { return o.Remove(o.Context(), o.admin, id) }},
		{"invited", "token ended", func(o *office, id string) error { _, err := o.Invite(o.Context(), o.now, id); return err }},
		{"revoked by another", "token ended", func(o *office, id string) error {
			for _, p := range o.People() {
				if p.ID == id {
					return o.EndToken(o.Context(), id, p.Tokens[0].ID)
				}
			}
			return nil
		}},
		{"revoked", "token ended", func(o *office, _ string) error {
			tok := o.in("emil", good)
			p, _ := o.Who(o.now, tok, true)
			return o.RevokeToken(o.Context(), o.now, tok, p.Tokens[0].ID)
		}},
		{"the password is changed", "token ended", func(o *office, _ string) error {
			o.now = o.now.Add(3 * days)
			_, err := o.ChangePassword(o.Context(), o.now, o.in("emil", good), pw(good), secret(other), home)
			return err
		}},
		{"the password is due", "password due", func(o *office, _ string) error {
			o.now = o.now.Add(155 * days)
			return nil
		}},
	} {
		o := newOffice(t)
		id := o.hire("emil", Engineer)
		if c.want == "password due" {
			o.now = o.now.Add(170 * days)
		}
		told, _ := o.bearer("emil", BreakerRead)
		if c.want == "password due" {
			o.now = o.now.Add(-145 * days)
		}
		if err := c.do(o, id); err != nil {
			t.Errorf("%s: %v", c.why, err)
		}
		if got := o.reason(told, BreakerRead); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

// TestTokenOrder: groups and roles that are written in another order are the same.
func TestTokenOrder(t *testing.T) {
	o := newOffice(t)
	g := must[string](t)(o.PutGroup(t.Context(), o.admin, Group{Name: "both", Roles: []Role{Viewer, Operator}}))
	p := Person{ID: o.hire("emil", Engineer), Login: "emil", Name: "Emil", Groups: []string{g, o.group("emils")}}
	must[string](t)(o.Put(t.Context(), o.admin, p))
	told, _ := o.bearer("emil", BreakerRead)
	p.Groups = []string{o.group("emils"), g, g}
	must[string](t)(o.Put(t.Context(), o.admin, p))
	must[string](t)(o.PutGroup(t.Context(), o.admin, Group{ID: g, Name: "both", Roles: []Role{Operator, Viewer}}))
	if got := o.reason(told, BreakerRead); got != "" {
		t.Error(got)
	}
	p.Groups = p.Groups[:1]
	must[string](t)(o.Put(t.Context(), o.admin, p))
	if got := o.reason(told, BreakerRead); got != "token ended" {
		t.Errorf("one group less: %q", got)
	}
}

// TestTokenSkill: who is no longer qualified for something has no token for it either
// (D14).
func TestTokenSkill(t *testing.T) {
	o := newOffice(t)
	id := o.hire("olga", Operator)
	told, _ := o.bearer("olga", BreakerOperate)
	if got := o.reason(told, BreakerOperate); got != "not qualified" {
		t.Error(got)
	}
	must[string](t)(o.Put(t.Context(), o.admin, Person{ID: id, Login: "olga", Name: "Olga", Groups: []string{o.group("olgas")},
		Qualified: map[Skill]Qualification{Switching: {Until: o.now.Add(days)}}}))
	if got := o.reason(told, BreakerOperate); got != "" {
		t.Error(got)
	}
	o.now = o.now.Add(days)
	if got := o.reason(told, BreakerOperate); got != "not qualified" {
		t.Error(got)
	}
}

// TestTokenUse: the last use is seen at once, and kept when it is told to be.
func TestTokenUse(t *testing.T) {
	o := newOffice(t)
	id := o.hire("vera", Viewer)
	told, _ := o.bearer("vera", BreakerRead)
	last := func() time.Time {
		for _, p := range o.People() {
			if p.ID == id {
				return p.Tokens[0].Last
			}
		}
		return time.Time{}
	}
	if !last().IsZero() {
		t.Error("used before it was")
	}
	o.now = o.now.Add(time.Hour)
	o.reason(told, BreakerRead)
	if !last().Equal(o.now) || !o.disk.people[id].Tokens[0].Last.IsZero() {
		t.Errorf("seen %v", last())
	}
	if err := o.KeepUses(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.reopen()
	if !last().Equal(o.now) {
		t.Errorf("kept %v", last())
	}
	o.disk.fail = fmt.Errorf("full")
	if err := o.KeepUses(t.Context()); err != nil {
		t.Errorf("nothing to keep: %v", err)
	}
}
