package protection

import (
	"math"
	"time"

	"switchroom/points"
)

// How far from its settings a unit may stand (ours, but that ground functions
// have the bands of ground fault and earth leakage, and IDMTL that of long time):
// shares of voltages, power, phase currents and delays, frequencyMargin in Hz. A
// late unit takes moduleLag more, because it measures once a cycle and believes
// a frequency after three.
const (
	voltageMargin   = 0.02
	frequencyMargin = 0.05
	powerMargin     = 0.05
	currentMargin   = 0.05
	moduleDelay     = 0.05
	moduleLag       = 4 // cycles
)

// At how many times the pick-up the time of an inverse function is the one set:
// IDMTL as quoted (reported), ground fault ours.
const (
	idmtlReference = 6
	idmtReference  = 10
)

// Drop-outs, as distances from the pick-up: 2 % of a voltage, 0.1 Hz; dropRatio
// for the rest (ours).
const (
	voltageDrop   = 0.02
	frequencyDrop = 0.1
)

// sign is which way a corner stands from nominal in what picks up: an early
// unit picks up sooner.
func (c Corner) sign() float64 { return [corners]float64{Nominal: 0, Early: -1, Late: 1}[c] }

// modulePlan makes elements of settings.
type modulePlan struct {
	r     points.Rating
	s     *ModuleSettings
	c     Corner
	cycle time.Duration
}

func newModulePlan(r points.Rating, s *ModuleSettings, c Corner) modulePlan {
	return modulePlan{r, s, c, time.Duration(math.Round(1e9 / r.Frequency))}
}

// delay returns how long a unit of this corner waits where d s are set.
func (m *modulePlan) delay(d float64) time.Duration {
	t := seconds(d * (1 + m.c.sign()*moduleDelay))
	if m.c == Late {
		t += moduleLag * m.cycle
	}
	return t
}

// elements returns those of function f on all its phases.
func (m *modulePlan) elements(f Function) []elementPlan {
	switch f {
	case IDMTL:
		return phases(m.idmtl(), 3)
	case IDMTGroundFault:
		return []elementPlan{m.idmtGround()}
	case GroundFaultAlarm:
		return []elementPlan{m.alarm(m.s.GroundFaultAlarm, groundCurrent, tolerances[m.c].pickup)}
	case EarthLeakageAlarm:
		return []elementPlan{m.alarm(m.s.EarthLeakageAlarm, leakageCurrent, tolerances[m.c].leakage)}
	case Undervoltage1, Undervoltage2:
		return phases(m.voltage(m.s.Undervoltage[f-Undervoltage1], true), 3)
	case Overvoltage1, Overvoltage2:
		return phases(m.voltage(m.s.Overvoltage[f-Overvoltage1], false), 3)
	case Underfrequency:
		return []elementPlan{m.frequency(m.s.Underfrequency, true)}
	case Overfrequency:
		return []elementPlan{m.frequency(m.s.Overfrequency, false)}
	case ReversePower:
		return []elementPlan{m.power(m.s.ReversePower)}
	case Directional1, Directional2:
		return phases(m.directional(m.s.Directional[f-Directional1]), 3)
	}
	return nil
}

// phases returns p for the first n phases.
func phases(p elementPlan, n int) []elementPlan {
	all := make([]elementPlan, n)
	for k := range all {
		all[k] = p
		all[k].phase, all[k].what = Phase(k+1), p.what+quantity(k)
	}
	return all
}

// idmtl picks up where its curve begins, between 1.05 and 1.20 Ir like long time
// (the nominal 1.125 is quoted: reported); its time at 6 Ir is tr (reported)
// ±5 % (ours). It looks at the phases and not at the neutral (ours).
func (m *modulePlan) idmtl() elementPlan {
	s := m.s.IDMTL
	return m.inverse(s, s.Pickup*m.r.In, tolerances[m.c].k, idmtlReference, rmsCurrent)
}

// idmtGround is the same of the ground current, from Ig ±10 % on; that its time
// is that at 10 Ig is ours.
func (m *modulePlan) idmtGround() elementPlan {
	s := m.s.IDMTGroundFault
	return m.inverse(s, s.Pickup, tolerances[m.c].pickup, idmtReference, groundCurrent)
}

func (m *modulePlan) inverse(s InverseSettings, setting, k, ref float64, what quantity) elementPlan {
	l := newInverseLaw(s, setting, k, ref, 1+m.c.sign()*moduleDelay)
	p := elementPlan{what: what, pickup: l.pickup, drop: dropRatio * l.pickup, law: l, reset: seconds(s.Reset)}
	if s.Curve == DefiniteTime {
		p.law, p.delay = inverseLaw{}, m.delay(s.Time)
	}
	return p
}

func (m *modulePlan) alarm(s AlarmSettings, what quantity, tolerance float64) elementPlan {
	return elementPlan{
		what: what, pickup: s.Pickup * tolerance, drop: s.Drop * tolerance,
		delay: m.delay(s.Delay), dropDelay: seconds(s.DropDelay),
	}
}

// voltage is one element of ANSI 27 or 59. Undervoltage rests until there was
// voltage once, so that a unit on a dead network can be closed (ours).
func (m *modulePlan) voltage(s VoltageSettings, under bool) elementPlan {
	p := elementPlan{what: phasePhase, under: under, delay: m.delay(s.Delay)}
	un := m.r.Voltage
	if s.Voltages == PhaseNeutral {
		p.what, un = phaseNeutral, un/math.Sqrt(3)
	}
	side := m.side(under)
	p.pickup = s.Pickup * un * (1 + side*m.c.sign()*voltageMargin)
	p.drop = p.pickup * (1 - side*voltageDrop)
	if under {
		p.arm = s.Pickup * un
	}
	return p
}

// side is 1 for what picks up above and −1 below.
func (m *modulePlan) side(under bool) float64 {
	if under {
		return -1
	}
	return 1
}

func (m *modulePlan) frequency(s LevelSettings, under bool) elementPlan {
	side := m.side(under)
	pickup := s.Pickup + side*m.c.sign()*frequencyMargin
	return elementPlan{what: frequency, under: under, pickup: pickup, drop: pickup - side*frequencyDrop, delay: m.delay(s.Delay)}
}

func (m *modulePlan) power(s LevelSettings) elementPlan {
	pickup := s.Pickup * 1e3 * (1 + m.c.sign()*powerMargin)
	return elementPlan{what: reversePower, pickup: pickup, drop: dropRatio * pickup, delay: m.delay(s.Delay)}
}

func (m *modulePlan) directional(s DirectionalSettings) elementPlan {
	pickup := s.Pickup * m.r.In * (1 + m.c.sign()*currentMargin)
	what := forwardCurrent
	if s.Direction == Reverse {
		what = backwardCurrent
	}
	return elementPlan{what: what, pickup: pickup, drop: dropRatio * pickup, delay: m.delay(s.Delay)}
}
