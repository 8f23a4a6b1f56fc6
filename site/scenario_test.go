package site_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/plant"
	"switchroom/points"
	"switchroom/site"
)

func load(t testing.TB, file string) *site.Site {
	t.Helper()
	s, err := site.LoadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func scenario(t testing.TB, s *site.Site, text string) *site.Scenario {
	t.Helper()
	sc, err := s.ParseScenario("scenario.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

const demo = "../cmd/switchroom/demo.yaml"

// BenchmarkDay plays a day of the demonstration.
func BenchmarkDay(b *testing.B) {
	s := load(b, demo)
	sc := scenario(b, s, "scenario: a day\nduration: 24h\nactions: []\n")
	for b.Loop() {
		r, err := s.NewRun(sc)
		if err != nil {
			b.Fatal(err)
		}
		r.Step(sc.Duration)
	}
}

// play runs a scenario in steps of the given size and returns what happened as
// JSON.
func play(t testing.TB, s *site.Site, sc *site.Scenario, step func(now time.Duration) time.Duration) ([]byte, *site.Run) {
	t.Helper()
	r, err := s.NewRun(sc)
	if err != nil {
		t.Fatal(err)
	}
	for now := time.Duration(0); ; {
		if _, more := r.Next(); !more {
			break
		}
		now += step(now)
		r.Step(now)
	}
	out, err := json.Marshal(struct {
		Log   []site.Entry
		Stand []site.Standing
	}{r.Log, r.Standings()})
	if err != nil {
		t.Fatal(err)
	}
	return out, r
}

// busy is the example's night in three minutes.
const busy = `scenario: a night in three minutes
seed: 7
start: 2026-11-23T18:00:00
duration: 180
actions:
  - {at: 5, do: start, target: chiller, jitter: 2}
  - {at: 15, do: "off", target: C1}
  - {at: 20, do: fault, target: W11, along: 0.4, kind: phase_earth, gap: 10, angle: 0, name: cable}
  - {at: 30, do: clear, target: cable}
  - {at: 35, do: reset, target: Q11}
  - {at: 36, do: close, target: Q11}
  - {at: 40, do: dip, target: Q, share: 0.35, for: 0.25}
  - {at: 50, do: lose, target: Q}
  - {at: 51, do: open, target: Q1}
  - {at: 51, do: open, target: Q2}
  - {at: 65, do: close, target: Q4}
  - {at: 80, do: fault, target: theatres, kind: three_phase, angle: 0, for: 5}
  - {at: 100, do: return, target: Q}
  - {at: 101, do: open, target: Q4}
  - {at: 102, do: close, target: Q1}
  - {at: 103, do: close, target: Q2}
  - {at: 110, do: stop, target: G1}
  - {at: 120, do: "24v", target: Q13, state: "off"}
`

// TestReplay: the same site, scenario and seed give the same bytes, at one go
// and as time would pass; another seed gives others.
func TestReplay(t *testing.T) {
	if testing.Short() {
		t.Skip("it computes on one goroutine, for a minute under the race detector; the run without the race detector has it")
	}
	s := load(t, "../examples/hospital.yaml")
	sc := scenario(t, s, busy)
	first, r := play(t, s, sc, func(time.Duration) time.Duration { return sc.Duration })
	random := rand.New(rand.NewPCG(1, 2))
	again, _ := play(t, s, sc, func(time.Duration) time.Duration { return time.Duration(random.Int64N(int64(5 * time.Second))) })
	if string(first) != string(again) {
		t.Error("played in other steps it is another night")
	}
	other := scenario(t, s, strings.Replace(busy, "seed: 7", "seed: 8", 1))
	if another, _ := play(t, s, other, func(time.Duration) time.Duration { return sc.Duration }); string(first) == string(another) {
		t.Error("seed 8 is as seed 7")
	}
	for _, want := range []struct{ who, event string }{
		{"Q12", "start.long_time"},    // the chiller's start
		{"Q11", "trip.instantaneous"}, // the cable
		{"Q21", "trip.short_time"},    // on the generator, whose current is too small for Ii
		{"Q4", "start.short_time"},    // and the generator's breaker waits for it
	} {
		if !slices.ContainsFunc(r.Log, func(e site.Entry) bool { return e.Who == want.who && e.Event == want.event }) {
			t.Errorf("%s: no %s", want.who, want.event)
		}
	}
	for _, e := range r.Log {
		if strings.HasPrefix(e.Event, "trip.") && e.Who != "Q11" && e.Who != "Q21" {
			t.Errorf("not selective: %+v", e)
		}
	}
}

// TestTripsBySamplesAndPhasors: the trips of a fault are the same whether the
// network tells samples or phasors, within a sample or 1 % of the time, where the
// current has no direct component to speak of.
func TestTripsBySamplesAndPhasors(t *testing.T) {
	if testing.Short() {
		t.Skip("it computes on one goroutine, for long under the race detector; the run without the race detector has it")
	}
	s := load(t, demo)
	for _, c := range []struct {
		node, kind string
		ohm, angle float64
		trips      string
	}{
		{"F11", "three_phase", 0.04, 60, "Q11 trip.short_time"},
		{"F11", "three_phase", 0.015, 60, "Q11 trip.instantaneous"},
		{"F13", "phase_phase", 0.036, 345, "Q13 trip.short_time"}, // l1-l2 is 30° ahead of l1
		{"F12", "phase_earth", 0.5, 60, "Q12 trip.ground_fault"},
		{"F21", "three_phase", 0.08, 60, "Q21 trip.long_time"},
	} {
		sc := scenario(t, s, fmt.Sprintf("scenario: fault\nstart: 2026-11-23T10:00:00\nduration: 120\nactions:\n  - {at: 1, do: fault, target: %s, kind: %s, ohm: %g, angle: %g}\n", c.node, c.kind, c.ohm, c.angle))
		first := func(phasors bool) (string, float64) {
			r, err := s.NewRun(sc)
			if err != nil {
				t.Fatal(err)
			}
			r.Lab.Network.PhasorsOnly = phasors
			r.Step(sc.Duration)
			for _, e := range r.Log {
				if strings.HasPrefix(e.Event, "trip.") {
					return e.Who + " " + e.Event, e.T - r.Log[0].T
				}
			}
			return "none", 0
		}
		bySamples, ts := first(false)
		byPhasors, tp := first(true)
		// The instantaneous function looks at peaks, and the first peak is where the
		// direct component is.
		tol := max(0.0006, 0.01*tp)
		if strings.Contains(c.trips, "instantaneous") {
			tol = 0.011
		}
		if bySamples != c.trips || byPhasors != c.trips || ts-tp > tol || tp-ts > tol {
			t.Errorf("%s %s %g: %s after %.4f s by samples, %s after %.4f s by phasors; want %s", c.node, c.kind, c.ohm, bySamples, ts, byPhasors, tp, c.trips)
		}
	}
}

func TestEveryProblemOfAScenarioHasItsPlace(t *testing.T) {
	s := load(t, "../examples/hospital.yaml")
	head := "scenario: x\nduration: 60\nactions:\n  - "
	for _, c := range []struct{ in, want string }{
		{"", "1:1"},
		{"scenario: x\nactions: []", "duration is missing"},
		{"scenario: x\nduration: soon\nactions: []", "2:11: duration: \"soon\" is no time"},
		{"scenario: x\nduration: 10:99:00\nactions: []", "is no time"},
		{"scenario: x\nduration: 32d\nactions: []", "is no time"},
		{"scenario: x\nduration: 800h\nactions: []", "31 days"},
		{"scenario: x\nduration: NaN\nactions: []", "is no time"},
		{"scenario: x\nduration: 5\nstart: yesterday\nactions: []", "no date and time"},
		{head + "{at: 1, do: explode, target: Q1}", "\"explode\" is none of fault, clear"},
		{head + "{at: 1, do: open, target: Q9}", "4:31: actions[0].target: there is no breaker \"Q9\"; there is Q1, Q2"},
		{head + "{at: 60, do: open, target: Q1}", "not before the end"},
		{head + "{at: 59, jitter: 100, do: open, target: Q1}", "4:22: actions[0].jitter: with it the action may come as late as 2m39s, and the end is at 1m0s"},
		{head + "{at: -1, do: open, target: Q1}", "from 0 to 31 days"},
		{head + "{at: 1, do: open, target: Q1, gap: 5}", "do: open has no gap"},
		{head + "{at: 1, do: rack, target: Q1}", "do: rack needs to"},
		{head + "{at: 1, do: rack, target: Q1, to: away}", "none of connected, test"},
		{head + "{at: 1, do: fault, target: A}", "do: fault needs kind"},
		{head + "{at: 1, do: fault, target: moon, kind: phase_earth}", "there is no node \"moon\""},
		{head + "{at: 1, do: fault, target: W11, kind: phase_earth, along: 1}", "outside"},
		{head + "{at: 1, do: fault, target: A, kind: phase_earth, along: 0.5}", "there is no cable \"A\""},
		{head + "{at: 1, do: fault, target: A, kind: phase_earth, for: 0}", "longer than 0"},
		{head + "{at: 1, do: clear, target: f}", "there is no fault that is given before \"f\"; there is none"},
		{head + "{at: 1, do: dip, target: T1, share: 0.5}", "there is no source"},
		{head + "{at: 1, do: start, target: wards}", "generator or motor"},
		{head + "{at: 1, do: dip, target: Q, share: 1.5}", "outside 0 to 1"},
	} {
		_, err := s.ParseScenario("test.yaml", []byte(c.in))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n  %v\n  want %q", c.in, err, c.want)
		}
	}
}

// TestRefusedIsSaid: what cannot be done is in the log, and the rest goes on.
func TestRefusedIsSaid(t *testing.T) {
	s := load(t, "../examples/hospital.yaml")
	sc := scenario(t, s, `scenario: refusals
duration: 60
actions:
  - {at: 2, do: fault, target: wards, kind: phase_phase, ohm: 5, name: f}
  - {at: 3, do: fault, target: wards, kind: phase_phase, ohm: 5, name: f}
  - {at: 4, do: clear, target: f}
  - {at: 5, do: clear, target: f}
  - {at: 6, do: lose, target: T1, for: 2}
`)
	_, r := play(t, s, sc, func(time.Duration) time.Duration { return time.Minute })
	var refused []float64
	for _, e := range r.Log {
		if e.What == "refused" {
			refused = append(refused, e.T)
		}
	}
	if !slices.Equal(refused, []float64{3, 5}) {
		t.Errorf("refused at %v: %+v", refused, r.Log)
	}
	if !slices.ContainsFunc(r.Log, func(e site.Entry) bool { return e.T == 8 && e.Event == "return" }) {
		t.Error("what was lost for two seconds does not come back")
	}
}

func TestScenarioSchemaIsJSON(t *testing.T) {
	b, err := site.ScenarioJSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b, &doc); err != nil || doc["properties"] == nil {
		t.Errorf("%v %s", err, b)
	}
}

// FuzzScenario: what is accepted can be played.
func FuzzScenario(f *testing.F) {
	s := load(f, "../examples/hospital.yaml")
	f.Add([]byte("scenario: x\nduration: 1\nactions: [{at: 0.1, do: fault, target: W11, kind: three_phase, along: 0.5, gap: 3, for: 0.02}]"))
	f.Add([]byte("scenario: x\nduration: 1\nactions: [{at: 0.1, do: start, target: chiller}, {at: 0.2, do: \"on\", target: C1}, {at: 0.3, do: lose, target: Q, for: 0.1}]"))
	f.Add([]byte("scenario: x\nduration: 1\nactions: [{at: 0.1, do: fault, target: W21, kind: broken_neutral}, {at: 0.2, do: dip, target: Q, share: 1, phases: [1]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		sc, err := s.ParseScenario("fuzz.yaml", data)
		if err != nil || sc.Duration > 2*time.Second || len(sc.Actions) > 5 {
			return
		}
		play(t, s, sc, func(time.Duration) time.Duration { return sc.Duration })
	})
}

// TestFaultInRealTime: in a world that runs, twenty times as fast as the host, a
// fault trips the same breaker by the same function, while others read.
func TestFaultInRealTime(t *testing.T) {
	s := load(t, demo)
	w := imu.NewWorld(0, time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	w.SetSpeed(20)
	l, err := s.Build(w, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	opened := make(chan string, 16)
	for _, u := range l.Units {
		u.Subscribe(func(r imu.Record) {
			if strings.HasPrefix(r.Code.String(), "trip.") || r.Code == points.CodeOpened {
				opened <- r.Unit + " " + r.Code.String()
			}
		})
	}
	l.Start()
	running.Go(func() { w.Run(ctx) })
	running.Go(func() {
		for ctx.Err() == nil {
			for _, u := range l.Units {
				var snap imu.Snapshot
				u.Read(w.Now(), access.Actor{Path: access.Modbus}, &snap)
			}
		}
	})
	if err := l.Network.Fault(w.Now(), plant.Fault{Name: "f", Kind: plant.ThreePhase, Node: "F11", Ohm: 0.01}, 0); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Q11 trip.instantaneous", "Q11 breaker.opened"} {
		if got := <-opened; got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
}

// TestActionsAreDocumented: every action, and every field of one, stands in
// docs/network.md.
func TestActionsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/network.md")
	if err != nil {
		t.Fatal(err)
	}
	actions := site.ScenarioSchema.Fields[len(site.ScenarioSchema.Fields)-1]
	for _, f := range actions.Fields {
		words := []string{f.Name}
		if f.Name == "do" || f.Name == "kind" || f.Name == "to" {
			words = f.Enum
		}
		for _, w := range words {
			if f.Name != "kind" && f.Name != "to" && f.Name != "target" {
				w = "`" + w + "`"
			}
			if !strings.Contains(string(text), w) {
				t.Errorf("docs/network.md does not say what %s %s is", f.Name, w)
			}
		}
	}
}
