package accounts

import (
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"

	"switchroom/credential"
)

// Person is somebody who may sign in, as it is kept.
type Person struct {
	ID            string                  `json:"id"`
	Login         string                  `json:"login"`
	Name          string                  `json:"name"`
	Email         string                  `json:"email"`
	Groups        []string                `json:"groups"` // ids
	Qualified     map[Skill]Qualification `json:"qualified"`
	Off           bool                    `json:"off"` // may not sign in
	Password      credential.Hash         `json:"password"`
	Past          []credential.Hash       `json:"past"`          // those before, the newest first
	Set           time.Time               `json:"set"`           // when the password was set
	Codes         []credential.Code       `json:"codes"`         // for one use
	Authenticator []byte                  `json:"authenticator"` // its key, sealed; empty: none
	Step          int64                   `json:"step"`          // of its code that was taken last
	Company       string                  `json:"company"`       // the name at the company's identity provider; empty: does not come from there
	Bound         Bound                   `json:"bound"`
	Passkeys      []Passkey               `json:"passkeys"`
	Tokens        []Token                 `json:"tokens"`
	Seen          map[string]time.Time    `json:"seen"` // practices, when they were last confirmed (C9)
}

// Qualification is what was declared of a skill.
type Qualification struct {
	Until time.Time `json:"until"`
	By    string    `json:"by"` // id of who declared it
}

// Group is people who need the same access (C2).
type Group struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Text  string `json:"text"` // why they need it
	Roles []Role `json:"roles"`
}

func (p *Person) clone() *Person {
	c := *p
	c.Groups, c.Past = slices.Clone(p.Groups), slices.Clone(p.Past)
	c.Codes, c.Authenticator = slices.Clone(p.Codes), slices.Clone(p.Authenticator)
	c.Qualified, c.Seen, c.Passkeys = maps.Clone(p.Qualified), maps.Clone(p.Seen), slices.Clone(p.Passkeys)
	c.Tokens = slices.Clone(p.Tokens)
	return &c
}

// public is a person without what proves who they are.
func (p *Person) public() Person {
	c := p.clone()
	c.Password, c.Past, c.Codes, c.Authenticator = "", nil, nil, nil
	for i := range c.Passkeys {
		c.Passkeys[i].Key = nil
	}
	for i := range c.Tokens {
		c.Tokens[i].Digest = nil
	}
	return *c
}

// qualified reports whether somebody has a skill now.
func (p *Person) qualified(s Skill, now time.Time) bool {
	return s == "" || now.Before(p.Qualified[s].Until)
}

// check says all that is wrong with a person by itself.
func (p *Person) check() error {
	var bad []error
	if len(p.Login) < 3 || len(p.Login) > 32 || strings.Trim(p.Login, "abcdefghijklmnopqrstuvwxyz0123456789._-") != "" {
		bad = append(bad, errors.New("login: 3 to 32 small letters, digits, dots, dashes and underscores"))
	}
	if n := len(strings.TrimSpace(p.Name)); n == 0 || n > 100 {
		bad = append(bad, errors.New("name: up to 100 characters; a login is one person's and is not shared (C10)"))
	}
	if a, err := mail.ParseAddress(p.Email); p.Email != "" && (err != nil || a.Address != p.Email || len(p.Email) > 200) {
		bad = append(bad, errors.New("e-mail: write name@example.org, or nothing"))
	}
	for s := range p.Qualified {
		if s != Firmware && s != Settings && s != Switching {
			bad = append(bad, fmt.Errorf("qualified: there is no skill %q; there are %s, %s, %s", s, Firmware, Settings, Switching))
		}
	}
	for i := range p.Passkeys {
		if err := p.Passkeys[i].check(); err != nil {
			bad = append(bad, err)
		}
	}
	if len(p.Company) > 200 || p.Company != strings.TrimSpace(p.Company) {
		bad = append(bad, errors.New("name at the company's identity provider: up to 200 characters, without blanks around it"))
	}
	for i := range p.Tokens {
		if err := p.Tokens[i].check(); err != nil {
			bad = append(bad, err)
		}
	}
	if len(p.Tokens) > tokensMost {
		bad = append(bad, fmt.Errorf("up to %d tokens: revoke one first", tokensMost))
	}
	if len(p.Passkeys) > passkeysMost {
		bad = append(bad, fmt.Errorf("up to %d passkeys", passkeysMost))
	}
	if p.Password != "" && p.Password.Check() != nil {
		bad = append(bad, p.Password.Check())
	}
	return errors.Join(bad...)
}

// readable refuses in a new name what can pretend to be another's, or steers the terminal
// of who lists it; PostgreSQL keeps none with a NUL. It is no part of check, by which a
// store that has such a name would not open any more.
func readable(name string) error {
	unseen := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
	if strings.ContainsFunc(name, unseen) {
		return errors.New("name: only what can be seen: no control characters, and none that turn the writing around")
	}
	return nil
}

func (g *Group) check() error {
	var bad []error
	if n := len(strings.TrimSpace(g.Name)); n == 0 || n > 100 {
		bad = append(bad, errors.New("name: up to 100 characters"))
	}
	if err := Check(g.Roles...); err != nil {
		bad = append(bad, err)
	}
	if len(bad) > 0 {
		return fmt.Errorf("group %s: %w", g.Name, errors.Join(bad...))
	}
	return nil
}
