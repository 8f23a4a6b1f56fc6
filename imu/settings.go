package imu

import (
	"errors"
	"fmt"
	"strings"

	"switchroom/access"
	"switchroom/metering"
	"switchroom/points"
)

func (u *Unit) doNothing(*Request) Result { return Result{} }

func (u *Unit) doClock(r *Request) Result {
	t := r.Value.Time()
	if !r.Value.Available() || t.Before(points.Epoch) || t.Year() > 2127 {
		return refuse(OutOfRange, "a date from 2000 to 2127")
	}
	u.setClock(t, who(r.Actor))
	return Result{}
}

func (u *Unit) doReadClock(*Request) Result {
	return Result{Value: points.At(u.world.Date(u.now).Add(u.clock.offset))}
}

func (u *Unit) doEventReset(*Request) Result {
	u.book.reset()
	u.dirty = true
	return Result{}
}

// doAcknowledge marks the event of the code that comes as the argument as seen, or
// without one every event.
func (u *Unit) doAcknowledge(r *Request) Result {
	if !r.Value.Available() {
		u.book.acknowledge(func(points.Code) bool { return true })
	} else {
		u.book.acknowledge(func(c points.Code) bool { return float64(c) == r.Value.Float() })
	}
	u.dirty = true
	return Result{}
}

// nameMax is how long a user application name may be (MB T001024809).
const nameMax = 64

func (u *Unit) doName(r *Request) Result {
	name := r.Value.Text()
	if len(name) > nameMax-1 || !printable(name) {
		return refuse(OutOfRange, "a name of up to 63 printable ASCII characters")
	}
	u.name = name
	u.note(points.CodeNameSet, Pulse, who(r.Actor))
	return Result{}
}

// printable keeps out what would break a terminal, a log or a page that shows
// the name.
func printable(s string) bool {
	for _, c := range []byte(s) {
		if c < 0x20 || c > 0x7E {
			return false
		}
	}
	return true
}

func (u *Unit) doLock(r *Request) Result {
	if !r.Value.Available() {
		return refuse(OutOfRange, "on or off")
	}
	lock := &u.set.LockHMI
	if r.Op == points.LockProtectionRemote {
		lock = &u.set.LockRemote
	}
	if *lock == r.Value.Bool() {
		return refuse(AlreadySo, "")
	}
	*lock = r.Value.Bool()
	u.note(points.CodeLockSet, Pulse, fmt.Sprintf("%v %s by %s", r.Op, onOff(*lock), who(r.Actor)))
	return Result{}
}

// doRemote switches the remote control of an EIFE; IFE and IFM have a pad, and
// no software reaches a pad (B6).
func (u *Unit) doRemote(r *Request) Result {
	if u.cfg.Interface != EIFE {
		return refuse(NotSupported, "turn the locking pad of the interface")
	}
	if !r.Value.Available() {
		return refuse(OutOfRange, "on or off")
	}
	u.set.Remote = r.Value.Bool()
	u.note(points.CodeRemoteSet, Pulse, onOff(u.set.Remote)+" by "+who(r.Actor))
	return Result{}
}

// doPassword changes one password. The policy has seen to it that the actor
// has proved that password or the administrator's.
func (u *Unit) doPassword(r *Request) Result {
	p, err := ParsePassword(r.Value.Text())
	if err != nil {
		return refuse(OutOfRange, err.Error())
	}
	level := map[points.ID]int{points.PasswordLevel1: 1, points.PasswordLevel2: 2, points.PasswordLevel3: 3, points.PasswordLevel4: 4}[r.Op]
	u.passwords[level-1] = p
	u.renewed[level-1]++
	u.note(points.CodePasswordSet, Pulse, fmt.Sprintf("level %d by %s", level, who(r.Actor)))
	return Result{}
}

func (u *Unit) doMeasureReset(r *Request) Result {
	bits := uint16(r.Value.Float())
	if !r.Value.Available() || bits == 0 || bits&^uint16(metering.AllGroups) != 0 {
		return refuse(OutOfRange, "a bit for each group to reset")
	}
	u.meas.Reset(u.now, metering.Groups(bits))
	u.note(points.CodeMeteringReset, Pulse, fmt.Sprintf("groups 0x%04X by %s", bits, who(r.Actor)))
	return Result{}
}

// doConfigure writes one of the other settings, or those that a command
// carries together: all or none.
func (u *Unit) doConfigure(r *Request) Result {
	set := r.Set
	if len(set) == 0 {
		if !r.Value.Available() {
			return refuse(OutOfRange, "a value")
		}
		set = []Setting{{r.Op, r.Value.Float()}}
	}
	before := u.set
	for _, s := range set {
		err := errNotHere
		if strings.HasPrefix(s.Point.String(), r.Op.String()) { // a command carries what belongs to it
			err = u.configure(s.Point, int(s.Value))
		}
		if err == nil {
			continue
		}
		u.set = before
		if errors.Is(err, errNotHere) {
			return refuse(NotSupported, "")
		}
		return refuse(OutOfRange, err.Error())
	}
	u.meas.Configure(u.now, u.metering())
	u.markChanged(r.Actor)
	u.note(points.CodeSettingSet, Pulse, fmt.Sprintf("%v by %s", r.Op, who(r.Actor)))
	return Result{}
}

var errNotHere = errors.New("not a setting of this unit")

// configure writes a setting or returns why it can't be so.
func (u *Unit) configure(id points.ID, v int) error {
	switch id {
	case points.MeteringPowerSign:
		return oneOf(&u.set.PowerSign, v, 0, 1)
	case points.MeteringPFConvention:
		return oneOf(&u.set.PFConvention, v, 0, 2)
	case points.MeteringEnergyMode:
		return oneOf(&u.set.EnergyMode, v, 0, 1)
	case points.MeteringCurrentDemandWindow, points.MeteringCurrentDemandInterval, points.MeteringPowerDemandWindow, points.MeteringPowerDemandInterval:
		return u.setDemand(id, v)
	case points.MeteringENCT, points.MeteringENVT:
		return u.declare(id, v)
	case points.BluetoothEnabled, points.BluetoothTimer:
		return u.configureRadio(id, v)
	case points.BreakerMode:
		if v < 0 || v > 3 {
			return errors.New("0 unset, 1 manual, 2 local, 3 remote")
		}
		u.set.Mode = access.ModeUnset + access.Mode(v)
		return nil
	}
	return errNotHere
}

// oneOf sets *at to v if that is among the values.
func oneOf(at *int, v int, values ...int) error {
	for _, a := range values {
		if a == v {
			*at = v
			return nil
		}
	}
	return fmt.Errorf("%d is none of %v", v, values)
}

// setDemand sets the window or the interval of a demand. Another one begins a
// new interval.
func (u *Unit) setDemand(id points.ID, v int) error {
	l, _ := points.Of(id).For(u.cfg.Rating)
	if err := l.Check(float64(v)); err != nil {
		return err
	}
	switch id {
	case points.MeteringCurrentDemandWindow:
		u.set.Demand[0].Window = v
	case points.MeteringCurrentDemandInterval:
		u.set.Demand[0].Minutes = v
	case points.MeteringPowerDemandWindow:
		u.set.Demand[1].Window = v
	default:
		u.set.Demand[1].Minutes = v
	}
	return nil
}

// declare says that an external neutral sensor is there or not: what is
// measured, and whether the neutral can be protected, follow from it.
func (u *Unit) declare(id points.ID, v int) error {
	if v != 0 && v != 1 {
		return errors.New("0 not available, 1 available")
	}
	r := u.cfg.Rating
	if r.Poles == 4 {
		return errors.New("a four-pole breaker has its neutral inside")
	}
	if id == points.MeteringENCT {
		r.ENCT = v == 1
	} else {
		r.ENVT = v == 1
	}
	for i := range u.groups {
		if err := u.groups[i].Validate(r); err != nil {
			return err
		}
	}
	if err := errors.Join(u.set.Common.Validate(r), u.optionalSettings().Validate(r)); err != nil {
		return err
	}
	if !r.ENCT {
		u.fail(ENCTLost, false) // what is not there does not fail
	}
	return u.rerate(r)
}

// markChanged keeps the diagnostic bits that say who changed settings.
func (u *Unit) markChanged(a access.Actor) {
	if a.Path == access.HMI {
		u.set.ByDisplay = true
	} else {
		u.set.ByRemote = true
	}
}
