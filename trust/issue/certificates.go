package issue

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"time"

	"switchroom/trust"

	"software.sslmate.com/src/go-pkcs12"
)

// How long certificates count, in years. Ours.
const (
	rootYears    = 30
	issuingYears = 25
	signingYears = 20
)

// Init makes a set in a directory that is empty or not there yet: for each branch
// a root, an issuing authority and a first signing certificate, and their lists.
func Init(dir, passphrase string, now time.Time) (*Set, error) {
	if len(passphrase) < 8 {
		return nil, errors.New("the passphrase for the key files needs at least 8 bytes")
	}
	if e, err := os.ReadDir(dir); err == nil && len(e) > 0 {
		return nil, fmt.Errorf("%s is not empty: give a new directory", dir)
	}
	for _, d := range []string{"certs", "crls", "keys"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			return nil, err
		}
	}
	s := &Set{Dir: dir, Index: Index{Certificates: []Certificate{}, Numbers: map[string]int64{}}}
	for _, b := range Branches {
		if err := s.branch(b, passphrase, now); err != nil {
			return nil, err
		}
	}
	return s, s.CRL(passphrase, now)
}

func (s *Set) branch(branch, passphrase string, now time.Time) error {
	root, issuing := branch+"-root", branch+"-issuing"
	if err := s.add(template(root, rootYears, now), branch, root, passphrase); err != nil {
		return err
	}
	ca := template(issuing, issuingYears, now)
	ca.MaxPathLenZero = true
	if branch != trust.Timestamping {
		ca.PermittedDNSDomainsCritical = true
		ca.PermittedDNSDomains = []string{domain(branch)}
	}
	if err := s.add(ca, branch, root, passphrase); err != nil {
		return err
	}
	_, err := s.Issue(branch, passphrase, now)
	return err
}

// domain is the name that signing certificates of a branch carry, and to which
// their issuer is bound.
func domain(branch string) string { return branch + ".firmware.invalid" }

// Issue issues one more signing certificate of a branch and returns its name.
func (s *Set) Issue(branch, passphrase string, now time.Time) (string, error) {
	if !slices.Contains(Branches, branch) {
		return "", fmt.Errorf("branch %q is not known: give one of %q", branch, Branches)
	}
	n := 1
	for _, c := range s.Index.Certificates {
		if c.Branch == branch && c.Issuer == branch+"-issuing" {
			n++
		}
	}
	name := fmt.Sprintf("%s-signing-%d", branch, n)
	t := template(name, signingYears, now)
	t.IsCA, t.KeyUsage = false, x509.KeyUsageDigitalSignature
	if branch == trust.Timestamping {
		t.ExtraExtensions = []pkix.Extension{timestampUsage()}
	} else {
		t.DNSNames, t.UnknownExtKeyUsage = []string{domain(branch)}, []asn1.ObjectIdentifier{trust.EKU}
	}
	return name, s.add(t, branch, branch+"-issuing", passphrase)
}

// timestampUsage is the usage of RFC 3161, 2.3: critical, which crypto/x509 does
// not make of itself.
func timestampUsage() pkix.Extension {
	v, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		panic(err) // a constant
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: v}
}

// template is an authority; what signs is made of it.
func template(name string, years int, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject:               pkix.Name{Organization: []string{"Switchroom laboratory"}, CommonName: name},
		NotBefore:             now.UTC().Truncate(time.Second),
		NotAfter:              now.UTC().Truncate(time.Second).AddDate(years, 0, 0),
		BasicConstraintsValid: true,
		IsCA:                  true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

// add makes a key and its certificate, and writes both.
func (s *Set) add(t *x509.Certificate, branch, issuer, passphrase string) error {
	name := t.Subject.CommonName
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	if t.SerialNumber, err = serial(); err != nil {
		return err
	}
	parent, parentKey := t, key
	if issuer != name {
		if parent, err = s.Certificate(issuer); err != nil {
			return err
		}
		if parentKey, err = s.key(issuer, passphrase); err != nil {
			return err
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, &key.PublicKey, parentKey)
	if err != nil {
		return err
	}
	if err := s.write(name, der, key, passphrase); err != nil {
		return err
	}
	s.keep(name, key)
	s.Index.Certificates = append(s.Index.Certificates, Certificate{Name: name, Branch: branch, Issuer: issuer,
		Serial: hex.EncodeToString(t.SerialNumber.Bytes()), Until: t.NotAfter})
	return s.save()
}

// serial is random and positive; its first byte keeps its hex form at one length.
func serial() (*big.Int, error) {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return nil, err
	}
	b[0] = b[0]&0x3f | 0x40
	return new(big.Int).SetBytes(b), nil
}

func (s *Set) write(name string, der []byte, key *ecdsa.PrivateKey, passphrase string) error {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	p12, err := pkcs12.Modern.WithIterations(iterations).Encode(key, c, nil, passphrase)
	if err != nil {
		return err
	}
	if err := replace(s.path("keys", name, ".p12"), p12, 0o600); err != nil {
		return err
	}
	return replace(s.path("certs", name, ".pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}
