package trace

import (
	"cmp"
	"net/netip"
	"slices"
	"time"
)

// Party is a client of a unit, whatever connections it has. The zero Party
// stands for all that a ring does not tell apart.
type Party struct {
	Client netip.Addr
	Server netip.AddrPort
	Unit   byte
}

// Traffic is how much a party asks, by kind.
type Traffic struct {
	Party
	Total [kinds]uint64 // since the ring began
	Rate  [kinds]uint32 // in the last whole second
}

// partiesMax is how many clients of units are told apart. Ours.
const partiesMax = 1024

// traffic counts, by who asks whom.
type traffic struct {
	by   map[Party]*count
	last *count // most requests come from who asked before
	who  Party
}

// count counts a party: in all, in the second that runs, and in the one before.
type count struct {
	total        [kinds]uint64
	second       int64
	running, was [kinds]uint32
}

func (t *traffic) count(e *Exchange, k Kind) {
	p := Party{e.Client.Addr(), e.Server, e.Unit}
	if t.last == nil || t.who != p {
		t.last, t.who = t.of(p), p
	}
	t.last.turn(e.Time.Unix())
	t.last.total[k]++
	t.last.running[k]++
}

func (t *traffic) of(p Party) *count {
	if c, ok := t.by[p]; ok {
		return c
	}
	if len(t.by) >= partiesMax {
		if c, ok := t.by[Party{}]; ok {
			return c
		}
		p = Party{}
	}
	c := &count{}
	t.by[p] = c
	return c
}

// turn begins a second, if it is a new one.
func (c *count) turn(second int64) {
	if second <= c.second {
		return
	}
	c.was = [kinds]uint32{}
	if second == c.second+1 {
		c.was = c.running
	}
	c.second, c.running = second, [kinds]uint32{}
}

// Traffic is how much each party has asked, the busiest first.
func (r *Ring) Traffic(now time.Time) []Traffic {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []Traffic
	for p, c := range r.traffic.by {
		c.turn(now.Unix())
		all = append(all, Traffic{p, c.total, c.was})
	}
	slices.SortFunc(all, func(a, b Traffic) int {
		return cmp.Or(cmp.Compare(b.sum(), a.sum()), b.Client.Compare(a.Client), a.Server.Compare(b.Server), cmp.Compare(a.Unit, b.Unit))
	})
	return all
}

func (t *Traffic) sum() uint32 { return t.Rate[Reads] + t.Rate[Orders] + t.Rate[Trouble] }
