package accounts

import (
	"context"
	"errors"
	"time"

	"switchroom/credential"
)

// errSignIn is the same for a wrong password, a name of nobody and somebody who may
// not sign in: nobody learns which names there are.
var errSignIn = errors.New("the name or the password is not right, or the person may not sign in; a security administrator can help")

// Proof is what somebody gives to prove who they are.
type Proof struct {
	Password credential.Secret
	Code     credential.Secret // of the authenticator, or for recovery; empty: none was given
}

// SignIn begins a session and returns its token, which is told to the browser and kept
// nowhere. source is where from, see [credential.Source]. Whatever session the browser
// had, the caller ends it with [Book.SignOut].
func (b *Book) SignIn(ctx context.Context, now time.Time, login string, given Proof, source string) (credential.Secret, error) {
	p, err := b.prove(ctx, now, login, given, source)
	if err != nil {
		return credential.Secret{}, err
	}
	return b.sessions.begin(now, Session{Person: p.ID, Source: source, Begun: now, Used: now, Proved: now}), nil
}

// prove looks at a proof. It takes as long for a name of nobody. A wrong code counts
// as a wrong password does.
func (b *Book) prove(ctx context.Context, now time.Time, login string, given Proof, source string) (*Person, error) {
	if err := b.settled(ctx); err != nil {
		return nil, err
	}
	done, err := b.throttle.Begin(now, login, source)
	if err != nil {
		return nil, err
	}
	p := b.named(login)
	if p == nil {
		p = new(Person)
	}
	right, err := b.hasher.Is(ctx, p.Password, given.Password)
	if err != nil {
		done(credential.Unseen)
		return nil, err
	}
	is := b.person(p.ID) // as it is by now
	if !right || is == nil || is.Off || is.Password != p.Password {
		return nil, errSignIn
	}
	if len(is.Authenticator) > 0 {
		if given.Code.Empty() {
			done(credential.Unseen)
			return nil, ErrSecond
		}
		if err := b.second(ctx, now, is.ID, given.Code); err != nil {
			return nil, err
		}
	}
	done(credential.Right)
	b.renew(ctx, is, given.Password)
	return is, nil
}

// renew keeps a password anew where it was kept for less than is usual now. What comes
// of it changes nothing for its owner: the next time will do.
func (b *Book) renew(ctx context.Context, p *Person, password credential.Secret) {
	if !b.hasher.Outworn(p.Password) {
		return
	}
	kept, err := b.hasher.Make(ctx, password)
	if err != nil {
		return
	}
	_ = b.alter(ctx, func() (Change, error) {
		is := b.people[p.ID]
		if is == nil || is.Password != p.Password {
			return Change{}, errNobody
		}
		next := is.clone()
		next.Password = kept
		return Change{People: []Person{*next}}, nil
	})
}

// SignOut ends the session of a token.
func (b *Book) SignOut(token credential.Secret) {
	t := of(token)
	b.sessions.end(func(o digest, _ *Session) bool { return o == t })
}

// Prove opens a session that is locked, or proves for what needs it that its person is
// there. It returns a new token in the place of the one given.
func (b *Book) Prove(ctx context.Context, now time.Time, token credential.Secret, given Proof, source string) (credential.Secret, error) {
	s, hold := b.sessions.find(token, now, false)
	p := b.person(s.Person)
	if hold == credential.Ended || p == nil {
		return credential.Secret{}, &Denied{NotSignedIn, ""}
	}
	if _, err := b.prove(ctx, now, p.Login, given, source); err != nil {
		return credential.Secret{}, err
	}
	return b.goOn(now, token, s, source), nil
}

// ChangePassword changes the password of whoever a session is of, who proves it anew. It ends every
// session and token of that person and returns the token of a new one.
func (b *Book) ChangePassword(ctx context.Context, now time.Time, token credential.Secret, given Proof, next credential.Secret, source string) (credential.Secret, error) {
	s, hold := b.sessions.find(token, now, true)
	p := b.person(s.Person)
	if hold != credential.Open || p == nil || p.Off {
		return credential.Secret{}, &Denied{NotSignedIn, ""}
	}
	p, err := b.prove(ctx, now, p.Login, given, source)
	if err != nil {
		return credential.Secret{}, err
	}
	wrong, err := b.policy.Judge(ctx, b.hasher, &credential.Change{Owner: owner(p), New: next, Set: p.Set, Now: now, Kept: history(p)})
	if err == nil {
		err = wrong.Err()
	}
	if err != nil {
		return credential.Secret{}, err
	}
	if err := b.replace(ctx, now, p, next); err != nil {
		return credential.Secret{}, err
	}
	b.signOut(p.ID)
	return b.sessions.begin(now, Session{Person: p.ID, Source: source, Begun: now, Used: now, Proved: now}), nil
}

func (b *Book) replace(ctx context.Context, now time.Time, p *Person, password credential.Secret) error {
	kept, err := b.hasher.Make(ctx, password)
	if err != nil {
		return err
	}
	return b.alter(ctx, func() (Change, error) {
		is := b.people[p.ID]
		if is == nil || !is.Set.Equal(p.Set) {
			return Change{}, errors.New("the password has been changed meanwhile; sign in again")
		}
		next := is.clone()
		next.Past, next.Password, next.Set, next.Tokens = b.past(is), kept, now, nil
		return Change{People: []Person{*next}}, nil
	})
}
