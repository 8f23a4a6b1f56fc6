package imu

import "time"

// identifyFor is how long a unit that is looked for shows itself, ours.
const identifyFor = 30 * time.Second

// doIdentify has the unit show itself, for whoever stands before a row of them and does
// not know which one they have connected to. It changes nothing of its behaviour.
func (u *Unit) doIdentify(*Request) Result {
	u.identify = u.now + identifyFor
	u.dirty = true
	return Result{}
}

// identified ends it.
func (u *Unit) identified(at time.Duration) {
	if u.identify != 0 && at >= u.identify {
		u.identify = 0
		u.dirty = true
	}
}
