package trust

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"slices"
	"time"
)

// EKU is the extended key usage that a certificate must have to sign packages:
// of the arc for examples, since nobody gave us one.
var EKU = asn1.ObjectIdentifier{2, 999, 7385, 1}

// Branch is what one side has of one branch.
type Branch struct {
	Roots []*x509.Certificate
	Lists [][]byte // revocation lists, DER
}

func (b *Branch) chain(leaf *x509.Certificate, others []*x509.Certificate, at time.Time, usage x509.ExtKeyUsage) ([]*x509.Certificate, error) {
	o := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{usage}}
	for _, c := range b.Roots {
		o.Roots.AddCert(c)
	}
	for _, c := range others {
		o.Intermediates.AddCert(c)
	}
	chains, err := leaf.Verify(o)
	if err != nil {
		return nil, err
	}
	return chains[0], nil
}

// signerReason says why a chain was refused. It tries the other branches only to
// say so.
func (s *Side) signerReason(sig *signature, branch string, at time.Time, err error) string {
	var bad x509.CertificateInvalidError
	if errors.As(err, &bad) {
		switch {
		case bad.Reason == x509.Expired && at.Before(bad.Cert.NotBefore):
			return NotYetValid
		case bad.Reason == x509.Expired:
			return Expired
		}
	}
	for name, b := range s.Branches {
		if name == branch {
			continue
		}
		if _, err := b.chain(sig.leaf, sig.others, at, x509.ExtKeyUsageAny); err == nil {
			return OtherBranch
		}
	}
	return Untrusted
}

// maySign tells whether a certificate is one for packages. It must carry a name:
// constraints of its issuer bind only names that are there.
func maySign(c *x509.Certificate) bool {
	return !c.IsCA && c.KeyUsage == x509.KeyUsageDigitalSignature && len(c.DNSNames) == 1 && len(c.ExtKeyUsage) == 0 &&
		len(c.UnknownExtKeyUsage) == 1 && slices.Equal(c.UnknownExtKeyUsage[0], EKU)
}
