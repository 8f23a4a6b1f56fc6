package accounts

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"switchroom/credential"
)

// Reason is why somebody may not.
type Reason uint8

const (
	NotSignedIn Reason = iota
	ScreenLocked
	PasswordDue
	NotPermitted
	NotQualified
	NotFresh
	NotInScope
	TokenEnded
)

// reasons has what to do.
var reasons = [...]string{
	NotSignedIn:  "sign in",
	ScreenLocked: "the screen is locked: give the password again",
	PasswordDue:  "change your password first: it is as old as it may be (C7)",
	NotPermitted: "none of your roles may do this; a security administrator can give one that may",
	NotQualified: "you are not declared qualified for this, or no longer; a security administrator declares it (D14)",
	NotFresh:     "give the password again: this needs to know that it is you",
	NotInScope:   "the token was not made for this: make one whose scope has it, or sign in where it needs a proof that you are there",
	TokenEnded:   "the token is not good: its time is over, it was revoked, or what its person may has changed; make another",
}

// Denied says why somebody may not, and what to do. Nothing has happened.
type Denied struct {
	Reason     Reason
	Permission Permission // empty: it is not about one
}

func (d *Denied) Error() string {
	text := reasons[min(int(d.Reason), len(reasons)-1)]
	if d.Permission != "" {
		return fmt.Sprintf("%s: %s", d.Permission, text)
	}
	return text
}

var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// May returns the person of a session if it lets them do something now, else a
// [*Denied]. It is to be asked for every request, never remembered. active: see
// [Book.Who]. In the place of a session it takes a [Token] as well; nothing else does.
func (b *Book) May(now time.Time, token credential.Secret, p Permission, active bool) (Person, error) {
	if IsToken(token) {
		return b.mayToken(now, token, p)
	}
	s, who, err := b.who(now, token, active)
	if err != nil {
		return Person{}, err
	}
	right, known := p.Find()
	switch {
	case !now.Before(b.due(who)):
		return Person{}, &Denied{PasswordDue, p}
	case !known || !slices.Contains(b.granted(who), p):
		return Person{}, &Denied{NotPermitted, p}
	case !who.qualified(right.Skill, now):
		return Person{}, &Denied{NotQualified, p}
	case right.Fresh && !fresh(s, now):
		return Person{}, &Denied{NotFresh, p}
	}
	return b.out(who), nil
}

// Who returns the person of an open session, whatever they may. active says that they
// did something themselves; a page that only follows keeps no session open.
func (b *Book) Who(now time.Time, token credential.Secret, active bool) (Person, error) {
	_, who, err := b.who(now, token, active)
	if err != nil {
		return Person{}, err
	}
	return b.out(who), nil
}

func (b *Book) who(now time.Time, token credential.Secret, active bool) (Session, *Person, error) {
	s, hold := b.sessions.find(token, now, active)
	p := b.person(s.Person)
	switch {
	case hold == credential.Ended || p == nil || !p.provable():
		return s, nil, &Denied{NotSignedIn, ""}
	case hold == credential.Locked:
		return s, nil, &Denied{ScreenLocked, ""}
	}
	return s, p, nil
}

// due is when the password is to be changed. Who has none has none to change.
func (b *Book) due(p *Person) time.Time {
	if p.Set.IsZero() {
		return never
	}
	at, _ := b.policy.Due(p.Set, false)
	return at
}

func (b *Book) granted(p *Person) []Permission {
	b.mu.RLock()
	defer b.mu.RUnlock()
	roles, err := rolesOf(p, b.groups)
	if err != nil {
		return nil
	}
	return Granted(roles...)
}

// Second says whether somebody may be the second person to what first has done: they
// are two, whatever roles either has come to have (C15).
func Second(first, second Person) error {
	if first.ID == "" || second.ID == "" || first.ID == second.ID {
		return errors.New("the second person is somebody else than the first (C15): ask another to sign in and look at it")
	}
	return nil
}
