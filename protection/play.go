package protection

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"switchroom/points"
)

// Waveform is a recording: T in s, and for each T the currents of the conductors
// and of the external sensor (earth leakage or ground return) in A, and the
// phase-to-neutral voltages in V. What was not recorded is nil and counts as
// zero. NaN is a missing value (see Engine.Sample).
type Waveform struct {
	T             []float64
	L1, L2, L3, N []float64
	Leakage       []float64
	V1, V2, V3    []float64
}

// Options of Play.
type Options struct {
	Prior float64 // load before the recording, × Ir: heats the image, is not in the samples
	Setup
	Modules ModuleSettings // functions of digital modules; the zero value: none
}

// Verdict is what the published tolerances make of a recording.
type Verdict uint8

const (
	MustNot Verdict = iota // no unit trips
	May                    // some units trip
	Must                   // every unit trips
)

var verdictNames = []string{"must_not", "may", "must"}

func (v Verdict) String() string { return nameOf(verdictNames, int(v)) }

// MarshalText writes the verdict's name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (v *Verdict) UnmarshalText(b []byte) error {
	i, err := parseName(verdictNames, "verdict", string(b))
	*v = Verdict(i)
	return err
}

// Report is what a recording does to a unit.
type Report struct {
	Events  []Event  // of a nominal unit, up to and including its trip
	Trip    *Outcome // nil where a nominal unit does not trip
	Early   *Outcome // what an early unit does where a nominal one does not trip
	Verdict Verdict
	Notes   []string // what was not in the recording
}

// Outcome is a trip, in s from the first sample. Value is in Function.Unit. Earliest and Latest are of the
// early and the late unit; Latest is NaN where a late unit does not trip.
type Outcome struct {
	T        float64
	Function Function
	Phase    Phase
	Value    float64
	Earliest float64
	Latest   float64
}

// Play runs recorded currents through an early, a nominal and a late unit.
// Times in the result count from the first sample. A recording of fewer than 8
// samples a cycle is refused; of fewer than 20, no verdict rests on its peaks.
func Play(r points.Rating, s Settings, w Waveform, o Options) (Report, error) {
	if err := w.check(); err != nil {
		return Report{}, err
	}
	n := w.sampling(r)
	if err := checkSampling(n, r); err != nil {
		return Report{}, err
	}
	var rep Report
	var trips [corners]*Event
	for c := range corners {
		p, err := newPlayed(r, s, c, &o)
		if err != nil {
			return Report{}, err
		}
		if coarse(n) {
			p.doubtPeaks(c, n)
		}
		events := p.play(&w)
		if n := len(events); n > 0 && events[n-1].Kind == Trip {
			trips[c] = &events[n-1]
		}
		if c == Nominal {
			rep.Events = events
		}
	}
	rep.judge(trips)
	rep.Notes = w.notes(r, &o.Modules)
	if coarse(n) {
		rep.Notes = append(rep.Notes, coarseNote(n))
	}
	return rep, nil
}

// newLoaded returns an engine whose image is that of a load before.
func newLoaded(r points.Rating, s Settings, c Corner, prior float64, o Setup) (*Engine, error) {
	e, err := New(r, s, c)
	if err != nil {
		return nil, err
	}
	if err := e.setUp(o); err != nil {
		return nil, err
	}
	return e, e.Preload(prior)
}

// played is a unit that plays a recording.
type played struct {
	*Engine
	modules *Modules // nil: none
}

func newPlayed(r points.Rating, s Settings, c Corner, o *Options) (played, error) {
	e, err := newLoaded(r, s, c, o.Prior, o.Setup)
	if err != nil || !o.Modules.Any() {
		return played{e, nil}, err
	}
	m, err := NewModules(r, o.Modules, c)
	return played{e, m}, err
}

// play returns the events of a recording up to and including the trip.
func (p played) play(w *Waveform) []Event {
	var all, now []Event
	for k, t := range w.T {
		at, ok := instant(t - w.T[0])
		if !ok {
			continue
		}
		now = append(now[:0], p.SampleLeakage(at, w.conductors(k), value(w.Leakage, k))...)
		if p.modules != nil {
			now = append(now, p.modules.Sample(at, w.readings(k))...)
			slices.SortStableFunc(now, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
		}
		for _, ev := range now {
			all = append(all, ev)
			if ev.Kind == Trip {
				return all
			}
		}
	}
	return all
}

// instant returns t seconds as a Duration, unless it is none.
func instant(t float64) (time.Duration, bool) {
	ns := math.Round(t * 1e9)
	return time.Duration(ns), math.Abs(ns) < float64(era)
}

func (w *Waveform) conductors(k int) [4]float64 {
	return [4]float64{value(w.L1, k), value(w.L2, k), value(w.L3, k), value(w.N, k)}
}

func (w *Waveform) readings(k int) Readings {
	return Readings{w.conductors(k), [3]float64{value(w.V1, k), value(w.V2, k), value(w.V3, k)}, value(w.Leakage, k)}
}

func value(v []float64, k int) float64 {
	if v == nil {
		return 0
	}
	return v[k]
}

func (w *Waveform) check() error {
	if len(w.T) == 0 {
		return fmt.Errorf("recording: no samples")
	}
	if math.IsNaN(w.T[0]) || math.IsInf(w.T[0], 0) {
		return fmt.Errorf("recording: the first sample has no time")
	}
	for _, c := range w.channels() {
		if c.v != nil && len(c.v) != len(w.T) {
			return fmt.Errorf("recording: %s has %d values for %d times", c.name, len(c.v), len(w.T))
		}
	}
	return nil
}

type recorded struct {
	name string
	v    []float64
}

func (w *Waveform) channels() [8]recorded {
	return [8]recorded{
		{"l1", w.L1}, {"l2", w.L2}, {"l3", w.L3}, {"n", w.N}, {"leakage", w.Leakage}, {"v1", w.V1}, {"v2", w.V2}, {"v3", w.V3},
	}
}

// notes names what the unit would have measured and the recording has not.
func (w *Waveform) notes(r points.Rating, s *ModuleSettings) []string {
	var all []string
	for n, c := range w.channels() {
		skip := c.name == "n" && !r.Neutral() || c.name == "leakage" && r.Variant != points.X70 && !r.SGR || n > 4 && !s.voltages()
		if c.v == nil && !skip {
			all = append(all, c.name+" is not in the recording and counts as zero")
		}
	}
	return all
}

// judge turns the three trips into a verdict.
func (rep *Report) judge(trips [corners]*Event) {
	early, nominal, late := trips[Early], trips[Nominal], trips[Late]
	switch {
	case late != nil:
		rep.Verdict = Must
	case early != nil || nominal != nil:
		rep.Verdict = May
	}
	if nominal != nil {
		rep.Trip = outcome(nominal, early, late)
	} else if early != nil {
		rep.Early = outcome(early, early, late)
	}
}

func outcome(ev, early, late *Event) *Outcome {
	o := &Outcome{
		T: ev.At.Seconds(), Function: ev.Function, Phase: ev.Phase, Value: ev.Value,
		Earliest: ev.At.Seconds(), Latest: math.NaN(),
	}
	if early != nil {
		o.Earliest = min(o.T, early.At.Seconds())
	}
	if late != nil {
		o.Latest = max(o.T, late.At.Seconds())
	}
	return o
}
