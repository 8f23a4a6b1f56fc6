package site_test

import (
	"strings"
	"testing"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/site"
)

// withIO is a breaker with IO modules.
func withIO(io string) string {
	return `site: x
profile: 2017
breakers:
  - name: Q1
    in: 1000
    variant: 6.0
    closed: true
    io:
` + io
}

const ioCustom = `      - switch: 9
        pad: unlocked
        inputs:
          - {input: 1, does: close_inhibition}
          - {input: 4, does: pulse_counter, threshold: 2}
          - {input: 3, does: open_order}
        outputs:
          - {output: 2, events: [breaker.inhibited, trip.long_time], latched: true}
      - {switch: 1}
`

func TestIOModules(t *testing.T) {
	s := parse(t, withIO(ioCustom))
	sc := scenario(t, s, `scenario: x
duration: 60
actions:
  - {at: 1, do: io_input, target: Q1, input: 1, state: "on"}
  - {at: 2, do: io_pt100, target: Q1, celsius: 55}
  - {at: 3, do: io_input, target: Q1, input: 1, state: "off"}
  - {at: 4, do: io_input, target: Q1, input: 3, state: "on"}
  - {at: 5, do: io_switch, target: Q1, position: 2}
  - {at: 6, do: rack, target: Q1, to: test}
  - {at: 7, do: io_switch, target: Q1, module: 2, position: 9}
  - {at: 8, do: io_test, target: Q1, module: 2}
  - {at: 9, do: io_pad, target: Q1, module: 2, pad: unlocked}
  - {at: 10, do: io_cable, target: Q1, module: 2, state: "off"}
  - {at: 11, do: io_test, target: Q1, module: 2}
`)
	r, err := s.NewRun(sc)
	if err != nil {
		t.Fatal(err)
	}
	r.Step(sc.Duration)
	var told strings.Builder
	for _, e := range r.Log {
		told.WriteString(e.Who + " " + e.Event + " " + e.What + " " + e.Detail + "\n")
	}
	for _, want := range []string{
		"Q1 io.operated pulse IO1 I1 close_inhibition on", "Q1 breaker.inhibited entry", "Q1 breaker.inhibited exit", "Q1 io.operated pulse IO1 I3 open_order on: ordered",
		"Q1 breaker.opened", "Q1 io.switch_turned pulse IO1 to 2; 9 acts", "Q1 io1.switch_mismatch entry", "Q1 io.application pulse IO2: 9, custom", "Q1 io.pad pulse IO2 settings lock off",
		"Q1 io2.lost entry", "scenario io_test refused Q1, module 2: IO module 2 has no supply",
	} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("no %q in\n%s", want, &told)
		}
	}
	u := r.Lab.Units[0]
	var snap imu.Snapshot
	u.Read(sc.Duration, access.Actor{Path: access.HMI, Present: true}, &snap)
	for id, want := range map[points.ID]float64{
		points.IO1Temperature: 55, points.IO1Pad: 1, points.IO1OutputO2: 1, points.IO1Application: 9, points.IO1Switch: 2, points.DiagnosticIO2Lost: 1, points.BreakerInhibitedIO: 0,
	} {
		if got := snap.Values[id]; got != want {
			t.Errorf("%v is %g, want %g", id, got, want)
		}
	}
}

func TestIOModulesWrong(t *testing.T) {
	for _, c := range []struct{ io, line, want string }{
		{"      - {switch: 10}\n", "9:", "outside 1 to 9"},
		{"      - {}\n      - {}\n      - {}\n", "9:", "3 modules; a unit has up to 2"},
		{"      - switch: 9\n        inputs:\n          - {input: 2, does: settings_a}\n", "11:", "go together"},
		{"      - switch: 2\n        inputs:\n          - {input: 5, does: generic}\n          - {input: 2, does: generic}\n", "12:", "application 2 has I2 do open_order"},
		{"      - switch: 9\n        inputs:\n          - {input: 2, does: generic}\n          - {input: 2, does: open_order}\n", "12:", "input 2 is set up twice"},
		{"      - switch: 9\n        inputs:\n          - {input: 7, does: generic}\n", "11:", "outside 1 to 6"},
		{"      - switch: 9\n        inputs:\n          - {input: 1, does: light}\n", "11:", `"light" is none of`},
		{"      - switch: 9\n        outputs:\n          - {output: 1, events: [breaker.opened]}\n", "11:", "an output cannot show it"},
		{"      - switch: 9\n        outputs:\n          - {output: 1, events: [nonsense]}\n", "11:", "docs/iomodule.md lists"},
		{"      - switch: 9\n        inputs:\n          - {input: 1, does: generic, threshold: 4294967296}\n", "11:", "outside 0 to"},
	} {
		_, err := site.Parse("site.yaml", []byte(withIO(c.io)))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "site.yaml:"+c.line) {
			t.Errorf("%s: %v, want line %s %q", c.io, err, c.line, c.want)
		}
	}
	s := parse(t, withIO("      - {switch: 9}\n"))
	for _, c := range []struct{ action, want string }{
		{"{at: 1, do: io_input, target: Q1, input: 1}", "needs state"},
		{"{at: 1, do: io_input, target: Q1, module: 2, input: 1, state: \"on\"}", "Q1 has 1 IO module"},
		{"{at: 1, do: io_switch, target: Q1, position: 0}", "outside 1 to 9"},
		{"{at: 1, do: io_test, target: Q1, input: 1}", "io_test has no input"},
	} {
		_, err := s.ParseScenario("s.yaml", []byte("scenario: x\nduration: 9\nactions:\n  - "+c.action+"\n"))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.action, err, c.want)
		}
	}
}
