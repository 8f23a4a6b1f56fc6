package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"switchroom/regmap"
	"switchroom/trace"
)

type assertTraceCmd struct {
	File       string   `arg:"" optional:"" help:"A trace, or a capture. - is standard input."`
	Expect     string   `help:"A file of rules." type:"existingfile" placeholder:"RULES.yaml"`
	Rule       []string `help:"A rule, again and again: --rule 'answered within=200ms'." placeholder:"RULE" sep:"none"`
	Rules      bool     `help:"List the rules and end."`
	Incomplete bool     `help:"Judge a trace that says itself that exchanges are missing."`
	Port       []uint16 `help:"The servers' port in a capture; again for more. Without: wherever Modbus is spoken." placeholder:"PORT"`
	Registers  string   `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
	listing
}

// assertedJSON is what --json prints.
type assertedJSON struct {
	File      string          `json:"file"`
	Exchanges int             `json:"exchanges"`
	Missing   uint64          `json:"missing"` // exchanges that the trace says it does not have
	Kept      bool            `json:"kept"`
	Rules     []trace.Verdict `json:"rules"`
}

func (c *assertTraceCmd) Run(a *app) error {
	if c.Rules {
		return ruleTable().Print(a.Stdout, c.listing)
	}
	if c.File == "" {
		return misuse("give a trace, or --rules to see what can be asked of one")
	}
	rules, err := c.expectations()
	if err != nil {
		return err
	}
	m, err := registerMap(c.Registers)
	if err != nil {
		return err
	}
	t, err := (&traceReadFlags{File: c.File, Port: c.Port}).load(a, false)
	if err != nil {
		return err
	}
	if t.Lost > 0 && !c.Incomplete {
		return fmt.Errorf("%s: %d exchanges are missing, and what nobody recorded cannot be judged; --incomplete judges the rest", c.File, t.Lost)
	}
	return c.tell(a, t, m, rules)
}

// expectations reads the rules of file and flags.
func (c *assertTraceCmd) expectations() ([]trace.Expectation, error) {
	var all []trace.Expectation
	if c.Expect != "" {
		data, err := os.ReadFile(c.Expect)
		if err != nil {
			return nil, err
		}
		if all, err = trace.ParseExpectations(data); err != nil {
			return nil, misuse("%s: %v", c.Expect, err)
		}
	}
	var bad []error
	for _, text := range c.Rule {
		x, err := trace.ParseExpectation(text)
		if err != nil {
			bad = append(bad, err)
		}
		all = append(all, x)
	}
	if len(bad) > 0 {
		return nil, misuse("--rule: %v", errors.Join(bad...))
	}
	if len(all) == 0 {
		return nil, misuse("give rules with --expect or --rule; --rules lists them")
	}
	return all, nil
}

func (c *assertTraceCmd) tell(a *app, t *trace.Trace, m *regmap.Map, rules []trace.Expectation) error {
	out := assertedJSON{File: c.File, Exchanges: len(t.Exchanges), Missing: t.Lost, Kept: true, Rules: trace.Check(t, m, rules)}
	tab := table{Head: []string{"rule", "checked", "broken"}, JSON: nil}
	for _, v := range out.Rules {
		out.Kept = out.Kept && v.Broken == 0
		checked := fmt.Sprint(v.Checked)
		if v.Checked == 0 {
			checked = "nothing to check"
		}
		tab.Add(v.Rule, checked, fmt.Sprint(v.Broken))
	}
	tab.JSON = out
	if err := tab.Print(a.Stdout, c.listing); err != nil {
		return err
	}
	if c.Chosen() == "text" {
		breachText(a, out.Rules)
	}
	if !out.Kept {
		return errRefused
	}
	return nil
}

// breachText names the exchanges that break rules.
func breachText(a *app, all []trace.Verdict) {
	for _, v := range all {
		if v.Broken == 0 {
			continue
		}
		fmt.Fprintf(a.Stdout, "\n%s\n", v.Rule)
		for _, b := range v.First {
			if b.Exchange == 0 {
				fmt.Fprintf(a.Stdout, "  %s\n", b.What)
				continue
			}
			fmt.Fprintf(a.Stdout, "  exchange %d at %s, %s > %s: %s\n", b.Exchange, b.Time.UTC().Format("15:04:05.000000"), b.Client, b.Server, b.What)
		}
		if more := v.Broken - len(v.First); more > 0 {
			fmt.Fprintf(a.Stdout, "  and %d more\n", more)
		}
	}
}

// ruleJSON is a rule as --rules --json prints it.
type ruleJSON struct {
	Name   string          `json:"name"`
	What   string          `json:"what"`
	Params []ruleParamJSON `json:"parameters"`
}

type ruleParamJSON struct {
	Name     string `json:"name"`
	What     string `json:"what"`
	Required bool   `json:"required"`
	Default  string `json:"default,omitempty"`
}

// ruleTable lists the rules.
func ruleTable() *table {
	t := &table{Head: []string{"rule", "parameters", "what holds"}}
	all := []ruleJSON{}
	for _, r := range trace.Rules {
		row := ruleJSON{r.Name, r.What, []ruleParamJSON{}}
		var params []string
		for _, p := range r.Params {
			row.Params = append(row.Params, ruleParamJSON{p.Name, p.What, p.Required, p.Default})
			params = append(params, ruleParamText(p))
		}
		all = append(all, row)
		t.Add(r.Name, strings.Join(params, " "), r.What)
	}
	t.JSON = all
	return t
}

// ruleParamText is a parameter as it is written; what stands in brackets may be left out.
func ruleParamText(p trace.RuleParam) string {
	switch {
	case p.Required:
		return p.Name + "="
	case p.Default != "":
		return fmt.Sprintf("[%s=%s]", p.Name, p.Default)
	}
	return fmt.Sprintf("[%s=]", p.Name)
}
