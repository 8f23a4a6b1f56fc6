package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// phoneAppCmd certifies a key for apps.
type phoneAppCmd struct {
	trustFlag
	signingFlags
	Dir string `arg:"" help:"New directory: app.key, which is the app's secret, and app.pem."`
}

func (c *phoneAppCmd) Run(a *app) error {
	s, pass, err := keys(a, c.trustFlag, &c.signingFlags)
	if err != nil {
		return err
	}
	if err := os.Mkdir(c.Dir, 0o700); err != nil {
		return fmt.Errorf("%w: give a new directory", err)
	}
	name, err := s.App(pass, time.Now())
	if err != nil {
		return err
	}
	chain, err := s.AppChain(name)
	if err != nil {
		return err
	}
	key, err := s.Key(name, pass)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	var certificates bytes.Buffer
	for _, c := range chain {
		pem.Encode(&certificates, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	if err := os.WriteFile(filepath.Join(c.Dir, "app.pem"), certificates.Bytes(), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.Dir, "app.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "%s counts until %s. Whoever has app.key is a genuine app. Units read what they trust when they start: start them after this.\n", name, chain[0].NotAfter.Format(time.DateOnly))
	return nil
}
