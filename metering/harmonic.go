package metering

import (
	"fmt"
	"math"
	"math/cmplx"
	"time"

	"switchroom/points"
)

// MaxOrder is the highest harmonic that is measured (UG: 40 samples a cycle,
// harmonics to order 15).
const MaxOrder = 15

// orders has a number for each order from 0 to the highest.
type orders [MaxOrder + 1]complex128

// Spectrum is what flows beside the fundamental: rms phasors by conductor and
// order. Orders 0 and 1 are not looked at.
//
// A phasor of order h turns h times as fast as the fundamental; both have their
// angle at the same instant. A waveform that each phase has a third of a cycle
// later has its harmonics there by h thirds of a turn later: see
// [Spectrum.Shape].
type Spectrum struct {
	I [4]orders // A, of l1, l2, l3 and neutral
	V [3]orders // V, of the phases to neutral
}

// Shape gives every current of the phases the waveform that has, of its
// fundamental, the given part in order h: 0.3 in order 5 is 30 % of fifth. The
// neutral carries their sum, the triple orders, which add up in it.
func (s *Spectrum) Shape(i [4]complex128, h int, part float64) {
	if h < 2 || h > MaxOrder {
		return
	}
	s.I[3][h] = 0
	for k := range 3 {
		r, angle := cmplx.Polar(i[k])
		s.I[k][h] = cmplx.Rect(r*part, angle*float64(h))
		s.I[3][h] -= s.I[k][h]
	}
}

// at returns the currents and voltages of one order.
func (s *Spectrum) at(h int) (i [4]complex128, v [3]complex128) {
	for k := range i {
		i[k] = s.I[k][h]
	}
	for k := range v {
		v[k] = s.V[k][h]
	}
	return i, v
}

// put sets the currents and voltages of one order.
func (s *Spectrum) put(h int, i [4]complex128, v [3]complex128) {
	for k := range i {
		s.I[k][h] = i[k]
	}
	for k := range v {
		s.V[k][h] = v[k]
	}
}

// sound returns s, or a copy without what is no number in s.
func (s *Spectrum) sound() *Spectrum {
	if s == nil || s.finite() {
		return s
	}
	c := *s
	for h := range MaxOrder + 1 {
		for k := range c.I {
			c.I[k][h] = finite(c.I[k][h])
		}
		for k := range c.V {
			c.V[k][h] = finite(c.V[k][h])
		}
	}
	return &c
}

func (s *Spectrum) finite() bool {
	for h := range MaxOrder + 1 {
		i, v := s.at(h)
		for _, z := range i {
			if finite(z) != z {
				return false
			}
		}
		for _, z := range v {
			if finite(z) != z {
				return false
			}
		}
	}
	return true
}

// Distorted is [Meter.Steady] with harmonics. The meter keeps h, which must not
// change any more; nil is pure sines.
func (m *Meter) Distorted(now time.Duration, i [4]complex128, v [3]complex128, hz float64, h *Spectrum) {
	m.settle(now)
	m.stopSampling()
	for k := range i {
		i[k] = finite(i[k])
	}
	for k := range v {
		v[k] = finite(v[k])
	}
	m.input = input{i, v, hz, h.sound()}
	m.show()
}

// distort adds the products of harmonics to those of the fundamental.
func (x *moments) distort(s *Spectrum, neutral bool, g *gains) {
	if s == nil {
		return
	}
	for h := 2; h <= MaxOrder; h++ {
		i, v := s.at(h)
		for k, p := range products(i, v, neutral, g) {
			x[k] += p
		}
	}
}

// channels are what has harmonics, in the order of quantities from thd and
// from thdr on: which mean square is its rms, and its points.
var channels = [...]struct {
	name   string
	square int
}{
	{"current.l1", squareI}, {"current.l2", squareI + 1}, {"current.l3", squareI + 2}, {"current.n", squareI + 3},
	{"voltage.l12", squareLL}, {"voltage.l23", squareLL + 1}, {"voltage.l31", squareLL + 2},
	{"voltage.l1n", squareV}, {"voltage.l2n", squareV + 1}, {"voltage.l3n", squareV + 2},
}

// odd are the orders that have points (ours: which the module shows is not
// known).
var odd = [...]int{3, 5, 7, 9, 11, 13, 15}

// individual says where the harmonics of each channel are shown.
var individual = func() (ids [len(channels)][len(odd)]points.ID) {
	for c := range channels {
		for k, h := range odd {
			ids[c][k], _ = points.Lookup(fmt.Sprintf("harmonic.%s.h%d", channels[c].name, h))
		}
	}
	return ids
}()

// channel returns the phasor of channel c among currents and voltages.
func channel(c int, i *[4]complex128, v *[3]complex128) complex128 {
	switch {
	case c < 4:
		return i[c]
	case c < 7:
		return v[c-4] - v[(c-3)%3]
	}
	return v[c-7]
}

// least is the fundamental below which there is no distortion to speak of.
func (m *Meter) least(c int) float64 {
	switch {
	case c < 4:
		return noCurrent.value() * m.rating.In
	case c < 7:
		return noVoltage.value() * m.rating.Voltage
	}
	return noVoltage.value() * m.rating.Voltage / math.Sqrt(3)
}

// leastTop is the highest order without which nothing is told of the distortion:
// the third, the first that loads have. With fewer samples a cycle what reads as
// the second is what the window leaks; ours.
const leastTop = 3

// measureDistortion makes the distortion of s the reading.
func (m *Meter) measureDistortion(x *moments, s shape) {
	m.shape = s
	sum := s.h.squares(s.top)
	for c := range quantity(len(channels)) {
		f := cmplx.Abs(channel(int(c), &s.i, &s.v))
		if s.top < leastTop || f < m.least(int(c)) || !m.measures(thd+c) {
			continue
		}
		r := math.Sqrt(sum[c])
		m.reading[thd+c] = 100 * r / f
		m.reading[thdr+c] = 100 * min(r/math.Sqrt(x[channels[c].square]), 1)
	}
}

// squares returns the sum of the squares of the harmonics of each channel.
func (s *Spectrum) squares(top int) (sum [len(channels)]float64) {
	if s == nil {
		return sum
	}
	for h := 2; h <= top; h++ {
		i, v := s.at(h)
		for c := range channels {
			sum[c] += square(channel(c, &i, &v))
		}
	}
	return sum
}

// fillHarmonics shows the harmonics one by one where the digital module is
// there.
func (m *Meter) fillHarmonics(v points.Values) {
	for c := range individual {
		f := math.NaN()
		if m.settings.Harmonics && !math.IsNaN(m.reading[thd+quantity(c)]) {
			f = cmplx.Abs(channel(c, &m.shape.i, &m.shape.v))
		}
		for k, id := range individual[c] {
			v[id] = 100 * m.harmonic(c, odd[k]) / f
		}
	}
}

// harmonic returns the rms of a harmonic of channel c, NaN beyond what samples
// tell.
func (m *Meter) harmonic(c, h int) float64 {
	switch {
	case h > m.shape.top:
		return math.NaN()
	case m.shape.h == nil:
		return 0
	}
	i, v := m.shape.h.at(h)
	return cmplx.Abs(channel(c, &i, &v))
}
