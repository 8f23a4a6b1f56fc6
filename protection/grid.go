package protection

import (
	"math"
	"math/cmplx"
	"time"
)

// gridCycle is how many samples the unit takes of a fundamental cycle (UG,
// metering: confirmed).
const gridCycle = 40

// grid is the unit's own sampling: gridCycle instants a cycle of the rated
// frequency, counted from the epoch. Whole seconds are whole cycles at 50 and
// 60 Hz, so nothing drifts.
type grid struct{ rate int64 } // samples a second

func newGrid(frequency float64) grid { return grid{int64(math.Round(gridCycle * frequency))} }

// at returns the instant of sample k.
func (g grid) at(k int64) time.Duration {
	s, j := floorDiv(k, g.rate)
	return time.Duration(s)*time.Second + time.Duration((j*1e9+g.rate-1)/g.rate)
}

// after returns the first sample later than t.
func (g grid) after(t time.Duration) int64 {
	s, ns := floorDiv(int64(t), int64(time.Second))
	return s*g.rate + ns*g.rate/1e9 + 1
}

func floorDiv(a, b int64) (q, r int64) {
	q, r = a/b, a%b
	if r < 0 {
		q, r = q-1, r+b
	}
	return q, r
}

// wave is √2·e^(jωt) at the instants of the grid, which repeat every cycle.
var wave = func() (w [gridCycle]complex128) {
	for i := range w {
		w[i] = cmplx.Rect(math.Sqrt2, 2*math.Pi*float64(i)/gridCycle)
	}
	return w
}()

// phasors are the RMS currents of l1, l2, l3, n and in the external sensor, and
// what flows beside them.
type phasors struct {
	amps [5]complex128
	more *Distortion // nil: nothing
}

// of returns what channel ch sees of the phasors.
func (p *plan) of(i *phasors, ch int) complex128 {
	switch ch {
	case ground:
		if p.sgr {
			return i.amps[4]
		}
		g := i.amps[0] + i.amps[1] + i.amps[2]
		if p.neutral {
			g += i.amps[neutral]
		}
		return g
	case leakage:
		return i.amps[4]
	}
	return i.amps[ch]
}

// synthetic returns the sample k of channel ch of phasors i.
func (e *Engine) synthetic(i *phasors, ch int, k int64) float64 {
	_, j := floorDiv(k, gridCycle)
	return e.plan.at(i, ch, int(j))
}

// meanSquare returns the mean square of channel ch of phasors i.
func (p *plan) meanSquare(i *phasors, ch int) float64 {
	c := p.of(i, ch)
	q := square(real(c)) + square(imag(c))
	if i.more != nil {
		q += i.more.meanSquare(p, ch)
	}
	return q
}
