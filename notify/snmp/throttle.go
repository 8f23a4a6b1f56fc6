package snmp

import (
	"net/netip"
	"time"
)

// Bounds of the answers to whoever has the wrong credentials, ours: enough for honest
// mistakes and for managers that begin, too little to make somebody else drown in our
// answers (the source of a datagram can be forged), or to occupy a processor. Whoever
// has the right credentials is not throttled: that would let a forger shut him out.
const (
	burstEach, rateEach = 50, 10.0  // answers at once; answers a second
	burstAll, rateAll   = 200, 50.0 // all sources together
	sourcesMax          = 1024
)

// bucket holds answers that may still be given.
type bucket struct {
	left float64
	at   time.Time
}

func (b *bucket) take(now time.Time, burst, rate float64) bool {
	if b.at.IsZero() {
		b.left = burst
	} else {
		b.left = min(burst, b.left+rate*now.Sub(b.at).Seconds())
	}
	b.at = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// throttle bounds answers by source and altogether.
type throttle struct {
	all     bucket
	sources map[netip.Addr]*bucket
}

// allow reports whether one more answer may be given.
func (t *throttle) allow(from netip.Addr, now time.Time) bool {
	b := t.sources[from]
	if b == nil {
		if t.sources == nil || len(t.sources) >= sourcesMax {
			t.sources = map[netip.Addr]*bucket{} // the bound on all together still holds
		}
		b = &bucket{}
		t.sources[from] = b
	}
	return b.take(now, burstEach, rateEach) && t.all.take(now, burstAll, rateAll)
}
