package main

import (
	"fmt"
	"strings"

	"switchroom/points"
)

type pointsCmd struct {
	listing
	Only      string  `arg:"" optional:"" help:"Only names that contain this."`
	Certainty string  `help:"Only points of this certainty or worse: confirmed, sibling, reported, inferred, ours."`
	Events    bool    `help:"List the events instead."`
	In        float64 `help:"Rated current for the ranges, A." default:"1000"`
	Variant   string  `help:"Control unit for the ranges." default:"6.0"`
}

// pointJSON is one point as --json prints it.
type pointJSON struct {
	Name      string           `json:"name"`
	Title     string           `json:"title"`
	Type      string           `json:"type"`
	Unit      string           `json:"unit"`
	Enum      []string         `json:"enum,omitempty"`
	Class     string           `json:"class"`
	Range     *rangeJSON       `json:"range,omitempty"`
	Source    string           `json:"source"`
	Certainty points.Certainty `json:"certainty"`
}

type rangeJSON struct {
	Min       float64          `json:"min"`
	Max       float64          `json:"max"`
	Step      float64          `json:"step,omitempty"`
	Values    []float64        `json:"values,omitempty"`
	Default   float64          `json:"default"`
	Source    string           `json:"source"`
	Certainty points.Certainty `json:"certainty"`
}

func (c *pointsCmd) Run(a *app) error {
	worst, err := certaintyFlag(c.Certainty)
	if err != nil {
		return err
	}
	if c.Events {
		return c.events(a, worst)
	}
	v, err := points.ParseVariant(c.Variant)
	if err != nil {
		return misuse("%v", err)
	}
	r := points.Rating{In: c.In, Variant: v, Poles: 3, Voltage: 400, Frequency: 50}
	if v == points.X30 {
		r.Standard = points.UL
	}
	if err := r.Validate(); err != nil {
		return misuse("%v", err)
	}
	t := table{Head: []string{"name", "title", "type", "unit", "range", "default", "class", "source", "certainty"}}
	all := []pointJSON{}
	for _, p := range points.All() {
		if strings.Contains(p.Name, c.Only) && p.Certainty >= worst {
			row := pointRow(&p, r)
			all = append(all, row)
			t.Add(p.Name, p.Title, row.Type, row.Unit, row.Range.text(), row.Range.standard(), row.Class, row.Source, row.Certainty.String())
		}
	}
	t.JSON = all
	return t.Print(a.Stdout, c.listing)
}

func certaintyFlag(s string) (points.Certainty, error) {
	if s == "" {
		return 0, nil
	}
	c, err := points.ParseCertainty(s)
	if err != nil {
		return 0, misuse("%v", err)
	}
	return c, nil
}

func pointRow(p *points.Info, r points.Rating) pointJSON {
	j := pointJSON{Name: p.Name, Title: p.Title, Type: p.Type.String(), Unit: p.Unit, Enum: p.Enum, Class: p.Class.String(), Source: p.Source, Certainty: p.Certainty}
	if l, has := p.For(r); has {
		j.Range = &rangeJSON{Min: l.Min, Max: l.Max, Step: l.Step, Values: l.Values, Default: l.Default, Source: l.Source, Certainty: l.Certainty}
	}
	return j
}

func (r *rangeJSON) text() string {
	switch {
	case r == nil:
		return ""
	case len(r.Values) > 0:
		return strings.Trim(fmt.Sprint(r.Values), "[]")
	case r.Step > 0:
		return fmt.Sprintf("%g to %g by %g", r.Min, r.Max, r.Step)
	}
	return fmt.Sprintf("%g to %g", r.Min, r.Max)
}

func (r *rangeJSON) standard() string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf("%g (%s)", r.Default, r.Certainty)
}

// eventJSON is one event as --json prints it.
type eventJSON struct {
	Code      string           `json:"code"`
	Name      string           `json:"name"`
	Title     string           `json:"title"`
	History   string           `json:"history"`
	Severity  string           `json:"severity"`
	Kind      string           `json:"kind"`
	Latched   bool             `json:"latched"`
	Source    string           `json:"source"`
	Certainty points.Certainty `json:"certainty"`
}

func (c *pointsCmd) events(a *app, worst points.Certainty) error {
	t := table{Head: []string{"code", "name", "title", "history", "severity", "kind", "source", "certainty"}}
	all := []eventJSON{}
	for _, e := range points.Events() {
		if !strings.Contains(e.Name, c.Only) || e.Certainty < worst {
			continue
		}
		kind := "entry/exit"
		if e.Pulse {
			kind = "pulse"
		}
		if e.Latched {
			kind += ", latched"
		}
		code := fmt.Sprintf("0x%04X", uint16(e.Code))
		all = append(all, eventJSON{code, e.Name, e.Title, e.History.String(), e.Severity.String(), kind, e.Latched, e.Source, e.Certainty})
		t.Add(code, e.Name, e.Title, e.History.String(), e.Severity.String(), kind, e.Source, e.Certainty.String())
	}
	t.JSON = all
	return t.Print(a.Stdout, c.listing)
}
