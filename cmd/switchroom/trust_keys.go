package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"switchroom/trust/issue"
)

// signingFlags say where the keys are that sign: in files, or with a program.
type signingFlags struct {
	PassphraseFile string `help:"File with the passphrase of the key files; - is standard input." placeholder:"FILE"`
	SignerCommand  string `help:"Program that signs with the keys that are in no file, with its arguments: it is started with the name of the key as one more, reads a SHA-256 digest on standard input and writes an ECDSA signature, DER." placeholder:"CMD"`
}

// newKeyFlags say which keys are not to be made here.
type newKeyFlags struct {
	PublicKeys string `help:"Directory with NAME.pem, the public keys of those that the signer command has: their certificates are made with them." placeholder:"DIR"`
}

// Validate is kong's.
func (f *signingFlags) Validate() error {
	if f.PassphraseFile == "" && strings.TrimSpace(f.SignerCommand) == "" {
		return errors.New("give --passphrase-file for keys in files, or --signer-command for keys elsewhere")
	}
	return nil
}

// passphrase is "" where only the signer command is asked.
func (f *signingFlags) passphrase(a *app) (string, error) {
	if f.PassphraseFile == "" {
		return "", nil
	}
	return (&passphraseFlag{f.PassphraseFile}).passphrase(a)
}

// outside is who has the keys that are not here; nil: nobody. Its words are parted by
// white space, and no shell sees them.
func (f *signingFlags) outside(publicKeys string) *issue.Outside {
	if command := strings.Fields(f.SignerCommand); len(command) > 0 || publicKeys != "" {
		return &issue.Outside{Command: command, Public: publicKeys}
	}
	return nil
}

// keys opens a set and reads its passphrase.
func keys(a *app, t trustFlag, f *signingFlags) (*issue.Set, string, error) {
	s, err := issue.Open(t.Trust)
	if err != nil {
		return nil, "", err
	}
	s.Outside = f.outside("")
	pass, err := f.passphrase(a)
	return s, pass, err
}

type trustRootCmd struct {
	trustFlag
	signingFlags
	newKeyFlags
	Branch string `arg:"" help:"communication, micrologic, software, timestamp or tls."`
}

func (c *trustRootCmd) Run(a *app) error {
	s, pass, err := keys(a, c.trustFlag, &c.signingFlags)
	if err != nil {
		return err
	}
	s.Outside = c.outside(c.PublicKeys)
	root, err := s.Root(c.Branch, pass, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, root)
	fmt.Fprintf(a.Stderr, "Whoever is to trust %s needs it first: switchroom trust export, and 30 to 60 days. See docs/ceremony.md.\n", root)
	return nil
}

type trustAuthorityCmd struct {
	trustFlag
	signingFlags
	newKeyFlags
	Root string `arg:"" help:"Root: see trust show."`
}

func (c *trustAuthorityCmd) Run(a *app) error {
	s, pass, err := keys(a, c.trustFlag, &c.signingFlags)
	if err != nil {
		return err
	}
	s.Outside = c.outside(c.PublicKeys)
	name, err := s.Authority(c.Root, pass, time.Now())
	if err != nil {
		return err
	}
	if err := s.Lists(issue.ListOrder{Issuers: []string{name}}, pass, time.Now()); err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, name)
	return nil
}

type trustRetireCmd struct {
	trustFlag
	Root string `arg:"" help:"Root: see trust show."`
}

func (c *trustRetireCmd) Run(a *app) error {
	s, err := issue.Open(c.Trust)
	if err != nil {
		return err
	}
	if err := s.Retire(c.Root, time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "%s is trusted no more by who reads %s. Whoever has a copy of before still trusts it: give everybody a new one (switchroom trust export).\n", c.Root, c.Trust)
	return nil
}

// overlap is how long a new root is with everybody before it is used (facts §7.3).
const overlap = 30 * 24 * time.Hour

// warnYoung says that a root may not be with everybody yet.
func warnYoung(a *app, s *issue.Set, branch, issuer string) {
	root, age, err := s.Young(branch, issuer, time.Now())
	if err == nil && root != "" && age < overlap {
		fmt.Fprintf(a.Stderr, "note: %s is %d days old. Who does not have it yet refuses what is signed below it: ship it 30 to 60 days before.\n", root, int(age.Hours()/24))
	}
}
