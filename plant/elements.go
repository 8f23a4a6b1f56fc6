package plant

import (
	"math"
	"time"

	"switchroom/imu"
)

// Switch is a breaker as the network sees it. *imu.Unit is one.
type Switch interface {
	// Closed reports whether the contacts touch.
	Closed() bool
	// Distorted tells the rms phasors from now on: currents of l1, l2, l3 and
	// neutral in A, positive from From to To; phase-to-neutral voltages in V;
	// frequency in Hz, 0 without voltage. i(t) = √2·Re(I·e^(jωt)), t of the world;
	// and the harmonics beside them, nil where there are none.
	Distorted(now time.Duration, i [4]complex128, v [3]complex128, hz float64, h *imu.Spectrum)
	// Sample tells the instantaneous values at now, until the next Distorted.
	Sample(now time.Duration, i [4]float64, v [3]float64)
}

// Source feeds a node: a utility behind a transformer, or a generator. It is
// three voltages behind an impedance, star-connected, its star point the
// neutral of its node.
type Source struct {
	Name     string
	Node     string
	Ohm      complex128 // its own impedance of a phase, positive sequence; must not be 0
	Zero     complex128 // zero sequence; 0: as Ohm
	Upstream complex128 // of the network above it, seen from its node. A delta winding keeps it out of the zero sequence
	Volts    float64    // without load, phase to phase; 0: the network's
	Rated    float64    // VA, of a transformer: IEC 60909-0 corrects its impedance; 0: it is none
	Earthing Earthing
	EarthOhm complex128 // of [EarthedByImpedance]
	Machine  *Machine   // of a generator
	Off      bool       // it is not there: begins so, or supply is lost
	Dip      [3]float64 // what each phase lacks of its voltage, as a share
}

// Earthing is how the star point of a source is connected to earth.
type Earthing uint8

const (
	Solid              Earthing = iota // TN-S: neutral and protective conductor are joined here
	EarthedByImpedance                 // through EarthOhm
	Isolated                           // IT
)

// Transformer feeds a node from another: several from one grid. The node above
// it is seen at the voltage below, and must be fed by a source without earth:
// the delta winding keeps the zero sequence of the two sides apart.
type Transformer struct {
	Name     string
	From, To string
	Ohm      complex128 // of a phase, positive sequence
	Zero     complex128 // of its star winding, zero sequence; 0: as Ohm
	Volts    float64    // rated, below; 0: the network's
	Rated    float64    // VA
	Earthing Earthing
	EarthOhm complex128
	Off      bool // disconnected above
}

// Branch is a breaker between two nodes: current from From to To is positive.
type Branch struct {
	Name     string
	Switch   Switch
	From, To string
	TapsTop  bool // measures voltage at From; otherwise at To
	Poles    int  // 3: the neutral passes it uninterrupted; otherwise it switches the neutral too
}

// Cable joins two nodes with three phases, a neutral and a protective conductor.
type Cable struct {
	Name     string
	From, To string
	Ohm      complex128 // of a phase, positive sequence, the whole length at 20 °C
	Zero     complex128 // zero sequence with the return; 0: four times Ohm, a full-size return
	Hot      float64    // end temperature for minimum currents, °C; 0: 160, PVC (IEC 60909-0 2.5: as the design permits)
}

// Back is the impedance of the neutral, and of the protective conductor: a third
// of what the zero sequence has over the positive.
func (c *Cable) Back() complex128 {
	if c.Zero == 0 {
		return c.Ohm
	}
	return (c.Zero - c.Ohm) / 3
}

// Load draws power from a node.
type Load struct {
	Name    string
	Node    string
	Peak    float64    // W, of the three phases together, at rated voltage and the top of its profile; below 0 it generates
	Factor  float64    // power factor, lagging; 0 is 1
	Split   [3]float64 // share of each phase; zero is a third each
	Profile Profile
	Flutter float64 // how far it strays from its profile, as a share; 0: not at all
	UPS     bool    // draws constant power, and nothing below [upsLow] of rated voltage
	Off     bool

	Harmonics Harmonics // at rest

	held *float64 // the share that it takes in place of its profile's; nil: it follows
}

// Capacitor is a bank in star without neutral.
type Capacitor struct {
	Name string
	Node string
	VAR  float64 // of the three phases at rated voltage
	Off  bool
}

// TransformerOhm is the impedance of a transformer seen from a winding of the
// rated voltage: |Z| = uk·U²/S, R = Pk·U²/S² (IEC 60909-0, 6.3.1). Without load
// losses (0) R is a tenth of X, ours.
func TransformerOhm(va, ukPercent, lossW, volts float64) complex128 {
	z := ukPercent / 100 * volts * volts / va
	r := z / math.Sqrt(101)
	if lossW > 0 {
		r = lossW * volts * volts / (va * va)
	}
	return complex(r, math.Sqrt(max(0, z*z-r*r)))
}

// UtilityOhm is the impedance of a utility of short-circuit power va, seen at
// volts; rx is R/X.
func UtilityOhm(va, rx, volts float64) complex128 {
	x := volts * volts / va / math.Hypot(1, rx)
	return complex(rx*x, x)
}

// constants of the model. All ours, none felt at the terminals of a breaker.
const (
	closedOhm   = 50e-6 // resistance of a pole: the order of a busbar joint
	boltedOhm   = 10e-6 // of a bolted fault, and of the link of a solidly earthed star point
	leakSiemens = 1e-9  // ties every conductor to earth, so that a dead island has a solution: no voltage
	capLoss     = 0.002 // resistance of a capacitor bank as a share of its reactance
	upsLow      = 0.85  // a UPS goes to its battery below this share of rated voltage
	feedLow     = 0.5   // what generates lets go below this share of rated voltage, and
	feedHigh    = 1.2   // above this one
	upsRounds   = 20    // of the iteration to constant power
)

// split returns the shares of the phases.
func (l *Load) split() [3]float64 {
	if l.Split == ([3]float64{}) {
		return [3]float64{1. / 3, 1. / 3, 1. / 3}
	}
	return l.Split
}

// siemens is what the load is in phase p: constant, and drawing its power at
// rated voltage.
func (l *Load) siemens(p int, share, voltage float64) complex128 {
	pf := l.Factor
	if pf == 0 {
		pf = 1
	}
	watts := l.Peak * share * l.split()[p]
	vars := watts * math.Tan(math.Acos(pf))
	return complex(watts, -vars) * 3 / complex(voltage*voltage, 0)
}
