package plant

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"time"
)

// FaultKind is what touches what.
type FaultKind string

// Kinds of faults.
const (
	ThreePhase      FaultKind = "three_phase"
	PhasePhase      FaultKind = "phase_phase"
	PhasePhaseEarth FaultKind = "phase_phase_earth"
	PhaseEarth      FaultKind = "phase_earth"
	PhaseNeutral    FaultKind = "phase_neutral"
	BrokenNeutral   FaultKind = "broken_neutral"
)

// FaultKinds are all of them.
var FaultKinds = []FaultKind{ThreePhase, PhasePhase, PhasePhaseEarth, PhaseEarth, PhaseNeutral, BrokenNeutral}

// Fault is something that touches what it should not, or a neutral that is
// interrupted.
type Fault struct {
	Name   string
	Kind   FaultKind
	Node   string  // where; or
	Cable  string  // along which cable, or, of a broken neutral, in which cable or breaker
	Along  float64 // share of the cable's length from its From
	Phase  int     // 0 to 2, the first phase concerned; the second is the next one
	Ohm    float64 // of each leg: from phase to phase, to earth, or to the common point of three; 0 is bolted
	Gap    float64 // mm between the electrodes of an arc; 0: no arc
	on     bool
	until  time.Duration // it ends by itself then; 0: it does not
	begun  int           // the how manieth of the network's faults it is
	island *island
}

// leg is one limb of a fault: from the k-th phase concerned to what it touches.
type leg struct {
	phase int
	to    touched
}

type touched uint8

const (
	nextPhase touched = iota
	commonPoint
	earthed
	toNeutral
)

var faultLegs = map[FaultKind][]leg{
	ThreePhase:      {{0, commonPoint}, {1, commonPoint}, {2, commonPoint}},
	PhasePhase:      {{0, nextPhase}},
	PhasePhaseEarth: {{0, earthed}, {1, earthed}},
	PhaseEarth:      {{0, earthed}},
	PhaseNeutral:    {{0, toNeutral}},
}

// splitSuffix makes the name of a bus along a cable of the cable's.
const splitSuffix = "\x00along"

// splitAt returns where a fault splits a cable. There is one such place a cable.
func (s *island) splitAt(cable int) (share float64, split bool) {
	name := s.net.Cables[cable].Name
	for i := range s.net.faults {
		f := &s.net.faults[i]
		if f.Cable == name && f.Kind != BrokenNeutral {
			return f.Along, true
		}
	}
	return 0, false
}

// buildFault adds the limbs of a fault of this island, as they are now.
func (s *island) buildFault(k int) {
	f := &s.net.faults[k]
	if f.island != s || f.Kind == BrokenNeutral {
		return
	}
	bus := f.bus()
	common := earth
	if f.Kind == ThreePhase {
		common = s.node()
	}
	for part, l := range faultLegs[f.Kind] {
		p := (f.Phase + l.phase) % 3
		to := map[touched]int{
			nextPhase: s.conductor(bus, (p+1)%3), commonPoint: common, earthed: s.pe[s.bus[bus]], toNeutral: s.conductor(bus, neutral),
		}[l.to]
		s.limb(ofFault, k, part, s.conductor(bus, p), to, complex(max(f.Ohm, boltedOhm), 0)).off = !f.on
	}
}

func (f *Fault) bus() string {
	if f.Node != "" {
		return f.Node
	}
	return f.Cable + splitSuffix
}

// Arc resistance: Stokes and Oppenlander, Electric arcs in open air, J. Phys.
// D 24 (1991): V = (20 + 0.534·g)·I^0.12 with g in mm, so R = V/I. Recalled, as
// quoted in the arc-flash literature (Ammerman et al., IEEE Trans. Industry
// Applications 46, 2010). It is a direct-current formula for open air, used here
// with the r.m.s. current; below arcLeast the arc is held at that current.
const arcLeast = 10. // A, ours

// ArcOhm is the resistance of an arc across gap mm at an r.m.s. current.
func ArcOhm(gap, amps float64) float64 {
	return (20 + 0.534*gap) / math.Pow(max(amps, arcLeast), 0.88)
}

// holdArc fits the resistances of an arcing fault to its currents.
func (s *island) holdArc(k int) (moved bool) {
	f := &s.net.faults[k]
	if f.island != s {
		return false
	}
	for part := range faultLegs[f.Kind] {
		i := s.first[tag{ofFault, k, part}]
		l := &s.limbs[i]
		if l.off {
			continue
		}
		want := max(f.Ohm, boltedOhm) + ArcOhm(f.Gap, cmplx.Abs(s.current(i)))
		if math.Abs(want-l.r) > 1e-3*l.r {
			l.r = want
			moved = true
		}
	}
	return moved
}

// CheckFault returns what is wrong with a fault in this network.
func (n *Network) CheckFault(f Fault) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.divide()
	return n.checkFault(&f)
}

func (n *Network) checkFault(f *Fault) error {
	_, known := faultLegs[f.Kind]
	cable := slices.ContainsFunc(n.Cables, func(c Cable) bool { return c.Name == f.Cable })
	branch := slices.ContainsFunc(n.Branches, func(b Branch) bool { return b.Name == f.Cable })
	_, node := n.where[f.Node]
	switch {
	case !known && f.Kind != BrokenNeutral:
		return fmt.Errorf("fault %s: kind %q is none of %v", f.Name, f.Kind, FaultKinds)
	case !(f.Ohm >= 0) || math.IsInf(f.Ohm, 0) || !(f.Gap >= 0) || f.Gap > 1000:
		return fmt.Errorf("fault %s: a resistance is 0 ohm or more, a gap 0 to 1000 mm", f.Name)
	case f.Phase < 0 || f.Phase > 2:
		return fmt.Errorf("fault %s: phase %d is none of 0, 1, 2", f.Name, f.Phase)
	case f.Kind == BrokenNeutral && !cable && !branch:
		return fmt.Errorf("fault %s: a broken neutral is in a cable or a breaker; %q is neither", f.Name, f.Cable)
	case f.Kind == BrokenNeutral:
		return nil
	case (f.Node == "") == (f.Cable == ""):
		return fmt.Errorf("fault %s: give the node, or the cable and how far along it", f.Name)
	case f.Node != "" && !node:
		return fmt.Errorf("fault %s: there is no node %q", f.Name, f.Node)
	case f.Cable != "" && !cable:
		return fmt.Errorf("fault %s: there is no cable %q", f.Name, f.Cable)
	case f.Cable != "" && !(f.Along > 0 && f.Along < 1):
		return fmt.Errorf("fault %s: %g of the length: a share between 0 and 1; at the ends give the node", f.Name, f.Along)
	}
	return n.checkAlong(f)
}

// checkAlong refuses a second place on one cable.
func (n *Network) checkAlong(f *Fault) error {
	for i := range n.faults {
		if o := &n.faults[i]; f.Cable != "" && o.Cable == f.Cable && o.Kind != BrokenNeutral && f.Kind != BrokenNeutral && o.Along != f.Along {
			return fmt.Errorf("fault %s: cable %s has a fault at %g of its length already; one place a cable", f.Name, f.Cable, o.Along)
		}
	}
	return nil
}

// setFault puts a fault on, or takes it off: at once where it begins, at the
// next zero of its current where it ends.
func (s *island) setFault(k int, on bool) {
	f := &s.net.faults[k]
	f.on = on
	if f.Kind == BrokenNeutral {
		s.breakNeutral(f, on)
		return
	}
	for part := range faultLegs[f.Kind] {
		s.switchLimb(s.first[tag{ofFault, k, part}], on)
	}
}

func (s *island) breakNeutral(f *Fault, broken bool) {
	if k := slices.IndexFunc(s.net.Cables, func(c Cable) bool { return c.Name == f.Cable }); k >= 0 {
		s.switchLimb(s.first[tag{ofCable, k, neutral}], !broken)
		return
	}
	k := slices.IndexFunc(s.net.Branches, func(b Branch) bool { return b.Name == f.Cable })
	if k < 0 {
		return
	}
	b := &s.net.Branches[k]
	s.switchLimb(s.first[tag{ofBranch, k, neutral}], !broken && (b.Poles == 3 || b.Switch.Closed()))
}

// neutralBroken reports whether a fault interrupts the neutral of a breaker.
func (n *Network) neutralBroken(branch string) bool {
	return slices.ContainsFunc(n.faults, func(f Fault) bool { return f.Kind == BrokenNeutral && f.on && f.Cable == branch })
}
