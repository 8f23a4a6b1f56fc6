package issue

import (
	"crypto"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"time"

	"switchroom/trust"

	"github.com/digitorus/timestamp"
	"github.com/smallstep/pkcs7"
)

// timestampPolicy is the policy of the laboratory's timestamps: of the arc for
// examples.
var timestampPolicy = asn1.ObjectIdentifier{2, 999, 7385, 2}

// Order is what to build.
type Order struct {
	Manifest trust.Manifest // images without size and digest
	Images   [][]byte       // in the order of the manifest
	Signer   string         // name of a signing certificate
	Stamp    time.Time      // time of the timestamp; zero for a package without one
	Stamper  string         // name of the certificate that signs it
}

// Build builds and signs a package.
func (s *Set) Build(o Order, passphrase string) ([]byte, error) {
	m := o.Manifest
	m.Images = append([]trust.Image(nil), m.Images...)
	for i := range m.Images {
		d := sha256.Sum256(o.Images[i])
		m.Images[i].Size, m.Images[i].SHA256 = uint64(len(o.Images[i])), hex.EncodeToString(d[:])
	}
	signed, err := m.Encode()
	if err != nil {
		return nil, err
	}
	p := trust.Package{Manifest: &m, ManifestBytes: signed, Images: o.Images}
	if p.Signature, err = s.sign(signed, o.Signer, passphrase); err != nil {
		return nil, err
	}
	if !o.Stamp.IsZero() {
		if p.Timestamp, err = s.stamp(p.Signature, o.Stamper, o.Stamp, passphrase); err != nil {
			return nil, err
		}
	}
	return p.Join(), nil
}

// signer opens a certificate, that of its issuer, and its key.
func (s *Set) signer(name, passphrase string) (cert, issuer *x509.Certificate, key crypto.Signer, err error) {
	c, err := s.named(name)
	if err != nil {
		return nil, nil, nil, err
	}
	if cert, err = s.Certificate(name); err != nil {
		return nil, nil, nil, err
	}
	if issuer, err = s.Certificate(c.Issuer); err != nil {
		return nil, nil, nil, err
	}
	k, err := s.key(name, passphrase)
	return cert, issuer, low{k}, err
}

// Sign signs a file of a release of the software: CMS, detached, DER. The signer is a
// certificate of branch software; "" is the newest.
func (s *Set) Sign(b []byte, signer, passphrase string) (_ []byte, err error) {
	if signer == "" {
		if signer, err = s.Newest(trust.Software); err != nil {
			return nil, err
		}
	}
	c, err := s.named(signer)
	switch {
	case err != nil:
		return nil, err
	case c.Branch != trust.Software || !c.signs():
		return nil, fmt.Errorf("%s is not for software: give a signing certificate of branch software", signer)
	}
	return s.sign(b, signer, passphrase)
}

func (s *Set) sign(b []byte, name, passphrase string) ([]byte, error) {
	cert, issuer, key, err := s.signer(name, passphrase)
	if err != nil {
		return nil, err
	}
	d, err := pkcs7.NewSignedData(b)
	if err != nil {
		return nil, err
	}
	d.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := d.AddSignerChain(cert, key, []*x509.Certificate{issuer}, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, err
	}
	d.Detach()
	return d.Finish()
}

// stamp signs that something existed at a time.
func (s *Set) stamp(b []byte, name string, at time.Time, passphrase string) ([]byte, error) {
	cert, issuer, key, err := s.signer(name, passphrase)
	if err != nil {
		return nil, err
	}
	d := sha256.Sum256(b)
	t := timestamp.Timestamp{HashAlgorithm: crypto.SHA256, HashedMessage: d[:], Time: at.UTC().Truncate(time.Second),
		Policy: timestampPolicy, Certificates: []*x509.Certificate{issuer}, AddTSACertificate: true}
	return t.CreateResponseWithOpts(cert, key, crypto.SHA256)
}

// low signs with the low of the two forms an ECDSA signature can have: the only
// one that is taken.
type low struct{ crypto.Signer }

// Sign signs a digest.
func (k low) Sign(r io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	b, err := k.Signer.Sign(r, digest, o)
	if err != nil {
		return nil, err
	}
	var v struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(b, &v); err != nil {
		return nil, err
	}
	n := elliptic.P256().Params().N
	if v.S.Cmp(new(big.Int).Rsh(n, 1)) > 0 {
		v.S.Sub(n, v.S)
	}
	return asn1.Marshal(v)
}
