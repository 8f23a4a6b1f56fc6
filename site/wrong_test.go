package site_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"switchroom/site"
)

// TestEverythingThatIsWrongAtOnce: what the schema finds does not hide the rest,
// and nothing follows from it.
func TestEverythingThatIsWrongAtOnce(t *testing.T) {
	s := parse(t, standby)
	for _, c := range []struct {
		why, in  string
		scenario bool
		want     []string // paths
	}{
		{"each action has its own", `scenario: x
duration: 10
actions:
  - {at: 2, do: explode, target: Q2}
  - {at: 2, do: fault, target: nowhere, kind: three_phase}
  - {at: 2, do: fail, target: Q9, part: foo}
  - {at: 12, do: fail, target: Q2, part: mx}
  - {at: 1, do: erms, target: Q2}
  - {at: 1, do: dip, target: T1, share: 0.5, phases: [7]}
  - Q1
`, true, []string{"actions[0].do", "actions[1].target", "actions[2].target", "actions[2].part", "actions[3].at", "actions[4]", "actions[5].phases[0]", "actions[6]"}},
		{"the fault that is cleared may be the one that is wrong", `scenario: x
duration: 10
actions:
  - {at: 2, do: fault, target: A, kind: three_phases, name: f}
  - {at: 3, do: clear, target: f}
`, true, []string{"actions[0].kind"}},
		{"a wrong duration concerns all", `scenario: x
duration: long
actions:
  - {at: 2, do: open, target: Q9}
`, true, []string{"duration"}},
		{"a site", `site: x
breakers:
  - {name: Q1, in: 10, variant: "6.0", from: T1, to: A}
  - {name: Q2, in: 630, variant: "6.0", from: A, to: A, zsi: [Q1]}
  - {name: Q3, in: 630, variant: "6.0", from: A, too: C}
network:
  sources: [{name: T1, node: T1, kva: much, earthing_ohm: 1}]
  loads: [{name: a, node: C, kw: 1}, {name: a, node: A, kw: 1}]
`, false, []string{"breakers[0].in", "breakers[1].to", "breakers[2].too", "network.sources[0].kva", "network.loads[1].name"}},
		{"copies", "site: x\ncopies: 2\nbreakers:\n  - {name: Q1, in: 10, variant: \"6.0\"}\n  - {name: Q2, in: 630, variant: \"6.0\", from: A}\n", false, []string{"breakers[0].in"}},
	} {
		var err error
		if c.scenario {
			_, err = s.ParseScenario("test.yaml", []byte(c.in))
		} else {
			_, err = site.Parse("test.yaml", []byte(c.in))
		}
		all, _ := err.(site.Problems)
		var paths []string
		for _, p := range all {
			paths = append(paths, p.Path)
		}
		slices.Sort(paths)
		slices.Sort(c.want)
		if !slices.Equal(paths, c.want) {
			t.Errorf("%s: %v\n  want %v\n%v", c.why, paths, c.want, err)
		}
		if !slices.IsSortedFunc(all, func(a, b site.Problem) int { return a.Line - b.Line }) {
			t.Errorf("%s: not by line:\n%v", c.why, err)
		}
	}
}

func TestProblemAsJSON(t *testing.T) {
	b, err := json.Marshal(site.Problem{File: "f", Line: 1, Column: 2, Path: "p", Message: "m"})
	if want := `{"file":"f","line":1,"column":2,"path":"p","message":"m"}`; err != nil || strings.TrimSpace(string(b)) != want {
		t.Errorf("%s, want %s", b, want)
	}
}
