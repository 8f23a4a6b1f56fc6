package main

import (
	"fmt"
	"io"
	"strings"

	"switchroom/imu"
	"switchroom/metering"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/study"
)

type factsCmd struct {
	Part      string `arg:"" optional:"" help:"numbers, delays, faults, modules or unknown; all of them." enum:",numbers,delays,faults,modules,unknown" default:""`
	Certainty string `help:"Only rows of this certainty." placeholder:"NAME"`
	listing
}

func (c *factsCmd) Run(a *app) error {
	var only points.Certainty
	if c.Certainty != "" {
		var err error
		if only, err = points.ParseCertainty(c.Certainty); err != nil {
			return misuse("%v", err)
		}
	}
	all := map[string]any{}
	for i, p := range modelParts {
		if c.Part != "" && c.Part != p.name {
			continue
		}
		t := p.table(only)
		if c.Part != "" {
			return t.Print(a.Stdout, c.listing)
		}
		all[p.name] = t.JSON
		switch c.Chosen() {
		case "json":
			continue
		case "text":
			fmt.Fprintf(a.Stdout, "%s%s\n\n", strings.Repeat("\n", min(i, 1)), p.title)
		}
		if err := t.Print(a.Stdout, c.listing); err != nil {
			return err
		}
	}
	if c.Chosen() == "json" {
		return printJSON(a.Stdout, all)
	}
	return nil
}

// modelParts is what the model is made of.
var modelParts = []struct {
	name, title, about string
	table              func(only points.Certainty) *table
}{
	{"numbers", "Numbers", "Ranges and defaults of settings stand in the [vocabulary](points.md).", numbersTable},
	{"delays", "Published delays", "Longest fault that is certain not to trip, and longest time from its start to interruption.", delaysTable},
	{"faults", "Faults to put in", "What an instructor or a scenario makes fail (`do: fail`, `part:`), and what follows.", faultsTable},
	{"modules", "Digital modules", "Installed by `modules:` in the site file.", modulesTable},
	{"unknown", "What the model does not know", "", unknownTable},
}

type factJSON struct {
	Of        string           `json:"of"`
	Name      string           `json:"name"`
	Value     float64          `json:"value"`
	Unit      string           `json:"unit"`
	Source    string           `json:"source"`
	Certainty points.Certainty `json:"certainty"`
}

// facts are the numbers of every part of the model.
func facts() (all []factJSON) {
	for _, f := range protection.Facts() {
		all = append(all, factJSON{"protection", f.Name, f.Value, f.Unit, f.Source, f.Certainty})
	}
	for _, f := range metering.Constants() {
		all = append(all, factJSON{"metering", f.Name, f.Value, f.Unit, f.Source, f.Certainty})
	}
	for _, f := range imu.Constants() {
		all = append(all, factJSON{"unit", f.Name, f.Value, f.Unit, f.Source, f.Certainty})
	}
	return all
}

func numbersTable(only points.Certainty) *table {
	t := &table{Head: []string{"of", "what", "value", "unit", "source", "certainty"}}
	rows := []factJSON{}
	for _, f := range facts() {
		if only != 0 && f.Certainty != only {
			continue
		}
		rows = append(rows, f)
		t.Add(f.Of, f.Name, fmt.Sprintf("%.6g", f.Value), f.Unit, f.Source, f.Certainty.String())
	}
	t.JSON = rows
	return t
}

func delaysTable(only points.Certainty) *table {
	type row struct {
		Function  protection.Function `json:"function"`
		Setting   float64             `json:"setting"`
		NonTrip   float64             `json:"non_trip"`
		Break     float64             `json:"break"`
		Source    string              `json:"source"`
		Certainty points.Certainty    `json:"certainty"`
	}
	t := &table{Head: []string{"function", "setting", "certain not to trip (ms)", "interrupted within (ms)", "source", "certainty"}}
	rows := []row{}
	for _, d := range protection.DelayTables() {
		for _, r := range d.Rows {
			certainty := d.Weakest(r)
			if only != 0 && certainty != only {
				continue
			}
			rows = append(rows, row{d.Function, r.Setting, r.NonTrip.Seconds(), r.Break.Seconds(), d.Source, certainty})
			t.Add(d.Function.String(), delaySetting(d.Function, r.Setting), fmt.Sprint(r.NonTrip.Milliseconds()), fmt.Sprint(r.Break.Milliseconds()), d.Source, certainty.String())
		}
	}
	t.JSON = rows
	return t
}

// delaySetting is what the row of a delay is set by: seconds, or the mode of
// instantaneous.
func delaySetting(f protection.Function, v float64) string {
	if f == protection.Instantaneous {
		return points.Of(points.ProtectionInstantaneousMode).Format(points.Number(v))
	}
	return fmt.Sprintf("%g s", v)
}

func faultsTable(only points.Certainty) *table {
	type row struct {
		Name      string           `json:"name"`
		Does      string           `json:"does"`
		Code      points.Code      `json:"code"`
		Event     string           `json:"event"`
		Certainty points.Certainty `json:"certainty"` // of the event
		Follows   points.Certainty `json:"follows"`   // of what follows
	}
	t := &table{Head: []string{"part", "what follows", "event", "its title", "certainty of the event", "of what follows"}}
	rows := []row{}
	for _, f := range imu.Faults() {
		e, sure := points.EventOf(f.Code()), f.Certainty()
		if only != 0 && max(e.Certainty, sure) != only {
			continue
		}
		rows = append(rows, row{f.String(), f.Does(), e.Code, e.Name, e.Certainty, sure})
		t.Add(f.String(), f.Does(), fmt.Sprintf("0x%04X", uint16(e.Code)), e.Title, e.Certainty.String(), sure.String())
	}
	t.JSON = rows
	return t
}

func modulesTable(only points.Certainty) *table {
	type row struct {
		Name      string           `json:"name"`
		Title     string           `json:"title"`
		Reference string           `json:"reference"`
		Certainty points.Certainty `json:"certainty"`
	}
	t := &table{Head: []string{"module", "what it adds", "reference", "certainty"}}
	rows := []row{}
	for _, m := range imu.AllModules.List() {
		if only != 0 && m.Certainty() != only {
			continue
		}
		rows = append(rows, row{m.String(), m.Title(), m.Reference(), m.Certainty()})
		t.Add(m.String(), m.Title(), m.Reference(), m.Certainty().String())
	}
	t.JSON = rows
	return t
}

func unknownTable(points.Certainty) *table {
	t := &table{Head: []string{"what the model does not know"}, JSON: study.Unknowns()}
	for _, u := range study.Unknowns() {
		t.Add(u)
	}
	return t
}

// modelDoc writes docs/model.md.
func modelDoc(w io.Writer) {
	fmt.Fprint(w, `# What the model stands on

Made from the tables in the code by `+"`go generate ./cmd/switchroom`"+`; a test fails when it is stale. `+"`switchroom facts`"+` prints the
same. Certainty is that of the source: *confirmed* is the unit's own document, *sibling* one of the same family, *reported*
somebody's notes, *inferred* derived, *ours* decided or remembered here.
`)
	for _, p := range modelParts {
		fmt.Fprintf(w, "\n## %s\n\n", p.title)
		if p.about != "" {
			fmt.Fprintf(w, "%s\n\n", p.about)
		}
		p.table(0).Markdown(w)
	}
}
