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
		fmt.Fprintln(a.Stderr, "note:", n)
	}
	if c.JSON {
		return printJSON(a.Stdout, r.Info())
	}
	return infoText(a, r)
}

func infoText(a *app, r *comtrade.Recording) error {
	i := r.Info()
	fmt.Fprintf(a.Stdout, "%s, %s\nCOMTRADE %d, %s, %g Hz, %d samples", r.Station, r.Device, i.Revision, i.Type, float64(i.Frequency), i.Samples)
	if n := len(r.Times); n > 0 {
		fmt.Fprintf(a.Stdout, " over %.4g s", r.Times[n-1])
	}
	fmt.Fprintf(a.Stdout, "\nstart %s, trigger %s\n\n", r.Start.Format("2006-01-02 15:04:05.000000"), r.Trigger.Format("15:04:05.000000"))
	t := table{Head: []string{"analog", "unit", "phase", "first", "last", "min", "max"}}
	for _, c := range i.Analog {
		t.Add(c.Name, c.Unit, c.Phase, num(c.First), num(c.Last), num(c.Min), num(c.Max))
	}
	if err := t.Text(a.Stdout); err != nil {
		return err
	}
	d := table{Head: []string{"digital", "changes"}}
	still := 0
	for _, c := range i.Digital {
		if c.Changes == 0 {
			still++
			continue
		}
		d.Add(c.Name, fmt.Sprint(c.Changes))
	}
	fmt.Fprintln(a.Stdout)
	if len(d.Rows) > 0 {
		if err := d.Text(a.Stdout); err != nil {
			return err
		}
	}
	if still > 0 {
		fmt.Fprintf(a.Stdout, "%d digital channels do not change\n", still)
	}
	return nil
}

func num(n comtrade.Number) string {
	if v := float64(n); v == v {
		return fmt.Sprintf("%.5g", v)
	}
	return "missing"
}
