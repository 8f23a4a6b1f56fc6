package plant

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"time"
)

// MostShare is how much of its power a load can be made to take; ours.
const MostShare = 1.5

// SetShare has a load take a share of its peak, 0 to [MostShare], from now on, in place
// of what its profile says; it stays switched off if it is.
func (n *Network) SetShare(now time.Duration, load string, share float64) error {
	if !(share >= 0 && share <= MostShare) {
		return fmt.Errorf("load %s: %g of its power; a share from 0 to %g", load, share, MostShare)
	}
	return n.hold(now, load, &share)
}

// FollowProfile has a load follow its profile again.
func (n *Network) FollowProfile(now time.Duration, load string) error {
	return n.hold(now, load, nil)
}

func (n *Network) hold(now time.Duration, load string, share *float64) error {
	return n.do(now, func() error {
		k := slices.IndexFunc(n.Loads, func(l Load) bool { return l.Name == load })
		if k < 0 {
			return fmt.Errorf("there is no load %q", load)
		}
		n.Loads[k].held = share
		n.looked = false
		return nil
	})
}

// ElementKind says what an element of the network is.
type ElementKind string

// The kinds of elements that can be switched.
const (
	LoadElement        ElementKind = "load"
	MotorElement       ElementKind = "motor"
	CapacitorElement   ElementKind = "capacitor"
	SourceElement      ElementKind = "source"
	GeneratorElement   ElementKind = "generator"
	TransformerElement ElementKind = "transformer"
)

// Standing is how an element of the network stands.
type Standing struct {
	Name  string
	Kind  ElementKind
	Node  string
	On    bool
	Share float64    // of a load: of its peak; NaN: of no load
	Held  bool       // a load that does not follow its profile
	Takes complex128 // VA, at rest; of a source or transformer: gives
	Rated float64    // W, var of a capacitor, VA of a source; 0: without limit
	Dip   [3]float64 // of a source
}

// Standings tells how everything that can be switched stands: loads, motors,
// capacitors, sources, transformers, in this order. What each takes is of the last
// solution at rest; while there are samples, of the phasors of that instant.
func (n *Network) Standings() (all []Standing) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.divide()
	for k := range n.Loads {
		l := &n.Loads[k]
		s := n.where[l.Node]
		i := slices.Index(s.loads, k)
		all = append(all, Standing{Name: l.Name, Kind: LoadElement, Node: l.Node, On: !l.Off, Share: s.share[i], Held: l.held != nil, Takes: s.takes(ofLoad, k), Rated: l.Peak})
	}
	for k := range n.Motors {
		m := &n.Motors[k]
		all = append(all, Standing{Name: m.Name, Kind: MotorElement, Node: m.Node, On: m.On, Share: math.NaN(), Takes: n.where[m.Node].takes(ofMotor, k), Rated: m.W})
	}
	for k := range n.Capacitors {
		c := &n.Capacitors[k]
		all = append(all, Standing{Name: c.Name, Kind: CapacitorElement, Node: c.Node, On: !c.Off, Share: math.NaN(), Takes: n.where[c.Node].takes(ofCapacitor, k), Rated: c.VAR})
	}
	for k := range n.Sources {
		c := &n.Sources[k]
		st := Standing{Name: c.Name, Kind: SourceElement, Node: c.Node, On: !c.Off, Share: math.NaN(), Takes: n.where[c.Node].gives(ofSource, k, c.Node), Rated: c.Rated, Dip: c.Dip}
		if c.Machine != nil {
			st.Kind, st.Rated = GeneratorElement, c.Machine.VA
		}
		all = append(all, st)
	}
	for k := range n.Transformers {
		t := &n.Transformers[k]
		all = append(all, Standing{Name: t.Name, Kind: TransformerElement, Node: t.To, On: !t.Off, Share: math.NaN(), Takes: n.where[t.To].gives(ofTransformer, k, t.To), Rated: t.Rated})
	}
	for i := range all {
		if !all[i].On {
			all[i].Takes = 0 // whatever its poles still carry to their next zero
		}
	}
	return all
}

// takes is the power that the limbs of an element take, VA.
func (s *island) takes(of element, k int) (va complex128) {
	for i := range s.limbs {
		if l := &s.limbs[i]; l.tag.of == of && l.tag.k == k && !l.off {
			va += (s.at(l.a) - s.at(l.b)) * cmplx.Conj(s.current(i))
		}
	}
	return va
}

// gives is the power that a source or a transformer gives to its node, VA: its three
// phases to the neutral of the node.
func (s *island) gives(of element, k int, node string) (va complex128) {
	n := s.at(s.conductor(node, neutral))
	for p := range 3 {
		i := s.first[tag{of, k, p}]
		v := s.at(s.conductor(node, p)) - n
		if of == ofSource {
			v = -v // its limbs lead away from its node
		}
		va += v * cmplx.Conj(s.current(i))
	}
	return va
}

// Faults are those that are on, with the largest rms current of their legs by
// the phasors as they are, A. A fault behind an open breaker carries none.
func (n *Network) Faults() (all []Burning) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for k := range n.faults {
		f := &n.faults[k]
		if !f.on {
			continue
		}
		b := Burning{Fault: *f, Until: f.until}
		for part := range faultLegs[f.Kind] {
			b.Amps = max(b.Amps, cmplx.Abs(f.island.current(f.island.first[tag{ofFault, k, part}])))
		}
		all = append(all, b)
	}
	return all
}

// Burning is a fault that is on.
type Burning struct {
	Fault
	Amps  float64       // rms of its largest leg; of a broken neutral 0
	Until time.Duration // it ends by itself then; 0: it does not
}
