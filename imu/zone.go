package imu

import (
	"time"

	"switchroom/protection"
)

// Zone selective interlocking: a unit whose short time or ground fault has
// picked up drives its output, and the unit upstream that receives it waits for
// its delay. Who is wired to whom the laboratory knows.

// Restrain says that the ZSI input receives restraint, or that it does not. It
// does until somebody says otherwise: units are shipped with jumpers (UG).
func (u *Unit) Restrain(now time.Duration, on bool) {
	u.with(now, func() {
		u.unrestrained = !on
		u.tape.set(u.now, ZSIInBit, on)
		u.handle(u.prot.Restrain(u.now, protection.ShortTime, on))
		u.handle(u.prot.Restrain(u.now, protection.GroundFault, on))
		u.dirty = true
	})
}

// OnRestraint calls f whenever the ZSI output changes, without the unit's lock.
func (u *Unit) OnRestraint(f func(now time.Duration, on bool)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.onRestraint = append(u.onRestraint, f)
}

// restraint takes up the ZSI output after protection has done something.
func (u *Unit) restraint(at time.Duration) {
	if on := u.prot.Restraining(); on != u.restraining {
		u.restraining, u.turned = on, true
		u.tape.set(at, ZSIOutBit, on)
	}
}
