package bluez

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"

	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/loop"
)

// Names of BlueZ on the bus.
const (
	service       = "org.bluez"
	agentManager  = "org.bluez.AgentManager1"
	gattManager   = "org.bluez.GattManager1"
	advManager    = "org.bluez.LEAdvertisingManager1"
	deviceFace    = "org.bluez.Device1"
	objectManager = "org.freedesktop.DBus.ObjectManager"
	properties    = "org.freedesktop.DBus.Properties"
	managerPath   = dbus.ObjectPath("/org/bluez")
)

// Hooks are what a radio tells whoever uses it, on its loop. None may be nil.
type Hooks struct {
	MayPair func(phone string) bool            // a phone wants to be paired; asked for each code
	Show    func(phone string, passkey uint32) // until Hide
	Hide    func()
	Linked  func(r *Radio, phone string) // the one phone that is connected
	Ended   func(phone string)           // and is gone
	// Broken says that BlueZ has gone, or has taken away what was registered: nothing
	// comes of this radio any more.
	Broken func(error)
}

// Config is what a radio is.
type Config struct {
	Loop       *loop.Loop // on which everything happens; it outlives the radio
	Adapter    string     // hci0
	Name       string     // as it is found
	Services   []*gatt.Service
	Advertised ble.UUID
	SecureOnly bool // only links whose key was made by Secure Connections
	Hooks      Hooks
}

// Radio is attributes on an adapter. Hooks and attributes are called on its loop, one
// after the other.
type Radio struct {
	cfg   Config
	conn  *dbus.Conn
	bluez string // unique name of BlueZ: nobody else may call
	path  dbus.ObjectPath
	done  []func() // takes back what was registered, the last first

	signals chan *dbus.Signal
	quit    chan struct{}
	closed  sync.Once
	hearing sync.WaitGroup

	values map[dbus.ObjectPath]*value
	of     map[*gatt.Characteristic]*value

	// of the loop
	phone  dbus.ObjectPath // that is connected; "": none
	bearer *gatt.Bearer    // of phone
	mtu    int             // of phone, as BlueZ has told it last
	broken bool
}

// Open registers with BlueZ on a bus: the agent, the attributes and the advertisement.
// Whoever calls owns conn and closes it after the radio.
func Open(ctx context.Context, conn *dbus.Conn, c Config) (*Radio, error) {
	r := &Radio{cfg: c, conn: conn, path: managerPath + dbus.ObjectPath("/"+c.Adapter), signals: make(chan *dbus.Signal, 64), quit: make(chan struct{})}
	for _, step := range []func(context.Context) error{r.find, r.watch, r.registerAgent, r.registerValues, r.registerAdvertisement} {
		if err := step(ctx); err != nil {
			r.Close()
			return nil, err
		}
	}
	return r, nil
}

// find learns who is BlueZ.
func (r *Radio) find(ctx context.Context) error {
	if !dbus.ObjectPath(r.path).IsValid() || r.cfg.Adapter == "" {
		return fmt.Errorf("adapter %q: write a name like hci0", r.cfg.Adapter)
	}
	err := r.conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetNameOwner", 0, service).Store(&r.bluez)
	if err != nil {
		return fmt.Errorf("BlueZ does not run here: %w", err)
	}
	return nil
}

// call asks BlueZ something.
func (r *Radio) call(ctx context.Context, path dbus.ObjectPath, method string, args ...any) error {
	return r.conn.Object(r.bluez, path).CallWithContext(ctx, method, 0, args...).Err
}

// tell asks BlueZ something whose answer changes nothing, and does not wait for it for
// long.
func (r *Radio) tell(path dbus.ObjectPath, method string, args ...any) {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	r.call(ctx, path, method, args...)
}

// aside does what waits for BlueZ, off the loop.
func (r *Radio) aside(f func()) { r.hearing.Go(f) }

// answerWithin is how long BlueZ may take when a radio is closed. Ours.
const answerWithin = 2 * time.Second

// onClose remembers how something is taken back.
func (r *Radio) onClose(f func()) { r.done = append(r.done, f) }

// Close takes back what was registered. The phone that is connected is let go. Not on the
// loop.
func (r *Radio) Close() { r.closed.Do(r.close) }

func (r *Radio) close() {
	r.cfg.Loop.Call(func() {
		r.broken = true // what comes now is of no interest
		r.drop(r.phone)
	})
	for i := len(r.done) - 1; i >= 0; i-- {
		r.done[i]()
	}
	r.hearing.Wait()
}

// stop tells once that nothing comes of it any more.
func (r *Radio) stop(why error) {
	r.cfg.Loop.Post(func() {
		if !r.broken {
			r.broken = true
			r.cfg.Hooks.Broken(why)
		}
	})
}

// errStranger is what whoever is not BlueZ gets.
var errStranger = dbus.NewError("org.bluez.Error.NotAuthorized", []any{"only BlueZ may ask this"})

// served runs f on the loop for BlueZ, and refuses everybody else.
func (r *Radio) served(by dbus.Sender, f func() *dbus.Error) (err *dbus.Error) {
	if string(by) != r.bluez {
		return errStranger
	}
	err = failed(errors.New("the radio is closed"))
	r.cfg.Loop.Call(func() {
		if !r.broken {
			err = f()
		}
	})
	return err
}

func failed(why error) *dbus.Error {
	return dbus.NewError("org.bluez.Error.Failed", []any{why.Error()})
}
