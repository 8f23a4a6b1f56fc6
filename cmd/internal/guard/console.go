package guard

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"switchroom/accounts/kept"
	"switchroom/accounts/provider"
	"switchroom/audit"
	"switchroom/client"
	"switchroom/cmd/internal/cli"
	"switchroom/commission"
	"switchroom/console"
	"switchroom/credential"
	"switchroom/store"
)

// ConsoleCmd runs the web application of operations.
type ConsoleCmd struct {
	dataFlag
	cli.UpdatesFlag
	Listen      string `help:"Where it listens. Beyond localhost it needs --certificate and --key." default:"localhost:5022" placeholder:"HOST:PORT"`
	Certificate string `help:"Certificate for TLS, PEM." type:"existingfile" placeholder:"FILE"`
	Key         string `help:"Its private key, PEM." type:"existingfile" placeholder:"FILE"`
	Provider    string `help:"Settings of a company's own identity provider (OpenID Connect), JSON: issuer, client_id, secret_file; see docs/passwords.md." type:"existingfile" placeholder:"FILE"`
	Trust       string `help:"Directory of public certificates and revocation lists that firmware is judged with: of trust init or trust export." type:"existingdir" placeholder:"DIR"`
	Portal      string `help:"Address of the portal that publishes the lists; left out, those in the directory count." placeholder:"URL"`
	Profile     string `default:"2017" enum:"2017,hardened" help:"2017 or hardened: what the console asks of a package of firmware."`
	ReadyFile   string `help:"Written when it can be reached. It holds the set-up link of a first start, and is for its owner alone." placeholder:"PATH"`
}

// Validate is kong's.
func (c *ConsoleCmd) Validate() error {
	if (c.Certificate == "") != (c.Key == "") {
		return errors.New("--certificate and --key go together")
	}
	if c.Portal != "" && c.Trust == "" {
		return errors.New("--portal needs --trust: what it publishes is judged with certificates that you trust already")
	}
	return nil
}

// endWithin is how long requests under way may take when it ends.
const endWithin = 1500 * time.Millisecond

// readyFile is what --ready-file holds.
type readyFile struct {
	Console string `json:"console"`
	SetUp   string `json:"setup,omitempty"` // nobody is there yet: how to become the first
}

func (c *ConsoleCmd) Run(a *cli.App) (err error) {
	if c.ReadyFile != "" {
		os.Remove(c.ReadyFile) // of an earlier run
	}
	certificate, err := c.certificate()
	if err != nil {
		return err
	}
	if _, err := console.CheckAddress(c.Listen, certificate != nil); err != nil {
		return err // before data is made
	}
	st, err := store.Open(a.Ctx, c.place(), Parts()...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	s, err := c.open(a.Ctx, st, certificate, c.Tell(a))
	if err != nil {
		return err
	}
	if err := s.Listen(c.Listen); err != nil {
		return err
	}
	if err := c.company(s); err != nil {
		return err
	}
	if s.Provider != nil {
		defer s.Provider.Close()
	}
	if err := s.Start(a.Ctx); err != nil {
		return err
	}
	err = c.tell(a, s)
	if err == nil {
		<-a.Ctx.Done()
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(a.Ctx), endWithin)
	defer cancel()
	return errors.Join(err, s.Close(end))
}

func (c *ConsoleCmd) certificate() (*tls.Certificate, error) {
	if c.Certificate == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(c.Certificate, c.Key)
	if err != nil {
		return nil, fmt.Errorf("--certificate %s, --key %s: %w", c.Certificate, c.Key, err)
	}
	return &pair, nil
}

// open opens what a console stands on.
func (c *ConsoleCmd) open(ctx context.Context, st *store.Store, certificate *tls.Certificate, newer string) (*console.Server, error) {
	log, err := audit.Open(ctx, st, time.Now)
	if err != nil {
		return nil, err
	}
	hasher, err := credential.NewHasher(credential.Usual, 2, 256)
	if err != nil {
		return nil, err
	}
	people, err := kept.Open(ctx, st, hasher)
	if err != nil {
		return nil, err
	}
	office := commission.NewOffice(st, log, people, client.Options{}, time.Now)
	return console.New(console.Options{Store: st, People: people, Log: log, Office: office, Vault: vaultOffice(st, people, log), Trust: c.trusted(), Certificate: certificate, Version: cli.Version, Newer: newer}), nil
}

// trusted is what packages are judged with.
func (c *ConsoleCmd) trusted() console.Trust {
	return console.Trust{Set: c.Trust, Portal: c.Portal, Dir: filepath.Join(c.place().Dir, "trust"), Hardened: c.Profile == "hardened"}
}

// company takes the settings of a company's identity provider up. It sends people back to
// this console, unless the settings say otherwise.
func (c *ConsoleCmd) company(s *console.Server) error {
	if c.Provider == "" {
		return nil
	}
	text, err := small(c.Provider)
	if err != nil {
		return err
	}
	var given map[string]any
	if json.Unmarshal([]byte(text), &given) == nil && given["redirect"] == nil {
		given["redirect"] = s.URL() + console.CompanyPath
		b, _ := json.Marshal(given) // came from JSON
		text = string(b)
	}
	settings, err := provider.Read([]byte(text))
	if err == nil {
		s.Provider, err = provider.New(settings)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.Provider, err)
	}
	return nil
}

// tell says where it is.
func (c *ConsoleCmd) tell(a *cli.App, s *console.Server) error {
	link, err := s.SetUpLink(a.Ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "The console is %s\n", s.URL())
	if link != "" {
		fmt.Fprintf(a.Stderr, "Nobody is there yet. Whoever opens this link within the hour becomes the first security administrator:\n  %s\n", link)
	}
	if c.ReadyFile == "" {
		return nil
	}
	return cli.WriteReady(c.ReadyFile, readyFile{s.URL(), link}, 0o600)
}
