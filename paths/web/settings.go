package web

import (
	"slices"

	"github.com/a-h/templ"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

// settable are the points that the breaker has and that are written from the web: its
// protection settings and its other settings (matrix B). What has no value is not
// fitted.
func settable(s *imu.Snapshot) (all []points.Info) {
	for _, p := range points.All() {
		if (p.Class == points.Protect || p.Class == points.Configure) && p.Type != points.Action && p.Type != points.Secret && points.Number(s.Values[p.ID]).Available() {
			all = append(all, p)
		}
	}
	return all
}

// settingForm is the form to write one setting.
func settingForm(s *imu.Snapshot) []ui.Field {
	choose := ui.Field{ID: "point", Name: "point", Label: "Setting", Type: "select"}
	for _, p := range settable(s) {
		choose.Options = append(choose.Options, ui.Option{Value: p.Name, Text: p.Name})
	}
	return []ui.Field{choose, {ID: "value", Name: "value", Label: "New value", Required: true, Hint: "A number in the unit of the table, or the word that stands there.", Attrs: map[string]any{"maxlength": "32"}}, breakerPassword("breaker_password")}
}

func (d *Device) showSettings(v *visit) {
	if s, ok := v.snapshot(); ok {
		v.showPage("", settingsView(v, settingTable(s), settingForm(s)))
	}
}

func settingTable(s *imu.Snapshot) ui.Table {
	t := ui.Table{ID: "settings", Caption: "Settings of the breaker", Columns: []ui.Column{{Title: "Setting"}, {Title: "Value", Number: true}, {Title: "What it is"}}}
	for _, p := range settable(s) {
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
	s, ok := v.snapshot()
	if !ok {
		return
	}
	all := settable(s)
	i := slices.IndexFunc(all, func(p points.Info) bool { return p.Name == form.Get("point") })
	if i < 0 {
		v.tell("/control/settings", "Write a setting", outcome{why: "The breaker has no such setting."})
		return
	}
	r := v.request(all[i].ID, form.Get("breaker_password"))
	x, err := all[i].Parse(asWritten(&all[i], form.Get("value")))
	if r.Value = x; err != nil {
		r.Malformed = imu.OutOfRange // told only to whoever may write it
	}
	v.tell("/control/settings", "Write "+all[i].Name, d.carryOut(v, r))
}

// asWritten is the word of the vocabulary for one that the table shows.
func asWritten(p *points.Info, text string) string {
	if word, ok := map[string]string{"yes": "true", "no": "false"}[text]; ok && p.Type == points.Bool {
		return word
	}
	return text
}
