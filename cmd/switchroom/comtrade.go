package main

import (
	"fmt"

	"switchroom/wire/comtrade"
)

type comtradeCmd struct {
	Convert comtradeConvertCmd `cmd:"" help:"Write a recording with another data type, by another revision, in one file or several."`
	Info    comtradeInfoCmd    `cmd:"" help:"Say what is in a recording."`
}

type comtradeInfoCmd struct {
	JSON bool   `help:"Print JSON."`
	File string `arg:"" help:"The .cfg or .cff file."`
}

func (c *comtradeInfoCmd) Run(a *app) error {
	r, err := comtrade.Open(c.File)
	if err != nil {
		return err
	}
	for _, n := range r.Notes {
		fmt.Fprintln(a.stderr, "note:", n)
	}
	if c.JSON {
		return printJSON(a.stdout, r.Info())
	}
	return infoText(a, r)
}

func infoText(a *app, r *comtrade.Recording) error {
	i := r.Info()
	fmt.Fprintf(a.stdout, "%s, %s\nCOMTRADE %d, %s, %g Hz, %d samples", r.Station, r.Device, i.Revision, i.Type, float64(i.Frequency), i.Samples)
	if n := len(r.Times); n > 0 {
		fmt.Fprintf(a.stdout, " over %.4g s", r.Times[n-1])
	}
	fmt.Fprintf(a.stdout, "\nstart %s, trigger %s\n\n", r.Start.Format("2006-01-02 15:04:05.000000"), r.Trigger.Format("15:04:05.000000"))
	t := table{head: []string{"analog", "unit", "phase", "first", "last", "min", "max"}}
	for _, c := range i.Analog {
		t.add(c.Name, c.Unit, c.Phase, num(c.First), num(c.Last), num(c.Min), num(c.Max))
	}
	if err := t.text(a.stdout); err != nil {
		return err
	}
	d := table{head: []string{"digital", "changes"}}
	still := 0
	for _, c := range i.Digital {
		if c.Changes == 0 {
			still++
			continue
		}
		d.add(c.Name, fmt.Sprint(c.Changes))
	}
	fmt.Fprintln(a.stdout)
	if len(d.rows) > 0 {
		if err := d.text(a.stdout); err != nil {
			return err
		}
	}
	if still > 0 {
		fmt.Fprintf(a.stdout, "%d digital channels do not change\n", still)
	}
	return nil
}

func num(n comtrade.Number) string {
	if v := float64(n); v == v {
		return fmt.Sprintf("%.5g", v)
	}
	return "missing"
}
