package main

import (
	"errors"
	"fmt"
	"strings"

	"switchroom/client"
	"switchroom/points"
)

type writeCmd struct {
	unitFlags
	passwordFlag
	JSON     bool     `help:"Print JSON."`
	Settings []string `arg:"" help:"POINT=VALUE, as in protection.long_time.ir=800. Protection settings given together act together."`
	Group    int      `help:"Settings group: 0 acting, 1 A, 2 B." default:"0"`
}

func (c *writeCmd) Run(a *app) (err error) {
	var settings []client.Setting
	for _, arg := range c.Settings {
		name, text, ok := strings.Cut(arg, "=")
		if !ok {
			return misuse("%s: write POINT=VALUE", arg)
		}
		id, err := points.Lookup(strings.TrimSpace(name))
		if err != nil {
			return misuse("%v", err)
		}
		info := points.Of(id)
		if !info.Writable() || info.Type == points.Secret {
			return misuse("%s cannot be written over Modbus", name)
		}
		v, err := info.Parse(text)
		if err != nil {
			return misuse("%v", err)
		}
		settings = append(settings, client.Setting{Point: id, Value: v})
	}
	password, err := c.Password(a)
	if err != nil {
		return err
	}
	cl, err := c.dial(a)
	if err != nil {
		return err
	}
	defer cl.Close()
	defer func() { err = errors.Join(err, c.relied(cl)) }()
	err = cl.Write(a.Ctx, password, c.Group, settings...)
	if c.JSON {
		if perr := printJSON(a.Stdout, outcome(c.Address, "write", err, cl)); perr != nil {
			return perr
		}
		if err != nil {
			return errRefused
		}
		return nil
	}
	if err != nil {
		return errors.Join(err, outside(a.Ctx, cl, settings))
	}
	fmt.Fprintf(a.Stdout, "%s: %s\n", c.Address, strings.Join(c.Settings, ", "))
	return nil
}
