package site

import (
	"switchroom/imu"
	"switchroom/points"
)

// follow solves the network again when a breaker has moved.
func (l *Lab) follow(r imu.Record) {
	if r.Code == points.CodeOpened || r.Code == points.CodeClosed {
		l.Network.Update(r.At)
	}
}
