package main

import (
	"fmt"
)

type trustSignCmd struct {
	trustFlag
	signingFlags
	File   string `arg:"" help:"File to sign: the list of sums of a release (SHA256SUMS)."`
	Signer string `help:"Signing certificate of branch software; the newest that was not revoked, if left out." placeholder:"NAME"`
	Out    string `required:"" help:"Signature to write: CMS, detached, DER." placeholder:"FILE"`
}

func (c *trustSignCmd) Run(a *app) error {
	b, err := bounded(c.File)
	if err != nil {
		return err
	}
	s, pass, err := keys(a, c.trustFlag, &c.signingFlags)
	if err != nil {
		return err
	}
	p7, err := s.Sign(b, c.Signer, pass)
	if err != nil {
		return err
	}
	if err := writeNew(c.Out, p7, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "%s is signed; publish %s beside it.\n", c.File, c.Out)
	return nil
}
