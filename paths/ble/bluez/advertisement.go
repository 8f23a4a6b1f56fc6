package bluez

import (
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

const (
	advPath = dbus.ObjectPath("/org/switchroom/advertisement")
	advFace = "org.bluez.LEAdvertisement1"
)

// registerAdvertisement makes the adapter findable.
func (r *Radio) registerAdvertisement(ctx context.Context) error {
	a := &advertisement{r, map[string]dbus.Variant{
		"Type": dbus.MakeVariant("peripheral"), "LocalName": dbus.MakeVariant(r.cfg.Name),
		"ServiceUUIDs": dbus.MakeVariant([]string{r.cfg.Advertised.String()}),
	}}
	for _, face := range []string{advFace, properties} {
		if err := r.export(a, advPath, face); err != nil {
			return err
		}
	}
	if err := r.call(ctx, r.path, advManager+".RegisterAdvertisement", advPath, map[string]dbus.Variant{}); err != nil {
		return fmt.Errorf("the adapter %s does not advertise: %w", r.cfg.Adapter, err)
	}
	r.onClose(func() { r.tell(r.path, advManager+".UnregisterAdvertisement", advPath) })
	return nil
}

// advertisement is org.bluez.LEAdvertisement1 with its properties.
type advertisement struct {
	r   *Radio
	all map[string]dbus.Variant
}

// Release says that BlueZ advertises it no more.
func (a *advertisement) Release(by dbus.Sender) *dbus.Error {
	return a.r.served(by, func() *dbus.Error {
		a.r.stop(errors.New("BlueZ has released the advertisement"))
		return nil
	})
}

// GetAll is org.freedesktop.DBus.Properties.
func (a *advertisement) GetAll(face string) (map[string]dbus.Variant, *dbus.Error) {
	if face != advFace {
		return nil, dbus.NewError("org.freedesktop.DBus.Error.UnknownInterface", nil)
	}
	return a.all, nil
}

// Get is the same for one.
func (a *advertisement) Get(face, name string) (dbus.Variant, *dbus.Error) {
	v, ok := a.all[name]
	if face != advFace || !ok {
		return dbus.Variant{}, dbus.NewError("org.freedesktop.DBus.Error.UnknownProperty", nil)
	}
	return v, nil
}
