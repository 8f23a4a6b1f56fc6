package main

import (
	"fmt"
	"slices"

	"switchroom/lab/remote"
)

type airCmd struct {
	Show  airShowCmd  `cmd:"" default:"withargs" help:"List the radios: units whose Bluetooth is on, and phones."`
	Move  airMoveCmd  `cmd:"" help:"Carry a phone about: air move phone 0 40."`
	Jam   airJamCmd   `cmd:"" help:"Put a jammer into the room; 0 takes it away."`
	Heard airHeardCmd `cmd:"" help:"List what an eavesdropper heard lately."`
	Crack airCrackCmd `cmd:"" help:"Have the eavesdropper try every code on the last pairing that it heard."`
}

type airShowCmd struct {
	labFlag
	JSON bool `help:"Print the radios as JSON."`
}

func (c *airShowCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	r, err := cl.Air(a.Ctx)
	return toldAir(a, c.JSON, &r, err)
}

func toldAir(a *app, asJSON bool, r *remote.Air, err error) error {
	switch {
	case err != nil:
		return err
	case asJSON:
		return printJSON(a.Stdout, r)
	}
	t := table{Head: []string{"radio", "address", "along the board", "before it", "can be found", "links"}}
	for _, x := range r.Radios {
		t.Add(x.Name, x.Address, fmt.Sprintf("%.4g m", x.X), fmt.Sprintf("%.4g m", x.Y), either(x.Advertising, "yes", "no"), fmt.Sprint(x.Links))
	}
	if len(r.Radios) == 0 {
		fmt.Fprintln(a.Stdout, "no radio is in the air")
	} else {
		t.Text(a.Stdout)
	}
	for _, j := range r.Jammers {
		fmt.Fprintf(a.Stdout, "JAMMED within %.4g m of %.4g, %.4g\n", j.Metres, j.X, j.Y)
	}
	return nil
}

type airMoveCmd struct {
	labFlag
	JSON bool    `help:"Print the radios then as JSON."`
	Name string  `arg:"" help:"Of the radio, as air shows it."`
	X    float64 `arg:"" help:"Metres along the board, from the first breaker."`
	Y    float64 `arg:"" help:"Metres before it."`
}

func (c *airMoveCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	r, err := cl.MoveRadio(a.Ctx, remote.MoveOrder{Name: c.Name, X: c.X, Y: c.Y})
	return toldAir(a, c.JSON, &r, err)
}

type airJamCmd struct {
	labFlag
	JSON   bool    `help:"Print the radios then as JSON."`
	Metres float64 `arg:"" help:"How far it reaches."`
	X      float64 `help:"Metres along the board." default:"0"`
	Y      float64 `help:"Metres before it." default:"0"`
}

func (c *airJamCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	r, err := cl.Jam(a.Ctx, remote.JamOrder{Metres: c.Metres, X: c.X, Y: c.Y})
	return toldAir(a, c.JSON, &r, err)
}

type airHeardCmd struct {
	labFlag
	JSON bool `help:"Print them as JSON."`
	Last int  `help:"At most so many." default:"50"`
}

func (c *airHeardCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	r, err := cl.Overheard(a.Ctx)
	if err != nil {
		return err
	}
	heard := r.Heard[max(0, len(r.Heard)-max(0, c.Last)):]
	if c.JSON {
		return printJSON(a.Stdout, slices.Concat([]remote.AirPacket{}, heard))
	}
	t := table{Head: []string{"time", "from", "to", "what", "can be read", "bytes"}}
	for _, p := range heard {
		t.Add(clock(p.At), p.From, either(p.To == "", "everybody", p.To), p.What, either(p.Sealed, "no", "yes"), p.Bytes)
	}
	t.Text(a.Stdout)
	return nil
}

type airCrackCmd struct {
	labFlag
	JSON bool `help:"Print the result as JSON."`
}

func (c *airCrackCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	r, err := cl.Crack(a.Ctx)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return printJSON(a.Stdout, r)
	case r.Passkey == "":
		fmt.Fprintln(a.Stdout, r.Why)
	default:
		fmt.Fprintf(a.Stdout, "the code was %s: found by %d tries in %.2g s, and with it the key of everything that followed\n", r.Passkey, r.Tries, r.Seconds)
	}
	return nil
}
