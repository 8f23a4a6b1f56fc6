// Package plant is the electrical network of a laboratory: sources behind
// their impedance, busbars, breakers between them and loads that follow the
// day. It computes what each breaker carries and tells the breaker.
//
// The network is solved exactly, phase by phase, by nodal analysis: a source is
// a voltage behind an impedance, a closed breaker a small resistance, a load a
// constant admittance that draws its power at rated voltage. The phases do not
// influence one another, and the neutral carries what the three loads leave
// over. So radial, coupled and paralleled networks are the same to it.
//
// It knows nothing of settings, passwords or protocols, and it never opens a
// breaker: breakers open themselves and tell.
package plant

import (
	"fmt"
	"math"
	"math/cmplx"
	"sync"
	"time"
)

// Switch is a breaker as the network sees it. *imu.Unit is one.
type Switch interface {
	// Closed reports whether the contacts touch.
	Closed() bool
	// Steady tells the rms phasors from now on: currents of l1, l2, l3 and
	// neutral in A, positive from From to To; phase-to-neutral voltages in V;
	// frequency in Hz, 0 without voltage.
	Steady(now time.Duration, i [4]complex128, v [3]complex128, hz float64)
}

// Source feeds a node.
type Source struct {
	Name string
	Node string
	Ohm  complex128 // impedance of a phase; must not be 0
}

// Branch is a breaker between two nodes: current from From to To is positive.
type Branch struct {
	Name     string
	Switch   Switch
	From, To string
	TapsTop  bool // measures voltage at From; otherwise at To
}

// Load draws power from a node.
type Load struct {
	Name    string
	Node    string
	Peak    float64    // W, of the three phases together, at rated voltage and the top of its profile
	Factor  float64    // power factor, lagging; 0 is 1
	Split   [3]float64 // share of each phase; zero is a third each
	Profile Profile
	Flutter float64 // how far it strays from its profile, as a share; 0: not at all
	Off     bool
}

// Network is what there is. Fill in the exported fields, then call
// [Network.Update] whenever something has changed.
type Network struct {
	Voltage   float64 // V, rated, phase to phase
	Frequency float64 // Hz
	Seed      uint64  // of the flutter
	Sources   []Source
	Branches  []Branch
	Loads     []Load
	Date      func(now time.Duration) time.Time // calendar date of a world time

	mu      sync.Mutex
	running bool
	again   bool
	index   map[string]int
}

// closedOhm is the resistance of a pole. Ours: the order of a busbar joint.
const closedOhm = 50e-6

// leakSiemens ties every node to earth so that an island without source has a
// solution: no voltage. Ours; it carries microamperes.
const leakSiemens = 1e-9

// Check returns what is wrong with the network.
func (n *Network) Check() error {
	for _, s := range n.Sources {
		if cmplx.Abs(s.Ohm) < 1e-9 {
			return fmt.Errorf("source %s: an impedance of %v ohm would feed any current; give it one", s.Name, s.Ohm)
		}
	}
	return nil
}

// SetOff switches a load off or on. It reports whether there is such a load.
func (n *Network) SetOff(load string, off bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.Loads {
		if n.Loads[i].Name == load {
			n.Loads[i].Off = off
			return true
		}
	}
	return false
}

// Update solves the network at now and tells every breaker what it carries.
// A breaker may open while it is told; the network is then solved again, until
// nothing changes. It may be called from several goroutines and from within
// itself: one of them does the work.
func (n *Network) Update(now time.Duration) {
	n.mu.Lock()
	if n.running {
		n.again = true
		n.mu.Unlock()
		return
	}
	n.running = true
	for rounds := 0; ; rounds++ {
		n.again = false
		told := n.solve(now)
		n.mu.Unlock()
		for k, b := range n.Branches {
			b.Switch.Steady(now, told[k].i, told[k].v, told[k].hz)
		}
		n.mu.Lock()
		// Every round is caused by a breaker that moved, and a breaker moves at
		// most a few times at one instant.
		if !n.again || rounds > 4*len(n.Branches)+4 {
			break
		}
	}
	n.running = false
	n.mu.Unlock()
}

// told is what one breaker is told.
type told struct {
	i  [4]complex128
	v  [3]complex128
	hz float64
}

// solve returns what each branch carries.
func (n *Network) solve(now time.Duration) []told {
	n.number()
	out := make([]told, len(n.Branches))
	share := n.shares(now)
	for p := range 3 {
		v := n.phase(p, share)
		for k := range n.Branches {
			n.branch(&out[k], k, p, v)
		}
	}
	for k := range out {
		out[k].i[3] = -(out[k].i[0] + out[k].i[1] + out[k].i[2])
		if cmplx.Abs(out[k].v[0]) > 0.05*n.Voltage {
			out[k].hz = n.Frequency
		}
	}
	return out
}

// number gives every node its place in the equations.
func (n *Network) number() {
	if n.index != nil {
		return
	}
	n.index = map[string]int{}
	add := func(node string) {
		if _, ok := n.index[node]; !ok {
			n.index[node] = len(n.index)
		}
	}
	for _, s := range n.Sources {
		add(s.Node)
	}
	for _, b := range n.Branches {
		add(b.From)
		add(b.To)
	}
	for _, l := range n.Loads {
		add(l.Node)
	}
}

// shares returns each load's share of its peak at now.
func (n *Network) shares(now time.Duration) []float64 {
	s := make([]float64, len(n.Loads))
	date := time.Unix(0, 0).UTC().Add(now)
	if n.Date != nil {
		date = n.Date(now)
	}
	for i := range n.Loads {
		l := &n.Loads[i]
		if !l.Off {
			s[i] = l.Profile.At(date) * (1 + l.Flutter*flutter(n.Seed, uint64(i), date))
		}
	}
	return s
}

// phase returns the node voltages of one phase.
func (n *Network) phase(p int, share []float64) []complex128 {
	m := newSystem(len(n.index))
	rated := cmplx.Rect(n.Voltage/math.Sqrt(3), -2*math.Pi/3*float64(p))
	for _, s := range n.Sources {
		k := n.index[s.Node]
		m.shunt(k, 1/s.Ohm)
		m.rhs[k] += rated / s.Ohm
	}
	for _, b := range n.Branches {
		if b.Switch.Closed() {
			m.series(n.index[b.From], n.index[b.To], 1/closedOhm)
		}
	}
	for i := range n.Loads {
		m.shunt(n.index[n.Loads[i].Node], n.Loads[i].admittance(p, share[i], n.Voltage))
	}
	return m.solve()
}

// admittance returns what the load is in phase p: constant, and drawing its
// power at rated voltage.
func (l *Load) admittance(p int, share, voltage float64) complex128 {
	split := l.Split
	if split == ([3]float64{}) {
		split = [3]float64{1. / 3, 1. / 3, 1. / 3}
	}
	pf := l.Factor
	if pf == 0 {
		pf = 1
	}
	watts := l.Peak * share * split[p]
	vars := watts * math.Tan(math.Acos(pf))
	return complex(watts, -vars) * 3 / complex(voltage*voltage, 0)
}

// branch puts into t what branch k carries in phase p.
func (n *Network) branch(t *told, k, p int, v []complex128) {
	b := &n.Branches[k]
	from, to := v[n.index[b.From]], v[n.index[b.To]]
	if b.Switch.Closed() {
		t.i[p] = (from - to) / closedOhm
	}
	t.v[p] = to
	if b.TapsTop {
		t.v[p] = from
	}
	if cmplx.Abs(t.v[p]) < 1e-3*n.Voltage {
		t.v[p] = 0 // what leaks into a dead busbar is no voltage
	}
}
