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
//
// For a while after a trip tsd is its shortest (NS: sibling); with I²t that is
// 0.1 s, because the curve does not exist at 0 (ours).
func (p *plan) planShortTime(r points.Rating, s Settings, c Corner) {
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
		iref, least := 0.0, shortTimes.Rows[0]
		if s.ShortTime.I2t {
			// Constant from 10 Ir on (UG); for the neutral from 10 × its share
			// of Ir (ours).
			iref, least = 10*k*s.LongTime.Ir, shortTimes.Rows[1]
		}
		d := p.newDelay(shortTimes, s.ShortTime.Tsd, isd*tolerances[c].pickup, iref, c)
		d.waits[hasty] = p.waitFor(least, iref > 0, c)
		if r.Variant != points.X20 { // 2.0 X: nothing says that it accumulates
			d.forget = forgets[c]
		}
		p.delay[i] = d
	}
}
