package lab

import (
	"cmp"
	"net/netip"
	"slices"
	"sync"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/regmap"
	"switchroom/site"
	"switchroom/trace"
)

// overheard is what crosses every path to the breakers: the exchanges over Modbus
// as the clients got them, and the operations as the breakers decided them.
type overheard struct {
	ring  *trace.Ring
	since time.Time
	names map[socket]string // breakers and panel servers, by where they answer

	mu    sync.Mutex // guards what follows
	bus   told       // operations by Modbus: each is joined with its request
	rest  told       // by every other path
	known map[string]access.Levels
	wrong uint64
}

// socket is where somebody answers: an address and a unit id.
type socket struct {
	at   netip.AddrPort
	unit byte
}

// told keeps the newest operations.
type told struct {
	all  []operation // grows to its bound, then next is the oldest
	next int
}

// operation is one that was asked of a breaker.
type operation struct {
	imu.Asked
	number uint64
	at     time.Time // by the clock of the wire, which does not follow the world's
}

// toldMax is how many operations are kept of each; ours, some 1 MB.
const toldMax = 2048

func (t *told) add(o operation) {
	if len(t.all) < toldMax {
		t.all = append(t.all, o)
		return
	}
	t.all[t.next] = o
	t.next = (t.next + 1) % toldMax
}

func newOverheard(s *site.Site) *overheard {
	return &overheard{ring: trace.NewRing(false), since: time.Now(), names: placesOf(s), known: map[string]access.Levels{}}
}

// placesOf are those who answer over Modbus. One with an address of its own is
// also what its unit ids 0 and 255 reach.
func placesOf(s *site.Site) map[socket]string {
	all := map[socket]string{}
	if s == nil {
		return all
	}
	for i := range s.Gateways {
		if g := &s.Gateways[i]; g.Panel {
			all[socket{g.Address, 0}], all[socket{g.Address, 255}] = g.Name, g.Name
		}
	}
	for i := range s.Breakers {
		b := &s.Breakers[i]
		if !b.Reachable() {
			continue
		}
		if b.ID != 0 {
			all[socket{b.Address, b.ID}] = b.Unit.Name
		}
		if b.Via == "" {
			all[socket{b.Address, 0}], all[socket{b.Address, 255}] = b.Unit.Name, b.Unit.Name
		}
	}
	return all
}

// name is who answers at an address and a unit id; "" is nobody.
func (o *overheard) name(at netip.AddrPort, unit byte) string {
	if name, ok := o.names[socket{at, unit}]; ok {
		return name
	}
	everywhere := netip.IPv4Unspecified()
	if at.Addr().Is6() {
		everywhere = netip.IPv6Unspecified()
	}
	return o.names[socket{netip.AddrPortFrom(everywhere, at.Port()), unit}]
}

// Overhear has the laboratory show what a ring hears, which stands in front of
// every breaker. It must be called before Start.
func (s *Server) Overhear(r *trace.Ring) { s.wire.ring = r }

// listen has every breaker tell what is asked of it.
func (o *overheard) listen(l *site.Lab) {
	for _, u := range l.Units {
		u.Observe(o.observe)
	}
}

// observe takes an operation. It is on the goroutine of whoever asked, and must
// not wait.
func (o *overheard) observe(a imu.Asked) {
	o.mu.Lock()
	defer o.mu.Unlock()
	x := operation{a, o.ring.Take(), time.Now()} // with the lock: whoever has seen a later number finds it
	if a.Actor.Path != access.Modbus {
		o.rest.add(x)
		return
	}
	o.bus.add(x)
	if a.Password && a.Actor.Levels != 0 {
		o.known[a.Unit] |= a.Actor.Levels
	} else if a.Password {
		o.wrong++
	}
}

// asker is who asked what of whom.
type asker struct{ unit, client string }

// joins finds the operations that requests were, of one moment.
type joins struct {
	all  []operation // by their numbers
	by   map[asker][]int
	used []bool // one request, one operation
}

func (o *overheard) joins() *joins {
	j := &joins{by: map[asker][]int{}}
	o.mu.Lock()
	j.all = append(append(j.all, o.bus.all[o.bus.next:]...), o.bus.all[:o.bus.next]...)
	o.mu.Unlock()
	j.used = make([]bool, len(j.all))
	for i := range j.all {
		k := asker{j.all[i].Unit, j.all[i].Actor.Source}
		j.by[k] = append(j.by[k], i)
	}
	return j
}

// find is the operation that a request was: asked of the same breaker by the same
// address between its beginning and its end, and doing what its command does. A
// request that the interface answers by itself has none.
func (j *joins) find(unit string, h *trace.Heard) *operation {
	if h.Kind != trace.Orders {
		return nil
	}
	want, is := commandPoint(h.Request)
	all := j.by[asker{unit, h.Client.Addr().String()}]
	n, _ := slices.BinarySearchFunc(all, h.Number, func(i int, number uint64) int { return cmp.Compare(j.all[i].number, number) })
	for _, i := range slices.Backward(all[:n]) { // the last before its end: several may be under way
		x := &j.all[i]
		if x.at.Before(h.Time) {
			break
		}
		if !j.used[i] && !x.at.After(h.Time.Add(h.Took)) && (!is || x.Op == want) {
			j.used[i] = true
			return x
		}
	}
	return nil
}

// others are the operations by every path but Modbus that are wanted, the newest
// first.
func (o *overheard) others(want func(*operation) bool) (all []operation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.rest.all {
		if x := &o.rest.all[i]; want(x) {
			all = append(all, *x)
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return cmp.Compare(b.number, a.number) })
	return all
}

// builtIn is the map of a breaker that no wire leads to.
var builtIn = regmap.Default()

// mapOf is the register map of a breaker.
func (s *Server) mapOf(unit string) *regmap.Map {
	if l := s.lines[unit]; l != nil {
		return l.Map()
	}
	return builtIn
}
