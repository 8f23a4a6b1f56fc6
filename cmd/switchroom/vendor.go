package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"switchroom/credential"
	"switchroom/portal"
	"switchroom/site"
	"switchroom/trust"
	"switchroom/trust/issue"
)

// vendor is the maker's side of the demonstration: certificates of which one was revoked,
// firmware from before and after that, and a portal with a marketplace.
type vendor struct {
	dir    string
	portal *portal.Server // nil: none
}

// Files of a vendor, in its directory.
const (
	vendorSecret  = "passphrase"
	vendorPKI     = "pki"    // with keys
	vendorPublic  = "public" // without: what an owner trusts
	vendorNew     = "new.swpkg"
	vendorOld     = "last-year.swpkg"
	vendorRevoked = 90 // days ago
)

// openVendor opens the maker's side in a directory, which is made on the first time.
func openVendor(a *app, dir, listen string) (*vendor, error) {
	v := &vendor{dir: dir}
	pass, err := v.passphrase()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, vendorPublic)); errors.Is(err, os.ErrNotExist) {
		if err := v.found(a, pass, time.Now()); err != nil {
			return nil, err
		}
	}
	if listen == "off" {
		return v, nil
	}
	if v.portal, err = portal.Open(a.Ctx, portal.Options{Trust: v.path(vendorPKI), Passphrase: credential.NewSecret(pass), Data: v.path("portal")}); err != nil {
		return nil, err
	}
	if err := v.publish(); err != nil {
		return nil, errors.Join(err, v.close())
	}
	if err := v.portal.Listen(listen); err != nil {
		fmt.Fprintf(a.Stderr, "%s is taken; the portal takes another port\n", listen)
		if err := v.portal.Listen("localhost:0"); err != nil {
			return nil, errors.Join(err, v.close())
		}
	}
	v.portal.Start()
	return v, nil
}

func (v *vendor) path(name string) string { return filepath.Join(v.dir, name) }

// passphrase is that of the keys: random, in a file of its own. Whoever has the
// directory has the demonstration.
func (v *vendor) passphrase() (string, error) {
	if err := os.MkdirAll(v.dir, 0o700); err != nil {
		return "", err
	}
	b, err := os.ReadFile(v.path(vendorSecret))
	if err == nil {
		return strings.TrimSpace(string(b)), nil
	}
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	pass := hex.EncodeToString(raw)
	return pass, os.WriteFile(v.path(vendorSecret), []byte(pass+"\n"), 0o600)
}

// found makes certificates and firmware: one from a year ago, signed with a certificate
// that was revoked since, and one from after that.
func (v *vendor) found(a *app, pass string, now time.Time) error {
	s, err := issue.Init(v.path(vendorPKI), pass, now.AddDate(-2, 0, 0))
	if err != nil {
		return err
	}
	if err := firmwareOf(s, pass, v.path(vendorOld), "002.000.004", 4, trust.Micrologic+"-signing-1", now.AddDate(-1, 0, 0)); err != nil {
		return err
	}
	for _, c := range s.Index.Certificates {
		if c.Name == trust.Micrologic+"-signing-1" {
			if _, err := s.Revoke(c.Serial, issue.Revocation{Reason: "keyCompromise", At: now.AddDate(0, 0, -vendorRevoked)}, pass, now); err != nil {
				return err
			}
		}
	}
	signer, err := s.Issue(trust.Micrologic, pass, now.AddDate(0, 0, -vendorRevoked/2))
	if err != nil {
		return err
	}
	if err := firmwareOf(s, pass, v.path(vendorNew), "002.000.005", 5, signer, now.AddDate(0, 0, -7)); err != nil {
		return err
	}
	if err := s.CRL(pass, now); err != nil {
		return err
	}
	return (&trustExportCmd{trustFlag: trustFlag{Trust: v.path(vendorPKI)}, Dir: v.path(vendorPublic)}).Run(&app{Ctx: a.Ctx, Stdin: strings.NewReader(""), Stdout: &strings.Builder{}, Stderr: &strings.Builder{}})
}

// firmwareOf builds firmware of a control unit, as of a day.
func firmwareOf(s *issue.Set, pass, path, version string, sequence uint64, signer string, at time.Time) error {
	at = at.UTC().Truncate(time.Second)
	b, err := s.Build(issue.Order{
		Manifest: trust.Manifest{Vendor: "Switchroom laboratory", Class: trust.Firmware, Component: "control_unit", Version: version, Sequence: sequence,
			BuildDate: at.Format(time.RFC3339), Images: []trust.Image{{Name: "application"}}},
		Images: [][]byte{[]byte("firmware " + version + " of a virtual control unit\n")},
		Signer: signer, Stamper: trust.Timestamping + "-signing-1", Stamp: at,
	}, pass)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}

// publish has the portal show the firmware.
func (v *vendor) publish() error {
	for _, name := range []string{vendorNew, vendorOld} {
		b, err := os.ReadFile(v.path(name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(v.portal.FirmwareDir(), name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// trusted gives the breakers of a site what their control units judge packages by.
func (v *vendor) trusted(s *site.Site) error {
	anchors, err := trust.ReadAnchors(os.DirFS(v.path(vendorPublic)))
	if err != nil {
		return err
	}
	for i := range s.Breakers {
		s.Breakers[i].Unit.Anchors = anchors
	}
	return nil
}

// url is where the portal is; "": there is none.
func (v *vendor) url() string {
	if v == nil || v.portal == nil {
		return ""
	}
	return v.portal.URL()
}

func (v *vendor) close() error {
	if v == nil || v.portal == nil {
		return nil
	}
	end, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return v.portal.Close(end)
}

// hints are what can be tried with it. program is how this program is called, cable a
// port of a breaker.
func (v *vendor) hints(program, cable string) string {
	text := fmt.Sprintf(`
And the maker's side: a certificate was revoked, and there is firmware from before and after.

  what is due (E8)               %[1]s trust crl check --trust %[2]s --component control_unit
  last year's firmware           %[1]s firmware check %[3]s --trust %[2]s
  upgrade Q1 by its USB port     %[1]s room badge Olga in
                                 echo 0000 | %[1]s firmware upgrade %[4]s --trust %[2]s --password-file - '%[5]s'
`, program, v.path(vendorPublic), v.path(vendorOld), v.path(vendorNew), cable)
	if u := v.url(); u != "" {
		text += fmt.Sprintf(`  the portal and the marketplace %s  buy ERMS for Q1, serial number VIRT000001, then:
                                 echo 0000 | %s module install FILE --trust %s --password-file - '%s'
`, u, program, v.path(vendorPublic), cable)
	}
	return text
}
