package lab

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/study"
	"switchroom/ui"
)

// tripStory explains one trip: what the unit saw, what that is against its settings,
// and what the breakers in series with it did.
type tripStory struct {
	*trip
	page      *curvesPage // of the way to it; nil: its function is in no curve
	setting   float64     // A, what its current is held against; 0: none
	witnesses []witness
	captures  []captured
	recording bool // there are captures to come
	notes     []string
}

// witness is another breaker, and what it reported meanwhile.
type witness struct {
	name     string
	series   bool // between the source and the one that tripped
	reported []string
	tripped  bool
	would    protection.Times // at the current that tripped the other
	verdict  string
}

// Of what belongs to one trip; ours.
const (
	capturesEach  = 2                      // that a trip leaves, where the module is installed
	recordedAfter = 3 * time.Second        // when they are surely complete, or will never come
	beforeTrip    = 2 * time.Second        // if it is not known when its function started
	afterTrip     = 500 * time.Millisecond // until when others tell of it
	witnessMax    = 200                    // breakers that are asked
)

// story tells of the trip of a unit by its id; nil: it is not remembered.
func (s *Server) story(u *imu.Unit, id string) *tripStory {
	all := s.trips(u)
	i := slices.IndexFunc(all, func(t trip) bool { return t.id() == id })
	if i < 0 {
		return nil
	}
	t := &tripStory{trip: &all[i]}
	t.notes = s.since(t.trip)
	t.captures = s.capturesOf(u, t.At)
	t.recording = len(t.captures) < capturesEach && u.Config().Modules.Has(imu.ModuleWaveform) && s.lab.World.Now()-t.At < recordedAfter
	if t.Trip == nil {
		return t
	}
	s.plotTrip(t)
	t.witnesses = s.witnesses(t)
	return t
}

// plotTrip draws the curves of the breakers in series with the settings that tripped it.
func (s *Server) plotTrip(t *tripStory) {
	e, ok := elementOf(t.Trip.Function)
	if !ok {
		return
	}
	p := s.curvesPage(t.unit.Name(), e, "")
	k := slices.IndexFunc(p.rows, func(r curveRow) bool { return r.unit == t.unit })
	if p.err != nil || k < 0 {
		return
	}
	r := &p.rows[k]
	if g, d := t.unit.Protecting(s.lab.World.Now(), looker); d.OK() && t.Trip.Group != g.Group {
		r.device.Settings = g.Groups[map[string]int{"A": 0, "B": 1}[t.Trip.Group]]
		r.legend = study.Legend(r.device)
		p.trace(s.studies)
		t.notes = append(t.notes, "Its settings group "+t.Trip.Group+" acted, and is drawn; group "+g.Group+" acts now.")
	}
	t.setting = study.PickupOf(r.device, t.Trip.Function)
	for i := range p.rows {
		p.rows[i].last, p.rows[i].amps, p.rows[i].told = nil, math.NaN(), false
	}
	r.last = t.trip
	p.through = t.Trip.Value
	t.page = p
}

// begun is when its function started, or some time before it.
func (t *trip) begun() time.Duration {
	if t.known {
		return t.At - t.took - 2*cycle(t.unit)
	}
	return t.At - beforeTrip
}

// since are the changes after which the curve of now may not be that of then.
func (s *Server) since(t *trip) (all []string) {
	for _, r := range s.records(t.unit, points.ConfigurationHistory) {
		if r.At > t.At && (r.Code == points.CodeProtectionSet || r.Code == points.CodeGroupSet) {
			all = append(all, "Its protection settings have been changed since, at "+r.Time().UTC().Format(time.DateTime)+": what is drawn is how it is set now.")
			break
		}
	}
	if apart := time.Until(s.date()); apart.Abs() > time.Second {
		return all // the laboratory's time is not that of injections
	}
	for _, in := range s.desk.List() {
		at := s.lab.World.Date(t.At)
		if (in.Unit == t.unit.Name() || in.Unit == "*") && (in.Fault == "trip" || in.Fault == "load") && !at.Before(in.From) && at.Before(in.Until.Add(time.Second)) {
			all = append(all, "A test set injected into it ("+in.Fault+"): its current did not flow through the breakers above.")
			break
		}
	}
	return all
}

// witnesses are the breakers in series with it, the nearest to the source first, and
// then all others that reported anything.
func (s *Server) witnesses(t *tripStory) (all []witness) {
	var above []string
	if ways, err := s.series(t.unit.Name(), ""); err == nil {
		above = s.names(ways[0].breakers)
	}
	for _, name := range above {
		if name != t.unit.Name() {
			all = append(all, s.witness(t, s.unit(name), true))
		}
	}
	for _, u := range s.lab.Units[:min(len(s.lab.Units), witnessMax)] {
		if u == t.unit || slices.Contains(above, u.Name()) {
			continue
		}
		if w := s.witness(t, u, false); len(w.reported) > 0 {
			all = append(all, w)
		}
	}
	return all
}

// witness is what one of them reported, and what its curve says.
func (s *Server) witness(t *tripStory, u *imu.Unit, inSeries bool) witness {
	w := witness{name: u.Name(), series: inSeries, would: never}
	recs := slices.Concat(s.records(u, points.ProtectionHistory), s.records(u, points.TripHistory))
	slices.SortStableFunc(recs, func(a, b imu.Record) int { return int(a.At - b.At) })
	for _, r := range recs {
		if r.At < t.begun() || r.At > t.At+afterTrip || !inSeries && r.At > t.At {
			continue
		}
		h := points.EventOf(r.Code).History
		w.tripped = w.tripped || h == points.TripHistory && r.What == imu.Entry
		w.reported = append(w.reported, reported(&r, t.At))
	}
	w.verdict = s.judge(t, &w)
	return w
}

// reported is a record beside a trip.
func reported(r *imu.Record, at time.Duration) string {
	said := eventRow(*r, "").Text
	switch d := r.At - at; {
	case d < 0:
		return fmt.Sprintf("%s, %s before", said, seconds(-d.Seconds()))
	case d > 0:
		return fmt.Sprintf("%s, %s after", said, seconds(d.Seconds()))
	}
	return said + ", at the same instant"
}

// judge says why a breaker in series held, as its curve has it.
func (s *Server) judge(t *tripStory, w *witness) string {
	if !w.series {
		return ""
	}
	if t.page != nil {
		for i := range t.page.rows {
			if r := &t.page.rows[i]; r.device.Name == w.name {
				if at, err := study.Curve(r.device, t.page.element, study.OfA, []float64{t.Trip.Value}, 0); err == nil {
					w.would = at[0].Times
				}
			}
		}
	}
	cleared := t.took.Seconds() + cycle(t.unit).Seconds() + protection.Opening.Seconds()
	amps, early := study.Amperes(t.Trip.Value), w.would.Min.T
	switch {
	case w.tripped:
		return "It tripped too."
	case t.page == nil:
		return "No curve: the function looks at no current."
	case math.IsNaN(early):
		return "It holds: " + amps + " never trips it."
	case !t.known:
		return fmt.Sprintf("It waits at least %s on %s; how long this one took is unknown.", seconds(early), amps)
	case early >= cleared:
		return fmt.Sprintf("It holds: on %s it waits at least %s (%s), and this one had cleared within %s.", amps, seconds(early), heading(w.would.Min.Function.String()), seconds(cleared))
	}
	return fmt.Sprintf("Its curve is not above: on %s it may trip after %s already (%s).", amps, seconds(early), heading(w.would.Min.Function.String()))
}

// verdict is the story in a sentence.
func (t *tripStory) verdict() (ui.Severity, string) {
	var too, may []string
	for i := range t.witnesses {
		switch w := &t.witnesses[i]; {
		case w.tripped:
			too = append(too, w.name)
		case w.series && !strings.HasPrefix(w.verdict, "It holds"):
			may = append(may, w.name)
		}
	}
	switch {
	case len(too) > 0:
		return ui.High, sayList(too) + " tripped with it: more was switched off than this fault needed. The curves show which should have waited."
	case t.page == nil:
		return ui.Low, "No current tripped it, so no curve explains it."
	case len(may) > 0:
		return ui.Medium, "It tripped alone. By its curve " + sayList(may) + " might have tripped as well."
	case len(t.page.rows) < 2:
		return ui.Done, "It tripped as its curve says. No other breaker is above it."
	}
	return ui.Done, "It tripped alone, and by the curves the breakers above it had to wait."
}

func (s *Server) showTrip(w http.ResponseWriter, r *http.Request) {
	u := s.unit(r.PathValue("name"))
	var t *tripStory
	if u != nil {
		t = s.story(u, r.PathValue("trip"))
	}
	if t == nil {
		s.show(w, r, http.StatusNotFound, missingView(s.frame("Not found", "/events"), "No such trip is remembered: a unit keeps the newest 50"))
		return
	}
	f := s.frame("Trip of "+u.Name(), "/events")
	f.Lead = sentence(t.summary())
	f.Crumbs = []ui.Link{{Text: "Switchroom", URL: "/"}, {Text: u.Name(), URL: unitURL(u.Name())}, {Text: "Trip"}}
	if t.recording {
		w.Header().Set("Refresh", "1") // also without scripts
	}
	s.show(w, r, http.StatusOK, tripView(f, t))
}
