package hmi

import (
	"fmt"
	"time"
)

// pressBluetooth is the Bluetooth button: what it came to is told by a pop-up.
func (p *Panel) pressBluetooth(now time.Duration, person string) *Popup {
	before := p.radio.On
	p.radio = p.unit.PressBluetooth(now, actor(person).Person)
	switch {
	case before:
		return info("Bluetooth", "Bluetooth is off.")
	case p.radio.On:
		return info("Bluetooth", fmt.Sprintf("A phone may connect, one at a time. Press again to end it; it ends by itself after %d min without use.", int((p.radio.Until-now).Minutes())))
	}
	return info("Bluetooth", "Bluetooth is disabled. See Configuration, Communication, Bluetooth.")
}

// code is the pop-up with the digits for a phone that is being paired; nil: none is.
func (p *Panel) code() *Popup {
	if p.radio.Passkey == "" {
		return nil
	}
	return info("Bluetooth code", p.radio.Passkey+" is the code for the phone. Whoever did not ask for it presses the Bluetooth button.")
}

// bluetoothRows are what there is beside the settings.
func (p *Panel) bluetoothRows() []row {
	state := "off"
	if p.radio.On {
		state = "on"
	}
	return []row{text("Radio", state), text("Phone", orDash(p.radio.Phone))}
}

// bluetoothLamp is 0 off, 1 a phone may connect, 2 one is connected.
func (p *Panel) bluetoothLamp() float64 {
	switch {
	case p.radio.Phone != "":
		return 2
	case p.radio.On:
		return 1
	}
	return 0
}
