package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchroom/lab/remote"
)

// feeders are the kinds of elements that give power, and what switchroom supply is about.
var feeders = []string{"source", "generator", "transformer"}

type loadCmd struct {
	labFlag
	listing
	Restore bool   `help:"Bring everything in the network back: no fault, no dip, loads on their profiles, switched as the site begins."`
	Name    string `arg:"" optional:"" help:"Which load, motor or capacitor; left out: list them."`
	To      string `arg:"" optional:"" help:"A share of its power (120%, to 150%), on, off, or profile: it follows its profile again."`
}

func (c *loadCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	if c.Restore {
		if c.Name != "" {
			return misuse("--restore brings back everything; leave %s out", c.Name)
		}
		n, err := cl.Restore(a.Ctx)
		return toldNetwork(a, c.listing, &n, err, isLoad)
	}
	return setElement(a, cl, c.listing, elementOrder{c.Name, c.To, "load", 0}, isLoad)
}

type supplyCmd struct {
	labFlag
	listing
	For  time.Duration `help:"How long it is off or dips, by the switchroom's time: 500ms, 10s, up to 1h; left out: until it is taken back." placeholder:"D"`
	Name string        `arg:"" optional:"" help:"Which source, generator or transformer; left out: list them."`
	To   string        `arg:"" optional:"" help:"on, off, or the share of its voltage that it lacks (30%); 0% ends a dip."`
}

func (c *supplyCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	if c.For < 0 || c.For > time.Hour {
		return misuse("--for %v: up to 1h", c.For)
	}
	return setElement(a, cl, c.listing, elementOrder{c.Name, c.To, "dip", c.For}, func(e *remote.Element) bool { return !isLoad(e) })
}

func isLoad(e *remote.Element) bool { return !slices.Contains(feeders, e.Kind) }

// elementOrder is what is to be done to an element: share is the verb of a share.
type elementOrder struct {
	name, to, share string
	lasts           time.Duration
}

// deed is the order as the laboratory takes it.
func (o *elementOrder) deed() (remote.Deed, error) {
	d := remote.Deed{Do: o.to, Target: o.name, For: o.lasts.Seconds()}
	switch o.to {
	case "on", "off":
		return d, nil
	case "profile":
		if o.share == "load" {
			return d, nil
		}
	}
	number, percent := strings.CutSuffix(o.to, "%")
	v, err := strconv.ParseFloat(number, 64)
	if !percent || err != nil {
		return d, misuse("%s %s: write on, off%s or a share such as 30%%", o.name, o.to, either(o.share == "load", ", profile", ""))
	}
	d.Do, d.Share = o.share, v/100
	return d, nil
}

// setElement does something to an element, or lists those that are wanted.
func setElement(a *app, cl *remote.Client, l listing, o elementOrder, wanted func(*remote.Element) bool) error {
	if o.name == "" || o.to == "" {
		n, err := cl.Network(a.Ctx)
		return toldNetwork(a, l, &n, err, func(e *remote.Element) bool { return wanted(e) && (o.name == "" || e.Name == o.name) })
	}
	d, err := o.deed()
	if err != nil {
		return err
	}
	n, err := cl.ToNetwork(a.Ctx, d)
	return toldNetwork(a, l, &n, err, func(e *remote.Element) bool { return e.Name == o.name })
}

// toldNetwork prints the elements that are wanted.
func toldNetwork(a *app, l listing, n *remote.Network, err error, wanted func(*remote.Element) bool) error {
	if err != nil {
		return err
	}
	shown := slices.DeleteFunc(n.Elements, func(e remote.Element) bool { return !wanted(&e) })
	if shown == nil {
		shown = []remote.Element{}
	}
	t := &table{Head: []string{"name", "what", "node", "state", "kW", "kvar", "set"}, JSON: shown}
	for i := range shown {
		e := &shown[i]
		t.Add(e.Name, e.Kind, e.Node, either(e.On, "on", "off"), shownNumber(e.KW), shownNumber(e.KVAR), setOf(e))
	}
	return t.Print(a.Stdout, l)
}

func shownNumber(v *float64) string { return shown(v, "%.1f") }

// setOf says what is set of an element.
func setOf(e *remote.Element) string {
	switch {
	case !e.On:
	case e.Dip > 0:
		return fmt.Sprintf("lacks %.0f%%", 100*e.Dip)
	case e.Held:
		return fmt.Sprintf("%.0f%% by hand", 100**e.Share)
	case e.Share != nil:
		return fmt.Sprintf("%.0f%% by its profile", 100**e.Share)
	}
	return ""
}
