package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"switchroom/credential"
)

// Passkey is a key pair of a telephone, a computer or a security key, as it is kept:
// its public half. It lets in alone, for whoever uses it is asked for a finger, a face
// or a PIN by the device.
type Passkey struct {
	ID         []byte    `json:"id"`
	Name       string    `json:"name"` // what its owner calls it
	Site       string    `json:"site"` // the name of the console that it is good for
	Key        []byte    `json:"key"`  // COSE
	Count      uint32    `json:"count"`
	Backup     bool      `json:"backup"` // may be copied to other devices by its maker's means
	Transports []string  `json:"transports"`
	Made       time.Time `json:"made"`
	Last       time.Time `json:"last"`
	Copied     time.Time `json:"copied"` // zero, or when it was noticed that there are two of it
}

// Site is the console that passkeys are good for.
type Site struct {
	Name    string   // shown by the device
	ID      string   // its name in the network, without a port; empty: localhost. Not an address of numbers
	Origins []string // how pages begin, such as https://console.example.org:8443
}

const (
	passkeysMost = 10      // of one person
	answerMost   = 1 << 16 // bytes of what a browser answers
)

var (
	errNoSite  = errors.New("passkeys cannot be used here: the console has not said by which name it is reached")
	errPasskey = errors.New("the passkey does not let in here, took longer than five minutes, or its person may not sign in; begin again, or sign in with a password")

	// ErrCopied refuses a passkey whose counter went back: there are two of it.
	ErrCopied = errors.New("the passkey was refused: it has been used elsewhere with the same key, so somebody may have a copy; sign in with your password, remove it, and tell a security administrator at once")
)

// ceremony is what has to be remembered between the two halves of a use of a passkey.
type ceremony struct {
	data  webauthn.SessionData
	token digest // of the session that is to go on; zero: a new one begins
}

// Passkeys has passkeys for a site taken from now on.
func (b *Book) Passkeys(s Site) error {
	if s.ID == "" {
		s.ID = "localhost"
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: s.ID, RPDisplayName: s.Name, RPOrigins: s.Origins,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return fmt.Errorf("passkeys for %s: %w; they need a name, and not an address of numbers", s.ID, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.site = w
	return nil
}

func (b *Book) web() (*webauthn.WebAuthn, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.site == nil {
		return nil, errNoSite
	}
	return b.site, nil
}

// BeginPasskey returns what the browser is to ask a device for (the argument of
// navigator.credentials.create, as JSON) for whoever a session is of, who must just
// have proved to be there.
func (b *Book) BeginPasskey(now time.Time, token credential.Secret) ([]byte, error) {
	w, err := b.web()
	if err != nil {
		return nil, err
	}
	s, p, err := b.who(now, token, true)
	switch {
	case err != nil:
		return nil, err
	case !fresh(s, now):
		return nil, &Denied{NotFresh, ""}
	case len(p.Passkeys) >= passkeysMost:
		return nil, fmt.Errorf("you have %d passkeys: remove one first", passkeysMost)
	}
	u := &owned{p, w.Config.RPID}
	ask, data, err := w.BeginRegistration(u, webauthn.WithExclusions(webauthn.Credentials(u.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, err
	}
	b.sessions.change(token, func(s *Session) { s.made = &credential.Begun[webauthn.SessionData]{At: now, What: *data} })
	return json.Marshal(ask)
}

// FinishPasskey keeps what the browser answered as a passkey by a name of its owner's.
func (b *Book) FinishPasskey(ctx context.Context, now time.Time, token credential.Secret, name string, answer []byte) error {
	w, err := b.web()
	if err != nil {
		return err
	}
	_, p, err := b.who(now, token, true)
	if err != nil {
		return err
	}
	var made *credential.Begun[webauthn.SessionData]
	b.sessions.change(token, func(s *Session) { made, s.made = s.made, nil })
	if made == nil || !made.Good(now) {
		return errors.New("no passkey is being set up, or it took longer than five minutes; begin again")
	}
	c, err := registered(w, p, made.What, answer)
	if err != nil {
		return fmt.Errorf("the passkey was not set up: %w; begin again, or use another device", err)
	}
	key := Passkey{
		ID: c.ID, Name: strings.TrimSpace(name), Site: w.Config.RPID, Key: c.PublicKey, Count: c.Authenticator.SignCount,
		Backup: c.Flags.BackupEligible, Made: now,
	}
	for _, t := range c.Transport {
		key.Transports = append(key.Transports, string(t))
	}
	return b.alter(ctx, func() (Change, error) {
		is := b.people[p.ID]
		if is == nil || !is.provable() {
			return Change{}, errNobody
		}
		next := is.clone()
		next.Passkeys = append(next.Passkeys, key)
		return Change{People: []Person{*next}}, nil
	})
}

func registered(w *webauthn.WebAuthn, p *Person, data webauthn.SessionData, answer []byte) (*webauthn.Credential, error) {
	if len(answer) > answerMost {
		return nil, fmt.Errorf("the browser's answer has more than %d bytes", answerMost)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, err
	}
	return w.CreateCredential(&owned{p, w.Config.RPID}, data, parsed)
}

// RemovePasskey takes one of one's own away, by its id.
func (b *Book) RemovePasskey(ctx context.Context, now time.Time, token credential.Secret, id []byte) error {
	s, p, err := b.who(now, token, true)
	switch {
	case err != nil:
		return err
	case !fresh(s, now):
		return &Denied{NotFresh, ""}
	}
	return b.alter(ctx, func() (Change, error) {
		is := b.people[p.ID]
		if is == nil {
			return Change{}, errNobody
		}
		next := is.clone()
		next.Passkeys = slices.DeleteFunc(next.Passkeys, func(k Passkey) bool { return string(k.ID) == string(id) })
		if len(next.Passkeys) == len(is.Passkeys) {
			return Change{}, errors.New("you have no such passkey")
		}
		return Change{People: []Person{*next}}, nil
	})
}

// check says all that is wrong with a passkey.
func (k *Passkey) check() error {
	var bad []error
	if n := len(k.Name); n == 0 || n > 60 || k.Name != strings.TrimSpace(k.Name) {
		bad = append(bad, errors.New("passkey: give it a name of up to 60 characters, such as that of the device"))
	}
	if len(k.ID) < 16 || len(k.ID) > 1023 || len(k.Key) == 0 || len(k.Key) > 4096 || len(k.Transports) > 10 {
		bad = append(bad, errors.New("passkey: no device makes one like this"))
	}
	return errors.Join(bad...)
}

// owned is a person to the library: only what is good for one site.
type owned struct {
	p    *Person
	site string
}

func (o *owned) WebAuthnID() []byte          { return []byte(o.p.ID) }
func (o *owned) WebAuthnName() string        { return o.p.Login }
func (o *owned) WebAuthnDisplayName() string { return o.p.Name }

func (o *owned) WebAuthnCredentials() (all []webauthn.Credential) {
	for _, k := range o.p.Passkeys {
		if k.Site != o.site {
			continue
		}
		c := webauthn.Credential{ID: k.ID, PublicKey: k.Key, Flags: webauthn.CredentialFlags{BackupEligible: k.Backup}}
		c.Authenticator.SignCount = k.Count
		for _, t := range k.Transports {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		all = append(all, c)
	}
	return all
}
