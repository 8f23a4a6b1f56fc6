package trust

import (
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// VerifySoftware judges the signature of a file of a release of the commissioning
// software: its list of sums. It is judged as of now, and a revoked certificate signs
// nothing: who is offered software can be offered a newer one.
func VerifySoftware(content, signature []byte, s *Side) (v Verdict) {
	v.Component = Software
	sig, err := checkCMS(signature, append([]byte{}, content...), oidData)
	if err != nil {
		v.refuse(BadSignature, err)
		return v
	}
	v.Signer, v.Serial = sig.leaf.Subject.CommonName, hex.EncodeToString(sig.leaf.SerialNumber.Bytes())
	b := s.Branches[Software]
	if b == nil || len(b.Roots) == 0 {
		v.refuse(Untrusted, fmt.Errorf("this side has no anchors of branch %s", Software))
		return v
	}
	chain, err := b.chain(sig.leaf, sig.others, s.now(), x509.ExtKeyUsageCodeSigning)
	switch {
	case err != nil && !signsSoftware(sig.leaf):
		v.refuse(WrongUsage, err)
	case err != nil:
		v.refuse(s.signerReason(sig, Software, s.now(), err), err)
	case !signsSoftware(sig.leaf):
		v.refuse(WrongUsage, nil)
	case len(chain) != len(sig.others)+2:
		v.refuse(BadSignature, fmt.Errorf("it carries other certificates than those of its chain"))
	default:
		s.standing(b, chain, &v)
	}
	return v
}

// standing asks the lists of all issuers of a chain.
func (s *Side) standing(b *Branch, chain []*x509.Certificate, v *Verdict) {
	for i, issuer := range chain[1:] {
		l := ListOf(issuer, b.Lists, s.now())
		if !l.Known() {
			v.refuse(unknownList[l.State], fmt.Errorf("%s", l.Detail))
			return
		}
		for _, r := range l.Revoked {
			if r.Serial.Cmp(chain[i].SerialNumber) == 0 {
				v.RevokedAt = r.At
				v.refuse(RevokedSigner, fmt.Errorf("%s was revoked at %s", chain[i].Subject.CommonName, r.At.Format(time.RFC3339)))
				return
			}
		}
	}
	v.Reason = Accepted
}

// signsSoftware tells whether a certificate is one for software.
func signsSoftware(c *x509.Certificate) bool {
	return !c.IsCA && c.KeyUsage == x509.KeyUsageDigitalSignature && len(c.DNSNames) == 1 && len(c.UnknownExtKeyUsage) == 0 &&
		slices.Equal(c.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning})
}
