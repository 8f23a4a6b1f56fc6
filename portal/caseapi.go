package portal

// caseSeen is a case as the API tells it: without its secret.
type caseSeen struct {
	Number string `json:"number"`
	Declaration
	State     State        `json:"state"`
	At        string       `json:"at"`
	Changed   string       `json:"changed"`
	Advisory  string       `json:"advisory,omitempty"`
	Statement string       `json:"statement,omitempty"`
	Roles     []Role       `json:"roles,omitempty" doc:"Those that you have in it"`
	Ways      []Transition `json:"ways,omitempty" doc:"Where you may take it"`
	Steps     []Step       `json:"steps,omitempty"`
}

func (c *Case) seen() caseSeen {
	return caseSeen{Number: c.Number, Declaration: c.Declaration, State: c.State, At: dated(c.At), Changed: dated(c.Changed), Advisory: c.Advisory, Statement: c.Statement}
}

type casesTold struct{ Body []caseSeen }

func (v *visit) listCases(*struct{}) (*casesTold, error) {
	all, err := v.s.cases(v.r.Context(), &v.actor)
	out := &casesTold{[]caseSeen{}}
	for i := range all {
		out.Body = append(out.Body, all[i].seen())
	}
	return out, err
}

type caseAsked struct {
	Number string `path:"number" maxLength:"40"`
}

type caseTold struct{ Body caseSeen }

func (v *visit) readCase(in *caseAsked) (*caseTold, error) {
	c, roles, err := caseFor(v.r.Context(), v.s.store.Reader(), &v.actor, in.Number)
	if err != nil {
		return nil, err
	}
	t := c.told(roles)
	out := &caseTold{t.seen()}
	out.Body.Roles, out.Body.Ways = roles, ways(c.State, roles)
	out.Body.Steps, err = v.s.steps(v.r.Context(), in.Number)
	return out, err
}

type moveSent struct {
	Number string `path:"number" maxLength:"40"`
	Body   Move
}

func (v *visit) moveCase(in *moveSent) (*caseTold, error) {
	if _, err := v.s.move(v.r.Context(), &v.actor, in.Number, in.Body); err != nil {
		return nil, err
	}
	return v.readCase(&caseAsked{in.Number})
}

type remarkSent struct {
	Number string `path:"number" maxLength:"40"`
	Body   struct {
		Text string `json:"text" maxLength:"5000"`
	}
}

func (v *visit) addRemark(in *remarkSent) (*caseTold, error) {
	if _, err := v.s.say(v.r.Context(), &v.actor, in.Number, in.Body.Text); err != nil {
		return nil, err
	}
	return v.readCase(&caseAsked{in.Number})
}

type inviteSent struct {
	Number string `path:"number" maxLength:"40"`
	Body   struct {
		Login string `json:"login" maxLength:"40"`
	}
}

func (v *visit) invitePerson(in *inviteSent) (*caseTold, error) {
	if _, err := v.s.invite(v.r.Context(), &v.actor, in.Number, in.Body.Login); err != nil {
		return nil, err
	}
	return v.readCase(&caseAsked{in.Number})
}
