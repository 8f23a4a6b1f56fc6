package portal

import (
	"net/http"
	"slices"
	"strings"

	"switchroom/credential"
	"switchroom/ui"
)

const passwordHint = "At least 10 characters with upper and lower case, a digit and a special character; more than usual words; none of your last eight. It holds for 3 days at least and 180 at most."

func newPassword() []ui.Field {
	return []ui.Field{
		{Name: "new", Label: "New password", Type: "password", Required: true, Autocomplete: "new-password", Hint: passwordHint},
		{Name: "again", Label: "New password, again", Type: "password", Required: true, Autocomplete: "new-password"},
	}
}

// twice is the new password, if it was typed alike twice.
func (v *visit) twice() (credential.Secret, error) {
	if v.r.PostFormValue("new") != v.r.PostFormValue("again") {
		return credential.Secret{}, wrong("again", "the two are not the same")
	}
	return credential.NewSecret(v.r.PostFormValue("new")), nil
}

// onForm tells what is wrong with a password beside the field of the form.
func onForm(err error) error {
	for _, w := range wrongs(err) {
		if w.Field == "password" {
			w.Field = "new"
		}
	}
	return err
}

func (v *visit) registration() (Registration, error) {
	password, err := v.twice()
	return Registration{Login: strings.TrimSpace(v.r.PostFormValue("login")), Name: strings.TrimSpace(v.r.PostFormValue("name")), Password: password}, err
}

func accountFields() []ui.Field {
	return append([]ui.Field{
		{Name: "login", Label: "Login", Required: true, Autocomplete: "username", Hint: "3 to 32 small letters, digits, dots, dashes."},
		{Name: "name", Label: "Name", Required: true, Autocomplete: "name"},
	}, newPassword()...)
}

func (v *visit) registerForm() *form {
	return &form{Action: "/register", Do: "Make the account", Fields: accountFields()}
}

const registerLead = "For the marketplace, and for who takes part in cases. You begin as a customer."

func (v *visit) showRegister() {
	v.show(http.StatusOK, "Make an account", registerLead, formView(v.registerForm().of(v, nil)))
}

func (v *visit) registerAsked() {
	r, err := v.registration()
	var p *Person
	if err == nil {
		p, err = v.s.register(v.r.Context(), &v.actor, r)
	}
	if err != nil {
		v.show(statusOf(err), "Make an account", registerLead, formView(v.registerForm().of(v, onForm(err))))
		return
	}
	v.enter(p)
	v.see("/market")
}

type accountSent struct {
	Body struct {
		Login    string `json:"login" maxLength:"200"`
		Name     string `json:"name" maxLength:"200"`
		Password string `json:"password" maxLength:"200"`
	}
}

type personTold struct{ Body PersonTold }

func (v *visit) registerPerson(in *accountSent) (*personTold, error) {
	p, err := v.s.register(v.r.Context(), &v.actor, Registration{in.Body.Login, in.Body.Name, credential.NewSecret(in.Body.Password)})
	if err != nil {
		return nil, err
	}
	return &personTold{p.told()}, nil
}

func (v *visit) setUpForm() *form {
	code := ui.Field{Name: "code", Label: "Code", Type: "password", Required: true, Autocomplete: "off", Attrs: map[string]any{"maxlength": "200", "data-hash": "yes"}, Hint: "From the link that the start has printed. It is good for an hour and for one use."}
	return &form{Action: "/setup", Do: "Become the first coordinator", Fields: append([]ui.Field{code}, accountFields()...)}
}

func (v *visit) showSetUp() {
	n, err := v.s.coordinators(v.r.Context())
	if err != nil {
		v.failed(err)
		return
	}
	if n > 0 {
		v.show(http.StatusGone, "It is set up", "", message(ui.Notice{Title: "There is a coordinator already.", Text: "Sign in, or ask them."}))
		return
	}
	v.show(http.StatusOK, "Set the portal up", "You become the first coordinator.", formView(v.setUpForm().of(v, nil)))
}

func (v *visit) setUpAsked() {
	r, err := v.registration()
	if err == nil {
		_, err = v.s.first(v.r.Context(), &v.actor, credential.NewSecret(v.r.PostFormValue("code")), r)
	}
	if err != nil {
		v.show(statusOf(err), "Set the portal up", "You become the first coordinator.", formView(v.setUpForm().of(v, onForm(err))))
		return
	}
	v.see("/signin")
}

type setUpSent struct {
	Body struct {
		Code     string `json:"code" maxLength:"200" doc:"What stands behind # in the set-up link"`
		Login    string `json:"login" maxLength:"200"`
		Name     string `json:"name" maxLength:"200"`
		Password string `json:"password" maxLength:"200"`
	}
}

func (v *visit) setUp(in *setUpSent) (*struct{}, error) {
	b := &in.Body
	_, err := v.s.first(v.r.Context(), &v.actor, credential.NewSecret(b.Code), Registration{b.Login, b.Name, credential.NewSecret(b.Password)})
	return nil, err
}

func (v *visit) signInForm() *form {
	return &form{Action: "/signin", Do: "Sign in", Hidden: []ui.Pair{{Name: "to", Value: v.back("/")}}, Fields: []ui.Field{
		{Name: "login", Label: "Login", Required: true, Autocomplete: "username"},
		{Name: "password", Label: "Password", Type: "password", Required: true, Autocomplete: "current-password"},
	}}
}

// signIn begins a session for who proves to be somebody.
func (v *visit) signIn(login, password string) error {
	p, err := v.s.prove(v.r.Context(), v.now, login, credential.NewSecret(password), v.source)
	if err == nil {
		v.enter(p)
	}
	return err
}

func (v *visit) showSignIn() {
	v.show(http.StatusOK, "Sign in", "", signInView(v.signInForm().of(v, nil)))
}

func (v *visit) signInAsked() {
	to := v.back("/")
	if err := v.signIn(v.r.PostFormValue("login"), v.r.PostFormValue("password")); err != nil {
		v.show(statusOf(err), "Sign in", "", signInView(v.signInForm().of(v, err)))
		return
	}
	if v.due() {
		to = "/password"
	}
	v.see(to)
}

func (v *visit) signOutAsked() {
	v.keep(credential.Secret{})
	v.see("/")
}

type sessionSent struct {
	Body struct {
		Login    string `json:"login" maxLength:"200"`
		Password string `json:"password" maxLength:"200"`
	}
}

type sessionTold struct {
	Body struct {
		Login       string `json:"login"`
		Name        string `json:"name"`
		Follows     string `json:"follows,omitempty"`
		Roles       []Role `json:"roles"`
		PasswordDue bool   `json:"password_due"`
	}
}

func (v *visit) beginSession(in *sessionSent) (*sessionTold, error) {
	if err := v.signIn(in.Body.Login, in.Body.Password); err != nil {
		return nil, err
	}
	return v.showSession(nil)
}

func (v *visit) showSession(*struct{}) (*sessionTold, error) {
	out := new(sessionTold)
	out.Body.Follows, out.Body.Roles, out.Body.PasswordDue = v.follows, v.roles(), v.due()
	if v.person != nil {
		out.Body.Login, out.Body.Name = v.person.Login, v.person.Name
	}
	return out, nil
}

func (v *visit) endSession(*struct{}) (*struct{}, error) {
	v.keep(credential.Secret{})
	return nil, nil
}

func (v *visit) passwordForm() *form {
	return &form{Action: "/password", Do: "Change it", Fields: append([]ui.Field{{Name: "password", Label: "Password", Type: "password", Required: true, Autocomplete: "current-password"}}, newPassword()...)}
}

func (v *visit) passwordLead() string {
	if v.due() {
		return "Your password has to be changed before you go on."
	}
	return "You are " + v.person.Login + ": " + list(v.person.Roles) + "."
}

func (v *visit) showPassword() {
	v.show(http.StatusOK, "Your password", v.passwordLead(), formView(v.passwordForm().of(v, nil)))
}

func (v *visit) passwordAsked() {
	next, err := v.twice()
	if err == nil {
		err = v.s.changePassword(v.r.Context(), &v.actor, credential.NewSecret(v.r.PostFormValue("password")), next)
	}
	if err != nil {
		v.show(statusOf(err), "Your password", v.passwordLead(), formView(v.passwordForm().of(v, err)))
		return
	}
	v.keep(credential.Secret{})
	v.see("/signin")
}

type passwordSent struct {
	Body struct {
		Password string `json:"password" maxLength:"200"`
		New      string `json:"new" maxLength:"200"`
	}
}

func (v *visit) changeOwnPassword(in *passwordSent) (*struct{}, error) {
	return nil, v.s.changePassword(v.r.Context(), &v.actor, credential.NewSecret(in.Body.Password), credential.NewSecret(in.Body.New))
}

func (v *visit) recoverForm() *form {
	return &form{Action: "/recover", Do: "Set the password", Fields: append([]ui.Field{
		{Name: "login", Label: "Login", Required: true, Autocomplete: "username"},
		{Name: "code", Label: "Code", Type: "password", Required: true, Autocomplete: "off", Hint: "A coordinator draws it for you."},
	}, newPassword()...)}
}

func (v *visit) showRecover() {
	v.show(http.StatusOK, "Set a password with a code", "", formView(v.recoverForm().of(v, nil)))
}

func (v *visit) recoverAsked() {
	next, err := v.twice()
	if err == nil {
		err = v.s.recover(v.r.Context(), &v.actor, v.r.PostFormValue("login"), credential.NewSecret(v.r.PostFormValue("code")), next)
	}
	if err != nil {
		v.show(statusOf(err), "Set a password with a code", "", formView(v.recoverForm().of(v, err)))
		return
	}
	v.see("/signin")
}

type recoverSent struct {
	Body struct {
		Login string `json:"login" maxLength:"200"`
		Code  string `json:"code" maxLength:"200"`
		New   string `json:"new" maxLength:"200"`
	}
}

func (v *visit) recoverPassword(in *recoverSent) (*struct{}, error) {
	return nil, v.s.recover(v.r.Context(), &v.actor, in.Body.Login, credential.NewSecret(in.Body.Code), credential.NewSecret(in.Body.New))
}

func (v *visit) showPeople() {
	all, err := v.s.people(v.r.Context())
	if err != nil {
		v.failed(err)
		return
	}
	t := ui.Table{ID: "people", Caption: "Who has an account", Columns: columns("Name", "Login", "Roles")}
	for i := range all {
		p := &all[i]
		t.Rows = append(t.Rows, row(linkTo("/people/"+p.ID, p.Name), ui.Text(p.Login), ui.Text(list(p.Roles))))
	}
	v.show(http.StatusOK, "People", "", ui.Grid(t))
}

type peopleTold struct{ Body []PersonTold }

func (v *visit) listPeople(*struct{}) (*peopleTold, error) {
	all, err := v.s.people(v.r.Context())
	out := &peopleTold{[]PersonTold{}}
	for i := range all {
		out.Body = append(out.Body, all[i].told())
	}
	return out, err
}

func (v *visit) showPerson() { v.personPage(http.StatusOK, nil) }

func (v *visit) personPage(status int, wrong error) {
	p, err := v.s.personBy(v.r.Context(), "id", v.r.PathValue("id"))
	if err != nil {
		v.failed(err)
		return
	}
	f := &form{Action: "/people/" + p.ID, Do: "Give these roles"}
	for _, r := range Roles {
		if slices.Contains(persons, r.Role) {
			f.Fields = append(f.Fields, ui.Field{Name: string(r.Role), Label: string(r.Role), Type: "checkbox", Hint: r.Text, Checked: slices.Contains(p.Roles, r.Role)})
		}
	}
	v.show(status, p.Name, "Login "+p.Login+".", personView(p, f.of(v, wrong)))
}

func (v *visit) rolesAsked() {
	var roles []Role
	for _, r := range persons {
		if v.r.PostFormValue(string(r)) == "yes" {
			roles = append(roles, r)
		}
	}
	err := v.s.grant(v.r.Context(), &v.actor, v.r.PathValue("id"), roles)
	switch {
	case err == nil:
		v.see("/people")
	case len(wrongs(err)) > 0:
		v.personPage(statusOf(err), err)
	default:
		v.failed(err)
	}
}

type personAsked struct {
	ID string `path:"id" maxLength:"60"`
}

type rolesSent struct {
	ID   string `path:"id" maxLength:"60"`
	Body struct {
		Roles []Role `json:"roles" maxItems:"10"`
	}
}

func (v *visit) grantRoles(in *rolesSent) (*struct{}, error) {
	return nil, v.s.grant(v.r.Context(), &v.actor, in.ID, in.Body.Roles)
}

func (v *visit) codeAsked() {
	id := v.r.PathValue("id")
	p, err := v.s.personBy(v.r.Context(), "id", id)
	var code credential.Secret
	if err == nil {
		code, err = v.s.lost(v.r.Context(), &v.actor, id)
	}
	if err != nil {
		v.failed(err)
		return
	}
	v.show(http.StatusOK, "A code for "+p.Name, "", codeView(p.Login, code.Reveal()))
}

type codeTold struct {
	Body struct {
		Code string `json:"code" doc:"Told once"`
	}
}

func (v *visit) drawCode(in *personAsked) (*codeTold, error) {
	code, err := v.s.lost(v.r.Context(), &v.actor, in.ID)
	out := new(codeTold)
	out.Body.Code = code.Reveal()
	return out, err
}
