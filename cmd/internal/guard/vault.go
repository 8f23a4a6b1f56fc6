package guard

import (
	"errors"
	"fmt"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/client"
	"switchroom/cmd/internal/cli"
	"switchroom/credential"
	"switchroom/store"
	"switchroom/vault"
	"switchroom/vault/door"
)

// VaultCmd is the passwords of the breakers.
type VaultCmd struct {
	Add        vaultAddCmd        `cmd:"" help:"Keep the passwords that a breaker has, after it has proved them."`
	Export     vaultExportCmd     `cmd:"" help:"Write all passwords, encrypted for somebody's age key: needs a second person and a reason."`
	Init       vaultInitCmd       `cmd:"" help:"Make the vault."`
	Passphrase vaultPassphraseCmd `cmd:"" help:"Change the passphrase, with the old one or the recovery key."`
	Resume     vaultResumeCmd     `cmd:"" help:"End changes that were cut off: ask breakers which password holds."`
	Reveal     vaultRevealCmd     `cmd:"" help:"Break one password out: needs a second person and a reason; it is due then."`
	Rotate     vaultRotateCmd     `cmd:"" help:"Change passwords of breakers; nobody sees them."`
	Status     vaultStatusCmd     `cmd:"" help:"What the vault has, since when, and what is due."`
	Verify     vaultVerifyCmd     `cmd:"" help:"Prove passwords at the breakers; tell weak and due ones."`
	Ways       vaultWaysCmd       `cmd:"" help:"By which way passwords can be changed, and what to do where they cannot."`
}

// vaultFlags open the vault.
type vaultFlags struct {
	signFlags
	PassphraseFile string `help:"File with the passphrase of the vault; - is standard input. Without it the terminal asks." placeholder:"FILE"`
}

// keeper is somebody at the vault.
type keeper struct {
	*signedIn
	*vault.Office
}

// stand signs in and leaves the vault locked.
func (f *signFlags) stand(a *cli.App) (*keeper, error) {
	d, err := f.signIn(a)
	if err != nil {
		return nil, err
	}
	return &keeper{d, vaultOffice(d.store, d.book, d.log)}, nil
}

// vaultOffice is what people do with the vault of a store.
func vaultOffice(s *store.Store, b *accounts.Book, l *audit.Log) *vault.Office {
	return &vault.Office{
		Vault: vault.In(s, time.Now), Book: b, Log: l, Now: time.Now, From: source,
		Dial: func(address string) vault.Door { return door.To(address, client.Options{}) },
	}
}

// unlocked signs in and opens the vault.
func (f *vaultFlags) unlocked(a *cli.App) (*keeper, error) {
	k, err := f.stand(a)
	if err != nil {
		return nil, err
	}
	phrase, err := typed(a, f.PassphraseFile, "passphrase of the vault")
	if err == nil {
		err = k.Unlock(a.Ctx, k.token, phrase)
	}
	if err != nil {
		return nil, errors.Join(err, k.close())
	}
	return k, nil
}

// close locks the vault and signs out.
func (k *keeper) close() error {
	k.Vault.Lock()
	return k.signedIn.close()
}

// typed is a secret from a file or the terminal.
func typed(a *cli.App, file, what string) (credential.Secret, error) {
	f := cli.PasswordFlag{PasswordFile: file}
	text, err := f.Asking(a, what)
	if errors.Is(err, cli.ErrNoTerminal) {
		err = fmt.Errorf("no %s: give it in a file; see --help", what)
	}
	return credential.NewSecret(text), err
}

// chosen are the breakers that were named, or all.
func (k *keeper) chosen(a *cli.App, named []string) ([]string, error) {
	if len(named) > 0 {
		return named, nil
	}
	all, err := k.Vault.Breakers(a.Ctx)
	if err == nil && len(all) == 0 {
		err = errors.New("the vault is empty: switchroom vault add")
	}
	return all, err
}

// secondFlags are the second person, and why.
type secondFlags struct {
	Reason             string `help:"Why; an auditor reads it." required:"" placeholder:"TEXT"`
	Second             string `help:"Name that the second person signs in with: they may agree (vault.approve)." required:"" placeholder:"NAME"`
	SecondPasswordFile string `help:"File with the password of the second person. Without it the terminal asks." placeholder:"FILE"`
}

func (f *secondFlags) second(a *cli.App, in *signedIn) (credential.Secret, error) {
	password, err := typed(a, f.SecondPasswordFile, "password of "+f.Second)
	if err != nil {
		return password, err
	}
	return in.begin(a, f.Second, password)
}

// deviations says where the vault does otherwise than the guide.
func deviations(a *cli.App) {
	for _, d := range vault.Deviations() {
		fmt.Fprintf(a.Stderr, "%s says: %s. Here: %s. Why: %s.\n", d.Guide, d.Rule, d.Ours, d.Why)
	}
}
