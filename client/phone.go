package client

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"switchroom/wire/ble"
	"switchroom/wire/ble/pairing"
)

// Phone is what a phone keeps of Bluetooth: its own address, and what it proves itself
// by to the units that it was paired with. It is kept in a file that its owner alone may
// read; whoever has it is that phone.
type Phone struct {
	path    string
	Address string                  `json:"address"`       // static random
	Bonds   map[string]pairing.Bond `json:"bonds"`         // by the address of the unit
	App     *App                    `json:"app,omitempty"` // the app that is installed, where it has a key
}

// OpenPhone reads the file of a phone. One that does not exist is a new phone, and is
// written when it is paired; "" is a phone that keeps nothing.
func OpenPhone(path string) (*Phone, error) {
	p := &Phone{path: path, Bonds: map[string]pairing.Bond{}}
	if path != "" {
		b, err := os.ReadFile(path)
		switch {
		case errors.Is(err, os.ErrNotExist):
		case err != nil:
			return nil, fmt.Errorf("the phone %s: %w", path, err)
		default:
			if err := json.Unmarshal(b, p); err != nil {
				return nil, fmt.Errorf("the phone %s cannot be read: %w; remove it and pair again", path, err)
			}
			if _, err := ble.ParseAddress(p.Address, true); err != nil {
				return nil, fmt.Errorf("the phone %s: %w; remove it and pair again", path, err)
			}
			return p, nil
		}
	}
	a := ble.Address{Random: true}
	rand.Read(a.Octets[:])
	a.Octets[0] |= 0xC0
	p.Address = a.String()
	return p, nil
}

// address is the phone's.
func (p *Phone) address() ble.Address {
	a, _ := ble.ParseAddress(p.Address, true) // was looked at when it was read
	return a
}

// keep remembers a unit, or with nil forgets it.
func (p *Phone) keep(unit string, b *pairing.Bond) error {
	if b == nil {
		delete(p.Bonds, unit)
	} else {
		p.Bonds[unit] = *b
	}
	if p.path == "" {
		return nil
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(p.path), ".phone-*") // of mode 0600
	if err != nil {
		return fmt.Errorf("the phone cannot be kept: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), p.path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("the phone cannot be kept: %w", err)
	}
	return nil
}
