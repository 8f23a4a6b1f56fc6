package protection

import "switchroom/points"

// isdLimit is the most an oversized neutral's short-time pick-up may be, × In
// (NSX: sibling).
const isdLimit = 10

// planShortTime plans short time for the phases and, scaled like long time, the
// neutral: 0.5, 1 or 1.6 × Isd with the phases' delay (NSX: sibling).
//
// On 2.0 X the instantaneous element is this one without delay: Isd × Ir, true
// RMS, published break 80 ms (UG); it is reported as short_time.
func (p *plan) planShortTime(r points.Rating, s Settings, c Corner) {
	d := p.newDelay(shortTimes.row(s.ShortTime.Tsd), c)
	factors := [4]float64{1, 1, 1, neutralFactor(r, s)}
	for i, k := range factors {
		isd := k * s.ShortTime.Isd * s.LongTime.Ir
		if k > 1 {
			isd = min(isd, isdLimit*r.In)
		}
		p.delay[i] = delayPlan{pickup: never}
		if isd <= 0 || r.Variant == points.X30 {
			continue
		}
		p.delay[i] = d
		p.delay[i].pickup = square(isd * tolerances[c].pickup)
		if s.ShortTime.I2t {
			// Constant from 10 Ir on (UG); for the neutral from 10 × its share
			// of Ir (ours).
			p.delay[i] = p.inverse(p.delay[i], c, 10*k*s.LongTime.Ir)
		}
	}
}
