package room

import "time"

// Door is how the door is.
type Door uint8

const (
	Closed Door = iota
	Open        // somebody passes, or just has; it falls shut
	Held        // held open, until it is shut
	Forced      // opened by force, until it is shut
)

func (d Door) String() string { return nth([]string{"closed", "open", "held", "forced"}, int(d)) }

// Alarm is what the door raises.
type Alarm uint8

const (
	HeldOpen    Alarm = iota // open too long; ends when it is shut
	ByForce                  // stays until it is acknowledged with the door closed
	TooMany                  // tailgating: more people passed than badged; as ByForce
	numAlarms   = iota
	lastingFrom = ByForce
)

func (a Alarm) String() string { return nth([]string{"held_open", "forced", "tailgating"}, int(a)) }

// raise raises an alarm. One that is on keeps its time.
func (r *Room) raise(a Alarm, at time.Duration) {
	if !r.alarms[a].on {
		r.alarms[a] = raised{true, at}
	}
}

// pass opens the door for somebody who passes.
func (r *Room) pass(at time.Duration) {
	r.passed = at
	if r.door == Closed {
		r.door, r.opened = Open, at
	}
}

// Hold holds the door open. Somebody must have opened it, or be able to.
func (r *Room) Hold(now time.Duration) Verdict {
	at := r.run(now)
	switch {
	case r.door == Held || r.door == Forced:
		return Verdict{Reason: OpenAlready}
	case r.door == Closed && r.locked && !r.Anybody():
		return Verdict{Reason: DoorClosed}
	case r.door == Closed:
		r.opened = at
	}
	r.door = Held
	r.note(Entry{At: at, Event: HeldByHand})
	return Verdict{Reason: Granted}
}

// Force opens the locked door by force.
func (r *Room) Force(now time.Duration) Verdict {
	at := r.run(now)
	switch {
	case r.door != Closed:
		return Verdict{Reason: OpenAlready}
	case !r.locked:
		return Verdict{Reason: NotLocked}
	}
	r.door, r.opened = Forced, at
	r.raise(ByForce, at)
	r.note(Entry{At: at, Event: ForcedOpen})
	return Verdict{Reason: Granted}
}

// Shut closes the door.
func (r *Room) Shut(now time.Duration) Verdict {
	at := r.run(now)
	if r.door == Closed {
		return Verdict{Reason: ClosedAlready}
	}
	r.door = Closed
	r.alarms[HeldOpen] = raised{}
	r.note(Entry{At: at, Event: ShutByHand})
	return Verdict{Reason: Granted}
}

// SetLock locks the room, or leaves it unlocked: whoever comes then walks in.
func (r *Room) SetLock(now time.Duration, locked bool) Verdict {
	at := r.run(now)
	if locked == r.locked {
		return Verdict{Reason: SoAlready}
	}
	r.locked = locked
	e := Unlocked
	if locked {
		e = Locked
	}
	r.note(Entry{At: at, Event: e})
	return Verdict{Reason: Granted}
}

// Acknowledge ends the alarms that last, once the door is closed.
func (r *Room) Acknowledge(now time.Duration) Verdict {
	at := r.run(now)
	lasting := false
	for a := lastingFrom; a < numAlarms; a++ {
		lasting = lasting || r.alarms[a].on
	}
	switch {
	case !lasting:
		return Verdict{Reason: NoAlarm}
	case r.door != Closed:
		return Verdict{Reason: StillOpen}
	}
	for a := lastingFrom; a < numAlarms; a++ {
		r.alarms[a] = raised{}
	}
	r.note(Entry{At: at, Event: Acknowledged})
	return Verdict{Reason: Granted}
}
