package main

import (
	"errors"
	"fmt"

	"switchroom/survey"
)

type registersRedactCmd struct {
	File      string   `arg:"" help:"The capture."`
	Output    string   `short:"o" required:"" help:"The file to write." placeholder:"FILE"`
	Keep      []string `help:"Classes that stay: energies, counters, dates, names, serials, texts, addresses." placeholder:"CLASS"`
	Drop      []string `help:"Classes that go besides: unmapped (every register without a row)." placeholder:"CLASS"`
	Registers string   `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
	JSON      bool     `help:"Print what was taken out as JSON."`
}

// redactedJSON is what --json prints.
type redactedJSON struct {
	File     string             `json:"file"`
	Redacted []survey.Redaction `json:"redacted"`
}

func (c *registersRedactCmd) Run(a *app) error {
	m, err := registerMap(c.Registers)
	if err != nil {
		return err
	}
	in, err := readCapture(a, c.File)
	if err != nil {
		return err
	}
	out, err := survey.Redact(in, m, c.Keep, c.Drop)
	if err != nil {
		return misuse("%v", err)
	}
	f, err := createCapture(c.Output)
	if err != nil {
		return err
	}
	if err := errors.Join(out.Write(f), f.Close()); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(a.Stdout, redactedJSON{c.Output, append([]survey.Redaction{}, out.Head.Redacted...)})
	}
	c.tell(a, out)
	return nil
}

// tell says what was taken out by class, and what a person has still to look at.
func (c *registersRedactCmd) tell(a *app, out *survey.Capture) {
	count := map[string]int{}
	for _, r := range out.Head.Redacted {
		count[r.Class] += int(r.Count)
	}
	t := table{Head: []string{"class", "registers", "what"}}
	for _, k := range survey.Classes {
		if count[k.Name] > 0 {
			t.Add(k.Name, fmt.Sprint(count[k.Name]), k.What)
		}
	}
	t.Text(a.Stdout)
	fmt.Fprintf(a.Stderr, "%s: also taken out: the address, and of the identification all but the product's own objects. What stands in registers without a row and looks like a number is kept: --drop unmapped takes it out.\n", c.Output)
}
