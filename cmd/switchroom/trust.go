package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"

	"switchroom/cmd/internal/guard"
	"switchroom/trust"
	"switchroom/trust/issue"
)

type trustCmd struct {
	Init   trustInitCmd         `cmd:"" help:"Make the certificates of a lab: for firmware, software, timestamps and TLS, their keys encrypted."`
	Issue  trustIssueCmd        `cmd:"" help:"Issue one more signing certificate of a branch, or the certificate of a device or a client."`
	Revoke trustRevokeCmd       `cmd:"" help:"Revoke a certificate and sign the list of its issuer anew."`
	Root   trustRootCmd         `cmd:"" help:"Make one more root of a branch, with an authority that issues: ship it before it is used."`
	Below  trustAuthorityCmd    `cmd:"" name:"authority" help:"Make one more authority that issues, below a root: in the place of one that was revoked."`
	Retire trustRetireCmd       `cmd:"" help:"Take a root out of what is trusted, with all below it."`
	Crl    trustCrlGroup        `cmd:"" help:"Revocation lists: sign those of a set anew, or check those of your breakers."`
	Export trustExportCmd       `cmd:"" help:"Copy what others may have: certificates and revocation lists, and no keys."`
	Show   trustShowCmd         `cmd:"" help:"List the certificates of a set and the state of its revocation lists."`
	Build  trustBuildCmd        `cmd:"" help:"Build and sign a package of firmware."`
	Sign   trustSignCmd         `cmd:"" help:"Sign a release of the software: its list of sums."`
	Verify guard.TrustVerifyCmd `cmd:"" help:"Judge a package: exit status 0 if it is taken, 1 if it is refused."`
	Unpack trustUnpackCmd       `cmd:"" help:"Take a package apart into a new directory, without judging it."`
}

// trustFlag names a set of certificates.
type trustFlag struct {
	Trust string `required:"" help:"Directory of the certificates, made by trust init." placeholder:"DIR"`
}

// passphraseFlag names where the passphrase of the key files is.
type passphraseFlag struct {
	PassphraseFile string `required:"" help:"File with the passphrase of the key files; - is standard input." placeholder:"FILE"`
}

// maxPassphrase bounds what is read of a passphrase file.
const maxPassphrase = 1024

func (f *passphraseFlag) passphrase(a *app) (string, error) {
	from := a.Stdin
	if f.PassphraseFile != "-" {
		file, err := os.Open(f.PassphraseFile)
		if err != nil {
			return "", err
		}
		defer file.Close()
		from = file
	}
	b, err := io.ReadAll(io.LimitReader(from, maxPassphrase+1))
	if err != nil {
		return "", err
	}
	b = bytes.TrimRight(b, "\r\n")
	if len(b) == 0 || len(b) > maxPassphrase {
		return "", fmt.Errorf("the passphrase must have 1 to %d bytes", maxPassphrase)
	}
	return string(b), nil
}

// trustTime reads a time from a flag; without one it is now.
func trustTime(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Now(), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, misuse("--%s %q: give a time like 2017-05-04T12:00:00Z", flag, text)
	}
	return t, nil
}

type trustInitCmd struct {
	signingFlags
	newKeyFlags
	Dir string `arg:"" help:"New directory."`
}

func (c *trustInitCmd) Run(a *app) error {
	pass, err := c.passphrase(a)
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Stderr, "making keys and certificates…")
	s, err := issue.InitOutside(c.Dir, pass, c.outside(c.PublicKeys), time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "%d certificates are in %s. Whoever has the keys and the passphrase can sign firmware.\n", len(s.Index.Certificates), c.Dir)
	return nil
}

// trustCrlGroup has both sides: who signs lists, and who looks at them.
type trustCrlGroup struct {
	Check trustCrlCheckCmd `cmd:"" help:"Look at the revocation lists of the components of a site, at least every three months (E8): what is due, and what to do."`
	Sign  trustCrlCmd      `cmd:"" default:"withargs" help:"Sign all revocation lists of a set anew, for the next quarter."`
}

type trustCrlCmd struct {
	trustFlag
	signingFlags
	Issuer []string `help:"Issuer whose list is signed; several times for several; all, if left out." placeholder:"NAME"`
	Last   bool     `help:"The last list of an issuer that ends: it counts for ever, so that the last firmware of a product can always be installed."`
}

func (c *trustCrlCmd) Run(a *app) error {
	s, pass, err := keys(a, c.trustFlag, &c.signingFlags)
	if err != nil {
		return err
	}
	return s.Lists(issue.ListOrder{Issuers: c.Issuer, Last: c.Last}, pass, time.Now())
}

type trustRevokeCmd struct {
	trustFlag
	signingFlags
	Serial      string `required:"" help:"Serial number of the certificate, hexadecimal: see trust show." placeholder:"HEX"`
	Reason      string `required:"" help:"Why, by its name in RFC 5280: keyCompromise, superseded, cessationOfOperation…" placeholder:"REASON"`
	At          string `help:"As of when it is revoked; now, if left out." placeholder:"TIME"`
	InvalidFrom string `help:"Since when its key was not to be trusted (invalidity date)." placeholder:"TIME"`
}

func (c *trustRevokeCmd) Run(a *app) error {
	r := issue.Revocation{Reason: c.Reason}
	var err error
	if r.At, err = trustTime("at", c.At); err != nil {
		return err
	}
	if c.InvalidFrom != "" {
		t, err := trustTime("invalid-from", c.InvalidFrom)
		if err != nil {
			return err
		}
		r.Invalid = &t
	}
	s, pass, err := keys(a, c.trustFlag, &c.signingFlags)
	if err != nil {
		return err
	}
	cert, err := s.Revoke(c.Serial, r, pass, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "%s is revoked as of %s; the list of %s is signed anew.\n", cert.Name, r.At.Format(time.RFC3339), cert.Issuer)
	return nil
}

type trustShowCmd struct {
	trustFlag
	JSON bool `help:"Print as JSON."`
}

// trustShown is what trust show prints as JSON.
type trustShown struct {
	Certificates []issue.Certificate `json:"certificates"`
	Lists        []trustList         `json:"lists"`
}

type trustList struct {
	Issuer  string     `json:"issuer"`
	State   string     `json:"state"`
	Number  string     `json:"number,omitempty"`
	Next    *time.Time `json:"next_update,omitempty"`
	Revoked int        `json:"revoked"`
}

func (c *trustShowCmd) Run(a *app) error {
	s, err := issue.Open(c.Trust)
	if err != nil {
		return err
	}
	shown := trustShown{Certificates: s.Index.Certificates}
	if shown.Lists, err = trustLists(s); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(a.Stdout, shown)
	}
	return shown.print(a.Stdout)
}

func trustLists(s *issue.Set) ([]trustList, error) {
	side, err := s.Side()
	if err != nil {
		return nil, err
	}
	out := []trustList{}
	for _, x := range s.Index.Certificates {
		if _, issues := s.Index.Numbers[x.Name]; !issues {
			continue
		}
		cert, err := s.Certificate(x.Name)
		if err != nil {
			return nil, err
		}
		l := trust.ListOf(cert, side.Branches[x.Branch].Lists, time.Now())
		row := trustList{Issuer: x.Name, State: l.State, Revoked: len(l.Revoked)}
		if l.Number != nil {
			row.Number, row.Next = l.Number.String(), &l.Next
		}
		out = append(out, row)
	}
	return out, nil
}

func (s *trustShown) print(w io.Writer) error {
	certs := table{Head: []string{"certificate", "issuer", "serial", "not after", "revoked"}}
	for _, c := range s.Certificates {
		revoked := "-"
		if c.Retired != nil {
			revoked = c.Retired.Format(time.RFC3339) + " retired"
		}
		if c.Revoked != nil {
			revoked = c.Revoked.At.Format(time.RFC3339) + " " + c.Revoked.Reason
		}
		certs.Add(c.Name, c.Issuer, c.Serial, c.Until.Format(time.DateOnly), revoked)
	}
	if err := certs.Text(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	lists := table{Head: []string{"list of", "state", "number", "next update", "revoked"}}
	for _, l := range s.Lists {
		next := "-"
		if l.Next != nil {
			next = l.Next.Format(time.DateOnly)
		}
		lists.Add(l.Issuer, l.State, either(l.Number == "", "-", l.Number), next, fmt.Sprint(l.Revoked))
	}
	return lists.Text(w)
}
