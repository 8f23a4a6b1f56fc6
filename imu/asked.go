package imu

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"switchroom/access"
	"switchroom/points"
)

// Asked is one operation that was asked of a unit, by whatever path, and what
// became of it. It has no password in it, only what one proved.
type Asked struct {
	At       time.Duration // world time
	Unit     string
	Actor    access.Actor // as the path has verified it; Levels is what its password or its session proves
	Password bool         // a password came with it: B5
	Op       points.ID    // 0: a password was to be proved for a session, and nothing else was asked for
	Class    points.Class // that it was decided by
	Value    points.Value // what was to be written; none where that is a secret
	Set      []Setting    // or several: not to be changed
	Locks    access.Locks // as they were when it was decided
	Result   Result       // decision with rule and reason, refusal, what the action returned
}

// watchers are those who observe a unit. It is replaced, never changed: nobody
// who asks waits for it, and without observers it costs a look at a pointer.
type watchers struct {
	mu    sync.Mutex // held by who replaces
	all   atomic.Pointer[[]func(Asked)]
	reads readCounts
}

// Observe calls f with every operation that is asked of the unit from now on,
// whatever the path and whatever was decided: after it was decided, on the
// goroutine that asked, without the unit's lock. Reading is not told, there is
// too much of it: it is counted ([Unit.Reads]) from the first observer on.
func (u *Unit) Observe(f func(Asked)) {
	w := &u.watchers
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []func(Asked)
	if was := w.all.Load(); was != nil {
		all = slices.Clone(*was)
	}
	all = append(all, f)
	w.all.Store(&all)
}

// observed tells those who observe, without the unit's lock.
func (u *Unit) observed(now time.Duration, r *Request, locks access.Locks, res Result) {
	all := u.watchers.all.Load()
	if all == nil {
		return
	}
	info := points.Of(r.Op)
	x := Asked{
		At: now, Unit: u.cfg.Name, Actor: r.Actor, Password: r.Actor.Offered, Op: r.Op, Class: info.Class, Set: r.Set, Locks: locks, Result: res,
	}
	if info.Type != points.Secret {
		x.Value = r.Value
	}
	if r.Op == 0 {
		x.Class = points.Monitor
	}
	for _, f := range *all {
		f(x)
	}
}

// ReadCount is how often somebody has read a unit.
type ReadCount struct {
	Path    access.Path
	Source  string // "" where the path does not tell, as Modbus does not: its own record does
	Count   uint64
	Refused uint64 // of Count
}

// readersMax is how many readers a unit tells apart; the others are counted as
// one, without a name. Ours: a forged source must not fill the memory.
const readersMax = 64

// readCounts counts reads by who reads.
type readCounts struct {
	mu  sync.Mutex
	all []ReadCount
}

func (c *readCounts) add(a *access.Actor, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.of(a.Path, a.Source)
	n.Count++
	if !ok {
		n.Refused++
	}
}

// of is the count of a reader. The last place is for all that have none.
func (c *readCounts) of(p access.Path, source string) *ReadCount {
	i := slices.IndexFunc(c.all, func(n ReadCount) bool { return n.Path == p && n.Source == source })
	switch {
	case i >= 0:
	case len(c.all) < readersMax-1:
		c.all = append(c.all, ReadCount{Path: p, Source: source})
		i = len(c.all) - 1
	case len(c.all) < readersMax:
		c.all = append(c.all, ReadCount{})
		fallthrough
	default:
		i = readersMax - 1
	}
	return &c.all[i]
}

// Reads returns how often the unit was read since somebody observes it, by path
// and source. One without a path stands for all who came after the first 63.
func (u *Unit) Reads() []ReadCount {
	c := &u.watchers.reads
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.all)
}

// decideRead decides on a reading, and counts it where somebody observes.
func (u *Unit) decideRead(a access.Actor, now time.Duration) access.Decision {
	d := u.decide(access.Query{Actor: a, Read: true, Now: now})
	if u.watchers.all.Load() != nil {
		u.watchers.reads.add(&a, d.OK())
	}
	return d
}
