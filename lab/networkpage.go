package lab

import (
	"context"
	"fmt"
	"net/http"
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
	changed bool // anything is otherwise than as the site begins
	more    int  // elements that are not shown
	diagram *drawing
	events  []ui.Event
}

func (s *Server) networkPage() *networkPage {
	p := &networkPage{Network: s.tellNetwork(), changed: s.lab.Hand.Changed(), events: rows(s.hub.log.newest(recentMax))}
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
