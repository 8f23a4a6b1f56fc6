package issue

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"time"

	"switchroom/trust"
	"switchroom/wire/ble/attest"
)

// appYears is how long the certificate of an app counts. Ours: a key that lies on
// phones is soon in other hands.
const appYears = 2

// appsName is who certifies apps: an authority of its own below the root of the control
// unit, so that it can be revoked without touching firmware.
const appsName = trust.Micrologic + "-apps"

// App certifies the key of a genuine app (GUIDE D9) and returns the name of its
// certificate. Key and certificates are then read with [Set.Key] and [Set.AppChain].
func (s *Set) App(passphrase string, now time.Time) (string, error) {
	if _, err := s.named(appsName); err != nil {
		if err := s.addApps(passphrase, now); err != nil {
			return "", err
		}
	}
	n := 1
	for _, c := range s.Index.Certificates {
		if c.Issuer == appsName {
			n++
		}
	}
	name := fmt.Sprintf("%s-app-%d", trust.Micrologic, n)
	t := template(name, appYears, now)
	t.IsCA, t.KeyUsage = false, x509.KeyUsageDigitalSignature
	t.UnknownExtKeyUsage = []asn1.ObjectIdentifier{attest.EKU}
	if err := s.add(t, trust.Micrologic, appsName, passphrase); err != nil {
		return "", err
	}
	return name, s.Lists(ListOrder{Issuers: []string{appsName}}, passphrase, now)
}

// addApps makes the authority. It may certify nothing that has a name, and what signs
// packages must have one.
func (s *Set) addApps(passphrase string, now time.Time) error {
	ca := template(appsName, issuingYears, now)
	ca.MaxPathLenZero = true
	ca.ExcludedDNSDomains, ca.PermittedDNSDomainsCritical = []string{""}, true
	if err := s.add(ca, trust.Micrologic, trust.Micrologic+"-root", passphrase); err != nil {
		return err
	}
	return s.Lists(ListOrder{Issuers: []string{trust.Micrologic + "-root"}}, passphrase, now)
}

// AppChain returns the certificates that an app shows: its own, and who certified it.
func (s *Set) AppChain(name string) (chain []*x509.Certificate, err error) {
	i := slices.IndexFunc(s.Index.Certificates, func(c Certificate) bool { return c.Name == name && c.Issuer == appsName })
	if i < 0 {
		return nil, fmt.Errorf("%s is not the certificate of an app", name)
	}
	for _, n := range []string{name, appsName} {
		c, err := s.Certificate(n)
		if err != nil {
			return nil, err
		}
		chain = append(chain, c)
	}
	return chain, nil
}
