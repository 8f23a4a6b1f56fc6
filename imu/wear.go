package imu

import (
	"time"

	"switchroom/breaker"
	"switchroom/points"
)

// threshold is a limit of wear and the event that tells of it.
type threshold struct {
	worn func(*breaker.Breaker) float64
	at   float64
	code points.Code
}

// thresholds are those of contacts (60, 95, 100 %), of the breaker's life (20 %
// and nothing left) and of coils and motor (80 and 100 % of the recommended
// operations); all of them UG maintenance.
var thresholds = append([]threshold{
	{(*breaker.Breaker).Wear, 0.60, points.CodeContactWear60},
	{(*breaker.Breaker).Wear, 0.95, points.CodeContactWear95},
	{(*breaker.Breaker).Wear, 1, points.CodeContactWear100},
	{spent, 0.80, points.CodeBreakerLife20},
	{spent, 1, points.CodeBreakerLife0},
}, coilThresholds()...)

// spent is how much of the breaker's life is over.
func spent(b *breaker.Breaker) float64 { return 1 - b.Life() }

func coilThresholds() (t []threshold) {
	for i, c := range []Coil{MX, MX2, MN, XF, MCH} {
		wear := func(b *breaker.Breaker) float64 { return b.CoilWear(c) }
		code := points.CodeCoilMX80 + points.Code(2*i)
		t = append(t, threshold{wear, 0.80, code}, threshold{wear, 1, code + 1})
	}
	return t
}

// worn keeps the events of wear in step with the mechanism. What was replaced
// ends its events; they stay held until they are reset.
func (u *Unit) worn() {
	for _, w := range thresholds {
		over := w.worn(u.mech) >= w.at-1e-9
		switch {
		case over && !u.book.showing(w.code):
			u.note(w.code, Entry, "")
		case !over && u.book.active(w.code):
			u.note(w.code, Exit, "")
		}
	}
}

// Replace puts a new coil or motor in, as maintenance does. Its counter begins
// anew.
func (u *Unit) Replace(now time.Duration, c Coil) {
	u.hand(now, func() {
		u.mech.Replaced(c)
		u.worn()
	})
}
