package room

import "time"

// Press presses the emergency stop outside the door. Anybody may, inside or not,
// and it stays pressed until it is released. by is who, where that is known.
func (r *Room) Press(now time.Duration, by string) Verdict {
	at := r.run(now)
	switch {
	case len(r.cfg.Stop) == 0:
		return Verdict{Reason: NoStop}
	case r.stop:
		return Verdict{Reason: PressedNow}
	}
	r.stop, r.stopAt, r.stopBy = true, at, r.known(by)
	r.note(Entry{At: at, Event: StopPressed, Person: r.stopBy})
	return Verdict{Granted, r.stopBy}
}

// Release turns the emergency stop back. No breaker closes by that; each can be
// closed again.
func (r *Room) Release(now time.Duration, by string) Verdict {
	at := r.run(now)
	switch {
	case len(r.cfg.Stop) == 0:
		return Verdict{Reason: NoStop}
	case !r.stop:
		return Verdict{Reason: NotPressed}
	}
	r.stop = false
	r.note(Entry{At: at, Event: StopReleased, Person: r.known(by)})
	return Verdict{Granted, r.known(by)}
}

// Supplied reports whether the coil of a wire has its supply as the emergency stop
// stands: an MN while it is not pressed, an MX while it is.
func (r *Room) Supplied(w Wire) bool {
	pressed := r != nil && r.stop
	return w.By == MX && pressed || w.By == MN && !pressed
}
