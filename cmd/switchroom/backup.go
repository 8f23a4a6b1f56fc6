package main

import (
	"errors"
	"fmt"
	"os"
	"time"
)

type backupCmd struct {
	dataFlag
	passwordFlag
	File string `arg:"" help:"The backup to write; it must not be there yet."`
}

func (c *backupCmd) Run(a *app) error {
	password, err := c.password(a)
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
	err = s.Backup(a.ctx, f, password, time.Now(), keyFiles()...)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(c.File))
	}
	fmt.Fprintf(a.stderr, "written; without its password it is of no use to anybody. It has the keys of %s.\n", c.Data)
	return nil
}
