package protection

import (
	"fmt"
	"slices"

	"switchroom/points"
)

// ModuleSettings is the settings of the functions that digital modules unlock.
// It is comparable. What does not exist on a unit is zero; as delivered all are
// off. That the functions have a mode, an action, an inhibition and their own
// delay is derived from the one that was read (IDMTL: UG); nearly all ranges are
// ours, as package points says row by row.
type ModuleSettings struct {
	IDMTL             InverseSettings // Pickup in × In, Time at 6 times it
	IDMTGroundFault   InverseSettings // Pickup in A, Time at 10 times it
	GroundFaultAlarm  AlarmSettings   // Pickup in A
	EarthLeakageAlarm AlarmSettings   // Pickup in A
	Undervoltage      [2]VoltageSettings
	Overvoltage       [2]VoltageSettings
	Underfrequency    LevelSettings // Pickup in Hz
	Overfrequency     LevelSettings // Pickup in Hz
	ReversePower      LevelSettings // Pickup in kW, from bottom to top
	Directional       [2]DirectionalSettings
}

// Usage is what all functions of digital modules have.
type Usage struct {
	On      bool
	Action  Action
	Inhibit bool // it rests while the IO module inhibits
}

// Action is what a function does when its delay has run out; the values are
// those of the points.
type Action uint8

const (
	ActionTrip Action = iota
	ActionAlarm
)

// InverseSettings is an inverse-time function.
type InverseSettings struct {
	Usage
	Pickup float64
	Time   float64 // s
	Curve  Curve
	Reset  float64 // s below the pick-up until what ran is forgotten
}

// AlarmSettings is a function that only alarms: Action is not looked at.
type AlarmSettings struct {
	Usage
	Pickup    float64
	Delay     float64 // s
	Drop      float64 // no more than Pickup
	DropDelay float64 // s
}

// Voltages is which voltages a function looks at; the values are those of the
// points.
type Voltages uint8

const (
	PhasePhase Voltages = iota
	PhaseNeutral
)

// VoltageSettings is one element of ANSI 27 or 59. It acts on any one of three
// voltages (ours).
type VoltageSettings struct {
	Usage
	Voltages Voltages
	Pickup   float64 // × rated voltage, for phase-neutral × that over √3
	Delay    float64 // s
}

// LevelSettings is a function of one quantity with a definite delay.
type LevelSettings struct {
	Usage
	Pickup float64
	Delay  float64 // s
}

// Direction is that of a current; forward is from top to bottom. The values are
// those of the points.
type Direction uint8

const (
	Forward Direction = iota
	Reverse
)

// DirectionalSettings is one stage of ANSI 67.
type DirectionalSettings struct {
	Usage
	Direction Direction
	Pickup    float64 // × In
	Delay     float64 // s
}

// moduleFields has every point of ModuleSettings, in the order of the points
// table.
var moduleFields = moduleSheet()

type moduleField = field[ModuleSettings]

func moduleSheet() sheet[ModuleSettings] {
	h := slices.Concat(
		inverseFields(IDMTL, "ir", "tr", func(s *ModuleSettings) *InverseSettings { return &s.IDMTL }),
		inverseFields(IDMTGroundFault, "ig", "tg", func(s *ModuleSettings) *InverseSettings { return &s.IDMTGroundFault }),
		alarmFields(GroundFaultAlarm, func(s *ModuleSettings) *AlarmSettings { return &s.GroundFaultAlarm }),
		alarmFields(EarthLeakageAlarm, func(s *ModuleSettings) *AlarmSettings { return &s.EarthLeakageAlarm }),
		levelFields(Underfrequency, func(s *ModuleSettings) *LevelSettings { return &s.Underfrequency }),
		levelFields(Overfrequency, func(s *ModuleSettings) *LevelSettings { return &s.Overfrequency }),
		levelFields(ReversePower, func(s *ModuleSettings) *LevelSettings { return &s.ReversePower }),
	)
	for n := range 2 {
		k := Function(n)
		h = slices.Concat(h,
			voltageFields(Undervoltage1+k, func(s *ModuleSettings) *VoltageSettings { return &s.Undervoltage[n] }),
			voltageFields(Overvoltage1+k, func(s *ModuleSettings) *VoltageSettings { return &s.Overvoltage[n] }),
			directionalFields(Directional1+k, func(s *ModuleSettings) *DirectionalSettings { return &s.Directional[n] }),
		)
	}
	slices.SortFunc(h, func(a, b moduleField) int { return int(a.id) - int(b.id) })
	return h
}

// point returns a setting of function f by the last part of its name. The names
// are constants of this file, so one that is not there is a defect of the
// program.
func point(f Function, name string) points.ID {
	id, err := points.Lookup("protection." + f.String() + "." + name)
	if err != nil {
		panic(err)
	}
	return id
}

func usageFields(f Function, at func(*ModuleSettings) *Usage) []moduleField {
	return []moduleField{
		flag(point(f, "mode"), func(s *ModuleSettings) *bool { return &at(s).On }),
		choice(point(f, "action"), func(s *ModuleSettings) *Action { return &at(s).Action }),
		flag(point(f, "inhibit"), func(s *ModuleSettings) *bool { return &at(s).Inhibit }),
	}
}

func inverseFields(f Function, pickup, time string, at func(*ModuleSettings) *InverseSettings) []moduleField {
	return append(usageFields(f, func(s *ModuleSettings) *Usage { return &at(s).Usage }),
		number(point(f, pickup), func(s *ModuleSettings) *float64 { return &at(s).Pickup }),
		number(point(f, time), func(s *ModuleSettings) *float64 { return &at(s).Time }),
		choice(point(f, "curve"), func(s *ModuleSettings) *Curve { return &at(s).Curve }),
		number(point(f, "reset_time"), func(s *ModuleSettings) *float64 { return &at(s).Reset }))
}

func alarmFields(f Function, at func(*ModuleSettings) *AlarmSettings) []moduleField {
	return []moduleField{
		flag(point(f, "mode"), func(s *ModuleSettings) *bool { return &at(s).On }),
		flag(point(f, "inhibit"), func(s *ModuleSettings) *bool { return &at(s).Inhibit }),
		number(point(f, "pickup"), func(s *ModuleSettings) *float64 { return &at(s).Pickup }),
		number(point(f, "delay"), func(s *ModuleSettings) *float64 { return &at(s).Delay }),
		number(point(f, "drop"), func(s *ModuleSettings) *float64 { return &at(s).Drop }),
		number(point(f, "drop_delay"), func(s *ModuleSettings) *float64 { return &at(s).DropDelay }),
	}
}

func voltageFields(f Function, at func(*ModuleSettings) *VoltageSettings) []moduleField {
	return append(usageFields(f, func(s *ModuleSettings) *Usage { return &at(s).Usage }),
		choice(point(f, "voltage"), func(s *ModuleSettings) *Voltages { return &at(s).Voltages }),
		number(point(f, "pickup"), func(s *ModuleSettings) *float64 { return &at(s).Pickup }),
		number(point(f, "delay"), func(s *ModuleSettings) *float64 { return &at(s).Delay }))
}

func levelFields(f Function, at func(*ModuleSettings) *LevelSettings) []moduleField {
	return append(usageFields(f, func(s *ModuleSettings) *Usage { return &at(s).Usage }),
		number(point(f, "pickup"), func(s *ModuleSettings) *float64 { return &at(s).Pickup }),
		number(point(f, "delay"), func(s *ModuleSettings) *float64 { return &at(s).Delay }))
}

func directionalFields(f Function, at func(*ModuleSettings) *DirectionalSettings) []moduleField {
	return append(usageFields(f, func(s *ModuleSettings) *Usage { return &at(s).Usage }),
		choice(point(f, "direction"), func(s *ModuleSettings) *Direction { return &at(s).Direction }),
		number(point(f, "pickup"), func(s *ModuleSettings) *float64 { return &at(s).Pickup }),
		number(point(f, "delay"), func(s *ModuleSettings) *float64 { return &at(s).Delay }))
}

// ModuleIDs returns the points that ModuleSettings holds, sorted by name.
func ModuleIDs() []points.ID { return moduleFields.ids() }

// ModuleDefaults returns the settings of a unit of rating r as delivered: all
// functions off.
func ModuleDefaults(r points.Rating) ModuleSettings { return moduleFields.defaults(r) }

// Get returns the value of a point in its own unit, and whether ModuleSettings
// holds it.
func (s ModuleSettings) Get(id points.ID) (float64, bool) { return moduleFields.get(&s, id) }

// Set writes one point; see Settings.Set.
func (s *ModuleSettings) Set(id points.ID, v float64) error { return moduleFields.set(s, id, v) }

// Validate judges the settings as a whole for a unit of rating r and returns nil
// or Breaches, with every breach.
func (s ModuleSettings) Validate(r points.Rating) error {
	all := moduleFields.breaches(&s, r)
	all = append(all, s.GroundFaultAlarm.breaches(GroundFaultAlarm)...)
	all = append(all, s.EarthLeakageAlarm.breaches(EarthLeakageAlarm)...)
	for n := range 2 {
		all = append(all, s.Undervoltage[n].breaches(Undervoltage1+Function(n), r)...)
		all = append(all, s.Overvoltage[n].breaches(Overvoltage1+Function(n), r)...)
	}
	slices.SortStableFunc(all, func(a, b Breach) int { return int(a.Point) - int(b.Point) })
	return all.orNil()
}

func (a AlarmSettings) breaches(f Function) Breaches {
	if a.Drop <= a.Pickup {
		return nil
	}
	rule := fmt.Sprintf("choose no more than the pick-up of %g A (NTNW, %v)", a.Pickup, points.Sibling)
	return Breaches{{point(f, "drop"), a.Drop, rule}}
}

func (v VoltageSettings) breaches(f Function, r points.Rating) Breaches {
	if v.Voltages == PhasePhase || r.NeutralVoltage() {
		return nil
	}
	rule := fmt.Sprintf("phase-to-neutral voltages are not measured: choose phase_phase, or declare the ENVT of a 3P breaker (UG, %v)", points.Confirmed)
	return Breaches{{point(f, "voltage"), float64(v.Voltages), rule}}
}

// Any reports whether any function is on: without one nobody needs Modules.
func (s *ModuleSettings) Any() bool {
	for f := IDMTL; f < numFunctions; f++ {
		if s.usage(f).On {
			return true
		}
	}
	return false
}

// On returns the functions that are on.
func (s *ModuleSettings) On() (all []Function) {
	for f := IDMTL; f < numFunctions; f++ {
		if s.usage(f).On {
			all = append(all, f)
		}
	}
	return all
}

// voltages reports whether any function that is on looks at voltages.
func (s *ModuleSettings) voltages() bool {
	for f := Undervoltage1; f < numFunctions; f++ {
		if s.usage(f).On {
			return true
		}
	}
	return false
}

// usage returns what all functions have of f.
func (s *ModuleSettings) usage(f Function) Usage {
	alarm := func(u Usage) Usage { u.Action = ActionAlarm; return u }
	switch f {
	case IDMTL:
		return s.IDMTL.Usage
	case IDMTGroundFault:
		return s.IDMTGroundFault.Usage
	case GroundFaultAlarm:
		return alarm(s.GroundFaultAlarm.Usage)
	case EarthLeakageAlarm:
		return alarm(s.EarthLeakageAlarm.Usage)
	case Undervoltage1, Undervoltage2:
		return s.Undervoltage[f-Undervoltage1].Usage
	case Overvoltage1, Overvoltage2:
		return s.Overvoltage[f-Overvoltage1].Usage
	case Underfrequency:
		return s.Underfrequency.Usage
	case Overfrequency:
		return s.Overfrequency.Usage
	case ReversePower:
		return s.ReversePower.Usage
	case Directional1, Directional2:
		return s.Directional[f-Directional1].Usage
	}
	return Usage{}
}
