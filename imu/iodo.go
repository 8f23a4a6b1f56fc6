package imu

import (
	"fmt"

	"switchroom/paths/iomodule"
	"switchroom/points"
)

// ioOperation is something that a module is asked to do.
type ioOperation func(u *Unit, m *iomodule.Module, r *Request) Result

// ioOperations are the commands of a module (MVS, facts modbus.md §7), by the points of
// module 1. Their parameters, beyond the state itself, are ours.
var ioOperations = map[points.ID]ioOperation{
	points.IO1AlarmReset:        (*Unit).ioResetAlarms,
	points.IO1CommandsSimple:    (*Unit).ioSimple,
	points.IO1CounterPreset:     (*Unit).ioPreset,
	points.IO1CradleGrease:      (*Unit).ioUnknown,
	points.IO1CradlePreset:      (*Unit).ioPresetCradle,
	points.IO1Light:             ioSwitch(iomodule.Light),
	points.IO1Load:              ioSwitch(iomodule.Load),
	points.IO1OutputAcknowledge: (*Unit).ioAcknowledge,
	points.IO1OutputChange:      (*Unit).ioOutput,
	points.IO1TemperaturePreset: (*Unit).ioUnknown,
	points.IO1TemperatureReset:  (*Unit).ioResetHeat,
}

// atIO finds the module that is asked.
func (u *Unit) atIO(n int, r *Request, do ioOperation) Result {
	switch {
	case n > len(u.io):
		return refuse(NotSupported, fmt.Sprintf("the unit has no IO module %d", n))
	case !u.io[n-1].Energised():
		return refuse(IOLost, "")
	}
	u.dirty = true
	return do(u, u.io[n-1], r)
}

// ioUnknown is what no document says enough about to do it.
func (u *Unit) ioUnknown(*iomodule.Module, *Request) Result {
	return refuse(NotSupported, "what it sets was not found in any document")
}

func (u *Unit) ioResetAlarms(m *iomodule.Module, _ *Request) Result {
	m.ResetAlarms()
	return Result{}
}

func (u *Unit) ioResetHeat(m *iomodule.Module, _ *Request) Result {
	m.ResetHeat()
	return Result{}
}

// ioSimple is a setting of the module: its pad locks it (ours).
func (u *Unit) ioSimple(m *iomodule.Module, r *Request) Result {
	switch on := r.Value.Bool(); {
	case !r.Value.Available():
		return refuse(OutOfRange, "0 off, 1 on")
	case m.State().Locked:
		return refuse(IOLocked, "")
	case m.State().Simple == on:
		return refuse(AlreadySo, "")
	default:
		m.AllowSimple(on)
		u.note(points.CodeSettingSet, Pulse, fmt.Sprintf("IO%d simple commands %s by %s", m.Number(), onOff(on), who(r.Actor)))
	}
	return Result{}
}

// ioOutput switches an output that shows no events and no application has.
func (u *Unit) ioOutput(m *iomodule.Module, r *Request) Result {
	k, on, ok := ioArgs(r, iomodule.Outputs)
	if !ok || on > 1 {
		return refuse(OutOfRange, "output 1 to 3; 0 off, 1 on")
	}
	if events, _ := m.Shows(k); len(events) > 0 || m.OutputDoes(k) != iomodule.Free {
		return refuse(NotSupported, fmt.Sprintf("O%d is not free: it shows events, or its application has it", k+1))
	}
	return u.ioDrive(m, k, on == 1, r)
}

func (u *Unit) ioDrive(m *iomodule.Module, k int, on bool, r *Request) Result {
	if m.State().Outputs[k] == on {
		return refuse(AlreadySo, "")
	}
	u.drive(m, k, on)
	u.note(points.CodeIOOutput, Pulse, fmt.Sprintf("IO%d O%d %s by %s", m.Number(), k+1, onOff(on), who(r.Actor)))
	return Result{}
}

// ioSwitch switches what an application has an output for; without that application it
// is not valid (MVS).
func ioSwitch(f iomodule.Function) ioOperation {
	return func(u *Unit, m *iomodule.Module, r *Request) Result {
		k := m.OutputOf(f)
		switch {
		case k < 0:
			return refuse(NotSupported, fmt.Sprintf("application %d has no %v", m.State().Application, f))
		case !r.Value.Available() || r.Value.Float() != 0 && r.Value.Float() != 1:
			return refuse(OutOfRange, "0 off, 1 on")
		}
		return u.ioDrive(m, k, r.Value.Bool(), r)
	}
}

// ioAcknowledge lets a latched output go whose events are over.
func (u *Unit) ioAcknowledge(m *iomodule.Module, r *Request) Result {
	k := int(r.Value.Float()) - 1
	if !r.Value.Available() || k < 0 || k >= iomodule.Outputs {
		return refuse(OutOfRange, "output 1 to 3")
	}
	events, latched := m.Shows(k)
	switch {
	case !latched:
		return refuse(NotSupported, fmt.Sprintf("O%d is not latched", k+1))
	case u.showsAny(events):
		return refuse(SettingsRefused, fmt.Sprintf("what O%d shows is not over", k+1))
	}
	return u.ioDrive(m, k, false, r)
}

func (u *Unit) ioPreset(m *iomodule.Module, r *Request) Result {
	i, n, ok := ioArgs(r, iomodule.Inputs)
	if !ok {
		return refuse(OutOfRange, "input 1 to 6, and a count")
	}
	if m.Does(i) != iomodule.PulseCounter {
		return refuse(NotSupported, fmt.Sprintf("I%d is no pulse counter", i+1))
	}
	m.Preset(i, n)
	return Result{}
}

func (u *Unit) ioPresetCradle(m *iomodule.Module, r *Request) Result {
	if _, mapped := m.Level(iomodule.CradleConnected); !mapped {
		return refuse(NotSupported, fmt.Sprintf("application %d has no cradle", m.State().Application))
	}
	var counts [3]uint32
	if len(r.Args) != len(counts) {
		return refuse(OutOfRange, "three counters")
	}
	for k, v := range r.Args {
		counts[k] = uint32(v.Float())
	}
	m.PresetCradle(counts)
	return Result{}
}

// ioArgs are a pin, from 0, and a number.
func ioArgs(r *Request, pins int) (pin int, n uint32, ok bool) {
	if len(r.Args) != 2 || !r.Args[0].Available() || !r.Args[1].Available() {
		return 0, 0, false
	}
	pin = int(r.Args[0].Float()) - 1
	return pin, uint32(r.Args[1].Float()), pin >= 0 && pin < pins
}
