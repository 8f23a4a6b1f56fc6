package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/ui"
)

var errNoGroup = errors.New("there is no such group")

func (s *Server) group(id string) (accounts.Group, bool) {
	all := s.People.Groups()
	i := slices.IndexFunc(all, func(g accounts.Group) bool { return g.ID == id })
	if i < 0 {
		return accounts.Group{}, false
	}
	return all[i], true
}

// putGroup makes or changes a group.
func (v *visit) putGroup(g accounts.Group) (id string, err error) {
	was, _ := v.s.group(g.ID)
	what := "group.changed"
	if g.ID == "" {
		what = "group.added"
	}
	rec := v.did(what, "group "+g.Name)
	rec.Before, rec.After = groupFacts(was), groupFacts(g)
	err = v.s.deed(v.r.Context(), rec, func() (err error) {
		id, err = v.s.People.PutGroup(v.r.Context(), v.who.ID, g)
		return err
	})
	return id, err
}

func groupFacts(g accounts.Group) (f audit.Facts) {
	if g.Name == "" {
		return f
	}
	return f.With("name", g.Name).With("why", g.Text).With("roles", rolesLine(g))
}

// showAccess is who needs what access (C2), who is qualified for what (D14), and which
// duties are kept apart (C15).
func (v *visit) showAccess() {
	v.show(http.StatusOK, "Access", "Who needs which access (C2), with no more than the job needs (C15).", accessView(v.s.People.People(), v.s.People.Groups(), v.now))
}

func (v *visit) groupForm(g accounts.Group) form {
	f := form{Action: "/groups/new", Do: "Add this group"}
	if g.ID != "" {
		f.Action, f.Do = "/groups/"+g.ID, "Keep the change"
	}
	f.Fields = []ui.Field{
		{ID: "name", Name: "name", Label: "Name", Value: g.Name, Required: true, Attrs: long},
		{ID: "text", Name: "text", Label: "Why they need it", Value: g.Text, Attrs: long},
	}
	for _, j := range accounts.Jobs() {
		f.Fields = append(f.Fields, ui.Field{ID: ui.ID("role", string(j.Role)), Name: "role-" + string(j.Role), Label: string(j.Role), Type: "checkbox", Hint: sentence(j.Text), Checked: slices.Contains(g.Roles, j.Role)})
	}
	return f
}

func (v *visit) showGroup() {
	id := v.r.PathValue("id")
	g, ok := v.s.group(id)
	if id != "" && !ok {
		v.s.unknown(v.w, v.r)
		return
	}
	v.groupPage(http.StatusOK, g, v.groupForm(g))
}

func (v *visit) groupPage(status int, g accounts.Group, f form) {
	title := "A new group"
	if g.ID != "" {
		title = g.Name
	}
	v.show(status, title, "", groupView(g, f))
}

func (v *visit) groupAsked() {
	id := v.r.PathValue("id")
	if id == "new" {
		id = ""
	}
	was, ok := v.s.group(id)
	if id != "" && !ok {
		v.s.unknown(v.w, v.r)
		return
	}
	g := accounts.Group{ID: id, Name: strings.TrimSpace(v.r.PostFormValue("name")), Text: strings.TrimSpace(v.r.PostFormValue("text"))}
	for _, j := range accounts.Jobs() {
		if v.r.PostFormValue("role-"+string(j.Role)) != "" {
			g.Roles = append(g.Roles, j.Role)
		}
	}
	if _, err := v.putGroup(g); err != nil {
		f := v.groupForm(g)
		f.Wrong = sentence(err.Error())
		v.groupPage(statusOf(err), was, f)
		return
	}
	v.see("/access")
}

func (v *visit) listGroups(*struct{}) (*body[[]accounts.Group], error) {
	return &body[[]accounts.Group]{append([]accounts.Group{}, v.s.People.Groups()...)}, nil
}

// groupSent is what the API takes of a group.
type groupSent struct {
	Name  string          `json:"name" maxLength:"200"`
	Text  string          `json:"text,omitempty" maxLength:"200" doc:"why they need it"`
	Roles []accounts.Role `json:"roles" maxItems:"20"`
}

func (v *visit) keptGroup(g accounts.Group, in *groupSent) (*body[accounts.Group], error) {
	g.Name, g.Text, g.Roles = in.Name, in.Text, in.Roles
	id, err := v.putGroup(g)
	if err != nil {
		return nil, err
	}
	g, _ = v.s.group(id)
	return &body[accounts.Group]{g}, nil
}

func (v *visit) addGroup(in *body[groupSent]) (*body[accounts.Group], error) {
	return v.keptGroup(accounts.Group{}, &in.Body)
}

func (v *visit) changeGroup(in *struct {
	OnID
	Body groupSent
}) (*body[accounts.Group], error) {
	g, ok := v.s.group(in.ID)
	if !ok {
		return nil, huma.Error404NotFound(errNoGroup.Error())
	}
	return v.keptGroup(g, &in.Body)
}

func (v *visit) removeGroup(in *OnID) (*struct{}, error) {
	if _, ok := v.s.group(in.ID); !ok {
		return nil, huma.Error404NotFound(errNoGroup.Error())
	}
	return nil, v.taken(in.ID)
}

// rolesTold are the roles and the duties that they keep apart.
type rolesTold struct {
	Roles  []roleTold `json:"roles"`
	Duties []dutyTold `json:"duties"`
}

type roleTold struct {
	Role accounts.Role         `json:"role"`
	Text string                `json:"text"`
	May  []accounts.Permission `json:"may"`
}

type dutyTold struct {
	ID    string              `json:"id"`
	One   accounts.Permission `json:"one"`
	Other accounts.Permission `json:"other"`
	Why   string              `json:"why"`
}

func (v *visit) listRoles(*struct{}) (*body[rolesTold], error) {
	t := rolesTold{[]roleTold{}, []dutyTold{}}
	for _, j := range accounts.Jobs() {
		t.Roles = append(t.Roles, roleTold{j.Role, j.Text, j.May})
	}
	for _, d := range accounts.Duties() {
		t.Duties = append(t.Duties, dutyTold{d.ID, d.One, d.Other, d.Why})
	}
	return &body[rolesTold]{t}, nil
}
