package lab

import (
	"context"
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

// elementsMax is how many loads and sources the page has: more would be slow and
// unread, and the command line reaches all. Ours.
const elementsMax = 100

// networkPage is the page of the network.
type networkPage struct {
	remote.Network
	more    int // elements that are not shown
	diagram *drawing
	events  []ui.Event
}

func (s *Server) networkPage() *networkPage {
	p := &networkPage{Network: s.tellNetwork(), events: rows(s.hub.log.newest(recentMax))}
	if n := len(p.Elements); n > elementsMax {
		p.more, p.Elements = n-elementsMax, p.Elements[:elementsMax]
	}
	if s.layout != nil {
		var all []standing
		for i := range s.lab.Units {
			all = append(all, s.stands(i))
		}
		p.diagram = s.draw(s.layout, all, s.conductors(all))
	}
	return p
}

// networkShown answers who asks for a network that there is not.
func (s *Server) networkShown(w http.ResponseWriter, r *http.Request) bool {
	if !s.hasNetwork() {
		s.show(w, r, http.StatusNotFound, missingView(s.frame("Not found", ""), "This site has no network: nothing flows through its breakers but what is injected"))
	}
	return s.hasNetwork()
}

func (s *Server) showPlant(w http.ResponseWriter, r *http.Request) {
	if s.networkShown(w, r) {
		s.plantView(w, r, http.StatusOK, "")
	}
}

func (s *Server) plantView(w http.ResponseWriter, r *http.Request, status int, refusal string) {
	f := s.frame("The network", "/network")
	f.Lead = "What feeds and loads the breakers. What is set here really flows, and breakers trip by their own protection."
	s.show(w, r, status, networkView(moving(f, nil), s.networkPage(), refusal))
}

func (s *Server) watchPlant(w http.ResponseWriter, r *http.Request) {
	if !s.networkShown(w, r) {
		return
	}
	s.watch(w, r, "network", func(context.Context) []ui.Part {
		p := s.networkPage()
		all := []ui.Part{{To: "faults-on", How: ui.Morph, Is: faultsOn(p)}, {To: "restore", How: ui.Morph, Is: restoreBox(p)}, {To: "events-box", How: ui.Morph, Is: eventsBox("events-box", p.events)}}
		if p.diagram != nil {
			all = append(all, ui.Part{To: "network", How: ui.Morph, Is: networkBox(p.diagram)})
		}
		for i := range p.Elements {
			all = append(all, ui.Part{To: elementID(&p.Elements[i]), How: ui.Morph, Is: elementNow(&p.Elements[i])})
		}
		return all
	})
}

func elementID(e *remote.Element) string { return ui.ID("element", e.Kind, e.Name) }

// takes is what an element takes or gives now, in words.
func takes(e *remote.Element) string {
	if e.KW == nil {
		return "–"
	}
	said := withUnit(spaced(*e.KW, 1), "kW")
	if e.KVAR != nil && (*e.KVAR >= 0.05 || *e.KVAR <= -0.05) {
		said += ", " + withUnit(spaced(*e.KVAR, 1), "kvar")
	}
	if feeds(e) {
		return "gives " + said
	}
	return "takes " + said
}

// feeds reports whether an element gives power to its node.
func feeds(e *remote.Element) bool {
	return e.Kind == string(plant.SourceElement) || e.Kind == string(plant.GeneratorElement) || e.Kind == string(plant.TransformerElement)
}

// about is what an element is, in words.
func about(e *remote.Element) string {
	rated := ""
	switch unit := map[string]string{"load": "kW", "motor": "kW", "capacitor": "kvar"}[e.Kind]; {
	case e.Rated == 0:
	case unit == "":
		rated = ", " + withUnit(spaced(e.Rated/1000, 0), "kVA")
	default:
		rated = ", " + withUnit(spaced(e.Rated/1000, 0), unit)
	}
	return e.Kind + rated + ", at " + e.Node
}

// states says what is set of an element.
func states(e *remote.Element) (all []string) {
	if e.Share != nil && e.On {
		by := "by its profile"
		if e.Held {
			by = "set by hand"
		}
		all = append(all, fmt.Sprintf("%.0f %% of its power, %s", 100**e.Share, by))
	}
	if e.Dip > 0 {
		all = append(all, fmt.Sprintf("lacks %.0f %% of its voltage", 100*e.Dip))
	}
	return all
}

// switchedOn is the word of an element that is on or off.
func switchedOn(e *remote.Element) string {
	switch {
	case e.On && e.Kind == "motor", e.On && e.Kind == "generator":
		return "Runs"
	case e.Kind == "motor", e.Kind == "generator":
		return "Stopped"
	case e.On:
		return "On"
	case feeds(e):
		return "Lost"
	}
	return "Off"
}

// changedByHand reports whether anything is otherwise than the site has it.
func (p *networkPage) changedByHand() bool {
	return len(p.Faults) > 0 || slices.ContainsFunc(p.Elements, func(e remote.Element) bool { return e.Held || e.Dip > 0 || !e.On })
}

// atWords is where a fault is.
func atWords(f *remote.NetworkFault) string {
	if f.Along > 0 {
		return fmt.Sprintf("at %.0f %% of cable %s", 100*f.Along, f.At)
	}
	return "at " + f.At
}

// faultWords is how a fault stands.
func faultWords(f *remote.NetworkFault) string {
	var all []string
	switch {
	case f.Amps == nil:
	case *f.Amps < 1:
		all = append(all, "carries nothing: a breaker has cleared it")
	default:
		all = append(all, "carries "+withUnit(amps(*f.Amps), "A"))
	}
	if f.Ends != nil {
		all = append(all, fmt.Sprintf("ends by itself in %.1f s of the laboratory", *f.Ends))
	}
	return strings.Join(all, "; ")
}

func kindWords(kind string) string { return strings.ReplaceAll(kind, "_", " ") }

// deedAsked does what a form of the page says.
func (s *Server) deedAsked(w http.ResponseWriter, r *http.Request) {
	if !s.networkShown(w, r) {
		return
	}
	d := remote.Deed{Do: r.PostFormValue("do"), Target: r.PostFormValue("target")}
	var err error
	if text := strings.TrimSpace(r.PostFormValue("percent")); text != "" {
		var v float64
		if v, err = strconv.ParseFloat(text, 64); err != nil {
			err = fmt.Errorf("%s: %q is no share; write a number of per cent", d.Target, text)
		}
		d.Share = v / 100
	}
	if err == nil {
		err = s.toNetwork(&d)
	}
	s.deedDone(w, r, err)
}

func (s *Server) deedDone(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		s.plantView(w, r, http.StatusUnprocessableEntity, err.Error())
		return
	}
	http.Redirect(w, r, "/network", http.StatusSeeOther)
}

func (s *Server) restoreAsked(w http.ResponseWriter, r *http.Request) {
	if s.networkShown(w, r) {
		err := s.lab.Hand.Restore()
		poke(s.hub.moved)
		s.deedDone(w, r, err)
	}
}

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
		places = append(places, ui.Option{Value: n, Text: "node " + n})
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

// named is a button of an element: it says of which to those who do not see where it
// stands.
func named(e *remote.Element, b ui.Button) ui.Button {
	b.Attrs = templ.Attributes{"aria-label": b.Text + ": " + e.Name}
	return b
}

// onWord and offWord are what the buttons of an element do.
func onWord(e *remote.Element) string {
	switch {
	case e.Kind == "motor", e.Kind == "generator":
		return "Start"
	case feeds(e):
		return "Bring back"
	}
	return "Switch on"
}

func offWord(e *remote.Element) string {
	switch {
	case e.Kind == "motor", e.Kind == "generator":
		return "Stop"
	case feeds(e):
		return "Lose"
	}
	return "Switch off"
}
