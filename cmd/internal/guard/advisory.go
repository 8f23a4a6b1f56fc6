package guard

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"switchroom/advisory"
	"switchroom/cmd/internal/cli"
)

// AdvisoryCmd is security advisories.
type AdvisoryCmd struct {
	Match AdvisoryMatchCmd `cmd:"" help:"Say what advisories (CSAF 2.0) mean for what you own: affected, fixed, under investigation, or not to be told."`
}

// AdvisoryMatchCmd is advisory match.
type AdvisoryMatchCmd struct {
	Inventory string   `required:"" help:"List of what you own, JSON: name, product, version; switchroom site inventory makes one of a site." type:"existingfile" placeholder:"FILE"`
	Provider  string   `help:"Domain of who publishes advisories, its https address, or that of its provider-metadata.json." placeholder:"DOMAIN|URL"`
	Anchors   string   `help:"Certificates that the provider's server is verified with, PEM, in place of those of this computer." type:"existingfile" placeholder:"FILE"`
	All       bool     `help:"Also what is not affected."`
	JSON      bool     `help:"Print JSON."`
	Files     []string `arg:"" optional:"" help:"Advisories." type:"existingfile" placeholder:"FILE"`
}

// matchJSON is what advisory match prints as JSON.
type matchJSON struct {
	Advisories int              `json:"advisories"`
	Items      int              `json:"items"`
	Matches    []advisory.Match `json:"matches"` // the gravest first
	Silent     []advisory.Item  `json:"silent"`  // that no advisory names, which says nothing of them
	Problems   []string         `json:"problems"`
}

// Run matches: exit status 1 if anything is affected, or cannot be told, or could not be
// read.
func (c *AdvisoryMatchCmd) Run(a *cli.App) error {
	if len(c.Files) == 0 && c.Provider == "" {
		return cli.Misuse("give files of advisories, or --provider")
	}
	f, err := os.Open(c.Inventory)
	if err != nil {
		return err
	}
	defer f.Close()
	items, err := advisory.ReadInventory(f)
	if err != nil {
		return err
	}
	docs, problems, err := c.documents(a)
	if err != nil {
		return err
	}
	all := advisory.MatchAll(items, docs)
	out := matchJSON{len(docs), len(items), all.Matches, all.Silent, problems}
	if !c.All {
		out.Matches = slices.DeleteFunc(out.Matches, func(m advisory.Match) bool { return m.State == advisory.NotAffected })
	}
	if c.JSON {
		err = cli.PrintJSON(a.Stdout, out)
	} else {
		err = out.print(a)
	}
	grave := func(m advisory.Match) bool {
		return m.State == advisory.Affected || m.State == advisory.Unknown || m.State == advisory.Looking
	}
	if err == nil && (slices.ContainsFunc(out.Matches, grave) || len(problems) > 0) {
		return cli.ErrRefused
	}
	return err
}

// documents reads the files, and what the provider publishes.
func (c *AdvisoryMatchCmd) documents(a *cli.App) (docs []*advisory.Advisory, problems []string, err error) {
	problems = []string{}
	for _, name := range c.Files {
		d, err := advisory.ReadFile(name)
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		docs = append(docs, d)
	}
	if c.Provider == "" {
		return docs, problems, nil
	}
	client, err := c.client()
	if err != nil {
		return nil, nil, err
	}
	p, err := advisory.Find(a.Ctx, client, c.Provider)
	if err != nil {
		return nil, nil, err
	}
	if !p.Signs() {
		fmt.Fprintf(a.Stderr, "note: %s publishes no key; its documents are held against their digests only\n", p.Name())
	}
	found, err := p.All(a.Ctx)
	if err != nil {
		problems = append(problems, err.Error())
	}
	return append(docs, found...), problems, nil
}

// providerWithin is how long one answer of a provider is waited for.
const providerWithin = 30 * time.Second

func (c *AdvisoryMatchCmd) client() (*http.Client, error) {
	client := &http.Client{Timeout: providerWithin}
	if c.Anchors == "" {
		return client, nil
	}
	pem, err := os.ReadFile(c.Anchors)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New(c.Anchors + " holds no certificate, PEM")
	}
	client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	return client, nil
}

func (out *matchJSON) print(a *cli.App) error {
	fmt.Fprintf(a.Stdout, "%d advisories, %d things you own\n", out.Advisories, out.Items)
	for _, p := range out.Problems {
		fmt.Fprintln(a.Stdout, "not read:", p)
	}
	if len(out.Matches) == 0 {
		fmt.Fprintln(a.Stdout, "none of them is named, or none is affected")
		return nil
	}
	t := cli.Table{Head: []string{"state", "breaker", "what", "version", "vulnerability", "CVSS", "advisory", "because"}}
	for _, m := range out.Matches {
		state := m.State
		if m.Inferred {
			state += " (inferred)"
		}
		t.Add(state, m.Breaker, cmp.Or(m.Component, m.Product, m.Model), dash(m.Version), m.Vulnerability, scored(m.CVSS), m.Advisory.ID, strings.Join(m.Why, "; "))
	}
	if err := t.Text(a.Stdout); err != nil {
		return err
	}
	told := map[string]bool{}
	for _, m := range out.Matches {
		key := m.Advisory.ID + " " + m.Vulnerability
		if told[key] || len(m.Remedies) == 0 {
			continue
		}
		told[key] = true
		fmt.Fprintf(a.Stdout, "\n%s: %s\n", key, m.Advisory.Title)
		for _, r := range m.Remedies {
			fmt.Fprintf(a.Stdout, "- %s: %s %s\n", r.Category, r.Details, r.URL)
		}
	}
	return nil
}

func scored(c *advisory.CVSS) string {
	if c == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f", c.Base)
}
