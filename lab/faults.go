package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/inject"
	"switchroom/lab/remote"
	"switchroom/ui"
)

// injected is an injection as pages list it.
type injected struct {
	remote.Injection
	title string
}

// endedMax is how many injections that are over a page lists.
const endedMax = 20

// layers are the layers of faults in the order in which pages show them, each with
// what is in it.
var layers = []struct {
	layer remote.Layer
	title string
	what  string
}{
	{remote.Process, "At the breaker", "It really happens: contacts move, currents flow, protection trips."},
	{remote.Device, "In what the unit tells", "The breaker is as it was; its registers tell something else."},
	{remote.Communication, "On the wire", "Between the network and the unit: silence, delays, answers that are wrong."},
}

// faultsPage is the page of faults.
type faultsPage struct {
	active, ended []injected
}

func (s *Server) faultsPage() *faultsPage {
	p := &faultsPage{}
	all := s.injections("")
	for _, in := range all {
		if in.State == remote.Active {
			p.active = append(p.active, in)
		} else if len(p.ended) < endedMax {
			p.ended = append(p.ended, in)
		}
	}
	return p
}

// injections are those at a unit that are active, or all for "", the newest first.
func (s *Server) injections(unit string) (all []injected) {
	list := s.desk.List()
	for i := len(list) - 1; i >= 0; i-- {
		in := list[i]
		if unit != "" && (in.State != remote.Active || in.Unit != unit && in.Unit != "*") {
			continue
		}
		title := in.Fault
		if k, err := inject.KindOf(in.Fault); err == nil {
			title = k.Title
		}
		all = append(all, injected{in, title})
	}
	return all
}

func (s *Server) showFaults(w http.ResponseWriter, r *http.Request) {
	f := s.frame("Faults", "/faults")
	f.Lead = "What a supervision system has to live through. Every fault ends by itself."
	s.show(w, r, http.StatusOK, faultsView(moving(f, nil), s.faultsPage(), r.URL.Query().Get("unit")))
}

func (s *Server) watchFaults(w http.ResponseWriter, r *http.Request) {
	s.watch(w, r, "faults", func(context.Context) []ui.Part {
		p := s.faultsPage()
		return []ui.Part{{To: "active-faults", How: ui.Morph, Is: faultsBox("active-faults", "", p.active)}, {To: "ended", How: ui.Morph, Is: endedBox(p.ended)}}
	})
}

// where is where a fault is.
func (in *injected) where() string {
	if in.Unit == "*" {
		return "every breaker"
	}
	return in.Unit
}

// left is how long it goes on.
func (in *injected) left() string {
	if in.State != remote.Active {
		return in.Ended
	}
	if in.Run != "" {
		return "until " + in.Run + " ends"
	}
	return fmt.Sprint(max(0, time.Until(in.Until)).Round(time.Second)) + " left"
}

// saidMax is how many parameters a line tells; an acceptance run gives hundreds.
const saidMax = 4

// state says how long it goes on and what it has met, in words.
func (in *injected) state() string {
	said := in.left()
	switch {
	case in.Hits == 0:
		said += "; it has met no request yet"
	case in.Hits > 1:
		said += fmt.Sprintf("; it has met %d requests", in.Hits)
	}
	all := with(in.With)
	for i, w := range all {
		if i == saidMax {
			return fmt.Sprintf("%s; and %d more", said, len(all)-i)
		}
		said += "; " + w
	}
	return said
}

// newURL is the form for a kind, at a unit if there is one.
func newURL(kind, unit string) string {
	q := url.Values{"fault": {kind}}
	if unit != "" {
		q.Set("unit", unit)
	}
	return "/faults/new?" + q.Encode()
}

// newFault is the form.
func (s *Server) newFault(w http.ResponseWriter, r *http.Request) {
	f, err := s.form(r.URL.Query())
	if err != nil {
		s.show(w, r, http.StatusNotFound, missingView(s.frame("Not found", "/faults"), err.Error()))
		return
	}
	s.show(w, r, http.StatusOK, s.formView(f))
}

// orderFault takes what was filled in. After an error nothing has been injected.
func (s *Server) orderFault(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		refuse(w, http.StatusBadRequest, "the form cannot be read; send it again")
		return
	}
	f, err := s.form(r.PostForm)
	if err != nil {
		s.show(w, r, http.StatusNotFound, missingView(s.frame("Not found", "/faults"), err.Error()))
		return
	}
	order, ok := f.order(r.PostForm)
	if ok {
		_, err = s.desk.Inject(order)
	}
	switch {
	case ok && err == nil:
		http.Redirect(w, r, s.back(r.PostForm.Get("back")), http.StatusSeeOther)
	case errors.Is(err, inject.ErrOver):
		refuse(w, http.StatusServiceUnavailable, err.Error())
	default:
		f.blame(err)
		s.show(w, r, http.StatusUnprocessableEntity, s.formView(f))
	}
}

// back is the page that a form came from: a unit's, or that of faults.
func (s *Server) back(unit string) string {
	if s.unit(unit) != nil {
		return unitURL(unit) + "#faults"
	}
	return "/faults#active-faults"
}

func (s *Server) undoAsked(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err == nil {
		_, err = s.desk.Undo(id)
	}
	if err != nil {
		s.show(w, r, http.StatusNotFound, missingView(s.frame("Not found", "/faults"), "There is no such injection"))
		return
	}
	http.Redirect(w, r, s.back(r.PostFormValue("back")), http.StatusSeeOther)
}

func (s *Server) undoAllAsked(w http.ResponseWriter, r *http.Request) {
	s.desk.UndoAll()
	http.Redirect(w, r, "/faults#active-faults", http.StatusSeeOther)
}

func faultsFor(unit string) string { return "/faults?" + url.Values{"unit": {unit}}.Encode() }

func playFor(unit string) string { return "/playback?" + url.Values{"unit": {unit}}.Encode() }

// with are the parameters of an injection.
func with(all map[string]string) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, strings.TrimSuffix(name+" = "+all[name], " = "))
	}
	return list
}

// endedTable lists what is over.
func endedTable(list []injected) ui.Table {
	t := ui.Table{ID: "ended-table", Caption: "Ended", Empty: "Nothing has been injected yet.",
		Columns: []ui.Column{{Title: "Fault"}, {Title: "Breaker"}, {Title: "From"}, {Title: "Until"}, {Title: "Ended by"}, {Title: "Times met", Number: true}, {Title: "Seed", Number: true}}}
	for _, in := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(in.Fault), ui.Text(in.where()), ui.Text(clock(in.From)), ui.Text(clock(in.Until)),
			ui.Text(in.Ended), ui.Text(fmt.Sprint(in.Hits)), ui.Text(fmt.Sprint(in.Seed))}})
	}
	return t
}

func clock(t time.Time) string { return t.Format("15:04:05") }
