package access

import (
	"slices"
	"time"
)

// What profile hardened allows a guesser. All ours; docs/security.md has the
// arithmetic of the 62⁴ passwords against them.
const (
	guessesFree    = 5                // wrong passwords from a source before it waits
	lockFirst      = 1 * time.Minute  // the first wait; each further wrong password doubles it
	lockLongest    = 60 * time.Minute // the longest wait
	ceilingBurst   = 20               // wrong passwords from all sources together before strangers wait
	ceilingRefill  = 2 * time.Minute  // one more is admitted each
	sourcesTracked = 256              // sources remembered; the ceiling holds for the rest
)

// guesses counts wrong passwords by source and level, under a ceiling for all
// sources on the network together: without it, an attacker with many addresses
// would have as many free guesses as addresses. A source that has proved a
// password of its own here is not held by the ceiling, so that guessing
// strangers cannot lock the owner out; nor is anybody at the unit. None of this
// touches reading, a session that is open, the front of the unit or a trip.
type guesses struct {
	sources map[string]*source
	used    float64 // of ceilingBurst
	at      time.Duration
}

// source is what one address has done.
type source struct {
	wrong [4]uint8 // by level
	until [4]time.Duration
	last  time.Duration
	known bool // has proved a password
}

func (m *Monitor) lockedOut(q *Query, need Levels) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.guesses.wait(&q.Actor, need, q.Now) > 0
}

// count notes the outcome of a password that was looked at for one of the
// levels need. Only a password that is not the factory's makes its source an
// acquaintance: everybody knows the factory's.
func (m *Monitor) count(q *Query, need Levels, r Reason) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case r == WrongPassword:
		m.guesses.failed(&q.Actor, need, q.Now)
	case r != LockedOut && q.Actor.Levels&need&^q.Locks.Factory != 0:
		m.guesses.proved(q.Actor.Source, q.Actor.Levels, q.Now)
	}
}

// Acquaintances returns the sources that have proved a password, for a unit to
// remember while it is off.
func (m *Monitor) Acquaintances() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for n, s := range m.guesses.sources {
		if s.known {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

// Reacquaint takes up what [Monitor.Acquaintances] returned.
func (m *Monitor) Reacquaint(names []string, now time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, n := range names[:min(len(names), sourcesTracked)] {
		m.guesses.source(n, now).known = true
	}
}

// wait returns how long an actor must wait before a password of levels need is
// looked at. A guess is a guess at every level that would do, so any of them
// being locked locks.
func (g *guesses) wait(a *Actor, need Levels, now time.Duration) time.Duration {
	var longest time.Duration
	s := g.sources[a.Source]
	if s != nil {
		for n := range s.until {
			if need.Has(n + 1) {
				longest = max(longest, s.until[n]-now)
			}
		}
	}
	if a.Path.remote() && (s == nil || !s.known) {
		longest = max(longest, g.ceiling(now))
	}
	return longest
}

// ceiling returns how long a stranger must wait for the ceiling to admit one
// more guess.
func (g *guesses) ceiling(now time.Duration) time.Duration {
	over := g.level(now) - (ceilingBurst - 1)
	if over <= 0 {
		return 0
	}
	return time.Duration(over * float64(ceilingRefill))
}

// level returns how much of the ceiling is used at now.
func (g *guesses) level(now time.Duration) float64 {
	return max(0, g.used-float64(max(0, now-g.at))/float64(ceilingRefill))
}

func (g *guesses) failed(a *Actor, need Levels, now time.Duration) {
	if a.Path.remote() {
		g.used = min(g.level(now)+1, ceilingBurst+1)
		g.at = max(g.at, now)
	}
	s := g.source(a.Source, now)
	for n := range s.wrong {
		if !need.Has(n + 1) {
			continue
		}
		s.wrong[n] = min(s.wrong[n]+1, 250)
		if over := int(s.wrong[n]) - guessesFree; over >= 0 {
			s.until[n] = now + min(lockLongest, lockFirst<<min(over, 10))
		}
	}
	s.last = now
}

func (g *guesses) proved(src string, levels Levels, now time.Duration) {
	s := g.source(src, now)
	for n := range s.wrong {
		if levels.Has(n + 1) {
			s.wrong[n], s.until[n] = 0, 0
		}
	}
	s.known, s.last = true, now
}

// source returns the record of src, making room by forgetting the stranger
// that has been quiet longest, and only then an acquaintance.
func (g *guesses) source(src string, now time.Duration) *source {
	if s := g.sources[src]; s != nil {
		return s
	}
	if g.sources == nil {
		g.sources = map[string]*source{}
	}
	if len(g.sources) >= sourcesTracked {
		delete(g.sources, g.quietest())
	}
	s := &source{last: now}
	g.sources[src] = s
	return s
}

func (g *guesses) quietest() string {
	var name string
	var quiet *source
	for n, s := range g.sources {
		if quiet == nil || quiet.known && !s.known || quiet.known == s.known && s.last < quiet.last {
			name, quiet = n, s
		}
	}
	return name
}
