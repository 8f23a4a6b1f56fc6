package metering

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// State is what must survive a loss of supply: plain and comparable data for
// non-volatile storage. The zero State is that of a meter that has seen nothing.
type State struct {
	Energy Counters            // for good
	Reset  Counters            // what Energy was at the last reset
	Min    [numTracked]Extreme // by quantity; nothing where Seen has not the bit
	Max    [numTracked]Extreme //
	Seen   uint64              // quantities that have extremes
	Demand [numDemands]Demand  // of currents, of powers
	Phases *[3]Counters        // energies by phase since the reset; nil: none
}

func (s *State) seen(q quantity) bool { return s.Seen>>q&1 != 0 }

// State returns what must survive, as of now.
func (m *Meter) State(now time.Duration) State {
	m.settle(now)
	return m.state.clone()
}

// clone returns a state that shares nothing with s.
func (s *State) clone() State {
	c := *s
	for g := range c.Demand {
		c.Demand[g] = s.Demand[g].clone()
	}
	if s.Phases != nil {
		p := *s.Phases
		c.Phases = &p
	}
	return c
}

// Shift returns s as it is on a clock whose epoch is by earlier.
func (s State) Shift(by time.Duration) State {
	for q := range numTracked {
		if s.seen(q) {
			s.Min[q].At += by
			s.Max[q].At += by
		}
	}
	s = s.clone()
	for g := range s.Demand {
		s.Demand[g].shift(by)
	}
	return s
}

// Restore makes the meter go on from a stored state. It refuses what cannot
// have been counted or seen, and then changes nothing.
func (m *Meter) Restore(s State) error {
	if err := s.check(); err != nil {
		return err
	}
	m.state = s.clone()
	return nil
}

// check returns what is wrong with s.
func (s *State) check() error {
	bad := append(s.checkEnergies(), s.checkExtremes()...)
	for g := range s.Demand {
		if !s.Demand[g].check() {
			bad = append(bad, fmt.Sprintf("demand %d is none", g))
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("metering: stored state cannot be: %w", errors.New(strings.Join(bad, "; ")))
	}
	return nil
}

func (s *State) checkEnergies() (bad []string) {
	for k := range numCounters {
		if !s.Energy[k].valid(s.Reset[k]) || !s.Reset[k].valid(Counter{}) {
			bad = append(bad, fmt.Sprintf("energy %d has run backwards", k))
		}
	}
	if s.Phases == nil {
		return bad
	}
	for k, all := range s.Phases {
		for n := range all {
			if !all[n].valid(Counter{}) {
				bad = append(bad, fmt.Sprintf("energy %d of phase %d is none", n, k+1))
			}
		}
	}
	return bad
}

func (s *State) checkExtremes() (bad []string) {
	for q := range numTracked {
		if s.seen(q) && !(s.Min[q].Value <= s.Max[q].Value && math.Abs(s.Min[q].Value) < math.Inf(1) && math.Abs(s.Max[q].Value) < math.Inf(1)) {
			bad = append(bad, fmt.Sprintf("extremes of %v are none", quantities[q].value))
		}
	}
	if s.Seen>>numTracked != 0 {
		bad = append(bad, "there are extremes of what is not measured")
	}
	return bad
}
