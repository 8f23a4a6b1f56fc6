package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"switchroom/fat"
	"switchroom/lab/remote"
	"switchroom/site"
)

type fatPlanCmd struct {
	Site      string   `arg:"" optional:"" help:"The site file." type:"existingfile"`
	Lab       string   `help:"The running laboratory." placeholder:"URL"`
	Points    []string `help:"Names or beginnings of names; without, every point that stands in a register." placeholder:"NAME"`
	Phase     []string `help:"Only these phases: documentation, inventory, point-to-point, communication, functional, alarms, failure, time." placeholder:"PHASE"`
	Names     string   `help:"CSV file with the system's own names (breaker,point,name); the plan has only these points." type:"existingfile" placeholder:"FILE"`
	Binding   string   `help:"File that says how to see what the system shows; without, an example to change." type:"existingfile" placeholder:"FILE"`
	System    string   `help:"Name and version of the system under test." placeholder:"TEXT"`
	Within    float64  `help:"Time limit of a point, in s." default:"10"`
	Display   float64  `help:"Resolution of the display, in units of the point; without, 0.1 % of the value." placeholder:"X"`
	Strict    bool     `help:"Leave out what relies on rows that are only inferred or ours."`
	Registers string   `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
	Output    string   `short:"o" help:"Where to write: .yaml or .csv; without, YAML to standard output." placeholder:"FILE"`
	Force     bool     `help:"Overwrite a plan that is there already."`
}

func (c *fatPlanCmd) Run(a *app) error {
	if (c.Site == "") == (c.Lab == "") {
		return misuse("give a site file, or --lab URL")
	}
	if c.Output != "" && c.Output != "-" {
		if err := writable(c.Output, c.Force); err != nil { // somebody may have edited it
			return err
		}
	}
	m, err := registerMap(c.Registers)
	if err != nil {
		return err
	}
	o := fat.Options{System: c.System, Points: c.Points, Within: c.Within, Map: m, Limit: c.Display, Strict: c.Strict}
	for _, p := range c.Phase {
		if !slices.Contains(fat.Phases, fat.Phase(p)) {
			return misuse("phase %q is none of %v", p, fat.Phases)
		}
		o.Only = append(o.Only, fat.Phase(p))
	}
	if o.Names, err = fatNames(c.Names); err != nil {
		return err
	}
	breakers, err := c.breakers(a, &o)
	if err != nil {
		return err
	}
	p, err := fat.Generate(breakers, o)
	if err != nil {
		return err
	}
	if p.Binding, err = fatBinding(c.Binding, fat.Example()); err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "%d steps at %d breakers; %d of them rely on rows that are inferred or ours\n", len(p.Steps), len(p.Breakers), len(p.Uncertain()))
	return c.write(a, p)
}

// breakers are those of the site file or of the laboratory, which also says what
// can be injected.
func (c *fatPlanCmd) breakers(a *app, o *fat.Options) ([]fat.Breaker, error) {
	var out []fat.Breaker
	if c.Site != "" {
		s, err := site.LoadFile(c.Site)
		if err != nil {
			return nil, err
		}
		o.Site = s.Name
		for _, b := range s.Breakers {
			if !b.Reachable() {
				fmt.Fprintf(a.Stderr, "%s has no Ethernet interface and is left out\n", b.Unit.Name)
				continue
			}
			if plainShut(s, &b) {
				fmt.Fprintf(a.Stderr, "%s has mbaps as its only door, and an acceptance asks by plain Modbus: it is left out\n", b.Unit.Name)
				continue
			}
			out = append(out, fat.Breaker{Name: b.Unit.Name, Modbus: b.Address.String(), Unit: int(b.UnitID()), In: b.Unit.Rating.In})
		}
		return out, nil
	}
	lab, err := remote.New(c.Lab)
	if err != nil {
		return nil, misuse("%v", err)
	}
	units, err := lab.Units(a.Ctx)
	if err != nil {
		return nil, err
	}
	kinds, err := lab.Kinds(a.Ctx)
	if err != nil {
		return nil, err
	}
	o.Site = c.Lab
	o.Faults = []fat.FaultsOfLab{}
	for _, k := range kinds {
		o.Faults = append(o.Faults, fat.FaultsOfLab{Name: k.Name, Proves: k.Proves})
	}
	for _, u := range units {
		if u.Modbus != "" {
			out = append(out, fat.BreakerOf(u))
		}
	}
	return out, nil
}

func (c *fatPlanCmd) write(a *app, p *fat.Plan) error {
	var b bytes.Buffer
	write := p.WriteYAML
	if strings.EqualFold(filepath.Ext(c.Output), ".csv") {
		write = p.WriteCSV
	}
	if err := write(&b); err != nil {
		return err
	}
	return writeTo(a, c.Output, b.Bytes())
}
