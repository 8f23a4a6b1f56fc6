package lab

import (
	"encoding/json"
	"math"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/plant"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/site"
	"switchroom/study"
)

// demo is the site of the demonstration.
func demo(t testing.TB) *place {
	t.Helper()
	text, err := os.ReadFile("../cmd/switchroom/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlaceOf(t, string(text))
	p.until("Q22", "breaker.closed", "true")
	return p
}

// read asks the API.
func read[T any](p *place, path string) (v T) {
	p.Helper()
	res, text := p.get(path)
	if res.StatusCode != http.StatusOK {
		p.Fatalf("%s: %d %s", path, res.StatusCode, text)
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		p.Fatalf("%s: %v in %.300s", path, err, text)
	}
	return v
}

// on interpolates a curve on logarithmic scales.
func on(curve [][]float64, amps float64) float64 {
	for i := 1; i < len(curve); i++ {
		a, b := curve[i-1], curve[i]
		if a[0] <= amps && amps <= b[0] {
			u := math.Log(amps/a[0]) / math.Log(b[0]/a[0])
			return math.Exp(math.Log(a[1]) + u*math.Log(b[1]/a[1]))
		}
	}
	return math.NaN()
}

// A trip that is forced lies in the band that is drawn, and between the earliest and
// the latest decision that package protection itself gives for such a current.
func TestTripLiesInItsBand(t *testing.T) {
	for _, cause := range []string{"short_time", "instantaneous", "ground_fault"} {
		p := demo(t)
		p.inject(remote.Order{Fault: "trip", Unit: "Q11", With: map[string]string{"cause": cause}, For: 600})
		p.until("Q11", "breaker.closed", "false")
		element := map[bool]string{true: "ground", false: "phase"}[cause == "ground_fault"]
		c := read[curvesTold](p, "/api/v1/curves/Q11?element="+element)
		b := c.Breakers[len(c.Breakers)-1]
		if b.Name != "Q11" || b.LastTrip == nil || b.LastTrip.Function != cause || b.LastTrip.Took == nil {
			t.Fatalf("%s: %+v", cause, b.LastTrip)
		}
		amps, took := b.LastTrip.Value, *b.LastTrip.Took
		u := p.server.unit("Q11")
		s, _ := u.Group(p.lab.World.Now(), looker, 0)
		want, err := protection.TimeToTrip(u.Rating(), s, protection.Constant{Amps: amps, Earth: element == "ground"})
		if err != nil {
			t.Fatal(err)
		}
		cycle := 0.02 // by which the current may have begun earlier
		if took+cycle < want.Min.T || took > want.Max.T {
			t.Errorf("%s on %.0f A: took %.4f s (and up to a cycle); decides within %.4f to %.4f s", cause, amps, took, want.Min.T, want.Max.T)
		}
		if early, late := on(b.Early, amps), on(b.Late, amps); !(took+cycle >= early*0.95 && took <= late*1.05) {
			t.Errorf("%s on %.0f A: %.4f s is drawn outside of %.4f to %.4f s", cause, amps, took, early, late)
		}
		p.end()
	}
}

// What is told of a current that goes on is what package protection says of a cold
// unit, less what has warmed it meanwhile.
func TestDueIsWhatProtectionSays(t *testing.T) {
	p := demo(t)
	p.inject(remote.Order{Fault: "load", Unit: "Q13", With: map[string]string{"l1": "2400", "l2": "2400", "l3": "2400"}, For: 600})
	for p.server.curvesPage("Q13", study.Phase, "").rows[1].amps < 2390 { // the test's own limit ends it
	}
	r := p.server.curvesPage("Q13", study.Phase, "").rows[1]
	s, _ := r.unit.Group(p.lab.World.Now(), looker, 0)
	cold, err := protection.TimeToTrip(r.unit.Rating(), s, protection.Constant{Amps: 2400})
	if err != nil {
		t.Fatal(err)
	}
	if !r.told || r.trips.Function != protection.LongTime || r.trips.T > cold.Nominal.T || r.trips.T < cold.Nominal.T-20 {
		t.Errorf("in %.1f s by %v; a cold unit takes %.1f s", r.trips.T, r.trips.Function, cold.Nominal.T)
	}
	if r.times.Min.T > cold.Nominal.T || r.times.Max.T < cold.Nominal.T {
		t.Errorf("in a cold unit %+v; want about %.1f s", r.times, cold.Nominal.T)
	}
}

// The verdict in the page is the one of package study on the settings of the site file,
// which is what switchroom coordinate asks.
func TestPairsAreThoseOfStudy(t *testing.T) {
	p := demo(t)
	text, _ := os.ReadFile("../cmd/switchroom/demo.yaml")
	s, err := site.Parse("demo.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	device := func(name string) (d study.Device) {
		for _, b := range s.Breakers {
			if b.Unit.Name == name {
				d = study.NewDevice(name, b.Unit.Rating)
				d.Settings = *b.Unit.Settings
			}
		}
		return d
	}
	want, err := study.Coordinate(device("Q1"), device("Q11"), study.Phase, s.LargestFault())
	if err != nil {
		t.Fatal(err)
	}
	got := read[curvesTold](p, "/api/v1/curves/Q11")
	if len(got.Pairs) != 1 || got.Pairs[0].Verdict != want.Verdict.String() || got.Pairs[0].UpTo != want.UpTo || got.Pairs[0].Upstream != "Q1" || got.Pairs[0].Basis != study.ByCurves {
		t.Errorf("%+v, want %v up to %g", got.Pairs, want.Verdict, want.UpTo)
	}
	if d := *got.Pairs[0].Margin - want.Smallest.Seconds(); math.Abs(d) > 1e-5 {
		t.Errorf("margin differs by %g s", d)
	}
	if len(got.Unknowns) != len(study.Unknowns()) {
		t.Error("what is not known is not said")
	}
	_, page := p.get("/curves?at=Q11")
	for _, say := range []string{"Partial", "Selective up to 33.75 kA.", "by curves alone", "sibling", "Zone selective interlocking: not used here."} {
		if !strings.Contains(page, say) {
			t.Errorf("the page does not say %q", say)
		}
	}
}

// Breakers and elements that have no curve are told, not drawn.
func TestNoCurves(t *testing.T) {
	p := demo(t)
	for path, want := range map[string]struct {
		status int
		say    string
	}{
		"/curves?at=Q9":                       {404, "There is no breaker Q9"},
		"/curves/live?at=Q9":                  {404, "no breaker Q9"},
		"/curves?at=Q11&element=leakage":      {200, "No curves"},
		"/curves?at=Q23&element=ground":       {200, "Left out: Q23"},
		"/curves?at=Q11&source=T2":            {200, "The way leads through Q3, open now."},
		"/curves?at=Q11&element=nonsense":     {200, "Q11"},
		"/curves":                             {200, "Not selective."},
		"/api/v1/curves/Q9":                   {404, "no unit"},
		"/api/v1/curves/Q11?element=leakage":  {422, "no breaker of this series"},
		"/api/v1/curves/Q11?element=nonsense": {422, "element"},
		"/trip/Q11/1":                         {404, "No such trip"},
		"/trip/Q9/1":                          {404, "No such trip"},
		"/api/v1/trips/Q11/1":                 {404, "remembers no trip"},
		"/captures/Q11/long-1":                {404, "No such waveform"},
		"/captures":                           {200, "None yet"},
		"/api/v1/captures/Q11/long-1/samples": {404, "keeps no capture"},
		"/api/v1/captures/Q1/x/comtrade.zip":  {404, "keeps no capture"},
		"/api/v1/captures/Q1/x/comtrade.exe":  {422, "comtrade"},
	} {
		if res, body := p.get(path); res.StatusCode != want.status || !strings.Contains(body, want.say) {
			t.Errorf("%s: %d, want %d with %q in %.4000s", path, res.StatusCode, want.status, want.say, body)
		}
	}
}

// A fault at the end of a feeder. Of one that the curves leave to the nearest breaker it
// alone trips, and the one above, which had started, is told to have held and why. Of a
// bolted one, beyond the limit of selectivity, both trip, and that is said.
func TestTripExplained(t *testing.T) {
	for _, tt := range []struct {
		ohm     float64
		alone   bool
		verdict string
	}{{0.02, true, "It tripped alone, and by the curves the breakers above it had to wait."}, {0, false, "Q1 tripped with it"}} {
		p := demo(t)
		if err := p.lab.Network.Fault(p.lab.World.Now(), plant.Fault{Name: "F", Kind: plant.ThreePhase, Node: "F11", Ohm: tt.ohm}, 0); err != nil {
			t.Fatal(err)
		}
		p.until("Q11", "breaker.closed", "false")
		events := read[eventsTold](p, "/api/v1/events?history=trip&unit=Q11")
		if len(events.Events) != 1 || events.Events[0].Trip == "" {
			t.Fatalf("%+v", events)
		}
		told := read[tripTold](p, "/api/v1/trips/Q11/"+events.Events[0].Trip)
		if len(told.Others) == 0 || told.Others[0].Unit != "Q1" || !told.Others[0].Series || told.Others[0].Tripped == tt.alone || len(told.Others[0].Reported) == 0 {
			t.Fatalf("%g ohm: %+v", tt.ohm, told.Others)
		}
		if !strings.HasPrefix(told.Verdict, tt.verdict) || tt.alone && !strings.Contains(told.Others[0].Verdict, "It holds") {
			t.Errorf("%g ohm: %q, %q", tt.ohm, told.Verdict, told.Others[0].Verdict)
		}
		u := p.server.unit("Q1")
		s, _ := u.Group(p.lab.World.Now(), looker, 0)
		want, _ := protection.TimeToTrip(u.Rating(), s, protection.Constant{Amps: told.Value})
		if e := told.Others[0].Earliest; e == nil || math.Abs(*e-want.Min.T) > 1e-6 {
			t.Errorf("%g ohm: earliest %v, want %g", tt.ohm, e, want.Min.T)
		}
		_, page := p.get("/trip/Q11/" + events.Events[0].Trip)
		for _, say := range []string{"cv-paper", "times the setting of", "Settings group", "above, in series", "The cycle before the trip", tt.verdict} {
			if !strings.Contains(page, say) {
				t.Errorf("%g ohm: the page does not say %q", tt.ohm, say)
			}
		}
		p.end()
	}
}

// The diagram as a file is that of package study, and what is not set as the site file
// has it is told.
func TestCurvesAsFilesAndDesigned(t *testing.T) {
	p := demo(t)
	for name, begin := range map[string]string{"curves.svg": "<svg", "curves.pdf": "%PDF-"} {
		if res, text := p.get("/api/v1/curves/Q11/" + name); res.StatusCode != 200 || !strings.HasPrefix(text, begin) {
			t.Errorf("%s: %d %.60q", name, res.StatusCode, text)
		}
	}
	u := p.server.unit("Q11")
	s, _ := u.Group(p.lab.World.Now(), looker, 0)
	if d := p.server.differs(u, s); len(d) != 0 {
		t.Errorf("nothing was changed: %q", d)
	}
	s.ShortTime.Isd, s.LongTime.Ir = 4, 900
	if d := p.server.differs(u, s); len(d) != 2 || !strings.Contains(strings.Join(d, "; "), "short time.isd: 5") {
		t.Errorf("%q", d)
	}
}

// A trip by the test button has no current and no curve, and its page says what there
// is; so does that of a trip whose start nobody remembers any more.
func TestTripsWithoutCurve(t *testing.T) {
	p := demo(t)
	u := p.server.unit("Q11")
	if res := u.Do(p.lab.World.Now(), imu.Request{Actor: looker, Op: points.TestGroundFault}); res.Refusal != imu.None {
		t.Fatal(res)
	}
	p.until("Q11", "breaker.closed", "false")
	trips := p.server.trips(u)
	if len(trips) != 1 || trips[0].known {
		t.Fatalf("%+v", trips)
	}
	if res, page := p.get(tripURL(&trips[0])); res.StatusCode != 200 || !strings.Contains(page, "tripped by a test") || strings.Contains(page, "cv-paper") {
		t.Errorf("%d %.2000s", res.StatusCode, page)
	}
	if told := read[tripTold](p, "/api/v1/trips/Q11/"+trips[0].id()); told.Took != nil || told.Setting != nil {
		t.Errorf("%+v", told)
	}
	if c := read[curvesTold](p, "/api/v1/curves/Q11"); c.Breakers[1].LastTrip != nil && c.Breakers[1].LastTrip.Took != nil {
		t.Errorf("%+v", c.Breakers[1].LastTrip)
	}
	if _, page := p.get("/curves?at=Q11"); !strings.Contains(page, "tripped by a test") || strings.Contains(page, "Q11 tripped<") {
		t.Error("the curves do not say how it tripped, or draw what is not known")
	}
}

// How long a trip took is told from the start of its own function in its own conductor,
// and from no other.
func TestTook(t *testing.T) {
	start := func(at time.Duration, code points.Code, what imu.Transition, detail string) imu.Record {
		return imu.Record{At: at, Code: code, What: what, Detail: detail}
	}
	trip := imu.Record{At: 1000, Code: points.CodeTripShort, What: imu.Entry, Trip: &imu.TripContext{Function: protection.ShortTime, Phase: protection.L1}}
	for _, tt := range []struct {
		why   string
		recs  []imu.Record
		took  time.Duration
		known bool
	}{
		{"its own", []imu.Record{start(900, points.CodeStartShort, imu.Entry, "l1 5000 A")}, 100, true},
		{"of another conductor", []imu.Record{start(900, points.CodeStartShort, imu.Entry, "l2 5000 A")}, 0, false},
		{"of another function", []imu.Record{start(900, points.CodeStartLong, imu.Entry, "l1 5000 A")}, 0, false},
		{"after it", []imu.Record{start(1001, points.CodeStartShort, imu.Entry, "l1 5000 A")}, 0, false},
		{"it had dropped before", []imu.Record{start(950, points.CodeStartShort, imu.Exit, "l1 1 A"), start(900, points.CodeStartShort, imu.Entry, "l1 5000 A")}, 50, false},
		{"nothing is remembered", nil, 0, false},
	} {
		if took, known := took(&trip, tt.recs); known != tt.known || known && took != tt.took {
			t.Errorf("%s: %v %v", tt.why, took, known)
		}
	}
	if _, known := took(&imu.Record{At: 1}, nil); known {
		t.Error("a trip without a context took a time")
	}
}

// A breaker whose ZSI input is wired waits for what restrains it, and for nothing else;
// one with its jumper always waits.
func TestZonesBetweenBreakers(t *testing.T) {
	p := newPlaceOf(t, `
site: Zones
breakers:
  - {name: Q1, in: 2500, variant: "6.0", closed: true, from: T1, to: A, settings: {protection.zsi.short_time: "on", protection.short_time.isd: 4, protection.short_time.tsd: 0.4, protection.instantaneous.ii: 15}}
  - {name: Q11, in: 1000, variant: "5.0", closed: true, from: A, to: F11, zsi: [Q1]}
  - {name: Q12, in: 1000, variant: "5.0", closed: true, from: A, to: F12}
network:
  sources: [{name: T1, node: T1, kva: 1600}]
`)
	u := p.server.unit("Q1")
	for _, tt := range []struct {
		below []string
		loose bool
	}{{nil, true}, {[]string{"Q11"}, false}, {[]string{"Q12"}, true}, {[]string{"Q12", "Q11"}, false}} {
		if d, err := p.server.device(u, tt.below); err != nil || d.Setup.Unrestrained != tt.loose {
			t.Errorf("above %q: unrestrained %v, want %v, %v", tt.below, d.Setup.Unrestrained, tt.loose, err)
		}
	}
	for at, want := range map[string]string{"Q11": "Q11 restrains Q1 by ZSI", "Q12": "Q12 does not restrain it"} {
		if c := read[curvesTold](p, "/api/v1/curves/"+at); len(c.Pairs) != 1 || !strings.Contains(c.Pairs[0].Zones, want) {
			t.Errorf("%s: %+v", at, c.Pairs)
		}
	}
	restrained, loose := read[curvesTold](p, "/api/v1/curves/Q11"), read[curvesTold](p, "/api/v1/curves/Q12")
	if a, b := on(restrained.Breakers[0].Nominal, 15e3), on(loose.Breakers[0].Nominal, 15e3); !(a > 3*b && a > 0.3) {
		t.Errorf("Q1 decides in %.3f s where it is restrained and in %.3f s where not", a, b)
	}
}

// Breakers that trip together are marked in one place, and their words stand above
// each other; a word that has room stays beside its mark.
func TestSpread(t *testing.T) {
	all := spread([]mark{{tx: 100, y: 300, word: "Q1"}, {tx: 102, y: 302, word: "Q11"}, {tx: 100, y: 301, word: "Q12"}, {tx: 500, y: 300, word: "Q2"}, {tx: 100, y: 100, word: "Q3"}})
	want := []float64{262, 302, 282, 300, 100}
	for i, m := range all {
		if m.ty != want[i] {
			t.Errorf("the word of %s is at %g, want %g", m.word, m.ty, want[i])
		}
	}
}
