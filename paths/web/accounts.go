package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"switchroom/access"
	"switchroom/credential"
	"switchroom/ui"
)

const accountsPath = "/setup/accounts"

var errGone = errors.New("there is no such account any more")

// showAccounts lists the accounts, with a form for one more.
func (d *Device) showAccounts(v *visit) {
	v.showPage("", accountsView(d.Migration(), d.accountTable(), d.newAccountForm(url.Values{})))
}

func (d *Device) accountTable() ui.Table {
	b := d.book()
	t := ui.Table{ID: "accounts", Caption: "Who may log in", Columns: []ui.Column{{Title: "User name"}, {Title: "What they may"}, {Title: "E-mail"}, {Title: "State"}}}
	for i := range b.Accounts {
		a := &b.Accounts[i]
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{accountLink(a), ui.Text(b.holds(a)), ui.Text(a.Email), ui.Text(d.stateOf(a))}})
	}
	return t
}

// holds is what an account may be: roles or group.
func (b *book) holds(a *account) string {
	if b.Generation == byRole {
		return a.Roles.String()
	}
	return b.Groups[a.Group]
}

// stateOf is what one has to know of an account.
func (d *Device) stateOf(a *account) string {
	var all []string
	if a.Off {
		all = append(all, "disabled")
	}
	if d.locked(a) {
		all = append(all, "locked")
	}
	if a.Factory {
		all = append(all, "password of the factory")
	} else if a.Change {
		all = append(all, "has to change the password")
	}
	if len(all) == 0 {
		return "–"
	}
	return capital(strings.Join(all, ", "))
}

// accountForm are the fields of an account, filled in with what was sent.
func (d *Device) accountForm(sent url.Values) []ui.Field {
	all := []ui.Field{{ID: "name", Name: "name", Label: "User name", Value: sent.Get("name"), Required: true, Hint: "Letters and digits, up to 15; case matters.", Autocomplete: "username", Attrs: map[string]any{"maxlength": "15"}}}
	if d.profile.ByRole() {
		for _, r := range access.AnyRole.List() {
			all = append(all, ui.Field{ID: "role-" + r.String(), Name: "role-" + r.String(), Label: "Role " + r.String(), Type: "checkbox", Checked: sent.Get("role-"+r.String()) == "yes"})
		}
		all = append(all, ui.Field{ID: "phone", Name: "phone", Label: "Phone", Value: sent.Get("phone"), Attrs: map[string]any{"maxlength": "32"}},
			ui.Field{ID: "enabled", Name: "enabled", Label: "Enabled", Type: "checkbox", Checked: sent.Get("enabled") == "yes"})
	} else {
		g := ui.Field{ID: "group", Name: "group", Label: "Group", Type: "select", Value: sent.Get("group")}
		for i, name := range d.book().Groups {
			g.Options = append(g.Options, ui.Option{Value: strconv.Itoa(i), Text: name})
		}
		all = append(all, g)
	}
	return append(all, ui.Field{ID: "email", Name: "email", Label: "E-mail", Value: sent.Get("email"), Attrs: map[string]any{"maxlength": "80"}}, languageField(sent.Get("language")))
}

// languages that an account may have. The pages are in English; the choice is kept.
var languages = []ui.Option{{Value: "en", Text: "English"}, {Value: "fr", Text: "Français"}, {Value: "de", Text: "Deutsch"}, {Value: "es", Text: "Español"}}

func languageField(value string) ui.Field {
	return ui.Field{ID: "language", Name: "language", Label: "Language", Type: "select", Value: value, Options: languages, Hint: "It is kept; these pages are in English."}
}

// newAccountForm has the two passwords besides.
func (d *Device) newAccountForm(sent url.Values) []ui.Field {
	if !sent.Has("name") {
		sent = url.Values{"enabled": {"yes"}, "group": {strconv.Itoa(int(operators))}}
	}
	return append(d.accountForm(sent), d.passwordsFor("")...)
}

func (d *Device) passwordsFor(prefix string) []ui.Field {
	return []ui.Field{
		{ID: prefix + "new", Name: "new", Label: "Password", Type: "password", Hint: d.passwordHint() + " Its owner is asked to change it.", Autocomplete: "new-password", Attrs: map[string]any{"maxlength": "128"}},
		{ID: prefix + "again", Name: "again", Label: "Password, again", Type: "password", Autocomplete: "new-password", Attrs: map[string]any{"maxlength": "128"}},
	}
}

// fill puts what was sent into an account, and what is wrong beside the fields.
func (d *Device) fill(a *account, fields []ui.Field, sent url.Values) {
	a.Name, a.Email, a.Phone = sent.Get("name"), sent.Get("email"), sent.Get("phone")
	blame(fields, "name", d.book().nameRule(a.Name))
	blame(fields, "email", emailRule(a.Email))
	blame(fields, "phone", phoneRule(a.Phone))
	a.Language = "en"
	for _, l := range languages {
		if l.Value == sent.Get("language") {
			a.Language = l.Value
		}
	}
	if !d.profile.ByRole() {
		g, err := strconv.ParseUint(sent.Get("group"), 10, 8)
		if err != nil || g > uint64(administrators) {
			blame(fields, "group", errors.New("choose one of the groups"))
		}
		a.Group = group(g)
		return
	}
	a.Roles = 0
	for _, r := range access.AnyRole.List() {
		if sent.Get("role-"+r.String()) == "yes" {
			a.Roles |= r
		}
	}
	if a.Roles == 0 {
		blame(fields, "role-"+access.Viewer.String(), errors.New("give at least one role"))
	}
	a.Off = sent.Get("enabled") != "yes"
}

// blame puts an error beside its field.
func blame(fields []ui.Field, name string, err error) {
	for i := range fields {
		if fields[i].Name == name && err != nil {
			fields[i].Error = strings.ReplaceAll(err.Error(), "\n", "; ")
		}
	}
}

func wrong(fields []ui.Field) bool {
	for _, f := range fields {
		if f.Error != "" {
			return true
		}
	}
	return false
}

func emailRule(s string) error {
	if s == "" {
		return nil
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s || len(s) > 80 {
		return errors.New("write name@example.org, or nothing")
	}
	return nil
}

func phoneRule(s string) error {
	if len(s) > 32 || strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune("+0123456789 -/().", r) }) {
		return errors.New("up to 32 digits, with +, -, /, brackets and spaces")
	}
	return nil
}

// takePassword checks a password that an administrator sets, and hashes it.
func (d *Device) takePassword(v *visit, a *account, fields []ui.Field, sent url.Values) (h credential.Hash) {
	p := sent.Get("new")
	blame(fields, "new", d.passwordRule(a, p))
	if p != sent.Get("again") {
		blame(fields, "again", errors.New("the two are not the same"))
	}
	if wrong(fields) {
		return ""
	}
	h, err := hash(v.r.Context(), p)
	blame(fields, "new", err)
	return h
}

// addAccount makes an account.
func (d *Device) addAccount(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	a := account{Change: true}
	fields := d.newAccountForm(sent)
	d.fill(&a, fields, sent)
	if a.Password = d.takePassword(v, &a, fields, sent); !wrong(fields) {
		blame(fields, "name", d.alter(func(b *book) error { b.add(a); return nil }))
	}
	if wrong(fields) {
		v.show(http.StatusUnprocessableEntity, v.page.title, "", accountsView(d.Migration(), d.accountTable(), fields))
		return
	}
	v.note(AccountChanged, "made "+a.Name+": "+d.book().holds(&a))
	v.done(accountsPath, notice{Severity: ui.Done, Title: "The account " + a.Name + " is there"})
}

// seenMigration notes that a security administrator has looked at what came of the
// migration (step 9).
func (d *Device) seenMigration(v *visit) {
	err := d.alter(func(b *book) error { b.Migration = nil; return nil })
	if err != nil {
		v.done(accountsPath, notice{Severity: ui.High, Title: "Nothing was changed", Text: capital(err.Error())})
		return
	}
	v.note(Migrated, "step 9: looked at")
	v.done(accountsPath, notice{Severity: ui.Done, Title: "The migration is looked at"})
}

// asked is the account that a request is about.
func (d *Device) asked(v *visit, id string) *account {
	n, err := strconv.ParseUint(id, 10, 64)
	if err == nil {
		if a := d.book().account(n); a != nil {
			return a
		}
	}
	v.refuse(http.StatusNotFound, "There is no such account.")
	return nil
}

func (a *account) values() url.Values {
	s := url.Values{"name": {a.Name}, "email": {a.Email}, "phone": {a.Phone}, "language": {a.Language}, "group": {strconv.Itoa(int(a.Group))}}
	for _, r := range a.Roles.List() {
		s.Set("role-"+r.String(), "yes")
	}
	if !a.Off {
		s.Set("enabled", "yes")
	}
	return s
}

func (d *Device) showAccount(v *visit) {
	if a := d.asked(v, v.r.URL.Query().Get("id")); a != nil {
		v.showPage("", accountView(d, a, d.accountForm(a.values()), d.passwordsFor("set-")))
	}
}

// change changes the account that a form is about; whoever is logged in to it has to
// log in anew.
func (d *Device) change(v *visit, id uint64, f func(*book, *account) error) error {
	err := d.alter(func(b *book) error {
		if a := b.account(id); a != nil {
			return f(b, a)
		}
		return errGone
	})
	if err == nil {
		d.sessions.endOthers(id, v.id)
	}
	return err
}

// saveAccount changes an account.
func (d *Device) saveAccount(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	a := d.asked(v, sent.Get("id"))
	if a == nil {
		return
	}
	next, fields := *a, d.accountForm(sent)
	if d.fill(&next, fields, sent); !wrong(fields) {
		blame(fields, "name", d.change(v, a.ID, func(_ *book, to *account) error {
			to.Name, to.Email, to.Phone, to.Language, to.Group, to.Roles, to.Off = next.Name, next.Email, next.Phone, next.Language, next.Group, next.Roles, next.Off
			return nil
		}))
	}
	if wrong(fields) {
		v.show(http.StatusUnprocessableEntity, v.page.title, "", accountView(d, a, fields, d.passwordsFor("set-")))
		return
	}
	v.note(AccountChanged, fmt.Sprintf("%s: now %s, %s", a.Name, next.Name, d.book().holds(&next)))
	v.done(accountsPath, notice{Severity: ui.Done, Title: "The account " + next.Name + " is changed"})
}

// resetPassword sets the password of somebody who has forgotten it. They are asked to
// change it.
func (d *Device) resetPassword(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	a := d.asked(v, sent.Get("id"))
	if a == nil {
		return
	}
	fields := d.passwordsFor("set-")
	if h := d.takePassword(v, a, fields, sent); !wrong(fields) {
		blame(fields, "new", d.change(v, a.ID, func(_ *book, to *account) error {
			to.replace(h, d.profile)
			to.Change, to.Factory = true, false
			return nil
		}))
	}
	if wrong(fields) {
		v.show(http.StatusUnprocessableEntity, v.page.title, "", accountView(d, a, d.accountForm(a.values()), fields))
		return
	}
	v.note(PasswordChanged, "of "+a.Name)
	v.done(accountsPath, notice{Severity: ui.Done, Title: "The password of " + a.Name + " is set"})
}

// unlockAccount lets somebody log in again after too many wrong passwords.
func (d *Device) unlockAccount(v *visit) {
	d.onAccount(v, AccountUnlocked, "unlocked", func(_ *book, a *account) error {
		a.Wrong, a.Locked = 0, noTime
		return nil
	})
}

// deleteAccount takes an account away. The last one that gives rights stays.
func (d *Device) deleteAccount(v *visit) {
	d.onAccount(v, AccountChanged, "deleted", func(b *book, a *account) error {
		b.remove(a.ID)
		return nil
	})
}

func (d *Device) onAccount(v *visit, k Kind, what string, f func(*book, *account) error) {
	sent, ok := v.form()
	if !ok {
		return
	}
	a := d.asked(v, sent.Get("id"))
	if a == nil {
		return
	}
	if err := d.change(v, a.ID, f); err != nil {
		v.done(accountsPath, notice{Severity: ui.High, Title: "Nothing was changed", Text: capital(err.Error())})
		return
	}
	v.note(k, what+" "+a.Name)
	v.done(accountsPath, notice{Severity: ui.Done, Title: "The account " + a.Name + " is " + what})
}
