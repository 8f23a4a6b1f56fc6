package portal

import (
	"net/http"
	"strings"

	"switchroom/credential"
	"switchroom/ui"
)

func (v *visit) declareForm() *form {
	products := append(options("", "choose"), productOptions()...)
	places := options("", "not said")
	for _, e := range Environments {
		places = append(places, ui.Option{Value: e.ID, Text: e.Name})
	}
	return &form{Action: "/declare", Do: "Declare it", Fields: []ui.Field{
		{Name: "kind", Label: "What is it", Type: "select", Required: true, Options: options(Vulnerability, "A vulnerability: something that could be used", Incident, "An incident: something that has happened")},
		{Name: "title", Label: "In one sentence", Required: true},
		{Name: "text", Label: "What is wrong, and how to see it", Type: "textarea", Required: true, Attrs: most("20000"), Hint: "Steps, versions, what you expected. No password that is in use, no personal data."},
		{Name: "product", Label: "What is affected", Type: "select", Required: true, Options: products},
		{Name: "version", Label: "Version", Hint: "Firmware, as far as you know."},
		{Name: "environment", Label: "Kind of place", Type: "select", Options: places},
		{Name: "contact", Label: "Your e-mail", Type: "email", Autocomplete: "email", Hint: "Not needed. Only the coordinator and a response team see it."},
		{Name: "credit", Label: "Name to thank in an advisory", Hint: "Empty: nobody is named."},
	}}
}

func productOptions() (all []ui.Option) {
	for _, p := range products {
		all = append(all, ui.Option{Value: p.ID, Text: p.Name})
	}
	return all
}

const declareLead = "A vulnerability, or an incident. You need no account and no name."

func (v *visit) showDeclare() {
	v.show(http.StatusOK, "Declare", declareLead, formView(v.declareForm().of(v, nil)))
}

func (v *visit) declareAsked() {
	get := func(name string) string { return strings.TrimSpace(v.r.PostFormValue(name)) }
	a, err := v.s.declare(v.r.Context(), &v.actor, Declaration{Kind: get("kind"), Title: get("title"), Text: get("text"), Product: get("product"), Version: get("version"), Environment: get("environment"), Contact: get("contact"), Credit: get("credit")})
	if err != nil {
		v.show(statusOf(err), "Declare", declareLead, formView(v.declareForm().of(v, err)))
		return
	}
	v.show(http.StatusOK, "Thank you", "", acknowledgedView(a))
}

type declareSent struct{ Body Declaration }
type acknowledged struct{ Body *Acknowledgement }

func (v *visit) declareCase(in *declareSent) (*acknowledged, error) {
	a, err := v.s.declare(v.r.Context(), &v.actor, in.Body)
	return &acknowledged{a}, err
}

func (v *visit) followForm() *form {
	return &form{Action: "/follow", Do: "Look", Fields: []ui.Field{
		{Name: "number", Label: "Case number", Required: true, Autocomplete: "off"},
		{Name: "secret", Label: "Secret", Type: "password", Required: true, Autocomplete: "off", Hint: "From the acknowledgement. Without it, declare anew and name the case."},
	}}
}

func (v *visit) showFollow() {
	v.show(http.StatusOK, "Follow a case", "", formView(v.followForm().of(v, nil)))
}

// follow begins the session of who follows a case.
func (v *visit) follow(number, secret string) error {
	number = strings.ToUpper(strings.TrimSpace(number))
	if err := v.s.follower(v.r.Context(), v.now, number, credential.NewSecret(secret), v.source); err != nil {
		return err
	}
	v.keep(v.s.sessions.begin(v.now, session{follows: number}))
	v.person, v.follows = nil, number
	return nil
}

func (v *visit) followAsked() {
	if err := v.follow(v.r.PostFormValue("number"), v.r.PostFormValue("secret")); err != nil {
		v.show(statusOf(err), "Follow a case", "", formView(v.followForm().of(v, err)))
		return
	}
	v.see("/cases/" + v.follows)
}

type followSent struct {
	Body struct {
		Number string `json:"number" maxLength:"40"`
		Secret string `json:"secret" maxLength:"100"`
	}
}

func (v *visit) followCase(in *followSent) (*caseTold, error) {
	if err := v.follow(in.Body.Number, in.Body.Secret); err != nil {
		return nil, err
	}
	return v.readCase(&caseAsked{v.follows})
}

func (v *visit) showCases() {
	all, err := v.s.cases(v.r.Context(), &v.actor)
	if err != nil {
		v.failed(err)
		return
	}
	t := ui.Table{ID: "cases", Caption: "Cases that you see, the newest first", Columns: columns("Number", "State", "Kind", "Title", "Product", "Changed"), Empty: "You see no case."}
	for _, c := range all {
		t.Rows = append(t.Rows, row(linkTo("/cases/"+c.Number, c.Number), ui.Badge(string(c.State)), ui.Text(c.Kind), ui.Text(c.Title), ui.Text(productName(c.Product)), ui.Text(minute(c.Changed))))
	}
	v.show(http.StatusOK, "Cases", "", ui.Grid(t))
}

// caseShown is the page of a case.
type caseShown struct {
	Case    *Case
	Facts   []ui.KV
	Steps   ui.Table
	Move    *form // nil: nobody here may take it further
	Remark  *form
	Invite  *form
	Publish string
}

func (v *visit) showCase() { v.casePage(http.StatusOK, "", nil) }

// casePage shows a case, with what was wrong with one of its forms.
func (v *visit) casePage(status int, which string, wrong error) {
	number := v.r.PathValue("number")
	full, roles, err := caseFor(v.r.Context(), v.s.store.Reader(), &v.actor, number)
	if err != nil {
		v.failed(err)
		return
	}
	c := full.told(roles)
	steps, err := v.s.steps(v.r.Context(), number)
	if err != nil {
		v.failed(err)
		return
	}
	p := &caseShown{Case: &c, Facts: caseFacts(&c), Steps: stepsTable(steps), Remark: &form{Action: "/cases/" + number + "/remarks", Do: "Say it", Fields: []ui.Field{
		{Name: "text", Label: "Remark", Type: "textarea", Required: true, Attrs: most("5000"), Hint: "Everybody who sees the case reads it."}}}}
	p.Move = moveForm(&c, roles)
	if anyOf(roles, []Role{Coordinator}) {
		p.Invite = &form{Action: "/cases/" + number + "/invitations", Do: "Ask them in", Fields: []ui.Field{{Name: "login", Label: "Login", Required: true, Hint: "A researcher or a customer; others see every case."}}}
		if c.Advisory == "" && c.Kind == Vulnerability {
			p.Publish = "/advisories/new?case=" + number
		}
	}
	for name, f := range map[string]*form{"moves": p.Move, "remarks": p.Remark, "invitations": p.Invite} {
		if f == nil {
			continue
		}
		if name == which {
			f.of(v, wrong)
		} else {
			f.blank()
		}
	}
	v.show(status, c.Title, c.Number+" is "+string(c.State)+".", caseView(p))
}

func caseFacts(c *Case) []ui.KV {
	facts := []ui.KV{
		{Name: "Kind", Value: ui.Text(c.Kind)},
		{Name: "Product", Value: ui.Text(productName(c.Product))},
		{Name: "Version", Value: ui.Text(or(c.Version, "not said"))},
		{Name: "Kind of place", Value: ui.Text(environmentName(c.Environment))},
		{Name: "Declared", Value: ui.Text(minute(c.At))},
		{Name: "To be thanked", Value: ui.Text(or(c.Credit, "nobody"))},
	}
	if c.Contact != "" {
		facts = append(facts, ui.KV{Name: "Contact", Value: ui.Text(c.Contact)})
	}
	if c.Advisory != "" {
		facts = append(facts, ui.KV{Name: "Advisory", Value: linkTo("/advisories/"+c.Advisory, c.Advisory)})
	}
	return facts
}

func stepsTable(steps []Step) ui.Table {
	t := ui.Table{ID: "steps", Caption: "Steps, the oldest first", Columns: columns("When", "Who", "As", "What", "Words")}
	for _, s := range steps {
		what := s.What
		if s.Becomes != "" {
			what = strings.TrimPrefix(s.Was+" → "+s.Becomes, " → ")
		}
		t.Rows = append(t.Rows, row(ui.Text(minute(s.At)), ui.Text(s.Who), ui.Text(string(s.Role)), ui.Text(what), ui.Text(or(s.Text, "–"))))
	}
	return t
}

// moveForm offers the ways that somebody may go; nil if there is none.
func moveForm(c *Case, roles []Role) *form {
	all := ways(c.State, roles)
	if len(all) == 0 {
		return nil
	}
	to := ui.Field{Name: "to", Label: "New state", Type: "select", Required: true}
	says := false
	for _, t := range all {
		to.Options = append(to.Options, ui.Option{Value: string(t.To), Text: string(t.To) + ": " + t.Text})
		says = says || t.To == Published && c.Kind == Incident
	}
	f := &form{Action: "/cases/" + c.Number + "/moves", Do: "Do it", Fields: []ui.Field{to, {Name: "reason", Label: "Why", Type: "textarea", Attrs: most("2000"), Hint: "Some steps need it; it stays with the case."}}}
	if says {
		f.Fields = append(f.Fields, ui.Field{Name: "statement", Label: "What everybody may read", Type: "textarea", Attrs: most("20000"), Hint: "If you publish."})
	}
	return f
}

// moved ends a deed on a case: back to its page, or there with what is wrong.
func (v *visit) moved(which string, err error) {
	if err == nil {
		v.see("/cases/" + v.r.PathValue("number"))
		return
	}
	if len(wrongs(err)) == 0 {
		v.failed(err)
		return
	}
	v.casePage(statusOf(err), which, err)
}

func (v *visit) moveAsked() {
	m := Move{To: State(v.r.PostFormValue("to")), Reason: strings.TrimSpace(v.r.PostFormValue("reason")), Statement: strings.TrimSpace(v.r.PostFormValue("statement"))}
	_, err := v.s.move(v.r.Context(), &v.actor, v.r.PathValue("number"), m)
	v.moved("moves", err)
}

func (v *visit) remarkAsked() {
	_, err := v.s.say(v.r.Context(), &v.actor, v.r.PathValue("number"), strings.TrimSpace(v.r.PostFormValue("text")))
	v.moved("remarks", err)
}

func (v *visit) inviteAsked() {
	_, err := v.s.invite(v.r.Context(), &v.actor, v.r.PathValue("number"), strings.TrimSpace(v.r.PostFormValue("login")))
	v.moved("invitations", err)
}
