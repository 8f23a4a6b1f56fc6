package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchroom/lab/remote"
)

type faultCmd struct {
	At       faultAtCmd       `cmd:"" help:"Put a fault on in the network of a running switchroom: fault at F11 kind=three_phase ohm=0.01."`
	Clear    faultClearCmd    `cmd:"" help:"Take a fault off."`
	List     faultListCmd     `cmd:"" help:"List the faults that are on."`
	Prospect faultProspectCmd `cmd:"" help:"What a bolted fault would draw at a node or along a cable, by IEC 60909-0, breakers as they stand."`
}

type faultAtCmd struct {
	labFlag
	listing
	Place string   `arg:"" help:"Node, or cable with along=."`
	With  []string `arg:"" help:"kind=three_phase, phase_phase, phase_phase_earth, phase_earth, phase_neutral or broken_neutral; along=0.3 of a cable, phase=1, ohm=0.01, gap=30 (mm, of an arc), for=10s of the switchroom's time, name=."`
}

// faultFields are what may be said of a fault, each with how it is read.
var faultFields = map[string]func(d *remote.Deed, text string) error{
	"along": func(d *remote.Deed, text string) (err error) { d.Along, err = optionalNumber(text); return err },
	"for":   func(d *remote.Deed, text string) error { return lasts(text, &d.For) },
	"gap":   func(d *remote.Deed, text string) error { return plainNumber(text, &d.Gap) },
	"kind":  func(d *remote.Deed, text string) error { d.Kind = text; return nil },
	"name":  func(d *remote.Deed, text string) error { d.Name = text; return nil },
	"ohm":   func(d *remote.Deed, text string) error { return plainNumber(text, &d.Ohm) },
	"phase": func(d *remote.Deed, text string) (err error) { d.Phase, err = strconv.Atoi(text); return err },
}

func plainNumber(text string, to *float64) (err error) {
	*to, err = strconv.ParseFloat(text, 64)
	return err
}

func optionalNumber(text string) (*float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	return &v, err
}

func lasts(text string, to *float64) error {
	d, err := time.ParseDuration(text)
	*to = d.Seconds()
	return err
}

func (c *faultAtCmd) Run(a *app) error {
	d := remote.Deed{Do: "fault", Target: c.Place}
	for _, w := range c.With {
		name, text, _ := strings.Cut(w, "=")
		read := faultFields[name]
		if read == nil {
			return misuse("fault at %s %s: write one of %s, each with =", c.Place, w, strings.Join(slices.Sorted(maps.Keys(faultFields)), ", "))
		}
		if err := read(&d, text); err != nil {
			return misuse("fault at %s %s: %q cannot be read", c.Place, w, text)
		}
	}
	cl, err := c.client()
	if err != nil {
		return err
	}
	n, err := cl.ToNetwork(a.Ctx, d)
	return toldFaults(a, c.listing, &n, err)
}

type faultClearCmd struct {
	labFlag
	listing
	Name string `arg:"" help:"Its name: where it is, if none was given."`
}

func (c *faultClearCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	n, err := cl.ToNetwork(a.Ctx, remote.Deed{Do: "clear", Target: c.Name})
	return toldFaults(a, c.listing, &n, err)
}

type faultListCmd struct {
	labFlag
	listing
}

func (c *faultListCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	n, err := cl.Network(a.Ctx)
	return toldFaults(a, c.listing, &n, err)
}

// toldFaults prints the faults that are on.
func toldFaults(a *app, l listing, n *remote.Network, err error) error {
	if err != nil {
		return err
	}
	t := &table{Head: []string{"name", "kind", "at", "ohm", "gap (mm)", "carries (A)", "ends in (s)"}, JSON: n.Faults}
	for _, f := range n.Faults {
		at := f.At
		if f.Along > 0 {
			at = fmt.Sprintf("%s at %g", f.At, f.Along)
		}
		t.Add(f.Name, f.Kind, at, fmt.Sprint(f.Ohm), fmt.Sprint(f.Gap), shown(f.Amps, "%.0f"), shown(f.Ends, "%.1f"))
	}
	return t.Print(a.Stdout, l)
}

type faultProspectCmd struct {
	labFlag
	listing
	Place string `arg:"" help:"Node or cable."`
}

func (c *faultProspectCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	p, err := cl.Prospect(a.Ctx, c.Place)
	if err != nil {
		return err
	}
	if len(p.Nodes) == 0 {
		fmt.Fprintf(a.Stderr, "note: no source feeds %s now: nothing would flow\n", c.Place)
	}
	t := &table{Head: []string{"node", "Ik3 max", "Ik3 min", "Ik2 min", "Ik1 max", "Ik1 min", "ip"}, JSON: p.Nodes}
	for _, n := range p.Nodes {
		t.Add(n.Node, kiloamps(n.Ik3Max), kiloamps(n.Ik3Min), kiloamps(n.Ik2Min), kiloamps(n.Ik1Max), kiloamps(n.Ik1Min), kiloamps(n.Ip))
	}
	return t.Print(a.Stdout, c.listing)
}
