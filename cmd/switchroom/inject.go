package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchroom/lab/remote"
)

type injectCmd struct {
	Do    injectDoCmd    `cmd:"" default:"withargs" help:"Inject a fault into a running switchroom: inject silent Q1 --for 30s."`
	Kinds injectKindsCmd `cmd:"" help:"List the faults that can be injected, and what each proves."`
	List  injectListCmd  `cmd:"" help:"List what was injected."`
	Undo  injectUndoCmd  `cmd:"" help:"End an injection, or all."`
}

// labFlag says where the running laboratory is.
type labFlag struct {
	Lab string `help:"The running laboratory, as up and demo print it." default:"http://127.0.0.1:5021" env:"SWITCHROOM_LAB" placeholder:"URL"`
}

func (f *labFlag) client() (*remote.Client, error) {
	c, err := remote.New(f.Lab)
	if err != nil {
		return nil, misuse("%v", err)
	}
	return c, nil
}

type injectDoCmd struct {
	labFlag
	JSON  bool          `help:"Print the injection as JSON."`
	For   time.Duration `help:"How long: 30s, 5m. Then it ends by itself; after a minute if left out, or when it is over by its nature."`
	Seed  uint64        `help:"Of what is random in it; drawn and told if left out."`
	Fault string        `arg:"" help:"What: switchroom inject kinds lists them."`
	Unit  string        `arg:"" help:"Into which breaker; * is every one."`
	With  []string      `arg:"" optional:"" help:"Parameters, and points with their values: ms=200, current.l1=123. A point alone: without a value."`
}

func (c *injectDoCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	with := map[string]string{}
	for _, w := range c.With {
		name, value, _ := strings.Cut(w, "=")
		with[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	in, err := cl.Inject(a.Ctx, remote.Order{Fault: c.Fault, Unit: c.Unit, For: c.For.Seconds(), Seed: c.Seed, With: with})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(a.Stdout, in)
	}
	fmt.Fprintf(a.Stdout, "%d: %s, in %s\nends at %s, or with: switchroom inject undo %d\n", in.ID, describe(&in), c.Lab, in.Until.Local().Format(time.TimeOnly), in.ID)
	return nil
}

// saidMax is how many parameters a line tells; an acceptance run gives hundreds.
const saidMax = 4

// describe says what is injected where, in the words that would do it again.
func describe(in *remote.Injection) string {
	said := in.Fault + " " + in.Unit
	names := sortedKeys(in.With)
	for i, name := range names {
		if i == saidMax {
			said += fmt.Sprintf(" and %d more", len(names)-i)
			break
		}
		said += " " + name
		if v := in.With[name]; v != "" {
			said += "=" + v
		}
	}
	return fmt.Sprintf("%s --seed %d", said, in.Seed)
}

type injectKindsCmd struct {
	labFlag
	listing
}

func (c *injectKindsCmd) Run(a *app) error { return kindTable().Print(a.Stdout, c.listing) }

type injectListCmd struct {
	labFlag
	listing
	All bool `help:"Those that have ended, too; JSON, CSV and Markdown always have them."`
}

func (c *injectListCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	all, err := cl.Injections(a.Ctx)
	if err != nil {
		return err
	}
	if !c.All && c.Chosen() == "text" {
		all = slices.DeleteFunc(all, func(in remote.Injection) bool { return in.State != remote.Active })
	}
	return injectionTable(all).Print(a.Stdout, c.listing)
}

func injectionTable(all []remote.Injection) *table {
	t := &table{Head: []string{"id", "what", "state", "from", "until", "requests changed"}, JSON: all}
	for i := range all {
		in := &all[i]
		state := in.State
		if in.Ended != "" {
			state += ", " + in.Ended
		}
		t.Add(fmt.Sprint(in.ID), describe(in), state, in.From.Local().Format(time.TimeOnly), until(in), fmt.Sprint(in.Hits))
	}
	return t
}

// until says when an injection ends: of a run it is when that does.
func until(in *remote.Injection) string {
	if in.Run != "" && in.State == remote.Active {
		return "end of " + in.Run
	}
	return in.Until.Local().Format(time.TimeOnly)
}

type injectUndoCmd struct {
	labFlag
	JSON bool   `help:"Print what ended as JSON."`
	ID   string `arg:"" help:"Its number, or all."`
}

func (c *injectUndoCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	var ended []remote.Injection
	if c.ID == "all" {
		ended, err = cl.UndoAll(a.Ctx)
	} else {
		id, e := strconv.Atoi(c.ID)
		if e != nil {
			return misuse("%q is no number of an injection, nor all", c.ID)
		}
		ended = make([]remote.Injection, 1)
		ended[0], err = cl.Undo(a.Ctx, id)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(a.Stdout, ended)
	}
	for i := range ended {
		fmt.Fprintf(a.Stdout, "%d: %s: %s, after %d requests\n", ended[i].ID, describe(&ended[i]), ended[i].Ended, ended[i].Hits)
	}
	return nil
}
