package site

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"switchroom/imu"
	"switchroom/protection"
)

// zone is the ZSI input of one breaker: restrained while any of those that are
// wired to it restrains.
type zone struct {
	upstream *imu.Unit

	mu          sync.Mutex
	restraining map[*imu.Unit]bool
	telling     bool // somebody tells the unit upstream, without the lock
	again       bool // and must do so again
}

// turn takes up that a unit's output has changed. One goroutine at a time tells
// the unit upstream, so that what it is told last is how it is; none holds the
// lock meanwhile, since units may be wired in a ring.
func (z *zone) turn(from *imu.Unit, now time.Duration, on bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if on {
		z.restraining[from] = true
	} else {
		delete(z.restraining, from)
	}
	z.again = true
	if z.telling {
		return
	}
	for z.telling = true; z.again; {
		z.again = false
		restrained := len(z.restraining) > 0
		z.mu.Unlock()
		z.upstream.Restrain(now, restrained)
		z.mu.Lock()
	}
	z.telling = false
}

// interlock wires the ZSI outputs. The first wire to an input takes its
// self-restraint jumper out.
func (l *Lab) interlock() {
	zones := map[string]*zone{}
	for i := range l.Site.Breakers {
		from := l.Units[i]
		for _, name := range l.Site.Breakers[i].ZSI {
			z := zones[name]
			if z == nil {
				z = &zone{upstream: l.unitOf(name), restraining: map[*imu.Unit]bool{}}
				z.upstream.Restrain(l.World.Now(), false)
				zones[name] = z
			}
			from.OnRestraint(func(now time.Duration, on bool) { z.turn(from, now, on) })
		}
	}
}

// Restrained says of two breakers in series what the ZSI input of the upstream one
// has: whether anything is wired to it, and whether the downstream one restrains it. An
// input to which nothing is wired has its jumper and is restrained (UG).
func (s *Site) Restrained(up, down string) (wired, restrained bool) {
	for i := range s.Breakers {
		b := &s.Breakers[i]
		if slices.Contains(b.ZSI, up) {
			wired = true
			restrained = restrained || b.Unit.Name == down
		}
	}
	return wired, restrained
}

// unit returns the unit of a breaker.
func (l *Lab) unitOf(name string) *imu.Unit {
	for _, u := range l.Units {
		if u.Name() == name {
			return u
		}
	}
	return nil
}

// zoned reports whether a unit's settings interlock any function.
func zoned(u *imu.Config) bool {
	c := protection.CommonDefaults(u.Rating)
	if u.Common != nil {
		c = *u.Common
	}
	return c.ZSI.ShortTime || c.ZSI.GroundFault
}

// zones checks that every breaker that is named is there, has the input, and is
// not the breaker itself.
func (c *checker) zones(s *Site) {
	of := map[string]*Breaker{}
	for i := range s.Breakers {
		of[s.Breakers[i].Unit.Name] = &s.Breakers[i]
	}
	for i := range s.Breakers {
		for k, name := range s.Breakers[i].ZSI {
			at := fmt.Sprintf("breakers[%d].zsi[%d]", i, k)
			switch up := of[name]; {
			case up == nil && c.doubtful != nil: // it may be one of those that are not judged
			case up == nil:
				c.problem(at, fmt.Sprintf("no breaker is named %q", name))
			case up == &s.Breakers[i]:
				c.problem(at, "a breaker does not restrain itself; name the one upstream")
			case !up.Unit.Rating.Zones():
				c.problem(at, fmt.Sprintf("a %v X has no zone selective interlocking", up.Unit.Rating.Variant))
			case !zoned(&up.Unit):
				c.note(at, fmt.Sprintf("%s does not listen to it: write protection.zsi.short_time: on, or ground_fault, in its settings", name))
			}
		}
	}
}
