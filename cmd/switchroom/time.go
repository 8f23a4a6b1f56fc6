package main

import (
	"fmt"
	"strings"
	"time"

	"switchroom/lab/remote"
)

type timeCmd struct {
	Show  timeShowCmd  `cmd:"" default:"withargs" help:"Show the time of a running switchroom, and how fast it passes."`
	Pause timePauseCmd `cmd:"" help:"Stop it."`
	Run   timeRunCmd   `cmd:"" help:"Let it pass as the computer's does."`
	Speed timeSpeedCmd `cmd:"" help:"Let it pass faster or slower: time speed 60."`
	Step  timeStepCmd  `cmd:"" help:"Stop it and take it on by so much, or to the next thing due: time step 10ms."`
}

// timeFlags are those of all that is asked about time.
type timeFlags struct {
	labFlag
	JSON bool `help:"Print the time then as JSON."`
}

// tell asks and prints what the time is then.
func (f *timeFlags) tell(a *app, ask func(c *remote.Client) (remote.Time, error)) error {
	c, err := f.client()
	if err != nil {
		return err
	}
	t, err := ask(c)
	switch {
	case err != nil:
		return err
	case f.JSON:
		return printJSON(a.Stdout, t)
	}
	printTime(a, &t)
	return nil
}

func printTime(a *app, t *remote.Time) {
	speed := "stands still"
	if t.Speed > 0 {
		speed = fmt.Sprintf("runs ×%g", t.Speed)
	}
	if t.Real < 0.9*t.Speed {
		speed += fmt.Sprintf(", really ×%.3g: the computer is too slow for more", t.Real)
	}
	fmt.Fprintf(a.Stdout, "%s UTC, %s\n", t.Date.UTC().Format("2006-01-02 15:04:05.000000"), speed)
	if t.Speed == 0 && t.Next != nil {
		fmt.Fprintf(a.Stdout, "next thing due in %v\n", seconds(*t.Next))
	}
	if len(t.Owed) > 0 {
		fmt.Fprintf(a.Stdout, "brought back once time runs: %s\n", strings.Join(t.Owed, ", "))
	}
}

type timeShowCmd struct{ timeFlags }

func (c *timeShowCmd) Run(a *app) error {
	return c.tell(a, func(cl *remote.Client) (remote.Time, error) { return cl.Time(a.Ctx) })
}

type timePauseCmd struct{ timeFlags }

func (c *timePauseCmd) Run(a *app) error {
	return c.tell(a, func(cl *remote.Client) (remote.Time, error) { return cl.SetSpeed(a.Ctx, 0) })
}

type timeRunCmd struct{ timeFlags }

func (c *timeRunCmd) Run(a *app) error {
	return c.tell(a, func(cl *remote.Client) (remote.Time, error) { return cl.SetSpeed(a.Ctx, 1) })
}

type timeSpeedCmd struct {
	timeFlags
	Speed float64 `arg:"" help:"Seconds of the switchroom a second: 0.001 to 3600; 0 stops it."`
}

func (c *timeSpeedCmd) Run(a *app) error {
	if err := checkSpeed(c.Speed); err != nil {
		return err
	}
	return c.tell(a, func(cl *remote.Client) (remote.Time, error) { return cl.SetSpeed(a.Ctx, c.Speed) })
}

// checkSpeed refuses a speed that no switchroom has.
func checkSpeed(v float64) error {
	if v != 0 && !(v >= remote.MinSpeed && v <= remote.MaxSpeed) {
		return misuse("speed %g: 0 stops time, else from %g to %d", v, remote.MinSpeed, remote.MaxSpeed)
	}
	return nil
}

type timeStepCmd struct {
	timeFlags
	By string `arg:"" optional:"" help:"By how much: 1ms, 2s, up to 1h; left out, to the next thing due."`
}

func (c *timeStepCmd) Run(a *app) error {
	o := remote.StepOrder{Next: c.By == ""}
	if c.By != "" {
		d, err := time.ParseDuration(c.By)
		if err != nil || d <= 0 || d.Seconds() > remote.MaxStep {
			return misuse("step %s: write 1ms, 2s, up to 1h; leave it out for the next thing due", c.By)
		}
		o.By = d.Seconds()
	}
	return c.tell(a, func(cl *remote.Client) (remote.Time, error) { return cl.Step(a.Ctx, o) })
}

// quicken has the world of a site run at the speed that was asked for, if one was.
func (h *host) quicken() {
	if h.speed != nil {
		h.lab.World.SetSpeed(*h.speed)
	}
}
