package web

import (
	"errors"
	"time"

	"switchroom/credential"
)

// Profile rbac: an account is locked after three wrong passwords, and a security
// administrator unlocks it (EIFE). The last of them can be unlocked by nobody else:
// its lock ends by itself, which is ours, so that a stranger cannot take the device
// from its owner.
const (
	wrongMax   = 3
	lockedLast = 15 * time.Minute
)

// locked reports whether an account is locked now.
func (d *Device) locked(a *account) bool { return d.lockedIn(d.book(), a) }

func (d *Device) lockedIn(b *book, a *account) bool {
	if a.Locked.IsZero() {
		return false
	}
	other := b.find(func(o *account) bool { return o.ID != a.ID && b.keys(o) && o.Locked.IsZero() })
	return !b.keys(a) || other != nil || d.now().Sub(a.Locked) < lockedLast
}

var errSlow = errors.New("too many wrong passwords: wait, then try again; others can log in meanwhile")

// admit admits one look at a password. In profile hardened who guesses waits longer
// and longer, by source and account, and nobody is locked out for good: see
// [credential.Throttle]. The others know no waits.
func (d *Device) admit(name, source string) (done func(credential.Outcome), err error) {
	if !d.hardened() {
		return func(credential.Outcome) {}, nil
	}
	if done, err = d.guesses.Begin(d.now(), name, source); err != nil {
		return nil, errSlow
	}
	return done, nil
}
