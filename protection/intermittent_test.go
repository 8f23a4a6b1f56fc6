package protection

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchroom/points"
)

// pulses is a history of n faults of on, off apart.
func pulses(fault [4]complex128, n int, on, off time.Duration) ([]step, time.Duration) {
	var h []step
	at := 100*ms + 137*time.Microsecond
	for range n {
		h = append(h, step{at: at, phasor: fault}, step{at: at + on})
		at += on + off
	}
	return h, at
}

// intermittent is a unit with tsd and tg 0.4 s, so that 350 ms trip nobody.
func intermittent(c Corner, t *testing.T) *Engine {
	r := unit(points.X60, 50)
	s := quietSettings(r)
	s.ShortTime = ShortTimeSettings{Isd: 2, Tsd: 0.4}
	s.GroundFault = GroundFaultSettings{On: true, Ig: 200, Tg: 0.4}
	return mustNew(t, r, s, c)
}

// TestIntermittentFaults: faults that end too soon are added up where they
// follow closely, and are forgotten where they don't (UG short time: confirmed;
// NS ground fault: sibling; how fast: ours).
func TestIntermittentFaults(t *testing.T) {
	phase, earth := balanced(5000), [4]complex128{900}
	tests := []struct {
		why   string
		fault [4]complex128
		n     int
		on    time.Duration
		off   time.Duration
		trips [corners]int // in which fault; 0: never
	}{
		{"one of the non-trip time", phase, 1, 350 * ms, time.Second, [corners]int{}},
		{"200 ms, again and again", phase, 5, 200 * ms, 100 * ms, [corners]int{Nominal: 3, Early: 2}},
		{"40 ms every 80 ms, an arc", phase, 40, 40 * ms, 40 * ms, [corners]int{Nominal: 11, Early: 10}},
		{"an arc to earth", earth, 40, 40 * ms, 40 * ms, [corners]int{Nominal: 11, Early: 9}},
		{"200 ms every 3 s", phase, 5, 200 * ms, 3 * time.Second, [corners]int{Early: 3}},
		{"200 ms every 15 s", phase, 5, 200 * ms, 15 * time.Second, [corners]int{}},
	}
	for _, tt := range tests {
		for _, c := range Corners() {
			h, end := pulses(tt.fault, tt.n, tt.on, tt.off)
			for mode, play := range map[string]func(*Engine, []step, time.Duration) []Event{"phasors": byPhasors, "samples": bySamples} {
				e := intermittent(c, t)
				trip := only(play(e, h, end), Trip)
				got := 0
				if len(trip) > 0 {
					got = 1 + int((trip[0].At-h[0].at)/(tt.on+tt.off))
				}
				if got != tt.trips[c] {
					t.Errorf("%s, %v unit, %s: trips in fault %d, want %d: %v", tt.why, c, mode, got, tt.trips[c], trip)
				}
			}
		}
	}
}

// TestIntermittentEnergy: with I²t it is the energy that is added up.
func TestIntermittentEnergy(t *testing.T) {
	r := unit(points.X50, 50)
	s := quietSettings(r)
	s.ShortTime = ShortTimeSettings{Isd: 2, Tsd: 0.2, I2t: true}
	whole := mustNew(t, r, s, Nominal)
	alone, ok := tripsBy(whole, 0, balanced(4000), time.Minute)
	if !ok || alone.Function != ShortTime {
		t.Fatal(alone)
	}
	h, end := pulses(balanced(4000), 2, alone.At*2/3, 100*ms)
	trip := only(byPhasors(mustNew(t, r, s, Nominal), h, end), Trip)
	if len(trip) != 1 {
		t.Fatalf("two thirds twice: %v", trip)
	}
	// A third is left, and 10 ms of what was had are forgotten in 100 ms at the
	// full rate of the reference, which at 4 Ir takes 6 times as long to heat.
	want := alone.At/3 + time.Duration(0.010*6.25*1e9)
	if got := trip[0].At - h[2].at; (got - want).Abs() > 25*ms {
		t.Errorf("the second trips after %v, want %v", got, want)
	}
}

// TestHaste: for 20 s after a trip tsd is its shortest (NS: sibling), with I²t
// the shortest that has a curve; 20 s later it is as set again.
func TestHaste(t *testing.T) {
	r := unit(points.X50, 50)
	for _, tt := range []struct {
		i2t   bool
		again time.Duration
		want  time.Duration // of the second trip, since the fault
		why   string
	}{
		{false, 10 * time.Second, 47 * ms, "break 20 to 80 ms of tsd 0"},
		{false, 19 * time.Second, 47 * ms, "within 20 s"},
		{false, 21 * time.Second, 422 * ms, "as set"},
		{true, 10 * time.Second, time.Duration(math.Round(0.107 * 4 * 1e9)), "tsd 0.1 s at half of 10 Ir"},
		{true, 30 * time.Second, time.Duration(math.Round(0.422 * 4 * 1e9)), "as set at half of 10 Ir"},
	} {
		s := quietSettings(r)
		s.ShortTime = ShortTimeSettings{Isd: 2, Tsd: 0.4, I2t: tt.i2t}
		e := mustNew(t, r, s, Nominal)
		first, ok := tripsBy(e, 0, balanced(5000), 5*time.Second)
		if !ok || first.Function != ShortTime {
			t.Fatal(first)
		}
		e.Steady(first.At+30*ms, [4]complex128{})
		e.Reset(first.At + 5*time.Second)
		at := first.At + tt.again
		second, ok := tripsBy(e, at, balanced(5000), at+10*time.Second)
		if d := second.At - at; !ok || second.Function != ShortTime || (d-tt.want).Abs() > 12*ms {
			t.Errorf("%s: %v after %v, want %v", tt.why, second.Function, d, tt.want)
		}
	}
}

// TestNoMemoryWithoutDelay: the instantaneous of 2.0 X, which has no delay to
// accumulate, forgets at once; short time of 5.0 X at tsd 0 does not.
func TestNoMemoryWithoutDelay(t *testing.T) {
	for _, tt := range []struct {
		v    points.Variant
		want bool
	}{{points.X20, false}, {points.X50, true}} {
		r := unit(tt.v, 50)
		s := Defaults(r)
		s.Instantaneous.Mode = InstantaneousOff
		h, end := pulses(balanced(5000), 20, 15*ms, 45*ms)
		if trip := only(byPhasors(mustNew(t, r, s, Nominal), h, end), Trip); (len(trip) > 0) != tt.want {
			t.Errorf("%v X on pulses of 15 ms: %v", tt.v, trip)
		}
	}
}

// TestIntermittentProperties: whatever comes and goes, the corners stay in order,
// and phasors and samples trip at the same time within a sample a fault.
func TestIntermittentProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRating(t)
		s := drawSettings(t, r)
		amps := s.LongTime.Ir * math.Exp(rapid.Float64Range(0, 3).Draw(t, "ln x"))
		n := rapid.IntRange(2, 12).Draw(t, "faults")
		span := func(name string) time.Duration {
			return time.Duration(1e9 * math.Exp(rapid.Float64Range(-4, 0).Draw(t, name)))
		}
		fault := [4]complex128{complex(amps, 0), -complex(amps, 0)}
		if rapid.Bool().Draw(t, "earth") {
			fault[1] = 0
		}
		h, end := pulses(fault, n, span("on"), span("off"))
		var first [corners]time.Duration
		for c := range corners {
			e, err := New(r, s, c)
			if err != nil {
				t.Fatal(err)
			}
			if !e.clear(h) {
				t.Skip("a current at a threshold")
			}
			f, _ := New(r, s, c)
			a, b := only(byPhasors(e, h, end), Trip), only(bySamples(f, h, end), Trip)
			sample := e.grid.at(1) * time.Duration(n)
			if err := agree(a, b, h, sample, end); err != nil {
				t.Fatalf("%v: %v\n%+v", c, err, s)
			}
			first[c] = forever
			if len(a) > 0 {
				first[c] = a[0].At
			}
		}
		if first[Early] > first[Nominal] || first[Nominal] > first[Late] {
			t.Fatalf("early %v, nominal %v, late %v\n%+v", first[Early], first[Nominal], first[Late], s)
		}
	})
}

// TestDelayRunsOnce: where the mean square passes the pick-up again and again,
// here by its ripple off the rated frequency, no time counts twice.
func TestDelayRunsOnce(t *testing.T) {
	r := unit(points.X50, 50)
	s := quietSettings(r)
	s.LongTime.Ir, s.ShortTime = 400, ShortTimeSettings{Isd: 2.5, Tsd: 0.4}
	e := mustNew(t, r, s, Nominal)
	for k := range 400 {
		at := time.Duration(k) * 500 * time.Microsecond
		e.Sample(at, [4]float64{1000 * math.Sqrt2 * math.Sin(2*math.Pi*46*at.Seconds())})
		if d := &e.delay[0]; d.timing {
			if ran := d.credit + at - d.began(e.plan.cycle); ran > at+e.plan.cycle {
				t.Fatalf("%v after the beginning %v of delay have run", at, ran)
			}
		}
	}
}
