package main

import (
	"fmt"
	"strings"

	"switchroom/lab"
	"switchroom/lab/remote"
)

type handsCmd struct {
	labFlag
	JSON bool   `help:"Print as JSON: the front of the breaker then, or the list of deeds."`
	By   string `help:"Who does it, of those inside the room; left out: anybody who is." placeholder:"PERSON"`
	Unit string `arg:"" optional:"" help:"Which breaker. Without it the deeds are listed."`
	Deed string `arg:"" optional:"" help:"What is done: open, close, reset, charge, rack, … Without it the front is shown."`
	To   string `arg:"" optional:"" help:"To what: rack test, padlock on."`
}

func (c *handsCmd) Run(a *app) error {
	if c.Unit == "" {
		return c.list(a)
	}
	cl, err := c.client()
	if err != nil {
		return err
	}
	var f remote.Front
	if c.Deed == "" {
		f, err = cl.Front(a.Ctx, c.Unit)
	} else {
		f, err = cl.Hands(a.Ctx, c.Unit, remote.HandsOrder{Deed: c.Deed, To: c.To, By: c.By})
	}
	switch {
	case err != nil:
		return err
	case c.JSON:
		return printJSON(a.Stdout, f)
	}
	printFront(a, &f)
	return nil
}

// list lists what hands can do.
func (c *handsCmd) list(a *app) error {
	t := table{Head: []string{"deed", "to", "what it is"}, JSON: lab.FrontDeeds()}
	for _, d := range lab.FrontDeeds() {
		t.Add(d.Deed, strings.Join(d.To, " "), d.Label)
	}
	return t.Print(a.Stdout, listing{Format: either(c.JSON, "json", "text")})
}

// printFront prints how the front of a breaker looks, a line for each indicator.
func printFront(a *app, f *remote.Front) {
	say := func(what, how string) { fmt.Fprintf(a.Stdout, "%-13s %s\n", what, how) }
	say("contacts", f.Contacts)
	say("spring", f.Spring)
	say("ready", either(f.Ready, "ready to close", "not ready to close: "+strings.Join(f.NotReady, "; ")))
	say("reset button", either(f.ResetOut, "OUT: it has tripped on a fault", "in"))
	say("position", f.Position)
	for _, l := range f.Locks {
		if l.On {
			say(strings.ReplaceAll(l.Lock, "_", " "), "on")
		}
	}
	for _, x := range f.Coils {
		say(strings.ToUpper(x.Coil), fmt.Sprintf("%s, %g V, %s", x.Fit, x.Volts, either(x.Energised, "energised", "not energised")))
	}
	if f.Pad != "" {
		say("pad", f.Pad)
	}
	say("remote", either(f.Remote, "enabled", "disabled"))
	if f.ERMSSwitch != "" {
		say("ERMS switch", f.ERMSSwitch)
	}
	say("24 V", either(f.Supply, "on", "off"))
	say("USB port", either(f.USB, "a cable is in it", "empty"))
	say("battery", either(f.Battery, "in", "out"))
	say("operations", fmt.Sprint(f.Operations))
	var lit []string
	for _, l := range f.LEDs {
		if l.Colour != "" {
			lit = append(lit, l.LED+" "+l.Colour+", "+l.Blink)
		}
	}
	say("LEDs", either(len(lit) == 0, "all dark", strings.Join(lit, "; ")))
}
