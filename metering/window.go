package metering

import (
	"math"
	"math/cmplx"
	"time"
)

// window is one cycle of samples. Between two samples the products are taken
// as linear: for sines at three or more even samples a cycle the mean over the
// cycle is exact where it begins and ends with a sample, and where it does not
// the tests find it within 0.1 % from 32 samples a cycle on.
type window struct {
	on    bool
	skip  int           // windows until the frequency is followed
	start time.Duration //
	end   time.Duration //
	hz    float64       // a cycle of it is the window
	known bool          // hz is that of the voltages

	at     time.Duration // of the newest sample
	i      [4]float64    // of it, as shown
	v      [3]float64
	errors *gains
	last   means // products of the newest sample
	sum    means // A·V·ns and so on, since start
	bins   bins
	h      Spectrum // of the last whole window
	tracker
}

// means are the products of one sample, or what they sum up to.
type means [numReal]float64

// Sample takes one sample of the instantaneous currents of l1, l2, l3 and
// neutral in A and of the phase-to-neutral voltages in V at now. Samples go on
// until the next Steady. Where they pause for more than a cycle nothing is
// known to have flowed.
func (m *Meter) Sample(now time.Duration, i [4]float64, v [3]float64) {
	for k := range i {
		i[k] = real(finite(complex(i[k], 0)))
	}
	for k := range v {
		v[k] = real(finite(complex(v[k], 0)))
	}
	m.errors.showSample(&i, &v)
	m.settle(now)
	switch {
	case !m.sampling() || m.paused():
		m.stopSampling()
		m.startWindow(i, v)
	case m.now > m.window.at:
		m.extend(i, v)
	}
}

func (m *Meter) sampling() bool { return m.window != nil && m.window.on }

func (m *Meter) paused() bool { return m.now-m.window.at > m.cycle() }

// stopSampling forgets the window that is not complete. Until the last sample,
// or until now if that is near, what the last whole window showed has flowed.
func (m *Meter) stopSampling() {
	if !m.sampling() {
		return
	}
	if m.paused() {
		m.count(m.window.at)
	} else {
		m.count(m.now)
	}
	m.counted, m.looked, m.window.on = m.now, true, false
}

// startWindow begins to sample. The frequency is the one shown, or is looked
// for around the rated one.
func (m *Meter) startWindow(i [4]float64, v [3]float64) {
	if m.window == nil {
		m.window = new(window)
	}
	w := m.window
	*w = window{
		on: true, known: true, hz: m.reading[frequency], at: m.now, i: i, v: v, errors: m.errors,
		h: w.h, // what is shown stays until a window is whole
	}
	if !(w.hz >= trackLow.value() && w.hz <= trackHigh.value()) {
		w.hz, w.known, w.skip = m.ratedHz(), false, int(trackWindows.value())
	}
	w.begin(m.now, true, m.rating.Neutral())
}

// begin opens the next window at what is in w.i and w.v: a sample, or what lies
// between two.
func (w *window) begin(at time.Duration, sample, neutral bool) {
	w.start, w.end = at, at+time.Duration(math.Round(float64(time.Second)/w.hz))
	w.sum, w.bins = means{}, bins{}
	if sample {
		w.put(at, 0)
	}
	w.last = w.products(neutral)
}

// put hands the sample in w.i and w.v to the bins, dt after what was before it.
func (w *window) put(at time.Duration, dt float64) {
	sin, cos := math.Sincos(-2 * math.Pi * w.hz * (at - w.start).Seconds())
	var x [conductors]float64
	copy(x[:4], w.i[:])
	copy(x[4:], w.v[:])
	w.bins.put(dt, x, complex(cos, sin))
}

// products returns those of what is in w.i and w.v.
func (w *window) products(neutral bool) means {
	var i [4]complex128
	var v [3]complex128
	for k := range i {
		i[k] = complex(w.i[k], 0)
	}
	for k := range v {
		v[k] = complex(w.v[k], 0)
	}
	return products(i, v, neutral, w.errors)
}

// extend takes a sample into the window, and every window that it completes.
func (m *Meter) extend(i [4]float64, v [3]float64) {
	w, neutral := m.window, m.rating.Neutral()
	w.errors = m.errors
	for m.now >= w.end {
		part := float64(w.end-w.at) / float64(m.now-w.at)
		for k := range w.i {
			w.i[k] += (i[k] - w.i[k]) * part
		}
		for k := range w.v {
			w.v[k] += (v[k] - w.v[k]) * part
		}
		sample := m.now == w.end
		w.add(w.end, sample, neutral)
		m.closeWindow()
		w.begin(w.end, sample, neutral)
	}
	if m.now > w.at {
		w.i, w.v = i, v
		w.add(m.now, true, neutral)
	}
}

// add takes in the stretch from the newest sample to the one at at, which is in
// w.i and w.v already.
func (w *window) add(at time.Duration, sample, neutral bool) {
	dt := float64(at - w.at)
	switch {
	case sample && at == w.end:
		w.put(at, dt)
		w.bins.end(0)
	case sample:
		w.put(at, dt)
	default:
		w.bins.end(dt)
	}
	x := w.products(neutral)
	for k := range x {
		w.sum[k] += (w.last[k] + x[k]) * dt / 2
	}
	w.last, w.at = x, at
}

// closeWindow makes a whole cycle the reading.
func (m *Meter) closeWindow() {
	w := m.window
	top := w.bins.solve(&w.h)
	i, v := w.h.at(1)
	x := phasors(i, v, m.rating.Neutral(), m.errors)
	span := float64(w.end - w.start)
	for k, sum := range w.sum {
		x[k] = sum / span
	}
	m.measure(&x, math.NaN())
	m.measureDistortion(&x, shape{i, v, &w.h, top})
	m.followFrequency(v)
	m.count(w.end)
	if w.skip > 0 {
		w.skip--
		return
	}
	m.fold(w.end)
}

// followFrequency makes the next window as long as the cycle of the voltages.
// Without voltage it stays as it is. Noise must not make a window of no length
// or of years, so it follows within bounds only.
func (m *Meter) followFrequency(v [3]complex128) {
	w := m.window
	if !m.hasVoltage() {
		w.tracker, w.known = tracker{}, false
		return
	}
	hz, ok := w.follow(v, w.hz)
	if w.known = w.known || ok; w.known {
		m.reading[frequency] = hz
	}
	w.hz = min(max(hz, trackLow.value()), trackHigh.value())
}

// tracker follows the frequency of the voltages by how far they turn from the
// middle of one window to the middle of the next.
type tracker struct {
	positive, negative complex128 // sequences of the window before
	cycle              float64    // its length in s; 0: there is none
	newest             [5]float64 // estimates
	count              int
}

// follow returns the frequency after one more window at hz with voltages v, and
// whether it is more than hz.
func (f *tracker) follow(v [3]complex128, hz float64) (float64, bool) {
	positive, negative := sequences(v)
	was, cycle := f.cycle, 1/hz
	if was > 0 {
		turn := positive * cmplx.Conj(f.positive)
		if t := negative * cmplx.Conj(f.negative); cmplx.Abs(t) > cmplx.Abs(turn) {
			turn = t
		}
		hz = f.estimate((1 + cmplx.Phase(turn)/(2*math.Pi)) * 2 / (was + cycle))
	}
	f.positive, f.negative, f.cycle = positive, negative, cycle
	return hz, was > 0
}

// estimate returns the median of the last five estimates, so that a jump of
// phase in a fault is not a frequency; the newest, while there are less than
// three.
func (f *tracker) estimate(hz float64) float64 {
	f.newest[f.count%len(f.newest)] = hz
	f.count++
	n := min(f.count, len(f.newest))
	if n < 3 {
		return hz
	}
	return median(f.newest, n)
}

func median(a [5]float64, n int) float64 {
	for k := 1; k < n; k++ {
		for j := k; j > 0 && a[j] < a[j-1]; j-- {
			a[j], a[j-1] = a[j-1], a[j]
		}
	}
	return a[(n-1)/2]
}
