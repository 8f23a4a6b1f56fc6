package main

import (
	"fmt"
	"os"

	"switchroom/store"
)

type restoreCmd struct {
	dataFlag
	passwordFlag
	File string `arg:"" help:"The backup."`
}

func (c *restoreCmd) Run(a *app) error {
	password, err := c.password(a)
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := store.Restore(a.ctx, c.place(), f, password, parts()...); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "restored into %s; see that it is whole: switchroom audit verify --data %s\n", c.Data, c.Data)
	return nil
}
