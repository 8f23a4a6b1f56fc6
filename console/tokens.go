package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"

	"switchroom/accounts"
	"switchroom/credential"
	"switchroom/ui"
)

// bearer is the token of a program that asks, if one does. The name of the scheme is
// read in any case (RFC 9110, 11.1).
func bearer(r *http.Request) (credential.Secret, bool) {
	scheme, text, is := strings.Cut(r.Header.Get("Authorization"), " ")
	return credential.NewSecret(text), is && strings.EqualFold(scheme, "Bearer")
}

// acts is whom a token lets a program act for.
func (v *visit) acts() (accounts.Person, error) {
	who, _, err := v.s.People.Token(v.now, v.token)
	return who, err
}

// tokensShown is what the page of tokens shows.
type tokensShown struct {
	Made   string // a token, shown once
	Table  ui.Table
	Form   form
	Revoke []form
}

func (v *visit) showTokens() { v.tokensPage(http.StatusOK, "", "") }

func (v *visit) tokensPage(status int, made, wrong string) {
	s := &tokensShown{Made: made, Form: v.tokenForm(), Table: ui.Table{ID: "tokens", Caption: "Your tokens", Columns: []ui.Column{{Title: "Name"}, {Title: "May"}, {Title: "Made"}, {Title: "Until"}, {Title: "Used last"}}, Empty: "You have no token."}}
	s.Form.Wrong = wrong
	for _, t := range v.mine() {
		last := "never"
		if !t.Last.IsZero() {
			last = t.Last.UTC().Format("2006-01-02 15:04")
		}
		s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: []templ.Component{ui.Text(t.Name), ui.Text(permissionsLine(t.May)), ui.Text(t.Made.UTC().Format(time.DateOnly)), ui.Text(t.Until.UTC().Format(time.DateOnly)), ui.Text(last)}})
		s.Revoke = append(s.Revoke, form{Action: "/tokens/" + t.ID + "/revoke", Do: "End " + t.Name, Danger: true})
	}
	v.show(status, "Tokens", "A token lets a program do some of what you may, without you. Who has it is you, to the console.", tokensView(s))
}

func permissionsLine(all []accounts.Permission) string { return strings.Join(need(all).words(), ", ") }

// mine are the tokens of the person of a visit.
func (v *visit) mine() []accounts.Token {
	p, _ := v.s.person(v.who.ID)
	return p.Tokens
}

// forPrograms are permissions that a token can have.
func (v *visit) forPrograms() (all []accounts.Permission) {
	for _, p := range v.s.grantedTo(v.who) {
		if r, ok := p.Find(); ok && !r.Fresh {
			all = append(all, p)
		}
	}
	return all
}

func (v *visit) tokenForm() form {
	f := form{Action: "/tokens", Do: "Make the token", Fields: []ui.Field{
		{ID: "name", Name: "name", Label: "For", Value: v.r.PostFormValue("name"), Required: true, Hint: "Which program, and where.", Attrs: long},
		{ID: "days", Name: "days", Label: "Good for", Type: "number", Unit: "days", Min: "1", Max: fmt.Sprint(int(accounts.TokenMost.Hours() / 24)), Value: "30"},
	}}
	for _, p := range v.forPrograms() {
		r, _ := p.Find()
		f.Fields = append(f.Fields, ui.Field{ID: ui.ID("may", string(p)), Name: "may-" + string(p), Label: string(p), Type: "checkbox", Hint: sentence(r.Text)})
	}
	return f
}

// made makes a token for a program.
func (v *visit) made(name string, may []accounts.Permission, days int) (token credential.Secret, t accounts.Token, err error) {
	rec := v.did("token.made", "token "+name)
	rec.After = rec.After.With("may", permissionsLine(may)).With("days", days)
	err = v.s.deed(v.r.Context(), rec, func() (err error) {
		token, t, err = v.s.People.MakeToken(v.r.Context(), v.now, v.token, name, may, time.Duration(days)*24*time.Hour)
		return err
	})
	return token, t, err
}

func (v *visit) tokenAsked() {
	var may []accounts.Permission
	for _, p := range v.forPrograms() {
		if v.r.PostFormValue("may-"+string(p)) != "" {
			may = append(may, p)
		}
	}
	days := 0
	fmt.Sscan(v.r.PostFormValue("days"), &days)
	token, _, err := v.made(strings.TrimSpace(v.r.PostFormValue("name")), may, days)
	if isDenied(err) {
		v.denied(err)
		return
	}
	if err != nil {
		v.tokensPage(statusOf(err), "", sentence(err.Error()))
		return
	}
	v.tokensPage(http.StatusOK, token.Reveal(), "")
}

var errNoToken = errors.New("there is no such token of yours")

func (v *visit) revoked(id string) error {
	i := slices.IndexFunc(v.mine(), func(t accounts.Token) bool { return t.ID == id })
	if i < 0 {
		return errNoToken
	}
	return v.s.deed(v.r.Context(), v.did("token.revoked", "token "+v.mine()[i].Name), func() error {
		return v.s.People.RevokeToken(v.r.Context(), v.now, v.token, id)
	})
}

func (v *visit) revokeAsked() {
	if err := v.revoked(v.r.PathValue("id")); err != nil {
		v.failed(err)
		return
	}
	v.see("/tokens")
}

// tokenTold is a token as the API tells of it.
type tokenTold struct {
	ID    string                `json:"id"`
	Name  string                `json:"name"`
	May   []accounts.Permission `json:"may"`
	Until time.Time             `json:"until"`
	Last  *time.Time            `json:"last,omitempty" doc:"use"`
	Token string                `json:"token,omitempty" doc:"told once, when it is made"`
}

func tellToken(t accounts.Token) tokenTold {
	told := tokenTold{ID: t.ID, Name: t.Name, May: append([]accounts.Permission{}, t.May...), Until: t.Until.UTC()}
	if !t.Last.IsZero() {
		told.Last = &t.Last
	}
	return told
}

func (v *visit) listTokens(*struct{}) (*body[[]tokenTold], error) {
	all := []tokenTold{}
	for _, t := range v.mine() {
		all = append(all, tellToken(t))
	}
	return &body[[]tokenTold]{all}, nil
}

func (v *visit) makeToken(in *struct {
	Body struct {
		Name string                `json:"name" maxLength:"100"`
		May  []accounts.Permission `json:"may" minItems:"1" maxItems:"30"`
		Days int                   `json:"days" minimum:"1" maximum:"90"`
	}
}) (*body[tokenTold], error) {
	token, t, err := v.made(in.Body.Name, in.Body.May, in.Body.Days)
	if err != nil {
		return nil, err
	}
	told := tellToken(t)
	told.Token = token.Reveal()
	return &body[tokenTold]{told}, nil
}

func (v *visit) revokeToken(in *OnID) (*struct{}, error) {
	err := v.revoked(in.ID)
	if errors.Is(err, errNoToken) {
		return nil, huma.Error404NotFound(err.Error())
	}
	return nil, err
}
