package lab

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/points"
)

// eventTold is an event of any breaker in the words of the API.
type eventTold struct {
	Unit       string    `json:"unit"`
	Laboratory time.Time `json:"laboratory" doc:"when it happened, by the laboratory's clock"`
	Severity   string    `json:"severity"`
	Title      string    `json:"title"`
	Certainty  string    `json:"certainty" doc:"of the code"`
	Trip       string    `json:"trip,omitempty" doc:"id of the trip, for GET /api/v1/trips/{unit}/{trip}"`
	event
}

func (s *Server) eventTold(l *eventLine) eventTold {
	e := points.EventOf(l.Code)
	t := eventTold{l.unit.Name(), s.lab.World.Date(l.At), e.Severity.String(), e.Title, e.Certainty.String(), "", event{e.History.String(), l.Time(), int(l.Code), l.Code.String(), l.What.String(), l.Detail}}
	if l.url() != unitURL(l.unit.Name()) {
		t.Trip = (&trip{Record: l.Record, unit: l.unit}).id()
	}
	return t
}

// eventsAsked is what both lists take.
type eventsAsked struct {
	Unit     string `query:"unit"`
	History  string `query:"history" enum:"trip,protection,diagnostic,metering,configuration,operation,communication"`
	Severity string `query:"severity" enum:"low,medium,high" doc:"this and above"`
	Text     string `query:"text" maxLength:"100"`
	Since    string `query:"since" doc:"2026-11-28T07:30 or 2026-11-28, UTC; by the laboratory's clock"`
	Page     int    `query:"page" default:"1" minimum:"1"`
}

func (in *eventsAsked) filter() (eventFilter, error) {
	f, wrong := askEvents(url.Values{"unit": {in.Unit}, "history": {in.History}, "severity": {in.Severity}, "text": {in.Text}, "since": {in.Since}, "page": {fmt.Sprint(in.Page)}})
	for _, name := range []string{"history", "severity", "since"} {
		if wrong[name] != "" {
			return f, huma.Error422UnprocessableEntity(name + ": " + wrong[name])
		}
	}
	return f, nil
}

// eventsTold is a page of events.
type eventsTold struct {
	Count  int         `json:"count" doc:"of all pages"`
	Page   int         `json:"page"`
	Pages  int         `json:"pages"`
	Recent bool        `json:"recent" doc:"there are too many breakers to put their histories together: these are the newest only; ask for one unit"`
	Events []eventTold `json:"events"`
}

func (s *Server) listEvents(_ context.Context, in *eventsAsked) (*body[eventsTold], error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	p := s.eventsPage(f, nil)
	t := eventsTold{p.count, p.filter.Page, p.pages(), p.recent, []eventTold{}}
	for i := range p.lines {
		t.Events = append(t.Events, s.eventTold(&p.lines[i]))
	}
	return &body[eventsTold]{t}, nil
}

// eventsCSV answers with all pages. What a spreadsheet would take for a formula is
// text in it.
func (s *Server) eventsCSV(_ context.Context, in *eventsAsked) (*file, error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	all, _ := s.events(&f)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"laboratory", "unit_clock", "unit", "history", "severity", "event", "what", "title", "detail", "code", "certainty", "trip"})
	for i := range all[:min(len(all), eventsCSVMax)] {
		t := s.eventTold(&all[i])
		w.Write(plainCells(stamp(t.Laboratory), stamp(t.Time), t.Unit, t.History, t.Severity, t.Event, t.What, t.Title, t.Detail, fmt.Sprintf("0x%04X", t.Code), t.Certainty, t.Trip))
	}
	if len(all) > eventsCSVMax {
		w.Write([]string{fmt.Sprintf("%d more are left out: ask for one unit, or since a date", len(all)-eventsCSVMax)})
	}
	w.Flush()
	return fileNamed("text/csv; charset=utf-8", "events.csv", b.Bytes()), w.Error()
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// plainCells puts an apostrophe before what begins as a formula does (OWASP, CSV
// injection): a spreadsheet shows it then, and computes nothing.
func plainCells(cells ...string) []string {
	for i, c := range cells {
		if c != "" && slices.Contains([]byte("=+-@\t\r\n"), c[0]) {
			cells[i] = "'" + c
		}
	}
	return cells
}
