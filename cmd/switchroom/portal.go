package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"time"

	"switchroom/cmd/internal/cli"
	"switchroom/credential"
	"switchroom/portal"
)

type portalCmd struct {
	trustFlag
	passphraseFlag
	Data        string `required:"" help:"Directory of its data: cases, advisories, accounts, orders; firmware to show lies in its folder firmware." placeholder:"DIR"`
	Listen      string `help:"Where it listens. Beyond localhost it needs --certificate and --key." default:"localhost:5023" placeholder:"HOST:PORT"`
	Certificate string `help:"Certificate for TLS, PEM. CSAF asks for TLS." type:"existingfile" placeholder:"FILE"`
	Key         string `help:"Its private key, PEM." type:"existingfile" placeholder:"FILE"`
	ReadyFile   string `help:"Written when it can be reached. It holds the set-up link of a first start, and is for its owner alone." placeholder:"PATH"`
}

// Validate is kong's.
func (c *portalCmd) Validate() error {
	if (c.Certificate == "") != (c.Key == "") {
		return errors.New("--certificate and --key go together")
	}
	return nil
}

// portalReady is what --ready-file holds.
type portalReady struct {
	Portal string `json:"portal"`
	CSAF   string `json:"csaf"` // provider-metadata.json
	PKI    string `json:"pki"`  // index of certificates and revocation lists
	SetUp  string `json:"setup,omitempty"`
}

// portalEnds is how long requests under way may take when it ends.
const portalEnds = 1500 * time.Millisecond

func (c *portalCmd) Run(a *app) (err error) {
	if c.ReadyFile != "" {
		os.Remove(c.ReadyFile) // of an earlier run
	}
	o, err := c.options(a)
	if err != nil {
		return err
	}
	s, err := portal.Open(a.Ctx, o)
	if err != nil {
		return err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(a.Ctx), portalEnds)
		defer cancel()
		err = errors.Join(err, s.Close(end))
	}()
	if err := s.Listen(c.Listen); err != nil {
		return err
	}
	s.Start()
	if err := c.tell(a, s); err != nil {
		return err
	}
	<-a.Ctx.Done()
	return nil
}

func (c *portalCmd) options(a *app) (o portal.Options, err error) {
	pass, err := c.passphrase(a)
	if err != nil {
		return o, err
	}
	o = portal.Options{Trust: c.Trust, Passphrase: credential.NewSecret(pass), Data: c.Data}
	if c.Certificate != "" {
		pair, err := tls.LoadX509KeyPair(c.Certificate, c.Key)
		if err != nil {
			return o, fmt.Errorf("--certificate %s, --key %s: %w", c.Certificate, c.Key, err)
		}
		o.Certificate = &pair
	}
	return o, nil
}

// tell says where it is.
func (c *portalCmd) tell(a *app, s *portal.Server) error {
	link, err := s.SetUpLink(a.Ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "The portal is %s\nFirmware to show goes to %s\n", s.URL(), s.FirmwareDir())
	if c.Certificate == "" {
		fmt.Fprintln(a.Stderr, "It is reached without TLS, which CSAF asks for: strict readers of advisories will refuse.")
	}
	if link != "" {
		fmt.Fprintf(a.Stderr, "There is no coordinator yet. Whoever opens this link within the hour becomes the first:\n  %s\n", link)
	}
	if c.ReadyFile == "" {
		return nil
	}
	return cli.WriteReady(c.ReadyFile, portalReady{s.URL(), s.CSAF(), s.PKI(), link}, 0o600)
}
