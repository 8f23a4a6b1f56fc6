package lab

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

// captured is a waveform that a unit keeps.
type captured struct {
	*imu.Capture
	unit string
}

// id names a capture among those of its unit: its kind, and the world's time of its
// trip in µs.
func (c *captured) id() string {
	return c.Kind.String() + "-" + strconv.FormatInt(c.At.Microseconds(), 10)
}

func (c *captured) url() string { return "/captures/" + url.PathEscape(c.unit) + "/" + c.id() }

// api is where its parts are.
func (c *captured) api(part string) string {
	return "/api/v1/captures/" + url.PathEscape(c.unit) + "/" + c.id() + "/" + part
}

// words says which it is.
func (c *captured) words() string {
	what := "currents"
	if c.Channels > 4 {
		what = "currents and voltages"
	}
	return fmt.Sprintf("%s capture: %s, %d ms", heading(c.Kind.String()), what, c.length().Milliseconds())
}

func (c *captured) length() time.Duration { return time.Duration(c.Samples()) * c.Period() }

// kept are the captures of a unit, the newest first.
func (s *Server) kept(u *imu.Unit) (all []captured) {
	list, d := u.Captures(s.lab.World.Now(), looker)
	if !d.OK() {
		return nil
	}
	for _, c := range slices.Backward(list) {
		all = append(all, captured{c, u.Name()})
	}
	return all
}

// capturesOf are those of one trip.
func (s *Server) capturesOf(u *imu.Unit, at time.Duration) (all []captured) {
	for _, c := range s.kept(u) {
		if c.At == at {
			all = append(all, c)
		}
	}
	return all
}

// allCaptures are those of all units, the newest first.
func (s *Server) allCaptures() (all []captured) {
	for _, u := range s.lab.Units {
		all = append(all, s.kept(u)...)
	}
	slices.SortStableFunc(all, func(a, b captured) int { return int(b.At - a.At) })
	return all
}

// capture finds one; nil: it is not kept.
func (s *Server) capture(unit, id string) *captured {
	u := s.unit(unit)
	if u == nil {
		return nil
	}
	for _, c := range s.kept(u) {
		if c.id() == id {
			return &c
		}
	}
	return nil
}

func (s *Server) showCaptures(w http.ResponseWriter, r *http.Request) {
	f := s.frame("Waveforms", "/events")
	f.Lead = "What units with the digital module for waveforms keep: one short and three long captures of their trips each."
	f.Crumbs = []ui.Link{{Text: "Switchroom", URL: "/"}, {Text: "Events", URL: "/events"}, {Text: "Waveforms"}}
	s.show(w, r, http.StatusOK, capturesView(f, capturesTable(s.allCaptures())))
}

func (s *Server) showCapture(w http.ResponseWriter, r *http.Request) {
	c := s.capture(r.PathValue("name"), r.PathValue("capture"))
	if c == nil {
		s.show(w, r, http.StatusNotFound, missingView(s.frame("Not found", "/events"), "No such waveform is kept: a later trip may have taken its place"))
		return
	}
	f := s.frame(heading(c.Kind.String())+" capture of "+c.unit, "/events")
	f.Plots = true
	f.Lead = "Tripped by " + words(c.Cause) + "."
	f.Crumbs = []ui.Link{{Text: "Switchroom", URL: "/"}, {Text: "Events", URL: "/events"}, {Text: "Waveforms", URL: "/captures"}, {Text: c.unit}}
	full := r.URL.Query().Get("full") != ""
	s.show(w, r, http.StatusOK, captureView(f, c, full))
}

func capturesTable(all []captured) ui.Table {
	t := ui.Table{ID: "captures", Caption: "Kept now, the newest first", Empty: "None yet. A unit with the module keeps one when it trips: inject a fault.",
		Columns: []ui.Column{{Title: "Breaker"}, {Title: "Trip, by the unit's clock"}, {Title: "What"}, {Title: "Tripped by"}, {Title: "Look"}, {Title: "COMTRADE"}}}
	for i := range all {
		c := &all[i]
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{linked(unitURL(c.unit), c.unit), linked(c.tripURL(), c.date().Format("2006-01-02 15:04:05.000")), ui.Text(c.words()),
			ui.Text(words(c.Cause)), linked(c.url(), "Look at "+c.Kind.String()+" of "+c.unit), linked(c.api("comtrade.zip"), c.Name(c.unit)+".zip")}})
	}
	return t
}

func (c *captured) tripURL() string {
	return "/trip/" + url.PathEscape(c.unit) + "/" + strconv.FormatInt(c.At.Microseconds(), 10) // as [trip.id]
}

// date is that of its trip, by the unit's clock.
func (c *captured) date() time.Time {
	return points.Epoch.Add(time.Duration(c.Date) * time.Millisecond).UTC()
}
