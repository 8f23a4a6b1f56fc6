package console

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
	"switchroom/ui"
)

// site has passkeys for this console taken. They are good for a name, so where it is asked
// by a number there are none.
func (s *Server) site() {
	u, err := url.Parse(s.url)
	if err != nil {
		return
	}
	s.passkeys = s.People.Passkeys(accounts.Site{Name: "Switchroom console", ID: u.Hostname(), Origins: []string{s.url}}) == nil
}

// errNoName says why there are no passkeys.
var errNoName = errors.New("passkeys need a name of the console, such as localhost, and it is reached by a number")

// passkeysShown is what the page of passkeys shows.
type passkeysShown struct {
	Can    bool
	Table  ui.Table
	Remove []form
}

func (v *visit) showPasskeys() {
	s := &passkeysShown{Can: v.s.passkeys, Table: ui.Table{ID: "passkeys", Caption: "Your passkeys", Columns: []ui.Column{{Title: "Name"}, {Title: "Made"}, {Title: "Used last"}}, Empty: "You have no passkey."}}
	for _, k := range v.keys() {
		last := "never"
		if !k.Last.IsZero() {
			last = k.Last.UTC().Format("2006-01-02 15:04")
		}
		s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: []templ.Component{ui.Text(k.Name), ui.Text(k.Made.UTC().Format(time.DateOnly)), ui.Text(last)}})
		s.Remove = append(s.Remove, form{Action: "/passkeys/" + keyID(k) + "/remove", Do: "Remove " + k.Name, Danger: true})
	}
	v.show(http.StatusOK, "Passkeys", "A key of your telephone, your computer or a security key. It lets you in without a password, and cannot be given away.", passkeysView(s))
}

func (v *visit) keys() []accounts.Passkey {
	p, _ := v.s.person(v.who.ID)
	return p.Passkeys
}

func keyID(k accounts.Passkey) string { return base64.RawURLEncoding.EncodeToString(k.ID) }

var errNoPasskey = errors.New("there is no such passkey of yours")

// unkeyed takes a passkey away.
func (v *visit) unkeyed(id string) error {
	i := slices.IndexFunc(v.keys(), func(k accounts.Passkey) bool { return keyID(k) == id })
	if i < 0 {
		return errNoPasskey
	}
	k := v.keys()[i]
	return v.s.deed(v.r.Context(), v.did("passkey.removed", "passkey "+k.Name), func() error {
		return v.s.People.RemovePasskey(v.r.Context(), v.now, v.token, k.ID)
	})
}

func (v *visit) unkeyAsked() {
	if err := v.unkeyed(v.r.PathValue("id")); err != nil {
		v.failed(err)
		return
	}
	v.see("/passkeys")
}

func (v *visit) unkey(in *OnID) (*struct{}, error) { return nil, v.unkeyed(in.ID) }

// askTold is what a browser is to ask a device for.
type askTold struct {
	Ask json.RawMessage `json:"ask" doc:"the argument of navigator.credentials.create or get, as JSON"`
}

// answerSent is what the device has answered.
type answerSent struct {
	Body struct {
		Name   string `json:"name,omitempty" maxLength:"100" doc:"of a new passkey, its owner's"`
		Answer any    `json:"answer" doc:"the credential, as its toJSON gives it"`
	}
}

func (in *answerSent) bytes() []byte {
	b, _ := json.Marshal(in.Body.Answer) // came from JSON
	return b
}

func (v *visit) askNew(*struct{}) (*body[askTold], error) {
	if !v.s.passkeys {
		return nil, errNoName
	}
	b, err := v.s.People.BeginPasskey(v.now, v.token)
	return &body[askTold]{askTold{b}}, err
}

func (v *visit) keepPasskey(in *answerSent) (*struct{}, error) {
	err := v.s.deed(v.r.Context(), v.did("passkey.added", "passkey "+in.Body.Name), func() error {
		return v.s.People.FinishPasskey(v.r.Context(), v.now, v.token, in.Body.Name, in.bytes())
	})
	return nil, err
}

func (v *visit) askKnown(*struct{}) (*body[askTold], error) {
	if !v.s.passkeys {
		return nil, errNoName
	}
	b, ticket, err := v.s.People.BeginPasskeySignIn(v.now, v.source)
	if err == nil {
		v.keepTicket(ticket)
	}
	return &body[askTold]{askTold{b}}, err
}

func (v *visit) askProof(*struct{}) (*body[askTold], error) {
	if !v.s.passkeys {
		return nil, errNoName
	}
	b, ticket, err := v.s.People.BeginPasskeyProof(v.now, v.token, v.source)
	if err == nil {
		v.keepTicket(ticket)
	}
	return &body[askTold]{askTold{b}}, err
}

// ticket is what the browser keeps between question and answer.
func (v *visit) ticket() credential.Secret {
	c, err := v.r.Cookie(v.s.ticketName())
	if err != nil {
		return credential.Secret{}
	}
	v.keepTicket(credential.Secret{})
	return credential.NewSecret(c.Value)
}

// byPasskey begins or opens a session with what a device has answered.
func (v *visit) byPasskey(what string, do func() (credential.Secret, error)) (*sessionTold, error) {
	rec := audit.Record{Who: "somebody unknown", What: what, Where: "console by a passkey, from " + v.source}
	token, err := do()
	if err != nil {
		v.wrong(rec, err)
		return nil, unauthorised(err)
	}
	if p, err := v.s.People.Who(v.now, token, false); err == nil {
		rec.Who = p.Login
	}
	if err := v.entered(rec, token); err != nil {
		return nil, err
	}
	return v.session(nil)
}

func (v *visit) enterByPasskey(in *answerSent) (*sessionTold, error) {
	return v.byPasskey("person.signed_in", func() (credential.Secret, error) {
		return v.s.People.PasskeySignIn(v.r.Context(), v.now, v.ticket(), in.bytes(), v.source)
	})
}

func (v *visit) proveByPasskey(in *answerSent) (*sessionTold, error) {
	return v.byPasskey("person.proved", func() (credential.Secret, error) {
		token, err := v.s.People.PasskeyProof(v.r.Context(), v.now, v.token, v.ticket(), in.bytes(), v.source)
		if err == nil {
			v.token = credential.Secret{} // it has ended
		}
		return token, err
	})
}
