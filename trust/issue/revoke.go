package issue

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// listDays is how long a list counts: the quarter of GUIDE E8.
const listDays = 92

// ReasonCodes are the reasons for a revocation, RFC 5280, 5.3.1.
var ReasonCodes = []struct {
	Name string
	Code int
}{
	{"affiliationChanged", 3},
	{"cACompromise", 2},
	{"certificateHold", 6},
	{"cessationOfOperation", 5},
	{"keyCompromise", 1},
	{"privilegeWithdrawn", 9},
	{"superseded", 4},
	{"unspecified", 0},
}

func code(reason string) (int, error) {
	var names []string
	for _, r := range ReasonCodes {
		if r.Name == reason {
			return r.Code, nil
		}
		names = append(names, r.Name)
	}
	return 0, fmt.Errorf("reason %q is not known: give one of %q", reason, names)
}

// Revoke revokes a certificate, and signs its issuer's list anew. The date may
// lie before that on which the certificate was issued.
func (s *Set) Revoke(serial string, r Revocation, passphrase string, now time.Time) (*Certificate, error) {
	c, err := s.bySerial(serial)
	if err != nil {
		return nil, err
	}
	if _, err := code(r.Reason); err != nil {
		return nil, err
	}
	switch {
	case c.Issuer == c.Name:
		return nil, fmt.Errorf("%s is a root, which no list revokes: take it out of what trusts it", c.Name)
	case c.Revoked != nil:
		return nil, fmt.Errorf("%s was revoked already, as of %s", c.Name, c.Revoked.At.Format(time.RFC3339))
	}
	if _, err := s.key(c.Issuer, passphrase); err != nil {
		return nil, err // before anything is written
	}
	c.Revoked = &r
	if err := s.Lists(ListOrder{Issuers: []string{c.Issuer}}, passphrase, now); err != nil {
		return nil, err
	}
	return c, nil
}

// ListOrder says which lists to sign anew.
type ListOrder struct {
	Issuers []string // names; none: all
	Last    bool     // the last list of an issuer that ends: it counts for ever
}

// forever is the next update of a list that is the last (as of RFC 5280, 4.1.2.5, of
// a certificate without an end).
var forever = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// CRL signs the lists of all issuers anew, for the next quarter.
func (s *Set) CRL(passphrase string, now time.Time) error {
	return s.Lists(ListOrder{}, passphrase, now)
}

// Lists signs lists anew. All keys are opened before anything is written.
func (s *Set) Lists(o ListOrder, passphrase string, now time.Time) error {
	if len(o.Issuers) == 0 {
		for _, c := range s.Index.Certificates {
			if c.authority() {
				o.Issuers = append(o.Issuers, c.Name)
			}
		}
	}
	var errs []error
	for _, name := range o.Issuers {
		c, err := s.named(name)
		if err == nil && !c.authority() {
			err = fmt.Errorf("%s issues nothing and has no list", name)
		}
		if err == nil {
			_, err = s.key(name, passphrase)
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	next := now.UTC().Truncate(time.Second).AddDate(0, 0, listDays)
	if o.Last {
		next = forever
	}
	for _, name := range o.Issuers {
		if err := s.list(name, passphrase, now, next); err != nil {
			return err
		}
	}
	return nil
}

// authority tells whether a certificate is a root or one below it that issues.
func (c *Certificate) authority() bool {
	return c.Issuer == c.Name || c.issues() || c.Name == appsName
}

// list signs the list of one issuer anew. The index goes first: a number that is
// not used does no harm, one used twice does.
func (s *Set) list(issuer, passphrase string, now, next time.Time) error {
	cert, err := s.Certificate(issuer)
	if err != nil {
		return err
	}
	key, err := s.key(issuer, passphrase)
	if err != nil {
		return err
	}
	s.Index.Numbers[issuer]++
	if err := s.save(); err != nil {
		return err
	}
	now = now.UTC().Truncate(time.Second)
	l := &x509.RevocationList{Number: big.NewInt(s.Index.Numbers[issuer]), ThisUpdate: now, NextUpdate: next}
	for _, c := range s.Index.Certificates {
		if c.Issuer == issuer && c.Revoked != nil {
			e, err := c.entry()
			if err != nil {
				return err
			}
			l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, e)
		}
	}
	der, err := x509.CreateRevocationList(rand.Reader, l, cert, key)
	if err != nil {
		return err
	}
	return replace(s.path("crls", issuer, ".crl"), der, 0o644)
}

func (c *Certificate) entry() (x509.RevocationListEntry, error) {
	n, ok := new(big.Int).SetString(c.Serial, 16)
	reason, err := code(c.Revoked.Reason)
	if !ok || err != nil {
		return x509.RevocationListEntry{}, fmt.Errorf("index.json: %s: serial %q, reason %q", c.Name, c.Serial, c.Revoked.Reason)
	}
	e := x509.RevocationListEntry{SerialNumber: n, RevocationTime: c.Revoked.At.UTC().Truncate(time.Second), ReasonCode: reason}
	if c.Revoked.Invalid != nil {
		v, err := asn1.MarshalWithParams(c.Revoked.Invalid.UTC().Truncate(time.Second), "generalized")
		if err != nil {
			return e, err
		}
		e.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 24}, Value: v}}
	}
	return e, nil
}
