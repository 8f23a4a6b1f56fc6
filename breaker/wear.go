package breaker

import "math"

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
	b.wearOut(x * x / fullBreaks.value())
}

func (b *Breaker) wearOut(part float64) { b.s.Wear = min(b.s.Wear+part, 1) }

// Wear returns the wear of the contacts.
func (b *Breaker) Wear() float64 { return b.s.Wear }

// Operations returns how often the contacts have closed, and how often the trip
// has latched.
func (b *Breaker) Operations() (closings, trips uint32) { return b.s.Closings, b.s.Trips }
