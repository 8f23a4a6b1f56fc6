package console

import (
	"net/http"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
	"switchroom/ui"
)

// home is what the first page shows.
type home struct {
	Newer     string
	Reminders []accounts.Reminder
	Sections  []section
}

func (v *visit) showHome() {
	v.show(http.StatusOK, "Welcome, "+v.who.Name, "", homeView(home{v.s.Newer, v.s.People.Reminders(v.who, v.now), v.sections()}))
}

// confirmAsked notes that somebody has read a practice.
func (v *visit) confirmAsked() {
	id := v.r.PathValue("id")
	err := v.s.deed(v.r.Context(), v.did("practice.confirmed", "practice "+id), func() error {
		return v.s.People.Confirm(v.r.Context(), v.now, v.token, id)
	})
	if err != nil {
		v.failed(err)
		return
	}
	v.see("/")
}

// changed changes the password of whoever is signed in, which ends every session of
// theirs but a new one.
func (v *visit) changed(given accounts.Proof, next credential.Secret) error {
	rec := v.did("person.password_changed", "console")
	token, err := v.s.People.ChangePassword(v.r.Context(), v.now, v.token, given, next, v.source)
	if err != nil {
		v.wrong(rec, err)
		return err
	}
	v.token = credential.Secret{} // it has ended
	return v.entered(rec, token)
}

func (v *visit) passwordForm() form {
	return form{Action: "/password", Do: "Change the password", Fields: append(proofFields(), newPassword()...)}
}

const passwordLead = "You sign in anew everywhere else."

func (v *visit) showPassword() {
	v.show(http.StatusOK, "Change your password", passwordLead, formView(v.passwordForm()))
}

func (v *visit) passwordAsked() {
	f := v.passwordForm()
	next, ok := v.twice(&f)
	if !ok {
		v.show(http.StatusUnprocessableEntity, "Change your password", passwordLead, formView(f))
		return
	}
	if err := v.changed(v.proof(), next); err != nil {
		if isReason(err, accounts.NotSignedIn) {
			v.see("/signin")
			return
		}
		f.Wrong = sentence(err.Error())
		v.show(statusOf(err), "Change your password", passwordLead, formView(f))
		return
	}
	v.see("/")
}

func (v *visit) changePassword(in *struct {
	Body struct {
		Password string `json:"password" maxLength:"200"`
		Code     string `json:"code,omitempty" maxLength:"200"`
		New      string `json:"new" maxLength:"200"`
	}
}) (*sessionTold, error) {
	given := proofSent{in.Body.Password, in.Body.Code}
	if err := v.changed(given.proof(), credential.NewSecret(in.Body.New)); err != nil {
		return nil, unauthorised(err)
	}
	return v.session(nil)
}

// authenticatorShown is the key that an authenticator is to be given, or what came of it.
type authenticatorShown struct {
	Key, Link string // shown to its owner alone, until a first code has come
	Form      form
	Codes     []string // for recovery, shown once
}

func (v *visit) showAuthenticator() {
	key, err := v.s.People.BeginAuthenticator(v.now, v.token)
	if err != nil {
		v.failed(err)
		return
	}
	a := authenticatorShown{Key: key.Reveal(), Link: credential.TOTPLink(key, "Switchroom console", v.who.Login).Reveal(), Form: v.authenticatorForm()}
	v.show(http.StatusOK, "Set your authenticator up", "From then on you sign in with its code as well as your password.", authenticatorView(a))
}

func (v *visit) authenticatorForm() form {
	return form{Action: "/authenticator", Do: "Use it", Fields: []ui.Field{{ID: "code", Name: "code", Label: "First code", Required: true, Hint: "Six digits that the authenticator shows now.", Autocomplete: "one-time-code", Attrs: map[string]any{"maxlength": "6", "inputmode": "numeric"}}}}
}

func (v *visit) authenticatorAsked() {
	codes, err := v.s.People.FinishAuthenticator(v.r.Context(), v.now, v.token, v.r.PostFormValue("code"))
	if err != nil {
		f := v.authenticatorForm()
		f.Wrong = sentence(err.Error()) + " Begin again if the authenticator has another key by now."
		v.show(http.StatusUnprocessableEntity, "Set your authenticator up", "", authenticatorView(authenticatorShown{Form: f}))
		return
	}
	rec := v.did("person.authenticator_set", "console")
	rec.Result = audit.Done
	if err := v.s.note(v.r.Context(), rec); err != nil {
		v.failed(err)
		return
	}
	var shown []string
	for _, c := range codes {
		shown = append(shown, c.Reveal())
	}
	v.show(http.StatusOK, "Your recovery codes", "Keep them on paper, locked away. Each lets you in once when the authenticator is lost. They are shown now and never again.", authenticatorView(authenticatorShown{Codes: shown}))
}

func (v *visit) showAbout() {
	v.show(http.StatusOK, "About", "", aboutView(v.s.about()))
}

// about says what the console is, and where what it keeps is.
func (s *Server) about() []ui.KV {
	return []ui.KV{
		{Name: "Address", Value: ui.Text(s.url)},
		{Name: "Version", Value: ui.Text(s.Version)},
		{Name: "Data", Value: ui.Text(s.Store.Name())},
		{Name: "Passwords of people", Value: ui.Text(passwordHint), Certainty: "confirmed"},
		{Name: "A screen is locked", Value: ui.Text("after " + credential.Usually.Lock.String() + " in which nothing was done; a session ends " + credential.Usually.End.String() + " after it began"), Certainty: "ours"},
		{Name: "Who guesses a password", Value: ui.Text("waits, longer each time; nobody else does"), Certainty: "ours"},
		{Name: "Breakers", Value: ui.Text("are reached over their own documented interfaces, virtual or real alike. Not affiliated with any manufacturer.")},
	}
}
