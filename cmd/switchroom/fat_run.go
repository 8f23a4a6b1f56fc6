package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"switchroom/cmd/internal/cli"
	"switchroom/fat"
)

type fatRunCmd struct {
	Lab       string   `help:"The running laboratory, in place of the one that the plan was made from; without either $$SWITCHROOM_LAB, else http://127.0.0.1:5021." placeholder:"URL"`
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
	Force     bool     `help:"Overwrite results and reports that are there already."`
	Registers string   `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
}

func (c *fatRunCmd) Run(a *app) error {
	if c.SignKey != "" && c.Output == "" {
		return misuse("--sign-key signs a file: name it with -o")
	}
	if err := c.outputs(); err != nil {
		return err
	}
	r, closer, err := c.prepare(a)
	if err != nil {
		return err
	}
	defer closer()
	res, err := r.Do(a.Ctx)
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
	plan, err := c.plan()
	if err != nil {
		return nil, nil, err
	}
	names, err := fatNames(c.Names)
	if err != nil {
		return nil, nil, err
	}
	m, err := registerMap(c.Registers)
	if err != nil {
		return nil, nil, err
	}
	where := c.laboratory(plan)
	lab, err := where.client()
	if err != nil {
		return nil, nil, err
	}
	view, command, err := c.open(a, &plan.Binding)
	if err != nil {
		return nil, nil, err
	}
	r := &fat.Run{
		Plan: plan, Lab: fat.Lab{Client: lab}, Address: where.Lab, View: view, Command: command, Map: m, Names: names, Seed: c.Seed, Strict: c.Strict,
		Product: cli.Version, Signers: signers(c.Signer), Progress: func(s string) { fmt.Fprintln(a.Stderr, s) },
	}
	return r, func() { view.Close() }, nil
}

// plan is the plan of the file, with what the command line says in its place.
func (c *fatRunCmd) plan() (*fat.Plan, error) {
	plan, err := fatPlan(c.Plan)
	if err != nil {
		return nil, err
	}
	if plan.Binding, err = fatBinding(c.Binding, plan.Binding); err != nil {
		return nil, err
	}
	if c.System != "" {
		plan.System = c.System
	}
	if c.Passes != 0 {
		if c.Passes < 2 || c.Passes > 8 {
			return nil, misuse("--passes is 2 to 8")
		}
		plan.Passes = c.Passes
	}
	return plan, nil
}

// open opens what the system shows, and the way to its orders. A person is asked
// where the binding says so, or the command line.
func (c *fatRunCmd) open(a *app, b *fat.Binding) (fat.Viewer, fat.Commander, error) {
	terminal := fat.Terminal{In: a.Stdin, Out: a.Stderr}
	view, err := b.Open(terminal)
	if err != nil {
		return nil, nil, err
	}
	var asked *fat.Terminal
	if c.Ask {
		asked = &terminal
	}
	command, err := b.OpenCommander(view, asked)
	if err != nil {
		view.Close()
		return nil, nil, err
	}
	return view, command, nil
}

// laboratory is the one that was asked for, else that of the plan, else that of the
// environment, else the usual one: of several on a machine the plan's is the one that
// fits it. Kong would take the environment for the flag, so it is read here.
func (c *fatRunCmd) laboratory(plan *fat.Plan) labFlag {
	switch {
	case c.Lab != "":
		return labFlag{c.Lab}
	case strings.HasPrefix(plan.Site, "http://"):
		return labFlag{plan.Site}
	case os.Getenv("SWITCHROOM_LAB") != "":
		return labFlag{os.Getenv("SWITCHROOM_LAB")}
	}
	return labFlag{"http://" + labAddress}
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

// toldMax is how many mistakes a terminal is told of; ours.
const toldMax = 20

// tell says on standard error what came of it.
func (c *fatRunCmd) tell(a *app, res *fat.Result) {
	s := res.Summary
	fmt.Fprintf(a.Stderr, "%s: %d steps, %d pass, %d fail, %d not run, %d by hand; %d points of %d breakers in %.0f s; seed %d\n",
		res.State, s.Steps, s.Pass, s.Fail, s.NotRun, s.ByHand, s.Points, s.Breakers, s.Seconds, res.Seed)
	for i, f := range res.Findings {
		if i == toldMax {
			fmt.Fprintf(a.Stderr, "  and %d more: they stand in the result and in its report\n", len(res.Findings)-i)
			break
		}
		fmt.Fprintf(a.Stderr, "  %v\n    %s\n", f, f.Advice)
	}
	if n := len(res.Reliance); n > 0 {
		fmt.Fprintf(a.Stderr, "%d things that nobody has confirmed were relied on: `switchroom fat reliance` lists what to check on site\n", n)
	}
}
