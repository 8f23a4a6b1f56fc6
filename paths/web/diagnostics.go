package web

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/ui"
)

// showStatistics is what the interface has counted: of Modbus what its registers say,
// of its pages what they count themselves.
func (d *Device) showStatistics(v *visit) {
	var modbus []ui.KV
	for _, id := range []points.ID{points.InterfaceConnections, points.InterfaceConnectionsLimit, points.InterfaceConnectionsRefused, points.InterfaceRequests, points.InterfaceExceptions, points.InterfaceDropped, points.InterfaceIdleLimit} {
		info := points.Of(id)
		modbus = append(modbus, ui.KV{Name: capital(info.Title), Value: ui.Text(d.registered(id)), Certainty: info.Certainty.String()})
	}
	pages := []ui.KV{
		{Name: "People logged in now", Value: ui.Text(fmt.Sprint(d.sessions.count()))},
		{Name: "Requests answered", Value: ui.Text(fmt.Sprint(d.answered.Load()))},
	}
	v.showPage("", statisticsView(modbus, pages))
}

// registered is a point as the registers of the interface show it.
func (d *Device) registered(id points.ID) string {
	if d.options.Registers == nil || d.options.Map == nil {
		return "–"
	}
	place, ok := d.options.Map.Find(id)
	if !ok {
		return "–"
	}
	data, ok := d.options.Registers(uint16(place.Row.Register), place.Row.Count)
	if !ok {
		return "–"
	}
	x, info := place.Decode(data), points.Of(id)
	if !x.Available() {
		return "–"
	}
	return info.Format(x)
}

// cards are pages that only show points.
func (v *visit) cards(title string, ids ...points.ID) {
	if s, ok := v.snapshot(); ok {
		v.showPage("", pointsView(title, rows(s, ids...)))
	}
}

func (d *Device) showProduct(v *visit) {
	v.cards("The interface", points.InterfaceVendor, points.InterfaceFamily, points.InterfaceRange, points.InterfaceModel, points.InterfaceProductCode, points.InterfaceHardware)
}

func (d *Device) showInformation(v *visit) {
	s, ok := v.snapshot()
	if !ok {
		return
	}
	list := append(rows(s, points.InterfaceName, points.InterfaceClock, points.InterfaceUptime, points.InterfacePad, points.RemoteEnabled),
		ui.KV{Name: "Firmware of the web pages", Value: ui.Text(d.book().Firmware), Certainty: points.Ours.String()},
		ui.KV{Name: "Profile", Value: ui.Text(d.profile.String()), Certainty: points.Ours.String()})
	v.showPage("", pointsView("The interface", list))
}

func (d *Device) showIMU(v *visit) {
	v.cards("The intelligent modular unit", points.DeviceModel, points.DeviceSerial, points.DeviceFirmware, points.DeviceHardware, points.RatingIn, points.RatingVariant, points.RatingPoles, points.RatingSystemType, points.RatingVoltage, points.RatingFrequency)
}

// registersMost is how many registers one reading shows (Modbus: 125).
const registersMost = 125

// showRegisters reads registers as Modbus shows them. Reading changes nothing, so what
// is asked for stands in the address of the page.
func (d *Device) showRegisters(v *visit) {
	q := v.r.URL.Query()
	fields := []ui.Field{
		{ID: "first", Name: "first", Label: "First register", Type: "number", Value: q.Get("first"), Required: true, Min: "1", Max: "65535", Step: "1", Hint: "As the documents count: 32028 is the current of phase 1."},
		{ID: "count", Name: "count", Label: "How many", Type: "number", Value: q.Get("count"), Required: true, Min: "1", Max: strconv.Itoa(registersMost), Step: "1"},
	}
	if !q.Has("first") {
		fields[0].Value, fields[1].Value = "32028", "10"
		v.showPage("", registersView(fields, nil))
		return
	}
	first, err1 := strconv.ParseUint(q.Get("first"), 10, 16)
	count, err2 := strconv.ParseUint(q.Get("count"), 10, 16)
	if err1 != nil || first == 0 {
		fields[0].Error = "a whole number from 1 to 65535"
	}
	if err2 != nil || count == 0 || count > registersMost {
		fields[1].Error = fmt.Sprintf("a whole number from 1 to %d", registersMost)
	}
	if fields[0].Error != "" || fields[1].Error != "" {
		v.show(http.StatusUnprocessableEntity, v.page.title, "", registersView(fields, nil))
		return
	}
	if _, ok := v.snapshot(); !ok { // whoever may not read the unit reads it no other way
		return
	}
	data, ok := d.options.Registers(uint16(first), uint16(count))
	if !ok {
		fields[0].Error = "the interface has no such registers (exception 02)"
		v.show(http.StatusUnprocessableEntity, v.page.title, "", registersView(fields, nil))
		return
	}
	v.showPage("", registersView(fields, d.registerTable(uint16(first), data)))
}

// registerTable shows registers one by one, with what begins there.
func (d *Device) registerTable(first uint16, data []byte) *ui.Table {
	t := &ui.Table{ID: "read", Caption: "As Modbus shows them", Columns: []ui.Column{{Title: "Register", Number: true}, {Title: "Hexadecimal"}, {Title: "Decimal", Number: true}, {Title: "What begins here"}}}
	what := map[regmap.Register]*regmap.Row{}
	if d.options.Map != nil {
		all := d.options.Map.Rows()
		for i := range all {
			what[all[i].Register] = &all[i]
		}
	}
	for i := 0; i+1 < len(data); i += 2 {
		n, w := first+uint16(i/2), binary.BigEndian.Uint16(data[i:])
		about := ui.Text("")
		if r := what[regmap.Register(n)]; r != nil {
			about = registerAbout(r.Describe(), r.Certainty.String())
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(fmt.Sprint(n)), ui.Text(fmt.Sprintf("%04X", w)), ui.Text(fmt.Sprint(w)), about}})
	}
	return t
}

// check is one line of the communication check.
type check struct {
	what string
	ok   bool
	took time.Duration
}

// showCommunication looks whether the parts of the unit answer the interface.
func (d *Device) showCommunication(v *visit) {
	begun := time.Now()
	s, ok := v.snapshot()
	if !ok {
		return
	}
	list := []check{{"control unit: it is supplied and answers", s.Values[points.RatingIn] > 0, time.Since(begun)}}
	begun = time.Now()
	_, read := d.options.Registers(32001, 2)
	list = append(list, check{"registers of the interface: they can be read", read, time.Since(begun)})
	v.showPage("", communicationView(list))
}
