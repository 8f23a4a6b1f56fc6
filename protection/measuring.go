package protection

import (
	"math"
	"math/cmplx"
	"time"

	"switchroom/points"
)

// measuring makes quantities of samples, over one rated cycle after the other.
// Between two samples everything is taken as linear.
type measuring struct {
	on    bool
	start time.Duration // of the cycle
	at    time.Duration // of the newest sample
	last  Readings
	sum   sums
	amps  inputs // what the currents and the leakage sensor last read
	volts inputs
	track tracker
}

// sums are integrals over the cycle, in units × ns.
type sums struct {
	square quantities    // of each quantity that is a true RMS
	wave   [6]complex128 // of l1, l2, l3 and V1, V2, V3 with e^(−jωt)
	power  float64
}

func (m *measuring) stop() { m.on = false }

// Sample takes the instantaneous currents and phase-to-neutral voltages at t.
// What is not a number is missing: the one before holds for a quarter of a
// cycle, then zero. A sample older than the unit's time is dropped; after more
// than a cycle without one the measuring begins anew.
func (m *Modules) Sample(t time.Duration, x Readings) []Event {
	m.events = m.events[:0]
	t = within(t)
	if m.started && t < m.now || m.measure.on && t < m.measure.at {
		return nil
	}
	d := &m.measure
	x = d.take(t, x, m.cycle)
	if !d.on || t-d.at > m.cycle {
		m.run(t)
		d.begin(t, x, m.q[frequency])
		return m.events
	}
	for end := d.start + m.cycle; t >= end; end += m.cycle {
		mid := d.between(end, t, &x)
		d.add(end, &mid, &m.rating)
		m.take(end)
	}
	d.add(t, &x, &m.rating)
	m.advance(t)
	return m.events
}

// take lets the cycle that ended at t act.
func (m *Modules) take(t time.Duration) {
	m.advance(t)
	m.q = m.measure.quantities(&m.rating, m.cycle)
	m.measure.start, m.measure.sum = t, sums{}
	m.evaluate()
}

// begin starts the first cycle with x at t. The frequency is the one from before
// until another is measured.
func (d *measuring) begin(t time.Duration, x Readings, hz float64) {
	d.on, d.start, d.at, d.last, d.sum = true, t, t, x, sums{}
	d.track = tracker{believed: hz}
}

// take returns what is believed of x.
func (d *measuring) take(t time.Duration, x Readings, cycle time.Duration) Readings {
	for n := range x.I {
		x.I[n] = d.amps.take(t, n, x.I[n], cycle)
	}
	x.Leakage = d.amps.take(t, 4, x.Leakage, cycle)
	for n := range x.V {
		x.V[n] = d.volts.take(t, n, x.V[n], cycle)
	}
	return x
}

// between returns the readings at an instant between the newest sample and x at
// t.
func (d *measuring) between(at, t time.Duration, x *Readings) Readings {
	if t == d.at {
		return *x
	}
	share := float64(at-d.at) / float64(t-d.at)
	mid := func(a, b float64) float64 { return a + (b-a)*share }
	r := Readings{Leakage: mid(d.last.Leakage, x.Leakage)}
	for n := range r.I {
		r.I[n] = mid(d.last.I[n], x.I[n])
	}
	for n := range r.V {
		r.V[n] = mid(d.last.V[n], x.V[n])
	}
	return r
}

// add integrates from the newest sample to x at t.
func (d *measuring) add(t time.Duration, x *Readings, r *points.Rating) {
	dt := float64(t - d.at)
	if dt > 0 {
		d.sum.add(&d.last, dt/2, d.angle(d.at, r), r)
		d.sum.add(x, dt/2, d.angle(t, r), r)
	}
	d.at, d.last = t, *x
}

// angle is e^(−jωt) since the cycle began.
func (d *measuring) angle(t time.Duration, r *points.Rating) complex128 {
	return cmplx.Rect(1, -2*math.Pi*r.Frequency*(t-d.start).Seconds())
}

// add adds x for dt.
func (s *sums) add(x *Readings, dt float64, angle complex128, r *points.Rating) {
	g := x.I[0] + x.I[1] + x.I[2]
	switch {
	case r.SGR:
		g = x.Leakage
	case r.Neutral():
		g += x.I[neutral]
	}
	s.square[groundCurrent] += g * g * dt
	s.square[leakageCurrent] += x.Leakage * x.Leakage * dt
	turned := angle * complex(dt, 0)
	for n := range 3 {
		i, v := x.I[n], x.V[n]
		across := v - x.V[(n+1)%3]
		s.square[rmsCurrent+quantity(n)] += i * i * dt
		s.square[phaseNeutral+quantity(n)] += v * v * dt
		s.square[phasePhase+quantity(n)] += across * across * dt
		s.power += i * v * dt
		s.wave[n] += complex(i, 0) * turned
		s.wave[3+n] += complex(v, 0) * turned
	}
}

// quantities returns what the cycle comes to: true RMS, power, and directions by
// the fundamental.
func (d *measuring) quantities(r *points.Rating, cycle time.Duration) quantities {
	q, all := nothing, 1/float64(cycle)
	var i, v [3]complex128
	for n := range 3 {
		i[n] = d.sum.wave[n] * complex(math.Sqrt2*all, 0)
		v[n] = d.sum.wave[3+n] * complex(math.Sqrt2*all, 0)
		q[rmsCurrent+quantity(n)] = math.Sqrt(d.sum.square[rmsCurrent+quantity(n)] * all)
		q[phaseNeutral+quantity(n)] = math.Sqrt(d.sum.square[phaseNeutral+quantity(n)] * all)
	}
	q.polarised(*r, i, v)
	for n := range 3 {
		q[phasePhase+quantity(n)] = math.Sqrt(d.sum.square[phasePhase+quantity(n)] * all)
	}
	q[groundCurrent] = math.Sqrt(d.sum.square[groundCurrent] * all)
	q[leakageCurrent] = math.Sqrt(d.sum.square[leakageCurrent] * all)
	q[reversePower] = -d.sum.power * all
	q[frequency] = d.track.frequency(positive(v), r)
	return q
}

// tracker finds the frequency by how far the positive-sequence voltage turns
// from one rated cycle to the next. A step of the phase, as at the beginning of
// a fault, looks like another frequency for two cycles; one that is away from
// what is believed is believed when the third in a row says so (ours).
type tracker struct {
	before   complex128
	believed float64 // Hz, NaN: none
	heard    float64
	times    int
}

// away is by how much two frequencies differ that are not the same one, Hz.
const away = 0.5

// frequency takes the voltage of one more cycle; NaN is no frequency.
func (k *tracker) frequency(v complex128, r *points.Rating) float64 {
	before := k.before
	k.before = v
	live := liveVoltage * r.Voltage / math.Sqrt(3)
	switch {
	case cmplx.Abs(v) < live:
		k.believed, k.times = math.NaN(), 0
	case cmplx.Abs(before) >= live:
		k.hear(r.Frequency * (1 + cmplx.Phase(v*cmplx.Conj(before))/(2*math.Pi)))
	}
	return k.believed
}

func (k *tracker) hear(hz float64) {
	if !(math.Abs(hz-k.heard) <= away) {
		k.times = 0
	}
	k.heard = hz
	k.times++
	if k.times >= 3 || math.Abs(hz-k.believed) <= away {
		k.believed = hz
	}
}
