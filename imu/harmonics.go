package imu

import (
	"math"
	"math/cmplx"
	"time"

	"switchroom/metering"
	"switchroom/protection"
)

// Spectrum is the harmonics of currents and voltages, by order.
type Spectrum = metering.Spectrum

// Distorted is [Unit.Steady] with harmonics: metering, protection and captures
// see them. The unit keeps h, which must not change any more; nil is pure sines,
// and so is a spectrum in which something is no number.
func (u *Unit) Distorted(now time.Duration, i [4]complex128, v [3]complex128, hz float64, h *Spectrum) {
	if !numbers(h) {
		h = nil
	}
	u.with(now, func() {
		was := u.input
		if h != nil && was.H != nil && *h == *was.H {
			h = was.H
		}
		u.input = u.offer(input{i, v, hz, h})
		if u.playing {
			return // the test set's next sample is what flows
		}
		if was != u.input || u.sampled {
			u.feed(u.now)
			u.dirty = true
		}
	})
}

func numbers(h *Spectrum) bool {
	for k := range 7 {
		if h == nil {
			break
		}
		for _, z := range channelOf(h, k) {
			if cmplx.IsNaN(z) || cmplx.IsInf(z) {
				return false
			}
		}
	}
	return true
}

// flow is what the sensors see: voltages stand at an open breaker too, currents
// do not flow through one, and what a lost sensor sees is nothing.
type flow struct {
	input
	leak     complex128 // in the external sensor
	leakRMS  float64
	more     *protection.Distortion
	currents [4]float64 // true rms
}

func (u *Unit) flow() flow {
	f := flow{input: u.input}
	if u.conducts() {
		f.I, f.leak = sensed(u.faults, u.input.I), external(u, u.input.I)
	} else {
		f.I = [4]complex128{}
	}
	if f.H != nil {
		f.distort(u)
	}
	for k := range f.currents {
		f.currents[k] = f.rms(k)
	}
	f.leakRMS = max(f.leakRMS, cmplx.Abs(f.leak))
	return f
}

// distort takes out of the harmonics what the sensors do not see, and makes a
// waveform of the rest.
func (f *flow) distort(u *Unit) {
	seen, leak := *f.H, square(cmplx.Abs(f.leak))
	var h protection.Harmonics
	for order := 2; order <= metering.MaxOrder; order++ {
		i, sum := f.harmonic(order), complex128(0)
		if u.conducts() {
			i, sum = sensed(u.faults, i), external(u, i)
		} else {
			i = [4]complex128{}
		}
		for k := range i {
			seen.I[k][order], h[k][order] = i[k], i[k]
		}
		h[4][order] = sum
		leak += square(cmplx.Abs(sum))
	}
	f.H, f.leakRMS, f.more = &seen, math.Sqrt(leak), h.Distortion()
}

// harmonic returns the currents of an order.
func (in *input) harmonic(order int) (i [4]complex128) {
	for k := range i {
		i[k] = in.H.I[k][order]
	}
	return i
}

// rms returns the true rms of conductor k.
func (in *input) rms(k int) float64 {
	a := cmplx.Abs(in.I[k])
	if in.H == nil {
		return a
	}
	q := square(a)
	for _, z := range in.H.I[k][2:] {
		q += square(cmplx.Abs(z))
	}
	return math.Sqrt(q)
}

func square(x float64) float64 { return x * x }

// harmonicState is one order of what flows, as the memory holds it: l1 to n in
// A, then the voltages in V.
type harmonicState struct {
	Order int
	Value [7][2]float64
}

// spectrumState returns the orders of h that there are.
func spectrumState(h *Spectrum) (all []harmonicState) {
	if h == nil {
		return nil
	}
	for order := 2; order <= metering.MaxOrder; order++ {
		s := harmonicState{Order: order}
		for k := range s.Value {
			z := channelOf(h, k)[order]
			s.Value[k] = [2]float64{real(z), imag(z)}
		}
		if s.Value != ([7][2]float64{}) {
			all = append(all, s)
		}
	}
	return all
}

// spectrumOf is the inverse. An order that does not exist is left out.
func spectrumOf(all []harmonicState) *Spectrum {
	var h *Spectrum
	for _, s := range all {
		if s.Order < 2 || s.Order > metering.MaxOrder {
			continue
		}
		if h == nil {
			h = new(Spectrum)
		}
		for k, z := range s.Value {
			channelOf(h, k)[s.Order] = complex(z[0], z[1])
		}
	}
	return h
}

// channelOf returns the orders of channel k: the currents, then the voltages.
func channelOf(h *Spectrum, k int) []complex128 {
	if k < 4 {
		return h.I[k][:]
	}
	return h.V[k-4][:]
}
