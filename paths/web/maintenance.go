package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"switchroom/imu"
	"switchroom/metering"
	"switchroom/points"
	"switchroom/ui"
)

// shownMax is how many events a page shows.
const shownMax = 100

var severities = map[points.Severity]ui.Severity{points.Low: ui.Low, points.Medium: ui.Medium, points.High: ui.High}

// showEvents is the log of the breaker: its histories, the newest first.
func (d *Device) showEvents(v *visit) {
	var all []imu.Record
	for _, h := range points.Histories() {
		recs, _, dec := d.unit.Events(d.world.Now(), v.actor(), h, 0, shownMax)
		if dec.OK() {
			all = append(all, recs...)
		}
	}
	slices.SortStableFunc(all, func(a, b imu.Record) int { return int(b.At - a.At) })
	var list []ui.Event
	for i, r := range all[:min(shownMax, len(all))] {
		list = append(list, eventOf(r, i))
	}
	v.showPage("", eventsView(list))
}

func eventOf(r imu.Record, i int) ui.Event {
	e := points.EventOf(r.Code)
	text := e.Title
	if text == "" {
		text = r.Code.String()
	}
	if r.What == imu.Exit {
		text += ": ended"
	}
	return ui.Event{ID: ui.ID("event", fmt.Sprint(i)), At: r.Time(), Severity: severities[e.Severity], Text: text, Where: r.Detail, Certainty: e.Certainty.String()}
}

// showSecurity is the log of the pages themselves. Nobody deletes it.
func (d *Device) showSecurity(v *visit) {
	log := d.Log()
	slices.Reverse(log)
	t := ui.Table{ID: "security", Caption: "The newest first, by the clock of the host", Columns: []ui.Column{{Title: "When"}, {Title: "What"}, {Title: "Who"}, {Title: "From"}, {Title: "More"}}, Empty: "Nothing yet."}
	for _, e := range log[:min(shownMax, len(log))] {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(e.At.UTC().Format("2006-01-02 15:04:05")), ui.Text(string(e.Kind)), ui.Text(e.Who), ui.Text(e.Source), ui.Text(e.Detail)}})
	}
	v.showPage("", securityView(t))
}

// groupsReset are what one reset clears, by the bits of the command.
var groupsReset = []struct {
	bits metering.Groups
	word string
}{
	{metering.Currents, "minima and maxima of currents"}, {metering.Voltages, "minima and maxima of voltages"}, {metering.Powers, "minima and maxima of powers"},
	{metering.PowerFactors, "minima and maxima of power factors"}, {metering.THDs, "minima and maxima of harmonic distortion"}, {metering.CurrentDemand, "peaks of current demand"},
	{metering.PowerDemand, "peaks of power demand"}, {metering.Frequencies, "minima and maxima of frequency"}, {metering.Energies, "energies"},
}

var counterPoints = []points.ID{
	points.OperationsTotal, points.OperationsTrips, points.OperationsMX, points.OperationsXF, points.OperationsMCH, points.LifeBreaker, points.LifeUnit,
	points.EnergyActiveDelivered, points.EnergyActiveReceived, points.DemandPowerActivePeak, points.DemandPowerActivePeakAt,
}

func countersForm() []ui.Field {
	f := ui.Field{ID: "groups", Name: "groups", Label: "Reset", Type: "select"}
	for _, g := range groupsReset {
		f.Options = append(f.Options, ui.Option{Value: strconv.Itoa(int(g.bits)), Text: capital(g.word)})
	}
	return []ui.Field{f, breakerPassword("breaker_password")}
}

func (d *Device) showCounters(v *visit) {
	if s, ok := v.snapshot(); ok {
		v.showPage("", countersView(v, rows(s, counterPoints...), countersForm()))
	}
}

// resetCounters clears what has been counted, with the password of the breaker (R3).
func (d *Device) resetCounters(v *visit) {
	form, ok := v.form()
	if !ok {
		return
	}
	r := v.request(points.MeasureReset, form.Get("breaker_password"))
	bits, err := strconv.ParseUint(strings.TrimSpace(form.Get("groups")), 10, 16)
	if r.Value = points.Number(float64(bits)); err != nil {
		r.Malformed = imu.OutOfRange
	}
	v.tell("/maintenance/counters", "Reset", d.carryOut(v, r))
}
