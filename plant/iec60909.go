package plant

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"
)

// Of IEC 60909-0. Recalled, and held to the example of IEC TR 60909-4 by a test.
const (
	cMax      = 1.05  // voltage factor of the largest currents in networks of 1 kV and below with +6 %
	cMaxWide  = 1.10  // the same with +10 %
	cMin      = 0.95  // of the smallest
	cUpstream = 1.10  // of the network above the transformer, whose short-circuit power was found with it
	alpha     = 0.004 // 1/K, of copper and aluminium
	unearthed = 1e6   // ohm, zero sequence above which nothing but the leaks of the model ties to earth; ours
	fc        = 0.4   // 20 Hz of 50 Hz (24 of 60): equivalent frequency for κ, method (c)
)

// Prospective is what a bolted fault at a node would draw by IEC 60909-0:
// equivalent voltage source at the fault, loads, motors and capacitors left out,
// breakers as they stand. All currents in A.
type Prospective struct {
	Node   string  `json:"node"`
	Ik3Max float64 `json:"ik3_max"` // I″k, three-phase, conductors at 20 °C
	Ik3Min float64 `json:"ik3_min"` // conductors at their end temperature
	Ik2Min float64 `json:"ik2_min"` // phase to phase: √3/2 of it
	Ik1Max float64 `json:"ik1_max"` // phase to earth
	Ik1Min float64 `json:"ik1_min"`
	Kappa  float64 `json:"kappa"` // of the three-phase maximum
	Ip     float64 `json:"ip"`    // peak
	Ib     float64 `json:"ib"`    // symmetrical breaking current: I″k, far from generators
	RX     float64 `json:"r_x"`   // R/X at the node
	// NearGenerator: a generator feeds it, and Ib is then a bound: the current
	// sinks before a breaker parts.
	NearGenerator bool `json:"near_generator"`
}

// Seen is what a breaker carries of the largest three-phase fault at a node
// beside it.
type Seen struct {
	Breaker string  `json:"breaker"`
	At      string  `json:"fault_at"`
	Ik3     float64 `json:"ik3"`
	Ip      float64 `json:"ip"`
}

// Study is the prospective currents of a network.
type Study struct {
	Wide     bool          `json:"-"`
	CMax     float64       `json:"c_max"`
	CMin     float64       `json:"c_min"`
	Nodes    []Prospective `json:"nodes"`
	Breakers []Seen        `json:"breakers"`
}

// ShortCircuit computes the prospective currents of every node that a source
// feeds, and what each breaker would carry. wide takes the voltage factor 1.10
// (+10 %) instead of 1.05 (+6 %).
func (n *Network) ShortCircuit(wide bool) *Study {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.divide()
	st := &Study{Wide: wide, CMax: cMax, CMin: cMin}
	if wide {
		st.CMax = cMaxWide
	}
	for _, s := range n.islands {
		s.study(st)
	}
	return st
}

// sequence is one sequence network of an island.
type sequence struct {
	*system[complex128]
	live []bool // fed by a source
	gen  []bool // by a generator
}

// kind says which network of the standard is wanted.
type kind struct {
	zero bool
	hot  bool    // conductors at their end temperature
	c    float64 // cMax for the impedance correction of the largest currents; 0: no correction
	f    float64 // reactances times this
}

func (s *island) sequence(k kind) *sequence {
	d := newDrawing(len(s.names), k.f)
	for i, b := range s.branches {
		if br := &s.net.Branches[b]; s.cover[i] == 1 || s.cover[i] < 0 && br.Switch.Closed() {
			d.link(s.bus[br.From], s.bus[br.To], closedOhm)
		}
	}
	for _, c := range s.cables {
		cb := &s.net.Cables[c]
		d.link(s.bus[cb.From], s.bus[cb.To], cb.ohm(k))
	}
	for _, c := range s.transformers {
		s.drawTransformer(d, c, k)
	}
	q := &sequence{live: make([]bool, len(s.names)), gen: make([]bool, len(s.names))}
	for _, c := range s.sources {
		src := &s.net.Sources[c]
		if src.Off {
			continue
		}
		if !k.zero || src.Earthing != Isolated {
			d.between(s.bus[src.Node], earth, src.ohm(k, s.net.Voltage))
		}
		for i := range d.of {
			if d.root(i) == d.root(s.bus[src.Node]) {
				q.live[i] = true
				q.gen[i] = q.gen[i] || src.Machine != nil
			}
		}
	}
	q.system = d.system(len(s.names))
	return q
}

// drawTransformer: the delta closes the zero sequence below, whatever is above,
// and keeps it from there.
func (s *island) drawTransformer(d *drawing, c int, k kind) {
	t := &s.net.Transformers[c]
	from, to := s.bus[t.From], s.bus[t.To]
	switch {
	case k.zero && t.Earthing != Isolated:
		d.between(to, earth, t.ohm(k, s.net.Voltage))
	case !k.zero && !t.Off:
		d.link(from, to, t.ohm(k, s.net.Voltage))
	}
}

// drawing is a sequence network while it is drawn: its elements, and which buses
// hang together.
type drawing struct {
	factor float64 // of the reactances
	pairs  []pair
	ys     []complex128
	of     []int
}

func newDrawing(buses int, factor float64) *drawing {
	d := &drawing{factor: factor}
	for i := range buses {
		d.of = append(d.of, i)
	}
	return d
}

func (d *drawing) root(i int) int {
	for d.of[i] != i {
		i = d.of[i]
	}
	return i
}

func (d *drawing) between(a, b int, z complex128) {
	d.pairs = append(d.pairs, pair{a, b})
	d.ys = append(d.ys, 1/complex(real(z), imag(z)*d.factor))
}

func (d *drawing) link(a, b int, z complex128) {
	d.between(a, b, z)
	d.of[d.root(a)] = d.root(b)
}

func (d *drawing) system(buses int) *system[complex128] {
	m := newSystem[complex128](newPattern(buses, d.pairs))
	for i, e := range d.pairs {
		m.between(e[0], e[1], m.element(e[0], e[1]), d.ys[i])
	}
	m.factor()
	return m
}

// ohm is the cable's impedance in a sequence network.
func (c *Cable) ohm(k kind) complex128 {
	z := c.Ohm
	if k.zero {
		z = c.Ohm + 3*c.Back()
	}
	if k.hot {
		z = complex(real(z)*(1+alpha*(or(c.Hot, 160)-20)), imag(z))
	}
	return z
}

// ohm is the source's impedance in a sequence network.
func (src *Source) ohm(k kind, volts float64) complex128 {
	own, kt := src.Ohm, complex(1, 0)
	if k.zero && src.Zero != 0 {
		own = src.Zero
	}
	if k.c > 0 {
		kt = complex(src.correction(k.c, volts), 0)
	}
	z := own * kt
	if src.Machine == nil && src.Rated == 0 {
		z = own * cUpstream // a grid, by its short-circuit power
	}
	if !k.zero || src.Zero == 0 {
		z += src.Upstream * cUpstream
	}
	if k.zero && src.Earthing == EarthedByImpedance {
		z += 3 * src.EarthOhm
	}
	return z
}

func (t *Transformer) ohm(k kind, volts float64) complex128 {
	as := Source{Ohm: t.Ohm, Zero: t.Zero, Volts: t.Volts, Rated: t.Rated, Earthing: t.Earthing, EarthOhm: t.EarthOhm}
	return as.ohm(k, volts)
}

// correction is K_T = 0.95·cmax/(1 + 0.6·xT) of a transformer (6.3.3), and
// K_G = cmax/(1 + x″d·sin φ) of a generator with sin φ = 0.6 (6.6.1; 0.6 is ours).
func (src *Source) correction(c, volts float64) float64 {
	v := or(src.Volts, volts)
	switch {
	case src.Machine != nil:
		return c / (1 + imag(src.Ohm)*src.Machine.VA/(v*v)*0.6)
	case src.Rated > 0:
		return 0.95 * c / (1 + 0.6*imag(src.Ohm)*src.Rated/(v*v))
	}
	return 1
}

// thevenin is the impedance that a fault at bus k sees.
func (q *sequence) thevenin(k int) ([]complex128, complex128) {
	v := make([]complex128, len(q.diag))
	v[k] = 1
	q.solve(v)
	return v, v[k]
}

func (s *island) study(st *Study) {
	big, small := kind{c: st.CMax, f: 1}, kind{hot: true, f: 1}
	one, oneHot := s.sequence(big), s.sequence(small)
	slow := big
	slow.f = fc
	at20 := s.sequence(slow)
	big.zero, small.zero = true, true
	zero, zeroHot := s.sequence(big), s.sequence(small)
	e := s.net.Voltage / math.Sqrt(3)
	shares := make([][]complex128, len(s.names))
	at := map[string]*Prospective{}
	for k, name := range s.names {
		if !one.live[k] || slices.Contains([]byte(name), 0) {
			continue
		}
		v, z1 := one.thevenin(k)
		shares[k] = v
		_, hot := oneHot.thevenin(k)
		_, z20 := at20.thevenin(k)
		p := Prospective{Node: name, NearGenerator: one.gen[k], RX: real(z1) / imag(z1)}
		p.Ik3Max, p.Ik3Min = st.CMax*e/cmplx.Abs(z1), st.CMin*e/cmplx.Abs(hot)
		p.Ik2Min = p.Ik3Min * math.Sqrt(3) / 2
		if _, z0 := zero.thevenin(k); cmplx.Abs(z0) < unearthed {
			_, z0Hot := zeroHot.thevenin(k)
			p.Ik1Max, p.Ik1Min = 3*st.CMax*e/cmplx.Abs(2*z1+z0), 3*st.CMin*e/cmplx.Abs(2*hot+z0Hot)
		}
		p.Kappa = 1.02 + 0.98*math.Exp(-3*real(z20)/imag(z20)*fc)
		p.Ip, p.Ib = p.Kappa*math.Sqrt2*p.Ik3Max, p.Ik3Max
		st.Nodes = append(st.Nodes, p)
		at[name] = &st.Nodes[len(st.Nodes)-1]
	}
	for i, k := range s.branches {
		s.seen(st, i, k, at, shares)
	}
}

// seen adds what a breaker would carry: of the faults at both its ends the one
// that drives the most through it.
func (s *island) seen(st *Study, i, k int, at map[string]*Prospective, shares [][]complex128) {
	b := &s.net.Branches[k]
	if s.cover[i] == 0 || s.cover[i] < 0 && !b.Switch.Closed() {
		return
	}
	from, to := s.bus[b.From], s.bus[b.To]
	best := Seen{Breaker: b.Name}
	for _, fault := range []string{b.To, b.From} {
		p := at[fault]
		if p == nil {
			continue
		}
		v := shares[s.bus[fault]]
		part := cmplx.Abs(v[from]-v[to]) / closedOhm // of an ampere into the fault
		if ik := p.Ik3Max * part; best.At == "" || ik > best.Ik3*1.001 {
			best.At, best.Ik3, best.Ip = fault, ik, p.Ip*part
		}
	}
	if best.At != "" {
		st.Breakers = append(st.Breakers, best)
	}
}

// Node returns the prospective currents of a node.
func (st *Study) Node(name string) (Prospective, error) {
	for _, p := range st.Nodes {
		if p.Node == name {
			return p, nil
		}
	}
	return Prospective{}, fmt.Errorf("no source feeds node %q", name)
}
