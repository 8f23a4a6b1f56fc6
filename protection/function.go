package protection

import (
	"fmt"
	"slices"
	"time"
)

// Function is one protection function. Its name is the middle part of the
// dotted names of its points: protection.long_time.ir, trip.long_time.
type Function uint8

const (
	None           Function = iota
	LongTime                // L, ANSI 49RMS/51
	ShortTime               // S, ANSI 50TD/51
	Instantaneous           // I, ANSI 50
	GroundFault             // G, ANSI 50N-TD/51N
	EarthLeakage            // V, ANSI 50G-TD
	SelfProtection          // SELLIM, DIN/DINF

	// The functions of digital modules.
	IDMTL             // ANSI 51, inverse time
	IDMTGroundFault   // ANSI 51N, inverse time
	GroundFaultAlarm  // ANSI 51N
	EarthLeakageAlarm // ANSI 51G
	Undervoltage1     // ANSI 27
	Undervoltage2
	Overvoltage1 // ANSI 59
	Overvoltage2
	Underfrequency // ANSI 81U
	Overfrequency  // ANSI 81O
	ReversePower   // ANSI 32P
	Directional1   // ANSI 67
	Directional2
	numFunctions
)

var functionNames = []string{
	"", "long_time", "short_time", "instantaneous", "ground_fault", "earth_leakage", "self_protection",
	"idmtl", "idmt_ground_fault", "ground_fault_alarm", "earth_leakage_alarm",
	"undervoltage_1", "undervoltage_2", "overvoltage_1", "overvoltage_2", "underfrequency", "overfrequency",
	"reverse_power", "directional_1", "directional_2",
}

// Unit returns the unit of the value of an event of f.
func (f Function) Unit() string {
	switch f {
	case Undervoltage1, Undervoltage2, Overvoltage1, Overvoltage2:
		return "V"
	case Underfrequency, Overfrequency:
		return "Hz"
	case ReversePower:
		return "W"
	}
	return "A"
}

func (f Function) String() string { return nameOf(functionNames, int(f)) }

// MarshalText writes the function's name.
func (f Function) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (f *Function) UnmarshalText(b []byte) error {
	i, err := parseName(functionNames, "function", string(b))
	*f = Function(i)
	return err
}

// Functions is a set of functions.
type Functions uint32

// Has reports whether f is in the set.
func (s Functions) Has(f Function) bool { return s&(1<<f) != 0 }

func (s *Functions) add(f Function) { *s |= 1 << f }

// Phase is the conductor an event is about, or NoPhase for functions that look
// at a sum (ground fault, earth leakage, power) or at the frequency. A
// phase-to-phase voltage is that of its first phase: V12 is l1.
type Phase uint8

const (
	NoPhase Phase = iota
	L1
	L2
	L3
	N
)

var phaseNames = []string{"", "l1", "l2", "l3", "n"}

func (p Phase) String() string { return nameOf(phaseNames, int(p)) }

// MarshalText writes the phase's name, nothing for NoPhase.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (p *Phase) UnmarshalText(b []byte) error {
	i, err := parseName(phaseNames, "phase", string(b))
	*p = Phase(i)
	return err
}

// Kind is what happened to a function.
type Kind uint8

const (
	_       Kind = iota
	Start        // the current went over the pick-up
	Drop         // it went back below
	Operate      // the delay has run out; for a function that alarms, until Drop
	Trip         // the breaker is told to open; once until Reset
)

var kindNames = []string{"", "start", "drop", "operate", "trip"}

func (k Kind) String() string { return nameOf(kindNames, int(k)) }

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (k *Kind) UnmarshalText(b []byte) error {
	i, err := parseName(kindNames, "kind", string(b))
	*k = Kind(i)
	return err
}

// Event is one thing that happened, at a time counted from the caller's epoch.
//
// Value is in the unit of the function: the true RMS of the conductor in A, the
// voltage in V, the frequency in Hz, the reverse power in W; for instantaneous it is the
// peak divided by √2, which compares with Ii as RMS compares with the other
// pick-ups.
type Event struct {
	At       time.Duration
	Kind     Kind
	Function Function
	Phase    Phase
	Value    float64
}

func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("unknown(%d)", i)
}

// parseName is the inverse of nameOf. The zero value writes itself as "".
func parseName(names []string, what, s string) (int, error) {
	if i := slices.Index(names, s); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("%s %q is none of %v", what, s, names[1:])
}
