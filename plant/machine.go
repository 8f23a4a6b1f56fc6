package plant

import (
	"fmt"
	"math"
	"math/cmplx"
	"time"
)

// Machine is what makes a source a generator: its reactances as shares of its
// rated impedance, and how its short-circuit current dies down. The source's
// Ohm is the subtransient impedance.
type Machine struct {
	VA        float64
	Xd2, Xd1  float64       // subtransient, transient; 0: 0.12 and 0.18, ours (typical of low-voltage sets)
	Td2, Td1  time.Duration // short-circuit time constants; 0: 12 ms and 100 ms, ours
	Sustained float64       // current that the excitation keeps up, times rated; 0: 3, ours (with auxiliary winding)
	StartsOn  string        // the source whose loss starts it; "": by order only
	Delay     time.Duration // from the loss to voltage; 0: 10 s, ours
}

// GeneratorOhm is the subtransient impedance of a generator, with R = 0.15·X as
// IEC 60909-0, 6.6.1 has it for rated voltages up to 1 kV.
func GeneratorOhm(va, xd2, volts float64) complex128 {
	x := or(xd2, 0.12) * volts * volts / va
	return complex(0.15*x, x)
}

func or[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

// stage is how far the voltage behind a generator's subtransient impedance has
// sunk.
type stage struct {
	now   float64 // as a share
	since time.Duration
	on    bool    // a short circuit drains it
	out   float64 // reactance between its terminals and the fault, ohm
}

// overloaded is how many times its rated current a generator gives when it
// counts as short-circuited; ours.
const overloaded = 1.5

// look decides by the phasors whether the generators are short-circuited.
func (s *island) look(now time.Duration) {
	for i, k := range s.sources {
		src := &s.net.Sources[k]
		g := &s.gens[i]
		if src.Machine == nil {
			continue
		}
		var most, volts float64
		for p := range 3 {
			at := s.first[tag{ofSource, k, p}]
			if i := cmplx.Abs(s.current(at)); i > most {
				l := &s.limbs[at]
				most, volts = i, cmplx.Abs(s.at(l.a)-s.at(l.b))
			}
		}
		rated := src.Machine.VA / math.Sqrt(3) / s.net.Voltage
		switch short := most > overloaded*rated*g.now; {
		case short && !g.on:
			*g = stage{now: 1, since: now, on: true, out: volts / most}
		case !short && g.on:
			*g = stage{now: 1}
			s.setSource(i)
		}
	}
}

// setStages lets the generators sink: the current goes from E/Xd″ over E/Xd′ to
// what the excitation sustains, with the two time constants (IEC 60909-0,
// figure 2), each reactance with what is between the terminals and the fault.
func (s *island) setStages(now time.Duration) {
	for i, k := range s.sources {
		m := s.net.Sources[k].Machine
		if m == nil || !s.gens[i].on {
			continue
		}
		s.gens[i].now = m.share(now-s.gens[i].since, s.gens[i].out, s.net.Voltage)
		s.setSource(i)
	}
}

// share is the voltage behind the subtransient impedance at t after a fault
// behind out ohm.
func (m *Machine) share(t time.Duration, out, volts float64) float64 {
	base := volts * volts / m.VA
	x2, x1 := or(m.Xd2, 0.12)*base+out, or(m.Xd1, 0.18)*base+out
	i2, i1 := 1/x2, 1/x1
	id := math.Min(i1, or(m.Sustained, 3)/base)
	e2 := math.Exp(-t.Seconds() / or(m.Td2, 12*time.Millisecond).Seconds())
	e1 := math.Exp(-t.Seconds() / or(m.Td1, 100*time.Millisecond).Seconds())
	return ((i2-i1)*e2 + (i1-id)*e1 + id) * x2
}

// staged reports whether a generator is still sinking.
func (s *island) staged(now time.Duration) bool {
	for i, k := range s.sources {
		if m := s.net.Sources[k].Machine; m != nil && s.gens[i].on && now-s.gens[i].since < 6*or(m.Td1, 100*time.Millisecond) {
			return true
		}
	}
	return false
}

// Motor is a cage motor in star without neutral. Running, it draws its rated
// current; started, its locked-rotor current, which falls with the slip. The
// slip falls in a straight line to its rated value within the run-up time
// whatever the voltage does: ours. Its contactor falls off when the voltage is
// gone.
type Motor struct {
	Name   string
	Node   string
	W      float64       // electrical, at rated voltage and load
	Factor float64       // power factor at rated load; 0: 0.86, ours
	Locked float64       // locked-rotor current, times rated; 0: 6, ours
	Start  float64       // power factor with locked rotor; 0: 0.3, ours
	RunUp  time.Duration // 0: 5 s, ours
	On     bool          // begins running

	slip float64 // 1 locked, 0 as running
}

// amps is the motor's rated current at the voltage.
func (m *Motor) amps(volts float64) float64 {
	return m.W / (math.Sqrt(3) * volts * or(m.Factor, 0.86))
}

// ohm is the impedance of a phase at slip: stator and rotor resistance equal,
// R1 + R2/s + jX with locked-rotor current and power factor at s = 1, beside a
// magnetising reactance so that rated slip gives the rated point. slip goes from
// 1 to 0 and is mapped from 1 to the rated slip.
func (m *Motor) ohm(volts, slip float64) complex128 {
	r, x, y := m.circuit(volts)
	rated := ratedSlip(r, x, real(y))
	s := rated + (1-rated)*slip
	cage := func(s float64) complex128 { return 1 / complex(r+r/s, x) }
	mag := complex(0, min(0, imag(y-cage(rated))))
	return 1 / (cage(s) + mag)
}

// circuit is stator resistance and total leakage reactance, ohm, and the rated
// admittance of a phase.
func (m *Motor) circuit(volts float64) (r, x float64, rated complex128) {
	phase := volts / math.Sqrt(3)
	lock := phase / (m.amps(volts) * or(m.Locked, 6))
	pf := or(m.Start, 0.3)
	p := m.W / 3 / (phase * phase)
	return lock * pf / 2, lock * math.Sqrt(1-pf*pf), complex(p, -p*math.Tan(math.Acos(or(m.Factor, 0.86))))
}

// Check refuses a motor whose locked-rotor current and power factor leave it no
// slip at which it carries its load.
func (m *Motor) Check(volts float64) error {
	if !(m.W > 0) {
		return fmt.Errorf("motor %s: %g W; give it more than 0", m.Name, m.W)
	}
	r, x, y := m.circuit(volts)
	if ratedSlip(r, x, real(y)) >= 1 {
		return fmt.Errorf("motor %s: cannot carry its load; a locked-rotor current of 4 to 8 times rated at a power factor of 0.2 to 0.5 is usual", m.Name)
	}
	return nil
}

// ratedSlip is the small slip at which R1 + R2/s + jX takes the active power:
// (r+r/s)/((r+r/s)²+x²) = g.
func ratedSlip(r, x, g float64) float64 {
	// a = r + r/s solves g·a² − a + g·x² = 0; the larger root is the running one.
	d := 1 - 4*g*g*x*x
	if d <= 0 {
		return 1 // it cannot run at that load: it stays at its locked-rotor current
	}
	a := (1 + math.Sqrt(d)) / (2 * g)
	return min(1, r/max(a-r, r))
}

// motorSteps is in how many steps the slip falls; ours.
const motorSteps = 50

func (s *island) setMotor(k int) {
	m := &s.net.Motors[k]
	z := m.ohm(s.net.Voltage, m.slip)
	for p := range 3 {
		l := &s.limbs[s.first[tag{ofMotor, k, p}]]
		l.set(z, s.w)
		l.off = !m.On
	}
}

// fallOff opens the contactors of motors without voltage and reports whether
// there were any.
func (s *island) fallOff() (any bool) {
	for _, k := range s.motors {
		m := &s.net.Motors[k]
		if !m.On {
			continue
		}
		n := s.conductor(m.Node, 0)
		if cmplx.Abs(s.volt[n]-s.volt[n+1]) < 0.5*s.net.Voltage {
			m.On = false
			s.setMotor(k)
			any = true
		}
	}
	return any
}
