package protection

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchroom/points"
)

// step is one stretch of constant currents in a history.
type step struct {
	at     time.Duration
	phasor [4]complex128
	sensor complex128
	more   *Harmonics
	reset  bool // reset the breaker first
	engage bool // ERMS acts from then on
	loose  bool // no ZSI restraint is received
}

func (s *step) distortion() *Distortion {
	if s.more == nil {
		return nil
	}
	return s.more.Distortion()
}

// harmonic is what the harmonics of conductor c are at an instant: by the
// formula, not by what an engine makes of them.
func (s *step) harmonic(c int, at time.Duration, hz float64) (x float64) {
	if s.more == nil {
		return 0
	}
	for h := 2; h <= MaxOrder; h++ {
		x += math.Sqrt2 * real(s.more[c][h]*cmplx.Rect(1, 2*math.Pi*hz*float64(h)*(at%time.Second).Seconds()))
	}
	return x
}

// begin does what a step does before its currents flow.
func (s *step) begin(e *Engine, t time.Duration) (all []Event) {
	if s.reset {
		all = append(all, e.Reset(t)...)
	}
	all = append(all, e.Engage(t, s.engage)...)
	all = append(all, e.Restrain(t, ShortTime, !s.loose)...)
	return append(all, e.Restrain(t, GroundFault, !s.loose)...)
}

// byPhasors plays a history the way a plant does: a call where something
// changes, and one at each instant the engine asks for.
func byPhasors(e *Engine, h []step, end time.Duration) []Event {
	all := append([]Event(nil), e.Advance(e.first(h))...)
	until := func(t time.Duration) {
		for at, ok := e.Next(); ok && at <= t; at, ok = e.Next() {
			told := e.Advance(at)
			if len(told) == 0 {
				panic(fmt.Sprint("Next promised something at ", at))
			}
			all = append(all, told...)
		}
	}
	for _, s := range h {
		until(s.at)
		all = append(all, s.begin(e, s.at)...)
		all = append(all, e.Distorted(s.at, s.phasor, s.sensor, s.distortion())...)
	}
	until(end)
	return append(all, e.Advance(end)...)
}

// bySamples plays the same history sample by sample, all the way.
func bySamples(e *Engine, h []step, end time.Duration) []Event {
	var all []Event
	now := step{}
	g := e.grid
	for k := g.after(e.first(h)) - 1; g.at(k) <= end; k++ {
		t := g.at(k)
		for len(h) > 0 && h[0].at < t {
			all = append(all, h[0].begin(e, g.at(k-1))...)
			now, h = h[0], h[1:]
		}
		_, j := floorDiv(k, gridCycle)
		var i [4]float64
		for p := range i {
			i[p] = real(now.phasor[p]*wave[j]) + now.harmonic(p, t, e.rating.Frequency)
		}
		all = append(all, e.SampleLeakage(t, i, real(now.sensor*wave[j])+now.harmonic(4, t, e.rating.Frequency))...)
	}
	return all
}

// first is when both plays begin: a sample of nothing before the first step.
func (e *Engine) first(h []step) time.Duration { return e.grid.at(e.grid.after(h[0].at) - 2) }

func only(events []Event, k Kind) []Event {
	var some []Event
	for _, ev := range events {
		if ev.Kind == k {
			some = append(some, ev)
		}
	}
	return some
}

// agree holds the trips of two plays to each other: 1 % of the time since the
// last change, or one sample and a tenth: samples see a crossing at the next
// sample, and the fraction of one in which the current stepped is only roughly
// the same.
func agree(a, b []Event, h []step, sample, end time.Duration) error {
	a, b = only(a, Trip), only(b, Trip)
	// One of the two may just have had no time left.
	if n := min(len(a), len(b)); len(a) != len(b) && (append(a[n:], b[n:]...))[0].At >= end-50*sample {
		a, b = a[:n], b[:n]
	}
	if len(a) != len(b) {
		return fmt.Errorf("phasors trip %v, samples trip %v", a, b)
	}
	for i := range a {
		var since time.Duration
		for _, s := range h {
			if s.at < a[i].At {
				since = a[i].At - s.at
			}
		}
		// Within a sample of each other two functions may change places.
		d := (a[i].At - b[i].At).Abs()
		if d > sample*11/10 && (d > since/100 || a[i].Function != b[i].Function) {
			return fmt.Errorf("phasors %v, samples %v", a[i], b[i])
		}
	}
	return nil
}

func drawRating(t *rapid.T) points.Rating {
	r := points.Rating{
		In:        rapid.SampledFrom([]float64{400, 630, 1000, 1600, 4000}).Draw(t, "In"),
		Variant:   rapid.SampledFrom([]points.Variant{points.X20, points.X50, points.X60, points.X70}).Draw(t, "variant"),
		Poles:     rapid.SampledFrom([]int{3, 4}).Draw(t, "poles"),
		Voltage:   400,
		Frequency: rapid.SampledFrom([]float64{50, 60}).Draw(t, "frequency"),
	}
	r.SGR = r.Variant == points.X60 && rapid.Bool().Draw(t, "ground-return sensor")
	return r
}

// drawSettings draws settings that r allows, all over their ranges.
func drawSettings(t *rapid.T, r points.Rating) Settings {
	var s Settings
	for _, id := range IDs() {
		l, ok := points.Of(id).For(r)
		if !ok || id == points.ProtectionNeutralType && !r.Neutral() {
			continue
		}
		if err := s.Set(id, drawValue(t, id.String(), l)); err != nil {
			t.Fatal(err)
		}
	}
	if s.ShortTime.Tsd == 0 {
		s.ShortTime.I2t = false
	}
	if s.GroundFault.Tg == 0 {
		s.GroundFault.I2t = false
	}
	if err := s.Validate(r); err != nil {
		t.Fatal(err)
	}
	return s
}

func drawValue(t *rapid.T, name string, l points.Limit) float64 {
	if len(l.Values) > 0 {
		return rapid.SampledFrom(l.Values).Draw(t, name)
	}
	step := l.Step
	if step == 0 {
		step = (l.Max - l.Min) / 50
	}
	n := rapid.IntRange(0, int((l.Max-l.Min)/step+1e-6)).Draw(t, name)
	return l.Min + float64(n)*step
}

// drawCommon draws what r allows beside its settings.
func drawCommon(t *rapid.T, r points.Rating) Common {
	var k Common
	for _, id := range CommonIDs() {
		if l, ok := points.Of(id).For(r); ok {
			if err := k.Set(id, drawValue(t, id.String(), l)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if rapid.Bool().Draw(t, "no self-protection") {
		k.SelfProtection = 0
	}
	if err := k.Validate(r); err != nil {
		t.Fatal(err)
	}
	return k
}

// drawHistory draws loads, overloads, faults and their ends. Steps last from
// half a cycle to a minute.
func drawHistory(t *rapid.T, e *Engine) ([]step, time.Duration) {
	ir := e.settings.LongTime.Ir
	var h []step
	at := time.Duration(rapid.IntRange(0, 1e9).Draw(t, "first"))
	for range rapid.IntRange(1, 6).Draw(t, "steps") {
		s := step{
			at: at, reset: rapid.IntRange(0, 3).Draw(t, "reset") == 0,
			engage: rapid.IntRange(0, 3).Draw(t, "engage") == 0, loose: rapid.Bool().Draw(t, "loose"),
		}
		kind := rapid.SampledFrom([]string{"none", "load", "load", "overload", "fault", "fault", "ground", "two", "leak"}).Draw(t, "kind")
		x := rapid.Float64Range(0.1, 1).Draw(t, "x")
		angle := rapid.Float64Range(0, 2*math.Pi).Draw(t, "angle")
		s.phasor, s.sensor = drawCurrents(kind, x, ir)
		for p := range s.phasor {
			s.phasor[p] *= cmplx.Rect(1, angle)
		}
		if rapid.IntRange(0, 2).Draw(t, "distorted") == 0 {
			s.more = drawHarmonics(t, s.phasor, s.sensor)
		}
		h = append(h, s)
		at += drawDuration(t)
	}
	return h, at
}

// drawHarmonics draws up to three orders, each up to half of the fundamental.
func drawHarmonics(t *rapid.T, i [4]complex128, sensor complex128) *Harmonics {
	m := new(Harmonics)
	for range rapid.IntRange(1, 3).Draw(t, "orders") {
		h := rapid.IntRange(2, MaxOrder).Draw(t, "order")
		part := complex(rapid.Float64Range(0, 0.5).Draw(t, "part"), 0) * cmplx.Rect(1, rapid.Float64Range(0, 2*math.Pi).Draw(t, "phase"))
		for p := range i {
			m[p][h] = i[p] * part
		}
		m[4][h] = sensor * part
	}
	return m
}

func drawDuration(t *rapid.T) time.Duration {
	longest := rapid.SampledFrom([]float64{0.05, 0.5, 5, 60}).Draw(t, "longest")
	return time.Duration(1e9 * rapid.Float64Range(0.01, 1).Draw(t, "lasts") * longest)
}

func drawCurrents(kind string, x, ir float64) (i [4]complex128, sensor complex128) {
	balanced := func(a float64) [4]complex128 {
		return [4]complex128{complex(a, 0), cmplx.Rect(a, -2*math.Pi/3), cmplx.Rect(a, 2*math.Pi/3)}
	}
	switch kind {
	case "load":
		i = balanced(x * ir)
		i[2] *= 0.9
		i[3] = -(i[0] + i[1] + i[2])
	case "overload":
		i = balanced((1 + 5*x) * ir)
	case "fault":
		i = balanced((1 + 30*x) * ir)
	case "two":
		i = balanced(0.8 * ir)
		i[0] += complex(20*x*ir, 0)
		i[1] -= complex(20*x*ir, 0)
	case "ground":
		i = balanced(0.7 * ir)
		i[1] += complex(2*x*ir, 0)
	case "leak":
		i, sensor = balanced(0.5*ir), complex(40*x, 0)
	}
	return i, sensor
}

// clear reports whether no steady current of h is within one percent of a
// threshold: there the ripple of a sampled mean square decides, and nobody
// could say which of two units is right.
func (e *Engine) clear(h []step) bool {
	for _, s := range h {
		c := *e
		c.engaged = s.engage
		c.replan()
		c.phasor = phasors{[5]complex128{s.phasor[0], s.phasor[1], s.phasor[2], s.phasor[3], s.sensor}, s.distortion()}
		c.exact()
		for ch, q := range c.square {
			near := func(q float64, thresholds ...float64) bool {
				return slices.ContainsFunc(thresholds, func(a float64) bool { return math.Abs(q/a-1) < 0.02 })
			}
			if near(q, c.plan.delay[ch].pickup) {
				return false
			}
			if peak := c.plan.peakSquare(&c.phasor, ch); ch <= neutral && (near(peak, square(c.plan.instant.peak[ch]), square(c.plan.self)) ||
				near(q, c.plan.long.pickup[ch], c.plan.long.start[ch], c.plan.long.start[ch]*square(dropRatio))) {
				return false
			}
		}
	}
	return true
}

func TestPhasorsAndSamplesAgree(t *testing.T) {
	trips := map[Function]int{}
	rapid.Check(t, func(t *rapid.T) {
		r := drawRating(t)
		s := drawSettings(t, r)
		c := rapid.SampledFrom(Corners()).Draw(t, "corner")
		x := rapid.Float64Range(0, 1.1).Draw(t, "prior")
		k := Setup{Common: drawCommon(t, r)}
		e, err := newLoaded(r, s, c, x, k)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := newLoaded(r, s, c, x, k)
		h, end := drawHistory(t, e)
		if !e.clear(h) {
			t.Skip("a current at a threshold")
		}
		a, b := byPhasors(e, h, end), bySamples(f, h, end)
		if err := agree(a, b, h, e.grid.at(1), end); err != nil {
			t.Fatalf("%v\n%+v", err, s)
		}
		a, b = only(a, Trip), only(b, Trip)
		if len(a) != len(b) {
			return
		}
		for i, ev := range a {
			trips[ev.Function]++
			if ev.Function != b[i].Function {
				return // what tripped decides how the image cools
			}
		}
		for p := L1; p <= N; p++ {
			if x, y := e.Thermal(end, p), f.Thermal(end, p); math.Abs(x-y) > 0.02+0.005*y+e.slack(h, end, p) {
				t.Fatalf("thermal image of %v: phasors %g %%, samples %g %%", p, x, y)
			}
		}
	})
	t.Log("trips compared:", trips)
}

// slack is what a sample more or less of the highest current of h is worth in
// percent of the image, or a quarter of a cycle while the window still fills.
func (e *Engine) slack(h []step, end time.Duration, p Phase) float64 {
	top := 0.0
	for _, s := range h {
		all := phasors{amps: [5]complex128{s.phasor[0], s.phasor[1], s.phasor[2], s.phasor[3]}, more: s.distortion()}
		top = max(top, e.plan.meanSquare(&all, int(p-1)))
	}
	dt := e.grid.at(1)
	if end-h[len(h)-1].at < e.plan.cycle {
		dt = e.plan.cycle / 4
	}
	return 100 * top / e.plan.long.pickup[p-1] / e.plan.long.tau * dt.Seconds()
}

// TestCornersNest: whatever the currents, what trips a late unit trips a
// nominal one no later, and that an early one.
func TestCornersNest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRating(t)
		s := drawSettings(t, r)
		prior := rapid.Float64Range(0, 1).Draw(t, "prior")
		k := Setup{Common: drawCommon(t, r)}
		var first [corners]time.Duration
		var h []step
		var end time.Duration
		for c := range corners {
			e, err := newLoaded(r, s, c, prior, k)
			if err != nil {
				t.Fatal(err)
			}
			if h == nil {
				h, end = drawHistory(t, e)
				for n := range h {
					h[n].reset = false
				}
			}
			first[c] = forever
			if trip := only(byPhasors(e, h, end+time.Hour), Trip); len(trip) > 0 {
				first[c] = trip[0].At
			}
		}
		if first[Early] > first[Nominal] || first[Nominal] > first[Late] {
			t.Fatalf("early %v, nominal %v, late %v\n%+v", first[Early], first[Nominal], first[Late], s)
		}
	})
}
