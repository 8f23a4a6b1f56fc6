package imu

import (
	"cmp"
	"math"
	"math/cmplx"
	"slices"
	"time"

	"switchroom/metering"
)

// tape is what flowed through the unit lately, as its sensors saw it: what a
// capture is cut from. In steady state it holds one span and no samples, so
// that a unit at rest costs nothing; samples are there while a fault lasts and
// for tapeKeeps after it.
type tape struct {
	spans   []span   // steady stretches, oldest first
	samples []sample // oldest first
	bits    Bits     // now
	flips   []flip   // changes of bits, oldest first
}

// span is a steady stretch: until the next span, or the first sample after it.
type span struct {
	from time.Duration
	in   input
}

// sample is what the sensors gave at an instant: currents in A, voltages in V.
type sample struct {
	at  time.Duration
	val [7]float32
}

// flip is a change of status bits.
type flip struct {
	at   time.Duration
	bits Bits // that changed
}

// tapeKeeps is longer than the longest capture; sampleGap is the shortest time
// between samples that are kept, well below the period of any capture.
const (
	tapeKeeps = 1300 * time.Millisecond
	sampleGap = 100 * time.Microsecond
)

// steady says what flows from at on.
func (t *tape) steady(at time.Duration, in input) {
	t.trim(at)
	if n := len(t.spans); n > 0 && t.spans[n-1].from == at {
		t.spans[n-1].in = in
		return
	}
	t.spans = append(t.spans, span{at, in})
}

// sample takes one sample.
func (t *tape) sample(at time.Duration, i [4]float64, v [3]float64) {
	n := len(t.samples)
	if n > 0 && at-t.samples[n-1].at < sampleGap {
		return
	}
	if n == cap(t.samples) {
		t.trim(at) // rather than grow
	}
	s := sample{at: at}
	for k := range i {
		s.val[k] = float32(i[k])
	}
	for k := range v {
		s.val[4+k] = float32(v[k])
	}
	t.samples = append(t.samples, s)
}

// set sets or clears status bits at an instant.
func (t *tape) set(at time.Duration, b Bits, on bool) {
	to := t.bits &^ b
	if on {
		to = t.bits | b
	}
	if to != t.bits {
		t.flips = append(t.flips, flip{at, to ^ t.bits})
		t.bits = to
	}
}

// trim forgets what no capture can reach any more. The span that flows stays.
func (t *tape) trim(now time.Duration) {
	old := now - tapeKeeps
	k := 0
	for k+1 < len(t.spans) && t.spans[k+1].from <= old {
		k++
	}
	t.spans = slices.Delete(t.spans, 0, k)
	k, _ = slices.BinarySearchFunc(t.samples, old, func(s sample, at time.Duration) int { return cmp.Compare(s.at, at) })
	if t.samples = slices.Delete(t.samples, 0, k); len(t.samples) == 0 {
		t.samples = nil
	}
	k, _ = slices.BinarySearchFunc(t.flips, old, func(f flip, at time.Duration) int { return cmp.Compare(f.at, at) })
	if t.flips = slices.Delete(t.flips, 0, k); len(t.flips) == 0 {
		t.flips = nil
	}
}

// at returns what flowed at an instant: by the last sample or span before it,
// whichever is later; between two samples in a straight line. Before the tape
// begins nothing flowed (ours).
func (t *tape) at(when time.Duration) (v [7]float32) {
	s, _ := slices.BinarySearchFunc(t.samples, when+1, func(s sample, at time.Duration) int { return cmp.Compare(s.at, at) })
	p, _ := slices.BinarySearchFunc(t.spans, when+1, func(s span, at time.Duration) int { return cmp.Compare(s.from, at) })
	switch {
	case s == 0 && p == 0:
		return v
	case s == 0 || p > 0 && t.spans[p-1].from >= t.samples[s-1].at:
		return t.spans[p-1].in.instant(when)
	case s == len(t.samples) || p < len(t.spans) && t.spans[p].from <= t.samples[s].at:
		return t.samples[s-1].val
	}
	return between(t.samples[s-1], t.samples[s], when)
}

func between(a, b sample, when time.Duration) (v [7]float32) {
	share := float32(when-a.at) / float32(b.at-a.at)
	for k := range v {
		v[k] = a.val[k] + share*(b.val[k]-a.val[k])
	}
	return v
}

// instant returns the instantaneous values of phasors, √2·Re(X·e^jωt), and of
// their harmonics.
func (in *input) instant(when time.Duration) (v [7]float32) {
	angle := 2 * math.Pi * in.hz() * math.Mod(when.Seconds(), 1)
	turn := cmplx.Rect(math.Sqrt2, angle)
	for k, x := range in.I {
		v[k] = float32(real(x * turn))
	}
	for k, x := range in.V {
		v[4+k] = float32(real(x * turn))
	}
	if in.H != nil {
		in.distort(&v, angle)
	}
	return v
}

func (in *input) distort(v *[7]float32, angle float64) {
	for order := 2; order <= metering.MaxOrder; order++ {
		turn := cmplx.Rect(math.Sqrt2, float64(order)*angle)
		for k := range v {
			v[k] += float32(real(channelOf(in.H, k)[order] * turn))
		}
	}
}

// hz is the frequency of what flows. Without voltage it is not known, and does
// not matter: nothing flows but what a test set injects, at 50 Hz (ours).
func (in *input) hz() float64 {
	if in.Hz > 0 {
		return in.Hz
	}
	return 50
}

// bitsAt returns the status bits at an instant.
func (t *tape) bitsAt(when time.Duration) Bits {
	b := t.bits
	for _, f := range slices.Backward(t.flips) {
		if f.at <= when {
			break
		}
		b ^= f.bits
	}
	return b
}

// rms returns the true RMS of each channel over the cycle before an instant.
func (t *tape) rms(when, cycle time.Duration) (r [7]float64) {
	const n = 40
	for k := range time.Duration(n) {
		for c, x := range t.at(when - cycle*k/n) {
			r[c] += float64(x) * float64(x) / n
		}
	}
	for c := range r {
		r[c] = math.Sqrt(r[c])
	}
	return r
}
