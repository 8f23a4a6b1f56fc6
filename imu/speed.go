package imu

import (
	"context"
	"errors"
	"time"
)

// MaxSpeed is how many world seconds a host second is at most, and MinSpeed at
// least, of a world that does not stand still; both ours.
const (
	MaxSpeed = 3600
	MinSpeed = 0.001
)

// debt is how many seconds of the host a world that is faster than time may be
// behind its speed. What it is behind beyond that it does not catch up: a machine that
// is too slow for the speed makes it slower, and nothing hurries afterwards. A world
// with the host's speed catches up with it, however late it is.
const debt = 0.25

// mark is when it was what world time.
type mark struct {
	host  time.Time
	world time.Duration
}

// markEvery is how far the marks of the real speed are apart.
const markEvery = time.Second

// Speed is how many world seconds a host second is to be; 0: it stands still.
func (w *World) Speed() float64 { return w.pace.Load().speed }

// SetSpeed makes the world run at speed world seconds a host second from now
// on; 0 stops it. A step that is being taken ends where it is.
func (w *World) SetSpeed(speed float64) {
	w.mu.Lock()
	t := time.Now()
	now := w.At(t)
	w.dropGoalLocked()
	w.pace.Store(&pace{now, t, max(0, speed)})
	w.marks = [2]mark{{t, now}, {t, now}}
	w.mu.Unlock()
	w.nudge()
}

// Real is how many world seconds a host second has been lately, over one to two of
// them; less than [World.Speed] where the machine is too slow for it.
func (w *World) Real() float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	speed := w.pace.Load().speed
	t := time.Now()
	m := w.marks[0]
	passed := t.Sub(m.host).Seconds()
	if speed == 0 || m.host.IsZero() || passed < 0.1 {
		return speed // too soon to tell
	}
	return min(speed, (w.At(t)-m.world).Seconds()/passed)
}

// keepUpLocked returns what time it is. It notes how fast the world really is, and
// drops what it can't catch up.
func (w *World) keepUpLocked(t time.Time) time.Duration {
	now, p := w.At(t), w.pace.Load()
	if t.Sub(w.marks[1].host) >= markEvery {
		w.marks = [2]mark{w.marks[1], {t, now}}
	}
	if behind := p.at(t) - now; p.speed > 1 && behind.Seconds() > debt*p.speed {
		w.pace.Store(&pace{now, t, p.speed})
	}
	return now
}

// goal is where a step leads.
type goal struct {
	at      time.Duration
	reached bool
	over    chan struct{} // closed when it is reached or given up
}

// ErrMoved is returned by a step that something else ended: time was let run, or the
// world has ended.
var ErrMoved = errors.New("the step has ended before its time: somebody let time run, stepped it otherwise, or the laboratory ends")

// Step brings a world to now and stops it there, waking every unit at the instants
// that it asked for. Going backwards does nothing but stop it. While [World.Run] runs,
// it is Run that does all of that, and Step waits for it.
func (w *World) Step(now time.Duration) { w.StepTo(context.Background(), now) }

// StepTo is Step, and may be given up: time then stands where it has come to.
func (w *World) StepTo(ctx context.Context, now time.Duration) error {
	w.mu.Lock()
	if !w.running {
		w.mu.Unlock()
		w.stepAlone(now)
		return nil
	}
	t := time.Now()
	at := w.At(t)
	w.dropGoalLocked()
	w.pace.Store(&pace{base: at})
	g := &goal{at: max(now, at), over: make(chan struct{})}
	w.goal = g
	w.mu.Unlock()
	w.nudge()
	select {
	case <-g.over:
	case <-ctx.Done():
		w.giveUp(g)
		return ctx.Err()
	}
	if !g.reached {
		return ErrMoved
	}
	return nil
}

// Due is when the next thing is due that the world knows of; false: nothing is.
func (w *World) Due() (at time.Duration, any bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.due) == 0 {
		return 0, false
	}
	return w.due[0].at, true
}

// stepAlone steps a world that nobody runs.
func (w *World) stepAlone(now time.Duration) {
	for {
		w.mu.Lock()
		if len(w.due) == 0 || w.due[0].at > now {
			w.standLocked(now)
			w.mu.Unlock()
			return
		}
		e := w.popLocked()
		at := w.standLocked(e.at)
		w.mu.Unlock()
		e.wake(at)
	}
}

// strideLocked takes the step that is to be taken on to the next thing that is due, or
// to its end.
func (w *World) strideLocked() {
	g := w.goal
	if g == nil {
		return
	}
	if len(w.due) > 0 && w.due[0].at <= g.at {
		w.standLocked(w.due[0].at)
		return
	}
	w.standLocked(g.at)
	g.reached = true
	w.dropGoalLocked()
}

// standLocked moves a stopped world to now, unless it is there already, and
// returns where it stands.
func (w *World) standLocked(now time.Duration) time.Duration {
	now = max(w.pace.Load().base, now)
	w.pace.Store(&pace{base: now})
	return now
}

func (w *World) dropGoalLocked() {
	if w.goal != nil {
		close(w.goal.over)
		w.goal = nil
	}
}

func (w *World) giveUp(g *goal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.goal == g {
		w.dropGoalLocked()
	}
}
