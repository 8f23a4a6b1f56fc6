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
	deviceFlags
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
	d, err := c.device(a)
	if err != nil {
		return err
	}
	if c.Results != "" {
		return c.compare(a, d)
	}
	return c.inject(a, d)
}

// inject tests the model: every published window, on an early, a nominal and a
// late unit.
func (c *testCmd) inject(a *app, d study.Device) error {
	tests, err := c.tests(a, d)
	if err != nil {
		return err
	}
	results, err := study.Run(tests, study.Model)
	if err != nil {
		return err
	}
	failed := 0
	t := table{head: []string{"function", "in", "test", "A", "expected (s)", "earliest", "measured", "latest", "verdict"}}
	for _, r := range results {
		if !r.Pass {
			failed++
		}
		t.add(r.Function.String(), r.Conductor.String(), r.Name, fmt.Sprintf("%.6g", r.Amps), window(r.Want), inSeconds(r.Measured.Min.T), inSeconds(r.Measured.Nominal.T), inSeconds(r.Measured.Max.T), strings.TrimSpace(r.Verdict()+" "+r.Why))
	}
	if c.JSON {
		err = printJSON(a.stdout, results)
	} else {
		err = t.text(a.stdout)
		fmt.Fprintf(a.stdout, "\n%d of %d pass; times are the control unit's decisions. Expected are the documents' windows (NSP p. A-15 and others, mostly sibling), not the model's.\n", len(results)-failed, len(results))
		unknowns(a)
	}
	if err == nil && failed > 0 {
		return errRefused
	}
	return err
}

// tests are those of the function, or of all that the unit has and that are on.
func (c *testCmd) tests(a *app, d study.Device) ([]study.Test, error) {
	if c.Function != "all" {
		var f protection.Function
		if err := f.UnmarshalText([]byte(c.Function)); err != nil {
			return nil, misuse("%v", err)
		}
		return study.Tests(d, f)
	}
	var all []study.Test
	for _, f := range study.Functions() {
		some, err := study.Tests(d, f)
		if err != nil {
			fmt.Fprintln(a.stderr, "note: left out:", err)
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
	t := table{head: []string{"line", "function", "in", "A", "measured (s)", "earliest", "latest", "verdict"}}
	for _, r := range all {
		measured := inSeconds(r.Seconds)
		if r.NoTrip {
			measured = ">" + measured
		}
		if r.Verdict != study.Inside {
			outside++
		}
		t.add(fmt.Sprint(r.Line), dash(r.Function), r.Conductor.String(), fmt.Sprintf("%.6g", r.Amps), measured, inSeconds(r.Band.Min.T), inSeconds(r.Band.Max.T), verdictOf(r))
	}
	if c.JSON {
		err = printJSON(a.stdout, all)
	} else {
		err = t.text(a.stdout)
		fmt.Fprintf(a.stdout, "\n%d of %d inside the band; times to the %s.\n", len(all)-outside, len(all), c.Measured)
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
