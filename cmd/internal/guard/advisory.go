package guard

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
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
	Provider  string   `help:"Domain of who publishes advisories, or the https address of its provider-metadata.json." placeholder:"DOMAIN|URL"`
	Anchors   string   `help:"Certificates that the provider's server is verified with, PEM, in place of those of this computer." type:"existingfile" placeholder:"FILE"`
	All       bool     `help:"Also what is not affected, and versions that are not named."`
	JSON      bool     `help:"Print JSON."`
	Files     []string `arg:"" optional:"" help:"Advisories." type:"existingfile" placeholder:"FILE"`
}

// matchJSON is what advisory match prints as JSON.
type matchJSON struct {
	Advisories int                `json:"advisories"`
	Items      int                `json:"items"`
	Findings   []advisory.Finding `json:"findings"`
	Problems   []string           `json:"problems"`
}

// Run matches: exit status 1 if anything is affected, or cannot be told.
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
	out := matchJSON{len(docs), len(items), advisory.Match(docs, items), problems}
	if !c.All {
		out.Findings = slices.DeleteFunc(out.Findings, func(f advisory.Finding) bool {
			return f.State == advisory.NotAffected || f.State == advisory.Unlisted
		})
	}
	if c.JSON {
		err = cli.PrintJSON(a.Stdout, out)
	} else {
		err = out.print(a)
	}
	grave := func(f advisory.Finding) bool { return f.State == advisory.Affected || f.State == advisory.Unknown }
	if err == nil && (slices.ContainsFunc(out.Findings, grave) || len(problems) > 0) {
		return cli.ErrRefused
	}
	return err
}

// documents reads the files, and what the provider publishes.
func (c *AdvisoryMatchCmd) documents(a *cli.App) (docs []*advisory.Document, problems []string, err error) {
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
	if len(out.Findings) == 0 {
		fmt.Fprintln(a.Stdout, "none of them is named")
		return nil
	}
	t := cli.Table{Head: []string{"state", "what", "version", "vulnerability", "CVSS", "advisory", "because"}}
	for _, f := range out.Findings {
		t.Add(f.State, f.Item.Name+" ("+f.Item.Product+")", dash(f.Item.Version), f.Vulnerability, scored(f.Score), f.Advisory, f.Why)
	}
	if err := t.Text(a.Stdout); err != nil {
		return err
	}
	told := map[string]bool{}
	for _, f := range out.Findings {
		if f.State != advisory.Affected || told[f.Advisory+f.Vulnerability] || len(f.Do) == 0 {
			continue
		}
		told[f.Advisory+f.Vulnerability] = true
		fmt.Fprintf(a.Stdout, "\n%s, %s:\n", f.Advisory, f.Vulnerability)
		for _, do := range f.Do {
			fmt.Fprintln(a.Stdout, "-", do)
		}
	}
	return nil
}

func scored(s float64) string {
	if s == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", s)
}
