package accounts

import (
	"context"
	"errors"
	"time"

	"switchroom/credential"
)

// Sealer encrypts the keys of authenticators, which cannot be kept as digests. It
// binds them to whose they are: what is moved to another person does not open.
type Sealer interface {
	Seal(person string, key credential.Secret) ([]byte, error)
	Unseal(person string, sealed []byte) (credential.Secret, error)
}

// Recovery codes of a person, ours.
const (
	recoveries = 8
	RecoverFor = 365 * day
)

// ErrSecond asks for the code of the authenticator as well. The password was right.
var ErrSecond = errors.New("give the code of your authenticator as well, or one of your recovery codes")

var errNoSealer = errors.New("authenticators cannot be set up here: there is nothing to encrypt their keys with")

// second takes the code of a person who has an authenticator, once.
func (b *Book) second(ctx context.Context, now time.Time, id string, code credential.Secret) error {
	return b.alter(ctx, func() (Change, error) {
		is := b.people[id]
		if is == nil || b.sealer == nil {
			return Change{}, errNoSealer
		}
		next := is.clone()
		if i, err := credential.Spend(next.Codes, code, credential.Recover, id, now); err == nil {
			next.Codes[i].Used = now
			return Change{People: []Person{*next}}, nil
		}
		key, err := b.sealer.Unseal(id, is.Authenticator)
		if err != nil {
			return Change{}, errors.New("the key of the authenticator does not open; a security administrator invites you anew")
		}
		next.Step, err = credential.TOTP(key, code.Reveal(), now, is.Step)
		return Change{People: []Person{*next}}, err
	})
}

// BeginAuthenticator draws a key for whoever a session is of, who must just have
// proved to be there. It holds once a code of it is given to
// [Book.FinishAuthenticator]; until then it is in the session only.
func (b *Book) BeginAuthenticator(now time.Time, token credential.Secret) (key credential.Secret, err error) {
	s, _, err := b.who(now, token, true)
	switch {
	case err != nil:
		return key, err
	case b.sealer == nil:
		return key, errNoSealer
	case !fresh(s, now):
		return key, &Denied{NotFresh, ""}
	}
	key = credential.NewTOTP()
	b.sessions.change(token, func(s *Session) { s.pending = key })
	return key, nil
}

// FinishAuthenticator takes a first code and returns recovery codes, which are shown
// once. Those from before end.
func (b *Book) FinishAuthenticator(ctx context.Context, now time.Time, token credential.Secret, code string) ([]credential.Secret, error) {
	s, p, err := b.who(now, token, true)
	if err != nil {
		return nil, err
	}
	if s.pending.Empty() {
		return nil, errors.New("no authenticator is being set up; begin again")
	}
	step, err := credential.TOTP(s.pending, code, now, 0)
	if err != nil {
		return nil, err
	}
	sealed, err := b.sealer.Seal(p.ID, s.pending)
	if err != nil {
		return nil, err
	}
	shown, kept := recoveryCodes(p.ID, now)
	err = b.alter(ctx, func() (Change, error) {
		is := b.people[p.ID]
		if is == nil {
			return Change{}, errNobody
		}
		next := is.clone()
		next.Authenticator, next.Step, next.Codes = sealed, step, kept
		return Change{People: []Person{*next}}, nil
	})
	if err != nil {
		return nil, err
	}
	b.sessions.change(token, func(s *Session) { s.pending = credential.Secret{} })
	return shown, nil
}

func recoveryCodes(id string, now time.Time) (shown []credential.Secret, kept []credential.Code) {
	for range recoveries {
		s, k := credential.NewCode(credential.Recover, id, now.Add(RecoverFor))
		shown, kept = append(shown, s), append(kept, k)
	}
	return shown, kept
}
