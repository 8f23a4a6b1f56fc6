package plant

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"sync"
	"time"
)

// Network is what there is. Fill in the exported fields before the first call
// and leave them alone after it; what changes later has a method.
//
// Time is the world's and comes with every call. Whoever drives the network
// calls [Network.Update] when something has changed, regularly for the loads,
// and at the instants that the network asks for by Wake.
type Network struct {
	Voltage      float64 // V, rated, phase to phase
	Frequency    float64 // Hz
	Seed         uint64  // of the flutter
	Sources      []Source
	Transformers []Transformer
	Branches     []Branch
	Cables       []Cable
	Loads        []Load
	Motors       []Motor
	Capacitors   []Capacitor
	Date         func(now time.Duration) time.Time // calendar date of a world time
	// Wake is called, with the network locked, when the instant at which Update
	// is next needed has changed. It may be nil.
	Wake func(at time.Duration)
	// PhasorsOnly leaves out the samples: faults are phasors from their first
	// instant on.
	PhasorsOnly bool

	mu      sync.Mutex
	running bool
	again   bool
	now     time.Duration      // reached
	until   time.Duration      // asked for
	where   map[string]*island // of the nodes
	islands []*island
	faults  []Fault
	begun   int            // so many faults
	losses  int            // so many of supply
	lost    map[string]int // sources and transformers, and by which loss
	agenda  []appointment
	woken   time.Duration
	loadsAt time.Duration // when the loads were last looked at
	looked  bool
}

// appointment is something that the network has to do later.
type appointment struct {
	at time.Duration
	do func(now time.Duration)
}

// Check returns what is wrong with the network, all of it.
func (n *Network) Check() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.divide()
	var bad []error
	for _, s := range n.Sources {
		if z := s.Ohm + s.Upstream; !(cmplx.Abs(s.Ohm) >= 1e-9) || real(z) < 0 || imag(z) < 0 || cmplx.IsInf(z) || cmplx.IsNaN(s.Zero) {
			bad = append(bad, fmt.Errorf("source %s: an impedance of %v ohm would feed any current; give it one", s.Name, s.Ohm))
		}
		if s.Machine != nil && s.Machine.StartsOn != "" && n.source(s.Machine.StartsOn) < 0 && !slices.ContainsFunc(n.Transformers, func(t Transformer) bool { return t.Name == s.Machine.StartsOn }) {
			bad = append(bad, fmt.Errorf("generator %s: there is no source %q to start on", s.Name, s.Machine.StartsOn))
		}
	}
	for _, t := range n.Transformers {
		if !(cmplx.Abs(t.Ohm) >= 1e-9) || real(t.Ohm) < 0 || imag(t.Ohm) < 0 || cmplx.IsInf(t.Ohm) || cmplx.IsNaN(t.Zero) {
			bad = append(bad, fmt.Errorf("transformer %s: an impedance of %v ohm would pass any current; give it one", t.Name, t.Ohm))
		}
	}
	for _, c := range n.Cables {
		if !(cmplx.Abs(c.Ohm) >= 1e-9) || cmplx.IsInf(c.Ohm) || real(c.Back()) < 0 || imag(c.Back()) < 0 || c.Back() == 0 {
			bad = append(bad, fmt.Errorf("cable %s: an impedance of %v ohm and %v ohm back; neither may be 0 or below, and the zero sequence is not below the positive", c.Name, c.Ohm, c.Back()))
		}
	}
	for _, m := range n.Motors {
		if err := m.Check(n.Voltage); err != nil {
			bad = append(bad, err)
		}
	}
	for _, l := range n.Loads {
		if !l.Harmonics.sound() {
			bad = append(bad, fmt.Errorf("load %s: a harmonic is a share of the fundamental from 0 to 1", l.Name))
		}
	}
	for _, c := range n.Capacitors {
		if !(c.VAR > 0) {
			bad = append(bad, fmt.Errorf("capacitor %s: %g var; give it more than 0", c.Name, c.VAR))
		}
	}
	return errors.Join(bad...)
}

func (n *Network) source(name string) int {
	return slices.IndexFunc(n.Sources, func(s Source) bool { return s.Name == name })
}

// divide finds the islands.
func (n *Network) divide() {
	if n.where != nil {
		return
	}
	class := map[string]string{}
	var nodes []string
	var root func(string) string
	root = func(x string) string {
		if up, ok := class[x]; !ok {
			class[x] = x
			nodes = append(nodes, x)
			return x
		} else if up != x {
			class[x] = root(up)
		}
		return class[x]
	}
	join := func(a, b string) { class[root(b)] = root(a) }
	for _, s := range n.Sources {
		root(s.Node)
	}
	for _, t := range n.Transformers {
		join(t.From, t.To)
	}
	for _, b := range n.Branches {
		join(b.From, b.To)
	}
	for _, c := range n.Cables {
		join(c.From, c.To)
	}
	for _, l := range n.Loads {
		root(l.Node)
	}
	for _, m := range n.Motors {
		root(m.Node)
	}
	for _, c := range n.Capacitors {
		root(c.Node)
	}
	n.where = map[string]*island{}
	of := map[string]*island{}
	for _, x := range nodes {
		r := root(x)
		if of[r] == nil {
			of[r] = &island{net: n, w: 2 * math.Pi * n.Frequency, bus: map[string]int{}}
			n.islands = append(n.islands, of[r])
		}
		of[r].addBus(x)
		n.where[x] = of[r]
	}
	n.assign()
}

func (s *island) addBus(name string) {
	if _, ok := s.bus[name]; !ok {
		s.bus[name] = len(s.names)
		s.names = append(s.names, name)
	}
}

// assign gives every element to its island.
func (n *Network) assign() {
	for k := range n.Sources {
		s := n.where[n.Sources[k].Node]
		s.sources = append(s.sources, k)
		s.gens = append(s.gens, stage{now: 1})
	}
	for k := range n.Transformers {
		s := n.where[n.Transformers[k].From]
		s.transformers = append(s.transformers, k)
	}
	for k := range n.Branches {
		s := n.where[n.Branches[k].From]
		s.branches = append(s.branches, k)
		s.cover = append(s.cover, -1)
	}
	for k := range n.Cables {
		s := n.where[n.Cables[k].From]
		s.cables = append(s.cables, k)
	}
	for k := range n.Loads {
		s := n.where[n.Loads[k].Node]
		s.loads = append(s.loads, k)
		s.share = append(s.share, 0)
	}
	for k := range n.Motors {
		s := n.where[n.Motors[k].Node]
		s.motors = append(s.motors, k)
	}
	for k := range n.Capacitors {
		s := n.where[n.Capacitors[k].Node]
		s.capacitors = append(s.capacitors, k)
	}
	for _, s := range n.islands {
		s.build()
	}
}

// Update brings the network to now and tells every breaker concerned what it
// carries. A breaker may open while it is told; the network is then solved
// again, until nothing changes. It may be called from several goroutines and
// from within itself: one of them does the work.
func (n *Network) Update(now time.Duration) {
	n.mu.Lock()
	n.update(now)
	n.mu.Unlock()
}

// update is called locked, and unlocks while breakers are told.
func (n *Network) update(now time.Duration) {
	n.until = max(n.until, now)
	if n.running {
		n.again = true
		return
	}
	n.running = true
	n.divide()
	// Every round is a sample, an appointment, or caused by a breaker that
	// moved, and a breaker moves at most a few times at one instant.
	for rounds, at := 0, time.Duration(-1); rounds <= 4*len(n.Branches)+8; rounds++ {
		n.again = false
		told, t := n.round()
		if t > at {
			at, rounds = t, 0
		}
		n.tell(told, t)
		if len(told) == 0 && !n.again && n.next() > n.until {
			break
		}
	}
	n.running = false
	if next := n.next(); n.Wake != nil && next != n.woken {
		n.woken = next
		if next != never {
			n.Wake(next)
		}
	}
}

const never = time.Duration(math.MaxInt64)

// next is when the network must be updated next for its own sake.
func (n *Network) next() time.Duration {
	at := never
	if len(n.agenda) > 0 {
		at = n.agenda[0].at
	}
	for _, s := range n.islands {
		if s.tr != nil {
			at = min(at, s.nextSample())
		}
	}
	return at
}

func (s *island) nextSample() time.Duration { return s.grid(s.tr.n + 1) }

// round does the next thing that is due by now, and returns what must be told
// and as of when.
func (n *Network) round() ([]report, time.Duration) {
	at := max(n.now, min(n.until, n.next()))
	n.now = at
	for len(n.agenda) > 0 && n.agenda[0].at <= at {
		a := n.agenda[0]
		n.agenda = n.agenda[1:]
		a.do(max(at, a.at))
	}
	var out []report
	n.loads(at)
	for _, s := range n.islands {
		s.sense(at)
		switch {
		case s.tr != nil && s.nextSample() <= at:
			s.sample()
			if s.over() {
				out = s.reports(out)
			} else {
				out = s.samples(out)
			}
		case s.tr == nil && s.fresh:
			s.fresh = false
			s.rest(at)
			out = s.reports(out)
		}
	}
	return out, at
}

// rest solves the island at rest.
func (s *island) rest(now time.Duration) {
	s.solve()
	s.look(now)
	s.setStages(now)
	again := false
	for i := range s.sources {
		again = again || s.gens[i].on
	}
	if s.fallOff() || again {
		s.solve()
	}
}

// tell tells the breakers, without the lock.
func (n *Network) tell(told []report, at time.Duration) {
	n.mu.Unlock()
	defer n.mu.Lock()
	for k := range told {
		r := &told[k]
		b := n.Branches[r.branch].Switch
		if !r.sampled {
			b.Distorted(at, r.i, r.v, r.hz, r.h)
			continue
		}
		var i [4]float64
		var v [3]float64
		for c := range i {
			i[c] = real(r.i[c])
		}
		for p := range v {
			v[p] = real(r.v[p])
		}
		b.Sample(at, i, v)
	}
}

// sense takes up which breakers are closed.
func (s *island) sense(now time.Duration) {
	for i, k := range s.branches {
		b := &s.net.Branches[k]
		closed := 0
		if b.Switch.Closed() {
			closed = 1
		}
		if s.cover[i] == closed {
			continue
		}
		if s.cover[i] >= 0 && s.lively() {
			s.disturb(now)
		}
		s.cover[i] = closed
		for c := range conductors {
			on := closed == 1 || c == neutral && b.Poles == 3
			if c == neutral && s.net.neutralBroken(b.Name) {
				on = false
			}
			s.switchLimb(s.pole[i][c], on)
		}
		s.changed(now)
	}
}

// lively reports whether switching a breaker here is worth samples: there is a
// fault, or something that inrushes. Ordinary loads go from phasors to phasors.
func (s *island) lively() bool {
	if s.net.PhasorsOnly {
		return false
	}
	return s.tr != nil || len(s.motors)+len(s.capacitors) > 0 ||
		slices.ContainsFunc(s.net.faults, func(f Fault) bool { return f.island == s && f.on })
}

// changed says that the circuit is another one now.
func (s *island) changed(now time.Duration) {
	if s.tr == nil {
		s.fresh = true
		return
	}
	s.solve() // for the arcs, the generators and what holds its power
	s.look(now)
	s.holdCurrents()
	s.tr.switched()
}

// act changes something in an island: with samples where there are to be any.
func (n *Network) act(s *island, now time.Duration, f func()) {
	now = max(n.now, now)
	if !n.PhasorsOnly {
		n.settle(s)
		s.disturb(now)
	}
	f()
	s.changed(now)
}

// settle solves what has changed since the last solution, so that the samples
// begin from what is.
func (n *Network) settle(s *island) {
	if s.tr == nil && s.fresh {
		s.solve()
	}
}

// later puts something on the agenda.
func (n *Network) later(at time.Duration, do func(now time.Duration)) {
	i, _ := slices.BinarySearchFunc(n.agenda, at, func(a appointment, at time.Duration) int { return cmp.Compare(a.at, at+1) })
	n.agenda = slices.Insert(n.agenda, i, appointment{at, do})
}

// loadBand is by how much of its peak a load must have moved before its island is
// solved for it: ours, less than half of the accuracy of the metering.
const loadBand = 2e-3

// loads follows the profiles.
func (n *Network) loads(now time.Duration) {
	if n.looked && now == n.loadsAt {
		return
	}
	n.looked, n.loadsAt = true, now
	date := time.Unix(0, 0).UTC().Add(now)
	if n.Date != nil {
		date = n.Date(now)
	}
	for _, s := range n.islands {
		if s.tr == nil && s.drift(date) { // a load that drifts through a fault is nothing
			s.fresh = true
			for i, k := range s.loads {
				s.share[i] = n.Loads[k].share(n.Seed, k, date)
				s.setLoad(i)
			}
		}
	}
}

// drift reports whether a load has moved, or is to be looked at anyway.
func (s *island) drift(date time.Time) bool {
	for i, k := range s.loads {
		share := s.net.Loads[k].share(s.net.Seed, k, date)
		if d := math.Abs(s.share[i] - share); d > loadBand || d > 0 && (s.fresh || share == 0) {
			return true
		}
	}
	return false
}

// share is the load's share of its peak.
func (l *Load) share(seed uint64, k int, date time.Time) float64 {
	if l.Off {
		return 0
	}
	if l.held != nil {
		return *l.held
	}
	return l.Profile.At(date) * (1 + l.Flutter*flutter(seed, uint64(k), date))
}
