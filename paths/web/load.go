package web

import (
	"errors"
	"fmt"
)

// load takes up what the device has kept, or begins as delivered.
func (d *Device) load() error {
	b, err := d.store.load()
	switch {
	case errors.Is(err, errNone):
		d.kept = factory(d.profile, d.options.Firmware)
		return nil
	case err != nil:
		return err
	case d.crosses(b):
		return d.cross(b)
	case b.Generation != generationOf(d.profile):
		return fmt.Errorf("%s holds accounts of firmware %s; firmware %s (profile %v) does not take them over: remove the file to begin with the accounts of the factory", d.store.path, b.Firmware, d.options.Firmware, d.profile)
	}
	b.Firmware = d.options.Firmware // within a generation nothing changes
	d.kept, d.log = b, b.Log
	return nil
}
