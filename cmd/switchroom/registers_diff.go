package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"switchroom/client"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/survey"
)

type registersDiffCmd struct {
	budgetFlags
	A         string `arg:"" help:"A capture, or modbus://HOST:PORT/UNIT to read one now."`
	B         string `arg:"" help:"The same, or map (the register map), or virtual (a fresh virtual unit of the same rating)."`
	Suggest   string `help:"Write rows for --registers that follow from A into this file." placeholder:"FILE"`
	Rows      bool   `help:"List what A says of every row of the map."`
	Registers string `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
	JSON      bool   `help:"Print JSON."`
}

// diffJSON is what --json prints.
type diffJSON struct {
	A        string           `json:"a"`
	B        string           `json:"b"`
	Same     bool             `json:"same"`
	Findings []survey.Finding `json:"findings"`
	Notes    []survey.Finding `json:"notes"`
	Verdicts map[string]int   `json:"verdicts"`
	Rows     []judgedJSON     `json:"rows"`
}

type judgedJSON struct {
	Register  int              `json:"register"`
	Count     int              `json:"count"`
	Type      string           `json:"type"`
	Point     string           `json:"point,omitempty"`
	Certainty points.Certainty `json:"certainty"`
	Verdict   survey.Verdict   `json:"verdict"`
	Why       string           `json:"why"`
}

func (c *registersDiffCmd) Run(a *app) error {
	m, err := registerMap(c.Registers)
	if err != nil {
		return err
	}
	left, right, err := c.sides(a, m)
	if err != nil {
		return err
	}
	r := survey.Compare(left, right, m)
	if c.Suggest != "" {
		if err := suggestRows(a, c.Suggest, left, r); err != nil {
			return err
		}
	}
	if c.JSON {
		err = printJSON(a.Stdout, diffOf(left, right, r))
	} else {
		err = c.text(a.Stdout, left, right, r)
	}
	if err == nil && !r.Same() {
		return errRefused
	}
	return err
}

// sides gets both, with what was read from a unit first.
func (c *registersDiffCmd) sides(a *app, m *regmap.Map) (left, right survey.Side, err error) {
	if madeSide(c.A) {
		c.A, c.B = c.B, c.A
	}
	if madeSide(c.A) {
		return left, right, misuse("%s and %s: one of the two must be a capture or a unit", c.A, c.B)
	}
	if left, err = c.side(a, m, c.A, left); err != nil {
		return left, right, err
	}
	right, err = c.side(a, m, c.B, left)
	return left, right, err
}

func madeSide(name string) bool { return name == "map" || name == "virtual" }

func (c *registersDiffCmd) side(a *app, m *regmap.Map, name string, other survey.Side) (survey.Side, error) {
	s := survey.Side{Name: name}
	var err error
	switch {
	case name == "map":
	case name == "virtual":
		s.Made = true
		s.Capture, err = c.virtual(a, m, other)
	case strings.Contains(name, "://"):
		s.Capture, err = c.readNow(a, m, name)
	default:
		s.Capture, err = readCapture(a, name)
	}
	return s, err
}

// virtual makes the virtual unit that a capture is compared with.
func (c *registersDiffCmd) virtual(a *app, m *regmap.Map, other survey.Side) (*survey.Capture, error) {
	r, ok := survey.RatingOf(other.Capture, m)
	if !ok {
		r = points.Rating{In: 1000, Variant: points.X60, Poles: 3, Voltage: 400, Frequency: 50}
		fmt.Fprintf(a.Stderr, "note: %s tells no rating that can be (register 8155); compared with a virtual unit of %g A\n", other.Name, r.In)
	}
	return virtualCapture(a.Ctx, r, other.Capture.Head.Plan, m)
}

// readNow reads a unit within the budget and keeps no file.
func (c *registersDiffCmd) readNow(a *app, m *regmap.Map, address string) (*survey.Capture, error) {
	host, unit, err := client.ParseAddress(address)
	if err != nil {
		return nil, misuse("%v", err)
	}
	budget, err := c.budget()
	if err != nil {
		return nil, err
	}
	h := survey.Head{Address: address, Unit: unit, Started: time.Now().UTC(), Plan: survey.Plan{Identify: true}}
	w, err := survey.NewWriter(io.Discard, h)
	if err != nil {
		return nil, err
	}
	p := captureProgress{app: a, last: time.Now()}
	o := survey.Options{Map: m, Budget: budget, Dial: unitDialer(host), Progress: p.tell}
	announceCapture(a, h, o)
	got, err := survey.Run(a.Ctx, h, o, w)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	return got, nil
}

func suggestRows(a *app, path string, left survey.Side, r *survey.Report) error {
	var b bytes.Buffer
	if err := survey.Suggest(&b, left.Capture, r.Rows); err != nil {
		return err
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "%s: look at each row before you use it with --registers\n", path)
	return nil
}

var rowVerdicts = []struct {
	verdict survey.Verdict
	words   string
}{
	{survey.Supports, "supported"}, {survey.Fits, "not spoken against"}, {survey.Contradicts, "contradicted"},
	{survey.Lacks, "absent"}, {survey.Unknown, "not read"},
}

func (c *registersDiffCmd) text(w io.Writer, left, right survey.Side, r *survey.Report) error {
	fmt.Fprintf(w, "A  %s\nB  %s\n\n", sideText(left), sideText(right))
	if c.Rows {
		if err := rowsTable(r).Text(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	err := error(nil)
	if !r.Same() {
		err = findingsTable(r).Text(w)
	} else {
		fmt.Fprintln(w, "No differences.")
	}
	var counts []string
	for _, v := range rowVerdicts {
		if n := r.Count(v.verdict); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, v.words))
		}
	}
	fmt.Fprintf(w, "\nRows of the map by A: %s (--rows lists them).\n", strings.Join(counts, ", "))
	for _, n := range r.Notes {
		where := ""
		if n.Register != 0 {
			where = fmt.Sprintf("register %d %s: ", n.Register, n.Point)
		}
		fmt.Fprintf(w, "note: %s%s\n", where, n.What)
	}
	return err
}

func findingsTable(r *survey.Report) *table {
	t := &table{Head: []string{"register", "count", "point", "difference", "what"}}
	for _, f := range r.Findings {
		reg, count := "", ""
		if f.Register != 0 {
			reg, count = fmt.Sprint(f.Register), fmt.Sprint(f.Count)
		}
		t.Add(reg, count, f.Point, string(f.Kind), f.What)
	}
	return t
}

func rowsTable(r *survey.Report) *table {
	t := &table{Head: []string{"register", "type", "point", "certainty", "verdict", "why"}}
	for _, j := range r.Rows {
		x := judgedRow(j)
		t.Add(fmt.Sprint(x.Register), x.Type, x.Point, x.Certainty.String(), string(x.Verdict), x.Why)
	}
	return t
}

func judgedRow(j survey.Judged) judgedJSON {
	x := judgedJSON{int(j.Row.Register), int(j.Row.Count), j.Row.Kind.String(), "", j.Row.Certainty, j.Verdict, j.Why}
	if j.Row.Point != 0 {
		x.Point = j.Row.Point.String()
	}
	return x
}

func sideText(s survey.Side) string {
	switch {
	case s.Capture == nil:
		return "the register map"
	case s.Made:
		return "a fresh virtual unit of the same rating"
	}
	n := 0
	for _, r := range s.Capture.View().Runs() {
		n += int(r.Count)
	}
	return fmt.Sprintf("%s: unit %d, read on %s, %d registers", s.Name, s.Capture.Head.Unit, readOn(s.Capture), n)
}

func diffOf(left, right survey.Side, r *survey.Report) diffJSON {
	j := diffJSON{A: left.Name, B: right.Name, Same: r.Same(), Findings: append([]survey.Finding{}, r.Findings...), Notes: append([]survey.Finding{}, r.Notes...), Verdicts: map[string]int{}, Rows: []judgedJSON{}}
	for _, v := range rowVerdicts {
		j.Verdicts[string(v.verdict)] = r.Count(v.verdict)
	}
	for _, x := range r.Rows {
		j.Rows = append(j.Rows, judgedRow(x))
	}
	return j
}
