package ble_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/paths/ble"
	"switchroom/paths/ble/bluez/blueztest"
	"switchroom/points"
	"switchroom/wire/usblink"
)

// bluezed is a unit whose radio is a stub of BlueZ.
type bluezed struct {
	*imutest.Stand
	stub *blueztest.Stub

	mu   sync.Mutex // guards the following
	told []error
}

func newBluezed(t *testing.T, p access.Profile) *bluezed {
	t.Helper()
	cfg := imutest.NewStand(t).Unit.Config()
	cfg.Profile = p
	w := imu.NewSteppedWorld(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	u, err := imu.New(cfg, w)
	if err != nil {
		t.Fatal(err)
	}
	address := blueztest.Bus(t)
	b := &bluezed{Stand: &imutest.Stand{Unit: u, World: w}, stub: blueztest.New(t, address)}
	a := ble.NewAdapter(u, w, blueztest.Connect(t, address), "hci0", func(err error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.told = append(b.told, err)
	})
	t.Cleanup(a.Close)
	r := &room{Stand: b.Stand}
	r.on(t)
	return b
}

// registered waits until it can be found.
func (b *bluezed) registered(t *testing.T) {
	t.Helper()
	blueztest.Until(t, "it advertises", func() bool {
		log := b.stub.Said()
		return len(log) > 0 && strings.HasPrefix(log[len(log)-1], "RegisterAdvertisement")
	})
}

const bluezValue = "org.bluez.GattCharacteristic1."

func by(device dbus.ObjectPath) map[string]dbus.Variant {
	return map[string]dbus.Variant{"device": dbus.MakeVariant(device), "mtu": dbus.MakeVariant(uint16(185))}
}

// ask asks as a phone that BlueZ has let through, and reads the answer of its
// notifications.
func (b *bluezed) ask(t *testing.T, a *usblink.Ask) *usblink.Reply {
	t.Helper()
	answers := b.stub.Value(ble.AnswerUUID.String())
	told := make(chan *dbus.Signal, 1000)
	b.stub.Conn.Signal(told)
	defer b.stub.Conn.RemoveSignal(told)
	if err := b.stub.Conn.AddMatchSignal(dbus.WithMatchObjectPath(answers)); err != nil {
		t.Fatal(err)
	}
	if err := b.stub.Call(answers, bluezValue+"StartNotify").Err; err != nil {
		t.Fatal(err)
	}
	body, _ := json.Marshal(a)
	q, _ := (&usblink.Frame{Kind: usblink.Question, Number: 1, Body: body}).Append(nil)
	for len(q) > 0 {
		n := min(len(q), 100)
		if err := b.stub.Call(b.stub.Value(ble.QuestionUUID.String()), bluezValue+"WriteValue", q[:n], by(blueztest.First)).Err; err != nil {
			t.Fatal(err)
		}
		q = q[n:]
	}
	var got bytes.Buffer
	for {
		select {
		case s := <-told:
			if all, ok := s.Body[1].(map[string]dbus.Variant); ok && s.Path == answers {
				v, _ := all["Value"].Value().([]byte)
				got.Write(v)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("no whole answer: %q", got.Bytes())
		}
		if f, err := usblink.NewReader(bytes.NewReader(got.Bytes())).Next(); err == nil {
			var r usblink.Reply
			if err := json.Unmarshal(f.Body, &r); err != nil {
				t.Fatal(err)
			}
			return &r
		}
	}
}

// TestAdapter is a phone on an adapter: nothing before the button, the code on the
// display, a question and its answer, and the second press.
func TestAdapter(t *testing.T) {
	b := newBluezed(t, access.Faithful)
	b.registered(t)
	b.stub.Linked(blueztest.First, true)
	blueztest.Until(t, "the unit knows the phone", func() bool { return b.Unit.RadioOf(b.Now()).Phone == "C0:11:22:33:44:55" })
	if err := b.stub.Call("/org/switchroom/agent", "org.bluez.Agent1.DisplayPasskey", blueztest.First, uint32(4711), uint16(0)).Err; err != nil {
		t.Fatal(err)
	}
	if got := b.Unit.RadioOf(b.Now()).Passkey; got != "004711" {
		t.Errorf("the display shows %q", got)
	}
	if err := b.stub.Call("/org/switchroom/agent", "org.bluez.Agent1.Cancel").Err; err != nil || b.Unit.RadioOf(b.Now()).Passkey != "" {
		t.Errorf("%v", err)
	}
	if r := b.ask(t, &usblink.Ask{Verb: usblink.Read}); r.OK || r.Reason == "" {
		t.Errorf("without a password it reads: %+v", r)
	}
	if r := b.ask(t, &usblink.Ask{Verb: usblink.Login, Password: "0000"}); !r.OK {
		t.Errorf("%+v", r)
	}
	if r := b.ask(t, &usblink.Ask{Verb: usblink.Read, Points: []string{points.Of(points.BreakerClosed).Name}}); !r.OK || len(r.Values) != 1 {
		t.Errorf("%+v", r)
	}
	b.Unit.PressBluetooth(b.Now(), "Olga")
	blueztest.Until(t, "the second press ends it", func() bool {
		log := b.stub.Said()
		return slices.Contains(log, "Disconnect first") && strings.HasPrefix(log[len(log)-1], "UnregisterAgent")
	})
	b.stub.Refuse("")
	b.Unit.PressBluetooth(b.Now(), "Olga")
	b.registered(t) // and again
}

// TestAdapterGuesses: each code that is shown counts until the phone has proved itself.
func TestAdapterGuesses(t *testing.T) {
	b := newBluezed(t, access.Faithful)
	b.registered(t)
	shows := func() error {
		err := b.stub.Call("/org/switchroom/agent", "org.bluez.Agent1.DisplayPasskey", blueztest.First, uint32(1), uint16(0)).Err
		if err == nil {
			b.stub.Call("/org/switchroom/agent", "org.bluez.Agent1.DisplayPasskey", blueztest.First, uint32(1), uint16(3)) // digits are typed
			b.stub.Call("/org/switchroom/agent", "org.bluez.Agent1.Cancel")
		}
		return err
	}
	for n := range 4 {
		if err := shows(); err != nil {
			t.Fatalf("code %d: %v", n+1, err)
		}
		if shows() == nil {
			t.Errorf("at once after code %d", n+1)
		}
		b.Pass(2*time.Second<<n + time.Second)
	}
	shows()
	blueztest.Until(t, "the radio ends", func() bool { return !b.Unit.RadioOf(b.Now()).On })
}

// TestAdapterHardened: BlueZ does not tell the key of a link, so that no app can be a
// genuine one there, and nothing is admitted.
func TestAdapterHardened(t *testing.T) {
	b := newBluezed(t, access.Hardened)
	b.registered(t)
	b.stub.Linked(blueztest.First, true)
	if r := b.ask(t, &usblink.Ask{Verb: usblink.Login, Password: "0000"}); r.OK || r.Reason != access.NotGenuine.String() {
		t.Errorf("%+v", r)
	}
}

// TestAdapterFails: an adapter that cannot be used is told of, and the unit says that its
// radio is off.
func TestAdapterFails(t *testing.T) {
	b := newBluezed(t, access.Faithful)
	b.registered(t)
	b.Unit.PressBluetooth(b.Now(), "Olga")
	blueztest.Until(t, "it is off", func() bool {
		log := b.stub.Said()
		return strings.HasPrefix(log[len(log)-1], "UnregisterAgent")
	})
	b.stub.Refuse("RegisterApplication")
	b.Unit.PressBluetooth(b.Now(), "Olga")
	blueztest.Until(t, "it is told", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.told) == 1 && strings.Contains(b.told[0].Error(), "does not take the attributes")
	})
	if b.Unit.RadioOf(b.Now()).On {
		t.Error("the unit says that its radio is on")
	}
}
