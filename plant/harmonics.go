package plant

import (
	"math"
	"math/cmplx"

	"switchroom/imu"
)

// MaxOrder is the highest harmonic that a breaker measures.
const MaxOrder = len(imu.Spectrum{}.I[0]) - 1

// Harmonics is the waveform of a load's current: what each order is of the
// fundamental, 0.3 for 30 %. All orders have their crest at that of the
// fundamental, as those of a rectifier with a capacitor behind it; so all loads
// add up, which is the worst case (ours). Orders 0 and 1 are not looked at.
type Harmonics [MaxOrder + 1]float64

// none reports whether the waveform is a sine.
func (h *Harmonics) none() bool {
	for _, x := range h[2:] {
		if x != 0 {
			return false
		}
	}
	return true
}

// sound reports whether the shares can be those of a load.
func (h *Harmonics) sound() bool {
	for _, x := range h[2:] {
		if !(x >= 0 && x <= 1) {
			return false
		}
	}
	return true
}

// Harmonics at rest are found order by order: a load that makes them is a source
// of their currents beside its own impedance (a Norton equivalent), and the
// network at that frequency divides them; a percent or so stays in the load, and
// all of it where there is no way back, as with a broken neutral. Voltages behind impedances are
// short circuits there; a capacitor bank takes more than its share and may
// resonate. Harmonics do not change the fundamental, nor does their voltage
// change what a load draws.

// harmonicsOf lists the orders that the loads of the island make.
func (s *island) harmonicsOf() (orders []int) {
	for h := 2; h <= MaxOrder; h++ {
		for _, k := range s.loads {
			if s.net.Loads[k].Harmonics[h] != 0 {
				orders = append(orders, h)
				break
			}
		}
	}
	return orders
}

// distort finds the voltages of every order from the last solution.
func (s *island) distort() {
	for n, h := range s.orders {
		x := s.harmonic[n]
		clear(x)
		for _, k := range s.loads {
			s.injectLoad(x, k, h)
		}
		s.admit(h)
		s.sys.factor()
		s.sys.solve(x)
	}
}

// injectLoad adds the currents that load k makes in order h.
func (s *island) injectLoad(x []complex128, k, h int) {
	share := s.net.Loads[k].Harmonics[h]
	if share == 0 {
		return
	}
	for p := range 3 {
		g := s.first[tag{ofLoad, k, 2 * p}]
		r, angle := cmplx.Polar(s.current(g) + s.current(g+1))
		i := cmplx.Rect(share*r, math.Mod(angle*float64(h), 2*math.Pi))
		l := &s.limbs[g]
		x[l.a] -= i
		x[l.b] += i
	}
}

// admit makes the equations those of order h.
func (s *island) admit(h int) {
	s.sys.clear()
	for k := range s.limbs {
		if l := &s.limbs[k]; !l.off && (!l.feeds || !s.net.Loads[l.tag.k].Harmonics.none()) {
			s.sys.between(l.a, l.b, l.element, 1/s.harmonicOhm(l, h))
		}
	}
}

// harmonicOhm is a limb's impedance at order h. To a harmonic a motor stands
// still: its slip against that field is nearly 1.
func (s *island) harmonicOhm(l *limb, h int) complex128 {
	if l.tag.of == ofMotor {
		r, x, _ := s.net.Motors[l.tag.k].circuit(s.net.Voltage)
		return complex(2*r, float64(h)*x)
	}
	z := l.ohm(float64(h) * s.w)
	if l.feeds {
		return complex(math.Abs(real(z)), imag(z))
	}
	return z
}

// Of a harmonic, below these there is none; ours.
const (
	leastAmps  = 1e-3
	leastVolts = 1e-3
)

// spectrum is what branch i carries besides r; nil where that is nothing.
func (s *island) spectrum(i int, tap string) *imu.Spectrum {
	var out imu.Spectrum
	some := false
	keep := func(to *complex128, x complex128, least float64) {
		if cmplx.Abs(x) >= least {
			*to, some = x, true
		}
	}
	for n, h := range s.orders {
		x := s.harmonic[n]
		for c := range conductors {
			if l := &s.limbs[s.pole[i][c]]; !l.off {
				keep(&out.I[c][h], (x[l.a]-x[l.b])/s.harmonicOhm(l, h), leastAmps)
			}
		}
		for p := range 3 {
			keep(&out.V[p][h], x[s.conductor(tap, p)]-x[s.conductor(tap, neutral)], leastVolts)
		}
	}
	if !some {
		return nil
	}
	return &out
}
