package lab

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/study"
	"switchroom/ui"
)

// curvesPage is the trip curves of the breakers in series down to one, with what flows
// through each and what each tripped at last.
type curvesPage struct {
	at       string
	element  study.Element
	ways     []series // the one shown first
	rows     []curveRow
	left     []string // breakers that are left out, each with the reason
	from, to float64  // A
	fault    float64  // A, prospective; 0: not known
	err      error    // why nothing is drawn
	pairs    []pairRow
	through  float64 // A, a current to draw through all; 0: none
}

// curveRow is one breaker of a series.
type curveRow struct {
	unit   *imu.Unit
	device study.Device
	legend []string
	state  ui.State
	amps   float64 // A, what it shows in the element; NaN: nothing
	where  string
	times  protection.Times // of such a current that begins in a cold unit
	trips  protection.Time  // if what flows goes on
	told   bool             // trips is
	last   *trip            // nil: none is remembered
	curves study.Curves
	points []study.Point // of [rounds]
	differ []string      // settings that are not as the site file has them
}

// pairRow is a verdict on two breakers in series.
type pairRow struct {
	study.Coordination
	zones string
	err   error
}

// elements are the tabs of the page.
var elements = []struct {
	element study.Element
	word    string
}{{study.Phase, "Phase currents"}, {study.Ground, "Earth faults"}, {study.Leakage, "Earth leakage"}}

// curvesURL is the page of a breaker's curves.
func curvesURL(at string, e study.Element, source string) string {
	q := url.Values{"at": {at}}
	if e != study.Phase {
		q.Set("element", e.String())
	}
	if source != "" {
		q.Set("source", source)
	}
	return "/curves?" + q.Encode()
}

// series are the ways to a breaker, the one from the source that is asked for first.
func (s *Server) series(name, source string) ([]series, error) {
	k, ok := s.branchOf[name]
	if !ok {
		return nil, fmt.Errorf("%s stands in no network: give it from and to in the site file", name)
	}
	ways := seriesTo(s.lab.Network, k)
	if len(ways) == 0 {
		return []series{{breakers: []int{k}}}, nil
	}
	if i := slices.IndexFunc(ways, func(w series) bool { return w.source == source }); i > 0 {
		w := ways[i]
		ways = slices.Insert(slices.Delete(ways, i, i+1), 0, w)
	}
	return ways, nil
}

// curvesPage gathers what the page shows.
func (s *Server) curvesPage(at string, e study.Element, source string) *curvesPage {
	p := &curvesPage{at: at, element: e, fault: s.studies.fault()}
	if p.ways, p.err = s.series(at, source); p.err != nil {
		return p
	}
	way := p.ways[0]
	for _, name := range way.left {
		p.left = append(p.left, name+": it is above transformer "+strings.Join(way.transformers, ", ")+", at another voltage")
	}
	names := s.names(way.breakers)
	for i, name := range names {
		if r, err := s.curveRow(name, names[i+1:], e); err != nil {
			p.left = append(p.left, name+": "+err.Error())
		} else {
			p.rows = append(p.rows, r)
		}
	}
	if over := len(p.rows) - study.MaxDevices; over > 0 {
		for _, r := range p.rows[:over] {
			p.left = append(p.left, fmt.Sprintf("%s: a diagram takes %d breakers", r.device.Name, study.MaxDevices))
		}
		p.rows = p.rows[over:]
	}
	p.trace(s.studies)
	p.compare(s)
	return p
}

func (s *Server) names(branches []int) (all []string) {
	for _, k := range branches {
		all = append(all, s.lab.Network.Branches[k].Name)
	}
	return all
}

// curveRow is what one breaker adds to the page.
func (s *Server) curveRow(name string, below []string, e study.Element) (curveRow, error) {
	u := s.unit(name)
	d, err := s.device(u, below)
	if err == nil {
		err = d.Has(e)
	}
	if err != nil {
		return curveRow{}, err
	}
	r := curveRow{unit: u, device: d, legend: study.Legend(d), amps: math.NaN(), times: never, differ: s.differs(u, d.Settings)}
	now := s.lab.World.Now()
	var snap imu.Snapshot
	if d, _ := u.Read(now, looker, &snap); d.OK() {
		v := snap.Values
		r.state = position(v[points.BreakerClosed], highest(v[points.BreakerTripped], v[points.BreakerFaultTripped]))
		r.amps, r.where = flows(v, e)
	}
	if r.amps > 0 {
		if at, err := study.Curve(d, e, study.OfA, []float64{r.amps}, 0); err == nil {
			r.times = at[0].Times
		}
	}
	r.trips, r.told, _ = u.Persisting(now, looker)
	if all := s.trips(u); len(all) > 0 {
		r.last = &all[0]
	}
	return r, nil
}

// never is a unit that does not trip.
var never = protection.Times{Min: protection.Time{T: math.NaN()}, Nominal: protection.Time{T: math.NaN()}, Max: protection.Time{T: math.NaN()}}

// trace adds the curves.
func (p *curvesPage) trace(a *studies) {
	if len(p.rows) == 0 {
		p.err = fmt.Errorf("no breaker of this series has a function for it")
		return
	}
	plot := study.Plot{Element: p.element, Band: study.DecisionToClear}
	for _, r := range p.rows {
		plot.Devices = append(plot.Devices, r.device)
	}
	c := a.plotted(plot)
	p.from, p.to, p.err = c.from, c.to, c.err
	for i := range c.all {
		p.rows[i].curves, p.rows[i].points = c.all[i], c.points[i]
	}
}

// compare adds the verdicts on neighbours. Each is of a fault below the lower one.
func (p *curvesPage) compare(s *Server) {
	for i := 1; i < len(p.rows); i++ {
		p.pairs = append(p.pairs, s.pair(p.rows[i-1].device, p.rows[i].device, p.element))
	}
}

func (s *Server) pair(up, down study.Device, e study.Element) pairRow {
	up.Setup.Unrestrained = s.unrestrained(up.Name, []string{down.Name})
	down.Setup.Unrestrained = s.unrestrained(down.Name, nil)
	c, err := s.studies.compared(up, down, e)
	return pairRow{c, s.zones(&up, down.Name), err}
}

// zones says what zone selective interlocking does between two breakers.
func (s *Server) zones(up *study.Device, down string) string {
	on := up.Setup.Common.ZSI.ShortTime || up.Setup.Common.ZSI.GroundFault
	wired, restrained := s.lab.Site.Restrained(up.Name, down)
	switch {
	case !on && !wired:
		return "Zone selective interlocking: not used here."
	case !on:
		return up.Name + " does not listen to its ZSI input: it waits its delay for every fault."
	case !wired:
		return "Nothing is wired to the ZSI input of " + up.Name + ": its jumper restrains it, and it waits its delay for every fault."
	case restrained:
		return down + " restrains " + up.Name + " by ZSI: it waits its delay for a fault below " + down + ", and trips without delay for one between the two."
	}
	return up.Name + " is interlocked, and " + down + " does not restrain it: it does not wait for it."
}

// asked is what the page's address asks for.
func curvesAsked(r *http.Request) (at string, e study.Element, source string) {
	q := r.URL.Query()
	e, err := study.ParseElement(q.Get("element"))
	if err != nil {
		e = study.Phase
	}
	return q.Get("at"), e, q.Get("source")
}

func (s *Server) showCurves(w http.ResponseWriter, r *http.Request) {
	at, e, source := curvesAsked(r)
	if at == "" {
		s.showSeries(w, r)
		return
	}
	if s.unit(at) == nil {
		s.show(w, r, http.StatusNotFound, missingView(s.frame("Not found", "/curves"), "There is no breaker "+at))
		return
	}
	f := s.frame("Trip curves down to "+at, "/curves")
	f.Crumbs = []ui.Link{{Text: "Switchroom", URL: "/"}, {Text: "Curves", URL: "/curves"}, {Text: at}}
	f.Lead = "What flows, what trips on it and when, and whether the nearest breaker trips first."
	s.show(w, r, http.StatusOK, curvesView(moving(f, nil), s.curvesPage(at, e, source)))
}

func (s *Server) watchCurves(w http.ResponseWriter, r *http.Request) {
	at, e, source := curvesAsked(r)
	if s.unit(at) == nil {
		refuse(w, http.StatusNotFound, "there is no breaker "+at)
		return
	}
	s.watch(w, r, fmt.Sprintf("curves %v %q %q", e, at, source), func(context.Context) []ui.Part { return s.curvesPage(at, e, source).parts() })
}

// parts are what moves in the page. The curves are sent when they change, which is when
// settings do.
func (p *curvesPage) parts() []ui.Part {
	return []ui.Part{
		{To: "curves-way", How: ui.Morph, Is: wayBox(p)},
		{To: "curves-drawn", How: ui.Morph, Is: curvesDrawn(p)},
		{To: "curves-points", How: ui.Morph, Is: curvesPoints(p)},
		{To: "curves-now", How: ui.Morph, Is: curvesNow(p)},
		{To: "curves-settings", How: ui.Morph, Is: curvesSettings(p)},
		{To: "curves-pairs", How: ui.Morph, Is: pairsBox(p.pairs)},
	}
}
