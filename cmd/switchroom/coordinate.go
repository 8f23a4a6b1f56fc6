package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"switchroom/protection"
	"switchroom/site"
	"switchroom/study"
)

type coordinateCmd struct {
	File       string  `arg:"" optional:"" help:"A site file: every breaker is compared with the one it is fed by."`
	Upstream   string  `help:"The breaker nearer to the source: its name in the file, or in=2500,variant=5.0,settings=FILE,POINT=VALUE,…" placeholder:"BREAKER" sep:"none"`
	Downstream string  `help:"The breaker it feeds, in the same way." placeholder:"BREAKER" sep:"none"`
	Element    string  `help:"phase, ground or leakage: where the fault current flows." enum:"phase,ground,leakage" default:"phase"`
	Fault      float64 `help:"Compare up to this prospective current, A. By default what the transformers of the file can feed, or as far as the curves change." placeholder:"A"`
	JSON       bool    `help:"Print JSON."`
	SVG        string  `help:"Draw the curves of up to eight breakers into this SVG file." placeholder:"FILE"`
	PDF        string  `help:"The same as a PDF file." placeholder:"FILE"`
}

// inSeries is two breakers and the current that can flow through them.
type inSeries struct {
	up, down study.Device
	fault    float64 // A; 0: not known
}

func (c *coordinateCmd) Run(a *app) error {
	pairs, err := c.pairs(a)
	if err != nil {
		return err
	}
	element, _ := study.ParseElement(c.Element)
	all, err := c.compareAll(a, pairs, element)
	if err != nil {
		return err
	}
	if err := c.plot(pairs, element); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(a.Stdout, all)
	}
	if c.Fault == 0 && pairs[0].fault > 0 {
		fmt.Fprintf(a.Stdout, "Up to %s, a bolted three-phase fault by IEC 60909 with the breakers as they begin (switchroom network); or give --fault.\n\n", study.Amperes(pairs[0].fault))
	}
	for i := range all {
		if err := coordinationText(a, &all[i], len(all) == 1); err != nil {
			return err
		}
	}
	unknowns(a)
	return nil
}

// compareAll compares the pairs. Of ten thousand feeders most are alike: a pair
// that differs from one before by its names alone is that one.
func (c *coordinateCmd) compareAll(a *app, pairs []inSeries, e study.Element) ([]study.Coordination, error) {
	known := map[inSeries]study.Coordination{}
	all := make([]study.Coordination, len(pairs))
	for i, p := range pairs {
		same := p
		same.up.Name, same.down.Name = "", ""
		if _, seen := known[same]; !seen {
			var err error
			if known[same], err = study.Coordinate(p.up, p.down, e, p.fault); err != nil {
				return nil, misuse("%v", err)
			}
			if len(known)%100 == 0 {
				fmt.Fprintf(a.Stderr, "%d of %d pairs\n", i+1, len(pairs))
			}
		}
		all[i] = known[same]
		all[i].Upstream, all[i].Downstream = p.up.Name, p.down.Name
	}
	return all, nil
}

// pairs are what is asked for: the two breakers of the flags, or each breaker of
// the file under the one that feeds it.
func (c *coordinateCmd) pairs(a *app) ([]inSeries, error) {
	var s *site.Site
	if c.File != "" {
		var err error
		if s, err = site.LoadFile(c.File); err != nil {
			return nil, err
		}
	}
	switch {
	case c.Fault < 0 || math.IsNaN(c.Fault):
		return nil, misuse("--fault %g: a current above 0 A", c.Fault)
	case c.Upstream != "" && c.Downstream != "":
		up, err := c.breaker(a, s, c.Upstream)
		if err != nil {
			return nil, err
		}
		down, err := c.breaker(a, s, c.Downstream)
		if err != nil {
			return nil, err
		}
		p := inSeries{up, down, c.fault(s)}
		if s != nil {
			interlock(s, &p)
		}
		return []inSeries{p}, nil
	case c.Upstream+c.Downstream != "":
		return nil, misuse("two breakers in series: give both --upstream and --downstream")
	case s == nil:
		return nil, misuse("which breakers? give a site file, or --upstream and --downstream")
	}
	return c.series(s)
}

// series finds what feeds what: the lower node of one is the upper of another.
func (c *coordinateCmd) series(s *site.Site) ([]inSeries, error) {
	feeding := map[string][]*site.Breaker{} // by lower node; a coupler as it is drawn, from its from to its to
	for i := range s.Breakers {
		if b := &s.Breakers[i]; b.To != "" {
			feeding[b.To] = append(feeding[b.To], b)
		}
	}
	var all []inSeries
	for i := range s.Breakers {
		down := &s.Breakers[i]
		for _, up := range feeding[down.From] {
			all = append(all, inSeries{up: siteDevice(up), down: siteDevice(down)})
		}
	}
	fault, zones := c.fault(s), slices.ContainsFunc(s.Breakers, func(b site.Breaker) bool { return len(b.ZSI) > 0 })
	for i := range all {
		all[i].fault = fault
		if zones {
			interlock(s, &all[i])
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no breaker feeds another: give from and to, or --upstream and --downstream", c.File)
	}
	return all, nil
}

func siteDevice(b *site.Breaker) study.Device {
	d := study.NewDevice(b.Unit.Name, b.Unit.Rating)
	if b.Unit.Settings != nil {
		d.Settings = *b.Unit.Settings
	}
	if b.Unit.Common != nil {
		d.Setup.Common = *b.Unit.Common
	}
	if b.Unit.Optional != nil {
		d.Modules = *b.Unit.Optional
	}
	return d
}

// interlock says whether the upstream unit gets restraint from the downstream
// one.
func interlock(s *site.Site, p *inSeries) {
	wired, restrained := s.Restrained(p.up.Name, p.down.Name)
	p.up.Setup.Unrestrained = wired && !restrained
}

// fault is the prospective current: what was asked for, or the largest
// three-phase current of the site by IEC 60909.
func (c *coordinateCmd) fault(s *site.Site) float64 {
	if c.Fault > 0 || s == nil {
		return c.Fault
	}
	return s.LargestFault()
}

// breaker is a name of the file, or a breaker written out.
func (c *coordinateCmd) breaker(a *app, s *site.Site, text string) (study.Device, error) {
	if strings.Contains(text, "=") {
		return writtenOut(a, text)
	}
	if s == nil {
		return study.Device{}, misuse("%s: give the site file that it stands in, or write in=2500,variant=5.0,…", text)
	}
	var names []string
	for i := range s.Breakers {
		b := &s.Breakers[i]
		if b.Unit.Name == text {
			return siteDevice(b), nil
		}
		names = append(names, b.Unit.Name)
	}
	return study.Device{}, misuse("%s has no breaker %s; it has %s", c.File, text, strings.Join(names[:min(len(names), 20)], ", "))
}

// writtenOut reads in=2500,variant=5.0,poles=4,name=Q1,settings=FILE and
// settings.
func writtenOut(a *app, text string) (study.Device, error) {
	f := deviceFlags{ratingFlags: ratingFlags{Variant: "6.0", Poles: 3, Frequency: 50}}
	name := ""
	for _, part := range strings.Split(text, ",") {
		key, value, ok := strings.Cut(part, "=")
		var err error
		switch key = strings.TrimSpace(key); {
		case !ok:
			return study.Device{}, misuse("%s: write KEY=VALUE,… with in, variant, poles, frequency, standard, name, settings, and settings by their points", part)
		case key == "in":
			f.In, err = strconv.ParseFloat(value, 64)
		case key == "variant":
			f.Variant = value
		case key == "poles":
			f.Poles, err = strconv.Atoi(value)
		case key == "frequency":
			f.Frequency, err = strconv.ParseFloat(value, 64)
		case key == "standard":
			f.Standard = value
		case key == "name":
			name = value
		case key == "settings":
			f.Settings = value
		default:
			f.Set = append(f.Set, part)
		}
		if err != nil {
			return study.Device{}, misuse("%s: %q is not a number", key, value)
		}
	}
	d, err := f.device(a)
	d.Name = name
	if name == "" {
		d.Name = fmt.Sprintf("%v X %g A", d.Rating.Variant, d.Rating.In)
	}
	return d, err
}

func (c *coordinateCmd) plot(pairs []inSeries, e study.Element) error {
	if c.SVG+c.PDF == "" {
		return nil
	}
	plot := study.Plot{Title: "Breakers in series", Element: e, Band: study.DecisionToClear}
	if len(pairs) == 1 {
		plot.Title = pairs[0].up.Name + " above " + pairs[0].down.Name
	}
	drawn := map[study.Device]bool{}
	for _, p := range pairs {
		for _, d := range []study.Device{p.up, p.down} {
			if !drawn[d] {
				drawn[d] = true
				plot.Devices = append(plot.Devices, d)
			}
		}
	}
	if len(plot.Devices) > study.MaxDevices {
		return misuse("%d breakers and one diagram, which takes %d: choose with --upstream and --downstream", len(plot.Devices), study.MaxDevices)
	}
	if fault := pairs[0].fault; fault > 0 {
		plot.Faults = []float64{fault}
	}
	return (&plotFlags{SVG: c.SVG, PDF: c.PDF}).write(plot)
}

func coordinationText(a *app, c *study.Coordination, rows bool) error {
	fmt.Fprintf(a.Stdout, "%s above %s: %s, %s\n", c.Upstream, c.Downstream, c.Says(), study.ByCurves)
	if m := c.Smallest; m.Amps > 0 {
		fmt.Fprintf(a.Stdout, "  smallest margin %s at %s: %s interrupts by %v within %s s, %s waits at least %s s (%v)\n",
			waiting(m.Seconds()), study.Amperes(m.Amps), c.Downstream, m.Downstream.Function, inSeconds(m.Downstream.T), c.Upstream, inSeconds(m.Upstream.T), m.Upstream.Function)
	}
	for _, r := range c.Lost {
		fmt.Fprintf(a.Stdout, "  not selective from %s to %s\n", study.Amperes(r.From), study.Amperes(r.To))
	}
	if !rows {
		return nil
	}
	fmt.Fprintln(a.Stdout)
	t := table{Head: []string{"A", c.Downstream + " interrupts by", "latest (s)", c.Upstream + " decides by", "earliest (s)", "margin (s)", "selective"}}
	for _, m := range c.Rows {
		t.Add(fmt.Sprintf("%.6g", m.Amps), dash(m.Downstream.Function), inSeconds(m.Downstream.T), dash(m.Upstream.Function), inSeconds(m.Upstream.T), margin(m), map[bool]string{true: "yes", false: "no"}[m.Selective()])
	}
	return t.Text(a.Stdout)
}

// waiting writes a margin: 302 ms, 43.5 s.
func waiting(s float64) string {
	if s < 1 {
		return fmt.Sprintf("%.0f ms", s*1000)
	}
	return inSeconds(s) + " s"
}

func dash(f protection.Function) string {
	if f == protection.None {
		return "-"
	}
	return f.String()
}

func margin(m study.Margin) string {
	if math.IsNaN(m.Seconds()) {
		return "-"
	}
	return fmt.Sprintf("%+.3f", m.Seconds())
}
