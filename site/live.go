package site

import (
	"context"
	"fmt"
	"sync"

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
// the scenario's, and the breakers go on from how they stand. While the world stands
// still so does the scenario.
func (l *Lab) Play(ctx context.Context, sc *Scenario, inject func(remote.Order) error, tell func(Entry)) error {
	var telling sync.Mutex
	told := func(e Entry) {
		telling.Lock()
		defer telling.Unlock()
		tell(e)
	}
	r := &Run{Lab: l, Scenario: sc, dark: map[string]bool{}, begin: l.World.Now(), deaf: true, inject: inject}
	p := newPlayer(r, told)
	defer p.end()
	return p.play(ctx)
}
