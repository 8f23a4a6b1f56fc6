package metering

import (
	"math"
	"math/cmplx"

	"switchroom/points"
)

// moments are the means of products that all quantities follow from: first the
// real parts, which samples have too, then the imaginary ones, which only
// phasors have.
type moments [numMoments]float64

const (
	squareI  = 0            // of the four currents
	squareG  = squareI + 4  // of their sum
	squareV  = squareG + 1  // of the voltages to neutral
	squareLL = squareV + 3  // of those between phases
	squareM  = squareLL + 3 // of those against the middle of the three
	watts    = squareM + 3  // by phase
	wattsTwo = watts + 3    // of two wattmeters
	numReal  = wattsTwo + 1

	vars       = numReal  // by phase
	varsTwo    = vars + 3 // of two wattmeters
	numMoments = varsTwo + 1
)

// products returns the moments of phasors, or of one sample.
func products(i [4]complex128, v [3]complex128, neutral bool) (x moments) {
	sum := i[0] + i[1] + i[2]
	if neutral {
		sum += i[3]
	}
	middle := (v[0] + v[1] + v[2]) / 3
	for k := range i {
		x[squareI+k] = square(i[k])
	}
	x[squareG] = square(sum)
	for k := range v {
		x[squareV+k] = square(v[k])
		x[squareLL+k] = square(v[k] - v[(k+1)%3])
		x[squareM+k] = square(v[k] - middle)
		x[watts+k], x[vars+k] = power(v[k], i[k])
	}
	p1, q1 := power(v[0]-v[2], i[0])
	p2, q2 := power(v[1]-v[2], i[1])
	x[wattsTwo], x[varsTwo] = p1+p2, q1+q2
	return x
}

func square(z complex128) float64 { return real(z)*real(z) + imag(z)*imag(z) }

func power(v, i complex128) (p, q float64) {
	s := v * cmplx.Conj(i)
	return real(s), imag(s)
}

// measure makes the moments the reading.
func (m *Meter) measure(x *moments, hz float64) {
	m.reading.clear()
	m.measureCurrents(x)
	m.measureVoltages(x)
	if m.rating.NeutralVoltage() {
		m.measurePhases(x)
	} else {
		m.measureTwo(x)
	}
	if hz > 0 && hz < math.Inf(1) && m.hasVoltage() {
		m.reading[frequency] = hz
	}
}

func (m *Meter) measureCurrents(x *moments) {
	r := &m.reading
	i := roots(x[squareI:])
	avg, each, worst := balance(i)
	copy(r[current1:], i[:])
	copy(r[unbalance1:], each[:])
	r[currentAvg], r[unbalanceI] = avg, worst
	r[highest] = max(i[0], i[1], i[2])
	if m.rating.Neutral() {
		r[currentN] = math.Sqrt(x[squareI+3])
		r[highest] = max(r[highest], r[currentN])
	}
	r[ground] = math.Sqrt(x[squareG])
	r[leakage] = m.leakageNow()
}

// leakageNow is what the sensor gives, where the control unit has one.
func (m *Meter) leakageNow() float64 {
	if m.rating.Variant == points.X70 {
		return m.leakage
	}
	return math.NaN()
}

func (m *Meter) measureVoltages(x *moments) {
	r := &m.reading
	ll := roots(x[squareLL:])
	copy(r[voltage12:], ll[:])
	r[voltageLL], _, r[unbalanceLL] = balance(ll)
	if m.rating.NeutralVoltage() {
		ln := roots(x[squareV:])
		copy(r[voltage1N:], ln[:])
		r[voltageLN], _, r[unbalanceLN] = balance(ln)
	}
}

func (m *Meter) hasVoltage() bool {
	r := &m.reading
	return max(r[voltage12], r[voltage23], r[voltage31]) > noVoltage.value()*m.rating.Voltage
}

// measurePhases is three wattmeters.
func (m *Meter) measurePhases(x *moments) {
	r := &m.reading
	var p, q, s float64
	for k := range quantity(3) {
		pk, qk := m.turn(x[watts+k]), m.turn(x[vars+k])
		sk := math.Sqrt(x[squareV+k] * x[squareI+k])
		r[active1+k], r[reactive1+k], r[apparent1+k] = pk, qk, sk
		r[factor1+k] = m.settings.factor(pk, qk, sk)
		p, q, s = p+pk, q+qk, s+sk
	}
	m.measureTotal(p, q, s)
}

// measureTwo is two wattmeters.
func (m *Meter) measureTwo(x *moments) {
	var s float64
	for k := range 3 {
		s += math.Sqrt(x[squareM+k] * x[squareI+k])
	}
	m.measureTotal(m.turn(x[wattsTwo]), m.turn(x[varsTwo]), s)
}

func (m *Meter) measureTotal(p, q, s float64) {
	r := &m.reading
	r[active], r[reactive], r[apparent] = p, q, s
	r[factor] = m.settings.factor(p, q, s)
}

// turn gives power the sign that the settings ask for.
func (m *Meter) turn(p float64) float64 {
	if m.settings.BottomToTop {
		return 0 - p
	}
	return p
}

// factor is the power factor. That IEC signs it as the power and IEEE by lead
// and lag is recalled; the document names the two.
func (s Settings) factor(p, q, va float64) float64 {
	if va == 0 {
		return math.NaN()
	}
	pf := min(math.Abs(p)/va, 1)
	if s.IEEE && p*q > 0 || !s.IEEE && p < 0 {
		return -pf
	}
	return pf
}

func roots(x []float64) (r [3]float64) {
	for k := range r {
		r[k] = math.Sqrt(x[k])
	}
	return r
}

// balance returns the average, the distance of each from it in percent of it,
// and the largest of those.
func balance(a [3]float64) (avg float64, each [3]float64, worst float64) {
	avg = (a[0] + a[1] + a[2]) / 3
	if avg == 0 {
		return 0, each, 0
	}
	for k := range a {
		each[k] = (a[k]/avg - 1) * 100
		worst = max(worst, math.Abs(each[k]))
	}
	return avg, each, worst
}
