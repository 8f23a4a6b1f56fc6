package protection

import "switchroom/points"

// Settings is one group of protection settings. It is comparable: two groups
// that protect alike are equal.
//
// What does not exist on a unit (short time on 3.0 X) is zero.
type Settings struct {
	LongTime      LongTimeSettings
	ShortTime     ShortTimeSettings
	Instantaneous InstantaneousSettings
	GroundFault   GroundFaultSettings
	EarthLeakage  EarthLeakageSettings
	Neutral       NeutralType
}

// LongTimeSettings cannot be switched off (nothing we read says it can; ours).
type LongTimeSettings struct {
	Ir float64 // A
	Tr float64 // s at 6 Ir
}

// ShortTimeSettings is absent on 3.0 X; 2.0 X has Isd only, without delay.
type ShortTimeSettings struct {
	Isd float64 // × Ir
	Tsd float64 // s at 10 Ir
	I2t bool
}

// InstantaneousSettings is absent on 2.0 X.
type InstantaneousSettings struct {
	Ii   float64 // × In
	Mode InstantaneousMode
}

// GroundFaultSettings exists on 6.0 X.
type GroundFaultSettings struct {
	On  bool
	Ig  float64 // A
	Tg  float64 // s at In (1200 A where In is larger)
	I2t bool
}

// EarthLeakageSettings exists on 7.0 X.
type EarthLeakageSettings struct {
	Idn float64 // A
	Dt  float64 // s
}

// InstantaneousMode is the speed of the instantaneous function; the values are
// those of the point.
type InstantaneousMode uint8

const (
	InstantaneousOff      InstantaneousMode = iota
	InstantaneousStandard                   // selective
	InstantaneousFast                       // not selective
)

// NeutralType is how the neutral is protected; the values are those of the
// point.
type NeutralType uint8

const (
	NeutralOff       NeutralType = iota
	NeutralHalf                  // N/2
	NeutralFull                  // N
	NeutralOversized             // 1.6 N
)

// fields has every point of Settings, in the order of the points table.
var fields = sheet[Settings]{
	number(points.ProtectionEarthLeakageDt, func(s *Settings) *float64 { return &s.EarthLeakage.Dt }),
	number(points.ProtectionEarthLeakageIdn, func(s *Settings) *float64 { return &s.EarthLeakage.Idn }),
	flag(points.ProtectionGroundFaultI2t, func(s *Settings) *bool { return &s.GroundFault.I2t }),
	number(points.ProtectionGroundFaultIg, func(s *Settings) *float64 { return &s.GroundFault.Ig }),
	flag(points.ProtectionGroundFaultMode, func(s *Settings) *bool { return &s.GroundFault.On }),
	number(points.ProtectionGroundFaultTg, func(s *Settings) *float64 { return &s.GroundFault.Tg }),
	number(points.ProtectionInstantaneousIi, func(s *Settings) *float64 { return &s.Instantaneous.Ii }),
	choice(points.ProtectionInstantaneousMode, func(s *Settings) *InstantaneousMode { return &s.Instantaneous.Mode }),
	number(points.ProtectionLongTimeIr, func(s *Settings) *float64 { return &s.LongTime.Ir }),
	number(points.ProtectionLongTimeTr, func(s *Settings) *float64 { return &s.LongTime.Tr }),
	choice(points.ProtectionNeutralType, func(s *Settings) *NeutralType { return &s.Neutral }),
	flag(points.ProtectionShortTimeI2t, func(s *Settings) *bool { return &s.ShortTime.I2t }),
	number(points.ProtectionShortTimeIsd, func(s *Settings) *float64 { return &s.ShortTime.Isd }),
	number(points.ProtectionShortTimeTsd, func(s *Settings) *float64 { return &s.ShortTime.Tsd }),
}

// IDs returns the points that Settings holds, sorted by name.
func IDs() []points.ID { return fields.ids() }

// Defaults returns the settings a unit of rating r leaves the factory with: all
// at their minimum, long time at its maximum (CYB p. 23, as points has it).
func Defaults(r points.Rating) Settings { return fields.defaults(r) }

// Get returns the value of a point in its own unit, and whether Settings holds
// that point.
func (s Settings) Get(id points.ID) (float64, bool) { return fields.get(&s, id) }

// Set writes one point. It refuses only what the point cannot hold; whether
// the unit may be set so is asked of the whole, by Validate.
func (s *Settings) Set(id points.ID, v float64) error { return fields.set(s, id, v) }
