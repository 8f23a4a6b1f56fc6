package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/accounts"
	"switchroom/credential"
	"switchroom/ui"
	"switchroom/vault"
)

// vaultShown is what the page of the vault shows.
type vaultShown struct {
	Open     *form // the vault is locked, or there is none
	Add      *form
	Rotate   []form // one a breaker, and one for all that is due
	Table    ui.Table
	Ask      *form
	Requests ui.Table
	Agree    []form
	Take     []form
	Done     string // what has just been done
	Wrong    string // what went wrong in no form of the page
	Ours     []vault.Deviation
}

// by is the context of what somebody does at the vault.
func (v *visit) by() context.Context { return vault.From(v.r.Context(), v.source) }

func (v *visit) showVault() { v.vaultPage(http.StatusOK, "", "") }

// vaultPage shows the vault, and what was done or went wrong.
func (v *visit) vaultPage(status int, done, wrong string) {
	s := &vaultShown{Done: done, Ours: vault.Deviations()}
	entries, err := v.s.Vault.Status(v.by(), v.token)
	made, err2 := v.s.Vault.Vault.Made(v.by())
	switch {
	case err != nil || err2 != nil:
		v.failed(errors.Join(err, err2))
		return
	case !made:
		s.Open = createForm()
	case v.s.Vault.Vault.Locked():
		s.Open = unlockForm()
	}
	s.Table = entriesTable(entries, v.now)
	if s.Open == nil {
		v.vaultForms(s, breakersOf(entries))
	}
	if !v.may(accounts.VaultRotate) {
		s.Open, s.Add, s.Rotate = nil, nil, nil
	}
	v.requests(s)
	if wrong != "" {
		v.blame(s, wrong)
	}
	v.show(status, "Passwords of breakers", "Four of each, sealed; they are changed here, and nobody needs to know one (C3, C4).", vaultView(s))
}

// blame puts what is wrong into the form that was sent, with what was typed in it but for
// passwords.
func (v *visit) blame(s *vaultShown, what string) {
	all := []*form{s.Open, s.Add, s.Ask}
	for _, many := range [][]form{s.Rotate, s.Agree, s.Take} {
		for i := range many {
			all = append(all, &many[i])
		}
	}
	for _, f := range all {
		if f == nil || f.Action != v.r.URL.Path {
			continue
		}
		f.Wrong = what
		for i := range f.Fields {
			if x := &f.Fields[i]; x.Type != "password" && x.Type != "checkbox" {
				x.Value = v.r.PostFormValue(x.Name)
			}
		}
		return
	}
	s.Wrong = what
}

func breakersOf(all []vault.Entry) (names []string) {
	for _, e := range all {
		names = append(names, e.Breaker)
	}
	return slices.Compact(names)
}

func passphraseField(hint string) ui.Field {
	return ui.Field{ID: "passphrase", Name: "passphrase", Label: "Passphrase of the vault", Type: "password", Required: true, Hint: hint, Autocomplete: "off", Attrs: long}
}

func createForm() *form {
	return &form{Action: "/vault/create", Do: "Make the vault", Fields: []ui.Field{
		passphraseField(fmt.Sprintf("At least %d characters. Whoever has it and a copy of the data has all passwords.", vault.LeastPassphrase)),
		{ID: "recovery", Name: "recovery", Label: "A recovery key as well", Type: "checkbox", Checked: true, Hint: "It opens the vault without the passphrase, is shown once, and belongs on paper, locked away."},
	}}
}

func unlockForm() *form {
	return &form{Action: "/vault/unlock", Do: "Open the vault", Fields: []ui.Field{passphraseField("It locks itself when nothing was done for " + vault.Idle.String() + ".")}}
}

// vaultForms puts in what can be done with an open vault.
func (v *visit) vaultForms(s *vaultShown, breakers []string) {
	s.Add = &form{Action: "/vault/add", Do: "Keep them", Fields: []ui.Field{
		{ID: "add-breaker", Name: "breaker", Label: "Breaker", Required: true, Hint: "Its name here, such as Q1.", Attrs: long},
		{ID: "add-address", Name: "address", Label: "Reached at", Required: true, Hint: "usb:///PATH?unit=Q1. Passwords can be changed by a cable to a virtual unit; of hardware the maker's software changes them, and they are kept here.", Attrs: long},
		{ID: "add-level1", Name: "level1", Label: "Level 1", Type: "password", Autocomplete: "off", Attrs: four},
		{ID: "add-level2", Name: "level2", Label: "Level 2", Type: "password", Autocomplete: "off", Attrs: four},
		{ID: "add-level3", Name: "level3", Label: "Level 3", Type: "password", Autocomplete: "off", Attrs: four},
		{ID: "add-level4", Name: "level4", Label: "Level 4", Type: "password", Autocomplete: "off", Attrs: four},
		{ID: "add-factory", Name: "factory", Label: "They are as the factory set them", Type: "checkbox"},
		{ID: "add-why", Name: "why", Label: "Why", Value: "they were put in", Attrs: long},
	}}
	for _, b := range breakers {
		s.Rotate = append(s.Rotate, form{Action: "/vault/rotate", Do: "Change those of " + b, Hidden: []ui.Pair{{Name: "breaker", Value: b}}})
	}
	if len(breakers) > 0 && v.may(accounts.VaultReveal) {
		options := []ui.Option{}
		for _, b := range breakers {
			options = append(options, ui.Option{Value: b, Text: b})
		}
		s.Ask = &form{Action: "/vault/ask", Do: "Ask for it", Danger: true, Fields: []ui.Field{
			{ID: "ask-breaker", Name: "breaker", Label: "Breaker", Type: "select", Options: options},
			{ID: "ask-level", Name: "level", Label: "Level", Type: "select", Value: "4", Options: []ui.Option{{Value: "1", Text: "1"}, {Value: "2", Text: "2"}, {Value: "3", Text: "3"}, {Value: "4", Text: "4"}}},
			{ID: "ask-why", Name: "why", Label: "Why", Required: true, Hint: "It is recorded. Somebody else has to agree at their own desk; the password is to be changed afterwards.", Attrs: long},
		}}
	}
}

var four = map[string]any{"maxlength": "4"}

// requests puts in those to break a password out, with what this person can do.
func (v *visit) requests(s *vaultShown) {
	s.Requests = ui.Table{ID: "requests", Caption: "Asked to be broken out", Columns: []ui.Column{{Title: "Breaker"}, {Title: "Level"}, {Title: "Why"}, {Title: "By"}, {Title: "Agreed"}, {Title: "Until"}}, Empty: "Nobody asks for a password."}
	all, err := v.s.Vault.Requests(v.token)
	if err != nil {
		return // neither asks nor agrees
	}
	for _, r := range all {
		s.Requests.Rows = append(s.Requests.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.Breaker), ui.Text(fmt.Sprint(r.Level)), ui.Text(r.Why), ui.Text(r.By), ui.Text(r.Agreed), ui.Text(r.Until.UTC().Format("15:04"))}})
		what := fmt.Sprintf("level %d of %s, asked by %s", r.Level, r.Breaker, r.By)
		switch {
		case r.By == v.who.Login && r.Agreed != "":
			s.Take = append(s.Take, form{Action: "/vault/requests/" + r.ID + "/take", Do: "Show me " + what, Danger: true})
		case r.By != v.who.Login && r.Agreed == "" && v.may(accounts.VaultApprove):
			s.Agree = append(s.Agree, form{Action: "/vault/requests/" + r.ID + "/agree", Do: "Agree to " + what})
		}
	}
}

func entriesTable(all []vault.Entry, now time.Time) ui.Table {
	t := ui.Table{ID: "entries", Caption: "What the vault has", Columns: []ui.Column{{Title: "Breaker"}, {Title: "Level"}, {Title: "Changed"}, {Title: "By"}, {Title: "Times", Number: true}, {Title: "To be changed"}, {Title: "On its way"}}, Empty: "No password is kept yet."}
	for i := range all {
		e := &all[i]
		due := e.Due.UTC().Format(time.DateOnly)
		if e.Overdue(now) {
			due = "now"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(e.Breaker), ui.Text(fmt.Sprint(e.Level)), ui.Text(e.Changed.UTC().Format("2006-01-02 15:04")), ui.Text(e.Who), ui.Text(fmt.Sprint(e.Generation)), ui.Text(due), ui.Text(string(e.Step))}})
	}
	return t
}

// atVault does something at the vault and shows it again.
func (v *visit) atVault(do func() (told string, err error)) {
	told, err := do()
	if isDenied(err) {
		v.denied(err)
		return
	}
	if err != nil {
		v.vaultPage(statusOf(err), "", sentence(err.Error()))
		return
	}
	v.vaultPage(http.StatusOK, told, "")
}

func (v *visit) secret(name string) credential.Secret {
	return credential.NewSecret(v.r.PostFormValue(name))
}

func (v *visit) createAsked() {
	v.atVault(func() (string, error) {
		spare, err := v.s.Vault.Create(v.by(), v.token, v.secret("passphrase"), v.r.PostFormValue("recovery") != "")
		if err != nil || spare.Empty() {
			return "The vault is made, and open.", err
		}
		return "The vault is made, and open. The recovery key, shown now and never again: " + spare.Reveal(), nil
	})
}

func (v *visit) unlockAsked() {
	v.atVault(func() (string, error) { return "", v.s.Vault.Unlock(v.by(), v.token, v.secret("passphrase")) })
}

func (v *visit) lockAsked() {
	v.s.Vault.Vault.Lock()
	v.see("/vault")
}

func (v *visit) addAsked() {
	v.atVault(func() (string, error) {
		has := map[int]credential.Secret{}
		for level := 1; level <= vault.Levels; level++ {
			if s := v.secret(fmt.Sprintf("level%d", level)); !s.Empty() {
				has[level] = s
			} else if v.r.PostFormValue("factory") != "" {
				has[level] = vault.Factory(level)
			}
		}
		name := strings.TrimSpace(v.r.PostFormValue("breaker"))
		proved, err := v.s.Vault.Add(v.by(), v.token, name, strings.TrimSpace(v.r.PostFormValue("address")), has, v.r.PostFormValue("why"))
		if err != nil {
			return "", err
		}
		if !proved {
			return "Kept. The way to " + name + " does not let them be proved: they are as they were put in.", nil
		}
		return "Kept: " + name + " has proved each.", nil
	})
}

func (v *visit) rotateAsked() {
	v.atVault(func() (string, error) {
		name := v.r.PostFormValue("breaker")
		ends, err := v.s.Vault.Rotate(v.by(), v.token, name)
		return fmt.Sprintf("%s: %s", name, endsLine(ends)), err
	})
}

func endsLine(ends []vault.End) string {
	var all []string
	for _, e := range ends {
		word := "the one from before holds"
		if e.Changed {
			word = "changed"
		}
		all = append(all, fmt.Sprintf("level %d %s", e.Level, word))
	}
	return strings.Join(all, ", ") + "."
}

func (v *visit) askAsked() {
	v.atVault(func() (string, error) {
		level := 0
		fmt.Sscan(v.r.PostFormValue("level"), &level)
		_, err := v.s.Vault.Ask(v.by(), v.token, v.r.PostFormValue("breaker"), level, v.r.PostFormValue("why"))
		return "Asked. Somebody who may agree sees it on this page.", err
	})
}

func (v *visit) agreeAsked() {
	v.atVault(func() (string, error) {
		return "You have agreed; who asked can take it now.", v.s.Vault.Agree(v.by(), v.token, v.r.PathValue("id"))
	})
}

// takeAsked shows a password that was broken out, once, to who has asked.
func (v *visit) takeAsked() {
	password, err := v.s.Vault.Take(v.by(), v.token, v.r.PathValue("id"))
	if err != nil {
		v.atVault(func() (string, error) { return "", err })
		return
	}
	v.show(http.StatusOK, "The password", "It is shown now and never again. Change it as soon as you have used it.", takenView(password.Reveal()))
}
