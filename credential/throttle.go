package credential

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Limits is what a [Throttle] allows a guesser.
type Limits struct {
	Free     int           // wrong passwords of an account from a source before it waits
	First    time.Duration // the first wait; each further wrong password doubles it
	Longest  time.Duration // the longest wait
	Burst    int           // wrong passwords of an account from all strangers before strangers wait
	Refill   time.Duration // one more is admitted each
	Sources  int           // strangers remembered, of all accounts
	Accounts int           // ceilings remembered of names that are nobody's
	Known    int           // sources that have been let in, remembered of each account
}

// Slow is what a Throttle lets through: a million guesses at an account take years.
// All ours.
var Slow = Limits{Free: 5, First: time.Minute, Longest: time.Hour, Burst: 20, Refill: 2 * time.Minute, Sources: 512, Accounts: 64, Known: 8}

// Wait refuses to look at a password for some time. Nobody is locked out for good.
type Wait struct{ For time.Duration }

func (w *Wait) Error() string {
	return fmt.Sprintf("too many wrong passwords; wait %v, then try again; others can sign in meanwhile", w.For.Round(time.Second))
}

// Throttle slows down who guesses passwords, and nobody else.
//
// Wrong passwords are counted by account and source: whoever guesses waits longer and
// longer. An attacker with many addresses would have as many free guesses as
// addresses, so all strangers to an account share a bucket of guesses at it. A source
// that this account has been let in from before is free of the bucket, and nothing
// that other sources do, at this account or another, makes it wait or be forgotten:
// only somebody with the right password of the account itself takes its place.
//
// What is left to an attacker: with guesses that never end, to keep the owner waiting
// at an address that the owner has never used; the owner goes to one that is known.
//
// A source is whatever the caller tells people apart by: see [Source].
type Throttle struct {
	limits Limits
	exists func(account string) bool

	mu        sync.Mutex
	strangers map[key]*record
	known     map[string][]*record // by account, the latest let in last
	ceilings  map[string]*bucket
}

// NewThrottle makes one. exists reports whether a name is an account's, and must not
// call the Throttle: names of nobody are slowed down alike, so that nobody learns from
// it, but are forgotten first.
func NewThrottle(l Limits, exists func(account string) bool) *Throttle {
	return &Throttle{limits: l, exists: exists}
}

type key struct{ account, source string }

// record is what a source has done at an account.
type record struct {
	source string
	wrong  int
	until  time.Time
	last   time.Time
}

// bucket leaks one each refill.
type bucket struct {
	used float64
	at   time.Time
}

// level lets it leak up to now. A clock that was set back must not stop it.
func (b *bucket) level(now time.Time, refill time.Duration) float64 {
	b.used = max(0, b.used-float64(max(0, now.Sub(b.at)))/float64(refill))
	b.at = now
	return b.used
}

// nameMost bounds what is remembered of a name or a source; no account has a longer
// one.
const nameMost = 128

// Outcome is what came of a look at a password.
type Outcome uint8

const (
	Wrong  Outcome = iota
	Right          // of the account itself: its source is known from now on
	Unseen         // nobody looked, for there was no turn: it counts for nothing, or a crowd could keep the owner out
)

// Begin admits one look at a password at now, or fails with a [*Wait]. It counts as
// wrong until done says otherwise, once: of many looks at once none is free. The same
// goes for the code of an authenticator and for a code for one use.
func (t *Throttle) Begin(now time.Time, account, source string) (done func(Outcome), err error) {
	account, source = account[:min(len(account), nameMost)], source[:min(len(source), nameMost)]
	t.mu.Lock()
	defer t.mu.Unlock()
	one, all := t.acquaintance(account, source), (*bucket)(nil)
	if one == nil {
		one, all = t.stranger(key{account, source}, now), t.ceiling(account, now)
	}
	before := one.until
	if err := t.admit(one, all, now); err != nil {
		return nil, err
	}
	during := one.until
	return func(o Outcome) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if o != Wrong && all != nil {
			all.used = max(0, all.used-1)
		}
		switch {
		case o == Right:
			one.wrong, one.until = 0, time.Time{}
			t.letIn(account, one)
		case o == Unseen && one.wrong > 0:
			one.wrong--
			if one.until.Equal(during) {
				one.until = before
			}
		}
	}, nil
}

// admit counts one look, or says how long to wait.
func (t *Throttle) admit(one *record, all *bucket, now time.Time) error {
	wait := min(one.until.Sub(now), t.limits.Longest) // a clock that was set back makes none longer
	if all != nil {
		if over := all.level(now, t.limits.Refill) - float64(t.limits.Burst-1); over > 0 {
			wait = max(wait, time.Duration(over*float64(t.limits.Refill)))
		}
	}
	if wait > 0 {
		return &Wait{wait}
	}
	if one.last = now; one.wrong < 1<<20 {
		one.wrong++
	}
	if over := one.wrong - t.limits.Free; over >= 0 {
		one.until = now.Add(min(t.limits.Longest, t.limits.First<<min(over, 10)))
	}
	if all != nil {
		all.used++
	}
	return nil
}

// letIn makes an acquaintance of whoever proved a password of the account, in the
// place of the one that was let in longest ago.
func (t *Throttle) letIn(account string, one *record) {
	if t.known == nil {
		t.known = map[string][]*record{}
	}
	list := slices.DeleteFunc(t.known[account], func(o *record) bool { return o.source == one.source })
	if len(list) >= t.limits.Known {
		list = list[1:]
	}
	t.known[account] = append(list, one)
	delete(t.strangers, key{account, one.source})
}

func (t *Throttle) acquaintance(account, source string) *record {
	for _, one := range t.known[account] {
		if one.source == source {
			return one
		}
	}
	return nil
}

// stranger makes room by forgetting the one that has been quiet longest: the ceiling
// holds for it still.
func (t *Throttle) stranger(k key, now time.Time) *record {
	if one := t.strangers[k]; one != nil {
		return one
	}
	if t.strangers == nil {
		t.strangers = map[key]*record{}
	}
	if len(t.strangers) >= t.limits.Sources {
		delete(t.strangers, t.quietest())
	}
	one := &record{source: k.source, last: now}
	t.strangers[k] = one
	return one
}

func (t *Throttle) quietest() (k key) {
	var quiet *record
	for n, one := range t.strangers {
		if quiet == nil || one.last.Before(quiet.last) {
			k, quiet = n, one
		}
	}
	return k
}

// ceiling makes room by forgetting names of nobody: a flood of them frees no account.
func (t *Throttle) ceiling(account string, now time.Time) *bucket {
	if b := t.ceilings[account]; b != nil {
		return b
	}
	if t.ceilings == nil {
		t.ceilings = map[string]*bucket{}
	}
	if len(t.ceilings) >= t.limits.Accounts {
		maps.DeleteFunc(t.ceilings, func(n string, _ *bucket) bool { return !t.exists(n) })
	}
	b := &bucket{at: now}
	t.ceilings[account] = b
	return b
}

// Forget drops what is known of an account that is gone or whose password somebody
// else has set: whoever was let in with the one before is a stranger again.
func (t *Throttle) Forget(account string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.known, account)
	delete(t.ceilings, account)
}

// Acquaintances returns the sources that an account has been let in from, to be kept
// while the program does not run.
func (t *Throttle) Acquaintances(account string) (sources []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.known[account] {
		sources = append(sources, one.source)
	}
	return sources
}

// Reacquaint takes up what [Throttle.Acquaintances] returned.
func (t *Throttle) Reacquaint(account string, sources []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range sources {
		t.letIn(account, &record{source: s})
	}
}
