package ble

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/godbus/dbus/v5"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/paths/ble/bluez"
	"switchroom/wire/ble/attest"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/loop"
)

// Adapter is the radio of one unit on a Bluetooth adapter of this computer, by BlueZ.
// The gates are those of every unit: without function, button and supply nothing is
// registered. Never tried on an adapter: see [switchroom/paths/ble/bluez].
//
// Pairing is BlueZ's, which says of no pairing how it ended: each code that is shown
// counts as a failure until the phone has proved itself. BlueZ does not tell the key of a
// link either, so that under profile hardened no app can show that it is a genuine one,
// and nothing is admitted.
type Adapter struct {
	module *module
	conn   *dbus.Conn
	name   string
	told   func(error)

	wanted  atomic.Bool // somebody has pressed the button
	wake    chan struct{}
	working sync.WaitGroup
	asking  sync.WaitGroup
	showing bool // of the loop: a code
}

// openWithin is how long BlueZ may take to register everything. Ours.
const openWithin = 10 * time.Second

// NewAdapter gives a unit the adapter called name, hci0 for example, on a bus. told is
// told when it cannot be used, or not any more. Whoever calls owns conn, and closes it
// after the adapter.
func NewAdapter(u *imu.Unit, w *imu.World, conn *dbus.Conn, name string, told func(error)) *Adapter {
	a := &Adapter{conn: conn, name: name, told: told, wake: make(chan struct{}, 1)}
	m := &module{loop: loop.New(), unit: u, world: w, asking: &a.asking, held: true}
	m.profile = newProfile(m)
	a.module = m
	a.working.Go(a.work)
	u.OnRadio(func(_ time.Duration, r imu.Radio) { a.turn(r.On) })
	u.Subscribe(func(r imu.Record) { m.tell(r) })
	return a
}

// turn says what the unit wants; work does it.
func (a *Adapter) turn(on bool) {
	a.wanted.Store(on)
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// Close takes back what is registered.
func (a *Adapter) Close() {
	a.module.loop.Call(func() { a.module.closed = true })
	a.wanted.Store(false)
	a.wake <- struct{}{}
	a.working.Wait()
	a.asking.Wait()
	a.module.loop.Close()
}

// work registers and takes back, as the unit wants it, until it is closed.
func (a *Adapter) work() {
	var r *bluez.Radio
	for range a.wake {
		switch on := a.wanted.Load(); {
		case on && r == nil:
			r = a.open()
		case !on && r != nil:
			r.Close()
			r = nil
			a.module.loop.Call(a.module.drop)
		}
		over := false
		a.module.loop.Call(func() { over = a.module.closed })
		if over && r == nil {
			return
		}
	}
}

// open registers. What goes wrong ends the radio of the unit.
func (a *Adapter) open() *bluez.Radio {
	ctx, cancel := context.WithTimeout(context.Background(), openWithin)
	defer cancel()
	m := a.module
	m.loop.Call(func() { m.guard, a.showing = guard{}, false })
	r, err := bluez.Open(ctx, a.conn, bluez.Config{
		Loop: m.loop, Adapter: a.name, Name: m.unit.Name(), Services: m.profile.own, Advertised: ServiceUUID,
		SecureOnly: m.unit.Config().Profile == access.Hardened, Hooks: a.hooks(),
	})
	if err != nil {
		a.broken(err)
		return nil
	}
	return r
}

func (a *Adapter) broken(err error) {
	a.module.unit.RadioEnd(a.module.now(), "the adapter failed")
	a.told(fmt.Errorf("the Bluetooth adapter %s: %w", a.name, err))
}

func (a *Adapter) hooks() bluez.Hooks {
	m := a.module
	return bluez.Hooks{
		MayPair: a.mayPair,
		Show:    func(_ string, n uint32) { a.showing = true; m.show(n) },
		Hide:    a.hide,
		Linked:  func(r *bluez.Radio, phone string) { m.linked(adapterLink{r, phone}) },
		Ended: func(string) {
			a.hide()
			if m.phone != nil {
				m.unlinked(m.phone.link, "")
			}
		},
		Broken: a.broken,
	}
}

func (a *Adapter) hide() {
	a.showing = false
	a.module.unit.RadioShow(a.module.now(), "")
}

// mayPair counts a code that is to be shown, once.
func (a *Adapter) mayPair(phone string) bool {
	if a.showing {
		return true // digits are being typed
	}
	if a.module.mayPair(phone) != 0 {
		return false
	}
	a.module.count()
	return true
}

// adapterLink is one that BlueZ holds.
type adapterLink struct {
	r     *bluez.Radio
	phone string
}

func (l adapterLink) name() string                           { return l.phone }
func (l adapterLink) disconnect()                            { l.r.Disconnect() }
func (l adapterLink) over() bool                             { return !l.r.Connected() }
func (l adapterLink) room() int                              { return l.r.Room() }
func (l adapterLink) subscribed(c *gatt.Characteristic) bool { return l.r.Subscribed(c) }
func (l adapterLink) notify(c *gatt.Characteristic, b []byte) {
	l.r.Notify(c, b) // an error ends the bus, of which the radio hears
}

func (adapterLink) statement(attest.Nonce) (attest.Statement, bool) { return attest.Statement{}, false }
