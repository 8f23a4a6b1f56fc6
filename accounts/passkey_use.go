package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"switchroom/credential"
)

// BeginPasskeySignIn returns what the browser is to ask a device for (the argument of
// navigator.credentials.get, as JSON), and a ticket that the browser keeps in a cookie
// until it answers, once, within five minutes. Nobody says who they are: the device
// knows.
func (b *Book) BeginPasskeySignIn(now time.Time, source string) (ask []byte, ticket credential.Secret, err error) {
	w, err := b.web()
	if err != nil {
		return nil, ticket, err
	}
	a, data, err := w.BeginDiscoverableLogin()
	if err != nil {
		return nil, ticket, err
	}
	return b.begun(now, source, a, ceremony{data: *data})
}

// PasskeySignIn begins a session with what the browser answered. See [Book.SignIn].
func (b *Book) PasskeySignIn(ctx context.Context, now time.Time, ticket credential.Secret, answer []byte, source string) (credential.Secret, error) {
	c, ok := b.ceremonies.Take(ticket, now)
	if !ok || c.What.token != (digest{}) {
		return credential.Secret{}, errPasskey
	}
	p, err := b.shown(ctx, now, c.What, answer)
	if err != nil {
		return credential.Secret{}, err
	}
	return b.sessions.begin(now, Session{Person: p.ID, Source: source, Begun: now, Used: now, Proved: now}), nil
}

// BeginPasskeyProof is BeginPasskeySignIn for a session that is locked, or is to do
// what needs its person to be there: only with a passkey of that person.
func (b *Book) BeginPasskeyProof(now time.Time, token credential.Secret, source string) (ask []byte, ticket credential.Secret, err error) {
	w, err := b.web()
	if err != nil {
		return nil, ticket, err
	}
	s, hold := b.sessions.find(token, now, false)
	p := b.person(s.Person)
	if hold == credential.Ended || p == nil {
		return nil, ticket, &Denied{NotSignedIn, ""}
	}
	u := &owned{p, w.Config.RPID}
	if len(u.WebAuthnCredentials()) == 0 {
		return nil, ticket, errors.New("you have no passkey for this console: give the password")
	}
	a, data, err := w.BeginLogin(u)
	if err != nil {
		return nil, ticket, err
	}
	return b.begun(now, source, a, ceremony{*data, of(token)})
}

func (b *Book) begun(now time.Time, source string, ask *protocol.CredentialAssertion, c ceremony) ([]byte, credential.Secret, error) {
	text, err := json.Marshal(ask)
	if err != nil {
		return nil, credential.Secret{}, err
	}
	return text, b.ceremonies.Begin(now, source, c), nil
}

// PasskeyProof does with a passkey what [Book.Prove] does with a password.
func (b *Book) PasskeyProof(ctx context.Context, now time.Time, token, ticket credential.Secret, answer []byte, source string) (credential.Secret, error) {
	s, hold := b.sessions.find(token, now, false)
	if hold == credential.Ended || b.person(s.Person) == nil {
		return credential.Secret{}, &Denied{NotSignedIn, ""}
	}
	c, ok := b.ceremonies.Take(ticket, now)
	if !ok || c.What.token != of(token) {
		return credential.Secret{}, errPasskey
	}
	if p, err := b.shown(ctx, now, c.What, answer); err != nil {
		return credential.Secret{}, err
	} else if p.ID != s.Person {
		return credential.Secret{}, errPasskey
	}
	return b.goOn(now, token, s, source), nil
}

// goOn gives a session whose person has proved to be there a new token.
func (b *Book) goOn(now time.Time, token credential.Secret, s Session, source string) credential.Secret {
	b.SignOut(token)
	s.Used, s.Proved, s.Source = now, now, source
	return b.sessions.begin(now, s)
}

// shown returns whose passkey a browser has shown. What the device counted is kept
// before anybody is let in.
func (b *Book) shown(ctx context.Context, now time.Time, c ceremony, answer []byte) (*Person, error) {
	w, err := b.web()
	if err != nil {
		return nil, err
	}
	if len(answer) > answerMost {
		return nil, errPasskey
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, errPasskey
	}
	var in *Person
	copied := false
	err = b.alter(ctx, func() (change Change, err error) {
		in, copied, err = b.use(w, now, c, parsed)
		if err != nil {
			return Change{}, err
		}
		return Change{People: []Person{*in}}, nil
	})
	switch {
	case err != nil:
		return nil, err
	case copied:
		return nil, ErrCopied
	}
	return in, nil
}

// use returns the person of a passkey as they are once it is used. saving is held.
func (b *Book) use(w *webauthn.WebAuthn, now time.Time, c ceremony, parsed *protocol.ParsedCredentialAssertionData) (next *Person, copied bool, err error) {
	id := string(parsed.Response.UserHandle)
	if len(c.data.UserID) > 0 {
		id = string(c.data.UserID) // a device need not say so where it was asked for one person's
	}
	is := b.people[id]
	if is == nil || !is.provable() {
		return nil, false, errPasskey
	}
	next = is.clone()
	i := slices.IndexFunc(next.Passkeys, func(k Passkey) bool { return string(k.ID) == string(parsed.RawID) })
	if i < 0 {
		return nil, false, errPasskey
	}
	k := &next.Passkeys[i]
	used, err := proven(w, next, c.data, parsed)
	if err != nil {
		return nil, false, errPasskey
	}
	switch {
	case !k.Copied.IsZero():
		return nil, false, ErrCopied
	case used.Authenticator.CloneWarning:
		k.Copied = now
		return next, true, nil
	}
	k.Count, k.Last = used.Authenticator.SignCount, now
	return next, false, nil
}

func proven(w *webauthn.WebAuthn, p *Person, data webauthn.SessionData, parsed *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
	u := &owned{p, w.Config.RPID}
	if len(data.UserID) > 0 {
		return w.ValidateLogin(u, data, parsed)
	}
	return w.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return u, nil }, data, parsed)
}
