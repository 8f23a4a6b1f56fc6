package guard

import (
	"fmt"
	"os"

	"switchroom/cmd/internal/cli"
	"switchroom/store"
)

type RestoreCmd struct {
	dataFlag
	cli.PasswordFlag
	File string `arg:"" help:"The backup."`
}

func (c *RestoreCmd) Run(a *cli.App) error {
	password, err := c.Password(a)
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := store.Restore(a.Ctx, c.place(), f, password, Parts()...); err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "restored into %s; see that it is whole: switchroom audit verify --data %s\n", c.Data, c.Data)
	return nil
}
