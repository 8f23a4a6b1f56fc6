package protection

import "switchroom/points"

// groundReference is where the I²t curve of ground fault becomes constant: In,
// or 1200 A where In is larger (NSP p. A-15: sibling).
func groundReference(r points.Rating) float64 { return min(r.In, 1200) }

// groundFault plans ground fault on the sum of the phase currents and, where
// it is measured, of the neutral; with a ground-return sensor on the reading of
// that (UG).
func (p *plan) groundFault(r points.Rating, s Settings, c Corner) delayPlan {
	if r.Variant != points.X60 || !s.GroundFault.On || s.GroundFault.Ig <= 0 {
		return delayPlan{pickup: never}
	}
	iref := 0.0
	if s.GroundFault.I2t {
		iref = groundReference(r)
	}
	d := p.newDelay(groundTimes, s.GroundFault.Tg, s.GroundFault.Ig*tolerances[c].pickup, iref, c)
	d.forget = forgets[c]
	return d
}

// earthLeakage plans earth leakage on the reading of its own rectangular
// sensor (UG), definite time.
func (p *plan) earthLeakage(r points.Rating, s Settings, c Corner) delayPlan {
	if r.Variant != points.X70 || s.EarthLeakage.Idn <= 0 {
		return delayPlan{pickup: never}
	}
	return p.newDelay(leakageTimes, s.EarthLeakage.Dt, s.EarthLeakage.Idn*tolerances[c].leakage, 0, c)
}
