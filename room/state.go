package room

import (
	"slices"
	"time"
)

// State is how a room is now.
type State struct {
	Locked bool
	Door   Door
	Opened time.Duration // since when, of a door that is not closed
	Alarms []Raised
	Inside []Occupant // in the order in which they came
	Stop   bool       // the emergency stop is pressed
	StopAt time.Duration
	StopBy string
}

// Raised is an alarm that is on.
type Raised struct {
	Alarm Alarm
	Since time.Duration
}

// State is how the room is at now.
func (r *Room) State(now time.Duration) State {
	r.run(now)
	s := State{Locked: r.locked, Door: r.door, Inside: slices.Clone(r.inside), Stop: r.stop}
	if r.door != Closed {
		s.Opened = r.opened
	}
	if r.stop {
		s.StopAt, s.StopBy = r.stopAt, r.stopBy
	}
	for a, x := range r.alarms {
		if x.on {
			s.Alarms = append(s.Alarms, Raised{Alarm(a), x.since})
		}
	}
	return s
}

// Config is the room as it was built.
func (r *Room) Config() Config { return r.cfg }

// Authorised reports whether the reader lets the person of that name in.
func (c *Config) Authorised(name string) bool {
	return name != "" && slices.Contains(c.Access, name)
}
