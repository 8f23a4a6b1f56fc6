package room

import (
	"slices"
	"time"
)

// Way is the direction in which somebody passes.
type Way uint8

const (
	NoWay Way = iota // refused
	In
	Out
)

func (w Way) String() string { return nth([]string{"", "in", "out"}, int(w)) }

// With is what somebody passed with.
type With uint8

const (
	NoBadge With = iota
	WithBadge
	WithPIN // badge and PIN
)

func (w With) String() string { return nth([]string{"no badge", "badge", "badge and PIN"}, int(w)) }

// Offer is what is held to the reader.
type Offer struct {
	Badge, PIN Token
	Way        Way
}

// Carries is what the person of that name holds to the reader: the badge, and the
// PIN where there is one. Of whom nobody knows it is nothing that is known.
func (r *Room) Carries(name string, w Way) Offer {
	o := Offer{Way: w}
	if p := r.person(name); p != nil {
		o.Badge, o.PIN = p.Badge, p.PIN
	}
	return o
}

// Badge is somebody who badges, and passes if the reader lets them.
func (r *Room) Badge(now time.Duration, o Offer) Verdict {
	at := r.run(now)
	p := r.holder(o.Badge)
	v := r.judge(p, &o)
	with := WithBadge
	if p != nil && !p.PIN.None() && o.Way == In {
		with = WithPIN
	}
	e := Entry{At: at, Event: BadgeRefused, Person: v.Person, With: with, Way: o.Way, Reason: v.Reason}
	if p != nil {
		e.Badge = p.Badge.String()
	}
	switch {
	case v.OK() && o.Way == In:
		e.Event = Entered
		r.inside = append(r.inside, Occupant{p.Name, at, with})
	case v.OK():
		e.Event = Left
		r.leave(p.Name)
	}
	if v.OK() {
		r.pass(at)
	}
	r.note(e)
	return v
}

// holder is whose badge it is, or nil.
func (r *Room) holder(badge Token) (p *Person) {
	for i := range r.cfg.People {
		if r.cfg.People[i].Badge.Is(badge) {
			p = &r.cfg.People[i]
		}
	}
	return p
}

// judge is the reader's decision. Going out, whoever is inside is let out: no PIN
// and no list keeps anybody in.
func (r *Room) judge(p *Person, o *Offer) Verdict {
	switch {
	case o.Way != In && o.Way != Out:
		return Verdict{}
	case p == nil:
		return Verdict{Reason: UnknownBadge}
	case o.Way == Out && r.Inside(p.Name):
		return Verdict{Granted, p.Name}
	case o.Way == Out:
		return Verdict{NotInside, p.Name}
	case !p.PIN.None() && !p.PIN.Is(o.PIN):
		return Verdict{WrongPIN, p.Name}
	case !slices.Contains(r.cfg.Access, p.Name):
		return Verdict{NotAuthorised, p.Name}
	case r.Inside(p.Name):
		return Verdict{AlreadyInside, p.Name}
	case len(r.inside) >= 2*MaxPeople:
		return Verdict{Full, p.Name}
	}
	return Verdict{Granted, p.Name}
}

// Walk is somebody who passes without a badge: out by the handle, in through a door
// that is open, which is tailgating, or through one that is not locked. A name that
// is nobody's is somebody whom nobody knows.
func (r *Room) Walk(now time.Duration, name string, w Way) Verdict {
	at := r.run(now)
	name = r.known(name)
	there := r.find(name) >= 0
	switch {
	case w != In && w != Out:
		return Verdict{Person: name}
	case w == Out && !there:
		return Verdict{NotInside, name}
	case w == Out:
		r.leave(name)
		r.pass(at)
		r.note(Entry{At: at, Event: Left, Person: name, Way: Out})
		return Verdict{Granted, name}
	}
	return r.walkIn(at, name, there)
}

func (r *Room) walkIn(at time.Duration, name string, there bool) Verdict {
	event := WalkedIn
	switch {
	case r.door == Closed && r.locked:
		return Verdict{DoorClosed, name}
	case there && name != "":
		return Verdict{AlreadyInside, name}
	case len(r.inside) >= 2*MaxPeople:
		return Verdict{Full, name}
	case r.locked:
		event = Tailgated
		r.raise(TooMany, at)
	}
	r.inside = append(r.inside, Occupant{Person: name, Since: at})
	r.pass(at)
	r.note(Entry{At: at, Event: event, Person: name, Way: In})
	return Verdict{Granted, name}
}

func (r *Room) leave(name string) {
	if k := r.find(name); k >= 0 {
		r.inside = slices.Delete(r.inside, k, k+1)
	}
}

// Act notes that somebody inside does something at a breaker: what, in a few words
// of the caller's that hold no secret. It is refused of whom is not inside.
func (r *Room) Act(now time.Duration, name, what string) Verdict {
	at := r.run(now)
	if !r.Inside(name) {
		return Verdict{NotInside, r.known(name)}
	}
	e := Entry{At: at, Event: Acted, Person: name, Detail: what}
	if !r.person(name).Qualified {
		e.Event = ActedUnqualified
	}
	r.note(e)
	return Verdict{Granted, name}
}
