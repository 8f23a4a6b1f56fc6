package fat

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// column is a column of the steps of a plan, in CSV and YAML.
type column struct {
	name string
	get  func(*Step) string
	set  func(*Step, string) error
}

// text makes a column of a text field.
func text(name string, field func(*Step) *string) column {
	return column{name, func(s *Step) string { return *field(s) }, func(s *Step, v string) error { *field(s) = v; return nil }}
}

// planColumns are the columns of a step, in order.
var planColumns = []column{
	text("id", func(s *Step) *string { return &s.ID }),
	{"phase", func(s *Step) string { return string(s.Phase) }, func(s *Step, v string) error { s.Phase = Phase(v); return nil }},
	text("breaker", func(s *Step) *string { return &s.Breaker }),
	text("point", func(s *Step) *string { return &s.Point }),
	text("do", func(s *Step) *string { return &s.Do }),
	{"with", func(s *Step) string { return joinPairs(s.With) }, func(s *Step, v string) error { s.With = pairs(v); return nil }},
	text("expect", func(s *Step) *string { return &s.Expect }),
	text("tolerance", func(s *Step) *string { return &s.Tolerance }),
	{"within", func(s *Step) string { return short(s.Within) }, func(s *Step, v string) error { return number(&s.Within, v) }},
	{"register", func(s *Step) string { return blankZero(s.Register) }, func(s *Step, v string) error { return whole(&s.Register, v) }},
	text("bit", func(s *Step) *string { return &s.Bit }),
	text("type", func(s *Step) *string { return &s.Type }),
	text("certainty", func(s *Step) *string { return &s.Certainty }),
	text("source", func(s *Step) *string { return &s.Source }),
	text("proves", func(s *Step) *string { return &s.Proves }),
}

func joinPairs(m map[string]string) string {
	var out []string
	for k, v := range m {
		out = append(out, k+"="+v)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// WriteYAML writes the plan with one line per step.
func (p *Plan) WriteYAML(w io.Writer) error {
	head := *p
	head.Steps = nil
	var b bytes.Buffer
	b.WriteString(planIntro)
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(planHead{head.Format, head.Site, head.System, head.Seed, head.Passes, head.Binding, head.Breakers}), e.Close()); err != nil {
		return err
	}
	b.WriteString("steps:\n")
	for i := range p.Steps {
		b.WriteString("  - {")
		for n, c := range planColumns {
			v := c.get(&p.Steps[i])
			if v == "" {
				continue
			}
			if n > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%s: %s", c.name, quoted(v))
		}
		b.WriteString("}\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// planHead is a plan without its steps.
type planHead struct {
	Format   string    `yaml:"format"`
	Site     string    `yaml:"site"`
	System   string    `yaml:"system"`
	Seed     uint64    `yaml:"seed"`
	Passes   int       `yaml:"passes"`
	Binding  Binding   `yaml:"binding"`
	Breakers []Breaker `yaml:"breakers"`
}

const planIntro = `# Acceptance test: what is done at each breaker, and what the system under test must show.
# Drop rows, change tolerances (exact, 0.1 %, ±0.5) and time limits (within, s), fill in the binding.
# The order follows the general structure of IEC 62381; it claims no conformity.
`

// quoted writes a value of a flow mapping; plain where that is the same.
func quoted(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ ") == "" && s == strings.TrimSpace(s) && s[0] != '-' {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// WriteCSV writes the steps as a table, without the head.
func (p *Plan) WriteCSV(w io.Writer) error {
	rows := [][]string{nil}
	for _, c := range planColumns {
		rows[0] = append(rows[0], c.name)
	}
	for i := range p.Steps {
		var row []string
		for _, c := range planColumns {
			row = append(row, c.get(&p.Steps[i]))
		}
		rows = append(rows, row)
	}
	return writeCSV(w, rows)
}

// ReadPlan reads a plan, YAML or CSV, and tells all its mistakes at once. A CSV
// plan has no head: breakers and binding come from elsewhere.
func ReadPlan(r io.Reader) (*Plan, error) {
	data, err := io.ReadAll(io.LimitReader(r, fileMax+1))
	if err != nil {
		return nil, err
	}
	if len(data) > fileMax {
		return nil, fmt.Errorf("the plan has more than %d MB", fileMax>>20)
	}
	var p *Plan
	if first, _, _ := bytes.Cut(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("\n")); looksCSV(string(first)) {
		p, err = planFromCSV(data)
	} else {
		p, err = planFromYAML(data)
	}
	if err != nil {
		return nil, err
	}
	return p, p.check()
}

func looksCSV(first string) bool {
	return !strings.HasPrefix(first, "#") && strings.Contains(first, "id") && strings.ContainsAny(first, ",;\t") && !strings.Contains(first, ": ")
}

func planFromYAML(data []byte) (*Plan, error) {
	var p Plan
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("the plan: %s", readable(err))
	}
	if p.Format != PlanFormat {
		return nil, fmt.Errorf("format is %q; this program reads %q", p.Format, PlanFormat)
	}
	return &p, nil
}

// wrongMax is how many mistakes in a plan are told at once: one column that is wrong
// is wrong in hundreds of lines. Ours.
const wrongMax = 10

// readable puts what is wrong with a YAML file on a line each, and the rest of many
// into a number.
func readable(err error) string {
	all := strings.Split(strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "construct errors: "), "; line ")
	n := len(all) - wrongMax
	if n <= 1 {
		return strings.Join(all, "\nline ")
	}
	return fmt.Sprintf("%s\nand %d more like these", strings.Join(all[:wrongMax], "\nline "), n)
}

func planFromCSV(data []byte) (*Plan, error) {
	rows, err := readCSV(bytes.NewReader(data), namesMax)
	if err != nil {
		return nil, err
	}
	p := &Plan{Format: PlanFormat, Passes: 4}
	var wrong []error
	for i, row := range rows[1:] {
		var s Step
		for _, c := range planColumns {
			k := slices.IndexFunc(rows[0], func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), c.name) })
			if err := c.set(&s, cell(row, k)); err != nil {
				wrong = append(wrong, fmt.Errorf("row %d: %s: %w", i+2, c.name, err))
			}
		}
		p.Steps = append(p.Steps, s)
	}
	return p, errors.Join(wrong...)
}
