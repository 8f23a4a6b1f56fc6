package guard

import (
	"errors"
	"fmt"
	"time"

	"switchroom/cmd/internal/cli"
	"switchroom/vault"
)

type vaultRotateCmd struct {
	vaultFlags
	Breakers []string `arg:"" optional:"" help:"Which; left out: all."`
	Due      bool     `help:"Only breakers that have a password that is due."`
	Failures int      `help:"Stop after so many breakers at which it failed." default:"1" placeholder:"N"`
	JSON     bool     `help:"Print JSON."`
}

func (c *vaultRotateCmd) Run(a *cli.App) (err error) {
	k, err := c.unlocked(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	breakers, err := k.chosen(a, c.Breakers)
	if err == nil && c.Due {
		breakers, err = k.due(a, breakers)
	}
	if err != nil {
		return err
	}
	told := func(r vault.Rotated) {
		if r.Error != "" {
			fmt.Fprintf(a.Stderr, "%s: %s\n", r.Breaker, r.Error)
		} else {
			fmt.Fprintf(a.Stderr, "%s: changed\n", r.Breaker)
		}
	}
	all, err := k.RotateEach(a.Ctx, k.token, breakers, c.Failures, told)
	if all == nil {
		return err
	}
	return errors.Join(c.print(a, all), err)
}

// due are those of some breakers that have a password to be changed.
func (k *keeper) due(a *cli.App, of []string) (all []string, err error) {
	list, err := k.Vault.Overdue(a.Ctx, time.Now())
	for _, b := range of {
		for _, e := range list {
			if e.Breaker == b && (len(all) == 0 || all[len(all)-1] != b) {
				all = append(all, b)
			}
		}
	}
	return all, err
}

func (c *vaultRotateCmd) print(a *cli.App, all []vault.Rotated) error {
	if c.JSON {
		return cli.PrintJSON(a.Stdout, all)
	}
	for _, r := range all {
		if !r.Tried {
			fmt.Fprintf(a.Stdout, "%s: not tried\n", r.Breaker)
		}
		for _, end := range r.Done {
			fmt.Fprintf(a.Stdout, "%s: level %d changed\n", end.Breaker, end.Level)
		}
	}
	return nil
}

type vaultResumeCmd struct {
	vaultFlags
	Breakers []string `arg:"" optional:"" help:"Which; left out: all."`
	JSON     bool     `help:"Print JSON."`
}

func (c *vaultResumeCmd) Run(a *cli.App) (err error) {
	k, err := c.unlocked(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	breakers, err := k.chosen(a, c.Breakers)
	if err != nil {
		return err
	}
	all, failed := []vault.End{}, []error(nil)
	for _, b := range breakers {
		ends, err := k.Resume(a.Ctx, k.token, b)
		all, failed = append(all, ends...), append(failed, err)
	}
	return errors.Join(append(failed, printEnds(a, c.JSON, all))...)
}

func printEnds(a *cli.App, asJSON bool, all []vault.End) error {
	if asJSON {
		return cli.PrintJSON(a.Stdout, all)
	}
	for _, end := range all {
		holds := "the password from before holds"
		if end.Changed {
			holds = "the new password holds"
		}
		fmt.Fprintf(a.Stdout, "%s: level %d: %s\n", end.Breaker, end.Level, holds)
	}
	if len(all) == 0 {
		fmt.Fprintln(a.Stdout, "no change was cut off")
	}
	return nil
}
