package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"switchroom/imu"
	"switchroom/site"
)

type scenarioCmd struct {
	Run    scenarioRunCmd    `cmd:"" help:"Play a scenario and say what every breaker did when."`
	Check  scenarioCheckCmd  `cmd:"" help:"Check a scenario file against its site."`
	Schema scenarioSchemaCmd `cmd:"" help:"Print the JSON schema of scenario files."`
}

type scenarioRunCmd struct {
	Site     string `arg:"" help:"The site file."`
	Scenario string `arg:"" help:"The scenario file."`
	Speed    string `help:"max, or how many seconds of the scenario pass in one." default:"max" placeholder:"max|N"`
	Captures string `help:"Write the waveform of every trip into this directory, as COMTRADE: of breakers with the waveform module." placeholder:"DIR"`
	JSON     bool   `help:"Print JSON."`
}

func (c *scenarioRunCmd) Run(a *app) error {
	speed, err := parseSpeed(c.Speed)
	if err != nil {
		return err
	}
	s, err := site.LoadFile(c.Site)
	if err != nil {
		return err
	}
	sc, err := s.LoadScenario(c.Scenario)
	if err != nil {
		return err
	}
	r, err := s.NewRun(sc)
	if err != nil {
		return err
	}
	waves, err := c.capture(a, r)
	if err != nil {
		return err
	}
	if speed == 0 {
		r.Step(sc.Duration)
	} else if err := c.play(a, r, speed); err != nil {
		return err
	}
	if waves.err != nil {
		return waves.err
	}
	if c.JSON {
		return printJSON(a.Stdout, scenarioReport{
			s.Name, sc.Name, sc.Seed, sc.Start, sc.Duration.Seconds(), r.Log, r.Standings(), waves.files,
		})
	}
	if speed == 0 {
		printEntries(a, r.Log)
	}
	fmt.Fprintln(a.Stdout)
	t := table{Head: []string{"breaker", "contacts", "tripped", "by", "trips", "operations", "kWh"}}
	for _, b := range r.Standings() {
		t.Add(b.Breaker, either(b.Closed, "closed", "open"), either(b.Tripped != nil && *b.Tripped, "tripped", "-"), b.LastTrip,
			shown(b.Trips, "%d"), shown(b.Operations, "%d"), shown(b.EnergyKWh, "%.1f"))
	}
	if err := t.Text(a.Stdout); err != nil {
		return err
	}
	for _, f := range waves.files {
		fmt.Fprintln(a.Stdout, "captured", f)
	}
	return nil
}

// played is what a scenario has left in the directory of captures.
type played struct {
	files []string // as they came
	err   error    // the first
}

// capture has the waveform of every trip written while the world of the
// scenario stands still: its time waits for the disk, and nothing queues.
func (c *scenarioRunCmd) capture(a *app, r *site.Run) (*played, error) {
	p := new(played)
	if c.Captures == "" {
		return p, nil
	}
	if !slices.ContainsFunc(r.Lab.Site.Breakers, func(b site.Breaker) bool { return b.Unit.Modules.Has(imu.ModuleWaveform) }) {
		fmt.Fprintln(a.Stderr, "note: no breaker of the site has the module that captures: write modules: [waveform]")
	}
	dir, err := newCaptureDir(c.Captures)
	if err != nil {
		return nil, err
	}
	for _, u := range r.Lab.Units {
		u.SubscribeCaptures(func(unit string, w *imu.Capture) {
			files, err := dir.write(unit, w)
			p.files = append(p.files, files...)
			if p.err == nil {
				p.err = err
			}
		})
	}
	return p, nil
}

// scenarioReport is what --json prints.
type scenarioReport struct {
	Site      string          `json:"site"`
	Scenario  string          `json:"scenario"`
	Seed      uint64          `json:"seed"`
	Start     time.Time       `json:"start"`
	DurationS float64         `json:"duration_s"`
	Log       []site.Entry    `json:"log"`
	Breakers  []site.Standing `json:"breakers"`
	Captures  []string        `json:"captures,omitempty"`
}

func parseSpeed(s string) (float64, error) {
	if s == "max" {
		return 0, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v > 0) || math.IsInf(v, 0) {
		return 0, misuse("--speed %s: max, or a number above 0", s)
	}
	return v, nil
}

// frame is how often a scenario that is played at a speed goes on.
const frame = 50 * time.Millisecond

// play goes on as time passes, and prints what happens when it happens.
func (c *scenarioRunCmd) play(a *app, r *site.Run, speed float64) error {
	begin := time.Now()
	tick := time.NewTicker(frame)
	defer tick.Stop()
	for printed := 0; ; {
		if !c.JSON {
			printEntries(a, r.Log[printed:])
			printed = len(r.Log)
		}
		if _, more := r.Next(); !more {
			return nil
		}
		select {
		case <-a.Ctx.Done():
			return context.Cause(a.Ctx)
		case <-tick.C:
		}
		r.Step(time.Duration(time.Since(begin).Seconds() * speed * float64(time.Second)))
	}
}

func printEntries(a *app, log []site.Entry) {
	for _, e := range log {
		fmt.Fprintf(a.Stdout, "%14.6f  %-10s %-28s %-7s %s\n", e.T, e.Who, e.Event, e.What, e.Detail)
	}
}

// shown is a value, or a dash where the control unit has no supply.
func shown[T any](v *T, format string) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf(format, *v)
}

func either(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

type scenarioCheckCmd struct {
	Site     string `arg:"" help:"The site file."`
	Scenario string `arg:"" help:"The scenario file."`
	JSON     bool   `help:"Print the problems as JSON."`
}

func (c *scenarioCheckCmd) Run(a *app) error {
	s, err := site.LoadFile(c.Site)
	if err != nil {
		return err
	}
	sc, err := s.LoadScenario(c.Scenario)
	if p, ok := err.(site.Problems); ok && c.JSON {
		if err := printJSON(a.Stdout, p); err != nil {
			return err
		}
		return errRefused
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(a.Stdout, site.Problems{})
	}
	fmt.Fprintf(a.Stdout, "%s: %d actions in %v, no problem\n", sc.Name, len(sc.Actions), sc.Duration)
	return nil
}

type scenarioSchemaCmd struct{}

func (c *scenarioSchemaCmd) Run(a *app) error {
	b, err := site.ScenarioJSONSchema()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.Stdout, "%s\n", b)
	return err
}
