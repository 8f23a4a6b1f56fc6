package console

import (
	"context"
	"net/http"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
	"switchroom/ui"
)

// SetUpLink draws the link of the first start, if there is nobody yet; "" otherwise. Its
// code stands behind #, which no browser sends: it is in no log and no Referer.
func (s *Server) SetUpLink(ctx context.Context) (link string, err error) {
	if len(s.People.People()) > 0 {
		return "", nil
	}
	err = s.deed(ctx, audit.Record{Who: machine, What: "console.set_up_link", Where: s.url}, func() error {
		code, err := s.People.SetUp(ctx, s.Now())
		link = s.url + "/setup#" + code.Reveal()
		return err
	})
	if err != nil {
		return "", err
	}
	return link, nil
}

// after records what was done and can be told only now.
func (v *visit) after(who, what string) error {
	return v.s.note(v.r.Context(), audit.Record{Who: who, What: what, Where: "console, from " + v.source, Result: audit.Done})
}

// become makes the first person.
func (v *visit) become(code credential.Secret, p accounts.Person, password credential.Secret) error {
	if err := v.s.People.First(v.r.Context(), v.now, code, p, password); err != nil {
		v.s.refuse(v.r.Context(), audit.Record{Who: "somebody unknown", What: "person.set_up", Where: "console, from " + v.source}, err)
		return err
	}
	return v.after(p.Login, "person.set_up")
}

// accepted sets a password with the code of an invitation.
func (v *visit) accepted(login string, code, password credential.Secret) error {
	if err := v.s.People.Accept(v.r.Context(), v.now, login, code, password, v.source); err != nil {
		v.wrong(audit.Record{Who: v.s.told(login), What: "person.accepted", Where: "console, from " + v.source}, err)
		return err
	}
	return v.after(login, "person.accepted")
}

// newPassword asks for one twice.
func newPassword() []ui.Field {
	return []ui.Field{
		{ID: "new", Name: "new", Label: "New password", Type: "password", Required: true, Autocomplete: "new-password", Hint: passwordHint, Attrs: long},
		{ID: "again", Name: "again", Label: "New password, again", Type: "password", Required: true, Autocomplete: "new-password", Attrs: long},
	}
}

const passwordHint = "At least 10 characters with upper and lower case, a digit and a special character; more than usual words; none of your last eight. It holds for 3 days at least and 180 at most."

// codeField takes a code for one use, which a script finds behind the # of the address.
func codeField(hint string) ui.Field {
	return ui.Field{ID: "code", Name: "code", Label: "Code", Type: "password", Required: true, Hint: hint, Autocomplete: "off", Attrs: map[string]any{"maxlength": "200", "data-hash": "yes"}}
}

// twice is the new password, if it was typed alike twice; what is wrong stands beside
// its field.
func (v *visit) twice(f *form) (credential.Secret, bool) {
	if v.r.PostFormValue("new") != v.r.PostFormValue("again") {
		f.blame("again", "The two are not the same.")
		return credential.Secret{}, false
	}
	return credential.NewSecret(v.r.PostFormValue("new")), true
}

func (v *visit) setUpForm() form {
	fields := []ui.Field{
		codeField("From the link that the start has printed. It is good for an hour and for one use."),
		{ID: "login", Name: "login", Label: "Login", Value: v.r.PostFormValue("login"), Required: true, Hint: "3 to 32 small letters, digits, dots, dashes. It is yours and nobody else's.", Autocomplete: "username", Attrs: long},
		{ID: "name", Name: "name", Label: "Name", Value: v.r.PostFormValue("name"), Required: true, Autocomplete: "name", Attrs: long},
		{ID: "email", Name: "email", Label: "E-mail", Value: v.r.PostFormValue("email"), Type: "email", Autocomplete: "email", Attrs: long},
	}
	return form{Action: "/setup", Do: "Become the first security administrator", Fields: append(fields, newPassword()...)}
}

const setUpLead = "There is no account here by default (C13). You become the first person: who gives others the access that they need."

func (v *visit) showSetUp() {
	if len(v.s.People.People()) > 0 {
		v.show(http.StatusGone, "It is set up", "", message(ui.Notice{Title: "There are people here already.", Text: "Sign in, or ask a security administrator for an invitation."}))
		return
	}
	v.show(http.StatusOK, "Set the console up", setUpLead, formView(v.setUpForm()))
}

func (v *visit) setUpAsked() {
	f := v.setUpForm()
	if password, ok := v.twice(&f); ok {
		p := accounts.Person{Login: v.r.PostFormValue("login"), Name: v.r.PostFormValue("name"), Email: v.r.PostFormValue("email")}
		err := v.become(credential.NewSecret(v.r.PostFormValue("code")), p, password)
		if err == nil {
			v.see("/signin")
			return
		}
		f.Wrong = sentence(err.Error())
	}
	v.show(http.StatusUnprocessableEntity, "Set the console up", setUpLead, formView(f))
}

func (v *visit) acceptForm() form {
	fields := []ui.Field{
		codeField("From your invitation. It is good for three days and for one use."),
		{ID: "login", Name: "login", Label: "Login", Value: v.r.FormValue("login"), Required: true, Autocomplete: "username", Attrs: long},
	}
	return form{Action: "/accept", Do: "Set the password", Fields: append(fields, newPassword()...)}
}

func (v *visit) showAccept() {
	v.show(http.StatusOK, "Set your password", "With the code of your invitation.", formView(v.acceptForm()))
}

func (v *visit) acceptAsked() {
	f := v.acceptForm()
	if password, ok := v.twice(&f); ok {
		err := v.accepted(v.r.PostFormValue("login"), credential.NewSecret(v.r.PostFormValue("code")), password)
		if err == nil {
			v.see("/signin")
			return
		}
		f.Wrong = sentence(err.Error())
	}
	v.show(http.StatusUnprocessableEntity, "Set your password", "With the code of your invitation.", formView(f))
}

type setUpSent struct {
	Body struct {
		Code     string `json:"code" maxLength:"200" doc:"what stands behind # in the set-up link"`
		Login    string `json:"login" maxLength:"200"`
		Name     string `json:"name" maxLength:"200"`
		Email    string `json:"email,omitempty" maxLength:"200"`
		Password string `json:"password" maxLength:"200"`
	}
}

func (v *visit) setUp(in *setUpSent) (*struct{}, error) {
	b := &in.Body
	return nil, v.become(credential.NewSecret(b.Code), accounts.Person{Login: b.Login, Name: b.Name, Email: b.Email}, credential.NewSecret(b.Password))
}

type acceptSent struct {
	Body struct {
		Code     string `json:"code" maxLength:"200"`
		Login    string `json:"login" maxLength:"200"`
		Password string `json:"password" maxLength:"200"`
	}
}

func (v *visit) accept(in *acceptSent) (*struct{}, error) {
	return nil, v.accepted(in.Body.Login, credential.NewSecret(in.Body.Code), credential.NewSecret(in.Body.Password))
}
