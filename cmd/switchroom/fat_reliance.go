package main

import (
	"fmt"
)

type fatRelianceCmd struct {
	listing
	Result string `arg:"" help:"The result." type:"existingfile"`
}

func (c *fatRelianceCmd) Run(a *app) error {
	res, _, err := fatResult(c.Result)
	if err != nil {
		return err
	}
	t := table{Head: []string{"certainty", "kind", "what", "steps", "why it matters", "check on site", "source"}, JSON: res.Reliance}
	for _, r := range res.Reliance {
		t.Add(r.Certainty.String(), r.Kind, r.What, fmt.Sprint(r.Steps), r.Why, r.Check, r.Source)
	}
	return t.Print(a.Stdout, c.listing)
}
