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

	vars       = numReal     // by phase
	varsTwo    = vars + 3    // of two wattmeters
	base       = varsTwo + 1 // watts by phase of the fundamental
	baseTwo    = base + 3    // of two wattmeters
	turns      = baseTwo + 1 // square of the sequence l1 l2 l3 of the voltages
	turnsBack  = turns + 1   // of l1 l3 l2
	numMoments = turnsBack + 1
)

// moments of the fundamental, from its rms phasors.
func phasors(i [4]complex128, v [3]complex128, neutral bool, g *gains) (x moments) {
	means := products(i, v, neutral, g)
	copy(x[:], means[:])
	for k := range v {
		x[base+k], x[vars+k] = power(v[k], i[k])
	}
	p1, q1 := power(v[0]-v[2], i[0])
	p2, q2 := power(v[1]-v[2], i[1])
	x[baseTwo], x[varsTwo] = p1+p2, q1+q2
	positive, negative := sequences(v)
	x[turns], x[turnsBack] = square(positive), square(negative)
	return x
}

// sequences returns three times the symmetrical components of the voltages. Where
// the neutral is does not matter to them.
func sequences(v [3]complex128) (positive, negative complex128) {
	const third = 2 * math.Pi / 3
	a := cmplx.Rect(1, third)
	b := cmplx.Conj(a)
	return v[0] + a*v[1] + b*v[2], v[0] + b*v[1] + a*v[2]
}

// products returns the means of products of rms phasors, or the products of one
// sample.
func products(i [4]complex128, v [3]complex128, neutral bool, g *gains) (x means) {
	middle := (v[0] + v[1] + v[2]) / 3
	for k := range i {
		x[squareI+k] = square(i[k])
	}
	x[squareG] = square(g.ground(&i, neutral))
	for k := range v {
		x[squareV+k] = square(v[k])
		x[squareLL+k] = square(v[k] - v[(k+1)%3])
		x[squareM+k] = square(v[k] - middle)
		x[watts+k], _ = power(v[k], i[k])
	}
	p1, _ := power(v[0]-v[2], i[0])
	p2, _ := power(v[1]-v[2], i[1])
	x[wattsTwo] = p1 + p2
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
	m.silence(x)
	m.measureCurrents(x)
	m.measureVoltages(x)
	if m.rating.NeutralVoltage() {
		m.measurePhases(x)
	} else {
		m.measureTwo(x)
	}
	if !m.hasVoltage() {
		return
	}
	if hz > 0 && hz < math.Inf(1) {
		m.reading[frequency] = hz
	}
	m.reading[sequence] = rotation(x[turns], x[turnsBack])
}

// silence takes out what no sensor sees, and the powers of it.
func (m *Meter) silence(x *moments) {
	cut := func(from, n int, rated float64) {
		for k := from; k < from+n; k++ {
			if x[k] < square(complex(unseen.value()*rated, 0)) {
				x[k] = 0
			}
		}
	}
	cut(squareI, 4, m.rating.In)
	cut(squareG, 1, m.rating.In)
	cut(squareV, 3, m.rating.Voltage)
	cut(squareLL, 3, m.rating.Voltage)
	for k := range 3 {
		if x[squareI+k] == 0 || x[squareV+k] == 0 {
			x[watts+k], x[vars+k], x[base+k] = 0, 0, 0
		}
	}
	if x[squareI] == 0 && x[squareI+1] == 0 {
		x[wattsTwo], x[baseTwo], x[varsTwo] = 0, 0, 0
	}
}

// rotation returns which sequence the voltages have: 1 is l1 l2 l3, 2 is l1 l3
// l2. One or two phases that are left may turn either way: there is none.
func rotation(forward, back float64) float64 {
	switch clear := square(complex(clearly.value(), 0)); {
	case forward > clear*back:
		return 1
	case back > clear*forward:
		return 2
	}
	return math.NaN()
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
	switch {
	case m.rating.Variant != points.X70:
		return math.NaN()
	case m.leakage < unseen.value()*m.rating.In:
		return 0
	case m.errors != nil:
		return m.leakage * m.errors.leakage
	}
	return m.leakage
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
	var p, q, s, p1 float64
	for k := range quantity(3) {
		pk, qk, p1k := m.turn(x[watts+k]), m.turn(x[vars+k]), m.turn(x[base+k])
		sk := math.Sqrt(x[squareV+k] * x[squareI+k])
		r[active1+k], r[reactive1+k], r[apparent1+k] = pk, qk, sk
		r[factor1+k] = m.settings.factor(pk, qk, sk)
		r[cosPhi1+k] = m.settings.factor(p1k, qk, math.Hypot(p1k, qk))
		p, q, s, p1 = p+pk, q+qk, s+sk, p1+p1k
	}
	m.measureTotal(p, q, s, p1)
}

// measureTwo is two wattmeters.
func (m *Meter) measureTwo(x *moments) {
	var s float64
	for k := range 3 {
		s += math.Sqrt(x[squareM+k] * x[squareI+k])
	}
	m.measureTotal(m.turn(x[wattsTwo]), m.turn(x[varsTwo]), s, m.turn(x[baseTwo]))
}

// measureTotal takes the total powers, and the active one of the fundamental.
func (m *Meter) measureTotal(p, q, s, p1 float64) {
	r, s1 := &m.reading, math.Hypot(p1, q)
	r[active], r[reactive], r[apparent] = p, q, s
	r[factor], r[cosPhi] = m.settings.factor(p, q, s), m.settings.factor(p1, q, s1)
	if s1 == 0 {
		return
	}
	r[quadrant], r[loadType] = classify(p1, q, noPower.value()*s1)
}

// classify returns the quadrant (by the numbers of IEC 62053-23) and the type of
// load. A load is inductive where its current lags behind its voltage,
// whichever way the power flows.
func classify(p, q, none float64) (quadrant, load float64) {
	back, below := p < -none, q < -none
	switch {
	case back && below:
		quadrant = 3
	case back:
		quadrant = 2
	case below:
		quadrant = 4
	default:
		quadrant = 1
	}
	switch {
	case math.Abs(q) <= none:
		return quadrant, resistive
	case (q > 0) != back:
		return quadrant, inductive
	}
	return quadrant, capacitive
}

// The values of points.PowerLoadType.
const (
	resistive = iota
	inductive
	capacitive
)

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
