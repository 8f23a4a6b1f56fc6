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
	case b.Generation != generationOf(d.profile):
		return fmt.Errorf("%s holds accounts of firmware %s, which profile %v does not have; remove it to begin with the accounts of the factory", d.store.path, b.Firmware, d.profile)
	}
	d.kept, d.log = b, b.Log
	return nil
}
