package protection

import (
	"math"
	"math/cmplx"
	"time"
)

// MaxOrder is the highest harmonic that a true RMS goes to (UG, long time:
// confirmed).
const MaxOrder = 15

// Harmonics is what flows beside the fundamental: RMS phasors, A, of l1, l2,
// l3, n and in the external sensor, by order. A phasor of order h turns h times
// as fast as the fundamental. Orders 0 and 1 are not looked at, what is not a
// number counts as nothing, and beyond [Limit] it is cut.
type Harmonics [5][MaxOrder + 1]complex128

// Distortion is a waveform of harmonics as the unit samples it. It does not
// change any more, and any number of engines may hold it.
type Distortion struct{ wave [5][gridCycle]float64 }

// Distortion returns what an engine is told of h; nil where there is none.
func (h *Harmonics) Distortion() *Distortion {
	d := new(Distortion)
	any := false
	for c := range h {
		for order := 2; order <= MaxOrder; order++ {
			x := believed(h[c][order], 0)
			if x == 0 {
				continue
			}
			any = true
			for j := range gridCycle {
				d.wave[c][j] += real(x * wave[j*order%gridCycle])
			}
		}
	}
	if !any {
		return nil
	}
	return d
}

// Distorted is [Engine.SteadyLeakage] with harmonics; nil is pure sines. What
// they are worth to a true RMS is exact, and so are the peaks that the unit
// samples.
func (e *Engine) Distorted(t time.Duration, i [4]complex128, sensor complex128, d *Distortion) []Event {
	t = within(t)
	e.begin(t)
	e.run(t)
	next := phasors{[5]complex128{i[0], i[1], i[2], i[3], sensor}, d}
	for k, v := range next.amps {
		next.amps[k] = believed(v, e.phasor.amps[k])
	}
	if next != e.phasor || e.win != nil && !e.synth {
		e.change(t, &next)
	}
	return e.events
}

// of returns sample j of a cycle of what channel ch sees of the distortion.
func (d *Distortion) of(p *plan, ch, j int) float64 {
	switch {
	case ch == leakage || ch == ground && p.sgr:
		return d.wave[4][j]
	case ch == ground:
		g := d.wave[0][j] + d.wave[1][j] + d.wave[2][j]
		if p.neutral {
			g += d.wave[neutral][j]
		}
		return g
	}
	return d.wave[ch][j]
}

// meanSquare returns that of the harmonics of channel ch. The mean of forty
// samples is exact: no product of two orders up to 15 turns forty times.
func (d *Distortion) meanSquare(p *plan, ch int) (q float64) {
	for j := range gridCycle {
		q += square(d.of(p, ch, j))
	}
	return q / gridCycle
}

// at returns sample j of a cycle of channel ch of phasors i.
func (p *plan) at(i *phasors, ch, j int) float64 {
	x := real(p.of(i, ch) * wave[j])
	if i.more != nil {
		x += i.more.of(p, ch, j)
	}
	return x
}

// peakSquare returns the square of the highest peak of channel ch: of a sine
// that between the samples, of another waveform that of the samples.
func (p *plan) peakSquare(i *phasors, ch int) (top float64) {
	if i.more == nil {
		return 2 * p.meanSquare(i, ch)
	}
	for j := range gridCycle {
		top = max(top, square(p.at(i, ch, j)))
	}
	return top
}

// crest is the most that the mean square of a cycle across a step may be, over
// the greater of those before and after it. Sines that differ can put three
// half-waves into a cycle: a third more (derived). Of any other waveforms all of
// one may meet all of the other.
func crest(a, b *phasors) float64 {
	if a.more == nil && b.more == nil {
		return 4.0 / 3
	}
	return 2
}

// swing is by how much the integral of the square of conductor p is ahead, at t,
// of that of its mean, A²s: the ripple of the squares of a sine, at twice the
// frequency, is
//
//	Im(c²) / 2ω,   c = I·e^(jωt)
//
// and that of another waveform is added up from its samples.
func (e *Engine) swing(i *phasors, p int, t time.Duration) float64 {
	cycles := (t % time.Second).Seconds() / e.plan.period
	if i.more == nil {
		c := i.amps[p]
		return imag(c*c*cmplx.Rect(1, 4*math.Pi*cycles)) * e.plan.period / (4 * math.Pi)
	}
	return e.plan.area(i, p, cycles-math.Floor(cycles))
}

// area is the integral of the square less its mean from the beginning of a
// cycle to a share of it, less the mean of that integral.
func (p *plan) area(i *phasors, ch int, share float64) float64 {
	mean := p.meanSquare(i, ch)
	var sum, avg, at float64
	last := square(p.at(i, ch, 0)) - mean
	for j := range gridCycle {
		x := square(p.at(i, ch, (j+1)%gridCycle)) - mean
		if here := share*gridCycle - float64(j); here >= 0 && here < 1 {
			at = sum + here*(last+here*(x-last)/2)
		}
		avg += sum
		sum += (last + x) / 2
		last = x
	}
	return (at - avg/gridCycle) * p.period / gridCycle
}
