package hmi

import (
	"math"
	"slices"
	"strings"

	"switchroom/imu"
	"switchroom/points"
)

// row is a line of a screen at a moment.
type row struct {
	label, value string
	number       float64 // of the point; NaN: not available, or no number
	item         *Item   // nil: a menu, an event or a text
	group        int     // 1 A, 2 B of a setting of a group; else 0
	screen       *Screen // that it opens; nil: none
	event        event   // that it opens
}

// rows are the lines of the screen that is shown.
func (p *Panel) rows() []row { return p.rowsOf(p.top().screen) }

// rowsOf are the lines of a screen: its own, its items, then the screens in it.
func (p *Panel) rowsOf(s *Screen) (all []row) {
	if s.rows != nil {
		all = s.rows(p)
	}
	for i := range items {
		if items[i].Screen == s.ID && items[i].exists(p.rating) {
			all = p.itemRows(all, &items[i])
		}
	}
	for _, c := range s.children() {
		if !c.hidden && p.has(c) {
			all = append(all, row{label: c.Title, number: math.NaN(), screen: c})
		}
	}
	return all
}

// has reports whether there is anything on a screen of this unit.
func (p *Panel) has(s *Screen) bool {
	if s.rows != nil {
		return true
	}
	for i := range items {
		if items[i].Screen == s.ID && items[i].exists(p.rating) {
			return true
		}
	}
	return slices.ContainsFunc(s.children(), func(c *Screen) bool { return !c.hidden && p.has(c) })
}

// itemRows adds the lines of an item: two where dual settings are on.
func (p *Panel) itemRows(all []row, it *Item) []row {
	switch {
	case !it.group:
		return append(all, p.itemRow(it, it.Label, 0))
	case !p.flag(points.ProtectionDual):
		return append(all, p.itemRow(it, it.Label, 1))
	}
	return append(all, p.itemRow(it, it.Label+" A", 1), p.itemRow(it, it.Label+" B", 2))
}

func (p *Panel) itemRow(it *Item, label string, group int) row {
	r := row{label: label, item: it, group: group, number: p.number(it, group)}
	r.value = p.say(it, r.number)
	return r
}

// number is the value of an item. Protection shows the settings of a group as they
// were set; Quick View those that act (UG).
func (p *Panel) number(it *Item, group int) float64 {
	switch {
	case it.Kind == Act:
		return math.NaN()
	case it.part != whole:
		return it.part.of(points.Number(p.snap.Values[it.Point]).Time())
	case group == 0:
		return p.snap.Values[it.Point]
	}
	s, d := p.unit.Group(p.at, looker, group)
	v, has := s.Get(it.Point)
	if !d.OK() || !has {
		return math.NaN()
	}
	return v
}

// say writes the value of an item as the display does.
func (p *Panel) say(it *Item, v float64) string {
	switch {
	case it.Kind == Act:
		return ""
	case math.IsNaN(v):
		return "--"
	case it.part != whole:
		return it.part.say(v)
	case it.quick:
		return trim(v/p.rating.In, 4) + " In"
	case it.Point == points.WearContacts: // a share
		return trim(100*v, 0) + " %"
	}
	return shown(points.Of(it.Point), v, it.Kind == Setting)
}

// flag reports whether a point is on.
func (p *Panel) flag(id points.ID) bool { return p.snap.Values[id] == 1 }

// text is a line without a value of its own.
func text(label, value string) row { return row{label: label, value: value, number: math.NaN()} }

func (p *Panel) identityRows() []row {
	r := p.rating
	rows := []row{
		text("Control unit", r.Variant.String()+" X"),
		text("In", trim(r.In, 0)+" A"),
		text("Poles", points.Of(points.RatingPoles).Format(points.Number(p.snap.Values[points.RatingPoles]))),
	}
	for _, t := range []struct {
		label string
		id    points.ID
	}{{"Firmware", points.DeviceFirmware}, {"Hardware", points.DeviceHardware}, {"Serial number", points.DeviceSerial}, {"Last trip", points.BreakerLastTrip}} {
		rows = append(rows, text(t.label, orDash(p.snap.Text(t.id))))
	}
	for _, m := range p.unit.Config().Modules.List() {
		rows = append(rows, text("Module", m.String()))
	}
	return rows
}

func (p *Panel) interfaceRows() []row {
	return []row{
		text("Type", p.unit.Config().Interface.String()),
		text("Name", orDash(p.snap.Text(points.InterfaceName))),
		text("Firmware", orDash(p.snap.Text(points.InterfaceFirmware))),
	}
}

func orDash(s string) string {
	if s == "" {
		return "--"
	}
	return s
}

// advancedRows are the settings of the functions that digital modules add. They are
// shown here and set by the software or the app only (UG).
func (p *Panel) advancedRows() (all []row) {
	for _, info := range points.All() {
		if _, here := info.For(p.rating); info.Class != points.Optional || !here || !p.installed(&info) {
			continue
		}
		v, name := p.snap.Values[info.ID], strings.TrimPrefix(info.Name, "protection.")
		value := "--"
		if !math.IsNaN(v) {
			value = shown(&info, v, true)
		}
		all = append(all, row{label: strings.NewReplacer("_", " ", ".", " ").Replace(name), value: value, number: v})
	}
	if len(all) == 0 {
		all = append(all, text("No optional function", ""))
	}
	return all
}

// installed reports whether the unit has the digital module of an optional setting.
func (p *Panel) installed(info *points.Info) bool {
	m := imu.ModuleOfSetting(info.ID)
	return m != 0 && p.unit.Config().Modules.Has(m)
}
