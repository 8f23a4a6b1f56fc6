package bluez

import (
	"context"
	"errors"
	"strings"

	"github.com/godbus/dbus/v5"

	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
)

// watch listens for phones that come and go, and for the end of BlueZ.
func (r *Radio) watch(ctx context.Context) error {
	rules := [][]dbus.MatchOption{
		{dbus.WithMatchSender(r.bluez), dbus.WithMatchInterface(properties), dbus.WithMatchMember("PropertiesChanged"), dbus.WithMatchPathNamespace(r.path)},
		{dbus.WithMatchSender("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, service)},
	}
	r.conn.Signal(r.signals)
	r.hearing.Go(r.hear)
	r.onClose(func() { r.conn.RemoveSignal(r.signals); close(r.quit) })
	for _, m := range rules {
		if err := r.conn.AddMatchSignalContext(ctx, m...); err != nil {
			return err
		}
		r.onClose(func() { r.conn.RemoveMatchSignal(m...) })
	}
	return nil
}

func (r *Radio) hear() {
	for {
		var s *dbus.Signal
		var on bool
		select {
		case <-r.quit:
			return
		case s, on = <-r.signals:
		}
		switch {
		case !on:
			r.stop(errors.New("the bus has ended"))
			return
		case s.Name == "org.freedesktop.DBus.NameOwnerChanged" && s.Sender == "org.freedesktop.DBus":
			r.stop(errors.New("BlueZ has ended"))
		case s.Name == properties+".PropertiesChanged" && s.Sender == r.bluez:
			r.changed(s)
		}
	}
}

// changed looks for a phone that has come or gone.
func (r *Radio) changed(s *dbus.Signal) {
	var face string
	var now map[string]dbus.Variant
	var gone []string
	if dbus.Store(s.Body, &face, &now, &gone) != nil || face != deviceFace {
		return
	}
	if on, ok := now["Connected"].Value().(bool); ok {
		r.cfg.Loop.Post(func() {
			if r.broken {
				return
			}
			if on {
				r.came(s.Path)
			} else {
				r.gone(s.Path)
			}
		})
	}
}

// came takes up a phone that has connected, or lets it go: one at a time (A4).
func (r *Radio) came(device dbus.ObjectPath) bool {
	phone, ok := r.phoneOf(device)
	if !ok || r.phone != "" && r.phone != device {
		r.drop(device)
		return false
	}
	if r.phone == "" {
		r.phone, r.mtu = device, ble.DefaultMTU
		r.bearer = gatt.NewBearer(gatt.NewTable(), nil)
		r.bearer.Secure(gatt.Nothing)
		r.cfg.Hooks.Linked(r, phone)
	}
	return true
}

func (r *Radio) gone(device dbus.ObjectPath) {
	if r.phone != device {
		return
	}
	phone, _ := r.phoneOf(device)
	r.phone, r.bearer = "", nil
	for _, v := range r.values {
		v.told = false
	}
	r.cfg.Hooks.Ended(phone)
}

// drop has BlueZ end the link with a phone.
func (r *Radio) drop(device dbus.ObjectPath) {
	if device != "" {
		r.aside(func() { r.tell(device, deviceFace+".Disconnect") })
	}
}

// Disconnect lets the phone go that is connected. On the loop.
func (r *Radio) Disconnect() { r.drop(r.phone) }

// Connected reports whether a phone is. On the loop.
func (r *Radio) Connected() bool { return r.phone != "" }

// phoneOf is the address of a phone by its path: /org/bluez/hci0/dev_C0_11_22_33_44_55.
func (r *Radio) phoneOf(device dbus.ObjectPath) (string, bool) {
	name, ok := strings.CutPrefix(string(device), string(r.path)+"/dev_")
	if !ok {
		return "", false
	}
	a, err := ble.ParseAddress(strings.ReplaceAll(name, "_", ":"), true)
	return a.String(), err == nil
}
