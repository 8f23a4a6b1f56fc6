package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"switchroom/paths/ethernet/filtering"
	"switchroom/ui"
)

// filterGeneration is which page of filtering the firmware has.
func (d *Device) filterGeneration() filtering.Generation {
	if d.profile.ByRole() {
		return filtering.ByRange
	}
	return filtering.ByAddress
}

func noModbus(d *Device) bool { return d.options.Modbus == nil }

// filterLine is one line of a list, as it was typed.
type filterLine struct{ From, Level string }

// filterList is one list of the page.
type filterList struct {
	Key, Title, Hint string
	Lines            []filterLine
}

// filterForm is the page as it was typed, or as it is.
type filterForm struct {
	On, Anonymous bool
	Connections   string
	Lists         []filterList
	Wrong         []string // all of it
	Traps         []string // to be confirmed
}

// lists are the lists of a generation, empty.
func lists(g filtering.Generation) []filterList {
	if g == filtering.ByAddress {
		return []filterList{{Key: "address", Title: "Addresses", Hint: "Up to ten single addresses, as in 192.0.2.7. An empty line is none."}}
	}
	return []filterList{
		{Key: "exception", Title: "Exception list", Hint: "Up to ten addresses or ranges, looked at first: 192.0.2.7, 192.0.2.7-192.0.2.20 or 192.0.2.0/24. An empty line is none."},
		{Key: "global", Title: "Global access list", Hint: "Up to ten ranges. Who is in no list is not connected."},
	}
}

// entries are those of a list in settings.
func entries(s *filtering.Settings, key string) *[]filtering.Entry {
	return map[string]*[]filtering.Entry{"address": &s.Addresses, "exception": &s.Exceptions, "global": &s.Global}[key]
}

// formOf shows settings as a form, with empty lines up to ten.
func formOf(s filtering.Settings) filterForm {
	f := filterForm{On: s.On, Anonymous: s.Anonymous, Connections: strconv.Itoa(s.Connections), Lists: lists(s.Generation)}
	for i := range f.Lists {
		for _, e := range *entries(&s, f.Lists[i].Key) {
			f.Lists[i].Lines = append(f.Lists[i].Lines, filterLine{e.From.String(), e.Level.String()})
		}
		for len(f.Lists[i].Lines) < filtering.EntriesMax {
			f.Lists[i].Lines = append(f.Lists[i].Lines, filterLine{Level: filtering.ReadWrite.String()})
		}
	}
	return f
}

// typed reads what was sent: as it was typed, to be shown again, and as settings.
// Everything that is wrong is in the form.
func typed(sent url.Values, g filtering.Generation) (filterForm, filtering.Settings) {
	s := filtering.Settings{On: sent.Get("on") == "yes", Generation: g, Anonymous: g == filtering.ByAddress && sent.Get("anonymous") == "yes"}
	f := filterForm{On: s.On, Anonymous: s.Anonymous, Connections: sent.Get("connections"), Lists: lists(g)}
	for i := range f.Lists {
		l := &f.Lists[i]
		for n := range filtering.EntriesMax {
			line := filterLine{strings.TrimSpace(sent.Get(fmt.Sprintf("%s-%d", l.Key, n))), sent.Get(fmt.Sprintf("%s-%d-level", l.Key, n))}
			l.Lines = append(l.Lines, line)
			if e, wrong := line.entry(); wrong != nil {
				f.Wrong = append(f.Wrong, fmt.Sprintf("%s, line %d: %v", l.Title, n+1, wrong))
			} else if line.From != "" {
				*entries(&s, l.Key) = append(*entries(&s, l.Key), e)
			}
		}
	}
	n, err := strconv.Atoi(f.Connections)
	if s.Connections = n; err != nil {
		f.Wrong = append(f.Wrong, "Connections: choose 8 or 16")
	} else if err := s.Validate(); err != nil {
		f.Wrong = append(f.Wrong, strings.Split(err.Error(), "\n")...)
	}
	return f, s
}

func (l filterLine) entry() (e filtering.Entry, err error) {
	if l.From == "" {
		return e, nil
	}
	if e.From, err = filtering.ParseRange(l.From); err == nil {
		err = e.Level.UnmarshalText([]byte(l.Level))
	}
	return e, err
}

func (d *Device) showFiltering(v *visit) {
	s, _ := d.setups()
	v.showPage(filterLead, filterView(v, formOf(s.filter)))
}

const filterLead = "Which addresses may do what over Modbus TCP. Passwords and locks of the breaker come after it."

// saveFiltering keeps the settings and makes them act. What they shut out is told
// first, and has to be confirmed.
func (d *Device) saveFiltering(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	f, s := typed(sent, d.filterGeneration())
	if len(f.Wrong) == 0 && sent.Get("confirm") != "yes" {
		from, _ := netip.ParseAddr(v.source)
		f.Traps = s.Traps(from.Unmap())
	}
	if len(f.Wrong)+len(f.Traps) > 0 {
		v.show(http.StatusUnprocessableEntity, v.page.title, filterLead, filterView(v, f))
		return
	}
	err := d.keep(filterPart, s)
	if err == nil {
		err = d.options.Modbus.Filter(s)
	}
	if err != nil {
		v.unsaved("/setup/filtering", err)
		return
	}
	v.saved("/setup/filtering", "Modbus TCP/IP filtering "+map[bool]string{true: "on", false: "off"}[s.On])
}

// readable are the functions of level Read, as a table.
func readable() ui.Table {
	t := ui.Table{ID: "functions", Caption: "Functions that level read admits; any other is answered with exception 01 (the answer is ours)", Columns: []ui.Column{{Title: "Function", Number: true}, {Title: "Name"}, {Title: "Answered by this unit"}}}
	for _, r := range filtering.Readable {
		n := strconv.Itoa(int(r.Function))
		for i, s := range r.Subs {
			n += map[bool]string{true: " / ", false: ", "}[i == 0] + strconv.Itoa(int(s))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells(n, r.Name, map[bool]string{true: "yes", false: "no"}[r.Served])})
	}
	return t
}

// lineTable are the lines of a list as inputs.
func lineTable(v *visit, l filterList) ui.Table {
	t := ui.Table{ID: "list-" + l.Key, Caption: "Lines of: " + l.Title, Columns: []ui.Column{{Title: "Line", Number: true}, {Title: "Address"}, {Title: "Level"}}}
	for n := range l.Lines {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(strconv.Itoa(n + 1)), lineFrom(v, l, n), lineLevel(v, l, n)}})
	}
	return t
}

func (d *Device) filterCounts() []ui.KV {
	closed, refused := d.options.Modbus.Counts()
	return []ui.KV{
		{Name: "Connections closed for want of access", Value: ui.Text(fmt.Sprint(closed))},
		{Name: "Requests refused to who may only read", Value: ui.Text(fmt.Sprint(refused))},
	}
}
