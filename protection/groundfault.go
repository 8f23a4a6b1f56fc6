package protection

import "switchroom/points"

// groundReference is where the I²t curve of ground fault becomes constant: In,
// or 1200 A where In is larger (NSP p. A-15: sibling).
func groundReference(r points.Rating) float64 { return min(r.In, 1200) }

// groundFault plans ground fault on the sum of the phase currents and, where
// it is measured, of the neutral (UG). An external ground-return sensor is not
// modelled.
func (p *plan) groundFault(r points.Rating, s Settings, c Corner) delayPlan {
	if r.Variant != points.X60 || !s.GroundFault.On || s.GroundFault.Ig <= 0 {
		return delayPlan{pickup: never}
	}
	d := p.newDelay(groundTimes.row(s.GroundFault.Tg), c)
	d.pickup = square(s.GroundFault.Ig * tolerances[c].pickup)
	if s.GroundFault.I2t {
		d = p.inverse(d, c, groundReference(r))
	}
	return d
}

// earthLeakage plans earth leakage on the reading of its own rectangular
// sensor (UG), definite time.
func (p *plan) earthLeakage(r points.Rating, s Settings, c Corner) delayPlan {
	if r.Variant != points.X70 || s.EarthLeakage.Idn <= 0 {
		return delayPlan{pickup: never}
	}
	d := p.newDelay(leakageTimes.row(s.EarthLeakage.Dt), c)
	d.pickup = square(s.EarthLeakage.Idn * tolerances[c].leakage)
	return d
}
