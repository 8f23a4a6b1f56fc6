package lab

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"switchroom/lab/remote"
	"switchroom/ui"
)

// cardsMax is how many breakers a page shows: more would be slow and unread. Ours.
const cardsMax = 24

// room is the switchroom as its page shows it.
type roomPage struct {
	page, pages int
	all         []standing // of this page
	count       int        // of all
	states      map[ui.State]int
	diagram     *drawing // nil: none
	network     bool
	faults      int
	events      []ui.Event
	locked      *lockedPage // nil: the breakers stand in the open
	tour        []step
}

// navigation is where every page leads.
var navigation = []ui.Link{
	{Text: "Switchroom", URL: "/"},
	{Text: "Network", URL: "/network"},
	{Text: "Events", URL: "/events"},
	{Text: "Curves", URL: "/curves"},
	{Text: "Wire", URL: "/wire"},
	{Text: "Room", URL: "/room"},
	{Text: "Air", URL: "/air"},
	{Text: "Faults", URL: "/faults"},
	{Text: "Recordings", URL: "/playback"},
}

// frame is the frame of every page of the laboratory.
func (s *Server) frame(title, here string) ui.Page {
	p := ui.Page{Title: title, Place: s.lab.Site.Name, End: clockLink(s.tellTime())}
	for _, l := range navigation {
		if l.URL == "/room" && s.lab.Room == nil || l.URL == "/network" && !s.hasNetwork() || l.URL == "/air" && s.waves == nil {
			continue
		}
		l.Current = l.URL == here
		p.Nav = append(p.Nav, l)
	}
	return p
}

func unitURL(name string) string { return "/unit/" + url.PathEscape(name) }

// pageOf is which page of the breakers is asked for.
func (s *Server) pageOf(r *http.Request) int {
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	return min(max(1, n), s.pages())
}

func (s *Server) pages() int { return max(1, (len(s.lab.Units)+cardsMax-1)/cardsMax) }

// overview is the first page.
func (s *Server) overview(w http.ResponseWriter, r *http.Request) {
	n := s.pageOf(r)
	p := s.room(n)
	p.tour = s.tour()
	s.show(w, r, http.StatusOK, roomView(s.frame("The switchroom", "/"), p))
}

func (s *Server) watchRoom(w http.ResponseWriter, r *http.Request) {
	n := s.pageOf(r)
	s.watch(w, r, fmt.Sprintf("room %d", n), func(context.Context) []ui.Part { return s.room(n).parts() })
}

// show writes a page.
func (s *Server) show(w http.ResponseWriter, r *http.Request, status int, page templ.Component) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	page.Render(r.Context(), w) // who has gone reads nothing
}

// room gathers what the page shows.
func (s *Server) room(n int) *roomPage {
	p := &roomPage{page: n, pages: s.pages(), count: len(s.lab.Units), states: map[ui.State]int{}}
	drawn := s.layout != nil
	var all []standing
	for i := range s.lab.Units {
		shown := i/cardsMax == n-1
		if drawn || shown || p.count <= drawMax {
			all = append(all, s.stands(i))
		}
	}
	faults := s.faultsAt(&p.faults)
	conductors := map[string]ui.State{}
	if p.network = s.lab.Network != nil && len(s.lab.Network.Branches) > 0; p.network {
		conductors = s.conductors(all)
	}
	for i := range all {
		s.complete(&all[i], conductors, faults)
		p.states[all[i].position]++
	}
	if drawn {
		p.diagram = s.draw(s.layout, all, conductors)
	}
	p.all = all
	if len(all) == p.count && p.count > cardsMax {
		p.all = all[(n-1)*cardsMax : min(n*cardsMax, p.count)]
	}
	if s.lab.Room != nil {
		p.locked = s.lockedPage()
	}
	p.events = rows(s.hub.log.newest(recentMax))
	return p
}

// complete adds to a standing what the breaker itself does not tell.
func (s *Server) complete(st *standing, conductors map[string]ui.State, faults map[string]int) {
	st.faults = faults[st.Name] + faults["*"]
	if k, ok := s.branchOf[st.Name]; ok {
		_, st.energised = sides(&s.lab.Network.Branches[k], conductors)
	} else {
		st.energised = s.live(st.volts)
	}
}

// faultsAt counts what is injected, by unit; * is every one.
func (s *Server) faultsAt(total *int) map[string]int {
	at := map[string]int{}
	for _, in := range s.desk.List() {
		if in.State == remote.Active {
			at[in.Unit]++
			*total++
		}
	}
	return at
}

// parts are what moves in the page.
func (p *roomPage) parts() []ui.Part {
	all := []ui.Part{{To: "sums", How: ui.Morph, Is: sums(p)}, {To: "active", How: ui.Morph, Is: active(p.faults)}, {To: "room-card", How: ui.Morph, Is: roomCard(p.locked)}}
	if p.diagram != nil {
		all = append(all, ui.Part{To: "network", How: ui.Morph, Is: networkBox(p.diagram)})
	}
	for i := range p.all {
		all = append(all, ui.Part{To: p.all[i].id(), How: ui.Morph, Is: card(&p.all[i])})
	}
	return append(all, ui.Part{To: "events-box", How: ui.Morph, Is: eventsBox("events-box", p.events)})
}

func (st *standing) id() string { return ui.ID("card", st.Name) }

// faultsWord says how many faults are injected.
func faultsWord(n int) string {
	if n == 1 {
		return "1 fault injected"
	}
	return fmt.Sprintf("%d faults injected", n)
}

// moving is the frame of a page that moves, with something beside its title.
func moving(p ui.Page, beside templ.Component) ui.Page {
	p.Link, p.Beside = "link", beside
	return p
}
