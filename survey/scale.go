package survey

import (
	"math"

	"switchroom/points"
	"switchroom/regmap"
)

// multiple finds the power of ten by which a value is too large, for quantities
// that lie within narrow bounds on any low-voltage network.
func multiple(id points.ID, v float64) (float64, bool) {
	narrow := map[string][2]float64{"Hz": {40, 70}, "V": {50, 1000}}
	lim, ok := narrow[points.Of(id).Unit]
	for _, k := range []float64{10, 100, 1000} {
		if x := v / k; ok && x >= lim[0] && x <= lim[1] {
			return k, true
		}
	}
	return 0, false
}

// apparent says what the apparent power of a phase is made of.
var apparent = map[points.ID][2]points.ID{
	points.PowerApparentL1: {points.CurrentL1, points.VoltageL1n},
	points.PowerApparentL2: {points.CurrentL2, points.VoltageL2n},
	points.PowerApparentL3: {points.CurrentL3, points.VoltageL3n},
}

// scaleBand is how far current times voltage may be from apparent power: the three
// are not measured at the same moment. Ours.
const scaleBand = 1.5

// power compares an apparent power with its current and voltage and returns the
// thousand by which it is off, and what it should be; 0 where it is not.
func (j *judge) power(r *regmap.Row, v float64) (times, should float64) {
	of, ok := apparent[r.Point]
	if !ok {
		return 0, 0
	}
	i, okI := j.value(of[0])
	u, okU := j.value(of[1])
	should = i * u
	if !okI || !okU || should == 0 {
		return 0, 0
	}
	for _, k := range []float64{1e-3, 1e3} {
		if x := v / should / k; x > 1/scaleBand && x < scaleBand {
			return k, should
		}
	}
	return 0, 0
}

// value is the value of a point where it is plausible.
func (j *judge) value(id points.ID) (float64, bool) {
	p, ok := j.m.Find(id)
	if !ok || p.Bit >= 0 {
		return 0, false
	}
	if st, _ := j.v.State(spanOf(p.Row)); st != Present {
		return 0, false
	}
	v := p.Decode(j.v.Bytes(spanOf(p.Row))).Float()
	return v, !math.IsNaN(v) && plausible(id, v)
}
