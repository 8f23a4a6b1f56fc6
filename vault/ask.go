package vault

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
)

// How long a request waits, and how many do; ours.
const (
	AskFor  = 15 * time.Minute
	askMost = 64
)

// Request is a password that somebody wants broken out. It is in memory: when the
// program ends, one asks again.
type Request struct {
	ID      string    `json:"id"`
	Breaker string    `json:"breaker"`
	Level   int       `json:"level"`
	Why     string    `json:"why"`
	By      string    `json:"by"` // login
	Until   time.Time `json:"until"`
	Agreed  string    `json:"agreed,omitempty"` // login of the second person

	first accounts.Person
}

var errNoRequest = errors.New("there is no such request, or it has waited too long: ask again")

// Ask asks for a password to be broken out: the second person agrees with
// [Office.Agree] at their own desk, and then the first one takes it with [Office.Take].
func (o *Office) Ask(ctx context.Context, token credential.Secret, breaker string, level int, why string) (Request, error) {
	if err := reason(why); err != nil {
		return Request{}, err
	}
	if _, err := o.Vault.row(ctx, breaker, level); err != nil {
		return Request{}, err
	}
	a := revelation(breaker, level, why)
	a.what += "_asked"
	p, err := o.may(ctx, token, a)
	if err != nil {
		return Request{}, err
	}
	if err := o.record(ctx, p.Login, a, audit.Done); err != nil {
		return Request{}, err
	}
	r := Request{ID: rand.Text(), Breaker: breaker, Level: level, Why: why, By: p.Login, Until: o.Now().Add(AskFor), first: p}
	o.asked.Lock()
	defer o.asked.Unlock()
	o.sweep()
	if len(o.requests) >= askMost {
		return Request{}, fmt.Errorf("%d requests wait already: have them answered first", askMost)
	}
	o.requests = append(o.requests, r)
	return r, nil
}

// sweep forgets what has waited too long. The lock is held.
func (o *Office) sweep() {
	o.requests = slices.DeleteFunc(o.requests, func(r Request) bool { return !o.Now().Before(r.Until) })
}

func (o *Office) request(id string) (Request, error) {
	o.asked.Lock()
	defer o.asked.Unlock()
	o.sweep()
	i := slices.IndexFunc(o.requests, func(r Request) bool { return r.ID == id })
	if i < 0 {
		return Request{}, errNoRequest
	}
	return o.requests[i], nil
}

// Requests are those that wait, for who may ask or agree.
func (o *Office) Requests(token credential.Secret) ([]Request, error) {
	_, err := o.Book.May(o.Now(), token, accounts.BreakerRead, false)
	if err != nil {
		return nil, err
	}
	o.asked.Lock()
	defer o.asked.Unlock()
	o.sweep()
	return slices.Clone(o.requests), nil
}

// Agree is the second person's.
func (o *Office) Agree(ctx context.Context, token credential.Secret, id string) error {
	r, err := o.request(id)
	if err != nil {
		return err
	}
	a := revelation(r.Breaker, r.Level, r.Why)
	a.what, a.permission, a.after = a.what+"_agreed", accounts.VaultApprove, a.after.With("asked_by", r.By)
	q, err := o.may(ctx, token, a)
	if err != nil {
		return err
	}
	if err := accounts.Second(r.first, q); err != nil {
		return errors.Join(err, o.record(ctx, q.Login, a, audit.Refused))
	}
	if err := o.record(ctx, q.Login, a, audit.Done); err != nil {
		return err
	}
	o.asked.Lock()
	defer o.asked.Unlock()
	if i := slices.IndexFunc(o.requests, func(r Request) bool { return r.ID == id }); i >= 0 {
		o.requests[i].Agreed = q.Login
		return nil
	}
	return errNoRequest
}

// Take gives the password out, once, to who has asked, if the second person agreed. It
// is due then.
func (o *Office) Take(ctx context.Context, token credential.Secret, id string) (none credential.Secret, err error) {
	r, err := o.request(id)
	if err != nil {
		return none, err
	}
	a := revelation(r.Breaker, r.Level, r.Why)
	a.after = a.after.With("agreed_by", r.Agreed)
	p, err := o.may(ctx, token, a)
	switch {
	case err != nil:
		return none, err
	case p.ID != r.first.ID:
		return none, errors.Join(errNoRequest, o.record(ctx, p.Login, a, audit.Refused))
	case r.Agreed == "":
		return none, fmt.Errorf("nobody has agreed yet: a second person with %s looks at it", accounts.VaultApprove)
	case o.Vault.Locked():
		return none, ErrLocked
	}
	if !o.spend(id) {
		return none, errNoRequest
	}
	if err := o.record(ctx, p.Login, a, audit.Done); err != nil {
		return none, err
	}
	return o.give(ctx, r.Breaker, r.Level)
}

// spend takes a request away, for one of those who want it at the same time.
func (o *Office) spend(id string) bool {
	o.asked.Lock()
	defer o.asked.Unlock()
	n := len(o.requests)
	o.requests = slices.DeleteFunc(o.requests, func(r Request) bool { return r.ID == id })
	return len(o.requests) < n
}

func revelation(breaker string, level int, why string) act {
	return act{what: "vault.revealed", permission: accounts.VaultReveal, where: breaker, why: why, after: audit.Facts{}.With("level", level)}
}

// leastReason is how many characters a reason has at least; ours.
const leastReason = 8

func reason(why string) error {
	if utf8.RuneCountInString(strings.TrimSpace(why)) < leastReason {
		return fmt.Errorf("say why, in at least %d characters: an auditor reads it", leastReason)
	}
	return nil
}
