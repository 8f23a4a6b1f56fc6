package lab

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/study"
	"switchroom/ui"
)

// unitPage is one breaker as its page shows it.
type unitPage struct {
	*standing
	tab    string
	at     time.Time
	tiles  []ui.Tile
	groups []ui.Table
	absent []string // groups in which nothing has a value
	events []imu.Record
	faults []injected
	config imu.Config
}

// tabs are the parts of a unit's page.
var tabs = []struct {
	key, word string
	has       func(*points.Info) bool // nil: no points
}{
	{"", "Overview", nil},
	{"measurements", "Measurements", func(p *points.Info) bool { return measured(p) && !extreme(p) }},
	{"extremes", "Lowest and highest", func(p *points.Info) bool { return measured(p) && extreme(p) }},
	{"protection", "Protection", func(p *points.Info) bool { return family(p) == "protection" }},
	{"device", "Breaker and device", func(p *points.Info) bool { return !measured(p) && family(p) != "protection" }},
	{"events", "Events", nil},
}

// family is the first part of a point's name.
func family(p *points.Info) string { f, _, _ := strings.Cut(p.Name, "."); return f }

// measuredFamilies are those of what is measured and counted from it.
var measuredFamilies = []string{"cos_phi", "current", "demand", "energy", "frequency", "harmonic", "power", "power_factor", "thd", "thdr", "unbalance", "voltage"}

func measured(p *points.Info) bool { return slices.Contains(measuredFamilies, family(p)) }

func extreme(p *points.Info) bool {
	for _, part := range strings.Split(p.Name, ".") {
		if part == "max" || part == "min" || part == "peak" || part == "at" {
			return true
		}
	}
	return false
}

// index is the place of a unit, by the name in the path.
func (s *Server) index(w http.ResponseWriter, r *http.Request) (int, bool) {
	name := r.PathValue("name")
	i := slices.IndexFunc(s.lab.Units, func(u *imu.Unit) bool { return u.Name() == name })
	if i < 0 {
		s.show(w, r, http.StatusNotFound, missingView(s.frame("Not found", ""), "There is no breaker "+name))
	}
	return i, i >= 0
}

// showUnit is the page of one breaker.
func (s *Server) showUnit(w http.ResponseWriter, r *http.Request) {
	if i, ok := s.index(w, r); ok {
		p := s.unitPage(i, r.URL.Query().Get("tab"))
		f := s.frame(p.Name, "")
		f.Lead = p.Title
		f.Crumbs = []ui.Link{{Text: "Switchroom", URL: "/"}, {Text: p.Name}}
		s.show(w, r, http.StatusOK, unitView(moving(f, stands(p.standing)), p))
	}
}

func (s *Server) watchUnit(w http.ResponseWriter, r *http.Request) {
	if i, ok := s.index(w, r); ok {
		tab := tabOf(r.URL.Query().Get("tab"))
		s.watch(w, r, fmt.Sprintf("unit %d %s", i, tab), func(context.Context) []ui.Part { return s.unitPage(i, tab).parts() })
	}
}

// tabOf is the tab that is asked for, or the first.
func tabOf(key string) string {
	for _, t := range tabs {
		if t.key == key {
			return key
		}
	}
	return ""
}

// unitPage gathers what a tab shows.
func (s *Server) unitPage(i int, tab string) *unitPage {
	st := s.alone(i)
	p := &unitPage{standing: &st, tab: tabOf(tab), at: s.date(), config: s.lab.Units[i].Config()}
	switch p.tab {
	case "":
		p.tiles, p.events, p.faults = s.tiles(&st, p.at), begun(s.history(i, 40), 8), s.injections(st.Name)
	case "events":
		p.events = s.history(i, 100)
	default:
		p.groups, p.absent = s.groups(i, p.tab)
	}
	return p
}

// alone is how one breaker stands in the network.
func (s *Server) alone(i int) standing {
	st := s.stands(i)
	total := 0
	conductors := map[string]ui.State{}
	if _, ok := s.branchOf[st.Name]; ok && len(s.lab.Units) <= drawMax {
		var all []standing
		for k := range s.lab.Units {
			all = append(all, s.stands(k))
		}
		conductors = s.conductors(all)
	} else if ok {
		conductors = s.conductors([]standing{st})
	}
	s.complete(&st, conductors, s.faultsAt(&total))
	return st
}

// tooOld is when a value in a page is no longer relied on.
const tooOld = 10 * time.Second

// tiles are the quantities that one looks at first.
func (s *Server) tiles(st *standing, at time.Time) (all []ui.Tile) {
	for k, name := range []string{"L1", "L2", "L3", "N"} {
		if k < 3 || st.Poles == 4 {
			all = append(all, ui.Tile{ID: ui.ID("tile", name), Label: "Current " + name, Value: amps(st.amps[k]), Unit: "A", Phase: ui.Phase(strings.ToLower(name)), At: at, StaleAfter: tooOld})
		}
	}
	return append(all, ui.Tile{ID: "tile-power", Label: "Active power", Value: kilo(st.watts), Unit: "kW", At: at, StaleAfter: tooOld},
		ui.Tile{ID: "tile-volts", Label: "Voltage, highest", Value: spaced(st.volts, 0), Unit: "V", At: at, StaleAfter: tooOld})
}

// history is the newest of all histories of a unit.
func (s *Server) history(i, n int) (all []imu.Record) {
	for _, h := range points.Histories() {
		recs, _, d := s.lab.Units[i].Events(s.lab.World.Now(), looker, h, 0, n)
		if d.OK() {
			all = append(all, recs...)
		}
	}
	slices.SortStableFunc(all, func(a, b imu.Record) int { return int(b.At - a.At) })
	return all[:min(n, len(all))]
}

// begun leaves out what only ended, and all after the first n: who looks at a page
// wants to know what came about.
func begun(all []imu.Record, n int) []imu.Record {
	all = slices.DeleteFunc(all, func(r imu.Record) bool { return r.What == imu.Exit })
	return all[:min(n, len(all))]
}

// told are the events of a unit as its page shows them.
func (p *unitPage) told() (list []ui.Event) {
	for k, r := range p.events {
		e := eventRow(r, ui.ID("ev", fmt.Sprint(int64(r.At)), fmt.Sprint(k)))
		e.URL = explained(p.Name, &r)
		list = append(list, e)
	}
	return list
}

// groups are tables of the points of a tab, by family. One in which nothing has a
// value is of what is not fitted; its name is told and its rows are not.
func (s *Server) groups(i int, tab string) (all []ui.Table, absent []string) {
	u := s.lab.Units[i]
	var snap imu.Snapshot
	if d, _ := u.Read(s.lab.World.Now(), looker, &snap); !d.OK() {
		return nil, nil
	}
	where := s.placesOf(u.Name())
	shown := map[string]bool{}
	for _, info := range points.All() {
		if info.Type == points.Action || info.Type == points.Secret || !tabHas(tab, &info) {
			continue
		}
		id, title := group(&info)
		k := slices.IndexFunc(all, func(t ui.Table) bool { return t.ID == id })
		if k < 0 {
			k = len(all)
			all = append(all, ui.Table{ID: id, Caption: title, Columns: []ui.Column{{Title: "Point"}, {Title: "Value", Number: true}, {Title: "What it is"}, {Title: "Register"}}})
		}
		v := valueOf(&info, &snap)
		shown[id] = shown[id] || v.Available()
		all[k].Rows = append(all[k].Rows, pointRow(&info, v, where))
	}
	for k := range all {
		if !shown[all[k].ID] {
			absent, all[k].Rows = append(absent, all[k].Caption), nil // its place stays, for when it has
		}
	}
	return all, absent
}

// group is the table that a point stands in: its family, and of protection its
// function.
func group(info *points.Info) (id, title string) {
	f := family(info)
	if rest, ok := strings.CutPrefix(info.Name, "protection."); ok {
		if function, _, more := strings.Cut(rest, "."); more {
			return ui.ID("group", f, function), heading(function)
		}
	}
	return ui.ID("group", f), heading(f)
}

func tabHas(tab string, info *points.Info) bool {
	for _, t := range tabs {
		if t.key == tab && t.has != nil {
			return t.has(info)
		}
	}
	return false
}

// abbreviations are words of names that are written otherwise.
var abbreviations = map[string]string{"erms": "ERMS", "idmt": "IDMT", "idmtl": "IDMTL", "io": "IO", "phi": "φ", "thd": "THD", "thdr": "THD-R", "zsi": "ZSI"}

// heading is a name as a heading.
func heading(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words {
		if a, ok := abbreviations[w]; ok {
			words[i] = a
		}
	}
	if words[0] != "" && words[0] != "cos" {
		words[0] = strings.ToUpper(words[0][:1]) + words[0][1:]
	}
	return strings.Join(words, " ")
}

// pointRow is one point: its value, what it is, and where it stands on the wire with
// how well that is known.
func pointRow(info *points.Info, v points.Value, where map[points.ID]regmap.Place) ui.Row {
	value := "–"
	if v.Available() {
		value = strings.TrimSpace(info.Format(v) + " " + info.Unit)
	}
	at := ui.Text("–")
	if p, ok := where[info.ID]; ok {
		at = register(p)
	}
	return ui.Row{Cells: []templ.Component{code(info.Name), ui.Text(value), ui.Text(info.Title), at}}
}

// placesOf is where the points of a unit stand on its wire; nil: it has none.
func (s *Server) placesOf(unit string) map[points.ID]regmap.Place {
	if l := s.lines[unit]; l != nil {
		return s.places[l.Map()]()
	}
	return nil
}

// placing finds where points stand, once for each layout of registers and when it is
// asked first.
func placing(m *regmap.Map) map[points.ID]regmap.Place {
	all := map[points.ID]regmap.Place{}
	for _, p := range points.All() {
		if at, ok := m.Find(p.ID); ok {
			all[p.ID] = at
		}
	}
	return all
}

// facts are what one has to know of a breaker to reach it.
func (p *unitPage) facts() []ui.KV {
	rows := []ui.KV{
		{Name: "Rated current In", Value: ui.Text(withUnit(spaced(p.config.Rating.In, 0), "A"))},
		{Name: "Control unit", Value: ui.Text(p.config.Rating.Variant.String() + " X")},
		{Name: "Poles", Value: ui.Text(fmt.Sprint(p.config.Rating.Poles))},
		{Name: "Interface", Value: ui.Text(interfaceWords[p.config.Interface])},
	}
	if p.Modbus != "" {
		rows = append(rows, ui.KV{Name: "Modbus TCP", Value: code(fmt.Sprintf("modbus://%s/%d", p.Modbus, p.Unit.Unit))})
	} else if p.Mbaps == "" {
		rows = append(rows, ui.KV{Name: "Modbus TCP", Value: ui.Text("not reached by the network")})
	}
	if p.Mbaps != "" {
		rows = append(rows, ui.KV{Name: "Modbus inside TLS", Value: code(fmt.Sprintf("mbaps://%s/%d", p.Mbaps, p.Unit.Unit))})
	}
	if p.Web != "" {
		rows = append(rows, ui.KV{Name: "Web pages", Value: elsewhere(p.Web)})
	}
	if p.lastTrip != "" {
		rows = append(rows, ui.KV{Name: "Last trip", Value: ui.Text(p.lastTrip)})
	}
	rows = append(rows, ui.KV{Name: "Trips when", Value: linked(p.curves(), "Trip curves, from the source down to it")})
	if p.notReady != "" && p.position != ui.Closed {
		rows = append(rows, ui.KV{Name: "Not ready to close", Value: ui.Text(p.notReady)})
	}
	return rows
}

// parts are what moves in the page.
func (p *unitPage) parts() []ui.Part {
	all := []ui.Part{{To: "stands", How: ui.Morph, Is: stands(p.standing)}}
	switch p.tab {
	case "":
		for _, t := range p.tiles {
			all = append(all, ui.Part{To: t.ID, How: ui.Morph, Is: ui.Measure(t)})
		}
		all = append(all, ui.Part{To: "facts", How: ui.Morph, Is: factsBox(p)}, ui.Part{To: "faults", How: ui.Morph, Is: faultsBox("faults", p.Name, p.faults)})
		fallthrough
	case "events":
		all = append(all, ui.Part{To: "events-box", How: ui.Morph, Is: eventsBox("events-box", p.told())})
	default:
		for _, g := range p.groups {
			all = append(all, ui.Part{To: g.ID + "-box", How: ui.Morph, Is: groupBox(g)})
		}
		all = append(all, ui.Part{To: "absent", How: ui.Morph, Is: absentBox(p.absent)})
	}
	return all
}

func (p *unitPage) live() string { return unitURL(p.Name) + "/live?tab=" + p.tab }

// curves and asked lead from a breaker to what explains it.
func (p *unitPage) curves() string { return curvesURL(p.Name, study.Phase, "") }

func (p *unitPage) asked() string {
	return "/wire?" + remote.WireFilter{Unit: p.Name}.Query().Encode()
}
