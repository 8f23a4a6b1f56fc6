package study

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"switchroom/points"
	"switchroom/protection"
)

// Injected is one row of somebody's own injection test.
type Injected struct {
	Line      int
	Function  protection.Function // what tripped, as the tester says; None: not said
	Conductor Conductor
	Amps      float64 // RMS
	Seconds   float64 // what was measured; with NoTrip, for how long it was injected
	NoTrip    bool
}

// ReadInjected reads rows of function,phase,amps,seconds. Function may be empty;
// phase is l1, l2, l3, n, or sensor for earth leakage, empty for l1; seconds is
// what was measured, or >30 where the current flowed 30 s without a trip. The
// file is refused whole with [Problems].
func ReadInjected(src io.Reader, file string) ([]Injected, error) {
	rows, err := readCSV(src, file, "function", "phase", "amps", "seconds")
	if err != nil {
		return nil, err
	}
	var all []Injected
	var bad Problems
	for _, row := range rows {
		one, err := parseInjected(row)
		if err != nil {
			bad = append(bad, Problem{file, row.line, err.Error()})
		}
		all = append(all, one)
	}
	if len(rows) == 0 {
		bad = append(bad, Problem{file, 0, "no row in it: write function,phase,amps,seconds, as short_time,l1,8000,0.19"})
	}
	if len(bad) > 0 {
		return nil, bad
	}
	return all, nil
}

func parseInjected(row record) (one Injected, err error) {
	one.Line = row.line
	if err := one.Function.UnmarshalText([]byte(strings.ToLower(row.cells["function"]))); err != nil {
		return one, err
	}
	if one.Conductor, err = parseConductor(strings.ToLower(row.cells["phase"]), one.Function); err != nil {
		return one, err
	}
	if one.Amps, err = strconv.ParseFloat(row.cells["amps"], 64); err != nil {
		return one, fmt.Errorf("amps %q is not a number; write a decimal point, no unit", row.cells["amps"])
	}
	if err := checkAmps(one.Amps); err != nil {
		return one, err
	}
	text, held := strings.CutPrefix(row.cells["seconds"], ">")
	one.NoTrip = held
	one.Seconds, err = strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(one.Seconds >= 0) || one.Seconds > 1e6 {
		return one, fmt.Errorf("seconds %q: write the measured time, or >30 where 30 s went by without a trip", row.cells["seconds"])
	}
	return one, nil
}

func parseConductor(s string, f protection.Function) (Conductor, error) {
	if s == "" && f == protection.EarthLeakage {
		return Sensor, nil
	}
	for i, name := range append([]string{""}, conductorNames...) {
		if s == name {
			return Conductor(max(0, i-1)), nil
		}
	}
	return 0, fmt.Errorf("phase %q is none of %s", s, strings.Join(conductorNames, ", "))
}

// Compared is a row against the model.
type Compared struct {
	Injected
	Band    protection.Times // what the model allows, as it was measured
	Verdict Placement
	By      float64 // s outside the band; 0 inside
	Why     string
}

// Placement is where a measurement lies.
type Placement uint8

const (
	Inside Placement = iota
	TooEarly
	TooLate
	MustNotTrip   // it tripped where no unit may
	MustTrip      // it held where every unit must have tripped
	OtherFunction // it is in time, by another function than the model's
)

var placementNames = []string{"inside", "early", "late", "must_not_trip", "must_trip", "other_function"}

func (p Placement) String() string { return placementNames[p%6] }

// MarshalText writes the placement's name.
func (p Placement) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Compare sets measurements against what the model of d allows on the same
// currents, each from cold and in one conductor. clearing says that times were
// measured to the interruption, and the breaker's opening is in them.
//
// One pole alone is a residual current, so ground fault is set aside where
// another function is under test, as an injection set inhibits it.
func Compare(d Device, rows []Injected, clearing bool) ([]Compared, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	opening := 0.0
	if clearing {
		opening = protection.Opening.Seconds()
	}
	all := []Compared{}
	for _, row := range rows {
		if err := measurable(d, row); err != nil {
			return nil, Problems{{"results", row.Line, err.Error()}}
		}
		c := Compared{Injected: row}
		unit := d
		if row.Function != protection.GroundFault {
			unit.Settings.GroundFault.On = false
		}
		var err error
		if c.Band, err = allowed(unit, row, opening); err != nil {
			return nil, err
		}
		c.place()
		all = append(all, c)
	}
	return all, nil
}

// measurable refuses what nobody can have measured on d.
func measurable(d Device, row Injected) error {
	switch v := d.Rating.Variant; {
	case row.Conductor == N && !d.Rating.Neutral():
		return fmt.Errorf("the neutral of this breaker is not measured: give --poles 4 or --enct, or another phase")
	case row.Function == protection.GroundFault && v != points.X60:
		return fmt.Errorf("%v X has no ground fault", v)
	case row.Function == protection.EarthLeakage && v != points.X70, row.Conductor == Sensor && v != points.X70 && !d.Rating.SGR:
		return fmt.Errorf("%v X has no earth leakage, and no ground-return sensor is declared", v)
	}
	return nil
}

// allowed is the band of one conductor.
func allowed(d Device, row Injected, opening float64) (b protection.Times, err error) {
	for _, at := range []struct {
		corner protection.Corner
		time   *protection.Time
	}{{protection.Early, &b.Min}, {protection.Nominal, &b.Nominal}, {protection.Late, &b.Max}} {
		i, sensor := row.Conductor.phasors(at.corner, row.Amps)
		if *at.time, err = decideOn(d, at.corner, i, sensor, 0); err != nil {
			return b, err
		}
		at.time.T += opening
	}
	return b, nil
}

// place compares the measurement with the band.
func (c *Compared) place() {
	early, late := c.Band.Min.T, c.Band.Max.T
	switch {
	case c.NoTrip && c.Seconds > late:
		c.Verdict, c.By = MustTrip, c.Seconds-late
		c.Why = fmt.Sprintf("it held for %.4g s; every unit trips within %.4g s", c.Seconds, late)
	case c.NoTrip:
	case math.IsNaN(early):
		c.Verdict, c.By = MustNotTrip, math.NaN()
		c.Why = "no unit may trip on this current"
	case c.Seconds < early:
		c.Verdict, c.By = TooEarly, c.Seconds-early
		c.Why = fmt.Sprintf("%.4g s before the earliest, %.4g s (%.0f %%)", -c.By, early, 100*c.By/early)
	case c.Seconds > late:
		c.Verdict, c.By = TooLate, c.Seconds-late
		c.Why = fmt.Sprintf("%.4g s after the latest, %.4g s (%+.0f %%)", c.By, late, 100*c.By/late)
	case !c.agrees():
		c.Verdict = OtherFunction
		c.Why = fmt.Sprintf("the model trips by %s at this current", strings.Join(c.functions(), " or "))
	}
}

// agrees reports whether any unit of the band trips by what the tester says.
func (c *Compared) agrees() bool {
	f := c.Function
	return f == protection.None || f == c.Band.Min.Function || f == c.Band.Nominal.Function || f == c.Band.Max.Function
}

func (c *Compared) functions() []string {
	var all []string
	last := protection.None
	for _, t := range []protection.Time{c.Band.Min, c.Band.Nominal, c.Band.Max} {
		if t.Function != last && t.Function != protection.None {
			all = append(all, t.Function.String())
			last = t.Function
		}
	}
	return all
}

// MarshalJSON writes times to a microsecond, and null for what is none.
func (c Compared) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Line      int                 `json:"line"`
		Function  protection.Function `json:"function"`
		Phase     Conductor           `json:"phase"`
		Amps      float64             `json:"amps"`
		Seconds   float64             `json:"seconds"`
		Tripped   bool                `json:"tripped"`
		Earliest  *float64            `json:"earliest"`
		Nominal   *float64            `json:"nominal"`
		Latest    *float64            `json:"latest"`
		Functions []string            `json:"model_functions"`
		Verdict   Placement           `json:"verdict"`
		By        *float64            `json:"outside_by"`
		Why       string              `json:"why,omitempty"`
	}{
		c.Line, c.Function, c.Conductor, c.Amps, c.Seconds, !c.NoTrip,
		finite(c.Band.Min.T), finite(c.Band.Nominal.T), finite(c.Band.Max.T), append([]string{}, c.functions()...), c.Verdict, finite(c.By), c.Why,
	})
}
