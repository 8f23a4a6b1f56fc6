package study

import "switchroom/protection"

// Curves is what a plot draws of one device: the decisions of an early and of a nominal
// unit, and of a late one, with the breaker's opening where the plot's band has it. T is
// NaN where it never trips.
type Curves struct{ Early, Nominal, Late []Sample }

// Curves traces the devices of a plot between from and to, A, for whoever draws them
// otherwise than on a page.
func (p Plot) Curves() (from, to float64, all []Curves, err error) {
	s, err := p.sheet()
	if err != nil {
		return 0, 0, nil, err
	}
	for _, b := range s.bands {
		all = append(all, Curves{b.early, b.nominal, b.late})
	}
	return s.x.low, s.x.high, all, nil
}

// Text says what a band goes between.
func (b Band) Text() string { return bandText[b] }

// Pickup is a setting that stands on the axis of currents.
type Pickup struct {
	Symbol string
	Amps   float64
}

// Pickups are the settings of d that see a current in element e.
func Pickups(d Device, e Element) (all []Pickup) {
	for _, p := range pickups(d, e) {
		all = append(all, Pickup{p.symbol, p.amps})
	}
	return all
}

// PickupOf is what the current of a function is held against, A; 0: none that is an
// ampere, or the function is off. It is the setting, and not where a unit trips within
// its tolerance.
func PickupOf(d Device, f protection.Function) float64 {
	s := d.Settings
	switch f {
	case protection.LongTime:
		return s.LongTime.Ir
	case protection.ShortTime:
		return s.ShortTime.Isd * s.LongTime.Ir
	case protection.Instantaneous:
		return s.Instantaneous.Ii * d.Rating.In
	case protection.GroundFault:
		return s.GroundFault.Ig
	case protection.EarthLeakage:
		return s.EarthLeakage.Idn
	case protection.IDMTL:
		return d.modules().IDMTL.Pickup * d.Rating.In
	case protection.IDMTGroundFault:
		return d.modules().IDMTGroundFault.Pickup
	}
	return 0
}

// Says is the verdict as a sentence without its subject.
func (c *Coordination) Says() string {
	switch c.Verdict {
	case Selective:
		return "selective at every current up to " + Amperes(c.UpTo)
	case Partly:
		return "selective up to " + Amperes(c.UpTo)
	}
	return "not selective"
}
