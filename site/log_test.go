package site_test

import (
	"encoding/json"
	"strings"
	"testing"

	"switchroom/site"
)

// TestLogTellsWhatWasDone: every action stands in the log with its target and its
// fields, in words and as JSON.
func TestLogTellsWhatWasDone(t *testing.T) {
	s := parse(t, standby)
	for _, c := range []struct{ do, detail, json string }{
		{`erms, target: Q1, switch: "on"`, "Q1, switch on", `"target":"Q1","with":{"switch":"on"}`},
		{`erms, target: Q2, switch: "on"`, "Q2, switch on: the ERMS module is not installed; write modules: [erms]", `"what":"refused"`},
		{`24v, target: Q1, state: "off"}
  - {at: 2, do: erms, target: Q1, switch: "on"`, "Q1, switch on: nobody hears the switch while the control unit has no 24 V", `"erms"`},
		{`24v, target: Q1, state: "off"`, "Q1, state off", `"target":"Q1","with":{"state":"off"}`},
		{`fail, target: Q2, part: mx`, "Q2, part mx", `"target":"Q2","with":{"part":"mx"}`},
		{`fault, target: F, kind: phase_phase, ohm: 0.5, phase: 2, for: 2s`, "F, for 2s, kind phase_phase, ohm 0.5, phase 2", `"with":{"for":"2s","kind":"phase_phase","ohm":"0.5","phase":"2"}`},
		{`dip, target: T1, share: 0.25, phases: [1, 3]`, "T1, phases [1 3], share 0.25", `"with":{"phases":"[1 3]","share":"0.25"}`},
		{`open, target: Q1`, "Q1", `"detail":"Q1","target":"Q1"}`},
	} {
		sc := scenario(t, s, "scenario: x\nduration: 5\nactions:\n  - {at: 1, do: "+c.do+"}\n")
		r, err := s.NewRun(sc)
		if err != nil {
			t.Fatal(err)
		}
		r.Step(sc.Duration)
		var e site.Entry // the last, but for the end of what lasts
		for _, x := range r.Log {
			if x.Who == "scenario" && x.T < 3 {
				e = x
			}
		}
		b, err := json.Marshal(e)
		if err != nil || e.Detail != c.detail || !strings.Contains(string(b), c.json) {
			t.Errorf("%s:\n  %q, want %q\n  %s, want %s", c.do, e.Detail, c.detail, b, c.json)
		}
	}
}
