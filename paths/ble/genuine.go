package ble

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"switchroom/imu"
	"switchroom/trust"
	"switchroom/wire/ble/attest"
)

// Why an app is not a genuine one: short, since a history keeps little, and without
// anything of what a phone has sent.
var (
	errExpired   = errors.New("its certificate has expired, or does not count yet")
	errForm      = errors.New("its answer makes no sense")
	errNoAnchors = errors.New("the unit trusts nobody to certify apps")
	errNoKey     = errors.New("this radio does not tell the key of a link")
	errNotShown  = errors.New("it asks before it has shown anything")
	errOther     = errors.New("its certificate is not one for apps")
	errRevoked   = errors.New("its certificate is revoked")
	errSignature = errors.New("the signature does not fit it, or this link")
	errUnknown   = errors.New("nobody whom the unit trusts has certified it")
)

// genuine says why an answer does not show that an app is a genuine one. What the unit
// goes by is the branch of the control unit: the app is an accessory of it.
func genuine(u *imu.Unit, now time.Duration, a *attest.Answer, s attest.Statement) error {
	b, at := u.Trusted(now, trust.Micrologic)
	if b == nil {
		return errNoAnchors
	}
	app, others, err := a.Chain()
	if err != nil {
		return errForm
	}
	chain, err := chainOf(b, app, others, at)
	if err != nil {
		return err
	}
	if !mayAttest(app) {
		return errOther
	}
	for i := range chain[:len(chain)-1] {
		if err := notRevoked(chain[i], chain[i+1], b.Lists, at); err != nil {
			return err
		}
	}
	if !a.Signed(app, s) {
		return errSignature
	}
	return nil
}

// chainOf is the way from an app to an anchor.
func chainOf(b *trust.Branch, app *x509.Certificate, others []*x509.Certificate, at time.Time) ([]*x509.Certificate, error) {
	o := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	for _, c := range b.Roots {
		o.Roots.AddCert(c)
	}
	for _, c := range others {
		o.Intermediates.AddCert(c)
	}
	chains, err := app.Verify(o)
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return nil, errExpired
	case err != nil:
		return nil, errUnknown
	}
	return chains[0], nil
}

// mayAttest reports whether a certificate is one for apps, and for nothing else.
func mayAttest(c *x509.Certificate) bool {
	return !c.IsCA && c.KeyUsage == x509.KeyUsageDigitalSignature && len(c.ExtKeyUsage) == 0 &&
		len(c.UnknownExtKeyUsage) == 1 && slices.Equal(c.UnknownExtKeyUsage[0], attest.EKU)
}

// notRevoked wants a list that counts now. What is not known is not admitted.
func notRevoked(c, issuer *x509.Certificate, lists [][]byte, at time.Time) error {
	l := trust.ListOf(issuer, lists, at)
	if !l.Known() {
		return fmt.Errorf("whether it is revoked is not known (list: %s)", l.State)
	}
	for _, r := range l.Revoked {
		if r.Serial.Cmp(c.SerialNumber) == 0 {
			return errRevoked
		}
	}
	return nil
}
