package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"switchroom/inject"
	"switchroom/lab/remote"
)

// kindTable is the table of faults.
func kindTable() *table {
	t := &table{Head: []string{"fault", "layer", "what happens", "parameters", "what it proves", "undoing it"}}
	all := []remote.Kind{}
	for _, k := range inject.Kinds() {
		all = append(all, k.Kind)
		var params []string
		for _, p := range k.Params {
			said := p.Name + ": " + p.Help
			if p.Default != "" {
				said += "; " + p.Default
			}
			params = append(params, said)
		}
		t.Add(k.Name, string(k.Layer), k.Title, strings.Join(params, ". "), k.Proves, k.Undo)
	}
	t.JSON = all
	return t
}

// faultsDoc writes the catalogue of docs/faults.md.
func faultsDoc(w io.Writer) error {
	if _, err := fmt.Fprint(w, faultsIntro); err != nil {
		return err
	}
	return kindTable().Print(w, listing{Format: "md"})
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

const faultsIntro = `# Faults on demand

A supervision system is known by what it does when something is wrong. While a switchroom runs (` + "`switchroom demo`, `switchroom up`" + `),
faults can be injected into the wire to a breaker, into what it tells, and into what happens at it.

` + "```" + `
switchroom inject silent Q1 --for 30s                       # no answer for half a minute
switchroom inject slow '*' distribution=normal ms=300 spread=80 --seed 7
switchroom inject substitute Q1 current.l1=123.4 breaker.closed=false
switchroom inject not-available Q1 energy.active.delivered
switchroom inject trip F1 cause=short_time                  # a current flows that trips it, by its own protection
switchroom inject list
switchroom inject undo all
` + "```" + `

Every injection has a number and ends: after its time (a minute if nothing is said, a day at most; by the computer's clock, however fast the laboratory runs), when it is undone, when
one of the same kind takes its place at the same breaker, when the run that it belongs to ends, and when the switchroom ends.
What is random in it comes from its seed, which is told. The list counts the requests that each has changed.

Scripts and acceptance runs do the same over HTTP, at the address that ` + "`up` and `demo`" + ` print: ` + "`POST /api/v1/faults`" + `,
` + "`DELETE /api/v1/faults/{id}`" + `; all of it is described at ` + "`/api/v1/openapi.json`" + `. A run is ` + "`POST /api/v1/runs`" + `, held open:
what is injected with its id ends when that connection does, whatever the reason. The server listens on loopback only and has
no login.

A scenario injects too, into the wire and into what registers tell: ` + "`do: inject`, `what:`, `with:`, `for:`" + ` ([network.md](network.md)).
` + "`switchroom up SITE --scenario FILE`" + ` plays it on the running site as its time passes, and what it has injected ends with it. ` + "`switchroom scenario run`" + `
computes, with nobody on the wire: there such an action stands in the log as refused.

Of several faults at one breaker each is undone by itself: when a trip ends, a load that was injected before flows on, and a
limit of connections outlasts a restart. What moves the contacts may end in any order: they stay as the newest has them, and once
the last has ended the breaker stands as before the first. ` + "`open` and `close`" + ` take each other's place at once.

An order that is refused changes nothing, also not the one that it would have replaced. A trip needs its time (long time takes
minutes with many settings); give ` + "`--for`" + ` as long. Units behind one gateway share its connections: ` + "`restart` and `connection-limit`" + ` at
one concern all of them.

The three layers: *communication* lies between the wire and the unit; *device* is what its registers tell while the unit itself
is as it was; *process* really happens at the breaker, as a person or a test set would do it, and its protection decides.

How a real interface behaves when it restarts or is full is in no document that we could read; what stands here is ours.

## The catalogue

Made from the table in [inject](../inject) by ` + "`go generate ./cmd/switchroom`" + `; a test fails when it is stale.

`
