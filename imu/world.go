package imu

import (
	"container/heap"
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// World is the time that the units of one process share: how far it has come,
// how fast it runs, what date it is, and which unit must be woken when. One
// goroutine ([World.Run]) wakes them all; a unit has none of its own.
//
// World time is a duration since the world began. It goes on where it stopped
// when a laboratory is started again, with the speed of the host's clock, and it
// stands still in between.
//
// Locks: a unit's lock may be held when the world's is taken, never the other
// way round.
type World struct {
	pace atomic.Pointer[pace] // read without the lock, by every request
	date time.Time            // calendar date at world time 0
	wake chan struct{}

	// horizon is what world time does not pass while Run runs: the earliest thing
	// that is due or being done. A machine that is too slow makes time slow; it
	// does not let a reader take a unit past a sample that is still to come.
	horizon atomic.Int64

	flash atomic.Int64 // bytes of packages that are being sent to units

	mu      sync.Mutex // guards the following, and changes of pace
	due     dueHeap
	running bool
	doing   time.Duration // due time of what is being done; never: nothing is
	goal    *goal         // of a step that Run takes; nil: none
	marks   [2]mark       // of the real speed, the older first
}

// never is later than everything.
const never time.Duration = math.MaxInt64

// pace is how world time follows host time. It is replaced, never changed.
type pace struct {
	base   time.Duration // world time at anchor
	anchor time.Time     // host time, monotonic
	speed  float64       // world seconds a host second; 0: stepped by hand
}

func (p *pace) at(t time.Time) time.Duration {
	if p.speed == 0 {
		return p.base
	}
	d := max(0, t.Sub(p.anchor))
	if p.speed == 1 {
		return p.base + d
	}
	return p.base + time.Duration(float64(d)*p.speed)
}

// NewWorld returns a world that runs with the host's clock from world time
// from on, where it is now.
func NewWorld(from time.Duration, now time.Time) *World {
	w := newWorld(now.Add(-from))
	w.pace.Store(&pace{from, now, 1})
	return w
}

func newWorld(date time.Time) *World {
	w := &World{date: date, wake: make(chan struct{}, 1), doing: never}
	w.horizon.Store(int64(never))
	return w
}

// NewSteppedWorld returns a world that stands still until [World.Step] moves
// it: for tests, recordings and runs faster than time. date is its calendar
// date at world time 0.
func NewSteppedWorld(date time.Time) *World {
	w := newWorld(date)
	w.pace.Store(&pace{})
	return w
}

// Now returns the world time.
func (w *World) Now() time.Duration { return w.At(time.Now()) }

// At returns the world time at the host time t, which spares reading the clock
// where somebody has just done so.
func (w *World) At(t time.Time) time.Duration {
	return min(w.pace.Load().at(t), time.Duration(w.horizon.Load()))
}

// Date returns the calendar date at world time now.
func (w *World) Date(now time.Duration) time.Time { return w.date.Add(now) }

// Run wakes units when they are due until ctx ends.
func (w *World) Run(ctx context.Context) {
	w.run(true)
	defer w.run(false)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(w.runDue(ctx))
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-w.wake:
		}
	}
}

func (w *World) run(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running, w.doing = on, never
	if !on {
		w.dropGoalLocked()
	}
	w.seeLocked()
}

// seeLocked finds the horizon.
func (w *World) seeLocked() {
	h := never
	if w.running {
		h = w.doing
		if len(w.due) > 0 {
			h = min(h, w.due[0].at)
		}
	}
	w.horizon.Store(int64(h))
}

// runDue wakes what is due and returns how long there is nothing to do. It
// stops early when ctx ends, however much is due.
func (w *World) runDue(ctx context.Context) time.Duration {
	for ctx.Err() == nil {
		w.mu.Lock()
		w.doing = never
		w.seeLocked()
		w.strideLocked()
		now := w.keepUpLocked(time.Now())
		if len(w.due) == 0 || w.due[0].at > now {
			wait := w.waitLocked(now)
			w.mu.Unlock()
			return wait
		}
		e := w.popLocked()
		w.doing = e.at
		w.seeLocked()
		w.mu.Unlock()
		e.wake(now)
	}
	return 0
}

func (w *World) waitLocked(now time.Duration) time.Duration {
	speed := w.pace.Load().speed
	if len(w.due) == 0 || speed == 0 {
		return time.Hour // somebody nudges when that changes
	}
	wait := time.Duration(float64(w.due[0].at-now) / speed)
	return min(max(wait, time.Microsecond), time.Hour)
}

func (w *World) popLocked() *due { return heap.Pop(&w.due).(*due) }

// Every calls f at each multiple of period of world time, from the next one on:
// a load that changes, a sampler. f runs on the world's goroutine.
func (w *World) Every(period time.Duration, f func(now time.Duration)) {
	e := &due{index: -1}
	e.wake = func(now time.Duration) {
		f(now)
		w.schedule(e, now-now%period+period)
	}
	at := w.Now()
	w.schedule(e, at-at%period+period)
}

// Alarm wakes somebody at instants of their choice, one at a time.
type Alarm struct {
	world *World
	due   *due
}

// NewAlarm returns an alarm that is not set. f runs on the world's goroutine
// and may set it again.
func (w *World) NewAlarm(f func(now time.Duration)) *Alarm {
	return &Alarm{w, &due{index: -1, wake: f}}
}

// Set makes the alarm go off at at, in place of when it was to.
func (a *Alarm) Set(at time.Duration) { a.world.schedule(a.due, at) }

// Stop has the alarm not go off until it is set again. One that goes off just now is
// not waited for.
func (a *Alarm) Stop() { a.world.cancel(a.due) }

// schedule makes e due at at, in place of when it was due before.
func (w *World) schedule(e *due, at time.Duration) {
	w.mu.Lock()
	e.at = at
	if e.index < 0 {
		heap.Push(&w.due, e)
	} else {
		heap.Fix(&w.due, e.index)
	}
	w.seeLocked()
	first := w.due[0] == e
	w.mu.Unlock()
	if first {
		w.nudge()
	}
}

// cancel takes e out of the heap.
func (w *World) cancel(e *due) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e.index >= 0 {
		heap.Remove(&w.due, e.index)
		w.seeLocked()
	}
}

func (w *World) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// due is one thing to be woken at a world time.
type due struct {
	at    time.Duration
	wake  func(now time.Duration)
	index int // in the heap; -1 outside
}

type dueHeap []*due

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].at < h[j].at }
func (h dueHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *dueHeap) Push(x any) {
	e := x.(*due)
	e.index = len(*h)
	*h = append(*h, e)
}

func (h *dueHeap) Pop() any {
	old := *h
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	e.index = -1
	return e
}

// reserveFlash keeps room for a package that is being sent: all that are being sent
// at once are bounded. freeFlash gives it back.
func (w *World) reserveFlash(n int64) bool {
	if w.flash.Add(n) > worldFlash {
		w.flash.Add(-n)
		return false
	}
	return true
}

func (w *World) freeFlash(n int64) { w.flash.Add(-n) }
