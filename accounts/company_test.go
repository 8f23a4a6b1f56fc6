package accounts_test

import (
	"strings"
	"testing"
	"time"

	. "switchroom/accounts"
	"switchroom/credential"
)

func (o *office) corp(subject, name string) Identity {
	return Identity{Issuer: "https://id.example", Subject: subject, Name: name, Proved: o.now}
}

// atCorp enters the name of a person at the company's provider.
func (o *office) atCorp(id, login, name string) {
	o.Helper()
	p := Person{ID: id, Login: login, Name: "Somebody", Company: name}
	for _, is := range o.People() {
		if is.ID == id {
			p.Groups = is.Groups
		}
	}
	must[string](o.T)(o.Put(o.Context(), o.admin, p))
}

// TestCompany: who is let in is somebody whose name an administrator entered, bound to
// the provider's subject when they first come.
func TestCompany(t *testing.T) {
	o := newOffice(t)
	vera, paul := o.hire("vera", Viewer), o.hire("paul", Viewer)
	in := func(i Identity) string {
		tok, err := o.CompanySignIn(t.Context(), o.now, i, home)
		if err != nil {
			return err.Error()
		}
		return must[Person](t)(o.Who(o.now, tok, true)).Login
	}
	o.atCorp(vera, "vera", "vera@corp.example")
	elsewhere := o.corp("1", "vera@corp.example")
	elsewhere.Issuer = "https://evil.example"
	for _, c := range []struct {
		why  string
		i    Identity
		want string
	}{
		{"no subject", o.corp("", "vera@corp.example"), "did not say"},
		{"nobody's name", o.corp("9", "nina@corp.example"), "ask a security administrator"},
		{"no name, as most people here have none there", o.corp("9", ""), "ask a security administrator"},
		{"the first time", o.corp("1", "vera@corp.example"), "vera"},
		{"again", o.corp("1", "vera@corp.example"), "vera"},
		{"she is called otherwise there now", o.corp("1", "v.fair@corp.example"), "vera"},
		{"another has her name there", o.corp("2", "vera@corp.example"), "ask a security administrator"},
		{"the same subject of another provider", elsewhere, "ask a security administrator"},
	} {
		if got := in(c.i); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
	o.reopen()
	if got := in(o.corp("1", "")); got != "vera" {
		t.Errorf("after it was started again: %s", got)
	}
	if _, err := o.Put(t.Context(), o.admin, Person{ID: paul, Login: "paul", Name: "P", Company: "vera@corp.example"}); err == nil {
		t.Error("two have the same name there")
	}
	o.atCorp(vera, "vera", "vera.fair@corp.example")
	if got := in(o.corp("1", "vera@corp.example")); !strings.Contains(got, "ask") {
		t.Errorf("another name was entered, and the first one lets in: %s", got)
	}
	if got := in(o.corp("3", "vera.fair@corp.example")); got != "vera" {
		t.Errorf("the name that was entered last: %s", got)
	}
	must[string](t)(o.Put(t.Context(), o.admin, Person{ID: vera, Login: "vera", Name: "V", Company: "vera.fair@corp.example", Off: true}))
	if got := in(o.corp("3", "vera.fair@corp.example")); got != errOf(o, o.corp("9", "nobody")) {
		t.Errorf("switched off: %s", got)
	}
}

func errOf(o *office, i Identity) string {
	_, err := o.CompanySignIn(o.Context(), o.now, i, home)
	return err.Error()
}

// TestCompanyOnly: somebody who never had a password here works, is fresh only if the
// company just asked, and has no password that is due.
func TestCompanyOnly(t *testing.T) {
	o := newOffice(t)
	g := must[string](t)(o.PutGroup(t.Context(), o.admin, Group{Name: "engineers", Roles: []Role{Engineer}}))
	id := must[string](t)(o.Put(t.Context(), o.admin, Person{Login: "nina", Name: "Nina", Company: "nina@corp", Groups: []string{g},
		Qualified: map[Skill]Qualification{Settings: {Until: o.now.Add(1000 * days)}}}))
	if _, err := o.SignIn(t.Context(), o.now, "nina", pw(""), home); err == nil {
		t.Fatal("let in without a password")
	}
	for _, c := range []struct {
		why    string
		proved time.Time
		want   string
	}{
		{"just asked", o.now, ""},
		{"asked this morning", o.now.Add(-time.Hour), "not fresh"},
		{"not said", time.Time{}, "not fresh"},
		{"in what is not yet", o.now.Add(time.Hour), "not fresh"},
	} {
		i := o.corp("1", "nina@corp")
		i.Proved = c.proved
		tok := must[credential.Secret](t)(o.CompanySignIn(t.Context(), o.now, i, home))
		if got := o.reason(tok, VaultRotate); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
		if got := o.reason(tok, BreakerRead); got != "" {
			t.Errorf("%s: reads: %q", c.why, got)
		}
		next, err := o.CompanyProof(t.Context(), o.now, tok, i, home)
		if (err == nil) != (c.want == "") {
			t.Errorf("%s: as a proof: %v", c.why, err)
		}
		if err == nil && o.reason(next, VaultRotate) != "" {
			t.Errorf("%s: proved, and it is not enough", c.why)
		}
	}
	tok := must[credential.Secret](t)(o.CompanySignIn(t.Context(), o.now, o.corp("1", "nina@corp"), home))
	for _, r := range o.Reminders(must[Person](t)(o.Who(o.now, tok, true)), o.now) {
		if r.ID == "password-age" {
			t.Error("reminded of a password that there is not")
		}
	}
	ada := o.in("ada", good)
	if _, err := o.CompanyProof(t.Context(), o.now, ada, o.corp("1", "nina@corp"), home); err == nil {
		t.Error("one proves for another")
	}
	o.now = o.now.Add(time.Minute)
	if _, err := o.Invite(t.Context(), o.now, id); err != nil {
		t.Fatal(err)
	}
	must[credential.Secret](t)(o.CompanySignIn(t.Context(), o.now, o.corp("1", "nina@corp"), home))
}

// TestCompanyMakes: only where it was set, and then somebody who may do nothing, and
// never one who has the name of another here.
func TestCompanyMakes(t *testing.T) {
	o := newOffice(t)
	i := o.corp("1", "Nina@Corp.example")
	i.Full, i.Make = "Nina Fair", true
	tok := must[credential.Secret](t)(o.CompanySignIn(t.Context(), o.now, i, home))
	p := must[Person](t)(o.Who(o.now, tok, true))
	if p.Login != "nina" || p.Name != "Nina Fair" || len(p.Groups) != 0 || o.reason(tok, PolicyRead) != "not permitted" {
		t.Errorf("%+v", p)
	}
	i = o.corp("2", "ada@corp.example")
	i.Make = true
	if _, err := o.CompanySignIn(t.Context(), o.now, i, home); err == nil {
		t.Error("in as one who has the same name here")
	}
	i = o.corp("3", "nina@corp.example/../x y")
	i.Make = true
	if _, err := o.CompanySignIn(t.Context(), o.now, i, home); err == nil {
		t.Error("made twice, or with a login that is none")
	}
}
