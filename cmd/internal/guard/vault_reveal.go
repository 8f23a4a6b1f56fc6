package guard

import (
	"errors"
	"fmt"
	"os"

	"switchroom/cmd/internal/cli"
)

type vaultRevealCmd struct {
	vaultFlags
	secondFlags
	Breaker string `arg:"" help:"Its name."`
	Level   int    `help:"1 to 4." required:"" placeholder:"N"`
}

func (c *vaultRevealCmd) Run(a *cli.App) (err error) {
	k, err := c.unlocked(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	second, err := c.second(a, k.signedIn)
	if err != nil {
		return err
	}
	s, err := k.Reveal(a.Ctx, k.token, second, c.Breaker, c.Level, c.Reason)
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, s.Reveal())
	fmt.Fprintln(a.Stderr, "it is due now: switchroom vault rotate changes it when you have done")
	return nil
}

type vaultExportCmd struct {
	vaultFlags
	secondFlags
	To   []string `help:"For whom: what age-keygen prints as public key. May be given several times." required:"" placeholder:"age1…"`
	File string   `arg:"" help:"The file to write; it must not be there yet. age -d -i KEY opens it."`
}

func (c *vaultExportCmd) Run(a *cli.App) (err error) {
	k, err := c.unlocked(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	second, err := c.second(a, k.signedIn)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = k.Export(a.Ctx, k.token, second, c.Reason, c.To, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(c.File))
	}
	fmt.Fprintln(a.Stderr, "written; all passwords are due now")
	return nil
}
