package protection

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"switchroom/points"
)

// record makes a recording of a quarter of a second before, a fault of d and a
// third of a second after, at 40 samples a cycle of 50 Hz, as a recorder has it:
// its own first sample is no multiple of anything.
func record(load, fault float64, d time.Duration, earth bool) Waveform {
	const dt = 0.0005
	w := Waveform{}
	for t := 0.0; t < 0.25+d.Seconds()+0.33; t += dt {
		on := t >= 0.25 && t < 0.25+d.Seconds()
		a := [3]float64{load, load, load}
		if on && earth {
			a[0] += fault
		} else if on {
			a = [3]float64{fault, fault, fault}
		}
		w.T = append(w.T, 17.3+t)
		for p, v := range []*[]float64{&w.L1, &w.L2, &w.L3} {
			*v = append(*v, math.Sqrt2*a[p]*math.Cos(100*math.Pi*t-2*math.Pi/3*float64(p)))
		}
		w.N = append(w.N, 0)
	}
	return w
}

func TestPlayVerdicts(t *testing.T) {
	r := unit(points.X60, 50)
	base := quietSettings(r)
	base.ShortTime = ShortTimeSettings{Isd: 3, Tsd: 0.1}
	ground := base
	ground.GroundFault = GroundFaultSettings{On: true, Ig: 200, Tg: 0.2}
	tests := []struct {
		why   string
		s     Settings
		w     Waveform
		want  Verdict
		trip  Function // of the nominal unit
		phase Phase
	}{
		{"a load", base, record(900, 900, 100*ms, false), MustNot, None, NoPhase},
		{"short of the non-trip time", base, record(500, 20000, 80*ms, false), MustNot, None, NoPhase},
		{"as long as break less opening", base, record(500, 20000, 115*ms, false), Must, ShortTime, L3},
		{"between", base, record(500, 20000, 100*ms, false), May, ShortTime, L3},
		{"just over the non-trip time", base, record(500, 20000, 83*ms, false), May, None, NoPhase},
		{"inside the pick-up band", base, record(500, 3150, 300*ms, false), May, ShortTime, L3},
		{"below the pick-up, inside the band", base, record(500, 2850, 300*ms, false), May, None, NoPhase},
		{"below the band", base, record(500, 2650, 300*ms, false), MustNot, None, NoPhase},
		{"an earth fault", ground, record(500, 2000, 300*ms, true), Must, GroundFault, NoPhase},
		{"a short earth fault", ground, record(500, 2000, 120*ms, true), MustNot, None, NoPhase},
	}
	for _, tt := range tests {
		rep, err := Play(r, tt.s, tt.w, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if rep.Verdict != tt.want {
			t.Errorf("%s: %v, want %v", tt.why, rep.Verdict, tt.want)
		}
		if (rep.Trip != nil) != (tt.trip != None) || rep.Trip != nil && rep.Trip.Function != tt.trip {
			t.Errorf("%s: trip %+v, want %v", tt.why, rep.Trip, tt.trip)
			continue
		}
		if (rep.Early != nil) != (rep.Verdict == May && rep.Trip == nil) {
			t.Errorf("%s: early %+v", tt.why, rep.Early)
		}
		checkTrip(t, tt.why, rep)
	}
}

// checkTrip holds a trip to the last event and to its own band.
func checkTrip(t *testing.T, why string, rep Report) {
	t.Helper()
	if rep.Trip == nil {
		if len(only(rep.Events, Trip)) != 0 {
			t.Errorf("%s: a trip event without a trip", why)
		}
		return
	}
	last := rep.Events[len(rep.Events)-1]
	if last.Kind != Trip || last.At.Seconds() != rep.Trip.T || last.Function != rep.Trip.Function || last.Phase != rep.Trip.Phase {
		t.Errorf("%s: last event %v, trip %+v", why, last, rep.Trip)
	}
	if rep.Trip.Earliest > rep.Trip.T || rep.Trip.Latest < rep.Trip.T || (rep.Verdict == Must) == math.IsNaN(rep.Trip.Latest) {
		t.Errorf("%s: %v %+v", why, rep.Verdict, rep.Trip)
	}
}

func TestPlayTimes(t *testing.T) {
	r := unit(points.X60, 50)
	s := quietSettings(r)
	s.ShortTime = ShortTimeSettings{Isd: 3, Tsd: 0.1}
	rep, err := Play(r, s, record(500, 20000, 200*ms, false), Options{})
	if err != nil {
		t.Fatal(err)
	}
	// The first sample of the fault is at 0.25 s; published 80 to 140 ms break,
	// less 25 ms of opening.
	if rep.Trip.Earliest < 0.33 || rep.Trip.Earliest > 0.332 || rep.Trip.Latest > 0.365 || rep.Trip.Latest < 0.363 {
		t.Errorf("%+v", rep.Trip)
	}
	if rep.Trip.Value < 19990 || rep.Trip.Value > 20010 {
		t.Errorf("value %g A, want the 20 kA of the fault", rep.Trip.Value)
	}
	if _, err := Play(r, s, record(500, 20000, 200*ms, false), Options{Prior: math.NaN()}); err == nil {
		t.Error("a prior load that is no number")
	}
	s.LongTime.Tr = 0.5
	w := record(1500, 1500, 0, false)
	cold, _ := Play(r, s, w, Options{})
	hot, _ := Play(r, s, w, Options{Prior: 1.12})
	if cold.Trip != nil || hot.Trip == nil || hot.Trip.Function != LongTime {
		t.Errorf("cold %+v, hot %+v", cold.Trip, hot.Trip)
	}
}

func TestPlayJSON(t *testing.T) {
	r := unit(points.X60, 50)
	r.Poles = 3
	s := quietSettings(r)
	s.GroundFault = GroundFaultSettings{On: true, Ig: 200, Tg: 0.1}
	w := record(0, 2000, 100*ms, true)
	w.N = nil
	rep, err := Play(r, s, w, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(rep)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`{"events":[{"t":0.25`, `"kind":"start","function":"ground_fault","phase":"","value":`,
		`"kind":"operate"`, `"kind":"trip"`, `"trip":{"t":0.3`, `"earliest":0.33`, `"latest":null}`, `"verdict":"may"}`,
	} {
		if !strings.Contains(string(b), part) {
			t.Errorf("no %s in\n%s", part, b)
		}
	}
	rep, err = Play(r, s, Waveform{T: []float64{3, 3.0005}, L1: []float64{0, 0}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, _ = json.Marshal(rep)
	if want := `{"events":[],"trip":null,"verdict":"must_not","notes":["l2 is not in the recording and counts as zero","l3 is not in the recording and counts as zero"]}`; string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
	var ev Event
	if err := json.Unmarshal([]byte(`{"t":0.25,"kind":"drop","function":"long_time","phase":"n","value":null}`), &ev); err != nil ||
		ev.At != 250*ms || ev.Kind != Drop || ev.Function != LongTime || ev.Phase != N || !math.IsNaN(ev.Value) {
		t.Errorf("%v, %v", ev, err)
	}
	for _, bad := range []string{`{"t":1e30}`, `{"kind":"x"}`, `{"function":"x"}`, `{"phase":"l4"}`, `[]`} {
		if json.Unmarshal([]byte(bad), &ev) == nil {
			t.Errorf("%s is an event", bad)
		}
	}
}

// TestPlayBadRecordings: what cannot be played says so; what can is played as
// if the missing were not there.
func TestPlayBadRecordings(t *testing.T) {
	r := unit(points.X60, 50)
	s := quietSettings(r)
	s.ShortTime = ShortTimeSettings{Isd: 3, Tsd: 0.1}
	for _, w := range []Waveform{{}, {T: []float64{3}, L1: []float64{0}}, {T: []float64{math.NaN()}}, {T: []float64{0, 1}, L2: []float64{1}}} {
		if _, err := Play(r, s, w, Options{}); err == nil {
			t.Errorf("%+v was played", w)
		}
	}
	if _, err := Play(r, Settings{}, record(1, 1, 0, false), Options{}); err == nil {
		t.Error("settings of nothing were played")
	}

	whole, _ := Play(r, s, record(500, 20000, 200*ms, false), Options{})
	holes := record(500, 20000, 200*ms, false)
	for k := 7; k < len(holes.T); k += 11 {
		holes.L1[k], holes.L2[k], holes.L3[k] = math.NaN(), math.Inf(1), math.NaN()
	}
	got, err := Play(r, s, holes, Options{})
	if err != nil || got.Trip == nil || got.Verdict != Must || math.Abs(got.Trip.T-whole.Trip.T) > 0.001 {
		t.Errorf("with holes: %+v, %v; without: %+v", got.Trip, err, whole.Trip)
	}

	lost := record(1000, 1000, 0, false) // a channel that breaks off at its peak
	for k := 120; k < len(lost.T); k++ {
		lost.L1[k] = math.NaN()
	}
	if got, _ := Play(r, s, lost, Options{}); got.Verdict != MustNot {
		t.Errorf("a lost channel trips: %+v", got)
	}

	torn := record(500, 20000, 200*ms, false)
	torn.T[300], torn.T[301] = torn.T[301], torn.T[300]
	torn.T[310] = math.NaN()
	if got, err := Play(r, s, torn, Options{}); err != nil || got.Verdict != Must {
		t.Errorf("with times out of order: %+v, %v", got, err)
	}
}

// TestPlayModules: a recording with voltages is played through the functions of
// digital modules too, and whichever trips first is the trip.
func TestPlayModules(t *testing.T) {
	r := unit(points.X50, 50)
	s := quietSettings(r)
	s.ShortTime = ShortTimeSettings{Isd: 3, Tsd: 0.4}
	w := Waveform{}
	for k := range 2800 { // V1 dips to 60 % at 0.3 s, a fault of 8 kA at 0.8 s
		at := float64(k) * 0.0005
		dip, amps := 1.0, 500.0
		if at >= 0.3 {
			dip = 0.6
		}
		if at >= 0.8 {
			amps = 8000
		}
		wave := func(a float64, n int) float64 {
			return a * math.Sqrt2 * math.Cos(100*math.Pi*at-2*math.Pi/3*float64(n))
		}
		w.T = append(w.T, at)
		for n, v := range []*[]float64{&w.L1, &w.L2, &w.L3} {
			*v = append(*v, wave(amps, n))
		}
		w.N, w.V1, w.V2, w.V3 = append(w.N, 0), append(w.V1, wave(dip*231, 0)), append(w.V2, wave(231, 1)), append(w.V3, wave(231, 2))
	}
	dips := func(delay float64) (o Options) {
		o.Modules = ModuleDefaults(r)
		o.Modules.Undervoltage[0] = VoltageSettings{Usage{On: true}, PhaseNeutral, 0.8, delay}
		return o
	}
	for _, tt := range []struct {
		o        Options
		want     Function
		from, to float64
		why      string
	}{
		{Options{}, ShortTime, 1.2, 1.3, "no module"},
		{dips(0.3), Undervoltage1, 0.6, 0.65, "undervoltage before the fault"},
		{dips(0.7), Undervoltage1, 1, 1.05, "during the fault, before short time"},
		{dips(2), ShortTime, 1.2, 1.3, "short time first"},
	} {
		rep, err := Play(r, s, w, tt.o)
		if err != nil || rep.Verdict != Must || rep.Trip == nil || rep.Trip.Function != tt.want || rep.Trip.T < tt.from || rep.Trip.T > tt.to || len(rep.Notes) != 0 {
			t.Errorf("%s: %v %+v %v, %v", tt.why, rep.Verdict, rep.Trip, rep.Notes, err)
			continue
		}
		checkTrip(t, tt.why, rep)
	}
	w.V3 = nil
	if rep, err := Play(r, s, w, dips(2)); err != nil || len(rep.Notes) != 1 || !strings.HasPrefix(rep.Notes[0], "v3") {
		t.Errorf("without V3: %v, %v", rep.Notes, err)
	}
	w.V2 = w.V2[:7]
	if _, err := Play(r, s, w, dips(2)); err == nil || !strings.Contains(err.Error(), "v2") {
		t.Errorf("seven values of V2: %v", err)
	}
	bad := dips(2)
	bad.Modules.Undervoltage[0].Pickup = 7
	if _, err := Play(r, s, Waveform{T: []float64{0}}, bad); err == nil {
		t.Error("undervoltage at 7 Un")
	}
}
