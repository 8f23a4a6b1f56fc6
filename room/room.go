// Package room is the locked area that a switchroom stands in (GUIDE A17, D1 to
// D6), as behaviour: a door with a badge reader, who is inside and by what they
// came in, the alarms of a door that is held open, forced or passed by more people
// than have badged, the emergency stop outside it, and a log of all that.
//
// It decides who is in the room, and nothing else: what somebody in it may do at a
// breaker is decided by access, and mechanical buttons and hard-wired coils ask
// nobody (R9). It never keeps anybody in: leaving is never refused. It does not open
// breakers; it says how the emergency stop stands, and whoever wires it to coils
// does that.
//
// The package is pure: time is an argument, a duration since an epoch that the
// caller chooses and keeps to, and a Room has one owner, who guards it. The zero
// value of everything here denies: no badge, no direction, no verdict, a nil Room.
//
// How the door is:
//
//	        badge, handle from inside, walking in        force (locked only)
//	closed ------------------------------------> open    closed ----------> forced
//	   ^  <------------------------------------   |                           |
//	   |      by itself, PassFor after the last   | hold                      |
//	   |                                          v                           |
//	   |<---------------- shut ----------------- held                         |
//	   |<---------------- shut -----------------------------------------------+
//
// How long a door takes to fall shut, that somebody inside is not let in again,
// and the bounds are ours.
package room

import (
	"slices"
	"time"
)

// Constants, ours.
const (
	PassFor         = 5 * time.Second  // after the last passage the door falls shut
	DefaultHeldOpen = 30 * time.Second // an open door raises the alarm
	MaxPeople       = 1000             // who has a badge, and as many without
	MaxLog          = 1000             // entries; the oldest go first
)

// Config is a room as it is built.
type Config struct {
	Name     string
	People   []Person
	Access   []string      // names of those whom the reader lets in
	HeldOpen time.Duration // open longer, the door raises the alarm; 0: DefaultHeldOpen
	Locked   bool          // kept locked (D1)
	Unsafe   bool          // locked without an emergency opening (D6), knowingly
	Entries  []Opening     // where cables come in (D4)
	Ports    []Opening     // ports of the equipment that lie outside (D4)
	Stop     []Wire        // what the emergency stop opens; none: there is none
}

// Person is somebody who has a badge.
type Person struct {
	Name      string
	Badge     Token
	PIN       Token // zero: the badge is enough
	Qualified bool  // may configure and set the unit (D14)
}

// Opening is a cable entry, or a port outside the room.
type Opening struct {
	Name      string
	Protected bool
}

// Coil is a release that an emergency stop is wired to.
type Coil uint8

const (
	NoCoil Coil = iota
	MN          // opens when its supply is taken away: fail-safe
	MX          // opens when it is given supply
)

func (c Coil) String() string { return nth([]string{"none", "mn", "mx"}, int(c)) }

// Wire is a breaker that the emergency stop opens, and by what.
type Wire struct {
	Breaker string
	By      Coil
}

// Room is a room and what goes on in it.
type Room struct {
	cfg    Config
	last   time.Duration // nothing happens before it
	door   Door
	opened time.Duration // since when the door is not closed
	passed time.Duration // last passage
	locked bool
	alarms [numAlarms]raised
	inside []Occupant // in the order in which they came
	stop   bool
	stopAt time.Duration
	stopBy string
	log    book
}

type raised struct {
	on    bool
	since time.Duration
}

// Occupant is somebody inside.
type Occupant struct {
	Person string // "": somebody whom nobody here knows
	Since  time.Duration
	With   With
}

// New returns a room with its door closed and nobody inside. What [Config.Check]
// finds must have been put right before.
func New(c Config) *Room {
	if c.HeldOpen <= 0 {
		c.HeldOpen = DefaultHeldOpen
	}
	return &Room{cfg: c, locked: c.Locked}
}

// Anybody reports whether somebody is inside.
func (r *Room) Anybody() bool { return r != nil && len(r.inside) > 0 }

// Inside reports whether the person of that name is inside.
func (r *Room) Inside(name string) bool {
	return r != nil && name != "" && r.find(name) >= 0
}

// find is the index of an occupant, -1 for nobody.
func (r *Room) find(name string) int {
	return slices.IndexFunc(r.inside, func(o Occupant) bool { return o.Person == name })
}

// person is that of a name, or nil.
func (r *Room) person(name string) *Person {
	k := slices.IndexFunc(r.cfg.People, func(p Person) bool { return p.Name == name })
	if k < 0 || name == "" {
		return nil
	}
	return &r.cfg.People[k]
}

// known is the name if it is somebody's who has a badge, else "". What a caller
// writes stands nowhere in the log.
func (r *Room) known(name string) string {
	if r.person(name) == nil {
		return ""
	}
	return name
}

// run brings the room to now: what was due before has happened, each at its time.
// It returns the time that holds, which never goes back.
func (r *Room) run(now time.Duration) time.Duration {
	for {
		at, due := r.Next()
		if !due || at > now {
			r.last = max(r.last, now)
			return r.last
		}
		r.last = max(r.last, at)
		if r.door == Open && at == r.passed+PassFor {
			r.door, r.alarms[HeldOpen] = Closed, raised{}
			continue
		}
		r.raise(HeldOpen, at)
		r.note(Entry{At: at, Event: HeldTooLong})
	}
}

// Next is when something happens by itself, and whether anything does.
func (r *Room) Next() (at time.Duration, due bool) {
	if r == nil || r.door == Closed {
		return 0, false
	}
	if !r.alarms[HeldOpen].on {
		at, due = r.opened+r.cfg.HeldOpen, true
	}
	if shut := r.passed + PassFor; r.door == Open && (!due || shut <= at) {
		at, due = shut, true
	}
	return at, due
}

// Advance brings the room to now.
func (r *Room) Advance(now time.Duration) { r.run(now) }

func nth(names []string, k int) string {
	if k < 0 || k >= len(names) {
		return "invalid"
	}
	return names[k]
}
