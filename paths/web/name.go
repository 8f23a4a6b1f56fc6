package web

import (
	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

func nameForm(value string) []ui.Field {
	return []ui.Field{{ID: "name", Name: "name", Label: "User application name", Value: value, Hint: "Up to 63 characters; what the unit says its name is, by Modbus too.", Attrs: map[string]any{"maxlength": "63"}}}
}

func (d *Device) showName(v *visit) {
	if s, ok := v.snapshot(); ok {
		v.showPage("", nameView(v, nameForm(s.Text(points.InterfaceName))))
	}
}

// setName sets the name of the unit. It passes a closed pad: it is the interface's own
// set-up (R4).
func (d *Device) setName(v *visit) {
	if sent, ok := v.form(); ok {
		r := imu.Request{Actor: v.actor(), Op: points.InterfaceName, Value: points.String(sent.Get("name"))}
		v.tell("/setup/name", "Set the name", d.carryOut(v, r))
	}
}
