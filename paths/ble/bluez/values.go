package bluez

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"

	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
)

const (
	appPath     = dbus.ObjectPath("/org/switchroom/ble")
	serviceFace = "org.bluez.GattService1"
	valueFace   = "org.bluez.GattCharacteristic1"
)

// value is one characteristic as org.bluez.GattCharacteristic1.
type value struct {
	r       *Radio
	c       *gatt.Characteristic
	service dbus.ObjectPath
	path    dbus.ObjectPath
	told    bool // somebody wants to be told; of the loop
}

// registerValues exports the attributes and hands them to BlueZ.
func (r *Radio) registerValues(ctx context.Context) error {
	r.values, r.of = map[dbus.ObjectPath]*value{}, map[*gatt.Characteristic]*value{}
	objects := map[dbus.ObjectPath]map[string]map[string]dbus.Variant{}
	for i, s := range r.cfg.Services {
		path := appPath + dbus.ObjectPath(fmt.Sprintf("/service%d", i))
		objects[path] = map[string]map[string]dbus.Variant{serviceFace: {"UUID": dbus.MakeVariant(s.UUID.String()), "Primary": dbus.MakeVariant(true)}}
		for j, c := range s.Characteristics {
			v := &value{r: r, c: c, service: path, path: path + dbus.ObjectPath(fmt.Sprintf("/value%d", j))}
			r.values[v.path], r.of[c] = v, v
			objects[v.path] = map[string]map[string]dbus.Variant{valueFace: v.properties()}
			if err := r.export(v, v.path, valueFace); err != nil {
				return err
			}
		}
	}
	if err := r.export(application(objects), appPath, objectManager); err != nil {
		return err
	}
	if err := r.call(ctx, r.path, gattManager+".RegisterApplication", appPath, map[string]dbus.Variant{}); err != nil {
		return fmt.Errorf("the adapter %s does not take the attributes: %w", r.cfg.Adapter, err)
	}
	r.onClose(func() { r.tell(r.path, gattManager+".UnregisterApplication", appPath) })
	return nil
}

// export exports an object until the radio is closed.
func (r *Radio) export(v any, path dbus.ObjectPath, face string) error {
	r.onClose(func() { r.conn.Export(nil, path, face) })
	return r.conn.Export(v, path, face)
}

// application tells BlueZ what there is.
type application map[dbus.ObjectPath]map[string]map[string]dbus.Variant

// GetManagedObjects is org.freedesktop.DBus.ObjectManager. Anybody may ask it: it tells
// what every phone is told.
func (a application) GetManagedObjects() (map[dbus.ObjectPath]map[string]map[string]dbus.Variant, *dbus.Error) {
	return a, nil
}

func (v *value) properties() map[string]dbus.Variant {
	return map[string]dbus.Variant{
		"UUID": dbus.MakeVariant(v.c.UUID.String()), "Service": dbus.MakeVariant(v.service), "Flags": dbus.MakeVariant(flags(v.c, v.r.cfg.SecureOnly)),
	}
}

// flags are what can be done with a characteristic, and what the link must be for it, in
// BlueZ's words. Writing without an answer is left out where the link must be something:
// whether BlueZ asks for it then is not said.
func flags(c *gatt.Characteristic, secure bool) (all []string) {
	before := map[gatt.Need]string{gatt.Nothing: "", gatt.Encrypted: "encrypt-", gatt.Authenticated: "encrypt-authenticated-"}[c.Need]
	if secure && c.Need != gatt.Nothing {
		before = "secure-"
	}
	for _, f := range []struct {
		can  gatt.Props
		name string
	}{{gatt.Read, "read"}, {gatt.Write, "write"}, {gatt.Notify, "notify"}, {gatt.Indicate, "indicate"}} {
		if c.Props&f.can != 0 {
			all = append(all, before+f.name)
		}
	}
	if c.Props&gatt.WriteNoResponse != 0 && before == "" {
		all = append(all, "write-without-response")
	}
	return all
}

// asked is who asks, by the options of a call.
func (v *value) asked(options map[string]dbus.Variant) (offset int, ok bool) {
	device, _ := options["device"].Value().(dbus.ObjectPath)
	if device == "" || !v.r.came(device) {
		return 0, false
	}
	if mtu, has := options["mtu"].Value().(uint16); has {
		v.r.mtu = max(ble.DefaultMTU, min(int(mtu), gatt.MTU))
	}
	n, _ := options["offset"].Value().(uint16)
	if v.c.Need != gatt.Nothing { // BlueZ has held the link to the flags
		v.r.bearer.Secure(v.c.Need)
	}
	return int(n), true
}

var errNotPermitted = dbus.NewError("org.bluez.Error.NotPermitted", nil)

// ReadValue is org.bluez.GattCharacteristic1.
func (v *value) ReadValue(by dbus.Sender, options map[string]dbus.Variant) (out []byte, err *dbus.Error) {
	err = v.r.served(by, func() *dbus.Error {
		offset, ok := v.asked(options)
		if !ok || v.c.OnRead == nil {
			return errNotPermitted
		}
		b, f := v.c.OnRead(v.r.bearer)
		switch {
		case f != 0:
			return fault(f)
		case offset > len(b):
			return dbus.NewError("org.bluez.Error.InvalidOffset", nil)
		}
		out = append([]byte{}, b[offset:]...)
		return nil
	})
	return out, err
}

// WriteValue is the same. Values are written from their beginning.
func (v *value) WriteValue(by dbus.Sender, b []byte, options map[string]dbus.Variant) *dbus.Error {
	return v.r.served(by, func() *dbus.Error {
		offset, ok := v.asked(options)
		switch {
		case !ok || v.c.OnWrite == nil:
			return errNotPermitted
		case offset != 0:
			return dbus.NewError("org.bluez.Error.InvalidOffset", nil)
		case len(b) > ble.MaxValue:
			return dbus.NewError("org.bluez.Error.InvalidValueLength", nil)
		}
		if f := v.c.OnWrite(v.r.bearer, b); f != 0 {
			return fault(f)
		}
		return nil
	})
}

// StartNotify and StopNotify: the phone wants to be told, or not.
func (v *value) StartNotify(by dbus.Sender) *dbus.Error { return v.tell(by, true) }

// StopNotify is the other.
func (v *value) StopNotify(by dbus.Sender) *dbus.Error { return v.tell(by, false) }

func (v *value) tell(by dbus.Sender, on bool) *dbus.Error {
	return v.r.served(by, func() *dbus.Error {
		if v.c.Props&(gatt.Notify|gatt.Indicate) == 0 {
			return dbus.NewError("org.bluez.Error.NotSupported", nil)
		}
		v.told = on
		return nil
	})
}

// fault is a refusal in BlueZ's words.
func fault(f ble.Fault) *dbus.Error {
	name := "Failed"
	switch f {
	case ble.NeedsAuthentic, ble.NeedsEncryption, ble.NeedsAuthorization:
		name = "NotAuthorized"
	case ble.InvalidLength:
		name = "InvalidValueLength"
	case ble.InvalidOffset:
		name = "InvalidOffset"
	case ble.ReadNotPermitted, ble.WriteNotPermitted:
		name = "NotPermitted"
	}
	return dbus.NewError("org.bluez.Error."+name, []any{f.String()})
}

// Subscribed reports whether the phone wants to be told of c. On the loop.
func (r *Radio) Subscribed(c *gatt.Characteristic) bool {
	v := r.of[c]
	return v != nil && v.told && r.phone != ""
}

// Room is how much of a value one notification carries. On the loop.
func (r *Radio) Room() int { return r.mtu - 3 }

// Notify tells the phone of a value, if it wants to be told. On the loop.
func (r *Radio) Notify(c *gatt.Characteristic, b []byte) error {
	if !r.Subscribed(c) {
		return nil
	}
	b = append([]byte{}, b[:min(len(b), r.Room())]...)
	return r.conn.Emit(r.of[c].path, properties+".PropertiesChanged", valueFace, map[string]dbus.Variant{"Value": dbus.MakeVariant(b)}, []string{})
}
