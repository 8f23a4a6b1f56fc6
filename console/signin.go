package console

import (
	"errors"
	"net/http"
	"slices"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
	"switchroom/ui"
)

// enter begins a session for whoever proves to be somebody, in the place of the one
// that the browser had.
func (v *visit) enter(login string, given accounts.Proof) error {
	ctx := v.r.Context()
	rec := audit.Record{Who: v.s.told(login), What: "person.signed_in", Where: "console, from " + v.source}
	token, err := v.s.People.SignIn(ctx, v.now, login, given, v.source)
	if err != nil {
		v.wrong(rec, err)
		return err
	}
	return v.entered(rec, token)
}

// entered records a session that has begun, and gives the browser its token. What
// cannot be recorded lets nobody in.
func (v *visit) entered(rec audit.Record, token credential.Secret) error {
	rec.Result = audit.Done
	if err := v.s.note(v.r.Context(), rec); err != nil {
		v.s.People.SignOut(token)
		return err
	}
	if !v.token.Empty() {
		v.s.People.SignOut(v.token)
	}
	v.keep(token)
	v.who, _ = v.s.People.Who(v.now, token, true)
	return nil
}

// wrong records a proof that was not right. That a code is missing, or that too many
// come at once, says nothing of who asks.
func (v *visit) wrong(rec audit.Record, err error) {
	if !errors.Is(err, accounts.ErrSecond) && !errors.Is(err, credential.ErrCrowded) {
		v.s.refuse(v.r.Context(), rec, err)
	}
}

// told is a login as records show it. What nobody is called may be a password that was
// typed in the wrong place.
func (s *Server) told(login string) string {
	if slices.ContainsFunc(s.People.People(), func(p accounts.Person) bool { return p.Login == login }) {
		return login
	}
	return "somebody unknown"
}

// leave ends the session of a visit.
func (v *visit) leave() error {
	if v.who.ID == "" {
		v.s.People.SignOut(v.token) // it may be locked
		v.keep(credential.Secret{})
		return nil
	}
	rec := v.did("person.signed_out", "console")
	v.s.People.SignOut(v.token)
	v.keep(credential.Secret{})
	rec.Result = audit.Done
	return v.s.note(v.r.Context(), rec)
}

// proven opens a locked session, or proves for what needs it that its person is there.
func (v *visit) proven(given accounts.Proof) error {
	rec := audit.Record{Who: "somebody signed in", What: "person.proved", Where: "console, from " + v.source}
	if v.who.Login != "" {
		rec.Who = v.who.Login
	}
	token, err := v.s.People.Prove(v.r.Context(), v.now, v.token, given, v.source)
	if err != nil {
		v.wrong(rec, err)
		return err
	}
	if p, err := v.s.People.Who(v.now, token, false); err == nil {
		rec.Who = p.Login
	}
	v.token = credential.Secret{} // Prove has ended it
	return v.entered(rec, token)
}

func proofFields() []ui.Field {
	return []ui.Field{
		{ID: "password", Name: "password", Label: "Password", Type: "password", Required: true, Autocomplete: "current-password", Attrs: long},
		{ID: "code", Name: "code", Label: "Code of your authenticator", Hint: "Only if you have set one up; a recovery code does as well.", Autocomplete: "one-time-code", Attrs: long},
	}
}

// long bounds what is typed.
var long = map[string]any{"maxlength": "200"}

// proof is what was typed to prove something.
func (v *visit) proof() accounts.Proof {
	return accounts.Proof{Password: credential.NewSecret(v.r.PostFormValue("password")), Code: credential.NewSecret(v.r.PostFormValue("code"))}
}

func (v *visit) signInForm() form {
	fields := append([]ui.Field{{ID: "login", Name: "login", Label: "Login", Value: v.r.PostFormValue("login"), Required: true, Autocomplete: "username", Attrs: long}}, proofFields()...)
	return form{Action: "/signin", Do: "Sign in", Fields: fields, Hidden: []ui.Pair{{Name: "to", Value: v.back("/")}}}
}

func (v *visit) showSignIn() {
	if len(v.s.People.People()) == 0 {
		v.see("/setup")
		return
	}
	v.show(http.StatusOK, "Sign in", "", signInView(v.signInForm(), v))
}

func (v *visit) signInAsked() {
	to := v.back("/")
	if err := v.enter(v.r.PostFormValue("login"), v.proof()); err != nil {
		f := v.signInForm()
		f.Wrong = sentence(err.Error())
		v.show(statusOf(err), "Sign in", "", signInView(f, v))
		return
	}
	v.see(to)
}

func (v *visit) signOutAsked() {
	if err := v.leave(); err != nil {
		v.failed(err)
		return
	}
	v.see("/signin")
}

func (v *visit) proveForm() form {
	return form{Action: "/prove", Do: "Go on", Fields: proofFields(), Hidden: []ui.Pair{{Name: "to", Value: v.back("/")}}}
}

const proveLead = "Your screen was locked, or what comes next needs to know that it is you."

func (v *visit) showProve() {
	if _, err := v.s.People.Who(v.now, v.token, false); isReason(err, accounts.NotSignedIn) {
		v.lead("/signin")
		return
	}
	v.who = accounts.Person{} // a locked screen shows nothing
	v.show(http.StatusOK, "Give your password again", proveLead, proveView(v.proveForm(), v))
}

func (v *visit) proveAsked() {
	to := v.back("/")
	if err := v.proven(v.proof()); err != nil {
		if isReason(err, accounts.NotSignedIn) {
			v.see("/signin")
			return
		}
		f := v.proveForm()
		f.Wrong = sentence(err.Error())
		v.who = accounts.Person{}
		v.show(statusOf(err), "Give your password again", proveLead, proveView(f, v))
		return
	}
	v.see(to)
}

func isReason(err error, r accounts.Reason) bool {
	d, ok := errors.AsType[*accounts.Denied](err)
	return ok && d.Reason == r
}

// proofSent is what the API takes to prove who somebody is.
type proofSent struct {
	Password string `json:"password" maxLength:"200"`
	Code     string `json:"code,omitempty" maxLength:"200" doc:"of the authenticator, or a recovery code"`
}

func (p *proofSent) proof() accounts.Proof {
	return accounts.Proof{Password: credential.NewSecret(p.Password), Code: credential.NewSecret(p.Code)}
}

type signInSent struct {
	Body struct {
		Login    string `json:"login" maxLength:"200"`
		Password string `json:"password" maxLength:"200"`
		Code     string `json:"code,omitempty" maxLength:"200" doc:"of the authenticator, or a recovery code"`
	}
}

type sessionTold struct {
	Body struct {
		Login       string                `json:"login"`
		Name        string                `json:"name"`
		Permissions []accounts.Permission `json:"permissions"`
		Reminders   []accounts.Reminder   `json:"reminders"`
	}
}

func (v *visit) signIn(in *signInSent) (*sessionTold, error) {
	given := proofSent{in.Body.Password, in.Body.Code}
	if err := v.enter(in.Body.Login, given.proof()); err != nil {
		return nil, unauthorised(err)
	}
	return v.session(nil)
}

func (v *visit) signOut(*struct{}) (*struct{}, error) { return nil, v.leave() }

func (v *visit) prove(in *struct{ Body proofSent }) (*sessionTold, error) {
	if err := v.proven(in.Body.proof()); err != nil {
		return nil, unauthorised(err)
	}
	return v.session(nil)
}

func (v *visit) session(*struct{}) (*sessionTold, error) {
	out := new(sessionTold)
	out.Body.Login, out.Body.Name = v.who.Login, v.who.Name
	out.Body.Permissions = v.s.grantedTo(v.who)
	out.Body.Reminders = append([]accounts.Reminder{}, v.s.People.Reminders(v.who, v.now)...)
	return out, nil
}

// grantedTo is what a person's roles let them do, whether they are qualified or not.
func (s *Server) grantedTo(p accounts.Person) []accounts.Permission {
	var roles []accounts.Role
	for _, g := range s.People.Groups() {
		if slices.Contains(p.Groups, g.ID) {
			roles = append(roles, g.Roles...)
		}
	}
	return append([]accounts.Permission{}, accounts.Granted(roles...)...)
}
