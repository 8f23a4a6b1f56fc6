package imu

import (
	"math"
	"testing"
	"time"
)

const ms = time.Millisecond

// TestTapeIsBounded: however long and fast samples and changes come, the tape
// holds what a capture can reach.
func TestTapeIsBounded(t *testing.T) {
	var tp tape
	for at := time.Duration(0); at < 5*time.Second; at += 10 * time.Microsecond {
		tp.sample(at, [4]float64{1}, [3]float64{})
	}
	if n := len(tp.samples); n > 3*int(tapeKeeps/sampleGap) {
		t.Errorf("%d samples of 10 µs", n)
	}
	for k := range 10_000 {
		at := 5*time.Second + time.Duration(k)*10*ms
		tp.steady(at, input{})
		tp.set(at, TripBit, k%2 == 0)
	}
	if a, b, c := len(tp.spans), len(tp.samples), len(tp.flips); a > 140 || b > 0 || c > 140 {
		t.Errorf("%d spans, %d samples, %d flips", a, b, c)
	}
}

// TestTapeAt: the last thing before an instant counts, span or sample; between
// two samples lies a straight line, but not across a span.
func TestTapeAt(t *testing.T) {
	flows := func(amps float64) input { return input{I: [4]complex128{complex(amps/math.Sqrt2, 0)}, Hz: 50} } // the peak at multiples of 20 ms
	var tp tape
	tp.steady(0, flows(10))
	tp.sample(100*ms, [4]float64{100}, [3]float64{})
	tp.sample(101*ms, [4]float64{200}, [3]float64{})
	tp.steady(140*ms, flows(30))
	tp.sample(180*ms, [4]float64{400}, [3]float64{})
	tp.sample(181*ms, [4]float64{500}, [3]float64{})
	for _, c := range []struct {
		at   time.Duration
		want float32
		why  string
	}{
		{-ms, 0, "before the tape"},
		{20 * ms, 10, "the first span"},
		{100 * ms, 100, "a sample takes over at its instant"},
		{100*ms + ms/4, 125, "between two samples"},
		{120 * ms, 200, "the last sample holds until the span"},
		{140 * ms, 30, "the span takes over at its instant"},
		{160 * ms, 30, "and holds until the next sample, in no line across it"},
		{180 * ms, 400, "samples again"},
		{200 * ms, 500, "the last sample holds"},
	} {
		if got := tp.at(c.at)[0]; math.Abs(float64(got-c.want)) > 1e-3 {
			t.Errorf("%s: %g, want %g", c.why, got, c.want)
		}
	}
}

// TestTapeBits: status bits are as they were at each instant.
func TestTapeBits(t *testing.T) {
	var tp tape
	tp.set(10*ms, TripBit, true)
	tp.set(10*ms, TripBit, true) // again: no change
	tp.set(20*ms, SDEBit|OpenBit, true)
	tp.set(30*ms, TripBit, false)
	for at, want := range map[time.Duration]Bits{0: 0, 10 * ms: TripBit, 25 * ms: TripBit | SDEBit | OpenBit, 30 * ms: SDEBit | OpenBit} {
		if got := tp.bitsAt(at); got != want {
			t.Errorf("at %v: %b, want %b", at, got, want)
		}
	}
}
