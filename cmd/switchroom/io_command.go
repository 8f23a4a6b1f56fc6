package main

import (
	"context"
	"strconv"
	"strings"

	"switchroom/client"
	"switchroom/points"
	"switchroom/regmap"
)

// ioCommandCmd sends a command to an IO module by Modbus, as an owner's system does.
type ioCommandCmd struct {
	operateFlags
	Code   uint16   `arg:"" help:"As in docs/iomodule.md: 1672."`
	Params []string `arg:"" optional:"" help:"NAME=VALUE, as listed there: output=1 state=1."`
}

func (c *ioCommandCmd) Run(a *app) error {
	cmd, ok := regmap.CommandByCode(c.Code, regmap.DestIO1)
	if !ok || !cmd.Supported {
		return misuse("command %d is none that an IO module carries out; docs/iomodule.md lists them", c.Code)
	}
	args, err := ioArguments(cmd, c.Params)
	if err != nil {
		return err
	}
	does := points.Of(cmd.Point)
	return c.operate(a, does.Name, "did it: "+does.Title, func(b client.Breaker, ctx context.Context, password string) error {
		_, err := b.Do(ctx, cmd.Point, password, args...)
		return err
	})
}

// ioArguments are the parameters of a command: each of them, once, and no other.
func ioArguments(cmd *regmap.Command, given []string) (args []client.Argument, err error) {
	values := map[string]points.Value{}
	for _, g := range given {
		name, text, _ := strings.Cut(g, "=")
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return nil, misuse("%s: write NAME=NUMBER", g)
		}
		values[name] = points.Number(float64(n))
	}
	for _, p := range cmd.Params {
		v, has := values[p.Name]
		if !has {
			return nil, misuse("command %d needs %s=: %s", cmd.Code, p.Name, p.Help)
		}
		args = append(args, client.Argument{Name: p.Name, Value: v})
		delete(values, p.Name)
	}
	for _, name := range sortedKeys(values) {
		return nil, misuse("command %d has no %s", cmd.Code, name)
	}
	return args, nil
}
