package web

import (
	"slices"

	"github.com/a-h/templ"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

// settable are the points that the breaker has and that are written from the web: its
// protection settings and its other settings (matrix B).
func (d *Device) settable() (all []points.Info) {
	r := d.unit.Rating()
	for _, p := range points.All() {
		_, has := p.For(r)
		if (p.Class == points.Protect || p.Class == points.Configure) && p.Type != points.Action && p.Type != points.Secret && has {
			all = append(all, p)
		}
	}
	return all
}

// settingForm is the form to write one setting.
func (d *Device) settingForm(point, value string) []ui.Field {
	choose := ui.Field{ID: "point", Name: "point", Label: "Setting", Type: "select", Value: point}
	for _, p := range d.settable() {
		choose.Options = append(choose.Options, ui.Option{Value: p.Name, Text: p.Name})
	}
	return []ui.Field{choose, {ID: "value", Name: "value", Label: "New value", Value: value, Required: true, Hint: "A number in the unit of the table, or the word that stands there.", Attrs: map[string]any{"maxlength": "32"}}, breakerPassword("breaker_password")}
}

func (d *Device) showSettings(v *visit) {
	if s, ok := v.snapshot(); ok {
		v.showPage("", settingsView(v, d.settingTable(s), d.settingForm("", "")))
	}
}

func (d *Device) settingTable(s *imu.Snapshot) ui.Table {
	t := ui.Table{ID: "settings", Caption: "Settings of the breaker", Columns: []ui.Column{{Title: "Setting"}, {Title: "Value", Number: true}, {Title: "What it is"}}}
	for _, p := range d.settable() {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(p.Name), ui.Text(value(s, p.ID)), ui.Text(p.Title)}})
	}
	return t
}

// writeSetting writes one setting with the password of the breaker (R3).
func (d *Device) writeSetting(v *visit) {
	form, ok := v.form()
	if !ok {
		return
	}
	all := d.settable()
	i := slices.IndexFunc(all, func(p points.Info) bool { return p.Name == form.Get("point") })
	if i < 0 {
		v.tell("/control/settings", "Write a setting", outcome{why: "The breaker has no such setting."})
		return
	}
	r := v.request(all[i].ID, form.Get("breaker_password"))
	x, err := all[i].Parse(form.Get("value"))
	if r.Value = x; err != nil {
		r.Malformed = imu.OutOfRange // told only to whoever may write it
	}
	v.tell("/control/settings", "Write "+all[i].Name, d.carryOut(v, r))
}
