package plant

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// The orders that people and scenarios give to the network. Each takes effect
// at now, and breakers are told before it returns.

// do runs f locked and then brings the network up to date.
func (n *Network) do(now time.Duration, f func() error) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.divide()
	n.update(now)
	if err := f(); err != nil {
		return err
	}
	n.update(now)
	return nil
}

// Fault puts a fault on at now; a duration above 0 makes it clear itself. A
// fault of the same name that is on is refused.
func (n *Network) Fault(now time.Duration, f Fault, lasts time.Duration) error {
	return n.do(now, func() error {
		if err := n.checkFault(&f); err != nil {
			return err
		}
		k := slices.IndexFunc(n.faults, func(o Fault) bool { return o.Name == f.Name })
		if k >= 0 && n.faults[k].on {
			return fmt.Errorf("fault %s: is on already; clear it first, or give another name", f.Name)
		}
		s := n.islandOf(&f)
		if s.tr == nil && !n.PhasorsOnly {
			n.settle(s)
		}
		k = n.place(s, f, k)
		n.act(s, now, func() { s.setFault(k, true) })
		if lasts > 0 {
			begun := n.faults[k].begun
			n.faults[k].until = n.now + lasts
			n.later(n.now+lasts, func(at time.Duration) {
				if slices.ContainsFunc(n.faults, func(o Fault) bool { return o.begun == begun }) {
					n.clear(at, f.Name)
				}
			})
		}
		return nil
	})
}

func (n *Network) islandOf(f *Fault) *island {
	if f.Node != "" {
		return n.where[f.Node]
	}
	if k := slices.IndexFunc(n.Cables, func(c Cable) bool { return c.Name == f.Cable }); k >= 0 {
		return n.where[n.Cables[k].From]
	}
	k := slices.IndexFunc(n.Branches, func(b Branch) bool { return b.Name == f.Cable })
	return n.where[n.Branches[k].From]
}

// place makes the limbs of a fault that is not on yet, in the place of the
// former one of its name.
func (n *Network) place(s *island, f Fault, k int) int {
	n.begun++
	f.on, f.island, f.begun, f.until = false, s, n.begun, 0
	if k < 0 {
		n.faults = append(n.faults, f)
		k = len(n.faults) - 1
	} else {
		n.faults[k] = f
	}
	old, first := slices.Clone(s.limbs), s.first
	if f.Node == "" && f.Kind != BrokenNeutral {
		s.addBus(f.bus())
	}
	s.build()
	for i := range s.cover {
		s.restore(i)
	}
	if s.tr == nil {
		s.solve()
		s.fresh = false
		return k
	}
	s.carryOver(k, old, first)
	return k
}

// restore puts the poles of a breaker as they were before the circuit was made
// anew. One that was about to open still is.
func (s *island) restore(i int) {
	b := &s.net.Branches[s.branches[i]]
	for c := range conductors {
		through := c == neutral && b.Poles == 3
		broken := c == neutral && s.net.neutralBroken(b.Name)
		s.limbs[s.pole[i][c]].off = broken || s.cover[i] != 1 && !through
	}
}

// carryOver takes the samples' state from the former limbs. The second stretch
// of a cable begins with what the whole cable carried; the fault begins anew.
func (s *island) carryOver(fault int, old []limb, first map[tag]int) {
	t := s.tr
	i, vc, opens := t.i, t.vc, t.opens
	t.i, t.vc, t.opens = nil, nil, nil
	t.fit(len(s.limbs), s.nodes)
	for k := range s.limbs {
		from := s.limbs[k].tag
		j, ok := first[from]
		if !ok && from.of == ofCable {
			from.part -= stretchParts
			j, ok = first[from]
		}
		if !ok || from.of == ofFault && from.k == fault {
			continue
		}
		t.i[k], t.vc[k] = i[j], vc[j]
		s.limbs[k].off = old[j].off
		if slices.Contains(opens, j) {
			t.opens = append(t.opens, k)
		}
	}
	t.switched()
}

// Clear takes a fault off at now; its arc goes out at the next zero of its
// current.
func (n *Network) Clear(now time.Duration, name string) error {
	return n.do(now, func() error {
		if !n.clear(now, name) {
			return fmt.Errorf("there is no fault %q that is on", name)
		}
		return nil
	})
}

func (n *Network) clear(now time.Duration, name string) bool {
	k := slices.IndexFunc(n.faults, func(f Fault) bool { return f.Name == name && f.on })
	if k < 0 {
		return false
	}
	s := n.faults[k].island
	n.act(s, now, func() { s.setFault(k, false) })
	return true
}

// SetOff switches a load, a motor or a capacitor off or on. Switched on, a motor
// starts from standstill.
func (n *Network) SetOff(now time.Duration, name string, off bool) error {
	return n.do(now, func() error {
		for i := range n.Loads {
			if n.Loads[i].Name == name {
				n.Loads[i].Off = off
				n.looked = false
				return nil
			}
		}
		for k := range n.Motors {
			if n.Motors[k].Name == name {
				n.start(now, k, !off)
				return nil
			}
		}
		for k := range n.Capacitors {
			if c := &n.Capacitors[k]; c.Name == name {
				c.Off = off
				s := n.where[c.Node]
				n.act(s, now, func() {
					for p := range 3 {
						s.switchLimb(s.first[tag{ofCapacitor, k, p}], !off)
					}
				})
				return nil
			}
		}
		return fmt.Errorf("there is no load, motor or capacitor %q", name)
	})
}

func (n *Network) start(now time.Duration, k int, on bool) {
	m := &n.Motors[k]
	if m.On == on {
		return
	}
	s := n.where[m.Node]
	n.act(s, now, func() {
		m.On, m.slip = on, 1
		if on {
			z := m.ohm(n.Voltage, 1)
			for p := range 3 {
				s.limbs[s.first[tag{ofMotor, k, p}]].set(z, s.w)
			}
			n.runUp(n.now, k)
		}
		for p := range 3 {
			s.switchLimb(s.first[tag{ofMotor, k, p}], on)
		}
	})
}

// runUp lets the slip fall, step by step.
func (n *Network) runUp(now time.Duration, k int) {
	m := &n.Motors[k]
	n.later(now+or(m.RunUp, 5*time.Second)/motorSteps, func(at time.Duration) {
		if !m.On || m.slip == 0 {
			return
		}
		m.slip = max(0, m.slip-1./motorSteps)
		if m.slip < 0.5/motorSteps {
			m.slip = 0
		} else {
			n.runUp(at, k)
		}
		s := n.where[m.Node]
		if s.tr == nil {
			s.setMotor(k)
			s.fresh = true
			return
		}
		// Samples go on with the new impedance and the same current.
		z := m.ohm(n.Voltage, m.slip)
		for p := range 3 {
			s.limbs[s.first[tag{ofMotor, k, p}]].set(z, s.w)
		}
		s.tr.switched()
	})
}

// Lose takes a source or a transformer away, or gives it back; a generator is started or
// stopped without its delay. Generators that start on it do so, unless it is back
// within their delay.
func (n *Network) Lose(now time.Duration, source string, lost bool) error {
	return n.do(now, func() error {
		if k := n.source(source); k >= 0 {
			n.lose(now, k, lost)
			return nil
		}
		k := slices.IndexFunc(n.Transformers, func(t Transformer) bool { return t.Name == source })
		if k < 0 {
			return fmt.Errorf("there is no source %q", source)
		}
		n.disconnect(now, k, lost)
		return nil
	})
}

// disconnect opens or closes what is above a transformer.
func (n *Network) disconnect(now time.Duration, k int, off bool) {
	t := &n.Transformers[k]
	if t.Off == off {
		return
	}
	s := n.where[t.From]
	n.act(s, now, func() {
		t.Off = off
		for part := range 3 {
			s.switchLimb(s.first[tag{ofTransformer, k, part}], !off)
		}
	})
	n.standBy(t.Name, off)
}

// standBy starts the generators that stand by for a source, each after its delay
// if the source is not back by then. One that has started goes on until it is
// stopped.
func (n *Network) standBy(source string, lost bool) {
	if !lost {
		delete(n.lost, source)
		return
	}
	if n.lost == nil {
		n.lost = map[string]int{}
	}
	n.losses++
	n.lost[source] = n.losses
	loss := n.losses
	for j := range n.Sources {
		if m := n.Sources[j].Machine; m != nil && m.StartsOn == source {
			n.later(n.now+or(m.Delay, 10*time.Second), func(at time.Duration) {
				if n.lost[source] == loss {
					n.lose(at, j, false)
				}
			})
		}
	}
}

func (n *Network) lose(now time.Duration, k int, lost bool) {
	src := &n.Sources[k]
	if src.Off == lost {
		return
	}
	s := n.where[src.Node]
	n.act(s, now, func() {
		src.Off = lost
		for p := range 3 {
			s.switchLimb(s.first[tag{ofSource, k, p}], !lost)
		}
	})
	n.standBy(src.Name, lost)
}

// Dip takes a share of the voltage of each phase of a source away from now on;
// 0 gives it back.
func (n *Network) Dip(now time.Duration, source string, share [3]float64) error {
	return n.do(now, func() error {
		k := n.source(source)
		if k < 0 {
			return fmt.Errorf("there is no source %q", source)
		}
		for _, x := range share {
			if !(x >= 0 && x <= 1) {
				return fmt.Errorf("source %s: a dip of %g; a share from 0 to 1", source, x)
			}
		}
		s := n.where[n.Sources[k].Node]
		n.act(s, now, func() {
			n.Sources[k].Dip = share
			s.setSource(slices.Index(s.sources, k))
		})
		return nil
	})
}

// PointOnWave returns the first instant at or after now at which the voltage of
// l1 is the given number of degrees past its rising zero. A fault there has the
// most direct component near 0 or 180, the least near 90.
func (n *Network) PointOnWave(now time.Duration, degrees float64) time.Duration {
	// v = √2·V·cos ωt rises through zero at ωt = −90°.
	cycles := (degrees - 90) / 360
	have := angleAt(now, n.Frequency) / (2 * math.Pi)
	wait := math.Mod(cycles-have, 1)
	if wait < 0 {
		wait++
	}
	return now + time.Duration(math.Round(wait/n.Frequency*1e9))
}
