package accounts

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"switchroom/credential"
)

// Change is what a [Store] keeps at once: whole rows in the place of those with the
// same id, and ids that are gone.
type Change struct {
	People []Person
	Groups []Group
	Gone   []string          // ids of people and groups
	SetUp  []credential.Code // in the place of all codes for the first set-up, unless nil
}

// Store keeps people and groups.
type Store interface {
	// Load returns all that is kept, as one change from nothing.
	Load(ctx context.Context) (Change, error)
	// Save keeps a change whole or not at all; when it has returned nil it survives.
	Save(ctx context.Context, c Change) error
}

// ErrUncertain is what a [Store] answers where it cannot find out whether a change was
// kept.
var ErrUncertain = errors.New("it is not known whether this was kept")

// Most of each, ours.
const (
	peopleMost = 10000
	groupsMost = 1000
)

// Book is who there is. What holds is what is kept: a change that the store does not
// take has not happened. Its methods may be called from several goroutines.
type Book struct {
	store    Store
	hasher   *credential.Hasher
	sealer   Sealer // nil: no authenticators
	policy   credential.Policy
	throttle *credential.Throttle
	sessions sessions

	ceremonies credential.Tickets[ceremony]
	uses       uses

	saving  sync.Mutex // one change after the other
	unsure  bool       // whether people are those that are kept, under saving
	mu      sync.RWMutex
	people  map[string]*Person // by id; replaced, never changed
	groups  map[string]*Group
	setUp   []credential.Code
	bearers map[digest]string  // of tokens, whose they are
	site    *webauthn.WebAuthn // nil: no passkeys
}

// Open takes up what is kept. Without a sealer nobody can set an authenticator up, and
// whoever has one is not let in.
func Open(ctx context.Context, s Store, h *credential.Hasher, seal Sealer) (*Book, error) {
	all, err := s.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	b := &Book{store: s, hasher: h, sealer: seal, policy: credential.Guide, people: map[string]*Person{}, groups: map[string]*Group{}}
	b.sessions.times = credential.Usually
	b.throttle = credential.NewThrottle(credential.Slow, func(login string) bool { return b.named(login) != nil })
	b.take(all)
	if len(b.people) == 0 {
		return b, nil
	}
	if err := b.check(b.people, b.groups); err != nil {
		return nil, fmt.Errorf("people: what is kept does not hold together; restore a backup: %w", err)
	}
	return b, nil
}

func (b *Book) take(c Change) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.people, b.groups = after(b.people, b.groups, c)
	b.bearers = bearers(b.people)
	if c.SetUp != nil {
		b.setUp = c.SetUp
	}
}

// after is what there is when a change is made; what was there is left as it is.
func after(people map[string]*Person, groups map[string]*Group, c Change) (map[string]*Person, map[string]*Group) {
	people, groups = maps.Clone(people), maps.Clone(groups)
	for i := range c.People {
		people[c.People[i].ID] = c.People[i].clone()
	}
	for _, g := range c.Groups {
		g.Roles = slices.Clone(g.Roles)
		groups[g.ID] = &g
	}
	for _, id := range c.Gone {
		delete(people, id)
		delete(groups, id)
	}
	return people, groups
}

// alter makes one change: f says which, the whole is checked, kept, and then holds.
func (b *Book) alter(ctx context.Context, f func() (Change, error)) error {
	b.saving.Lock()
	defer b.saving.Unlock()
	if err := b.sure(ctx); err != nil {
		return err
	}
	c, err := f()
	if err != nil {
		return err
	}
	people, groups := after(b.people, b.groups, c) // only alter changes them
	if err := b.check(people, groups); err != nil {
		return err
	}
	return b.keep(ctx, c)
}

// keep makes a change that was checked hold.
func (b *Book) keep(ctx context.Context, c Change) error {
	err := b.store.Save(ctx, c)
	switch {
	case errors.Is(err, ErrUncertain):
		b.unsure = true // and who was to be signed out is
		b.sessions.end(func(digest, *Session) bool { return true })
		return fmt.Errorf("look whether this was changed before you do it again: %w", err)
	case err != nil:
		return fmt.Errorf("nothing was changed: %w", err)
	}
	b.take(c)
	return nil
}

// settled is sure for who does not change anything.
func (b *Book) settled(ctx context.Context) error {
	b.saving.Lock()
	defer b.saving.Unlock()
	return b.sure(ctx)
}

// sure takes up anew what is kept, if it is not known what that is.
func (b *Book) sure(ctx context.Context) error {
	if !b.unsure {
		return nil
	}
	all, err := b.store.Load(ctx)
	if err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	b.mu.Lock()
	b.people, b.groups = after(map[string]*Person{}, map[string]*Group{}, all)
	b.setUp, b.bearers = all.SetUp, bearers(b.people)
	b.mu.Unlock()
	b.unsure = false
	return nil
}

// check says all that is wrong with people and groups together.
func (b *Book) check(people map[string]*Person, groups map[string]*Group) error {
	var bad []error
	if len(people) > peopleMost || len(groups) > groupsMost {
		bad = append(bad, fmt.Errorf("up to %d people and %d groups", peopleMost, groupsMost))
	}
	for _, id := range slices.Sorted(maps.Keys(groups)) {
		bad = append(bad, groups[id].check())
	}
	logins, company, passkeys, keys := map[string]string{}, map[string]bool{}, map[string]bool{}, false
	for _, id := range slices.Sorted(maps.Keys(people)) {
		p := people[id]
		roles, err := rolesOf(p, groups)
		if other, twice := logins[p.Login]; twice {
			err = errors.Join(err, fmt.Errorf("%s has this login already", other))
		}
		logins[p.Login] = p.Name
		if p.Company != "" && company[p.Company] {
			err = errors.Join(err, errors.New("another has this name at the company's identity provider already"))
		}
		company[p.Company] = true
		for _, k := range p.Passkeys {
			if passkeys[string(k.ID)] {
				err = errors.Join(err, errors.New("the passkey is set up already"))
			}
			passkeys[string(k.ID)] = true
		}
		if err = errors.Join(p.check(), err, Check(roles...)); err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", p.Login, err))
		}
		keys = keys || !p.Off && slices.Contains(Granted(roles...), PeopleManage)
	}
	if !keys {
		bad = append(bad, fmt.Errorf("one person who may sign in stays a %s: give the role to another first", SecurityAdmin))
	}
	return errors.Join(bad...)
}

func rolesOf(p *Person, groups map[string]*Group) (roles []Role, err error) {
	for _, id := range p.Groups {
		g := groups[id]
		if g == nil {
			err = errors.Join(err, errors.New("is in a group that there is not; take the person out of it first"))
			continue
		}
		roles = append(roles, g.Roles...)
	}
	return roles, err
}

func (b *Book) named(login string) *Person {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, p := range b.people {
		if p.Login == login {
			return p
		}
	}
	return nil
}

func (b *Book) person(id string) *Person {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.people[id]
}

// People returns everybody, by login, without what proves who they are.
func (b *Book) People() (all []Person) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, p := range b.people {
		all = append(all, b.out(p))
	}
	slices.SortFunc(all, func(a, b Person) int { return strings.Compare(a.Login, b.Login) })
	return all
}

// Groups returns all groups, by name.
func (b *Book) Groups() (all []Group) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, g := range b.groups {
		c := *g
		c.Roles = slices.Clone(g.Roles)
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Group) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return all
}

// newID is never one that was there before, so that nobody takes over what a record
// says of somebody who is gone.
func newID() string { return strings.ToLower(rand.Text()) }

// SetUpFor is how long the link of the first start is good, InvitedFor an invitation.
const (
	SetUpFor   = time.Hour
	InvitedFor = 72 * time.Hour
)
