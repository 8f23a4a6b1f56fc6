package protection

import (
	"math"
	"time"

	"switchroom/points"
)

// Common is what protects whichever settings group acts. It is comparable.
type Common struct {
	ZSI            ZSISettings
	ERMS           ERMSSettings
	SelfProtection float64 // A, peak that trips at once; 0: none
}

// ZSISettings says which functions are interlocked with the breakers downstream
// (UG: per function). Short time exists on 5.0, 6.0 and 7.0 X, ground fault on
// 6.0 X.
type ZSISettings struct {
	ShortTime   bool
	GroundFault bool
}

// ERMSSettings is the faster parameter set of energy-reduction maintenance
// settings. Each acts where it is faster than the group; 0 pick-ups leave the
// group's. That there is such a set is confirmed (UG); which parameters it has,
// and their values, is ours, but that instantaneous becomes fast (ACT: sibling).
type ERMSSettings struct {
	Isd float64 // × Ir
	Tsd float64 // s, without I²t
	Ii  float64 // × In, fast
	Tg  float64 // s, without I²t
}

// commonFields has every point of Common, in the order of the points table.
var commonFields = sheet[Common]{
	number(points.ProtectionERMSIi, func(c *Common) *float64 { return &c.ERMS.Ii }),
	number(points.ProtectionERMSIsd, func(c *Common) *float64 { return &c.ERMS.Isd }),
	number(points.ProtectionERMSTg, func(c *Common) *float64 { return &c.ERMS.Tg }),
	number(points.ProtectionERMSTsd, func(c *Common) *float64 { return &c.ERMS.Tsd }),
	number(points.ProtectionSelfProtectionPeak, func(c *Common) *float64 { return &c.SelfProtection }),
	flag(points.ProtectionZSIGroundFault, func(c *Common) *bool { return &c.ZSI.GroundFault }),
	flag(points.ProtectionZSIShortTime, func(c *Common) *bool { return &c.ZSI.ShortTime }),
}

// CommonIDs returns the points that Common holds, sorted by name.
func CommonIDs() []points.ID { return commonFields.ids() }

// CommonDefaults returns what a unit of rating r leaves the factory with: no
// ZSI, no self-protection, and ERMS as fast as it goes without a lower short-time
// pick-up (ours).
func CommonDefaults(r points.Rating) Common { return commonFields.defaults(r) }

// Get returns the value of a point in its own unit, and whether Common holds it.
func (c Common) Get(id points.ID) (float64, bool) { return commonFields.get(&c, id) }

// Set writes one point; see Settings.Set.
func (c *Common) Set(id points.ID, v float64) error { return commonFields.set(c, id, v) }

// Validate returns nil or Breaches, with every rule that c breaks.
func (c Common) Validate(r points.Rating) error { return commonFields.breaches(&c, r).orNil() }

// Over returns s as it acts while ERMS is engaged: no function slower than
// before, the thermal image and its settings as they were.
func (m ERMSSettings) Over(s Settings) Settings {
	if s.ShortTime.Isd > 0 {
		s.ShortTime = ShortTimeSettings{Isd: lower(s.ShortTime.Isd, m.Isd), Tsd: min(s.ShortTime.Tsd, m.Tsd)}
	}
	if i := &s.Instantaneous; i.Ii > 0 {
		if i.Mode == InstantaneousOff && m.Ii > 0 {
			i.Ii = m.Ii
		}
		if i.Mode != InstantaneousOff || m.Ii > 0 {
			i.Ii, i.Mode = lower(i.Ii, m.Ii), InstantaneousFast
		}
	}
	s.GroundFault.Tg, s.GroundFault.I2t = min(s.GroundFault.Tg, m.Tg), false
	return s
}

// lower returns the lower of two pick-ups; to is none where it is 0.
func lower(pickup, to float64) float64 {
	if to > 0 {
		return min(pickup, to)
	}
	return pickup
}

// Common returns what was given to SetCommon, or the defaults.
func (e *Engine) Common() Common { return e.common }

// SetCommon makes c act from t on. What Validate refuses changes nothing.
func (e *Engine) SetCommon(t time.Duration, c Common) ([]Event, error) {
	if err := c.Validate(e.rating); err != nil {
		return nil, err
	}
	e.until(t)
	e.common = c
	e.act()
	return e.events, nil
}

// Engage engages or disengages ERMS at t. Delays that run go on by the shorter
// setting; the thermal image is not touched.
func (e *Engine) Engage(t time.Duration, on bool) []Event {
	e.until(t)
	if on != e.engaged {
		e.engaged = on
		e.act()
	}
	return e.events
}

// Engaged reports whether ERMS acts.
func (e *Engine) Engaged() bool { return e.engaged }

// Restrain says at t whether the ZSI input of function f, short time or ground
// fault, receives restraint. It does from the beginning, as with the
// self-restraint jumpers that a unit is shipped with (UG). An interlocked
// function that is not restrained trips without intentional delay.
func (e *Engine) Restrain(t time.Duration, f Function, on bool) []Event {
	e.until(t)
	if (f == ShortTime || f == GroundFault) && e.loose.Has(f) == on {
		e.loose ^= 1 << f
		e.told = e.now
	}
	return e.events
}

// Restraining reports whether the unit drives its ZSI output: short time or
// ground fault has picked up and not dropped (UG; that it is driven whether or
// not ZSI is set is ours). It changes only with their start and drop events.
func (e *Engine) Restraining() bool {
	p := e.Pickups()
	return e.rating.Zones() && (p.Has(ShortTime) || p.Has(GroundFault))
}

// selfProtection returns the peak over which a pole trips at once, A. No
// document gives one, so there is none unless the owner has set it; ±10 % is
// that of instantaneous (ours).
func selfProtection(c Common, corner Corner) float64 {
	if c.SelfProtection <= 0 {
		return never
	}
	return c.SelfProtection * tolerances[corner].pickup
}

// selfSample takes the poles through one sample: a peak over the threshold trips
// at once.
func (e *Engine) selfSample(t time.Duration, x *[channels]float64) {
	if e.plan.self == never || e.tripped {
		return
	}
	for p := range e.plan.poles {
		if a := math.Abs(x[p]); a >= e.plan.self {
			e.fire(Event{t, Operate, SelfProtection, Phase(p + 1), a / math.Sqrt2})
			return
		}
	}
}
