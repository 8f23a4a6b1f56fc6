package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"switchroom/access"
	"switchroom/points"
	"switchroom/regmap"
)

type registersCmd struct {
	toolListing
	What      string `arg:"" optional:"" help:"registers, commands, statuses, blocks, or all." enum:"registers,commands,statuses,blocks,all" default:"all"`
	Certainty string `help:"Only rows of this certainty or worse."`
	Registers string `help:"A CSV file whose rows take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
}

// registersJSON is what --json prints.
type registersJSON struct {
	Registers []registerJSON `json:"registers,omitempty"`
	Commands  []commandJSON  `json:"commands,omitempty"`
	Statuses  []statusJSON   `json:"statuses,omitempty"`
	Blocks    []blockJSON    `json:"blocks,omitempty"`
}

type registerJSON struct {
	Register  int               `json:"register"`
	Address   int               `json:"address"`
	Count     int               `json:"count"`
	Type      string            `json:"type"`
	Point     string            `json:"point,omitempty"`
	Unit      string            `json:"unit,omitempty"`
	Scale     float64           `json:"scale,omitempty"`
	Bits      map[string]string `json:"bits,omitempty"`
	Title     string            `json:"title"`
	Access    string            `json:"access"`
	Source    string            `json:"source"`
	Certainty points.Certainty  `json:"certainty"`
}

type commandJSON struct {
	Code        int              `json:"code"`
	Destination int              `json:"destination"`
	Point       string           `json:"point"`
	Length      int              `json:"length"`
	Password    bool             `json:"password"`
	Levels      string           `json:"levels"`
	Parameters  []paramJSON      `json:"parameters"`
	Reply       []paramJSON      `json:"reply"`
	Supported   bool             `json:"supported"`
	Source      string           `json:"source"`
	Certainty   points.Certainty `json:"certainty"`
	Layout      points.Certainty `json:"layout_certainty"`
}

type paramJSON struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Bytes int    `json:"bytes"`
	Help  string `json:"help,omitempty"`
}

type statusJSON struct {
	Status    int              `json:"status"`
	Meaning   string           `json:"meaning"`
	Source    string           `json:"source"`
	Certainty points.Certainty `json:"certainty"`
}

type blockJSON struct {
	Name  string `json:"name"`
	First int    `json:"first"`
	Last  int    `json:"last"`
}

func (c *registersCmd) Run(a *app) error {
	worst, err := certaintyFlag(c.Certainty)
	if err != nil {
		return err
	}
	m, err := registerMap(c.Registers)
	if err != nil {
		return err
	}
	if c.polls() {
		return c.poll(a, m, worst)
	}
	if c.format() == "csv" && (c.What == "all" || c.What == "registers") && worst == 0 {
		return m.WriteCSV(a.Stdout) // what --registers reads back
	}
	regs, cmds, stats, blocks := registerTable(m, worst), commandTable(worst), statusTable(worst), blockTable(m)
	if c.format() == "json" {
		return printJSON(a.Stdout, c.pick(regs, cmds, stats, blocks))
	}
	for _, part := range []struct {
		name  string
		table *table
	}{{"registers", regs}, {"commands", cmds}, {"statuses", stats}, {"blocks", blocks}} {
		if c.What != "all" && c.What != part.name {
			continue
		}
		if c.What == "all" && c.format() != "csv" {
			fmt.Fprintf(a.Stdout, "%s%s\n\n", map[bool]string{true: "## ", false: ""}[c.format() == "md"], part.name)
		}
		if err := part.table.Print(a.Stdout, c.listing()); err != nil {
			return err
		}
		if c.What == "all" {
			fmt.Fprintln(a.Stdout)
		}
	}
	return nil
}

func (c *registersCmd) pick(regs, cmds, stats, blocks *table) (j registersJSON) {
	all := c.What == "all"
	if all || c.What == "registers" {
		j.Registers = regs.JSON.([]registerJSON)
	}
	if all || c.What == "commands" {
		j.Commands = cmds.JSON.([]commandJSON)
	}
	if all || c.What == "statuses" {
		j.Statuses = stats.JSON.([]statusJSON)
	}
	if all || c.What == "blocks" {
		j.Blocks = blocks.JSON.([]blockJSON)
	}
	return j
}

// registerMap returns the built-in map, with a user's file on top.
func registerMap(file string) (*regmap.Map, error) {
	m := regmap.Default()
	if file == "" {
		return m, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err = m.Override(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return m, nil
}

func registerTable(m *regmap.Map, worst points.Certainty) *table {
	t := &table{Head: []string{"register", "address", "count", "type", "point", "unit", "what", "access", "source", "certainty"}}
	all := []registerJSON{}
	for _, r := range m.Rows() {
		if r.Certainty < worst {
			continue
		}
		j := registerRow(&r)
		all = append(all, j)
		point := j.Point
		if point == "" {
			point = r.BitNames()
		}
		t.Add(fmt.Sprint(j.Register), fmt.Sprintf("0x%04X", j.Address), fmt.Sprint(j.Count), scaled(&r), point, j.Unit, j.Title, j.Access, j.Source, j.Certainty.String())
	}
	t.JSON = all
	return t
}

func scaled(r *regmap.Row) string {
	if r.Scale == 0 {
		return r.Kind.String()
	}
	return fmt.Sprintf("%v ×%g", r.Kind, r.Scale)
}

func registerRow(r *regmap.Row) registerJSON {
	j := registerJSON{
		Register: int(r.Register), Address: int(r.Register.Address()), Count: int(r.Count), Type: r.Kind.String(), Scale: r.Scale,
		Title: r.Describe(), Access: "R", Source: r.Source, Certainty: r.Certainty,
	}
	if r.Write == "C" {
		j.Access = "R-WC"
	}
	if r.Point != 0 {
		j.Point, j.Unit = r.Point.String(), points.Of(r.Point).Unit
	}
	for _, b := range r.Bits {
		if j.Bits == nil {
			j.Bits = map[string]string{}
		}
		j.Bits[fmt.Sprint(b.N)] = b.Point.String()
	}
	return j
}

func commandTable(worst points.Certainty) *table {
	t := &table{Head: []string{"code", "destination", "what", "length", "password", "parameters", "reply", "virtual", "source", "code is", "layout is"}}
	all := []commandJSON{}
	for i := range regmap.Commands {
		c := &regmap.Commands[i]
		if max(c.Certainty, c.Layout) < worst {
			continue
		}
		j := commandJSON{
			Code: int(c.Code), Destination: int(c.Dest), Point: c.Point.String(), Length: int(c.Length()), Password: c.Password, Levels: levelsOf(c),
			Parameters: paramRows(c.Params), Reply: paramRows(c.Reply), Supported: c.Supported, Source: c.Source, Certainty: c.Certainty, Layout: c.Layout,
		}
		all = append(all, j)
		t.Add(fmt.Sprint(c.Code), fmt.Sprint(c.Dest), j.Point, fmt.Sprint(j.Length), j.Levels, paramText(c.Params), paramText(c.Reply),
			map[bool]string{true: "yes", false: "refuses"}[c.Supported], c.Source, c.Certainty.String(), c.Layout.String())
	}
	t.JSON = all
	return t
}

// levelsOf asks the policy which levels a command takes over Modbus.
func levelsOf(c *regmap.Command) string {
	if !c.Password {
		return "none"
	}
	for i := range access.Policy {
		r := &access.Policy[i]
		if r.Rule == "bus-"+points.Of(c.Point).Class.String() {
			return r.Levels.String()
		}
	}
	return "refused"
}

func paramRows(ps []regmap.Param) []paramJSON {
	rows := []paramJSON{}
	for _, p := range ps {
		rows = append(rows, paramJSON{p.Name, p.Kind.String(), p.Bytes, p.Help})
	}
	return rows
}

func paramText(ps []regmap.Param) string {
	var s []string
	for _, p := range ps {
		text := fmt.Sprintf("%s %v", p.Name, p.Kind)
		if p.Bytes == 1 {
			text = p.Name + " byte"
		}
		if p.Help != "" {
			text += " (" + p.Help + ")"
		}
		s = append(s, text)
	}
	return strings.Join(s, "; ")
}

func statusTable(worst points.Certainty) *table {
	t := &table{Head: []string{"status", "hex", "meaning", "source", "certainty"}}
	all := []statusJSON{}
	for _, s := range regmap.Statuses {
		if s.Certainty >= worst {
			all = append(all, statusJSON{int(s.Status), s.Meaning, s.Source, s.Certainty})
			t.Add(fmt.Sprint(int(s.Status)), fmt.Sprintf("0x%02X", int(s.Status)), s.Meaning, s.Source, s.Certainty.String())
		}
	}
	t.JSON = all
	return t
}

func blockTable(m *regmap.Map) *table {
	t := &table{Head: []string{"first", "last", "block"}}
	all := []blockJSON{}
	for _, b := range m.Blocks() {
		all = append(all, blockJSON{b.Name, int(b.First), int(b.Last)})
		t.Add(fmt.Sprint(b.First), fmt.Sprint(b.Last), b.Name)
	}
	t.JSON = all
	return t
}

// registersDoc writes docs/registers.md.
func registersDoc(w io.Writer) error {
	fmt.Fprint(w, registersIntro)
	m := regmap.Default()
	var err error
	for _, part := range []struct {
		name  string
		table *table
	}{{"Mapped blocks", blockTable(m)}, {"Registers", registerTable(m, 0)}, {"Commands", commandTable(0)}, {"Answers (low byte of register 8021)", statusTable(0)}} {
		fmt.Fprintf(w, "\n## %s\n\n", part.name)
		err = errors.Join(err, part.table.Print(w, listing{Format: "md"}))
	}
	return err
}

const registersIntro = `# The Modbus register map

Made from the tables in [regmap](../regmap) by ` + "`go generate ./cmd/switchroom`" + `; a test fails when it is stale.
Registers are numbered as in the documents; the address in a frame is one less. Values of several registers have the
most significant word first. A row's certainty is one of: confirmed (the device's own document), sibling (a document of
the same family), reported (third-party code or notes), inferred (derived), ours (recalled or decided).

Outside the mapped blocks a read is answered with exception 02. Inside one, what is not known reads "not available": all
ones, or for a bit field of unknown bits 0x8000 with quality 0.

A command is one write of 20 registers from 8000 on: code, length in bytes, destination, security type (1 with
password), password (two registers, four characters), ten parameter registers, then 0, 8019, 8020, 8021. Poll 8021 while
it reads 3; then 8020 echoes the code, and the low byte of 8021 is the answer. Which level may do what is the policy's:
` + "`switchroom access matrix`" + `.
`
