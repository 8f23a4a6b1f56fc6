package web

import (
	"net/http"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

// timeForm is how a date and time is written in a form.
const timeForm = "2006-01-02T15:04:05"

func timeField(value, wrong string) []ui.Field {
	return []ui.Field{{ID: "time", Name: "time", Label: "Date and time", Type: "datetime-local", Value: value, Error: wrong, Required: true, Step: "1", Hint: "UTC. It is set in the whole unit, and from then on stamps its events."}}
}

// showTime is the page on which the clock of the unit is set.
func (d *Device) showTime(v *visit) {
	if s, ok := v.snapshot(); ok {
		now := points.Epoch.Add(time.Duration(s.Values[points.DeviceClock] * float64(time.Second)))
		v.showPage("", timeView(v, s, timeField(now.UTC().Format(timeForm), "")))
	}
}

// setTime sets the clock. It needs no password of the breaker and passes a closed pad,
// as it does by Modbus (R4); each time is an event.
func (d *Device) setTime(v *visit) {
	form, ok := v.form()
	if !ok {
		return
	}
	t, err := time.Parse(timeForm, form.Get("time"))
	if err != nil || t.Before(points.Epoch) || t.Year() > 2099 {
		if s, ok := v.snapshot(); ok {
			v.show(http.StatusUnprocessableEntity, v.page.title, "", timeView(v, s, timeField(form.Get("time"), "write a date and time from 2000 to 2099, as in 2026-11-28T08:00:00")))
		}
		return
	}
	v.tell("/control/time", "Set the time", d.carryOut(v, imu.Request{Actor: v.actor(), Op: points.ClockSet, Value: points.At(t)}))
}
