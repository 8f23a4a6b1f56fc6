package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"switchroom/cmd/internal/cli"
	"switchroom/commission"
	"switchroom/trust"
	"switchroom/upgrade"
)

// rehearseCmd tries a package on virtual twins before it goes into breakers (E6).
type rehearseCmd struct {
	Package            string   `arg:"" help:"Package of firmware, or a digital module." type:"existingfile"`
	Trust              string   `required:"" help:"Directory of certificates and revocation lists that you trust, for software and twins." placeholder:"DIR"`
	Snapshot           []string `required:"" help:"What a breaker is set to: JSON of commission snapshots NUMBER BREAKER DIGEST --json; several times for several." sep:"none" type:"existingfile" placeholder:"FILE"`
	Firmware           []string `required:"" help:"What it runs: JSON of commission firmware show --json; one for each snapshot." sep:"none" type:"existingfile" placeholder:"FILE"`
	Profile            string   `default:"2017" enum:"2017,rbac,hardened" help:"Profile of the twins."`
	TimestampException bool     `help:"Take what a timestamp proves older than a revocation that leaves the key where it was."`
	Member             string   `help:"Of several IO modules, which: io1 or io2." placeholder:"NAME"`
	Speed              float64  `default:"20" help:"How many seconds pass at the twins a second."`
	Out                string   `short:"o" required:"" help:"Evidence to write, for commission firmware upgrade --rehearsal." placeholder:"FILE"`
	JSON               bool     `help:"Print the evidence, too."`
}

// Run rehearses on one twin after the other: exit status 1 if one does not pass.
func (c *rehearseCmd) Run(a *app) error {
	pkg, err := bounded(c.Package)
	if err != nil {
		return err
	}
	models, err := c.models()
	if err != nil {
		return err
	}
	branches, err := trust.ReadAnchors(os.DirFS(c.Trust))
	if err != nil {
		return err
	}
	kit := &upgrade.Kit{Branches: branches, Now: time.Now, Hardened: c.Profile == "hardened", Proven: c.TimestampException}
	taken, err := kit.Fetched(pkg)
	if err != nil {
		return err
	}
	m := taken.Manifest
	out := upgrade.Rehearsal{Format: 1, Package: upgrade.PackageDigest(pkg), Class: m.Class, Component: m.Component, Version: m.Version, At: time.Now().UTC().Truncate(time.Second), Program: cli.Version, Twins: []upgrade.Twin{}}
	for _, model := range models {
		fmt.Fprintf(a.Stderr, "%s: starting its twin…\n", model.snapshot.Breaker)
		out.Twins = append(out.Twins, c.rehearse(a, kit, pkg, model))
	}
	return c.report(a, &out)
}

// model is what a twin is made of.
type model struct {
	snapshot commission.Snapshot
	firmware commission.FirmwareKept
}

// models reads snapshots and firmware, and puts together what is of one breaker.
func (c *rehearseCmd) models() ([]model, error) {
	var all []model
	for _, name := range c.Snapshot {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var found []commission.Snapshot
		if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '{' {
			b = append(append([]byte("["), b...), ']')
		}
		if err := json.Unmarshal(b, &found); err != nil || len(found) == 0 {
			return nil, fmt.Errorf("%s is no snapshot: make it with switchroom commission snapshots NUMBER BREAKER DIGEST --json (%v)", name, err)
		}
		all = append(all, model{snapshot: found[0]})
	}
	for _, name := range c.Firmware {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var f commission.FirmwareKept
		if err := json.Unmarshal(b, &f); err != nil || f.Firmware == nil {
			return nil, fmt.Errorf("%s does not say what a breaker runs: make it with switchroom commission firmware show --json (%v)", name, err)
		}
		i := slices.IndexFunc(all, func(m model) bool { return m.snapshot.Breaker == f.Breaker })
		if i < 0 {
			return nil, fmt.Errorf("%s is of %s, of which no snapshot is given", name, f.Breaker)
		}
		all[i].firmware = f
	}
	for _, m := range all {
		if m.firmware.Firmware == nil {
			return nil, fmt.Errorf("what %s runs is not given: --firmware FILE", m.snapshot.Breaker)
		}
	}
	return all, nil
}

// report writes the evidence and says what came of it.
func (c *rehearseCmd) report(a *app, out *upgrade.Rehearsal) error {
	b, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, append(b, '\n'), 0o644); err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(a.Stdout, out)
	} else {
		err = printTwins(a, out)
	}
	failed := slices.ContainsFunc(out.Twins, func(t upgrade.Twin) bool { return !t.Passed })
	if failed {
		return errors.Join(err, errRefused)
	}
	return err
}

func printTwins(a *app, out *upgrade.Rehearsal) error {
	t := table{Head: []string{"breaker", "rehearsed", "from", "to", "settings copied", "changed", "because"}}
	for _, x := range out.Twins {
		t.Add(x.Breaker, either(x.Passed, "passed", "failed"), either(x.Outcome.From == "", "-", x.Outcome.From), either(x.Outcome.To == "", "-", x.Outcome.To),
			fmt.Sprint(x.Copied), fmt.Sprint(len(x.Changed)), either(x.Error == "", "-", x.Error))
	}
	if err := t.Text(a.Stdout); err != nil {
		return err
	}
	for _, x := range out.Twins {
		for _, line := range slices.Concat(x.Trips, prefixed("not copied: ", x.Missing), prefixed("changed: ", x.Changed)) {
			fmt.Fprintf(a.Stdout, "%s: %s\n", x.Breaker, line)
		}
	}
	return nil
}

func prefixed(with string, all []string) (out []string) {
	for _, s := range all {
		out = append(out, with+s)
	}
	return out
}
