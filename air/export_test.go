package air

import "time"

// Second has the second after since go by at once.
func (a *Air) Second(since time.Duration) {
	a.Loop.Call(func() {
		for at := since + tick; at <= since+time.Second; at += tick {
			a.hearken(at)
		}
	})
}
