package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"switchroom/fat"
	"switchroom/lab/remote"
	"switchroom/site"
)

type fatCmd struct {
	Plan     fatPlanCmd     `cmd:"" help:"Make the plan of an acceptance test from a site file or a running laboratory."`
	Run      fatRunCmd      `cmd:"" help:"Run a plan against a system under test, and record what it shows."`
	Report   fatReportCmd   `cmd:"" help:"Make a report of a result: HTML, PDF or JSON."`
	Reliance fatRelianceCmd `cmd:"" help:"List what a run relied on and nobody has confirmed: what to check on site."`
	Verify   fatVerifyCmd   `cmd:"" help:"Check that a result is as it was written: checksum, counts, signature."`
}

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
}

func (c *fatPlanCmd) Run(a *app) error {
	if (c.Site == "") == (c.Lab == "") {
		return misuse("give a site file, or --lab URL")
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
	breakers, err := c.breakers(a.ctx, &o)
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
	fmt.Fprintf(a.stderr, "%d steps at %d breakers; %d of them rely on rows that are inferred or ours\n", len(p.Steps), len(p.Breakers), len(p.Uncertain()))
	return c.write(a, p)
}

// breakers are those of the site file or of the laboratory, which also says what
// can be injected.
func (c *fatPlanCmd) breakers(ctx context.Context, o *fat.Options) ([]fat.Breaker, error) {
	var out []fat.Breaker
	if c.Site != "" {
		s, err := site.LoadFile(c.Site)
		if err != nil {
			return nil, err
		}
		o.Site = s.Name
		for _, b := range s.Breakers {
			unit := int(b.ID)
			if unit == 0 {
				unit = 255
			}
			out = append(out, fat.Breaker{Name: b.Unit.Name, Modbus: b.Address.String(), Unit: unit, In: b.Unit.Rating.In})
		}
		return out, nil
	}
	lab, err := remote.New(c.Lab)
	if err != nil {
		return nil, misuse("%v", err)
	}
	units, err := lab.Units(ctx)
	if err != nil {
		return nil, err
	}
	kinds, err := lab.Kinds(ctx)
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

// writeTo writes a file, or standard output where there is no name.
func writeTo(a *app, file string, data []byte) error {
	if file == "" || file == "-" {
		_, err := a.stdout.Write(data)
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

func fatNames(file string) (n fat.Names, err error) {
	if file == "" {
		return n, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return n, err
	}
	defer f.Close()
	if n, err = fat.ReadNames(f); err != nil {
		return n, fmt.Errorf("%s: %w", file, err)
	}
	return n, nil
}

func fatBinding(file string, otherwise fat.Binding) (fat.Binding, error) {
	if file == "" {
		return otherwise, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return otherwise, err
	}
	defer f.Close()
	b, err := fat.ReadBinding(f)
	if err != nil {
		return b, fmt.Errorf("%s: %w", file, err)
	}
	return b, nil
}

type fatRunCmd struct {
	labFlag
	Plan      string   `arg:"" help:"The plan: YAML or CSV." type:"existingfile"`
	Output    string   `short:"o" help:"Where the result is written, as JSON; without, standard output." placeholder:"FILE"`
	Report    []string `help:"Write a report too: .html or .pdf." placeholder:"FILE"`
	Names     string   `help:"CSV file with the system's own names: breaker,point,name." type:"existingfile" placeholder:"FILE"`
	Binding   string   `help:"File that says how to see what the system shows, in place of the plan's." type:"existingfile" placeholder:"FILE"`
	System    string   `help:"Name and version of the system under test, in place of the plan's." placeholder:"TEXT"`
	Seed      uint64   `help:"Seed of the values, in place of the plan's."`
	Passes    int      `help:"How often each point gets another value, 2 to 8, in place of the plan's."`
	Strict    bool     `help:"Refuse steps that rely on rows that are only inferred or ours."`
	Ask       bool     `help:"Ask in the terminal what only a person can do or judge."`
	Signer    []string `help:"Who signs the report by hand: ROLE or ROLE=NAME." placeholder:"ROLE"`
	SignKey   string   `help:"Ed25519 key (PKCS #8, PEM) that signs the result into FILE.sig." type:"existingfile" placeholder:"FILE"`
	Registers string   `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
}

func (c *fatRunCmd) Run(a *app) error {
	if c.SignKey != "" && c.Output == "" {
		return misuse("--sign-key signs a file: name it with -o")
	}
	r, closer, err := c.prepare(a)
	if err != nil {
		return err
	}
	defer closer()
	res, err := r.Do(a.ctx)
	if err != nil {
		return err
	}
	if err := c.write(a, res); err != nil {
		return err
	}
	c.tell(a, res)
	if res.Summary.Fail > 0 || res.State != fat.Complete {
		return errRefused
	}
	return nil
}

// prepare reads all files and opens what the run needs.
func (c *fatRunCmd) prepare(a *app) (*fat.Run, func(), error) {
	plan, err := fatPlan(c.Plan)
	if err != nil {
		return nil, nil, err
	}
	if plan.Binding, err = fatBinding(c.Binding, plan.Binding); err != nil {
		return nil, nil, err
	}
	if c.System != "" {
		plan.System = c.System
	}
	if c.Passes != 0 {
		if c.Passes < 2 || c.Passes > 8 {
			return nil, nil, misuse("--passes is 2 to 8")
		}
		plan.Passes = c.Passes
	}
	names, err := fatNames(c.Names)
	if err != nil {
		return nil, nil, err
	}
	m, err := registerMap(c.Registers)
	if err != nil {
		return nil, nil, err
	}
	lab, err := c.client()
	if err != nil {
		return nil, nil, err
	}
	terminal := fat.Terminal{In: a.stdin, Out: a.stderr}
	view, err := plan.Binding.Open(terminal)
	if err != nil {
		return nil, nil, err
	}
	var asked *fat.Terminal
	if c.Ask {
		asked = &terminal
	}
	command, err := plan.Binding.OpenCommander(view, asked)
	if err != nil {
		view.Close()
		return nil, nil, err
	}
	r := &fat.Run{
		Plan: plan, Lab: fat.Lab{Client: lab}, Address: c.Lab, View: view, Command: command, Map: m, Names: names, Seed: c.Seed, Strict: c.Strict,
		Product: version, Signers: signers(c.Signer), Progress: func(s string) { fmt.Fprintln(a.stderr, s) },
	}
	return r, func() { view.Close() }, nil
}

func fatPlan(file string) (*fat.Plan, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := fat.ReadPlan(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return p, nil
}

// signers are who signs by hand.
func signers(flags []string) []fat.Signer {
	var all []fat.Signer
	for _, f := range flags {
		role, name, _ := strings.Cut(f, "=")
		all = append(all, fat.Signer{Role: role, Name: name})
	}
	if all == nil {
		all = []fat.Signer{{Role: "Tested by"}, {Role: "Witnessed by"}, {Role: "Accepted by"}}
	}
	return all
}

// write writes result, signature and reports.
func (c *fatRunCmd) write(a *app, res *fat.Result) error {
	var b bytes.Buffer
	if err := res.WriteJSON(&b); err != nil {
		return err
	}
	if err := writeTo(a, c.Output, b.Bytes()); err != nil {
		return err
	}
	if c.SignKey != "" {
		key, err := os.ReadFile(c.SignKey)
		if err != nil {
			return err
		}
		sig, err := fat.Sign(b.Bytes(), key)
		if err != nil {
			return fmt.Errorf("%s: %w", c.SignKey, err)
		}
		if err := os.WriteFile(c.Output+".sig", sig, 0o644); err != nil {
			return err
		}
	}
	for _, file := range c.Report {
		if err := writeReport(a, file, "", res); err != nil {
			return err
		}
	}
	return nil
}

// tell says on standard error what came of it.
func (c *fatRunCmd) tell(a *app, res *fat.Result) {
	s := res.Summary
	fmt.Fprintf(a.stderr, "%s: %d steps, %d pass, %d fail, %d not run, %d by hand; %d points of %d breakers in %.0f s; seed %d\n",
		res.State, s.Steps, s.Pass, s.Fail, s.NotRun, s.ByHand, s.Points, s.Breakers, s.Seconds, res.Seed)
	for _, f := range res.Findings {
		fmt.Fprintf(a.stderr, "  %v\n    %s\n", f, f.Advice)
	}
	if n := len(res.Reliance); n > 0 {
		fmt.Fprintf(a.stderr, "%d things that nobody has confirmed were relied on: `switchroom fat reliance` lists what to check on site\n", n)
	}
}

type fatReportCmd struct {
	Result string `arg:"" help:"The result." type:"existingfile"`
	Output string `short:"o" help:"Where to write; without, standard output." placeholder:"FILE"`
	Format string `help:"html, pdf or json; without, by the name of the file." enum:",html,pdf,json" default:""`
}

func (c *fatReportCmd) Run(a *app) error {
	res, _, err := fatResult(c.Result)
	if err != nil {
		return err
	}
	return writeReport(a, c.Output, c.Format, res)
}

func fatResult(file string) (*fat.Result, []byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	res, data, err := fat.ReadResult(f)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	return res, data, nil
}

type fatRelianceCmd struct {
	listing
	Result string `arg:"" help:"The result." type:"existingfile"`
}

func (c *fatRelianceCmd) Run(a *app) error {
	res, _, err := fatResult(c.Result)
	if err != nil {
		return err
	}
	t := table{head: []string{"certainty", "kind", "what", "steps", "why it matters", "check on site", "source"}, json: res.Reliance}
	for _, r := range res.Reliance {
		t.add(r.Certainty.String(), r.Kind, r.What, fmt.Sprint(r.Steps), r.Why, r.Check, r.Source)
	}
	return t.print(a.stdout, c.listing)
}

type fatVerifyCmd struct {
	Result    string `arg:"" help:"The result." type:"existingfile"`
	Signature string `help:"The detached signature; RESULT.sig where there is one." placeholder:"FILE"`
	Key       string `help:"The signer's Ed25519 public key, PEM." type:"existingfile" placeholder:"FILE"`
}

func (c *fatVerifyCmd) Run(a *app) error {
	_, data, err := fatResult(c.Result)
	if err != nil {
		return err
	}
	var key, sig []byte
	if c.Key != "" {
		if key, err = os.ReadFile(c.Key); err != nil {
			return err
		}
		if c.Signature == "" {
			c.Signature = c.Result + ".sig"
		}
	}
	if c.Signature != "" {
		if sig, err = os.ReadFile(c.Signature); err != nil {
			return err
		}
	}
	if err := fat.Verify(data, sig, key); err != nil {
		return fmt.Errorf("%s does not fit:\n%w", c.Result, err)
	}
	fmt.Fprintf(a.stdout, "%s is as it was written%s\n", c.Result, map[bool]string{true: ", and signed by the key", false: ""}[key != nil])
	return nil
}

// writeReport writes a report in the format asked for, or that of the file's name.
func writeReport(a *app, file, format string, res *fat.Result) error {
	if format == "" {
		format = strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
	}
	var b bytes.Buffer
	switch format {
	case "json", "":
		if err := res.WriteJSON(&b); err != nil {
			return err
		}
	case "html", "htm":
		if err := res.Document().WriteHTML(&b); err != nil {
			return err
		}
	case "pdf":
		if err := res.Document().WritePDF(&b); err != nil {
			return err
		}
	default:
		return misuse("report %q: write html, pdf or json", format)
	}
	return writeTo(a, file, b.Bytes())
}
