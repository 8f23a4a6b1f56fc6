package site

import (
	"context"
	"sync"
	"time"

	"switchroom/imu"
)

// player does what is due of a run as a running world comes to it: on the world's own
// goroutine, so that each thing happens at its instant, whatever the speed. What waits
// for the world must not be done there: orders to inject are handed on.
type player struct {
	run    *Run
	tell   func(Entry) // may be called from several goroutines
	alarm  *imu.Alarm
	orders chan Action
	over   chan struct{} // closed at the end of the scenario

	mu    sync.Mutex // held while something is done
	ended bool
}

// newPlayer begins to play.
func newPlayer(r *Run, tell func(Entry)) *player {
	n := 0
	for _, a := range r.Scenario.Actions {
		if a.Do == "inject" {
			n++
		}
	}
	p := &player{run: r, tell: tell, orders: make(chan Action, n), over: make(chan struct{})}
	p.alarm = r.Lab.World.NewAlarm(p.due)
	p.arm()
	return p
}

// arm sets the alarm to the next thing.
func (p *player) arm() {
	if at, _ := p.run.Next(); at < endless {
		p.alarm.Set(p.run.begin + at)
	}
}

// due does all that is due by now.
func (p *player) due(now time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.ended {
		at, _ := p.run.Next()
		switch {
		case p.run.begin+at > now:
			p.arm()
			return
		case at >= p.run.Scenario.Duration:
			p.ended = true
			close(p.over)
			return
		}
		p.take(at)
	}
}

// take does one thing that is due.
func (p *player) take(at time.Duration) {
	a := p.run.take(at)
	if a.Do == "inject" {
		p.orders <- a // there is room for all of them
		return
	}
	p.run.Log = p.run.Log[:0] // of one action, so that a long scenario stays small
	p.run.act(a)
	for _, e := range p.run.Log {
		p.tell(e)
	}
}

// order hands an order to whoever injects, and tells.
func (p *player) order(a *Action) {
	e := p.run.entry(a, p.run.begin+a.At)
	if err := p.run.put(a.Order); err != nil {
		e.refuse(a, err)
	}
	p.tell(e)
}

// play hands orders on until the end, or until ctx ends.
func (p *player) play(ctx context.Context) error {
	for {
		select {
		case a := <-p.orders:
			p.order(&a)
		case <-p.over:
			for len(p.orders) > 0 {
				a := <-p.orders
				p.order(&a)
			}
			return ctx.Err()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// end ends it, wherever it is. What is just being done is done to its end.
func (p *player) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	p.alarm.Stop()
}
