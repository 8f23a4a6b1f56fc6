package imu

import (
	"time"

	"switchroom/points"
)

// clock is the unit's date and time: the world's, moved by an offset.
type clock struct {
	offset       time.Duration
	synchronised bool // set since it last lost the time
}

// date returns the unit's date at a world time, in ms since 2000-01-01.
func (c *clock) date(w *World, at time.Duration) int64 {
	return w.Date(at).Add(c.offset).Sub(points.Epoch).Milliseconds()
}

// setClock sets the date and time. Anybody may over Modbus (DOCA0105), so each
// time is an event that says from what, to what, and by whom.
func (u *Unit) setClock(to time.Time, who string) {
	before := u.world.Date(u.now).Add(u.clock.offset)
	u.note(points.CodeClockSet, Pulse, "from "+before.UTC().Format(time.DateTime)+" to "+to.UTC().Format(time.DateTime)+" by "+who)
	u.clock.offset = to.Sub(u.world.Date(u.now))
	u.clock.synchronised = true
	u.dirty = true
}

// loseClock restarts the date at 2000-01-01 (UG; MB, note on command 769).
func (u *Unit) loseClock() {
	u.clock.offset = points.Epoch.Sub(u.world.Date(u.now))
	u.clock.synchronised = false
	u.note(points.CodeClockLost, Pulse, "")
}
