package study

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchroom/points"
	"switchroom/protection"
)

// feeder is a breaker of rated current in whose functions are set as given.
func feeder(t testing.TB, name string, in, tr, isd, tsd, ii float64) Device {
	t.Helper()
	r := points.Rating{In: in, Variant: points.X50, Poles: 3, Voltage: 400, Frequency: 50}
	s := protection.Defaults(r)
	s.LongTime.Tr = tr
	s.ShortTime = protection.ShortTimeSettings{Isd: isd, Tsd: tsd}
	s.Instantaneous = protection.InstantaneousSettings{Ii: ii, Mode: protection.InstantaneousStandard}
	if ii == 0 {
		s.Instantaneous = protection.InstantaneousSettings{Ii: 15, Mode: protection.InstantaneousOff}
	}
	if err := s.Validate(r); err != nil {
		t.Fatal(err)
	}
	return Device{Name: name, Rating: r, Settings: s}
}

func TestCoordinate(t *testing.T) {
	down := feeder(t, "Q11", 1000, 4, 5, 0.1, 10)
	for _, c := range []struct {
		why  string
		up   Device
		to   float64
		want Selectivity
		upTo float64
	}{
		{"a step of tsd and no instantaneous", feeder(t, "Q1", 2500, 8, 5, 0.2, 0), 50e3, Selective, 50e3},
		{"up to where the upstream instantaneous may act", feeder(t, "Q1", 2500, 8, 5, 0.2, 10), 50e3, Partly, 0.9 * 25e3},
		{"the same swept less far", feeder(t, "Q1", 2500, 8, 5, 0.2, 10), 20e3, Selective, 20e3},
		{"the same tsd, up to where the upstream short time may act before the downstream instantaneous", feeder(t, "Q1", 2500, 8, 4, 0.1, 0), 50e3, Partly, 0.9 * 10e3},
		{"the same rating: overload bands overlap", feeder(t, "Q1", 1000, 8, 10, 0.3, 0), 50e3, NotSelective, 0},
		{"the wrong way round", feeder(t, "Q1", 630, 4, 5, 0.1, 10), 50e3, NotSelective, 0},
	} {
		got, err := Coordinate(c.up, down, Phase, c.to)
		if err != nil {
			t.Fatal(err)
		}
		if got.Verdict != c.want || c.upTo != got.UpTo && !(math.Abs(got.UpTo/c.upTo-1) < 0.002 && got.UpTo <= c.upTo*1.0001) {
			t.Errorf("%s: %v up to %g A, want %v up to %g; lost %v, smallest %+v", c.why, got.Verdict, got.UpTo, c.want, c.upTo, got.Lost, got.Smallest)
		}
		if (len(got.Lost) == 0) != (got.Verdict == Selective) {
			t.Errorf("%s: %v and lost %v", c.why, got.Verdict, got.Lost)
		}
	}
}

// TestPublishedSteps: each step of the published short-time table holds as long
// as the one below takes to break (NSP p. A-15: 80, 140, 230, 350 ms against
// 80, 140, 200, 320 ms), so neighbours are selective.
func TestPublishedSteps(t *testing.T) {
	for _, tsd := range []float64{0.1, 0.2, 0.3, 0.4} {
		up, down := feeder(t, "up", 2500, 8, 5, tsd, 0), feeder(t, "down", 1000, 4, 5, tsd-0.1, 0)
		c, err := Coordinate(up, down, Phase, 50e3)
		if err != nil || c.Verdict != Selective {
			t.Errorf("tsd %g above %g: %v, %v; lost %v", tsd, tsd-0.1, c.Verdict, err, c.Lost)
		}
		c, err = Coordinate(up, feeder(t, "down", 1000, 4, 5, tsd, 0), Phase, 50e3)
		if err != nil || c.Verdict == Selective {
			t.Errorf("tsd %g above itself: %v, %v", tsd, c.Verdict, err)
		}
	}
}

// TestSelectiveHolds plays what a verdict promises: the fault flows until the
// slowest downstream breaker has interrupted, and the quickest upstream unit
// does not trip.
func TestSelectiveHolds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		up := feeder(t, "up", 2500, rapid.SampledFrom([]float64{2, 8}).Draw(rt, "tr up"), rapid.SampledFrom([]float64{3, 5, 8}).Draw(rt, "isd up"), rapid.SampledFrom([]float64{0.1, 0.2, 0.4}).Draw(rt, "tsd up"), rapid.SampledFrom([]float64{0, 8, 15}).Draw(rt, "ii up"))
		down := feeder(t, "down", 1000, rapid.SampledFrom([]float64{0.5, 2, 8}).Draw(rt, "tr"), rapid.SampledFrom([]float64{2, 6}).Draw(rt, "isd"), rapid.SampledFrom([]float64{0, 0.1, 0.3}).Draw(rt, "tsd"), rapid.SampledFrom([]float64{0, 4, 12}).Draw(rt, "ii"))
		amps := math.Exp(rapid.Float64Range(math.Log(1100), math.Log(60e3)).Draw(rt, "ln A"))
		m, err := pair{up, down, Phase}.at(amps)
		if err != nil {
			rt.Fatal(err)
		}
		if !m.tested() {
			return
		}
		e, err := protection.New(up.Rating, up.Settings, protection.Early)
		if err != nil {
			rt.Fatal(err)
		}
		i, _ := Phase.phasors(protection.Early, amps)
		e.Steady(0, i)
		over := time.Duration(m.Downstream.T * float64(time.Second))
		e.Advance(over)
		e.Steady(over, [4]complex128{})
		e.Advance(over + time.Hour)
		trip, tripped := e.Tripped()
		// Within a cycle of each other the shape of the current decides.
		if tripped == m.Selective() && math.Abs(m.Seconds()) > 0.02 {
			rt.Errorf("%g A for %v: upstream tripped %v %v, verdict %+v", amps, over, tripped, trip, m)
		}
	})
}

func TestCoordinationJSON(t *testing.T) {
	c, err := Coordinate(feeder(t, "Q1", 2500, 8, 5, 0.2, 10), feeder(t, "Q11", 1000, 4, 5, 0.1, 10), Phase, 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"upstream":"Q1"`, `"verdict":"selective_up_to"`, `"basis":"by curves"`, `"lost":[{"from":22`, `"margin":null`, `"downstream_latest_clearing":`} {
		if !strings.Contains(string(b), part) {
			t.Errorf("no %s in %s", part, b)
		}
	}
	for _, to := range []float64{math.NaN(), math.Inf(1), -5, 1e-3} {
		if _, err := Coordinate(feeder(t, "Q1", 2500, 8, 5, 0.2, 10), feeder(t, "Q11", 1000, 4, 5, 0.1, 10), Phase, to); err == nil {
			t.Errorf("a sweep to %g A is not refused", to)
		}
	}
}

// TestMarginIsTheWorst: what a verdict compares are the ends of the two bands.
func TestMarginIsTheWorst(t *testing.T) {
	up, down := feeder(t, "up", 2500, 8, 5, 0.2, 0), feeder(t, "down", 1000, 4, 5, 0.1, 10)
	for _, amps := range []float64{1500, 4000, 8000, 20000} {
		m, err := pair{up, down, Phase}.at(amps)
		if err != nil {
			t.Fatal(err)
		}
		of := func(d Device) Point {
			all, err := Curve(d, Phase, OfA, []float64{amps}, 0)
			if err != nil {
				t.Fatal(err)
			}
			return all[0]
		}
		if first, last := of(up).Times.Min, of(down).Clearing().Times.Max; m.Downstream != last || m.Upstream.Function != first.Function || first.T == first.T && m.Upstream.T != first.T {
			t.Errorf("%g A: %+v, want %v before %v", amps, m, last, first)
		}
	}
}
