package site

import (
	"errors"
	"fmt"
	"time"

	"switchroom/imu"
	"switchroom/protection"
)

// What the words of a scenario file are to a unit.
var (
	switches = map[string]imu.Switch{"on": imu.SwitchOn, "off": imu.SwitchOff, "lost": imu.SignalLost}
	padlocks = map[string]imu.PadLock{"padlock": imu.Padlock, "key_lock": imu.KeyLock, "interlock": imu.Interlock, "chassis_lock": imu.ChassisLock}
	coils    = map[string]imu.Coil{"mch": imu.MCH, "mn": imu.MN, "mx": imu.MX, "mx2": imu.MX2, "res": imu.RES, "xf": imu.XF}
)

// hand does what an action says at a unit, or says why it cannot be done.
type hand func(u *imu.Unit, now time.Duration, a *Action) error

// hands are the verbs whose target is a breaker. What has no error of its own and
// nothing to work on is refused here: a scenario says what it did not do.
var hands = map[string]hand{
	"open":   push(imu.OpenButton),
	"close":  push(imu.CloseButton),
	"reset":  push(imu.ResetButton),
	"fail":   fail(true),
	"repair": fail(false),
	"charge": always(func(u *imu.Unit, now time.Duration, _ *Action) { u.Charge(now) }),
	"rack":   rack,
	"lock":   func(u *imu.Unit, now time.Duration, a *Action) error { return u.Lock(now, padlocks[a.To], a.On) },
	"coil": having(fitted, func(u *imu.Unit, now time.Duration, a *Action) {
		u.Coil(now, coils[a.To], a.Much)
	}),
	"24v":              always(func(u *imu.Unit, now time.Duration, a *Action) { u.Supply(now, a.On) }),
	"battery":          always(func(u *imu.Unit, now time.Duration, a *Action) { u.Battery(now, a.On) }),
	"erms":             having(erms, func(u *imu.Unit, now time.Duration, a *Action) { u.ESM(now, switches[a.To]) }),
	"esm":              having(erms, func(u *imu.Unit, now time.Duration, a *Action) { u.LoseESM(now, !a.On) }),
	"pad":              having(pad, func(u *imu.Unit, now time.Duration, a *Action) { u.Pad(now, a.To == "locked") }),
	"inhibit":          always(func(u *imu.Unit, now time.Duration, a *Action) { u.InhibitByIO(now, a.On) }),
	"inhibit_optional": having(optional, func(u *imu.Unit, now time.Duration, a *Action) { u.InhibitOptional(now, a.On) }),
	"ambient":          func(u *imu.Unit, now time.Duration, a *Action) error { return u.Ambient(now, a.Much) },
}

// Lay has hands do at a unit what an action says (Do, To, On, Much), now, or says why
// it cannot be done. They ask nobody; who has to stand there is for the caller to know.
// Do must be one of the verbs whose target is a breaker.
func Lay(u *imu.Unit, now time.Duration, a *Action) error {
	do := hands[a.Do]
	if do == nil {
		return fmt.Errorf("nobody can do %s at a breaker", a.Do)
	}
	return do(u, now, a)
}

func rack(u *imu.Unit, now time.Duration, a *Action) error {
	to, err := imu.ParsePosition(a.To)
	if err != nil {
		return err
	}
	return u.Rack(now, to)
}

func push(b imu.Button) hand {
	return func(u *imu.Unit, now time.Duration, _ *Action) error {
		u.Push(now, b, true)
		u.Push(now, b, false)
		return nil
	}
}

func fail(on bool) hand {
	return func(u *imu.Unit, now time.Duration, a *Action) error {
		f, err := imu.ParseFault(a.To)
		if err != nil {
			return err
		}
		return u.Fail(now, f, on)
	}
}

func always(do func(*imu.Unit, time.Duration, *Action)) hand {
	return having(func(*imu.Config, *Action) error { return nil }, do)
}

// having is a hand that needs something of the unit.
func having(needs func(*imu.Config, *Action) error, do func(*imu.Unit, time.Duration, *Action)) hand {
	return func(u *imu.Unit, now time.Duration, a *Action) error {
		c := u.Config()
		if err := needs(&c, a); err != nil {
			return err
		}
		do(u, now, a)
		return nil
	}
}

func fitted(c *imu.Config, a *Action) error {
	if c.Mechanism.Fit(coils[a.To]) == imu.NotFitted {
		return fmt.Errorf("the breaker has no %s", a.To)
	}
	return nil
}

func erms(c *imu.Config, _ *Action) error {
	if !c.Modules.Has(imu.ModuleERMS) {
		return errors.New("the ERMS module is not installed; write modules: [erms]")
	}
	return nil
}

func pad(c *imu.Config, _ *Action) error {
	if c.Interface != imu.IFE && c.Interface != imu.IFM {
		return fmt.Errorf("interface %v has no pad", c.Interface)
	}
	return nil
}

func optional(c *imu.Config, _ *Action) error {
	for f := protection.IDMTL; f <= protection.Directional2; f++ {
		if m := imu.ModuleOf(f); m != 0 && c.Modules.Has(m) {
			return nil
		}
	}
	return errors.New("no module of an optional protection is installed")
}
