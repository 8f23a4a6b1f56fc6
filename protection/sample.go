package protection

import (
	"math"
	"time"
)

// inputs remembers what the conductors and the leakage sensor last read.
type inputs struct {
	value [5]float64
	at    [5]time.Duration
	seen  [5]bool
}

// Limit is the largest current the engine believes, A. No sensor goes near it;
// it keeps a wild number in a recording from drowning everything after it
// (ours).
const Limit = 1e7

// heldShare of a cycle a missing sample is bridged by the one before; after
// that it counts as zero. Held longer, a lost channel would be a direct current
// of whatever it last read, and trip (ours).
const heldShare = 4

// take returns what is believed of reading v of input i: NaN and infinities are
// missing, the rest is limited.
func (in *inputs) take(t time.Duration, i int, v float64, cycle time.Duration) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		if in.seen[i] && t-in.at[i] <= cycle/heldShare {
			return in.value[i]
		}
		return 0
	}
	v = max(-Limit, min(v, Limit))
	in.value[i], in.at[i], in.seen[i] = v, t, true
	return v
}

// Sample takes the instantaneous currents of l1, l2, l3, n in A at t. Samples
// may come at any rate and unevenly. A NaN or infinity is a missing value: the
// one before holds for a quarter of a cycle, then zero. A sample older than the
// engine's time is dropped; one at the same time replaces what the conductors
// read, without any time passing.
func (e *Engine) Sample(t time.Duration, i [4]float64) []Event {
	return e.SampleLeakage(t, i, 0)
}

// SampleLeakage is Sample with the reading of the external sensor, A: that of
// earth leakage, or the ground-return sensor of a 6.0 X that has one.
func (e *Engine) SampleLeakage(t time.Duration, i [4]float64, sensor float64) []Event {
	t = within(t)
	if e.started && t < e.now {
		return nil
	}
	e.begin(t)
	if e.win == nil || e.synth {
		e.run(t)
		e.openWindow()
		e.synth, e.phasor = false, phasors{}
	}
	var x [channels]float64
	for k, v := range i {
		x[k] = e.input.take(t, k, v, e.plan.cycle)
	}
	x[leakage] = e.input.take(t, 4, sensor, e.plan.cycle)
	x[ground] = e.groundSum(&x)
	e.step(t, &x)
	return e.events
}

func (e *Engine) groundSum(x *[channels]float64) float64 {
	if e.plan.sgr {
		return x[leakage]
	}
	g := x[0] + x[1] + x[2]
	if e.plan.neutral {
		g += x[neutral]
	}
	return g
}

// step takes all functions to the sample x at t. The order is the precedence
// of functions that operate on the same sample.
func (e *Engine) step(t time.Duration, x *[channels]float64) {
	dt := (t - e.now).Seconds()
	var q [channels]float64
	for i, v := range x {
		q[i] = v * v
	}
	e.win.add(e.plan.cycle, t, &q)
	e.before = e.square
	e.win.means(e.plan.cycle, &e.square)
	e.now = t
	e.selfSample(t, x)
	for p := range 4 {
		e.instantSample(t, p, x[p])
	}
	for ch := range channels {
		e.delaySample(t, ch, x[ch], dt)
	}
	e.heatSample(t, dt)
}
