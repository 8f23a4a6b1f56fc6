package imu

import (
	"fmt"
	"time"

	"switchroom/paths/iomodule"
	"switchroom/points"
)

// The hands of whoever stands at an IO module, and its wiring: they ask nobody (R9).

// atModule does something at IO module n of the breaker, and takes up what follows.
func (u *Unit) atModule(now time.Duration, n int, f func(m *iomodule.Module) error) (err error) {
	u.hand(now, func() {
		if n < 1 || n > len(u.io) {
			err = fmt.Errorf("%s has no IO module %d; write io: in the site file", u.cfg.Name, n)
			return
		}
		err = f(u.io[n-1])
		u.energiseIO()
	})
	return err
}

// WireIO puts voltage on the wire of an input, 1 to 6, of IO module n, or takes it off.
func (u *Unit) WireIO(now time.Duration, n, input int, on bool) error {
	return u.atModule(now, n, func(m *iomodule.Module) error {
		if input < 1 || input > iomodule.Inputs {
			return fmt.Errorf("input %d: 1 to %d", input, iomodule.Inputs)
		}
		m.Wire(u.now, input-1, on)
		return nil
	})
}

// TurnIO turns the rotary switch of IO module n to a position, 1 to 9.
func (u *Unit) TurnIO(now time.Duration, n, to int) error {
	return u.atModule(now, n, func(m *iomodule.Module) error {
		if to < 1 || to > iomodule.Spots {
			return fmt.Errorf("position %d: 1 to %d", to, iomodule.Spots)
		}
		m.Turn(to)
		return nil
	})
}

// TestIO presses the test button of IO module n: what its switch says acts from then on.
func (u *Unit) TestIO(now time.Duration, n int) error {
	return u.atModule(now, n, func(m *iomodule.Module) error {
		if !m.Energised() {
			return fmt.Errorf("IO module %d has no supply: its button does nothing", n)
		}
		if m.Confirm() {
			u.note(points.CodeIOApplication, Pulse, fmt.Sprintf("IO%d: %d, %s", n, m.State().Application, iomodule.Applications[m.State().Application-1].Title))
			u.wireCradle(u.now)
		}
		return nil
	})
}

// LockIO turns the setting-locking pad of IO module n.
func (u *Unit) LockIO(now time.Duration, n int, locked bool) error {
	return u.atModule(now, n, func(m *iomodule.Module) error {
		if m.Lock(locked) {
			u.note(points.CodeIOPad, Pulse, fmt.Sprintf("IO%d settings lock %s", n, onOff(locked)))
		}
		return nil
	})
}

// PlugIO puts the cable of IO module n in or takes it out: without it the unit has lost
// the module, and the module its supply.
func (u *Unit) PlugIO(now time.Duration, n int, in bool) error {
	return u.atModule(now, n, func(m *iomodule.Module) error {
		m.Plug(in)
		return nil
	})
}

// WarmIO has the Pt100 sensor of IO module n feel a temperature, °C.
func (u *Unit) WarmIO(now time.Duration, n int, celsius float64) error {
	return u.atModule(now, n, func(m *iomodule.Module) error {
		m.Warm(celsius, u.clock.date(u.world, u.now))
		return nil
	})
}
