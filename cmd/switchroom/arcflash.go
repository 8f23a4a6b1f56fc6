package main

import (
	"fmt"

	"switchroom/study"
)

type arcflashCmd struct {
	deviceFlags
	At      []float64 `help:"Currents through the breaker, A: arcing currents at their smallest and largest." placeholder:"A,…"`
	From    float64   `help:"First current of a sweep, A; by default where the first unit trips." placeholder:"A"`
	To      float64   `help:"Last current of the sweep, A; by default beyond the last function." placeholder:"A"`
	Points  int       `help:"Currents in the sweep." default:"60"`
	Element string    `help:"phase, ground or leakage." enum:"phase,ground,leakage" default:"phase"`
	Preload float64   `help:"Load before, times Ir." placeholder:"X"`
	JSON    bool      `help:"Print JSON: what curve --clearing prints."`
}

func (c *arcflashCmd) Run(a *app) error {
	d, err := c.device(a)
	if err != nil {
		return err
	}
	element, _ := study.ParseElement(c.Element)
	at, err := c.currents(d, element)
	if err != nil {
		return misuse("%v", err)
	}
	curve, err := study.Curve(d, element, study.OfA, at, study.Load(c.Preload))
	if err != nil {
		return misuse("%v", err)
	}
	if c.JSON {
		for i, p := range curve {
			curve[i] = p.Clearing()
		}
		return printJSON(a.Stdout, curve)
	}
	for _, u := range study.Unknowns() {
		fmt.Fprintln(a.Stderr, "note:", u)
	}
	return study.ArcFlash(a.Stdout, curve)
}

func (c *arcflashCmd) currents(d study.Device, e study.Element) ([]float64, error) {
	if len(c.At) > 0 {
		return c.At, nil
	}
	from, to, err := study.Span([]study.Device{d}, e)
	if err != nil {
		return nil, err
	}
	if c.From != 0 {
		from = c.From
	}
	if c.To != 0 {
		to = c.To
	}
	return study.Sweep(from, to, c.Points)
}
