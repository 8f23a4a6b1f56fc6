package accounts

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"switchroom/credential"
)

// Identity is who a company's own identity provider says somebody is. Whoever makes one
// has checked that the provider said so, to us, just now.
type Identity struct {
	Issuer  string // the provider
	Subject string // whom it means; never given to another there
	Name    string // by which a security administrator knows them; may be given to another
	Full    string // name, for people who are made by themselves; may be empty
	Email   string
	Proved  time.Time // when they proved there who they are; zero: not said
	Make    bool      // a person who is not there yet is made, who may do nothing
}

// Bound is whom a provider means by the name of a person here. It is kept when they
// first come, so that who has the name there later is not taken for them.
type Bound struct {
	Issuer  string    `json:"issuer"`
	Subject string    `json:"subject"`
	At      time.Time `json:"at"`
}

func (b *Bound) is(i Identity) bool { return b.Issuer == i.Issuer && b.Subject == i.Subject }

var errStranger = errors.New("the company knows you, and nobody here has your name there: ask a security administrator to enter it")

// CompanySignIn begins a session for who comes from the company's provider. See
// [Book.SignIn]. The provider's proof stands for the password and for the code of an
// authenticator; which groups somebody is in is ours.
func (b *Book) CompanySignIn(ctx context.Context, now time.Time, i Identity, source string) (credential.Secret, error) {
	p, err := b.cameFrom(ctx, now, i)
	if err != nil {
		return credential.Secret{}, err
	}
	return b.sessions.begin(now, Session{Person: p.ID, Source: source, Begun: now, Used: now, Proved: i.Proved}), nil
}

// CompanyProof does with the company's provider what [Book.Prove] does with a password.
// It is asked there anew: an earlier proof is not enough.
func (b *Book) CompanyProof(ctx context.Context, now time.Time, token credential.Secret, i Identity, source string) (credential.Secret, error) {
	s, hold := b.sessions.find(token, now, false)
	if hold == credential.Ended || b.person(s.Person) == nil {
		return credential.Secret{}, &Denied{NotSignedIn, ""}
	}
	p, err := b.cameFrom(ctx, now, i)
	switch {
	case err != nil:
		return credential.Secret{}, err
	case p.ID != s.Person:
		return credential.Secret{}, errors.New("the company says that you are somebody else: sign out, and in as the other")
	case !fresh(Session{Proved: i.Proved}, now):
		return credential.Secret{}, errors.New("the company did not say that it has just asked you who you are: give the password, or a passkey")
	}
	return b.goOn(now, token, s, source), nil
}

// cameFrom returns the person of an identity as they are kept, bound to it.
func (b *Book) cameFrom(ctx context.Context, now time.Time, i Identity) (*Person, error) {
	if i.Issuer == "" || i.Subject == "" || len(i.Issuer)+len(i.Subject) > 2048 {
		return nil, errors.New("the company did not say who you are")
	}
	if err := b.settled(ctx); err != nil {
		return nil, err
	}
	if p := b.meant(i); p != nil && p.Bound.is(i) {
		return p, p.barred()
	}
	var next *Person
	err := b.alter(ctx, func() (c Change, err error) {
		is := b.meant(i)
		switch {
		case is == nil && i.Make:
			next, err = b.newcomer(i)
		case is == nil:
			err = errStranger
		default:
			next, err = is.clone(), is.barred()
		}
		if err != nil {
			return Change{}, err
		}
		next.Bound = Bound{i.Issuer, i.Subject, now}
		return Change{People: []Person{*next}}, nil
	})
	return next, err
}

// meant returns who an identity is of: whom it is bound to, else who has its name and
// is not bound yet.
func (b *Book) meant(i Identity) (named *Person) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, p := range b.people {
		if p.Bound.is(i) {
			return p
		}
		if i.Name != "" && p.Company == i.Name && p.Bound == (Bound{}) {
			named = p
		}
	}
	return named
}

// newcomer is a person for an identity, in no group.
func (b *Book) newcomer(i Identity) (*Person, error) {
	login, _, _ := strings.Cut(strings.ToLower(i.Name), "@")
	p := &Person{ID: newID(), Login: login, Name: i.Full, Company: i.Name, Email: i.Email}
	if p.Name == "" {
		p.Name = i.Name
	}
	if err := readable(p.Name); err != nil {
		return nil, err
	}
	for _, other := range b.people {
		if other.Login == login || other.Company == i.Name {
			return nil, fmt.Errorf("%w; it was not made by itself, for another here is called %q", errStranger, login)
		}
	}
	return p, nil
}

func (p *Person) barred() error {
	if p.Off {
		return errStranger // as for nobody: it is not told who is switched off
	}
	return nil
}

// provable reports whether there is a way for somebody to prove who they are.
func (p *Person) provable() bool { return !p.Off && (p.Password != "" || p.Bound.Subject != "") }
