package ble

import "time"

// Bounds of pairing, ours: the guide asks for no lock-out, and without one six digits
// are guessed in time.
const (
	firstWait   = 2 * time.Second
	failuresMax = 5 // then the radio ends, and somebody must press the button again
)

// guard slows pairing down after failures. Times are of the world.
type guard struct {
	failed int // in a row
	until  time.Duration
}

// may reports whether a pairing may begin.
func (g *guard) may(now time.Duration) bool { return now >= g.until }

// fail counts a failure. It reports whether it was one too many.
func (g *guard) fail(now time.Duration) bool {
	g.failed++
	g.until = now + firstWait<<min(g.failed-1, failuresMax)
	return g.failed >= failuresMax
}
