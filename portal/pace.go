package portal

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pace bounds how often strangers do something that is kept: each source, and all of
// them together, so that nobody fills the disk. Sources are forgotten, the oldest
// first, which costs an attacker an address each.
type pace struct {
	each, all rate.Limit
	burst     int // of one source
	crowd     int // of all

	mu      sync.Mutex
	total   *rate.Limiter
	sources map[string]*rate.Limiter
	order   []string
}

// paceSources is how many sources are remembered, ours.
const paceSources = 512

func newPace(burst int, each time.Duration, crowd int, all time.Duration) *pace {
	return &pace{each: rate.Every(each), burst: burst, crowd: crowd, all: rate.Every(all),
		total: rate.NewLimiter(rate.Every(all), crowd), sources: map[string]*rate.Limiter{}}
}

// take admits one more of a source at now.
func (p *pace) take(now time.Time, source string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.sources[source]
	if l == nil {
		if len(p.order) >= paceSources {
			delete(p.sources, p.order[0])
			p.order = p.order[1:]
		}
		l = rate.NewLimiter(p.each, p.burst)
		p.sources[source], p.order = l, append(p.order, source)
	}
	return l.AllowN(now, 1) && p.total.AllowN(now, 1)
}
