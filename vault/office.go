package vault

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
	"switchroom/store"
)

// Book says who may do what; accounts.Book is one.
type Book interface {
	May(now time.Time, token credential.Secret, p accounts.Permission, active bool) (accounts.Person, error)
	Who(now time.Time, token credential.Secret, active bool) (accounts.Person, error)
}

// Recorder keeps records; audit.Log is one.
type Recorder interface {
	Append(ctx context.Context, r audit.Record) (int64, error)
}

// Office is what people do with a vault: each method asks whether they may, and records
// it before it is done. What cannot be recorded is not done.
type Office struct {
	Vault *Vault
	Book  Book
	Log   Recorder
	Now   func() time.Time
	Dial  func(address string) Door
	From  string // where people are whose context does not say it; see [From]

	asked    sync.Mutex
	requests []Request
}

type fromKey struct{}

// From says in a context from which address somebody acts, for the records.
func From(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, fromKey{}, address)
}

func (o *Office) where(ctx context.Context, a act) string {
	from, ok := ctx.Value(fromKey{}).(string)
	if !ok {
		from = o.From
	}
	return cmp.Or(a.where, "vault") + ", from " + from
}

// act is what somebody is about to do.
type act struct {
	what       string
	permission accounts.Permission
	where      string // the breaker
	why        string
	after      audit.Facts
}

// may asks whether somebody may, and records it where they may not.
func (o *Office) may(ctx context.Context, token credential.Secret, a act) (accounts.Person, error) {
	p, err := o.Book.May(o.Now(), token, a.permission, true)
	if err == nil {
		return p, nil
	}
	who, _ := o.Book.Who(o.Now(), token, true)
	return p, errors.Join(err, o.record(ctx, who.Login, a, audit.Refused))
}

func (o *Office) record(ctx context.Context, who string, a act, r audit.Result) error {
	_, err := o.Log.Append(ctx, audit.Record{Who: who, What: a.what, Where: o.where(ctx, a), Why: a.why, Result: r, After: a.after})
	return err
}

// do does what somebody may.
func (o *Office) do(ctx context.Context, token credential.Secret, a act, f func(who string, a *act) error) error {
	p, err := o.may(ctx, token, a)
	if err != nil {
		return err
	}
	return o.recorded(ctx, p.Login, a, f)
}

// recorded does what is recorded when it begins, and how it ended.
func (o *Office) recorded(ctx context.Context, who string, a act, f func(who string, a *act) error) error {
	begins := a
	begins.what += "_began"
	if err := o.record(ctx, who, begins, audit.Done); err != nil {
		return err
	}
	err := f(who, &a)
	if err != nil && a.why == "" {
		a.why = err.Error()
	}
	return errors.Join(err, o.record(context.WithoutCancel(ctx), who, a, result(err)))
}

func result(err error) audit.Result {
	switch {
	case err == nil:
		return audit.Done
	case errors.Is(err, ErrOpen), errors.Is(err, store.ErrUncertain):
		return audit.Uncertain
	}
	return audit.Failed
}

// Create makes the vault; see [Vault.Create].
func (o *Office) Create(ctx context.Context, token, passphrase credential.Secret, recovery bool) (spare credential.Secret, err error) {
	a := act{what: "vault.created", permission: accounts.VaultRotate, after: audit.Facts{}.With("recovery_key", recovery)}
	err = o.do(ctx, token, a, func(string, *act) error {
		spare, err = o.Vault.Create(ctx, passphrase, recovery)
		return err
	})
	return spare, err
}

// Unlock opens it for who may rotate.
func (o *Office) Unlock(ctx context.Context, token, passphrase credential.Secret) error {
	return o.opened(ctx, token, "vault.unlocked", func() error { return o.Vault.Unlock(ctx, passphrase) })
}

// Recover opens it with the recovery key.
func (o *Office) Recover(ctx context.Context, token, spare credential.Secret) error {
	return o.opened(ctx, token, "vault.recovered", func() error { return o.Vault.Recover(ctx, spare) })
}

func (o *Office) opened(ctx context.Context, token credential.Secret, what string, open func() error) error {
	a := act{what: what, permission: accounts.VaultRotate}
	p, err := o.may(ctx, token, a)
	if err != nil {
		return err
	}
	if err := open(); err != nil {
		return errors.Join(err, o.record(ctx, p.Login, a, audit.Refused))
	}
	if err := o.record(ctx, p.Login, a, audit.Done); err != nil {
		o.Vault.Lock()
		return err
	}
	return nil
}

// ChangePassphrase changes it.
func (o *Office) ChangePassphrase(ctx context.Context, token, next credential.Secret) error {
	return o.do(ctx, token, act{what: "vault.resealed", permission: accounts.VaultRotate}, func(string, *act) error { return o.Vault.ChangePassphrase(ctx, next) })
}

// Add keeps the passwords that a breaker has, after it has proved them. Where its way
// does not let it, proved is false: what was changed by hand, with the vendor's
// software, is kept by this too.
func (o *Office) Add(ctx context.Context, token credential.Secret, breaker, address string, has map[int]credential.Secret, why string) (proved bool, err error) {
	a := act{what: "vault.added", permission: accounts.VaultRotate, where: breaker, why: why}
	for level := 1; level <= Levels; level++ {
		if _, ok := has[level]; ok {
			a.after = a.after.With(fmt.Sprintf("level%d", level), audit.Withheld)
		}
	}
	err = o.do(ctx, token, a, func(who string, a *act) error {
		if proved, err = o.proves(ctx, address, has); err != nil {
			return err
		}
		a.after = a.after.With("proved", proved)
		return o.Vault.Add(ctx, breaker, address, has, who)
	})
	return proved, err
}

// proves asks for each once, and stops at the first that is wrong.
func (o *Office) proves(ctx context.Context, address string, has map[int]credential.Secret) (bool, error) {
	d := o.Dial(address)
	for level := Levels; level >= 1; level-- {
		s, ok := has[level]
		if !ok {
			continue
		}
		right, err := d.Proves(ctx, level, s)
		switch {
		case errors.Is(err, ErrNotPossible):
			return false, nil
		case err != nil:
			return false, err
		case !right:
			return false, fmt.Errorf("the breaker does not have this password for level %d; nothing was kept, and it counts wrong ones", level)
		}
	}
	return true, nil
}

// door is the way to a breaker.
func (o *Office) door(ctx context.Context, breaker string) (Door, error) {
	address, err := o.Vault.Address(ctx, breaker)
	if err != nil {
		return nil, err
	}
	return o.Dial(address), nil
}

// Rotate changes passwords of one breaker; see [Vault.Rotate].
func (o *Office) Rotate(ctx context.Context, token credential.Secret, breaker string, levels ...int) ([]End, error) {
	a := rotation(breaker)
	p, err := o.may(ctx, token, a)
	if err != nil {
		return nil, err
	}
	return o.rotate(ctx, p.Login, a, levels...)
}

func rotation(breaker string) act {
	return act{what: "vault.rotated", permission: accounts.VaultRotate, where: breaker}
}

func (o *Office) rotate(ctx context.Context, who string, a act, levels ...int) (done []End, err error) {
	err = o.recorded(ctx, who, a, func(who string, a *act) error {
		d, err := o.door(ctx, a.where)
		if err == nil {
			done, err = o.Vault.Rotate(ctx, d, a.where, who, levels...)
		}
		for _, end := range done {
			a.after = a.after.With(fmt.Sprintf("level%d", end.Level), audit.Withheld)
		}
		return err
	})
	return done, err
}

// RotateEach changes those of many; see [Each]. Whether the person may is asked once:
// they need not give their password again while it goes on.
func (o *Office) RotateEach(ctx context.Context, token credential.Secret, breakers []string, failures int, told func(Rotated)) ([]Rotated, error) {
	p, err := o.may(ctx, token, rotation(strings.Join(breakers, " ")))
	if err != nil {
		return nil, err
	}
	return Each(ctx, breakers, failures, func(ctx context.Context, b string) ([]End, error) { return o.rotate(ctx, p.Login, rotation(b)) }, told)
}

// Resume ends what was cut off; see [Vault.Resume].
func (o *Office) Resume(ctx context.Context, token credential.Secret, breaker string) (ends []End, err error) {
	a := act{what: "vault.resumed", permission: accounts.VaultRotate, where: breaker}
	err = o.do(ctx, token, a, func(string, *act) error {
		d, err := o.door(ctx, breaker)
		if err == nil {
			ends, err = o.Vault.Resume(ctx, d, breaker)
		}
		return err
	})
	return ends, err
}

// Verify proves passwords; see [Vault.Verify].
func (o *Office) Verify(ctx context.Context, token credential.Secret, breaker string) (all []Finding, err error) {
	a := act{what: "vault.verified", permission: accounts.VaultRotate, where: breaker}
	err = o.do(ctx, token, a, func(string, *act) error {
		d, err := o.door(ctx, breaker)
		if err == nil {
			all, err = o.Vault.Verify(ctx, d, breaker)
		}
		return err
	})
	return all, err
}

// Status is what the vault has, without what is sealed. It may be locked.
func (o *Office) Status(ctx context.Context, token credential.Secret) ([]Entry, error) {
	if _, err := o.may(ctx, token, act{what: "vault.read", permission: accounts.BreakerRead}); err != nil {
		return nil, err
	}
	return o.Vault.Entries(ctx, "")
}

// two asks whether the first of two people may break a password out and whether the
// second agrees, and records it.
func (o *Office) two(ctx context.Context, first, second credential.Secret, a act) error {
	if err := reason(a.why); err != nil {
		return err
	}
	p, err := o.may(ctx, first, a)
	if err != nil {
		return err
	}
	agree := a
	agree.permission = accounts.VaultApprove
	q, err := o.may(ctx, second, agree)
	if err != nil {
		return fmt.Errorf("the second person: %w", err)
	}
	if err := accounts.Second(p, q); err != nil {
		return errors.Join(err, o.record(ctx, p.Login, a, audit.Refused))
	}
	if _, err := o.Vault.key(); err != nil {
		return err
	}
	agree.what, agree.after = a.what+"_agreed", agree.after.With("asked_by", p.Login)
	if err := o.record(ctx, q.Login, agree, audit.Done); err != nil {
		return err
	}
	a.after = a.after.With("agreed_by", q.Login)
	return o.record(ctx, p.Login, a, audit.Done)
}

// Reveal breaks one password out, with both people at one desk: for the first, with a
// reason, and the second, who agrees. From then on it is due. See [Office.Ask] too.
func (o *Office) Reveal(ctx context.Context, first, second credential.Secret, breaker string, level int, why string) (credential.Secret, error) {
	if _, err := o.Vault.row(ctx, breaker, level); err != nil {
		return credential.Secret{}, err
	}
	if err := o.two(ctx, first, second, revelation(breaker, level, why)); err != nil {
		return credential.Secret{}, err
	}
	return o.give(ctx, breaker, level)
}

// give opens a password for somebody. It is due from before they see it.
func (o *Office) give(ctx context.Context, breaker string, level int) (credential.Secret, error) {
	if err := o.Vault.use(ctx, breaker, level); err != nil {
		return credential.Secret{}, err
	}
	k, err := o.Vault.key()
	if err != nil {
		return credential.Secret{}, err
	}
	_, s, err := o.Vault.current(ctx, k, breaker, level)
	return s, err
}
