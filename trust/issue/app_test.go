package issue

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"path/filepath"
	"testing"
	"time"

	"switchroom/trust"
)

// TestApp: an app's certificate is one, and whoever certifies apps can certify nothing
// that signs packages.
func TestApp(t *testing.T) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	s, err := Init(filepath.Join(t.TempDir(), "pki"), "a passphrase", now)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"micrologic-app-1", "micrologic-app-2"} {
		if name, err := s.App("a passphrase", now); err != nil || name != want {
			t.Fatalf("%s, %v", name, err)
		}
	}
	if signer, err := s.Newest(trust.Micrologic); err != nil || signer != "micrologic-signing-1" {
		t.Errorf("packages are signed by %s, %v", signer, err)
	}
	if _, err := s.AppChain("micrologic-signing-1"); err == nil {
		t.Error("what signs packages is taken for an app")
	}
	chain, err := s.AppChain("micrologic-app-2")
	if err != nil || len(chain) != 2 {
		t.Fatalf("%v, %v", chain, err)
	}
	root, err := s.Certificate("micrologic-root")
	if err != nil {
		t.Fatal(err)
	}
	o := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	o.Roots.AddCert(root)
	o.Intermediates.AddCert(chain[1])
	if _, err := chain[0].Verify(o); err != nil {
		t.Error(err)
	}
	ca, err := s.Key(appsName, "a passphrase")
	if err != nil {
		t.Fatal(err)
	}
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	bad := &x509.Certificate{SerialNumber: big.NewInt(9), NotBefore: now, NotAfter: now.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
		UnknownExtKeyUsage: []asn1.ObjectIdentifier{trust.EKU}, DNSNames: []string{domain(trust.Micrologic)}}
	der, err := x509.CreateCertificate(rand.Reader, bad, chain[1], &key.PublicKey, ca)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Verify(o); err == nil {
		t.Error("who certifies apps certifies a signer of packages")
	}
}
