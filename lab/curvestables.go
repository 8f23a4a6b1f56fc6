package lab

import (
	"fmt"
	"math"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"switchroom/protection"
	"switchroom/study"
	"switchroom/ui"
)

func (p *curvesPage) live() string {
	return strings.Replace(curvesURL(p.at, p.element, p.source()), "/curves?", "/curves/live?", 1)
}

// file is where the diagram is as a file.
func (p *curvesPage) file(name string) string {
	_, query, _ := strings.Cut(curvesURL(p.at, p.element, p.source()), "?")
	return "/api/v1/curves/" + url.PathEscape(p.at) + "/" + name + "?" + query
}

// source is the source that was chosen, "" if it is the first anyhow.
func (p *curvesPage) source() string {
	if len(p.ways) > 0 {
		return p.ways[0].source
	}
	return ""
}

func (p *curvesPage) tabs() (all []ui.Link) {
	for _, e := range elements {
		all = append(all, ui.Link{Text: e.word, URL: curvesURL(p.at, e.element, p.source()), Current: e.element == p.element})
	}
	return all
}

// through says that a way is not closed.
func (w *series) through() string {
	if len(w.open) == 0 {
		return ""
	}
	return " (through " + sayList(w.open) + ", open now)"
}

// sayList is a list in words.
func sayList(all []string) string {
	if n := len(all); n > 1 {
		return strings.Join(all[:n-1], ", ") + " and " + all[n-1]
	}
	return strings.Join(all, "")
}

// nowTable is what the marks in the diagram tell.
func (p *curvesPage) nowTable() ui.Table {
	t := ui.Table{ID: "curves-now-table", Caption: "Now, and the last trip", Columns: []ui.Column{
		{Title: "Breaker"}, {Title: "Current now", Number: true}, {Title: "If that goes on, it trips in"}, {Title: "Such a current in a cold unit trips in"}, {Title: "Last trip"}}}
	for i := range p.rows {
		r := &p.rows[i]
		now := withUnit(spaced(r.amps, digits(r.amps)), "A")
		if r.amps > 0 {
			now += " " + r.where
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{linked(unitURL(r.device.Name), r.device.Name), ui.Text(now), ui.Text(r.due()), ui.Text(between(r.times)), tripCell(r.last)}})
	}
	return t
}

// due is when it trips if what flows goes on.
func (r *curveRow) due() string {
	switch {
	case !r.told && (r.state == ui.Open || r.state == ui.Tripped):
		return "–, it is open"
	case !r.told:
		return "not known"
	case math.IsNaN(r.trips.T):
		return "never"
	}
	return seconds(r.trips.T) + ", " + heading(r.trips.Function.String())
}

// summary is a trip in a line.
func (t *trip) summary() string {
	c := t.Trip
	if c == nil {
		return eventRow(t.Record, "").Text
	}
	said := functionWord(c.Function) + ", " + t.value()
	if c.Phase != protection.NoPhase {
		said += " in " + phaseWord(c.Phase)
	}
	if t.known {
		return said + ", " + seconds(t.took.Seconds()) + " after its start"
	}
	return said + "; how long it took is unknown"
}

// value is what tripped it.
func (t *trip) value() string {
	unit := t.Trip.Function.Unit()
	if unit == "A" {
		return study.Amperes(t.Trip.Value)
	}
	return fmt.Sprintf("%.4g %s", t.Trip.Value, unit)
}

// timesTable is the curves in numbers.
func (p *curvesPage) timesTable() ui.Table {
	t := ui.Table{ID: "curves-times", Caption: "The curves in numbers: when the control unit decides, from cold", Columns: []ui.Column{{Title: "Current", Number: true}}}
	for i := range p.rows {
		t.Columns = append(t.Columns, ui.Column{Title: p.rows[i].device.Name, Number: true})
	}
	for k, amps := range rounds(p.from, p.to) {
		row := ui.Row{Cells: []templ.Component{ui.Text(study.Amperes(amps))}}
		for i := range p.rows {
			row.Cells = append(row.Cells, ui.Text(between(p.rows[i].points[k].Times)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// table is the comparison current by current.
func (c *pairRow) table(i int) ui.Table {
	t := ui.Table{ID: fmt.Sprintf("pair-%d", i), Caption: c.Upstream + " above " + c.Downstream, Columns: []ui.Column{{Title: "Current", Number: true},
		{Title: c.Downstream + " interrupts within", Number: true}, {Title: "by"}, {Title: c.Upstream + " waits at least", Number: true}, {Title: "of"}, {Title: "Margin", Number: true}, {Title: "Selective"}}}
	for _, m := range c.Rows {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(study.Amperes(m.Amps)), ui.Text(seconds(m.Downstream.T)), ui.Text(functionOrDash(m.Downstream.Function)),
			ui.Text(seconds(m.Upstream.T)), ui.Text(functionOrDash(m.Upstream.Function)), ui.Text(marginWord(m)), ui.Text(map[bool]string{true: "yes", false: "no"}[m.Selective()])}})
	}
	return t
}

func functionOrDash(f protection.Function) string {
	if f == protection.None {
		return "–"
	}
	return heading(f.String())
}

func marginWord(m study.Margin) string {
	s := m.Seconds()
	switch {
	case math.IsNaN(s):
		return "–"
	case s < 0:
		return "−" + seconds(-s)
	}
	return seconds(s)
}

// sourcesTable is where the times come from, with how certain that is.
func sourcesTable() ui.Table {
	t := ui.Table{ID: "curves-sources", Caption: "Where the times come from", Columns: []ui.Column{{Title: "Function"}, {Title: "Document"}, {Title: "Certainty"}}}
	for _, s := range study.Sources() {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(functionWord(s.Function)), ui.Text(s.Document), ui.CertaintyBadge(s.Certainty.String())}})
	}
	return t
}
