package plant

import (
	"math"
	"math/cmplx"
)

// earth is the conductor that needs no equation: the main earthing terminal.
const earth = -1

// limb is a resistance, an inductance and a capacitance in series with a source
// between two conductors: v(a) − v(b) = r·i + l·di/dt + s·∫i + emf.
type limb struct {
	a, b    int
	r, l, s float64    // ohm, henry, 1/farad
	emf     complex128 // rms
	off     bool
	feeds   bool       // it generates: while there are samples it is a source of the current that it had
	held    complex128 // that current
	tag     tag
	element int // of the equations
}

// tag says what a limb is part of, so that its state is found again when the
// circuit is made anew.
type tag struct {
	of   element
	k    int // index in the network's list
	part int
}

type element uint8

const (
	ofSource element = iota
	ofBranch
	ofCable
	ofLoad
	ofMotor
	ofCapacitor
	ofFault
	ofTransformer
)

// ohm is the limb's impedance at ω.
func (m *limb) ohm(w float64) complex128 { return complex(m.r, w*m.l-m.s/w) }

// set makes the limb the impedance z at ω: a resistance in series with an
// inductance or a capacitance.
func (m *limb) set(z complex128, w float64) {
	m.r, m.l, m.s = real(z), 0, 0
	if x := imag(z); x >= 0 {
		m.l = x / w
	} else {
		m.s = -x * w
	}
}

// Conductors of a node.
const (
	conductors = 4 // l1, l2, l3, n
	neutral    = 3
)

// island is a part of the network that no conductor joins to the rest, and its
// circuit. Buses are numbered within it; each has four conductors, then come
// the protective conductors that are not earth itself, star points and faults.
type island struct {
	net   *Network
	w     float64 // rad/s
	bus   map[string]int
	names []string // of the buses
	pe    []int    // protective conductor by bus
	nodes int

	sources, transformers, branches, cables, loads, motors, capacitors []int // indices in the network's lists

	limbs []limb
	first map[tag]int // of the limbs
	pat   *pattern
	sys   *system[complex128]
	pole  [][4]int // limbs by branches
	cover []int    // by branches: the last closed state told to the circuit, −1 before the first

	share    []float64      // by loads, of the last solution
	volt     []complex128   // of the last solution
	orders   []int          // of the harmonics that loads make
	harmonic [][]complex128 // voltages by orders
	fresh    bool           // must be solved whatever has changed
	tr       *transient     // while something happens
	gens     []stage        // by sources
}

func (s *island) conductor(node string, c int) int { return conductors*s.bus[node] + c }

// node adds a conductor.
func (s *island) node() int {
	s.nodes++
	return s.nodes - 1
}

func (s *island) limb(of element, k, part, a, b int, z complex128) *limb {
	s.limbs = append(s.limbs, limb{a: a, b: b, tag: tag{of, k, part}})
	m := &s.limbs[len(s.limbs)-1]
	m.set(z, s.w)
	s.first[m.tag] = len(s.limbs) - 1
	return m
}

// build makes the circuit of the island's elements and of the faults in it.
func (s *island) build() {
	s.limbs, s.first, s.pole = s.limbs[:0], map[tag]int{}, s.pole[:0]
	s.nodes = conductors * len(s.names)
	s.protective()
	for _, k := range s.branches {
		s.buildBranch(k)
	}
	for i, k := range s.sources {
		s.buildSource(i, k)
	}
	for _, k := range s.transformers {
		s.buildTransformer(k)
	}
	for _, k := range s.cables {
		s.buildCable(k)
	}
	for i, k := range s.loads {
		for part := range 6 {
			s.limb(ofLoad, k, part, s.conductor(s.net.Loads[k].Node, part/2), s.conductor(s.net.Loads[k].Node, neutral), 1)
		}
		s.setLoad(i)
	}
	for _, k := range s.motors {
		m := &s.net.Motors[k]
		s.star(ofMotor, k, m.Node, 1)
		s.setMotor(k)
	}
	for _, k := range s.capacitors {
		c := &s.net.Capacitors[k]
		x := s.net.Voltage * s.net.Voltage / c.VAR
		s.star(ofCapacitor, k, c.Node, complex(capLoss*x, -x))
		s.offAll(ofCapacitor, k, 3, c.Off)
	}
	for k := range s.net.faults {
		s.buildFault(k)
	}
	s.arrange()
	s.volt = make([]complex128, s.nodes)
	s.orders, s.harmonic = s.harmonicsOf(), nil
	for range s.orders {
		s.harmonic = append(s.harmonic, make([]complex128, s.nodes))
	}
	s.fresh = true
}

// arrange finds the pattern of the equations.
func (s *island) arrange() {
	pairs := make([]pair, len(s.limbs))
	for k := range s.limbs {
		pairs[k] = pair{s.limbs[k].a, s.limbs[k].b}
	}
	s.pat = newPattern(s.nodes, pairs)
	for k := range s.limbs {
		s.limbs[k].element = s.pat.element(s.limbs[k].a, s.limbs[k].b)
	}
	s.sys = newSystem[complex128](s.pat)
}

// star adds three limbs to a star point of their own.
func (s *island) star(of element, k int, node string, z complex128) {
	x := s.node()
	for p := range 3 {
		s.limb(of, k, p, s.conductor(node, p), x, z)
	}
}

func (s *island) offAll(of element, k, parts int, off bool) {
	for part := range parts {
		s.limbs[s.first[tag{of, k, part}]].off = off
	}
}

// protective numbers the protective conductors. Breakers do not interrupt them,
// and at a source they are earth.
func (s *island) protective() {
	class := make([]int, len(s.names))
	for i := range class {
		class[i] = i
	}
	root := func(i int) int {
		for class[i] != i {
			i = class[i]
		}
		return i
	}
	for _, k := range s.branches {
		b := &s.net.Branches[k]
		class[root(s.bus[b.From])] = root(s.bus[b.To])
	}
	at := map[int]int{}
	for _, k := range s.sources {
		at[root(s.bus[s.net.Sources[k].Node])] = earth
	}
	for _, k := range s.transformers {
		at[root(s.bus[s.net.Transformers[k].To])] = earth
	}
	s.pe = make([]int, len(s.names))
	for i := range s.pe {
		r := root(i)
		if _, ok := at[r]; !ok {
			at[r] = s.node()
		}
		s.pe[i] = at[r]
	}
}

func (s *island) buildBranch(k int) {
	b := &s.net.Branches[k]
	var pole [4]int
	for c := range conductors {
		s.limb(ofBranch, k, c, s.conductor(b.From, c), s.conductor(b.To, c), closedOhm)
		pole[c] = len(s.limbs) - 1
	}
	s.pole = append(s.pole, pole)
}

// Parts of a source's limbs after its phases.
const (
	partStar  = 3 // what the zero sequence has over the positive, once for all three
	partEarth = 4
)

func (s *island) buildSource(i, k int) {
	src := &s.net.Sources[k]
	z := src.Ohm + src.Upstream
	star := s.conductor(src.Node, neutral)
	if src.Zero != 0 && cmplx.Abs(src.Zero-z) > 1e-9 {
		x := s.node()
		m := s.limb(ofSource, k, partStar, x, star, 0)
		m.r, m.l = real(src.Zero-z)/3, imag(src.Zero-z)/3/s.w // below 0 where the zero sequence is smaller: with the phases in series it never is
		star = x
	}
	for p := range 3 {
		s.limb(ofSource, k, p, s.conductor(src.Node, p), star, z)
	}
	s.earth(ofSource, k, partEarth, src.Node, src.Earthing, src.EarthOhm)
	s.offAll(ofSource, k, 3, src.Off)
	s.setSource(i)
}

// earth ties a neutral to earth.
func (s *island) earth(of element, k, part int, node string, e Earthing, z complex128) {
	switch e {
	case Solid:
		s.limb(of, k, part, s.conductor(node, neutral), earth, boltedOhm)
	case EarthedByImpedance:
		s.limb(of, k, part, s.conductor(node, neutral), earth, z)
	}
}

// transformerParts is how many limbs of a transformer conduct: three in series,
// six of its zero sequence. Disconnected above, it keeps those: its delta still
// closes the path.
const transformerParts = 9

// buildTransformer makes the positive sequence pass from node to node and gives
// the zero sequence a path below that the positive does not see: three limbs Z0
// to the neutral and three of −3·Z0 between the phases, whose currents cancel
// unless the phases move together.
func (s *island) buildTransformer(k int) {
	t := &s.net.Transformers[k]
	z0 := t.Zero
	if z0 == 0 {
		z0 = t.Ohm
	}
	for p := range 3 {
		s.limb(ofTransformer, k, p, s.conductor(t.From, p), s.conductor(t.To, p), t.Ohm)
		s.limb(ofTransformer, k, 3+p, s.conductor(t.To, p), s.conductor(t.To, neutral), z0)
		m := s.limb(ofTransformer, k, 6+p, s.conductor(t.To, p), s.conductor(t.To, (p+1)%3), 0)
		m.r, m.l = -3*real(z0), -3*imag(z0)/s.w
	}
	s.offAll(ofTransformer, k, 3, t.Off)
	s.earth(ofTransformer, k, transformerParts, t.To, t.Earthing, t.EarthOhm)
}

// setSource puts the voltage that the source has now into its limbs.
func (s *island) setSource(i int) {
	k := s.sources[i]
	src := &s.net.Sources[k]
	volts := src.Volts
	if volts == 0 {
		volts = s.net.Voltage
	}
	for p := range 3 {
		m := &s.limbs[s.first[tag{ofSource, k, p}]]
		m.emf = cmplx.Rect(volts/math.Sqrt(3)*(1-src.Dip[p])*s.gens[i].now, -2*math.Pi/3*float64(p))
	}
}

// buildCable makes one stretch, or two where a fault is along it.
func (s *island) buildCable(k int) {
	c := &s.net.Cables[k]
	from, to := s.bus[c.From], s.bus[c.To]
	at, split := s.splitAt(k)
	if !split {
		s.stretch(k, 0, from, to, s.pe[from], s.pe[to], 1)
		return
	}
	mid := s.bus[c.Name+splitSuffix]
	s.stretch(k, 0, from, mid, s.pe[from], s.pe[mid], at)
	s.stretch(k, stretchParts, mid, to, s.pe[mid], s.pe[to], 1-at)
}

// stretchParts is how many limbs a stretch of cable has.
const stretchParts = 5

func (s *island) stretch(k, part, from, to, peFrom, peTo int, share float64) {
	c := &s.net.Cables[k]
	z, back := c.Ohm*complex(share, 0), c.Back()*complex(share, 0)
	for p := range 3 {
		s.limb(ofCable, k, part+p, conductors*from+p, conductors*to+p, z)
	}
	s.limb(ofCable, k, part+neutral, conductors*from+neutral, conductors*to+neutral, back)
	s.limb(ofCable, k, part+4, peFrom, peTo, back)
}

// setLoad puts what the load draws now into its limbs: a resistance beside an
// inductance, or a capacitance where it leads.
func (s *island) setLoad(i int) {
	k := s.loads[i]
	l := &s.net.Loads[k]
	for p := range 3 {
		s.setShunt(tag{ofLoad, k, 2 * p}, l.siemens(p, s.share[i], s.net.Voltage))
	}
}

// setShunt makes two limbs in parallel the admittance y.
func (s *island) setShunt(t tag, y complex128) {
	g := &s.limbs[s.first[t]]
	t.part++
	b := &s.limbs[s.first[t]]
	g.off, b.off, g.feeds = math.Abs(real(y)) < leakSiemens, math.Abs(imag(y)) < leakSiemens, real(y) < 0
	if !g.off {
		g.set(complex(1/real(y), 0), s.w)
	}
	if !b.off {
		b.set(complex(0, -1/imag(y)), s.w)
	}
}
