package guard

import (
	"errors"
	"fmt"

	"switchroom/cmd/internal/cli"
)

type vaultInitCmd struct {
	vaultFlags
	Recovery bool `help:"Print a recovery key, once: it opens the vault without the passphrase. Print it on paper and lock it away."`
}

func (c *vaultInitCmd) Run(a *cli.App) (err error) {
	k, err := c.stand(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	phrase, err := typed(a, c.PassphraseFile, "passphrase for the new vault")
	if err != nil {
		return err
	}
	spare, err := k.Create(a.Ctx, k.token, phrase, c.Recovery)
	if err != nil {
		return err
	}
	if !spare.Empty() {
		fmt.Fprintln(a.Stdout, spare.Reveal())
		fmt.Fprintln(a.Stderr, "this recovery key is shown once")
	}
	deviations(a)
	return nil
}

type vaultPassphraseCmd struct {
	signFlags
	PassphraseFile    string `help:"File with the passphrase of the vault. Without it, and without a recovery key, the terminal asks." placeholder:"FILE"`
	RecoveryFile      string `help:"File with the recovery key, in the place of the passphrase." placeholder:"FILE"`
	NewPassphraseFile string `help:"File with the new passphrase. Without it the terminal asks." placeholder:"FILE"`
}

func (c *vaultPassphraseCmd) Run(a *cli.App) (err error) {
	k, err := c.stand(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	if err := c.open(a, k); err != nil {
		return err
	}
	next, err := typed(a, c.NewPassphraseFile, "new passphrase")
	if err != nil {
		return err
	}
	if err := k.ChangePassphrase(a.Ctx, k.token, next); err != nil {
		return err
	}
	fmt.Fprintln(a.Stderr, "changed; backups from before still open with the old one")
	return nil
}

func (c *vaultPassphraseCmd) open(a *cli.App, k *keeper) error {
	if c.RecoveryFile != "" {
		spare, err := typed(a, c.RecoveryFile, "recovery key")
		if err != nil {
			return err
		}
		return k.Recover(a.Ctx, k.token, spare)
	}
	phrase, err := typed(a, c.PassphraseFile, "passphrase of the vault")
	if err != nil {
		return err
	}
	return k.Unlock(a.Ctx, k.token, phrase)
}
