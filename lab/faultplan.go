package lab

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"switchroom/lab/remote"
	"switchroom/plant"
	"switchroom/ui"
)

// plannedFault is a fault that is not on yet: the form, and what would flow.
type plannedFault struct {
	fields   []ui.Field
	sent     url.Values
	deed     remote.Deed
	prospect remote.Prospect
	ready    bool // it can be put on
}

// plan is the form, with what was sent.
func (s *Server) plan(sent url.Values) *plannedFault {
	t := s.tellNetwork()
	var places, kinds []ui.Option
	for _, n := range t.Nodes {
		places = append(places, ui.Option{Value: n, Text: s.placeWords(n)})
	}
	for _, c := range t.Cables {
		places = append(places, ui.Option{Value: c, Text: "cable " + c})
	}
	for _, k := range plant.FaultKinds {
		kinds = append(kinds, ui.Option{Value: string(k), Text: kindWords(string(k))})
	}
	p := &plannedFault{sent: sent, fields: []ui.Field{
		{Name: "at", Label: "Where", Type: "select", Options: places, Required: true},
		{Name: "kind", Label: "Kind", Type: "select", Options: kinds, Required: true},
		{Name: "along", Label: "Along a cable", Type: "number", Unit: "%", Min: "0", Max: "100", Step: "any", Hint: "Of its length from its beginning; only of a cable."},
		{Name: "phase", Label: "First phase", Type: "select", Options: []ui.Option{{Value: "1", Text: "L1"}, {Value: "2", Text: "L2"}, {Value: "3", Text: "L3"}}, Value: "1"},
		{Name: "ohm", Label: "Resistance of each leg", Type: "number", Unit: "mΩ", Min: "0", Max: "1000000", Step: "any", Value: "0", Hint: "0 is bolted."},
		{Name: "gap", Label: "Arc gap", Type: "number", Unit: "mm", Min: "0", Max: "1000", Step: "any", Value: "0", Hint: "Between the electrodes of an arc; 0: no arc."},
		{Name: "for", Label: "For", Type: "number", Unit: "s", Min: "0", Max: "3600", Step: "any", Value: "10", Hint: "Of the laboratory's time; then it ends by itself."},
	}}
	if len(t.Cables) == 0 {
		p.fields = slices.DeleteFunc(p.fields, func(f ui.Field) bool { return f.Name == "along" })
	}
	for i := range p.fields {
		f := &p.fields[i]
		f.ID = "fault-" + f.Name
		if sent.Has(f.Name) {
			f.Value = strings.TrimSpace(sent.Get(f.Name))
		}
	}
	return p
}

// read takes the deed out of what was sent. What is wrong stands beside each field.
func (p *plannedFault) read(s *Server) {
	d := &p.deed
	d.Do, d.Target, d.Kind = "fault", p.sent.Get("at"), p.sent.Get("kind")
	var along, milli, phase float64
	for name, to := range map[string]*float64{"along": &along, "ohm": &milli, "gap": &d.Gap, "for": &d.For, "phase": &phase} {
		p.number(name, to)
	}
	d.Ohm, d.Phase = milli/1000, int(phase)
	if along > 0 {
		share := along / 100
		d.Along = &share
	}
	if p.wrong() {
		return
	}
	var err error
	if p.prospect, err = s.prospect(d.Target); err == nil {
		err = s.lab.Hand.Check(deedOf(d))
	}
	if err != nil {
		p.fields[0].Error = err.Error()
		return
	}
	p.ready = true
}

func (p *plannedFault) number(name string, to *float64) {
	text := strings.TrimSpace(p.sent.Get(name))
	if text == "" {
		return
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0 && v <= 1e9) {
		i := max(0, slices.IndexFunc(p.fields, func(f ui.Field) bool { return f.Name == name }))
		p.fields[i].Error = fmt.Sprintf("%s: %q is no number from 0 on", name, text)
		return
	}
	*to = v
}

func (p *plannedFault) wrong() bool {
	return slices.ContainsFunc(p.fields, func(f ui.Field) bool { return f.Error != "" })
}

// hidden is what the form that puts the fault on sends along.
func (p *plannedFault) hidden() (all []ui.Pair) {
	for _, f := range p.fields {
		all = append(all, ui.Pair{Name: f.Name, Value: f.Value})
	}
	return all
}

// bolted says what would flow at most, of the kind that is planned.
func (p *plannedFault) bolted() string {
	most := 0.
	for _, n := range p.prospect.Nodes {
		i := map[string]float64{"three_phase": n.Ik3Max, "phase_phase": n.Ik3Max * 0.866, "phase_earth": n.Ik1Max, "phase_neutral": n.Ik1Max}[p.deed.Kind]
		most = max(most, i)
	}
	if most == 0 {
		return ""
	}
	return fmt.Sprintf("Bolted, such a fault draws up to %s kA here; resistance, an arc and a cable make it less.", spaced(most/1000, 1))
}

// table is what would flow, by node.
func (p *plannedFault) table() ui.Table {
	t := ui.Table{ID: "prospect", Caption: "Prospective currents in kA, by IEC 60909-0, breakers as they stand",
		Empty:   "No source feeds this place now: nothing would flow.",
		Columns: []ui.Column{{Title: "Node"}, {Title: "Three-phase, most", Number: true}, {Title: "least", Number: true}, {Title: "Phase to phase, least", Number: true}, {Title: "To earth, most", Number: true}, {Title: "least", Number: true}, {Title: "Peak", Number: true}}}
	for _, n := range p.prospect.Nodes {
		cells := []templ.Component{ui.Text(n.Node)}
		for _, v := range []float64{n.Ik3Max, n.Ik3Min, n.Ik2Min, n.Ik1Max, n.Ik1Min, n.Ip} {
			cells = append(cells, ui.Text(spaced(v/1000, 2)))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	return t
}

// planFault is the form of a fault; once it is filled in, with what would flow.
func (s *Server) planFault(w http.ResponseWriter, r *http.Request) {
	if !s.networkShown(w, r) {
		return
	}
	p := s.plan(r.URL.Query())
	if p.sent.Has("kind") {
		p.read(s)
	}
	s.faultForm(w, r, http.StatusOK, p)
}

func (s *Server) faultForm(w http.ResponseWriter, r *http.Request, status int, p *plannedFault) {
	f := s.frame("A fault in the network", "/network")
	f.Crumbs = []ui.Link{{Text: "Switchroom", URL: "/"}, {Text: "Network", URL: "/network"}, {Text: "Fault"}}
	f.Lead = "It is computed with the network, and the breakers that see it clear it by their own protection."
	s.show(w, r, status, faultFormView(f, p))
}

// faultAsked puts the fault on.
func (s *Server) faultAsked(w http.ResponseWriter, r *http.Request) {
	if !s.networkShown(w, r) {
		return
	}
	if r.ParseForm() != nil {
		refuse(w, http.StatusBadRequest, "the form cannot be read; send it again")
		return
	}
	p := s.plan(r.PostForm)
	if p.read(s); p.ready {
		if err := s.toNetwork(&p.deed); err == nil {
			http.Redirect(w, r, "/network#faults-on", http.StatusSeeOther)
			return
		} else {
			p.ready, p.fields[0].Error = false, err.Error()
		}
	}
	s.faultForm(w, r, http.StatusUnprocessableEntity, p)
}

// prospectNotes say what the numbers are.
var prospectNotes = []string{
	"The standard leaves out loads and motors and takes the voltage a little higher or lower than rated.",
	"The fault itself is computed by samples, with its direct component, in the network as it is.",
}

func primaryUnless(ready bool) ui.Kind {
	if ready {
		return ui.Plain
	}
	return ui.Primary
}

// placeWords is a node with what a person knows it by: the breaker that leads to it,
// what hangs on it, and that it is a busbar.
func (s *Server) placeWords(node string) string {
	n := s.lab.Network
	var all []string
	from := 0
	for i := range n.Branches {
		b := &n.Branches[i]
		if b.From == node {
			from++
		} else if b.To == node {
			all = append(all, "below "+b.Name)
		}
	}
	if from > 1 {
		return node + ": busbar"
	}
	for i := range n.Loads {
		if n.Loads[i].Node == node {
			all = append(all, n.Loads[i].Name)
		}
	}
	if len(all) == 0 {
		return "node " + node
	}
	return node + ": " + strings.Join(all, ", ")
}
