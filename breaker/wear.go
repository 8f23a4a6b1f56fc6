package breaker

import (
	"math"

	"switchroom/points"
)

// Wear of the contacts is 0 when they are new and 1 when they are worn (MB
// T001025043). It grows on every opening, with the current (UG maintenance);
// how much is not published, so the model is ours:
//
//	wear += 1/endurance + (I/Ib)²/n
//
// The first part comes with the opening itself. Ib is the rated breaking
// current, and n openings at Ib wear the contacts out. The caller watches the
// thresholds of 60, 95 and 100 %.

// Interrupted adds the wear of the current that the last opening broke: the
// highest of the poles, in rms amperes. What is no number wears nothing.
func (b *Breaker) Interrupted(amps float64) {
	x := amps / b.c.Breaking
	if math.IsNaN(x) {
		return
	}
	if amps > 0 {
		b.s.LoadBreaks++
	}
	b.wearOut(x * x / fullBreaks.value())
}

func (b *Breaker) wearOut(part float64) { b.s.Wear = min(b.s.Wear+part, 1) }

// Wear returns the wear of the contacts.
func (b *Breaker) Wear() float64 { return b.s.Wear }

// Life returns what remains of the breaker's life, 1 new to 0: the worse of the
// closings against the mechanical and the openings under current against the
// electrical endurance (UG maintenance; the electrical numbers are ours).
func (b *Breaker) Life() float64 {
	mechanical := float64(b.s.Closings) / b.c.Frame.of(endurance).value()
	electrical := float64(b.s.LoadBreaks) / b.c.Frame.of(loadEndurance).value()
	return max(0, 1-max(mechanical, electrical))
}

// CoilWear returns how much of its recommended operations a coil or the motor
// has done: 0 new, 1 and more to be replaced. One that is not fitted is new.
func (b *Breaker) CoilWear(c Coil) float64 {
	if c >= numCoils || b.c.Fit(c) == None {
		return 0
	}
	return float64(b.s.Worked[c]) / coilEndurance.value()
}

// Replaced says that a coil or the motor was replaced by a new one.
func (b *Breaker) Replaced(c Coil) {
	if c < numCoils {
		b.s.Worked[c] = 0
	}
}

// wearPoints are where the work of each coil is shown.
var wearPoints = [numCoils]points.ID{
	MX: points.OperationsMX, MX2: points.OperationsMX2, MN: points.OperationsMN,
	XF: points.OperationsXF, RES: points.OperationsRES, MCH: points.OperationsMCH,
}

// fillWear shows what is fitted.
func (b *Breaker) fillWear(v points.Values) {
	for c, id := range wearPoints {
		if b.c.Fit(Coil(c)) != None {
			v[id] = float64(b.s.Worked[c])
		}
	}
	v[points.LifeBreaker] = 100 * b.Life()
	if b.s.ChargeTook > 0 {
		v[points.SpringChargeTime] = b.s.ChargeTook.Seconds()
	}
}

// Operations returns how often the contacts have closed, and how often the trip
// has latched.
func (b *Breaker) Operations() (closings, trips uint32) { return b.s.Closings, b.s.Trips }
