package accounts

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/credential"
)

// Token lets a program do some of what its person may, without them. It is told once;
// what is kept cannot be used.
type Token struct {
	ID     string       `json:"id"`
	Name   string       `json:"name"` // what its owner calls it
	May    []Permission `json:"may"`
	Digest []byte       `json:"digest"`
	Made   time.Time    `json:"made"`
	Until  time.Time    `json:"until"`
	Last   time.Time    `json:"last"` // use; zero: none yet
}

// TokenMost is how long a token is good at most, ours.
const TokenMost = 90 * day

const (
	tokensMost = 10 // of one person
	// tokenMark tells a token from that of a session, and people and programs that
	// search texts for secrets what they have found.
	tokenMark = "swr_"
)

// MakeToken makes a token for what the person of a session may, who must just have
// proved to be there: only with permissions that they have and that need no proof anew,
// which no program can give. It returns what is told to its owner, once.
func (b *Book) MakeToken(ctx context.Context, now time.Time, session credential.Secret, name string, may []Permission, life time.Duration) (credential.Secret, Token, error) {
	s, p, err := b.who(now, session, true)
	switch {
	case err != nil:
		return credential.Secret{}, Token{}, err
	case !now.Before(b.due(p)):
		return credential.Secret{}, Token{}, &Denied{PasswordDue, ""}
	case !fresh(s, now):
		return credential.Secret{}, Token{}, &Denied{NotFresh, ""}
	}
	told := credential.NewSecret(tokenMark + credential.NewToken().Reveal())
	digest := of(told)
	may = slices.Compact(slices.Sorted(slices.Values(may)))
	made := Token{ID: newID(), Name: strings.TrimSpace(name), May: may, Digest: digest[:], Made: now, Until: now.Add(life)}
	err = b.alter(ctx, func() (Change, error) {
		is := b.people[p.ID]
		if is == nil || is.Off {
			return Change{}, errNobody
		}
		next := is.clone()
		next.Tokens = append(slices.DeleteFunc(next.Tokens, func(t Token) bool { return !now.Before(t.Until) }), made)
		return Change{People: []Person{*next}}, b.withinReach(is, may)
	})
	if err != nil {
		return credential.Secret{}, Token{}, err
	}
	made.Digest = nil
	return told, made, nil
}

// withinReach says which permissions a person cannot give to a token.
func (b *Book) withinReach(p *Person, may []Permission) error {
	var bad []error
	for _, m := range may {
		right, known := m.Find()
		switch {
		case !known:
			bad = append(bad, fmt.Errorf("there is no permission %q", m))
		case right.Fresh:
			bad = append(bad, fmt.Errorf("%s: asks each time for a proof that its person is there; no token can give one", m))
		case !slices.Contains(b.granted(p), m):
			bad = append(bad, &Denied{NotPermitted, m})
		}
	}
	return errors.Join(bad...)
}

// RevokeToken ends a token of whoever a session is of.
func (b *Book) RevokeToken(ctx context.Context, now time.Time, session credential.Secret, id string) error {
	_, p, err := b.who(now, session, true)
	if err != nil {
		return err
	}
	return b.EndToken(ctx, p.ID, id)
}

// EndToken ends a token of a person, whoever asks: who may is for the caller to know.
func (b *Book) EndToken(ctx context.Context, person, id string) error {
	return b.alter(ctx, func() (Change, error) {
		is := b.people[person]
		if is == nil {
			return Change{}, errNobody
		}
		next := is.clone()
		next.Tokens = slices.DeleteFunc(next.Tokens, func(t Token) bool { return t.ID == id })
		if len(next.Tokens) == len(is.Tokens) {
			return Change{}, errors.New("there is no such token, or no longer")
		}
		return Change{People: []Person{*next}}, nil
	})
}

// IsToken reports whether a text is of the form of a token that is made here.
func IsToken(given credential.Secret) bool { return strings.HasPrefix(given.Reveal(), tokenMark) }

// Token returns a token that is good now, for the audit, and its person.
func (b *Book) Token(now time.Time, given credential.Secret) (Person, Token, error) {
	p, t, err := b.token(now, given)
	if err != nil {
		return Person{}, Token{}, err
	}
	c := *t
	c.Digest, c.May = nil, slices.Clone(t.May)
	return b.out(p), c, nil
}

func (b *Book) token(now time.Time, given credential.Secret) (*Person, *Token, error) {
	d := of(given)
	b.mu.RLock()
	p := b.people[b.bearers[d]]
	b.mu.RUnlock()
	if !IsToken(given) || p == nil || !p.provable() {
		return nil, nil, &Denied{TokenEnded, ""}
	}
	i := slices.IndexFunc(p.Tokens, func(t Token) bool { return string(t.Digest) == string(d[:]) })
	if i < 0 || now.Before(p.Tokens[i].Made) || !now.Before(p.Tokens[i].Until) {
		return nil, nil, &Denied{TokenEnded, ""}
	}
	b.uses.note(p.Tokens[i].ID, now)
	return p, &p.Tokens[i], nil
}

// mayToken is May for a token. What its person may no more, it may no more.
func (b *Book) mayToken(now time.Time, given credential.Secret, p Permission) (Person, error) {
	who, t, err := b.token(now, given)
	if err != nil {
		return Person{}, err
	}
	right, known := p.Find()
	switch {
	case !known || right.Fresh || !slices.Contains(t.May, p):
		return Person{}, &Denied{NotInScope, p}
	case !now.Before(b.due(who)):
		return Person{}, &Denied{PasswordDue, p}
	case !slices.Contains(b.granted(who), p):
		return Person{}, &Denied{NotPermitted, p}
	case !who.qualified(right.Skill, now):
		return Person{}, &Denied{NotQualified, p}
	}
	return b.out(who), nil
}

// bearers are whose the tokens of people are, by their digests.
func bearers(people map[string]*Person) map[digest]string {
	all := map[digest]string{}
	for id, p := range people {
		for i := range p.Tokens {
			if len(p.Tokens[i].Digest) == sha256.Size {
				all[digest(p.Tokens[i].Digest)] = id
			}
		}
	}
	return all
}

func (t *Token) check() error {
	var bad []error
	if n := len(t.Name); n == 0 || n > 60 {
		bad = append(bad, errors.New("token: give it a name of up to 60 characters, such as that of the program that has it"))
	}
	if life := t.Until.Sub(t.Made); life <= 0 || life > TokenMost {
		bad = append(bad, fmt.Errorf("token: it is good for up to %d days", TokenMost/day))
	}
	if len(t.May) == 0 || len(t.Digest) != sha256.Size {
		bad = append(bad, errors.New("token: say what it is for: at least one permission"))
	}
	return errors.Join(bad...)
}
