package main

import (
	"fmt"
	"io"

	"switchroom/access"
	"switchroom/points"
	"switchroom/study"
)

// accessDoc writes docs/access.md.
func accessDoc(w io.Writer) {
	fmt.Fprint(w, `# Who may do what

Made from the policy in [access/policy.go](../access/policy.go) by `+"`go generate ./cmd/switchroom`"+`; a test fails when it is
stale. Matrix B is not typed in: each cell is asked of the reference monitor, for the most privileged actor that the
path can bring, with every gate open. What has no row is denied.

`)
	matrixTable(access.Faithful).Markdown(w)
	for _, p := range []access.Profile{access.Faithful, access.RBAC, access.Hardened} {
		fmt.Fprintf(w, "\n## Policy, profile %v\n\n", p)
		policyTable(p).Markdown(w)
	}
}

// pointsDoc writes docs/points.md.
func pointsDoc(w io.Writer) {
	fmt.Fprint(w, `# The vocabulary

Made from the table in [points](../points) by `+"`go generate ./cmd/switchroom`"+`; a test fails when it is stale. Ranges and
defaults are those of a 6.0 X of 1000 A; `+"`switchroom points --in A --variant V`"+` prints them for another unit.

`)
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, Voltage: 400, Frequency: 50}
	t := table{Head: []string{"name", "title", "type", "unit", "range", "default", "class", "source", "certainty"}}
	for _, p := range points.All() {
		row := pointRow(&p, r)
		t.Add(p.Name, p.Title, row.Type, row.Unit, row.Range.text(), row.Range.standard(), row.Class, row.Source, row.Certainty.String())
	}
	t.Markdown(w)
}

// curvesDoc writes docs/curves.svg: the feeder of the examples with two Isd.
func curvesDoc(w io.Writer) error {
	f := deviceFlags{ratingFlags: ratingFlags{In: 630, Variant: "6.0", Poles: 3, Frequency: 50}}
	f.Settings = "../../examples/feeder.csv"
	d, err := f.device(&app{Stderr: io.Discard})
	if err != nil {
		return err
	}
	other := d
	d.Name, other.Name = "Isd 6 Ir", "Isd 4 Ir"
	if err := other.Set("protection.short_time.isd", "4"); err != nil {
		return err
	}
	return study.Plot{Title: "Feeder Q11", Devices: []study.Device{d, other}, Faults: []float64{5200}}.SVG(w)
}
