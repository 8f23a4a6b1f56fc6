package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/paths/web/sntp"
	"switchroom/points"
	"switchroom/ui"
)

// zone is where a device stands, as minutes ahead of UTC. It changes what these pages
// show beside UTC and nothing else: registers, records and files stay in UTC, which is
// our reading.
type zone int

func (z zone) valid() bool { return z >= -12*60 && z <= 14*60 && z%15 == 0 }

func (z zone) String() string {
	sign, m := "+", int(z)
	if m < 0 {
		sign, m = "−", -m
	}
	return fmt.Sprintf("UTC%s%02d:%02d", sign, m/60, m%60)
}

// date is what the device's clock shows.
func (d *Device) date() time.Time {
	var s imu.Snapshot
	d.unit.Read(d.world.Now(), access.Actor{Path: access.Modbus}, &s)
	if s.Values == nil {
		return points.Epoch
	}
	return points.Epoch.Add(time.Duration(s.Values[points.DeviceClock] * float64(time.Second)))
}

// Date is what the device's clock shows.
func (d *Device) Date() time.Time { return d.date() }

// setDate sets it as the time server says. Whoever has set the server up was logged
// in and had the right: their order stands until it is taken back.
func (d *Device) setDate(to time.Time) error {
	now := d.world.Now()
	a := access.Actor{Path: access.Web, Login: true, Roles: access.Engineer, Until: now + time.Minute, Source: d.sync.Settings().Server, Person: "SNTP"}
	return d.unit.Do(now, imu.Request{Actor: a, Op: points.ClockSet, Value: points.At(to)}).Err()
}

const syncLead = "The unit's clock, and the server that keeps it."

func syncFields(s sntp.Settings, z zone) []ui.Field {
	zones := []ui.Option{}
	for m := zone(-12 * 60); m <= 14*60; m += 15 {
		if m%30 == 0 || m == 345 || m == 525 || m == 765 { // the quarter hours that are used
			zones = append(zones, ui.Option{Value: strconv.Itoa(int(m)), Text: m.String()})
		}
	}
	return []ui.Field{
		{ID: "on", Name: "on", Label: "Set the clock by a time server (SNTP)", Type: "checkbox", Checked: s.On, Hint: "It overrides what is set by hand, at each interval."},
		{ID: "server", Name: "server", Label: "Time server", Value: s.Server, Hint: "Its address, as in 127.0.0.1 or 127.0.0.1:123.", Attrs: map[string]any{"maxlength": "64", "spellcheck": "false"}},
		{ID: "minutes", Name: "minutes", Label: "Interval", Type: "number", Unit: "min", Value: strconv.Itoa(s.Minutes), Min: "1", Max: "1440", Step: "1"},
		{ID: "zone", Name: "zone", Label: "Time zone", Type: "select", Value: strconv.Itoa(int(z)), Options: zones, Hint: "These pages show it beside UTC. Registers, records and files stay in UTC."},
	}
}

func (d *Device) showSync(v *visit) {
	s, _ := d.setups()
	v.showPage(syncLead, syncView(v, syncFields(s.sync, s.zone), nil, s.zone))
}

// saveSync keeps the settings and has the server asked.
func (d *Device) saveSync(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	s, z, err := typedSync(sent)
	if err = errors.Join(err, s.Validate(d.options.LAN)); err != nil {
		v.show(http.StatusUnprocessableEntity, v.page.title, syncLead, syncView(v, syncFields(s, z), wrongs(err), z))
		return
	}
	if err = d.keep(syncPart, s); err == nil {
		err = d.keep(zonePart, z)
	}
	if err == nil {
		err = d.sync.Set(s)
	}
	if err != nil {
		v.unsaved("/setup/time", err)
		return
	}
	v.saved("/setup/time", "Time server "+map[bool]string{true: s.Server, false: "off"}[s.On])
}

func typedSync(sent url.Values) (s sntp.Settings, z zone, err error) {
	s = sntp.Settings{On: sent.Get("on") == "yes", Server: sent.Get("server")}
	minutes, bad := strconv.Atoi(sent.Get("minutes"))
	if bad != nil {
		err = errors.Join(err, errors.New("the interval is a whole number of minutes"))
		minutes = 60
	}
	m, bad := strconv.Atoi(sent.Get("zone"))
	if z = zone(m); bad != nil || !z.valid() {
		z, err = 0, errors.Join(err, errors.New("choose a time zone from the list"))
	}
	s.Minutes = minutes
	return s, z, err
}

// askNow asks the server once, so that whoever sets it up sees whether it answers.
func (d *Device) askNow(v *visit) {
	if !d.sync.Settings().On {
		v.unsaved("/setup/time", errors.New("the time server is off: switch it on and save first"))
		return
	}
	ctx, cancel := context.WithTimeout(v.r.Context(), 5*time.Second)
	defer cancel()
	if err := d.sync.Poll(ctx); err != nil {
		v.unsaved("/setup/time", err)
		return
	}
	v.done("/setup/time", notice{Severity: ui.Done, Title: "The time server has answered"})
}

// syncStatus is how it goes.
func (d *Device) syncStatus(z zone) []ui.KV {
	at, st := d.date().UTC(), d.sync.Status()
	told := func(t time.Time) string {
		if t.IsZero() {
			return "never"
		}
		return t.UTC().Format("2006-01-02 15:04:05 UTC") + " (host)"
	}
	all := []ui.KV{
		{Name: "The unit's clock shows", Value: ui.Text(at.Format("2006-01-02 15:04:05 UTC"))},
		{Name: "In the time zone", Value: ui.Text(at.Add(time.Duration(z)*time.Minute).Format("2006-01-02 15:04:05") + " (" + z.String() + ")")},
		{Name: "Server last asked", Value: ui.Text(told(st.Asked))}, {Name: "Last good answer", Value: ui.Text(told(st.Answered))},
	}
	if !st.Answered.IsZero() {
		all = append(all, ui.KV{Name: "The clock was off by", Value: ui.Text(fmt.Sprintf("%.3f s", st.Offset.Seconds()))}, ui.KV{Name: "Stratum of the server", Value: ui.Text(strconv.Itoa(st.Stratum))}, ui.KV{Name: "Clock set by it", Value: ui.Text(fmt.Sprintf("%d times", st.Set))})
	}
	if st.Err != nil {
		all = append(all, ui.KV{Name: "Last attempt", Value: ui.Text(st.Err.Error())})
	}
	return all
}
