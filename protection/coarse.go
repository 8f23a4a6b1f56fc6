package protection

import (
	"fmt"
	"math"
	"slices"

	"switchroom/points"
)

// Samples a cycle of a recording. The unit itself takes gridCycle. Below
// fewestSamples no RMS is left of a current that is not steady (two samples a
// cycle may lie on zeros or on crests); below enoughSamples a crest may lie
// between samples, by up to 1/cos(π/n): 8 % at 8, 1.2 % at 20 (derived; both
// limits are ours).
const (
	fewestSamples = 8
	enoughSamples = 20
)

// sparseShare of a recording may be sparser than it is judged by: a gap, not
// its sampling (ours).
const sparseShare = 0.05

// sampling returns how many samples a cycle of r the recording has nearly
// everywhere; 0 where it is shorter than two samples.
func (w *Waveform) sampling(r points.Rating) float64 {
	var steps []float64
	whole := 0.0
	for k := 1; k < len(w.T); k++ {
		if dt := w.T[k] - w.T[k-1]; dt > 0 && !math.IsInf(dt, 0) {
			steps = append(steps, dt)
			whole += dt
		}
	}
	slices.Sort(steps)
	sparser := 0.0
	for _, dt := range slices.Backward(steps) {
		if sparser += dt; sparser > sparseShare*whole {
			return 1 / (r.Frequency * dt)
		}
	}
	return 0
}

// checkSampling refuses a recording that cannot carry a verdict.
func checkSampling(n float64, r points.Rating) error {
	if n < fewestSamples*0.999 { // a time stamp may be rounded
		return fmt.Errorf("recording: %.2g samples a cycle of %g Hz are too few: what flowed between them may have tripped the unit, or not; give a recording of %g Hz or more, %g Hz for peaks",
			n, r.Frequency, fewestSamples*r.Frequency, enoughSamples*r.Frequency)
	}
	return nil
}

// coarse reports whether crests may lie between the samples.
func coarse(n float64) bool { return n < enoughSamples*0.999 }

// doubtPeaks makes the ends of the band those of a recording of n samples a
// cycle, whose crests may have been higher than any sample: an early unit sees
// them so, and a late one must not be taken to trip on a peak.
func (e *Engine) doubtPeaks(c Corner, n float64) {
	k := 1.0
	switch c {
	case Early:
		k = math.Cos(math.Pi / n)
	case Late:
		k = never
	}
	for p := range e.plan.instant.peak {
		e.plan.instant.peak[p] *= k
	}
	e.plan.self *= k
}

func coarseNote(n float64) string {
	return fmt.Sprintf("%.3g samples a cycle: a peak may lie between two of them, so no verdict rests on peaks (instantaneous, self-protection); %d or more would carry it", n, enoughSamples)
}
