package imu

import (
	"time"

	"switchroom/access"
	"switchroom/paths/iomodule"
	"switchroom/points"
)

// fillIO shows the modules. What does not answer shows nothing.
func (u *Unit) fillIO(v points.Values) {
	lost := [points.IOModules]points.ID{points.DiagnosticIO1Lost, points.DiagnosticIO2Lost}
	for i, m := range u.io {
		v.SetFlag(lost[i], !m.Energised())
		if m.Energised() {
			u.fillModule(v, m, func(id points.ID) points.ID { return points.OfIO(id, m.Number()) })
		}
	}
	if len(u.io) > 0 {
		dual, optional, mode := u.disagree()
		v.SetFlag(points.DiagnosticIOMismatch, dual)
		v.SetFlag(points.DiagnosticIOMismatchOptional, optional)
		v.SetFlag(points.DiagnosticIOMismatchMode, mode)
	}
}

func (u *Unit) fillModule(v points.Values, m *iomodule.Module, of func(points.ID) points.ID) {
	s := m.State()
	flag := func(id points.ID, on bool) { v.SetFlag(of(id), on) }
	flag(points.IO1Absent, false)
	flag(points.IO1AlarmError, m.Mismatch())
	flag(points.IO1AlarmStop, false)
	flag(points.IO1CommandsComplex, true)
	flag(points.IO1CommandsSimple, s.Simple)
	flag(points.IO1Pad, !s.Locked)
	flag(points.IO1SwitchMismatch, m.Mismatch())
	v[of(points.IO1Application)], v[of(points.IO1Switch)] = float64(s.Application), float64(s.Switch)
	v[of(points.IO1Bounces)] = float64(s.Bounces)
	for i := range iomodule.Inputs {
		flag(points.IO1InputI1+points.ID(i), s.Inputs[i])
		flag(points.IO1AlarmI1+points.ID(i), s.Passed[i])
		v[of(points.IO1CounterI1+points.ID(i))] = float64(s.Counts[i])
	}
	for k := range iomodule.Outputs {
		flag(points.IO1OutputO1+points.ID(k), s.Outputs[k])
		flag(points.IO1AlarmO1+points.ID(k), s.Passed[iomodule.Inputs+k])
		v[of(points.IO1CounterO1+points.ID(k))] = float64(s.Counts[iomodule.Inputs+k])
	}
	fillHeat(v, s.Heat, of)
	fillApplication(v, m, of)
}

func fillHeat(v points.Values, h iomodule.Heat, of func(points.ID) points.ID) {
	v.SetFlag(of(points.IO1TemperatureValid), h.Valid())
	if !h.Valid() {
		return
	}
	v[of(points.IO1Temperature)], v[of(points.IO1TemperatureMin)], v[of(points.IO1TemperatureMax)] = h.C, h.Min, h.Max
	v[of(points.IO1TemperatureChanged)] = float64(h.At) / 1000
}

// cradlePoints are where a module shows each position of the cradle: its contact, how
// often, when last.
var cradlePoints = [3][3]points.ID{
	{points.IO1CradleDisconnected, points.IO1CradleDisconnectedCount, points.IO1CradleDisconnectedAt},
	{points.IO1CradleConnected, points.IO1CradleConnectedCount, points.IO1CradleConnectedAt},
	{points.IO1CradleTest, points.IO1CradleTestCount, points.IO1CradleTestAt},
}

// fillApplication shows what only some applications have.
func fillApplication(v points.Values, m *iomodule.Module, of func(points.ID) points.ID) {
	s := m.State()
	_, cradle := m.Level(iomodule.CradleConnected)
	v.SetFlag(of(points.IO1Cradle), cradle)
	for k, p := range cradlePoints {
		if !cradle {
			break
		}
		on, _ := m.Level(iomodule.CradleDisconnected + iomodule.Function(k))
		v.SetFlag(of(p[0]), on)
		v[of(p[1])] = float64(s.Cradle[k].Count)
		if s.Cradle[k].At != 0 {
			v[of(p[2])] = float64(s.Cradle[k].At) / 1000
		}
	}
	if k := m.OutputOf(iomodule.Light); k >= 0 {
		v.SetFlag(of(points.IO1Light), s.Outputs[k])
	}
	if k := m.OutputOf(iomodule.Load); k >= 0 {
		v.SetFlag(of(points.IO1Load), s.Outputs[k])
	}
}

// IOModule is an IO module as somebody sees it who stands before it.
type IOModule struct {
	iomodule.State
	Number    int
	Energised bool
	Does      [iomodule.Inputs]iomodule.Function
	Drives    [iomodule.Outputs]iomodule.Function
	Shows     [iomodule.Outputs][]points.Code
}

// IO returns the IO modules of the unit. It is part of reading.
func (u *Unit) IO(now time.Duration, a access.Actor) (all []IOModule, d access.Decision) {
	d = u.decide(access.Query{Actor: a, Read: true, Now: now})
	if !d.OK() {
		return nil, d
	}
	u.with(now, func() { all = u.modules() })
	return all, d
}

func (u *Unit) modules() (all []IOModule) {
	for _, m := range u.io {
		x := IOModule{State: m.State(), Number: m.Number(), Energised: m.Energised()}
		for i := range x.Does {
			x.Does[i] = m.Does(i)
		}
		for k := range x.Drives {
			x.Drives[k] = m.OutputDoes(k)
			x.Shows[k], _ = m.Shows(k)
		}
		all = append(all, x)
	}
	return all
}
