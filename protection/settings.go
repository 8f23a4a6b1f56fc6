package protection

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"switchroom/points"
)

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

// field ties a point to its place in Settings.
type field struct {
	id  points.ID
	get func(*Settings) float64
	set func(*Settings, float64)
}

// fields has every point of Settings, in the order of the points table.
var fields = []field{
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

func number(id points.ID, at func(*Settings) *float64) field {
	return field{id,
		func(s *Settings) float64 { return *at(s) },
		func(s *Settings, v float64) { *at(s) = shortest(v) }}
}

func flag(id points.ID, at func(*Settings) *bool) field {
	return field{id,
		func(s *Settings) float64 {
			if *at(s) {
				return 1
			}
			return 0
		},
		func(s *Settings, v float64) { *at(s) = v != 0 }}
}

func choice[T ~uint8](id points.ID, at func(*Settings) *T) field {
	return field{id,
		func(s *Settings) float64 { return float64(*at(s)) },
		func(s *Settings, v float64) { *at(s) = T(v) }}
}

// shortest returns the shortest decimal that is v as a 32-bit float. A setting
// that came over a wire as 0.10000000149 is 0.1, so that settings written and
// read back compare equal.
func shortest(v float64) float64 {
	s, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', -1, 32), 64)
	if err != nil {
		return v
	}
	return s
}

func fieldOf(id points.ID) (field, bool) {
	i := slices.IndexFunc(fields, func(f field) bool { return f.id == id })
	if i < 0 {
		return field{}, false
	}
	return fields[i], true
}

// IDs returns the points that Settings holds, sorted by name.
func IDs() []points.ID {
	ids := make([]points.ID, len(fields))
	for i, f := range fields {
		ids[i] = f.id
	}
	return ids
}

// Defaults returns the settings a unit of rating r leaves the factory with: all
// at their minimum, long time at its maximum (CYB p. 23, as points has it).
func Defaults(r points.Rating) Settings {
	var s Settings
	for _, f := range fields {
		if l, ok := points.Of(f.id).For(r); ok {
			f.set(&s, l.Default)
		}
	}
	return s
}

// Get returns the value of a point in its own unit, and whether Settings holds
// that point.
func (s Settings) Get(id points.ID) (float64, bool) {
	f, ok := fieldOf(id)
	if !ok {
		return 0, false
	}
	return f.get(&s), true
}

// Set writes one point. It refuses only what the point cannot hold; whether
// the unit may be set so is asked of the whole, by Validate.
func (s *Settings) Set(id points.ID, v float64) error {
	f, ok := fieldOf(id)
	if !ok {
		return fmt.Errorf("%v is not a protection setting", id)
	}
	info := points.Of(id)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > math.MaxFloat32:
		return fmt.Errorf("%v: %g is not a number to set", id, v)
	case info.Type == points.Bool && v != 0 && v != 1:
		return fmt.Errorf("%v: %g is neither 0 (off) nor 1 (on)", id, v)
	case info.Type == points.Enum && (v != math.Trunc(v) || v < float64(info.Base) || v >= float64(info.Base+len(info.Enum))):
		return fmt.Errorf("%v: %g is none of %v, counted from %d", id, v, info.Enum, info.Base)
	}
	f.set(s, v)
	return nil
}
