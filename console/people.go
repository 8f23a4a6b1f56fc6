package console

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
	"switchroom/ui"
)

// skills are what people are declared qualified for.
var skills = []struct {
	skill accounts.Skill
	label string
}{
	{accounts.Settings, "Qualified to set breakers, until"},
	{accounts.Switching, "Qualified to switch, until"},
	{accounts.Firmware, "Qualified to put firmware in, until"},
}

var errNoPerson = errors.New("there is no such person")

func (s *Server) person(id string) (accounts.Person, bool) {
	all := s.People.People()
	i := slices.IndexFunc(all, func(p accounts.Person) bool { return p.ID == id })
	if i < 0 {
		return accounts.Person{}, false
	}
	return all[i], true
}

// put makes or changes a person.
func (v *visit) put(p accounts.Person) (id string, err error) {
	was, _ := v.s.person(p.ID)
	if !maps.EqualFunc(p.Qualified, was.Qualified, func(a, b accounts.Qualification) bool { return a.Until.Equal(b.Until) }) {
		if _, err := v.s.People.May(v.now, v.token, accounts.PeopleQualify, true); err != nil {
			return "", err
		}
	}
	what := "person.changed"
	if p.ID == "" {
		what = "person.added"
	}
	rec := v.did(what, "person "+p.Login)
	rec.Before, rec.After = v.s.facts(was), v.s.facts(p)
	err = v.s.deed(v.r.Context(), rec, func() (err error) {
		id, err = v.s.People.Put(v.r.Context(), v.who.ID, p)
		return err
	})
	return id, err
}

// facts are a person as a record shows them.
func (s *Server) facts(p accounts.Person) (f audit.Facts) {
	if p.Login == "" {
		return f
	}
	f = f.With("login", p.Login).With("name", p.Name).With("groups", strings.Join(s.groupNames(p.Groups), ", ")).With("off", p.Off).With("company", p.Company)
	for _, k := range skills {
		if q, ok := p.Qualified[k.skill]; ok {
			f = f.With("qualified_"+string(k.skill), q.Until)
		}
	}
	return f
}

func (s *Server) groupNames(ids []string) (names []string) {
	for _, g := range s.People.Groups() {
		if slices.Contains(ids, g.ID) {
			names = append(names, g.Name)
		}
	}
	return names
}

// taken takes a person or a group away.
func (v *visit) taken(id string) error {
	what, where := "group.removed", "group "+strings.Join(v.s.groupNames([]string{id}), "")
	if p, ok := v.s.person(id); ok {
		what, where = "person.removed", "person "+p.Login
	}
	return v.s.deed(v.r.Context(), v.did(what, where), func() error { return v.s.People.Remove(v.r.Context(), v.who.ID, id) })
}

// invited draws a code for a person.
func (v *visit) invited(id string) (login string, code credential.Secret, err error) {
	p, ok := v.s.person(id)
	if !ok {
		return "", code, errNoPerson
	}
	err = v.s.deed(v.r.Context(), v.did("person.invited", "person "+p.Login), func() (err error) {
		code, err = v.s.People.Invite(v.r.Context(), v.now, id)
		return err
	})
	return p.Login, code, err
}

func (v *visit) showPeople() {
	v.show(http.StatusOK, "People", "Everybody has a login of their own (C5, C10).", peopleView(v.s.People.People(), v.s.People.Groups(), v.now))
}

// personForm is the form of a person, as they are or as they were sent.
func (v *visit) personForm(p accounts.Person) form {
	f := form{Action: "/people/new", Do: "Add this person"}
	if p.ID != "" {
		f.Action, f.Do = "/people/"+p.ID, "Keep the change"
	}
	f.Fields = []ui.Field{
		{ID: "login", Name: "login", Label: "Login", Value: p.Login, Required: true, Hint: "3 to 32 small letters, digits, dots, dashes. It is one person's and is not shared (C10).", Attrs: long},
		{ID: "name", Name: "name", Label: "Name", Value: p.Name, Required: true, Attrs: long},
		{ID: "email", Name: "email", Label: "E-mail", Type: "email", Value: p.Email, Attrs: long},
		{ID: "company", Name: "company", Label: "Name at the company's identity provider", Value: p.Company, Hint: "Empty: does not come from there.", Attrs: long},
	}
	for _, g := range v.s.People.Groups() {
		f.Fields = append(f.Fields, ui.Field{ID: "group-" + g.ID, Name: "group-" + g.ID, Label: "In " + g.Name, Type: "checkbox", Hint: rolesLine(g), Checked: slices.Contains(p.Groups, g.ID)})
	}
	for _, k := range skills {
		x := ui.Field{ID: "until-" + string(k.skill), Name: "until-" + string(k.skill), Label: k.label, Type: "date", Hint: "The last day; empty: not qualified (D14)."}
		if q, ok := p.Qualified[k.skill]; ok {
			x.Value = q.Until.Add(-time.Second).UTC().Format(time.DateOnly)
		}
		f.Fields = append(f.Fields, x)
	}
	f.Fields = append(f.Fields, ui.Field{ID: "off", Name: "off", Label: "May not sign in", Type: "checkbox", Checked: p.Off})
	return f
}

func rolesLine(g accounts.Group) string {
	var all []string
	for _, r := range g.Roles {
		all = append(all, string(r))
	}
	return strings.Join(all, ", ")
}

// sentPerson is a person as a page sends them.
func (v *visit) sentPerson(p accounts.Person) (accounts.Person, error) {
	form := func(name string) string { return strings.TrimSpace(v.r.PostFormValue(name)) }
	p.Login, p.Name, p.Email, p.Company, p.Off = form("login"), form("name"), form("email"), form("company"), form("off") != ""
	p.Groups = nil
	for _, g := range v.s.People.Groups() {
		if form("group-"+g.ID) != "" {
			p.Groups = append(p.Groups, g.ID)
		}
	}
	dates := map[string]string{}
	for _, k := range skills {
		dates[string(k.skill)] = form("until-" + string(k.skill))
	}
	var err error
	p.Qualified, err = qualifiedBy(dates)
	return p, err
}

// qualifiedBy reads qualifications: a skill and its last day. An empty day is none.
func qualifiedBy(dates map[string]string) (map[accounts.Skill]accounts.Qualification, error) {
	all := map[accounts.Skill]accounts.Qualification{}
	for skill, day := range dates {
		if day == "" {
			continue
		}
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return nil, fmt.Errorf("qualified for %s until %q: write a day as 2027-11-28", skill, day)
		}
		all[accounts.Skill(skill)] = accounts.Qualification{Until: t.Add(24 * time.Hour)}
	}
	return all, nil
}

func (v *visit) showPerson() {
	id := v.r.PathValue("id")
	p, ok := v.s.person(id)
	if id != "" && !ok {
		v.s.unknown(v.w, v.r)
		return
	}
	v.personPage(http.StatusOK, p, v.personForm(p))
}

func (v *visit) personPage(status int, p accounts.Person, f form) {
	title := "A new person"
	if p.ID != "" {
		title = p.Name
	}
	v.show(status, title, "", personView(p, f, p.ID == v.who.ID && p.ID != ""))
}

func (v *visit) personAsked() {
	id := v.r.PathValue("id")
	if id == "new" {
		id = ""
	}
	was, ok := v.s.person(id)
	if id != "" && !ok {
		v.s.unknown(v.w, v.r)
		return
	}
	p, err := v.sentPerson(was)
	if err == nil {
		id, err = v.put(p)
	}
	if _, denied := errors.AsType[*accounts.Denied](err); denied {
		v.denied(err)
		return
	}
	if err != nil {
		f := v.personForm(p)
		f.Wrong = sentence(err.Error())
		v.personPage(statusOf(err), was, f)
		return
	}
	v.see("/people/" + id)
}

func (v *visit) inviteAsked() {
	login, code, err := v.invited(v.r.PathValue("id"))
	if err != nil {
		v.failed(err)
		return
	}
	v.show(http.StatusOK, "An invitation for "+login, "Give it to them yourself: it is shown now and never again, and is good for three days and one use.", invitationView(v.s.url+"/accept?login="+login, code.Reveal()))
}

func (v *visit) removeAsked() {
	if err := v.taken(v.r.PathValue("id")); err != nil {
		v.failed(err)
		return
	}
	if strings.HasPrefix(v.route.path, "/groups") {
		v.see("/access")
		return
	}
	v.see("/people")
}

// personTold is a person as the API tells of them.
type personTold struct {
	ID        string            `json:"id"`
	Login     string            `json:"login"`
	Name      string            `json:"name"`
	Email     string            `json:"email"`
	Company   string            `json:"company" doc:"name at the company's identity provider"`
	Groups    []string          `json:"groups" doc:"ids"`
	Off       bool              `json:"off" doc:"may not sign in"`
	Qualified map[string]string `json:"qualified" doc:"skill to its last day"`
}

func tellPerson(p accounts.Person) personTold {
	t := personTold{p.ID, p.Login, p.Name, p.Email, p.Company, append([]string{}, p.Groups...), p.Off, map[string]string{}}
	for k, q := range p.Qualified {
		t.Qualified[string(k)] = q.Until.Add(-time.Second).UTC().Format(time.DateOnly)
	}
	return t
}

type body[T any] struct{ Body T }

func (v *visit) listPeople(*struct{}) (*body[[]personTold], error) {
	all := []personTold{}
	for _, p := range v.s.People.People() {
		all = append(all, tellPerson(p))
	}
	return &body[[]personTold]{all}, nil
}

// personSent is what the API takes of a person.
type personSent struct {
	Login   string   `json:"login" maxLength:"200"`
	Name    string   `json:"name" maxLength:"200"`
	Email   string   `json:"email,omitempty" maxLength:"200"`
	Company string   `json:"company,omitempty" maxLength:"200" doc:"name at the company's identity provider"`
	Groups  []string `json:"groups,omitempty" maxItems:"100" doc:"ids"`
	Off     bool     `json:"off,omitempty" doc:"may not sign in"`
}

func (v *visit) kept(p accounts.Person, in *personSent) (*body[personTold], error) {
	p.Login, p.Name, p.Email, p.Company, p.Groups, p.Off = in.Login, in.Name, in.Email, in.Company, in.Groups, in.Off
	id, err := v.put(p)
	if err != nil {
		return nil, err
	}
	is, _ := v.s.person(id)
	return &body[personTold]{tellPerson(is)}, nil
}

func (v *visit) addPerson(in *body[personSent]) (*body[personTold], error) {
	return v.kept(accounts.Person{}, &in.Body)
}

// OnID is whom or what a question is about. It is exported for huma, which does not
// look into embedded types that are not.
type OnID struct {
	ID string `path:"id" maxLength:"100"`
}

func (v *visit) changePerson(in *struct {
	OnID
	Body personSent
}) (*body[personTold], error) {
	p, ok := v.s.person(in.ID)
	if !ok {
		return nil, huma.Error404NotFound(errNoPerson.Error())
	}
	return v.kept(p, &in.Body)
}

func (v *visit) removePerson(in *OnID) (*struct{}, error) {
	if _, ok := v.s.person(in.ID); !ok {
		return nil, huma.Error404NotFound(errNoPerson.Error())
	}
	return nil, v.taken(in.ID)
}

type invitationTold struct {
	Login string `json:"login"`
	Code  string `json:"code" doc:"told once; good for three days and one use"`
	Link  string `json:"link" doc:"the page that takes it, with the code behind #"`
}

func (v *visit) invite(in *OnID) (*body[invitationTold], error) {
	login, code, err := v.invited(in.ID)
	if errors.Is(err, errNoPerson) {
		return nil, huma.Error404NotFound(err.Error())
	}
	if err != nil {
		return nil, err
	}
	return &body[invitationTold]{invitationTold{login, code.Reveal(), v.s.url + "/accept?login=" + login + "#" + code.Reveal()}}, nil
}

func (v *visit) qualify(in *struct {
	OnID
	Body struct {
		Qualified map[string]string `json:"qualified" doc:"skill (settings, switching, firmware) to its last day; what is left out is not qualified"`
	}
}) (*body[personTold], error) {
	p, ok := v.s.person(in.ID)
	if !ok {
		return nil, huma.Error404NotFound(errNoPerson.Error())
	}
	var err error
	if p.Qualified, err = qualifiedBy(in.Body.Qualified); err != nil {
		return nil, err
	}
	if _, err = v.put(p); err != nil {
		return nil, err
	}
	p, _ = v.s.person(in.ID)
	return &body[personTold]{tellPerson(p)}, nil
}
