package site

import (
	"context"
	"fmt"
	"time"

	"switchroom/lab/remote"
)

// Playable says why a scenario cannot be played on a running site. The host's clock
// is too coarse for a point on the wave.
func (sc *Scenario) Playable() error {
	for _, a := range sc.Actions {
		if a.Angle != nil {
			return fmt.Errorf("%s at %s, angle: no point on the wave can be kept on a running site; leave it out, or use `switchroom scenario run`", a.Do, a.Target)
		}
	}
	return nil
}

// Injects reports whether a scenario injects anything on the wire.
func (sc *Scenario) Injects() bool {
	for _, a := range sc.Actions {
		if a.Do == "inject" {
			return true
		}
	}
	return false
}

// Play plays a scenario on a laboratory that runs, from now on, as the world's time
// passes, and returns at its end or with ctx. What is to be injected goes to inject;
// tell is called with each action once it is done. The date is the world's and not
// the scenario's, and the breakers go on from how they stand.
func (l *Lab) Play(ctx context.Context, sc *Scenario, inject func(remote.Order) error, tell func(Entry)) error {
	r := &Run{Lab: l, Scenario: sc, dark: map[string]bool{}, begin: l.World.Now(), deaf: true, inject: inject}
	for {
		at, _ := r.Next()
		if err := r.sleep(ctx, at); err != nil {
			return err
		}
		if at >= sc.Duration {
			return nil
		}
		r.Log = r.Log[:0] // of one action, so that a long scenario stays small
		r.act(r.take(at))
		for _, e := range r.Log {
			tell(e)
		}
	}
}

// sleep waits until a time of the scenario.
func (r *Run) sleep(ctx context.Context, at time.Duration) error {
	for {
		left := r.begin + at - r.Lab.World.Now()
		if left <= 0 {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(left):
		}
	}
}
