package trace

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"switchroom/points"
	"switchroom/regmap"
)

// Rule is one row of the table of rules: what may be expected of a trace.
type Rule struct {
	Name   string
	What   string // what holds where it is kept
	Params []RuleParam
	check  func(*judge)
}

// RuleParam is a parameter of a rule, written name=value.
type RuleParam struct {
	Name     string
	Required bool
	Default  string // where it is not required; "" is none
	What     string
	parse    func(string) error
}

// Expectation is a rule with its parameters.
type Expectation struct {
	Text string // as it was written
	rule *Rule
	args map[string]string
}

// ParseExpectation reads a rule as in "answered within=200ms".
func ParseExpectation(text string) (Expectation, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Expectation{}, errors.New("a rule without a name")
	}
	i := slices.IndexFunc(Rules, func(r Rule) bool { return r.Name == words[0] })
	if i < 0 {
		return Expectation{}, fmt.Errorf("%q is no rule; the rules are %s", words[0], ruleNames())
	}
	x := Expectation{strings.Join(words, " "), &Rules[i], map[string]string{}}
	var bad []error
	for _, w := range words[1:] {
		if err := x.set(w); err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", words[0], err))
		}
	}
	for _, p := range x.rule.Params {
		if _, given := x.args[p.Name]; !given && p.Required && len(bad) == 0 {
			bad = append(bad, fmt.Errorf("%s: %s= is missing: %s", words[0], p.Name, p.What))
		} else if !given && p.Default != "" {
			x.args[p.Name] = p.Default
		}
	}
	return x, errors.Join(bad...)
}

// set takes one name=value.
func (x *Expectation) set(word string) error {
	name, value, ok := strings.Cut(word, "=")
	i := slices.IndexFunc(x.rule.Params, func(p RuleParam) bool { return p.Name == name })
	switch {
	case i < 0 && len(x.rule.Params) == 0:
		return fmt.Errorf("%q: this rule has no parameter", word)
	case i < 0 || !ok:
		return fmt.Errorf("%q: write %s", word, x.rule.usage())
	}
	if _, twice := x.args[name]; twice {
		return fmt.Errorf("%s= stands twice", name)
	}
	if err := x.rule.Params[i].parse(value); err != nil {
		return fmt.Errorf("%s: %w", word, err)
	}
	x.args[name] = value
	return nil
}

func (r *Rule) usage() string {
	var all []string
	for _, p := range r.Params {
		all = append(all, p.Name+"=")
	}
	return strings.Join(all, ", ")
}

func ruleNames() string {
	var all []string
	for _, r := range Rules {
		all = append(all, r.Name)
	}
	return strings.Join(all, ", ")
}

// maxRules bounds a file of rules, in bytes.
const maxRules = 1 << 20

// ParseExpectations reads a file of rules: YAML, a list under "rules". The error
// names all rules that are wrong.
func ParseExpectations(data []byte) ([]Expectation, error) {
	if len(data) > maxRules {
		return nil, fmt.Errorf("a file of rules has at most %d bytes", maxRules)
	}
	var file struct {
		Rules []yaml.Node `yaml:"rules"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%w; write a list under rules:, as in\nrules:\n  - answered within=200ms", err)
	}
	if len(file.Rules) == 0 {
		return nil, errors.New("no rules; write a list under rules:, as in\nrules:\n  - answered within=200ms")
	}
	var all []Expectation
	var bad []error
	for _, n := range file.Rules {
		x, err := ParseExpectation(n.Value)
		if n.Kind != yaml.ScalarNode {
			err = errors.New("a rule is a line of text, as in: answered within=200ms")
		}
		if err != nil {
			bad = append(bad, fmt.Errorf("line %d: %w", n.Line, err))
		}
		all = append(all, x)
	}
	return all, errors.Join(bad...)
}

// duration, number and numbers read parameters; what does not parse was refused
// when the rule was read.
func (x *Expectation) duration(name string) time.Duration {
	d, _ := time.ParseDuration(x.args[name])
	return d
}

func (x *Expectation) number(name string) int {
	n, _ := strconv.Atoi(x.args[name])
	return n
}

func (x *Expectation) numbers(name string) []int {
	var all []int
	for f := range strings.SplitSeq(x.args[name], ",") {
		if n, err := strconv.Atoi(f); err == nil {
			all = append(all, n)
		}
	}
	return all
}

func isDuration(s string) error {
	if d, err := time.ParseDuration(s); err != nil || d <= 0 {
		return errors.New("write a time with its unit, as in 200ms or 1.5s")
	}
	return nil
}

func isNumber(s string) error {
	if n, err := strconv.Atoi(s); err != nil || n < 0 || n > 1<<20 {
		return errors.New("write a whole number")
	}
	return nil
}

func areNumbers(s string) error {
	for f := range strings.SplitSeq(s, ",") {
		if f != "" && isNumber(f) != nil {
			return errors.New("write whole numbers with commas between, as in 904,905")
		}
	}
	return nil
}

func isPlace(s string) error {
	if n, err := strconv.Atoi(s); err == nil && n > 0 && n < 1<<16 {
		return nil
	}
	_, err := points.Lookup(s)
	return err
}

// place is the register of a parameter that names a register or a point.
func (x *Expectation) place(name string, m *regmap.Map) (regmap.Register, bool) {
	if n, err := strconv.Atoi(x.args[name]); err == nil {
		return regmap.Register(n), true
	}
	id, err := points.Lookup(x.args[name])
	if err != nil {
		return 0, false
	}
	p, ok := m.Find(id)
	if !ok {
		return 0, false
	}
	return p.Row.Register, true
}
