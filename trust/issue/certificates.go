package issue

import (
	"crypto"
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
// a root, an issuing authority and, but for TLS, a first signing certificate, and
// their lists.
func Init(dir, passphrase string, now time.Time) (*Set, error) {
	return InitOutside(dir, passphrase, nil, now)
}

// InitOutside makes a set with keys that are elsewhere: those whose public halves are
// there. The passphrase is for the others, if there are any.
func InitOutside(dir, passphrase string, o *Outside, now time.Time) (*Set, error) {
	s := &Set{Dir: dir, Index: Index{Certificates: []Certificate{}, Numbers: map[string]int64{}}, Outside: o}
	if err := s.canMake(passphrase); err != nil {
		return nil, err
	}
	if e, err := os.ReadDir(dir); err == nil && len(e) > 0 {
		return nil, fmt.Errorf("%s is not empty: give a new directory", dir)
	}
	if err := s.fill(passphrase, now); err != nil {
		for _, made := range append(folders, "index.json") { // half a set is none
			os.RemoveAll(filepath.Join(dir, made))
		}
		return nil, err
	}
	return s, nil
}

// folders are those of a set.
var folders = []string{"certs", "crls", "keys"}

func (s *Set) fill(passphrase string, now time.Time) error {
	for _, d := range folders {
		if err := os.MkdirAll(filepath.Join(s.Dir, d), 0o700); err != nil {
			return err
		}
	}
	for _, k := range kinds {
		if err := s.branch(&k, passphrase, now); err != nil {
			return err
		}
	}
	return s.CRL(passphrase, now)
}

// canMake asks before anything is written whether every key of a new set is
// elsewhere or can be encrypted.
func (s *Set) canMake(passphrase string) error {
	var errs []error
	for _, k := range kinds {
		names := []string{k.branch + "-root", k.branch + "-issuing"}
		if k.first {
			names = append(names, k.branch+"-signing-1")
		}
		for _, name := range names {
			public, err := s.Outside.publicKey(name)
			if err == nil && public == nil && len(passphrase) < passphraseMin {
				err = errShort
				if s.Outside != nil && s.Outside.Public != "" {
					err = fmt.Errorf("there is no %s: put the public key there, or give a passphrase of at least %d bytes for a key file", filepath.Join(s.Outside.Public, name+".pem"), passphraseMin)
				}
			}
			if err == errShort { // once is enough
				return err
			}
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// passphraseMin is how long a passphrase is at least, in bytes. Ours.
const passphraseMin = 8

var errShort = errors.New("the passphrase for the key files needs at least 8 bytes")

func (s *Set) branch(k *kind, passphrase string, now time.Time) error {
	root := k.branch + "-root"
	if err := s.add(template(root, rootYears, now), k.branch, root, passphrase); err != nil {
		return err
	}
	if _, err := s.Authority(root, passphrase, now); err != nil || !k.first {
		return err
	}
	_, err := s.Issue(k.branch, passphrase, now)
	return err
}

// Issue issues one more signing certificate of a branch and returns its name.
func (s *Set) Issue(branch, passphrase string, now time.Time) (string, error) {
	return s.IssueUnder(branch, "", passphrase, now)
}

// IssueUnder issues one by a certain authority of the branch; "" is its first.
func (s *Set) IssueUnder(branch, issuer, passphrase string, now time.Time) (string, error) {
	k, err := kindOf(branch)
	if err != nil {
		return "", err
	}
	if branch == trust.TLS {
		return "", errors.New("a certificate of branch tls has the name of a device or a role: give --name, or --role and --client")
	}
	if issuer, err = s.issuer(branch, issuer); err != nil {
		return "", err
	}
	n := 1
	for _, c := range s.Index.Certificates {
		if c.Branch == branch && c.signs() {
			n++
		}
	}
	name := fmt.Sprintf("%s-signing-%d", branch, n)
	t := template(name, signingYears, now)
	t.IsCA, t.KeyUsage, t.ExtKeyUsage, t.UnknownExtKeyUsage = false, x509.KeyUsageDigitalSignature, k.usage, k.dedicated
	if k.bound {
		t.DNSNames = []string{domain(branch)}
	}
	if branch == trust.Timestamping {
		t.ExtraExtensions = []pkix.Extension{timestampUsage()}
	}
	return name, s.add(t, branch, issuer, passphrase)
}

// issuer is the authority that was asked for, or the first of the branch.
func (s *Set) issuer(branch, asked string) (string, error) {
	if asked == "" {
		return s.issuing(branch)
	}
	c, err := s.named(asked)
	switch {
	case err != nil:
		return "", err
	case c.Branch != branch || !c.issues():
		return "", fmt.Errorf("%s is no authority that issues for branch %s: see switchroom trust show", asked, branch)
	case !s.stands(c):
		return "", fmt.Errorf("%s or what is above it was revoked or retired: what it issues is refused", asked)
	}
	return asked, nil
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

// add makes a key, if it is not elsewhere, and its certificate, and writes both.
func (s *Set) add(t *x509.Certificate, branch, issuer, passphrase string) error {
	key, err := s.newKey(t.Subject.CommonName, passphrase)
	if err != nil {
		return err
	}
	c, err := s.certify(t, issuer, key, passphrase)
	if err != nil {
		return err
	}
	if own, ok := key.(*ecdsa.PrivateKey); ok {
		if err := s.writeKey(c, own, passphrase); err != nil {
			return err
		}
	}
	s.keep(t.Subject.CommonName, key)
	return s.record(c, branch, issuer)
}

// newKey makes a key, unless its public half says that it is elsewhere.
func (s *Set) newKey(name, passphrase string) (crypto.Signer, error) {
	public, err := s.Outside.publicKey(name)
	switch {
	case err != nil:
		return nil, err
	case public != nil:
		return outsideKey{s.Outside, name, public}, nil
	case len(passphrase) < passphraseMin:
		return nil, errShort
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// certify signs a certificate. That of a root is signed with its own key.
func (s *Set) certify(t *x509.Certificate, issuer string, key crypto.Signer, passphrase string) (c *x509.Certificate, err error) {
	if t.SerialNumber, err = serial(); err != nil {
		return nil, err
	}
	parent, by := t, key
	if issuer != t.Subject.CommonName {
		if parent, err = s.Certificate(issuer); err != nil {
			return nil, err
		}
		if by, err = s.key(issuer, passphrase); err != nil {
			return nil, err
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, key.Public(), by)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// record writes a certificate and what the set knows of it.
func (s *Set) record(c *x509.Certificate, branch, issuer string) error {
	name := c.Subject.CommonName
	if err := replace(s.path("certs", name, ".pem"), pemOf(c), 0o644); err != nil {
		return err
	}
	s.Index.Certificates = append(s.Index.Certificates, Certificate{Name: name, Branch: branch, Issuer: issuer,
		Serial: hex.EncodeToString(c.SerialNumber.Bytes()), Until: c.NotAfter})
	return s.save()
}

func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// writeKey writes a key, encrypted.
func (s *Set) writeKey(c *x509.Certificate, key *ecdsa.PrivateKey, passphrase string) error {
	p12, err := pkcs12.Modern.WithIterations(iterations).Encode(key, c, nil, passphrase)
	if err != nil {
		return err
	}
	return replace(s.path("keys", c.Subject.CommonName, ".p12"), p12, 0o600)
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
