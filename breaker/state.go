package breaker

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"switchroom/points"
)

// State is everything about a breaker that changes: plain and comparable data
// for non-volatile storage. A breaker restored from it goes on exactly where
// the other was. The zero State is none: a record that was lost must not read
// as an open breaker. Enumerations, timers and coils are stored by number, so
// new ones go to the end.
type State struct {
	Now       time.Duration            // the clock when it was taken
	Timers    [numTimers]time.Duration // when something happens by itself; the largest duration is never
	Volts     [numCoils]float64        // hard-wired supply, by Coil
	Wear      float64                  //
	Closings  uint32                   //
	Trips     uint32                   //
	Contacts  Contacts                 //
	By        Origin                   // what moved the contacts last
	Position  Position                 //
	Cause     Cause                    // of the last trip
	Tripped   bool                     // the reset button is out
	Spring    bool                     // charged
	Live      Set[Coil]                // energised
	Pressed   Set[Button]              // held in
	Locks     Set[Lock]                // on
	Inhibited Set[Inhibitor]           // forbid Order to close
	Spent     Set[Origin]              // closing orders that have acted and are still held

	Worked     [numCoils]uint32 // how often each coil, and the motor, has done its work
	LoadBreaks uint32           // openings that broke a current
	ChargeFrom time.Duration    // when the motor last started
	ChargeTook time.Duration    // how long it last took to charge the spring; 0: not yet
}

// State returns the state as of the last call.
func (b *Breaker) State() State { return b.s }

// Shift returns s as it is on a clock whose epoch is by earlier: what a caller
// needs whose epoch has moved while the state was stored.
func (s State) Shift(by time.Duration) State {
	s.Now, s.ChargeFrom = shift(s.Now, by), shift(s.ChargeFrom, by)
	for i, t := range s.Timers {
		s.Timers[i] = shift(t, by)
	}
	return s
}

// shift moves an instant; beginning and end of time stay where they are.
func shift(t, by time.Duration) time.Duration {
	if t == never || t == math.MinInt64 {
		return t
	}
	return t + by
}

// Restore makes the breaker go on from a stored state. It refuses what no
// breaker can be in, and then changes nothing. Coils that the state knows and
// the Config has not are dead.
func (b *Breaker) Restore(s State) error {
	if err := s.check(b.c); err != nil {
		return err
	}
	b.s, b.head, b.used = s, 0, 0
	b.supply(b.s.Now)
	return nil
}

func (s *State) check(c Config) error {
	open := s.Contacts == ContactsOpen
	moving := s.Contacts == ContactsClosing || s.Contacts == ContactsOpening
	rules := [...]struct {
		bad  bool
		what string
	}{
		{s.Contacts == 0 || s.Contacts >= numContacts, "contacts are nowhere"},
		{s.Position == 0 || s.Position >= numPositions, "position is none"},
		{!c.Drawout && s.Position != Connected, "a fixed breaker is racked out"},
		{s.Cause >= numCauses || s.By >= numOrigins, "a cause or origin is none"},
		{s.Tripped && !open && s.Contacts != ContactsOpening, "tripped and neither open nor opening"},
		{moving != (s.Timers[timerTravel] != never), "contacts move and do not arrive, or arrive and do not move"},
		{!open && s.Locks&^(1<<ChassisLock) != 0, "locked open and not open"},
		{!(s.Wear >= 0 && s.Wear <= 1), "wear is not between 0 and 1"},
		{!s.voltages(), "a coil has no voltage that there is"},
	}
	var bad []string
	for _, r := range rules {
		if r.bad {
			bad = append(bad, r.what)
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("breaker: stored state cannot be: %w", errors.New(strings.Join(bad, "; ")))
	}
	return nil
}

func (s *State) voltages() bool {
	for _, v := range s.Volts {
		if !(v >= 0) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// Fill sets the breaker's points in v, as of the last call. SD (breaker.tripped)
// reads 0 always: MB-ES says so of MasterPact, where PACT says it of breakers
// with a motor mechanism. A fixed breaker has no position.
func (b *Breaker) Fill(v points.Values) {
	v.SetFlag(points.BreakerClosed, b.Closed())
	v.SetFlag(points.BreakerTripped, false)
	v.SetFlag(points.BreakerFaultTripped, b.s.Tripped)
	v.SetFlag(points.BreakerSpringCharged, b.s.Spring)
	v.SetFlag(points.BreakerReadyToClose, b.NotReady() == 0)
	v.SetFlag(points.BreakerInhibitedIO, b.s.Inhibited.Has(IOModule))
	v.SetFlag(points.BreakerInhibitedComm, b.s.Inhibited.Has(Communication))
	v[points.BreakerPosition] = math.NaN()
	if b.c.Drawout {
		v[points.BreakerPosition] = float64(b.s.Position)
	}
	v[points.OperationsTotal] = float64(b.s.Closings)
	v[points.OperationsTrips] = float64(b.s.Trips)
	v[points.WearContacts] = b.s.Wear
	b.fillWear(v)
}
