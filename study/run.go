package study

import (
	"encoding/json"
	"fmt"
	"math"

	"switchroom/points"
	"switchroom/protection"
)

// Result is a test that has been carried out on an early, a nominal and a late
// unit.
type Result struct {
	Test
	Measured protection.Times
	Pass     bool
	Why      string // it does not pass
}

// Run carries out tests on the units that make gives. Every one of the three has
// to do what the documents want.
func Run(tests []Test, make Maker) ([]Result, error) {
	all := []Result{}
	for _, t := range tests {
		r := Result{Test: t, Pass: true}
		for _, at := range []struct {
			corner protection.Corner
			time   *protection.Time
		}{{protection.Early, &r.Measured.Min}, {protection.Nominal, &r.Measured.Nominal}, {protection.Late, &r.Measured.Max}} {
			u, err := make(t.Device, at.corner)
			if err != nil {
				return nil, err
			}
			*at.time = injection{t.Conductor, t.Amps, t.Device.Rating.Frequency, t.Hold}.into(u)
			if why := t.fault(*at.time); why != "" && r.Pass {
				r.Pass, r.Why = false, fmt.Sprintf("the %v unit %s", at.corner, why)
			}
		}
		all = append(all, r)
	}
	return all, nil
}

// fault says what is wrong with a measurement, or nothing.
func (t *Test) fault(got protection.Time) string {
	w := t.Want
	switch {
	case !w.Trip && !math.IsNaN(got.T):
		return fmt.Sprintf("trips by %v after %.4g s and must not", got.Function, got.T)
	case !w.Trip:
		return ""
	case math.IsNaN(got.T):
		return fmt.Sprintf("does not trip within %.4g s and must", t.Hold.Seconds())
	case got.Function != t.Function:
		return fmt.Sprintf("trips by %v", got.Function)
	case got.T < w.Min:
		return fmt.Sprintf("trips %.4g s before the window", w.Min-got.T)
	case got.T > w.Max:
		return fmt.Sprintf("trips %.4g s after the window", got.T-w.Max)
	}
	return ""
}

// expectedJSON is a window as JSON.
type expectedJSON struct {
	Trip      bool             `json:"trip"`
	Min       *float64         `json:"min"`
	Max       *float64         `json:"max"`
	Source    string           `json:"source"`
	Certainty points.Certainty `json:"certainty"`
}

// MarshalJSON writes settings by their points and times to a microsecond.
func (r Result) MarshalJSON() ([]byte, error) {
	want := expectedJSON{Trip: r.Want.Trip, Source: r.Want.Source, Certainty: r.Want.Certainty}
	if r.Want.Trip {
		want.Min, want.Max = finite(r.Want.Min), finite(r.Want.Max)
	}
	return json.Marshal(struct {
		Test      string              `json:"test"`
		Function  protection.Function `json:"function"`
		Conductor Conductor           `json:"conductor"`
		Settings  map[string]float64  `json:"settings"`
		X         *float64            `json:"x"`
		Of        string              `json:"of"`
		Amps      *float64            `json:"amps"`
		Hold      *float64            `json:"injected_for"`
		Expected  expectedJSON        `json:"expected"`
		Earliest  *float64            `json:"earliest"`
		Measured  *float64            `json:"measured"`
		Latest    *float64            `json:"latest"`
		Verdict   string              `json:"verdict"`
		Why       string              `json:"why,omitempty"`
	}{
		r.Name, r.Function, r.Conductor, settingsOf(r.Device), finite(r.X), r.Of, finite(r.Amps), finite(r.Hold.Seconds()), want,
		finite(r.Measured.Min.T), finite(r.Measured.Nominal.T), finite(r.Measured.Max.T), r.Verdict(), r.Why,
	})
}

// Verdict is pass or fail.
func (r *Result) Verdict() string {
	if r.Pass {
		return "pass"
	}
	return "fail"
}

// settingsOf are the settings that the unit has, by their points.
func settingsOf(d Device) map[string]float64 {
	all := map[string]float64{}
	for _, id := range protection.IDs() {
		if _, exists := points.Of(id).For(d.Rating); exists {
			all[id.String()], _ = d.Settings.Get(id)
		}
	}
	return all
}
