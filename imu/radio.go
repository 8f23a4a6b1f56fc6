package imu

import (
	"fmt"
	"slices"
	"time"

	"switchroom/points"
)

// Radio is the Bluetooth of a unit as its front shows it. Whether a phone may connect
// is three things at once (A4): the unit works, the function is enabled, and somebody
// has pressed the button and the timer has not run out since.
//
//	off -- button, if enabled --> on -- a phone connects --> linked
//	on, linked -- button, timer, function off, no supply --> off
type Radio struct {
	Enabled bool          // the function
	On      bool          // a phone may connect
	Until   time.Duration // of On: world time when it ends unless somebody does something
	Phone   string        // that is connected; "": none
	Passkey string        // that the display shows, while a phone is being paired; "": none
}

// Bond is a phone that was paired, with what it proves itself by: opaque here.
type Bond struct {
	Phone string
	Key   []byte
}

// bondsMax is how many phones a unit remembers; the oldest gives way. Ours.
const bondsMax = 8

// radioDefault is how long an idle phone stays connected. That it is 15 minutes, of 5 to
// 60, is recalled: ours.
const radioDefault = 15 * time.Minute

// RadioOf returns the state of the radio.
func (u *Unit) RadioOf(now time.Duration) (r Radio) {
	u.with(now, func() { r = u.radioState() })
	return r
}

func (u *Unit) radioState() Radio {
	r := u.radio
	r.Enabled = u.set.Bluetooth
	return r
}

// OnRadio calls f when the radio is switched on or off, on the goroutine that caused it
// and without the unit's lock.
func (u *Unit) OnRadio(f func(now time.Duration, r Radio)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.onRadio = append(u.onRadio, f)
}

// PressBluetooth is the button at the front: it asks nobody, as other buttons do not.
// The first press lets a phone connect, the second ends that. It returns what it came
// to.
func (u *Unit) PressBluetooth(now time.Duration, by string) (r Radio) {
	u.with(now, func() {
		switch {
		case u.radio.On:
			u.radioOff("button " + by)
		case u.powered() && u.set.Bluetooth:
			u.radio.On, u.radio.Until = true, u.now+u.radioTime()
			u.radioTold = true
			u.note(points.CodeBluetooth, Entry, "button "+by)
		}
		r = u.radioState()
	})
	return r
}

// radioTime is the disconnection timer.
func (u *Unit) radioTime() time.Duration {
	if u.set.BluetoothMinutes == 0 {
		return radioDefault
	}
	return time.Duration(u.set.BluetoothMinutes) * time.Minute
}

// radioOff ends it.
func (u *Unit) radioOff(why string) {
	if u.radio.Phone != "" {
		u.note(points.CodeBluetoothPhone, Exit, u.radio.Phone+" "+why)
	}
	u.radio = Radio{}
	u.radioTold = true
	u.note(points.CodeBluetooth, Exit, why)
}

// tendRadio ends what the unit's state does not admit any more.
func (u *Unit) tendRadio() {
	switch {
	case !u.radio.On:
	case !u.powered():
		u.radioOff("no supply")
	case !u.set.Bluetooth:
		u.radioOff("function disabled")
	case u.now >= u.radio.Until:
		u.radioOff("timer")
	}
}

// RadioLinked says which phone is connected, "" that it is gone.
func (u *Unit) RadioLinked(now time.Duration, phone string) {
	u.with(now, func() {
		if !u.radio.On || u.radio.Phone == phone {
			return
		}
		if u.radio.Phone != "" {
			u.note(points.CodeBluetoothPhone, Exit, u.radio.Phone)
		}
		if phone != "" {
			u.note(points.CodeBluetoothPhone, Entry, phone)
		}
		u.radio.Phone, u.radio.Passkey = phone, ""
		u.radio.Until = u.now + u.radioTime()
		u.dirty = true
	})
}

// RadioUsed says that a phone has asked something: the timer begins anew.
func (u *Unit) RadioUsed(now time.Duration) {
	u.with(now, func() {
		if u.radio.On {
			u.radio.Until = u.now + u.radioTime()
		}
	})
}

// RadioShow has the display show a passkey, "" none.
func (u *Unit) RadioShow(now time.Duration, passkey string) {
	u.with(now, func() {
		if u.radio.On || passkey == "" {
			u.radio.Passkey = passkey
			u.dirty = true
		}
	})
}

// RadioRefused notes a pairing that failed or was refused.
func (u *Unit) RadioRefused(now time.Duration, phone, why string) {
	u.with(now, func() {
		u.radio.Passkey = ""
		u.note(points.CodeBluetoothRefused, Pulse, phone+": "+why)
	})
}

// RadioEnd switches the radio off from its own side: too many pairings failed.
func (u *Unit) RadioEnd(now time.Duration, why string) {
	u.with(now, func() {
		if u.radio.On {
			u.radioOff(why)
		}
	})
}

// Bonds returns the phones that were paired.
func (u *Unit) Bonds(now time.Duration) (all []Bond) {
	u.with(now, func() { all = u.set.Bonds })
	return all
}

// KeepBond remembers a phone.
func (u *Unit) KeepBond(now time.Duration, b Bond) {
	u.with(now, func() {
		all := slices.DeleteFunc(slices.Clone(u.set.Bonds), func(o Bond) bool { return o.Phone == b.Phone })
		u.set.Bonds = append(all[max(0, len(all)+1-bondsMax):], b)
		u.radio.Passkey = ""
		u.note(points.CodeBluetoothPaired, Pulse, b.Phone)
	})
}

// doForget forgets every phone, and lets go of the one that is connected.
func (u *Unit) doForget(r *Request) Result {
	n := len(u.set.Bonds)
	u.set.Bonds = nil
	if u.radio.On {
		u.radioOff("phones forgotten")
	}
	u.markChanged(r.Actor)
	u.note(points.CodeSettingSet, Pulse, fmt.Sprintf("%d phones forgotten by %s", n, who(r.Actor)))
	return Result{}
}

// configureRadio writes the function or its timer.
func (u *Unit) configureRadio(id points.ID, v int) error {
	if id == points.BluetoothTimer {
		l, _ := points.Of(id).For(u.cfg.Rating)
		if err := l.Check(float64(v)); err != nil {
			return err
		}
		u.set.BluetoothMinutes = v
		if u.radio.On {
			u.radio.Until = u.now + u.radioTime()
		}
		return nil
	}
	if v != 0 && v != 1 {
		return fmt.Errorf("0 off, 1 on")
	}
	u.set.Bluetooth = v == 1
	return nil
}

func (u *Unit) fillRadio(v points.Values) {
	v.SetFlag(points.BluetoothEnabled, u.set.Bluetooth)
	v.SetFlag(points.BluetoothActive, u.radio.On)
	v.SetFlag(points.BluetoothConnected, u.radio.Phone != "")
	v[points.BluetoothTimer] = u.radioTime().Minutes()
}
