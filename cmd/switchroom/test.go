package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"switchroom/protection"
	"switchroom/study"
)

type testCmd struct {
	Function string `arg:"" optional:"" help:"long_time, short_time, instantaneous, ground_fault, earth_leakage or all." enum:"long_time,short_time,instantaneous,ground_fault,earth_leakage,all," default:""`
	settingsFlags
	In        float64 `help:"Rated current of the sensor plug, A." default:"1000"`
	Variant   string  `help:"Control unit: 2.0, 3.0, 5.0, 6.0, 7.0; by default 6.0, and 7.0 for earth leakage."`
	Poles     int     `help:"3 or 4." default:"3"`
	ENCT      bool    `help:"A 3P breaker with the external neutral transformer."`
	SGR       bool    `help:"Ground fault is measured by a ground-return sensor with its module (6.0 X)."`
	Standard  string  `help:"iec or ul; iec (ul for 3.0)." enum:"iec,ul," default:""`
	Frequency float64 `help:"50 or 60 Hz." default:"50"`

	Results  string `help:"Compare your own injection results instead: CSV of function,phase,amps,seconds." placeholder:"FILE"`
	Measured string `help:"What the seconds of --results are: clearing, to the interruption, or decision, to the trip output." enum:"clearing,decision" default:"clearing"`
	JSON     bool   `help:"Print JSON."`
}

func (c *testCmd) Run(a *app) error {
	if (c.Function == "") == (c.Results == "") {
		return misuse("what to test? name a function or all, or give --results FILE with your own measurements")
	}
	if c.Function != "" && (c.ERMS || c.NoRestraint) {
		return misuse("injection tests are of the settings: ERMS is disengaged and zones are restrained for them; leave --erms and --no-restraint out")
	}
	if c.Results != "" {
		d, err := c.unit(a, "6.0")
		if err != nil {
			return err
		}
		return c.compare(a, d)
	}
	return c.inject(a)
}

// unit is what is tested; otherwise is its variant where none was asked for.
func (c *testCmd) unit(a *app, otherwise string) (study.Device, error) {
	f := ratingFlags{In: c.In, Variant: c.Variant, Poles: c.Poles, ENCT: c.ENCT, SGR: c.SGR, Standard: c.Standard, Frequency: c.Frequency}
	if f.Variant == "" {
		f.Variant = otherwise
	}
	r, err := f.rating()
	if err != nil {
		return study.Device{}, err
	}
	return c.device(a, "", r)
}

// inject tests the model: every published window, on an early, a nominal and a
// late unit.
func (c *testCmd) inject(a *app) error {
	tests, err := c.tests(a)
	if err != nil {
		return err
	}
	results, err := study.Run(tests, study.Model)
	if err != nil {
		return err
	}
	failed := 0
	t := table{Head: []string{"function", "in", "test", "A", "expected (s)", "earliest", "measured", "latest", "verdict"}}
	for _, r := range results {
		if !r.Pass {
			failed++
		}
		t.Add(r.Function.String(), r.Conductor.String(), r.Name, fmt.Sprintf("%.6g", r.Amps), window(r.Want), inSeconds(r.Measured.Min.T), inSeconds(r.Measured.Nominal.T), inSeconds(r.Measured.Max.T), strings.TrimSpace(r.Verdict()+" "+r.Why))
	}
	if c.JSON {
		err = printJSON(a.Stdout, results)
	} else {
		err = t.Text(a.Stdout)
		fmt.Fprintf(a.Stdout, "\n%d of %d pass; times are the control unit's decisions. Expected are the documents' windows (NSP p. A-15 and others, mostly sibling), not the model's.\n", len(results)-failed, len(results))
		unknowns(a)
	}
	if err == nil && failed > 0 {
		return errRefused
	}
	return err
}

// tests are those of the function, or of all that the unit has and that are on.
func (c *testCmd) tests(a *app) ([]study.Test, error) {
	var all []study.Test
	for _, f := range study.Functions() {
		if c.Function != "all" && c.Function != f.String() {
			continue
		}
		otherwise := "6.0"
		if f == protection.EarthLeakage && c.Function != "all" {
			otherwise = "7.0"
		}
		d, err := c.unit(a, otherwise)
		if err != nil {
			return nil, err
		}
		some, err := study.Tests(d, f)
		if err != nil && c.Function != "all" {
			return nil, err
		}
		if err != nil {
			fmt.Fprintln(a.Stderr, "note: left out:", err)
		}
		all = append(all, some...)
	}
	return all, nil
}

func window(w study.Window) string {
	if !w.Trip {
		return "no trip"
	}
	return inSeconds(w.Min) + " to " + inSeconds(w.Max)
}

// compare sets the user's own measurements against the model.
func (c *testCmd) compare(a *app, d study.Device) error {
	file, err := os.Open(c.Results)
	if err != nil {
		return err
	}
	defer file.Close()
	rows, err := study.ReadInjected(file, filepath.Base(c.Results))
	if err != nil {
		return err
	}
	all, err := study.Compare(d, rows, c.Measured == "clearing")
	if err != nil {
		return err
	}
	outside := 0
	t := table{Head: []string{"line", "function", "in", "A", "measured (s)", "earliest", "latest", "verdict"}}
	for _, r := range all {
		measured := inSeconds(r.Seconds)
		if r.NoTrip {
			measured = ">" + measured
		}
		if r.Verdict != study.Inside {
			outside++
		}
		t.Add(fmt.Sprint(r.Line), dash(r.Function), r.Conductor.String(), fmt.Sprintf("%.6g", r.Amps), measured, inSeconds(r.Band.Min.T), inSeconds(r.Band.Max.T), verdictOf(r))
	}
	if c.JSON {
		err = printJSON(a.Stdout, all)
	} else {
		err = t.Text(a.Stdout)
		fmt.Fprintf(a.Stdout, "\n%d of %d inside the band; times to the %s.\n", len(all)-outside, len(all), c.Measured)
		unknowns(a)
	}
	if err == nil && outside > 0 {
		return errRefused
	}
	return err
}

func verdictOf(r study.Compared) string {
	s := strings.ReplaceAll(r.Verdict.String(), "_", " ")
	if r.Why != "" {
		s += ": " + r.Why
	}
	return s
}
