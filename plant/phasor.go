package plant

import (
	"math"
	"math/cmplx"

	"switchroom/imu"
)

// report is what one breaker is told.
type report struct {
	branch  int
	i       [4]complex128
	v       [3]complex128
	hz      float64
	h       *imu.Spectrum // nil: none
	sampled bool          // i and v are instantaneous, in their real parts
}

// solve puts the phasors of the circuit as it stands into volt.
func (s *island) solve() {
	s.solveLinear()
	for range upsRounds {
		if !s.hold() {
			return
		}
		s.solveLinear()
	}
}

func (s *island) solveLinear() {
	m := s.sys
	m.clear()
	clear(s.volt)
	for k := range s.limbs {
		l := &s.limbs[k]
		if l.off {
			continue
		}
		y := 1 / l.ohm(s.w)
		m.between(l.a, l.b, l.element, y)
		if l.emf != 0 {
			s.inject(l.a, y*l.emf)
			s.inject(l.b, -y*l.emf)
		}
	}
	m.factor()
	m.solve(s.volt)
}

func (s *island) inject(k int, i complex128) {
	if k != earth {
		s.volt[k] += i
	}
}

func (s *island) at(k int) complex128 {
	if k == earth {
		return 0
	}
	return s.volt[k]
}

// current is the phasor of a limb's current from a to b.
func (s *island) current(k int) complex128 {
	l := &s.limbs[k]
	if l.off {
		return 0
	}
	return (s.at(l.a) - s.at(l.b) - l.emf) / l.ohm(s.w)
}

// hold adjusts what is not linear to the last solution: constant power and
// arcs. It reports whether anything moved by more than a thousandth.
func (s *island) hold() (moved bool) {
	for i, k := range s.loads {
		if l := &s.net.Loads[k]; (l.UPS || l.Peak < 0) && !l.Off {
			moved = s.holdPower(i, k) || moved
		}
	}
	for k := range s.net.faults {
		if f := &s.net.faults[k]; f.Gap > 0 && f.on {
			moved = s.holdArc(k) || moved
		}
	}
	return moved
}

// holdPower makes a UPS draw its power at the voltage that it has, phase by
// phase, and nothing where that is too low. What generates lets go where there is
// no voltage to follow.
func (s *island) holdPower(i, k int) (moved bool) {
	l := &s.net.Loads[k]
	rated := s.net.Voltage / math.Sqrt(3)
	for p := range 3 {
		t := tag{ofLoad, k, 2 * p}
		g := s.limbs[s.first[t]]
		v := cmplx.Abs(s.at(g.a)-s.at(g.b)) / rated
		want := l.siemens(p, s.share[i], s.net.Voltage)
		switch {
		case l.UPS && v >= upsLow:
			want /= complex(v*v, 0)
		case l.UPS, v < feedLow, v > feedHigh:
			want = 0
		}
		have := 0.
		if !g.off {
			have = 1 / g.r
		}
		if math.Abs(have-real(want)) > 1e-3*math.Abs(real(l.siemens(p, 1, s.net.Voltage))) {
			s.setShunt(t, want)
			moved = true
		}
	}
	return moved
}

// reports says what each breaker carries by the last solution.
func (s *island) reports(out []report) []report {
	s.distort()
	for i, k := range s.branches {
		r := report{branch: k}
		b := &s.net.Branches[k]
		for c := range conductors {
			r.i[c] = s.current(s.pole[i][c])
		}
		tap := b.To
		if b.TapsTop {
			tap = b.From
		}
		for p := range 3 {
			r.v[p] = s.at(s.conductor(tap, p)) - s.at(s.conductor(tap, neutral))
			if cmplx.Abs(r.v[p]) < 1e-3*s.net.Voltage {
				r.v[p] = 0 // what leaks into a dead busbar is no voltage
			}
			if cmplx.Abs(r.v[p]) > 0.05*s.net.Voltage {
				r.hz = s.net.Frequency
			}
		}
		if len(s.orders) > 0 {
			r.h = s.spectrum(i, tap)
		}
		out = append(out, r)
	}
	return out
}
