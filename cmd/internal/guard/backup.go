package guard

import (
	"errors"
	"fmt"
	"os"
	"switchroom/cmd/internal/cli"
	"time"
)

type BackupCmd struct {
	dataFlag
	cli.PasswordFlag
	File string `arg:"" help:"The backup to write; it must not be there yet."`
}

func (c *BackupCmd) Run(a *cli.App) error {
	password, err := c.Password(a)
	if err != nil {
		return err
	}
	s, err := c.look(a)
	if err != nil {
		return err
	}
	defer s.Close()
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = s.Backup(a.Ctx, f, password, time.Now(), keyFiles(c.Data)...)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(c.File))
	}
	fmt.Fprintf(a.Stderr, "written; without its password it is of no use to anybody. It has the keys of %s.\n", c.Data)
	return nil
}
