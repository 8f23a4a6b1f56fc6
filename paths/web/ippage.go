package web

import (
	"fmt"

	"switchroom/points"
	"switchroom/ui"
)

// showIP shows where the unit is. The address of a virtual unit is the site's, so
// nothing is changed here.
func (d *Device) showIP(v *visit) {
	a := d.options.Address.Addr()
	rows := []ui.KV{
		{Name: "IP address", Value: ui.Text(a.String())},
		{Name: "Addressing", Value: ui.Text("fixed, by the site file (the real one: DHCP as delivered)"), Certainty: points.Reported.String()},
		{Name: "Name", Value: ui.Text(d.unit.Name())},
	}
	if m := d.options.Modbus; m != nil {
		rows = append(rows, ui.KV{Name: "Modbus TCP", Value: ui.Text(m.Address().String() + either(m.Listens(), "", ", switched off"))})
	}
	rows = append(rows, ui.KV{Name: "Web pages", Value: ui.Text(fmt.Sprint(d.options.Address) + either(d.httpHere().on, "", ", switched off"))})
	if d.options.Certificates != nil {
		rows = append(rows, ui.KV{Name: "Web pages by HTTPS", Value: ui.Text(fmt.Sprint(d.options.Secure) + either(d.httpsHere().on, "", ", switched off"))})
	}
	v.showPage("", ipView(v, rows))
}

func either(is bool, a, b string) string {
	if is {
		return a
	}
	return b
}
