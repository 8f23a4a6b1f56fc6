package main

import (
	"errors"
	"fmt"

	"switchroom/points"
	"switchroom/study"
)

type settingsCmd struct {
	Check settingsCheckCmd `cmd:"" help:"Check a settings file for a unit and say every rule that it breaks."`
}

type settingsCheckCmd struct {
	ratingFlags
	listing
	File string `arg:"" help:"The settings file: CSV with the columns point and value."`
}

// settingJSON is one setting as --json prints it.
type settingJSON struct {
	Point   string  `json:"point"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Default float64 `json:"default"`
}

func (c *settingsCheckCmd) Run(a *app) error {
	r, err := c.rating()
	if err != nil {
		return err
	}
	d := study.NewDevice("", r)
	err = settingsFile(a, c.File, &d)
	if p, ok := errors.AsType[study.Problems](err); ok && c.Chosen() == "json" {
		if err := printJSON(a.Stdout, p); err != nil {
			return err
		}
		return errRefused
	}
	if err != nil {
		return err
	}
	return c.print(a, d)
}

// print lists what acts once the file is set: its settings and the factory's.
func (c *settingsCheckCmd) print(a *app, d study.Device) error {
	t := table{Head: []string{"point", "value", "unit", "factory"}}
	all := []settingJSON{}
	for _, id := range study.IDs() {
		info := points.Of(id)
		limit, exists := info.For(d.Rating)
		if !exists {
			continue
		}
		v, _ := d.Get(id)
		all = append(all, settingJSON{info.Name, v, info.Unit, limit.Default})
		t.Add(info.Name, info.Format(points.Number(v)), info.Unit, info.Format(points.Number(limit.Default)))
	}
	t.JSON = all
	if c.Chosen() == "text" {
		fmt.Fprintf(a.Stderr, "%s: no rule of a %v X of In %g A is broken\n", c.File, d.Rating.Variant, d.Rating.In)
	}
	return t.Print(a.Stdout, c.listing)
}
