package main

import (
	"fmt"
	"strings"
	"time"

	"switchroom/lab/remote"
	"switchroom/paths/iomodule"
	"switchroom/points"
)

type ioCmd struct {
	Show         ioShowCmd         `cmd:"" help:"Show the IO modules of a breaker of a running switchroom."`
	Input        ioInputCmd        `cmd:"" help:"Put voltage on the wire of an input, or take it off: io input Q1 3 on."`
	Switch       ioSwitchCmd       `cmd:"" help:"Turn the rotary switch to another application: io switch Q1 2. It acts after io test."`
	Test         ioTestCmd         `cmd:"" help:"Press the test button: what the switch says acts from then on."`
	Pad          ioPadCmd          `cmd:"" help:"Turn the setting-locking pad: io pad Q1 unlocked."`
	Cable        ioCableCmd        `cmd:"" help:"Pull the cable of a module, or put it in: io cable Q1 off."`
	Pt100        ioPt100Cmd        `cmd:"" name:"pt100" help:"Warm or cool the Pt100 sensor: io pt100 Q1 45."`
	Command      ioCommandCmd      `cmd:"" help:"Send a command to the first IO module over Modbus: io command ADDRESS 1672 output=1 state=1."`
	Applications ioApplicationsCmd `cmd:"" help:"List what inputs and outputs do in each application, and what a site can have them do."`
}

// ioFlags say at which module of which breaker, and who is there.
type ioFlags struct {
	labFlag
	JSON   bool   `help:"Print the modules then as JSON."`
	Module int    `help:"1 or 2." default:"1"`
	By     string `help:"Who does it: somebody who is in the room." placeholder:"NAME"`
	Unit   string `arg:"" help:"The breaker."`
}

// order does something and tells how the modules are then.
func (f *ioFlags) order(a *app, o remote.IOOrder) error {
	if f.Module < 1 || f.Module > iomodule.Most {
		return misuse("--module %d: 1 or 2", f.Module)
	}
	cl, err := f.client()
	if err != nil {
		return err
	}
	o.Module, o.By = f.Module, f.By
	all, err := cl.OrderIO(a.Ctx, f.Unit, o)
	for n := 0; n < stillTries && err == nil && unsettled(all); n++ {
		time.Sleep(iomodule.Debounce)
		all, err = cl.IO(a.Ctx, f.Unit)
	}
	return toldIO(a, f.JSON, all, err)
}

// stillTries bounds how often it is looked whether inputs stand still: in a world that
// is stopped they never will.
const stillTries = 25

// unsettled reports whether a wire has changed that does not count yet.
func unsettled(all []remote.IOModule) bool {
	for _, m := range all {
		for _, p := range m.Inputs {
			if m.Energised && p.Wire != p.On {
				return true
			}
		}
	}
	return false
}

type ioShowCmd struct {
	labFlag
	JSON bool   `help:"Print the modules as JSON."`
	Unit string `arg:"" help:"The breaker."`
}

func (c *ioShowCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	all, err := cl.IO(a.Ctx, c.Unit)
	if err == nil && len(all) == 0 && !c.JSON {
		return fmt.Errorf("%s has no IO module; write io: at it in the site file (docs/iomodule.md)", c.Unit)
	}
	return toldIO(a, c.JSON, all, err)
}

type ioInputCmd struct {
	ioFlags
	Input int    `arg:"" help:"1 to 6."`
	State string `arg:"" help:"on or off." enum:"on,off"`
}

func (c *ioInputCmd) Run(a *app) error {
	if c.Input < 1 || c.Input > iomodule.Inputs {
		return misuse("input %d: 1 to %d", c.Input, iomodule.Inputs)
	}
	return c.order(a, remote.IOOrder{Do: "input", Input: c.Input, State: c.State})
}

type ioSwitchCmd struct {
	ioFlags
	Position int `arg:"" help:"1 to 9."`
}

func (c *ioSwitchCmd) Run(a *app) error {
	if c.Position < 1 || c.Position > iomodule.Spots {
		return misuse("position %d: 1 to %d", c.Position, iomodule.Spots)
	}
	return c.order(a, remote.IOOrder{Do: "switch", Position: c.Position})
}

type ioTestCmd struct{ ioFlags }

func (c *ioTestCmd) Run(a *app) error { return c.order(a, remote.IOOrder{Do: "test"}) }

type ioPadCmd struct {
	ioFlags
	State string `arg:"" help:"locked or unlocked." enum:"locked,unlocked"`
}

func (c *ioPadCmd) Run(a *app) error { return c.order(a, remote.IOOrder{Do: "pad", State: c.State}) }

type ioCableCmd struct {
	ioFlags
	State string `arg:"" help:"on or off." enum:"on,off"`
}

func (c *ioCableCmd) Run(a *app) error {
	return c.order(a, remote.IOOrder{Do: "cable", State: c.State})
}

type ioPt100Cmd struct {
	ioFlags
	Celsius float64 `arg:"" help:"°C."`
}

func (c *ioPt100Cmd) Run(a *app) error {
	return c.order(a, remote.IOOrder{Do: "pt100", Celsius: c.Celsius})
}

// toldIO prints the modules, unless there is an error.
func toldIO(a *app, asJSON bool, all []remote.IOModule, err error) error {
	switch {
	case err != nil:
		return err
	case asJSON:
		return printJSON(a.Stdout, all)
	}
	t := table{Head: []string{"pin", "does", "state", "count"}}
	for _, m := range all {
		tellIO(a, &m)
		for _, p := range m.Inputs {
			t.Add(fmt.Sprintf("IO%d %s", m.Module, p.Pin), p.Does, state(m.Energised, p.On)+either(p.Wire != p.On, ", its wire "+onOff(p.Wire), ""), fmt.Sprint(p.Count))
		}
		for _, p := range m.Outputs {
			t.Add(fmt.Sprintf("IO%d %s", m.Module, p.Pin), strings.Join(append([]string{p.Does}, p.Events...), " "), state(m.Energised, p.On), fmt.Sprint(p.Count))
		}
	}
	fmt.Fprintln(a.Stdout)
	return t.Text(a.Stdout)
}

func tellIO(a *app, m *remote.IOModule) {
	fmt.Fprintf(a.Stdout, "IO%d: application %d, %s (%s); pad %s, simple commands %s", m.Module, m.Application, m.Title, m.Certainty, m.Pad, onOff(m.Simple))
	if m.Celsius != nil {
		fmt.Fprintf(a.Stdout, ", %.1f °C", *m.Celsius)
	}
	fmt.Fprintln(a.Stdout)
	if !m.Energised {
		fmt.Fprintf(a.Stdout, "IO%d: lost: %s\n", m.Module, either(m.Cable, "it has no supply", "its cable is out"))
	}
	if m.Switch != m.Application {
		fmt.Fprintf(a.Stdout, "IO%d: its switch stands at %d, which acts once its test button is pressed\n", m.Module, m.Switch)
	}
}

func onOff(on bool) string { return either(on, "on", "off") }

func state(known, on bool) string { return either(known, onOff(on), "unknown") }

type ioApplicationsCmd struct{ listing }

// ioPin is what an input or output does in an application.
type ioPin struct {
	Application int    `json:"application"`
	Title       string `json:"title"`
	Pin         string `json:"pin"`
	Does        string `json:"does"`
	Certainty   string `json:"certainty"`
}

func (c *ioApplicationsCmd) Run(a *app) error { return applicationTable().Print(a.Stdout, c.listing) }

// applicationTable is the predefined applications, pin by pin. One of which nothing is
// predefined has a row that says so.
func applicationTable() *table {
	t := &table{Head: []string{"position", "application", "pin", "does", "certainty"}}
	var all []ioPin
	for _, x := range iomodule.Applications {
		before := len(all)
		for _, u := range iomodule.Uses {
			if u.Application == x.Number {
				all = append(all, ioPin{x.Number, x.Title, u.Name(), u.Does.String(), max(u.Certainty, x.Certainty).String()})
			}
		}
		if len(all) == before {
			all = append(all, ioPin{x.Number, x.Title, "all", iomodule.Free.String(), x.Certainty.String()})
		}
	}
	for _, p := range all {
		t.Add(fmt.Sprint(p.Application), p.Title, p.Pin, p.Does, p.Certainty)
	}
	t.JSON = all
	return t
}

// functionTable is what inputs and outputs can be for.
func functionTable() *table {
	t := &table{Head: []string{"does", "what", "in a site file", "source", "certainty"}}
	for _, f := range iomodule.Functions[1:] {
		t.Add(f.Name, f.Title, either(f.Custom, "yes", "no"), f.Source, f.Certainty.String())
	}
	return t
}

// shownTable is the events that an output can show.
func shownTable() *table {
	t := &table{Head: []string{"event", "what", "history", "severity"}}
	for _, e := range points.Events() {
		if !e.Pulse || e.Latched {
			t.Add(e.Name, e.Title, e.History.String(), e.Severity.String())
		}
	}
	return t
}
