package web

import (
	"errors"
	"maps"
	"sync"
	"time"

	"switchroom/access"
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

// Profile hardened: who guesses waits longer and longer, by source and account, and
// nobody is locked out for good: the owner at another address gets in. All strangers
// together have a bucket of guesses an account, from which a source that has been let
// in before is free. All ours.
const (
	guessesFree   = 5
	waitFirst     = time.Minute
	waitLongest   = time.Hour
	ceilingBurst  = 20
	ceilingRefill = 2 * time.Minute
	guessersMax   = 512 // remembered; the ceiling holds for the rest
	ceilingsMax   = 64  // accounts are up to 32: the rest are names of nobody
)

var errSlow = errors.New("too many wrong passwords: wait, then try again; others can log in meanwhile")

// guesses slows down who guesses passwords, where the profile does so.
type guesses struct {
	now   func() time.Time
	known func(name string) bool // there is such an account

	mu       sync.Mutex
	by       map[guesser]*guessed
	ceilings map[string]*bucket
}

type guesser struct{ name, source string }

type guessed struct {
	wrong int
	until time.Time
	last  time.Time
	known bool // has been let in
}

// bucket leaks.
type bucket struct {
	used float64
	at   time.Time
}

func (b *bucket) level(now time.Time) float64 {
	return max(0, b.used-float64(now.Sub(b.at))/float64(ceilingRefill))
}

// begin admits one look at a password, and counts it as wrong until done says
// otherwise: of many at once none is free.
func (g *guesses) begin(p access.Profile, name, source string) (done func(right bool), err error) {
	if p != access.Hardened {
		return func(bool) {}, nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now, one, all := g.now(), g.guesser(guesser{name, source}), g.ceiling(name)
	if now.Before(one.until) || !one.known && all.level(now) > ceilingBurst-1 {
		return nil, errSlow
	}
	one.last = now
	if one.wrong++; one.wrong >= guessesFree {
		one.until = now.Add(min(waitLongest, waitFirst<<min(one.wrong-guessesFree, 10)))
	}
	if !one.known {
		all.used, all.at = all.level(now)+1, now
	}
	return func(right bool) {
		if !right {
			return
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		if !one.known {
			all.used = max(0, all.used-1)
		}
		one.wrong, one.until, one.known = 0, time.Time{}, true
	}, nil
}

func (g *guesses) guesser(k guesser) *guessed {
	if one := g.by[k]; one != nil {
		return one
	}
	if g.by == nil {
		g.by = map[guesser]*guessed{}
	}
	if len(g.by) >= guessersMax {
		delete(g.by, g.quietest())
	}
	one := &guessed{last: g.now()}
	g.by[k] = one
	return one
}

// quietest is the stranger that has been quiet longest, and only then an acquaintance.
func (g *guesses) quietest() (k guesser) {
	var quiet *guessed
	for n, one := range g.by {
		if quiet == nil || quiet.known && !one.known || quiet.known == one.known && one.last.Before(quiet.last) {
			k, quiet = n, one
		}
	}
	return k
}

func (g *guesses) ceiling(name string) *bucket {
	if g.ceilings == nil {
		g.ceilings = map[string]*bucket{}
	}
	if len(g.ceilings) > ceilingsMax { // only of names of nobody: a flood of them frees nobody's
		maps.DeleteFunc(g.ceilings, func(n string, _ *bucket) bool { return !g.known(n) })
	}
	b := g.ceilings[name]
	if b == nil {
		b = &bucket{at: g.now()}
		g.ceilings[name] = b
	}
	return b
}
