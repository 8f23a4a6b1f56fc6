package lab

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

// Bounds of the list of events, ours.
const (
	eventsShown    = 50  // on a page
	eventsUnitsMax = 500 // breakers whose histories are put together; of more one chooses one
	textMax        = 100 // letters that are looked for
	eventsCSVMax   = 50_000
)

// eventFilter is which events are asked for.
type eventFilter struct {
	Unit     string
	History  points.History  // 0: any
	Severity points.Severity // and above; 0: any
	Text     string
	Since    time.Time // zero: whenever
	Page     int       // from 1
}

// eventLine is an event among those of all breakers.
type eventLine struct {
	imu.Record
	unit *imu.Unit
}

// eventsPage is one page of what was asked for.
type eventsPage struct {
	filter eventFilter
	wrong  map[string]string // fields that could not be read, and why
	lines  []eventLine       // of this page
	count  int               // of all
	recent bool              // there are too many breakers: these are the newest of all only
}

// ask reads a filter; wrong says which parts cannot be read.
func askEvents(q url.Values) (f eventFilter, wrong map[string]string) {
	wrong = map[string]string{}
	f.Unit, f.Text = q.Get("unit"), strings.TrimSpace(q.Get("text"))
	if r := []rune(f.Text); len(r) > textMax {
		f.Text = strings.TrimSpace(string(r[:textMax]))
	}
	if h := q.Get("history"); h != "" {
		if f.History = historyNamed(h); f.History == 0 {
			wrong["history"] = fmt.Sprintf("there is no history %q", h)
		}
	}
	if v := q.Get("severity"); v != "" {
		if f.Severity = severityNamed(v); f.Severity == 0 {
			wrong["severity"] = fmt.Sprintf("there is no severity %q: low, medium or high", v)
		}
	}
	if v := q.Get("since"); v != "" {
		var err error
		if f.Since, err = moment(v); err != nil {
			wrong["since"] = err.Error()
		}
	}
	f.Page, _ = strconv.Atoi(q.Get("page"))
	f.Page = max(1, f.Page)
	return f, wrong
}

func historyNamed(name string) points.History {
	for _, h := range points.Histories() {
		if h.String() == name {
			return h
		}
	}
	return 0
}

func severityNamed(name string) points.Severity {
	for s := points.Low; s <= points.High; s++ {
		if s.String() == name {
			return s
		}
	}
	return 0
}

// moment reads a date, with or without a time; without a zone it is UTC, as pages
// print times.
func moment(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is no date: write 2026-11-28T07:30 or 2026-11-28, in UTC", text)
}

// query is the filter as it stands in addresses.
func (f *eventFilter) query() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("unit", f.Unit)
	set("text", f.Text)
	if f.History != 0 {
		set("history", f.History.String())
	}
	if f.Severity != 0 {
		set("severity", f.Severity.String())
	}
	if !f.Since.IsZero() {
		layout := "2006-01-02T15:04"
		if f.Since.Second() != 0 {
			layout += ":05"
		}
		set("since", f.Since.UTC().Format(layout))
	}
	return q
}

// takes reports whether an event is asked for.
func (s *Server) takes(f *eventFilter, l *eventLine) bool {
	e := points.EventOf(l.Code)
	switch {
	case f.History != 0 && e.History != f.History, e.Severity < f.Severity:
		return false
	case !f.Since.IsZero() && s.lab.World.Date(l.At).Before(f.Since):
		return false
	}
	return f.Text == "" || strings.Contains(strings.ToLower(strings.Join([]string{l.unit.Name(), e.Title, e.Name, l.Detail}, "\n")), strings.ToLower(f.Text))
}

// events are those that are asked for, the newest first by the laboratory's time. only
// says that not all histories were looked at.
func (s *Server) events(f *eventFilter) (all []eventLine, only bool) {
	units := s.lab.Units
	if u := s.unit(f.Unit); u != nil {
		units = []*imu.Unit{u}
	} else if f.Unit != "" {
		return nil, false
	}
	if len(units) > eventsUnitsMax {
		return s.eventsHeard(f), true
	}
	for _, u := range units {
		for _, h := range points.Histories() {
			if f.History != 0 && h != f.History {
				continue
			}
			for _, r := range s.records(u, h) {
				if l := (eventLine{r, u}); s.takes(f, &l) {
					all = append(all, l)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b eventLine) int { return cmp.Compare(b.At, a.At) })
	return all, false
}

// eventsHeard are the newest that the laboratory has heard of.
func (s *Server) eventsHeard(f *eventFilter) (all []eventLine) {
	for _, h := range s.hub.log.everything() {
		if l := (eventLine{h.Record, s.unit(h.Unit)}); l.unit != nil && s.takes(f, &l) {
			all = append(all, l)
		}
	}
	return all
}

// eventsPage gathers a page.
func (s *Server) eventsPage(f eventFilter, wrong map[string]string) *eventsPage {
	p := &eventsPage{filter: f, wrong: wrong}
	all, only := s.events(&f)
	p.count, p.recent = len(all), only
	p.filter.Page = min(f.Page, p.pages())
	from := (p.filter.Page - 1) * eventsShown
	p.lines = all[from:min(len(all), from+eventsShown)]
	return p
}

func (p *eventsPage) pages() int { return max(1, (p.count+eventsShown-1)/eventsShown) }

func (s *Server) showEvents(w http.ResponseWriter, r *http.Request) {
	p := s.eventsPage(askEvents(r.URL.Query()))
	f := s.frame("Events", "/events")
	f.Lead = "The histories of every breaker in one list, the newest first by the laboratory's time."
	if p.filter.Page == 1 {
		f = moving(f, nil)
	}
	status := http.StatusOK
	if len(p.wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	s.show(w, r, status, eventsView(f, p, p.fields(s)))
}

// watchEvents tells of the first page when something has happened.
func (s *Server) watchEvents(w http.ResponseWriter, r *http.Request) {
	f, wrong := askEvents(r.URL.Query())
	f.Page = 1
	var last *eventsPage
	var of uint64
	s.watch(w, r, "events "+f.query().Encode(), func(context.Context) []ui.Part {
		if n := s.hub.log.number(); last == nil || n != of {
			of, last = n, s.eventsPage(f, wrong)
		}
		return []ui.Part{{To: "events-list", How: ui.Morph, Is: eventsList(last)}}
	})
}

// rows are the events as the page shows them.
func (p *eventsPage) rows() (all []ui.Event) {
	for i := range p.lines {
		l := &p.lines[i]
		e := eventRow(l.Record, ui.ID("event", l.unit.Name(), fmt.Sprint(int64(l.At)), fmt.Sprint(int(l.Code)), l.What.String(), l.Detail))
		e.Where, e.URL = l.unit.Name()+" · "+points.EventOf(l.Code).History.String(), l.url()
		all = append(all, e)
	}
	return all
}

// url leads to what an event is about.
func (l *eventLine) url() string {
	if why := explained(l.unit.Name(), &l.Record); why != "" {
		return why
	}
	return unitURL(l.unit.Name())
}

// fields are the form of the filter, with what was asked for in it.
func (p *eventsPage) fields(s *Server) []ui.Field {
	unit := ui.Field{Name: "unit", Label: "Breaker", Type: "select", Value: p.filter.Unit, Options: []ui.Option{{Text: "every breaker"}}}
	for _, u := range s.lab.Units[:min(len(s.lab.Units), eventsUnitsMax)] {
		unit.Options = append(unit.Options, ui.Option{Value: u.Name(), Text: u.Name()})
	}
	if len(s.lab.Units) > chosenMax {
		unit.Type, unit.Options, unit.Hint = "", nil, "Its name; empty is every breaker."
	}
	history := ui.Field{Name: "history", Label: "History", Type: "select", Options: []ui.Option{{Text: "every history"}}}
	for _, h := range points.Histories() {
		history.Options = append(history.Options, ui.Option{Value: h.String(), Text: h.String()})
	}
	severity := ui.Field{Name: "severity", Label: "Severity", Type: "select", Options: []ui.Option{{Text: "any"}, {Value: "medium", Text: "medium and above"}, {Value: "high", Text: "high"}}}
	q := p.filter.query()
	history.Value, severity.Value = q.Get("history"), q.Get("severity")
	all := []ui.Field{unit, history, severity, {Name: "text", Label: "Text", Type: "search", Value: p.filter.Text}, {Name: "since", Label: "Since (UTC)", Type: "datetime-local", Value: q.Get("since")}}
	for i := range all {
		all[i].ID, all[i].Error = "filter-"+all[i].Name, p.wrong[all[i].Name]
	}
	return all
}

// title says how many there are.
func (p *eventsPage) title() string {
	if p.count == 1 {
		return "1 event"
	}
	return spaced(float64(p.count), 0) + " events"
}

// more is the filter before the number of a page.
func (p *eventsPage) more() string {
	if q := p.filter.query().Encode(); q != "" {
		return q + "&"
	}
	return ""
}
