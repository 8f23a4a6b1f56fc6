package guard

import (
	"switchroom/cmd/internal/cli"
	"switchroom/commission"
	"switchroom/credential"
)

// keyFlags are where the password of a breaker comes from: somebody types it, or the vault
// hands it to the program and nobody sees it.
type keyFlags struct {
	reachFlags
	FromVault      bool   `help:"Take the password of level 4 from the vault, and go by the address that it was put in with."`
	VaultName      string `help:"Name of the breaker in the vault, where it is not its id." placeholder:"NAME"`
	PassphraseFile string `help:"File with the passphrase of the vault; - is standard input. Without it the terminal asks." placeholder:"FILE"`
}

var errOtherWay = cli.Misuse("--from-vault goes by the address that the vault has: leave --address and --breaker-password-file out")

// with does one thing at a breaker, with its password.
func (f *keyFlags) with(a *cli.App, o *office, login cli.PasswordFlag, breaker, why string, needed bool, do func(commission.Reach) error) error {
	if !f.FromVault {
		r, err := f.reach(a, login, needed)
		if err != nil {
			return err
		}
		return do(r)
	}
	if f.Address != "" || f.BreakerPasswordFile != "" {
		return errOtherWay
	}
	if f.VaultName != "" {
		breaker = f.VaultName
	}
	phrase, err := typed(a, f.PassphraseFile, "passphrase of the vault")
	if err != nil {
		return err
	}
	v := vaultOffice(o.store, o.book, o.log)
	if err := v.Unlock(a.Ctx, o.token, phrase); err != nil {
		return err
	}
	defer v.Vault.Lock()
	return v.Use(a.Ctx, o.token, breaker, highest, why, func(address string, password credential.Secret) error {
		return do(commission.Reach{Address: address, Password: password})
	})
}

// highest is the level that writes settings (B3).
const highest = 4
