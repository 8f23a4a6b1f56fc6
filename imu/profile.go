package imu

import (
	"time"
)

// loadProfile counts how long the highest current was in each band of In:
// below 50 %, 50–79 %, 80–89 %, from 90 % on (MB T001025043).
type loadProfile struct {
	Band  int              // in which it is
	Since time.Duration    // from when
	Spent [4]time.Duration // until Since
	Flows bool             // no current at all is no band
	Share float64          // of In, of the highest phase
}

// from says that the rms currents are i from at on, and returns the highest of the
// phases as a share of In.
func (p *loadProfile) from(at time.Duration, i [4]float64, in float64) (x float64) {
	p.Spent = p.at(at)
	p.Since = at
	var m float64
	for _, c := range i[:3] {
		m = max(m, c)
	}
	p.Flows = m > 0
	switch x = m / in; {
	case x < 0.5:
		p.Band = 0
	case x < 0.8:
		p.Band = 1
	case x < 0.9:
		p.Band = 2
	default:
		p.Band = 3
	}
	p.Share = x
	return x
}

// at returns the time spent in each band until now.
func (p *loadProfile) at(now time.Duration) [4]time.Duration {
	s := p.Spent
	if p.Flows {
		s[p.Band&3] += max(0, now-p.Since)
	}
	return s
}
