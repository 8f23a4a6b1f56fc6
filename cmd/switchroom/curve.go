package main

import (
	"fmt"
	"math"
	"strings"

	"switchroom/protection"
	"switchroom/study"
)

type curveCmd struct {
	deviceFlags
	At       []float64 `help:"Currents, as multiples: 1.5,6,7.2. By default a row of them." placeholder:"X,…"`
	Of       string    `help:"What they are multiples of: ir, in, idn, or a for amperes; ir, and idn for --element leakage." enum:"ir,in,idn,a," default:""`
	Element  string    `help:"phase, ground (from a phase to earth) or leakage (through the sensor)." enum:"phase,ground,leakage" default:"phase"`
	Preload  float64   `help:"Load before, times Ir: it has warmed the thermal image." placeholder:"X"`
	Clearing bool      `help:"Add the breaker's opening: time to interruption, not to the decision."`
	Versus   []string  `help:"A setting to compare with: the same unit with this on top, again and again." placeholder:"POINT=VALUE" sep:"none"`
	JSON     bool      `help:"Print JSON."`
	plotFlags
}

// usualMultiples are shown where nobody asked for others.
var usualMultiples = map[string][]float64{
	"ir":  {1.05, 1.2, 1.5, 2, 3, 4, 5, 6, 7.2, 8, 10, 12, 15, 20},
	"idn": {0.5, 0.8, 1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100},
	"in":  {0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20},
	"a":   {0.5, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000},
}

// curveOf is one device with its points.
type curveOf struct {
	device study.Device
	points []study.Point
}

func (c *curveCmd) Run(a *app) error {
	all, err := c.curves(a)
	if err != nil {
		return err
	}
	if err := c.plot(a, all); err != nil {
		return err
	}
	if c.JSON {
		return c.printJSON(a, all)
	}
	for i, one := range all {
		if i > 0 {
			fmt.Fprintln(a.Stdout)
		}
		if err := c.text(a, one); err != nil {
			return err
		}
	}
	unknowns(a)
	return nil
}

func (c *curveCmd) curves(a *app) ([]curveOf, error) {
	d, err := c.device(a)
	if err != nil {
		return nil, err
	}
	all := []curveOf{{device: d}}
	if len(c.Versus) > 0 {
		other := d
		other.Name = "with " + strings.ReplaceAll(strings.Join(c.Versus, ", "), "protection.", "")
		if other, err = setAll(other, "--versus", c.Versus); err != nil {
			return nil, err
		}
		all = append(all, curveOf{device: other})
	}
	base := c.base()
	element, _ := study.ParseElement(c.Element)
	at := c.At
	if len(at) == 0 {
		at = usualMultiples[base.String()]
	}
	for i := range all {
		if all[i].points, err = study.Curve(all[i].device, element, base, at, study.Load(c.Preload)); err != nil {
			return nil, misuse("%v", err)
		}
	}
	return all, nil
}

// base is what currents are multiples of; by default the setting that the
// element is held against.
func (c *curveCmd) base() study.Base {
	if c.Of == "" && c.Element == "leakage" {
		return study.OfIdn
	}
	base, _ := study.ParseBase(c.Of)
	return base
}

// printJSON prints the list of points; with --versus, an object of two lists.
func (c *curveCmd) printJSON(a *app, all []curveOf) error {
	for _, one := range all {
		for i, p := range one.points {
			if c.Clearing {
				one.points[i] = p.Clearing()
			}
		}
	}
	if len(c.Versus) == 0 {
		return printJSON(a.Stdout, all[0].points)
	}
	return printJSON(a.Stdout, map[string][]study.Point{"base": all[0].points, "versus": all[1].points})
}

// plot draws the curves into the files that were asked for.
func (c *curveCmd) plot(a *app, all []curveOf) error {
	element, _ := study.ParseElement(c.Element)
	p := study.Plot{Title: c.title("Trip curves"), Element: element, Before: study.Load(c.Preload)}
	if c.Clearing {
		p.Band = study.Clearings
	}
	for _, one := range all {
		p.Devices = append(p.Devices, one.device)
	}
	if err := c.write(p); err != nil {
		return err
	}
	return c.tellHidden(a, p)
}

func (c *curveCmd) text(a *app, one curveOf) error {
	fmt.Fprintf(a.Stdout, "%s\n", one.device.Name)
	for _, line := range study.Legend(one.device) {
		fmt.Fprintln(a.Stdout, line)
	}
	fmt.Fprintln(a.Stdout)
	base := c.base()
	t := table{Head: []string{"× " + base.Symbol(), "A", "function", "earliest (s)", "nominal (s)", "latest (s)"}}
	if base == study.OfA {
		t.Head[0] = "A asked"
	}
	if c.Clearing {
		t.Head = append(t.Head, "clearing: earliest", "nominal", "latest")
	}
	for _, p := range one.points {
		row := append([]string{fmt.Sprintf("%g", p.X), fmt.Sprintf("%.6g", p.Amps), functions(p.Times)}, three(p)...)
		if c.Clearing {
			row = append(row, three(p.Clearing())...)
		}
		t.Add(row...)
	}
	return t.Text(a.Stdout)
}

func three(p study.Point) []string {
	return []string{inSeconds(p.Times.Min.T), inSeconds(p.Times.Nominal.T), inSeconds(p.Times.Max.T)}
}

// inSeconds writes a time to the three or four digits that mean anything.
func inSeconds(t float64) string {
	switch {
	case math.IsNaN(t):
		return "never"
	case t < 10:
		return fmt.Sprintf("%.3f", t)
	case t < 1000:
		return fmt.Sprintf("%.1f", t)
	}
	return fmt.Sprintf("%.0f", t)
}

// functions names what trips; the ends of the band where they differ.
func functions(t protection.Times) string {
	s, last := "", protection.None
	for _, one := range []protection.Time{t.Min, t.Nominal, t.Max} {
		if one.Function == protection.None || one.Function == last {
			continue
		}
		if s != "" {
			s += " … "
		}
		s += one.Function.String()
		last = one.Function
	}
	if s == "" {
		return "-"
	}
	return s
}
