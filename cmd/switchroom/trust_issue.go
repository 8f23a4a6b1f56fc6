package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"switchroom/trust"
	"switchroom/trust/issue"
)

type trustIssueCmd struct {
	trustFlag
	signingFlags
	newKeyFlags
	Branch string   `arg:"" help:"communication, micrologic, software, timestamp or tls."`
	Issuer string   `help:"Authority of the branch that issues it; the first that was not revoked, if left out." placeholder:"NAME"`
	Name   string   `help:"tls: name of the device or client, like ife-q1." placeholder:"NAME" group:"tls"`
	DNS    []string `name:"dns" help:"tls: host name of the device; several times for several." placeholder:"HOST" group:"tls"`
	IP     []string `name:"ip" help:"tls: address of the device; several times for several." placeholder:"ADDRESS" group:"tls"`
	Client bool     `help:"tls: for a client, not for a device." group:"tls"`
	Role   string   `help:"tls: role of the client in Modbus/TCP Security; left out, it has none." placeholder:"ROLE" group:"tls"`
	Out    string   `help:"tls: directory for NAME.pem, NAME.key and anchors.pem." placeholder:"DIR" group:"tls"`
}

func (c *trustIssueCmd) Run(a *app) error {
	if c.Branch == trust.TLS {
		return c.identity(a)
	}
	if c.Name != "" || len(c.DNS)+len(c.IP) > 0 || c.Client || c.Role != "" || c.Out != "" {
		return misuse("--name, --dns, --ip, --client, --role and --out are of branch tls")
	}
	s, pass, err := keys(a, c.trustFlag, &c.signingFlags)
	if err != nil {
		return err
	}
	s.Outside = c.outside(c.PublicKeys)
	name, err := s.IssueUnder(c.Branch, c.Issuer, pass, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, name)
	warnYoung(a, s, c.Branch, c.Issuer)
	return nil
}

// identity issues the certificate of a device or a client. Its key goes into a file
// for its owner alone, and nowhere else.
func (c *trustIssueCmd) identity(a *app) error {
	o := issue.IdentityOrder{Name: c.Name, DNS: c.DNS, Client: c.Client, Role: c.Role}
	if c.Out == "" {
		return misuse("give --out, a directory for certificate, key and anchors")
	}
	for _, text := range c.IP {
		ip, err := netip.ParseAddr(text)
		if err != nil {
			return misuse("--ip %q: give an address like 127.0.1.1", text)
		}
		o.IP = append(o.IP, ip.Unmap())
	}
	s, pass, err := keys(a, c.trustFlag, &c.signingFlags)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	i, err := s.Identity(o, pass, time.Now())
	if err != nil {
		return err
	}
	if err := writeIdentity(c.Out, i); err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, i.Name)
	fmt.Fprintf(a.Stderr, "%s.pem, %s.key and anchors.pem are in %s. Whoever has the key is %s.\n", i.Name, i.Name, c.Out, i.Name)
	return nil
}

// writeIdentity writes new files only: another identity's key is not to be lost.
func writeIdentity(dir string, i *issue.Identity) error {
	if err := writeNew(filepath.Join(dir, i.Name+".key"), i.Key, 0o600); err != nil {
		return fmt.Errorf("%w: the certificate is issued and its key is lost; revoke it and issue another one", err)
	}
	if err := writeNew(filepath.Join(dir, i.Name+".pem"), i.Certificate, 0o644); err != nil {
		return err
	}
	anchors := filepath.Join(dir, "anchors.pem")
	err := writeNew(anchors, i.Anchor, 0o644)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if b, err := bounded(anchors); err != nil || !bytes.Equal(b, i.Anchor) {
		return fmt.Errorf("%s is there already and is not %s alone, whose root is another one: certificate and key are written; put its root where you need it (switchroom trust export)", anchors, i.Name)
	}
	return nil // of an identity that was made before, by the same root
}

func writeNew(path string, b []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}
