package imu

import (
	"time"

	"switchroom/trust"
)

// Trusted returns what the control unit has of a branch of certificates: its anchors,
// and every revocation list that it was given since; and the time that it goes by, which
// is never earlier than one that somebody has signed. nil: it has no anchors.
func (u *Unit) Trusted(now time.Duration, branch string) (b *trust.Branch, at time.Time) {
	u.with(now, func() {
		at = u.date()
		if u.fw != nil && at.Before(u.fw.Floor) {
			at = u.fw.Floor
		}
		if has := u.cfg.Anchors[branch]; has != nil && len(has.Roots) > 0 {
			b = &trust.Branch{Roots: has.Roots, Lists: copied(has.Lists)}
			if u.fw != nil {
				b.Lists = append(b.Lists, copied(u.fw.Lists)...)
			}
		}
	})
	return b, at
}
