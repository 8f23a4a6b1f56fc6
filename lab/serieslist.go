package lab

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"switchroom/study"
	"switchroom/ui"
)

// seriesPage lists breakers, each with the verdict on it and the one above.
type seriesPage struct {
	page, pages, count int
	rows               []seriesRow
}

type seriesRow struct {
	unit  string
	title string
	up    string
	pair  *pairRow // nil: there is none above, or it is not told
	why   string
}

// showSeries is the page on which one chooses a breaker.
func (s *Server) showSeries(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	p := &seriesPage{page: min(max(1, n), s.pages()), pages: s.pages(), count: len(s.lab.Units)}
	for _, u := range s.lab.Units[(p.page-1)*cardsMax : min(p.page*cardsMax, p.count)] {
		p.rows = append(p.rows, s.seriesRow(u.Name()))
	}
	f := s.frame("Trip curves", "/curves")
	f.Lead = "Choose a breaker: its curves, with those of every breaker between it and the source."
	s.show(w, r, http.StatusOK, seriesView(f, p))
}

// seriesRow compares a breaker with the one above it.
func (s *Server) seriesRow(name string) seriesRow {
	r := seriesRow{unit: name, title: s.told(name).Title}
	ways, err := s.series(name, "")
	if err != nil {
		r.why = err.Error()
		return r
	}
	b := ways[0].breakers
	if len(b) < 2 {
		r.why = "no breaker is above it"
		return r
	}
	r.up = s.lab.Network.Branches[b[len(b)-2]].Name
	up, err := s.device(s.unit(r.up), nil)
	if err == nil {
		var down study.Device
		if down, err = s.device(s.unit(name), nil); err == nil {
			pair := s.pair(up, down, study.Phase)
			r.pair, err = &pair, pair.err
		}
	}
	if err != nil {
		r.pair, r.why = nil, err.Error()
	}
	return r
}

func (p *seriesPage) table() ui.Table {
	t := ui.Table{ID: "series", Caption: "Breakers, and whether each trips before the one above it: phase currents, by curves", Columns: []ui.Column{{Title: "Breaker"}, {Title: "What it feeds"}, {Title: "Above it"}, {Title: "Selectivity"}, {Title: "In words"}}, Empty: "There are no breakers."}
	for _, r := range p.rows {
		badge, said := ui.Text("–"), r.why
		if r.pair != nil {
			badge, said = ui.Badge(verdict(r.pair.Verdict)), r.pair.Says()
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{linked(curvesURL(r.unit, study.Phase, ""), r.unit), ui.Text(r.title), ui.Text(r.up), badge, ui.Text(sentence(said))}})
	}
	return t
}
