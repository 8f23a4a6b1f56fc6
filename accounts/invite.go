package accounts

import (
	"context"
	"errors"
	"slices"
	"time"

	"switchroom/credential"
)

var (
	errNobody = errors.New("there is no such person or group")
	errSelf   = errors.New("nobody changes their own access: ask another security administrator (C15)")
)

// SetUp returns the code of the first start, with which somebody becomes the first
// security administrator: there is no account by default (C13). One that was drawn
// before ends. It refuses where there are people already.
func (b *Book) SetUp(ctx context.Context, now time.Time) (credential.Secret, error) {
	b.saving.Lock()
	defer b.saving.Unlock()
	if err := b.sure(ctx); err != nil {
		return credential.Secret{}, err
	}
	if len(b.people) > 0 {
		return credential.Secret{}, errors.New("there are people already: a security administrator invites others")
	}
	code, kept := credential.NewCode(credential.SetUp, "", now.Add(SetUpFor))
	if err := b.keep(ctx, Change{SetUp: []credential.Code{kept}}); err != nil {
		return credential.Secret{}, err
	}
	return code, nil
}

// First makes the first person, who gives others access, with the code of [Book.SetUp].
func (b *Book) First(ctx context.Context, now time.Time, code credential.Secret, p Person, password credential.Secret) error {
	b.mu.RLock()
	_, err := credential.Spend(b.setUp, code, credential.SetUp, "", now) // a stranger costs no argon2
	b.mu.RUnlock()
	if err != nil {
		return err
	}
	if err := readable(p.Name); err != nil {
		return err
	}
	kept, err := b.hash(ctx, now, &p, password)
	if err != nil {
		return err
	}
	return b.alter(ctx, func() (Change, error) {
		if len(b.people) > 0 {
			return Change{}, errors.New("there are people already: ask a security administrator for an invitation")
		}
		used := slices.Clone(b.setUp)
		i, err := credential.Spend(used, code, credential.SetUp, "", now)
		if err != nil {
			return Change{}, err
		}
		used[i].Used = now
		g := Group{ID: newID(), Name: "Security administrators", Text: "give people the access that they need", Roles: []Role{SecurityAdmin}}
		p = Person{ID: newID(), Login: p.Login, Name: p.Name, Email: p.Email, Groups: []string{g.ID}, Password: kept, Set: now}
		return Change{People: []Person{p}, Groups: []Group{g}, SetUp: used}, nil
	})
}

// hash keeps a first password, if the policy has nothing against it.
func (b *Book) hash(ctx context.Context, now time.Time, p *Person, password credential.Secret) (credential.Hash, error) {
	wrong, err := b.policy.Judge(ctx, b.hasher, &credential.Change{
		Owner: owner(p), New: password, Ordered: true, Now: now, Kept: history(p),
	})
	if err == nil {
		err = wrong.Err()
	}
	if err != nil {
		return "", err
	}
	return b.hasher.Make(ctx, password)
}

func owner(p *Person) credential.Owner { return credential.Owner{Login: p.Login, Name: p.Name} }

// history is the password in use and those before it.
func history(p *Person) []credential.Hash {
	if p.Password == "" {
		return p.Past
	}
	return append([]credential.Hash{p.Password}, p.Past...)
}

// Put makes or changes a person, except for what proves who they are; another name at the
// company's provider lets in who comes with that name first. by is the id of
// who does it. Nobody changes their own access: another has to (C15). Whose access
// changes is signed out, and their tokens end where what they may changes.
func (b *Book) Put(ctx context.Context, by string, p Person) (id string, err error) {
	login := ""
	err = b.alter(ctx, func() (Change, error) {
		was := b.people[p.ID]
		switch {
		case p.ID == "":
			was = &Person{ID: newID()}
		case was == nil:
			return Change{}, errNobody
		case was.ID == by:
			return Change{}, errSelf
		}
		if err := readable(p.Name); err != nil && p.Name != was.Name {
			return Change{}, err
		}
		next := was.clone()
		next.Login, next.Name, next.Email, next.Off = p.Login, p.Name, p.Email, p.Off
		next.Groups, next.Qualified = p.Groups, declared(was.Qualified, p.Qualified, by)
		if next.Company = p.Company; next.Company != was.Company {
			next.Bound = Bound{}
		}
		if next.Off || !sameSet(next.Groups, was.Groups) {
			next.Tokens = nil
		}
		id, login = next.ID, was.Login
		return Change{People: []Person{*next}}, nil
	})
	if err != nil {
		return "", err
	}
	if login != p.Login {
		b.throttle.Forget(login)
	}
	b.signOut(id)
	return id, nil
}

// declared notes of what is new who has declared it.
func declared(was, next map[Skill]Qualification, by string) map[Skill]Qualification {
	all := map[Skill]Qualification{}
	for s, q := range next {
		if !q.Until.Equal(was[s].Until) {
			all[s] = Qualification{q.Until, by}
		} else {
			all[s] = was[s]
		}
	}
	return all
}

// Remove takes a person or a group away. What was recorded of them stays theirs: no
// id comes twice.
func (b *Book) Remove(ctx context.Context, by, id string) error {
	login := ""
	err := b.alter(ctx, func() (Change, error) {
		p, g := b.people[id], b.groups[id]
		switch {
		case id == by:
			return Change{}, errSelf
		case p == nil && g == nil:
			return Change{}, errNobody
		case p != nil:
			login = p.Login
		}
		return Change{Gone: []string{id}}, nil
	})
	if err != nil {
		return err
	}
	b.throttle.Forget(login)
	b.signOut(id)
	return nil
}

// PutGroup makes or changes a group. Who is in one does not change it. Where its roles
// change, the tokens of whoever is in it end.
func (b *Book) PutGroup(ctx context.Context, by string, g Group) (id string, err error) {
	err = b.alter(ctx, func() (Change, error) {
		if was := b.groups[g.ID]; was == nil || was.Name != g.Name {
			if err := readable(g.Name); err != nil {
				return Change{}, err
			}
		}
		if me := b.people[by]; g.ID != "" && me != nil && slices.Contains(me.Groups, g.ID) {
			return Change{}, errors.New("nobody changes their own access: ask somebody who is not in the group")
		}
		if g.ID == "" {
			g.ID = newID()
		} else if b.groups[g.ID] == nil {
			return Change{}, errors.New("there is no such group")
		}
		return Change{Groups: []Group{g}, People: b.tokensEnd(g)}, nil
	})
	if err != nil {
		return "", err
	}
	return g.ID, nil
}

// sameSet reports whether two lists have the same in them, in whatever order.
func sameSet[T ~string](a, b []T) bool {
	set := func(all []T) []T { return slices.Compact(slices.Sorted(slices.Values(all))) }
	return slices.Equal(set(a), set(b))
}

// tokensEnd returns the people of a group that have other roles with it from now on,
// without their tokens.
func (b *Book) tokensEnd(g Group) (all []Person) {
	was := b.groups[g.ID]
	if was == nil || sameSet(was.Roles, g.Roles) {
		return nil
	}
	for _, p := range b.people {
		if len(p.Tokens) > 0 && slices.Contains(p.Groups, g.ID) {
			next := p.clone()
			next.Tokens = nil
			all = append(all, *next)
		}
	}
	return all
}

// Invite returns a code with which somebody sets their password: the first one, or
// another for one that is forgotten. It ends every code before it, every session and
// token, and the authenticator and the passkeys, which may be what was lost;
// the password in use lets in no more, and is not taken again.
func (b *Book) Invite(ctx context.Context, now time.Time, id string) (code credential.Secret, err error) {
	login := ""
	err = b.alter(ctx, func() (Change, error) {
		was := b.people[id]
		if was == nil {
			return Change{}, errNobody
		}
		next, kept := was.clone(), credential.Code{}
		code, kept = credential.NewCode(credential.Invited, id, now.Add(InvitedFor))
		next.Past, next.Password, next.Codes = b.past(was), "", []credential.Code{kept}
		next.Set, next.Authenticator, next.Passkeys, next.Tokens = time.Time{}, nil, nil, nil
		login = was.Login
		return Change{People: []Person{*next}}, nil
	})
	if err != nil {
		return credential.Secret{}, err
	}
	b.throttle.Forget(login)
	b.signOut(id)
	return code, nil
}

// past is the history when the password in use is one of it.
func (b *Book) past(p *Person) []credential.Hash {
	all := history(p)
	return all[:min(len(all), b.policy.Last)]
}

// Accept sets a password with the code of an invitation, from a source. A password
// that the rules refuse does not use the code up.
func (b *Book) Accept(ctx context.Context, now time.Time, login string, code, password credential.Secret, source string) error {
	done, err := b.throttle.Begin(now, login, source)
	if err != nil {
		return err
	}
	p := b.named(login)
	if p == nil {
		p = new(Person)
	}
	if _, err := credential.Spend(p.Codes, code, credential.Invited, p.ID, now); err != nil {
		return err
	}
	done(credential.Unseen)
	kept, err := b.hash(ctx, now, p, password)
	if err != nil {
		return err
	}
	return b.alter(ctx, func() (Change, error) {
		is := b.people[p.ID]
		if is == nil || is.Off {
			return Change{}, errNobody
		}
		next := is.clone()
		i, err := credential.Spend(next.Codes, code, credential.Invited, p.ID, now)
		if err != nil {
			return Change{}, err
		}
		next.Codes[i].Used, next.Password, next.Set = now, kept, now
		return Change{People: []Person{*next}}, nil
	})
}

// signOut ends the sessions of a person.
func (b *Book) signOut(id string) {
	b.sessions.end(func(_ digest, s *Session) bool { return s.Person == id })
}
