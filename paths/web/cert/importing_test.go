package cert_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"switchroom/paths/web/cert"
)

const canary = "canary-9f3b"

// pack makes a package whose certificate is as change wants it. signer is whose
// key goes into the package; nil: the certificate's.
func pack(t testing.TB, change func(*x509.Certificate), key, packed any) []byte {
	t.Helper()
	return packWith(t, pkcs12.Modern, change, key, packed)
}

func packWith(t testing.TB, how *pkcs12.Encoder, change func(*x509.Certificate), key, packed any) []byte {
	t.Helper()
	if key == nil {
		key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if packed == nil {
		packed = key
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Q1.plant"}, NotBefore: today.AddDate(-1, 0, 0), NotAfter: today.AddDate(1, 0, 0),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	if change != nil {
		change(c)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.(crypto.Signer).Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	p, err := how.Encode(packed, leaf, nil, canary)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestImport has a row for every package that is refused, with what is said.
func TestImport(t *testing.T) {
	small, _ := rsa.GenerateKey(rand.Reader, 2048)
	p521, _ := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	other, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	for _, c := range []struct {
		name     string
		pkg      []byte
		password string
		want     []string // nothing: it is taken
	}{
		{"ECDSA", pack(t, nil, nil, nil), canary, nil},
		{"RSA", pack(t, nil, small, nil), canary, nil},
		{"not valid yet", pack(t, func(c *x509.Certificate) { c.NotBefore = today.AddDate(0, 1, 0) }, nil, nil), canary, nil},
		{"wrong password", pack(t, nil, nil, nil), "guess", []string{"the password does not open"}},
		{"no password", pack(t, nil, nil, nil), "", []string{"the password does not open"}},
		{"expired", pack(t, func(c *x509.Certificate) { c.NotAfter = today.AddDate(0, 0, -1) }, nil, nil), canary, []string{"expired on 2026-11-27"}},
		{"authority", pack(t, func(c *x509.Certificate) { c.IsCA = true }, nil, nil), canary, []string{"an authority (CA)"}},
		{"other key", pack(t, nil, nil, other), canary, []string{"belongs to another certificate"}},
		{"not for servers", pack(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }, nil, nil), canary, []string{"lacks serverAuth"}},
		{"a curve browsers do not take", pack(t, nil, p521, nil), canary, []string{"P-256 or P-384"}},
		{"all at once", pack(t, func(c *x509.Certificate) { c.IsCA, c.NotAfter = true, today.AddDate(0, 0, -1) }, nil, other), canary, []string{"expired", "authority", "another certificate"}},
		{"nothing", nil, canary, []string{"choose a .p12"}},
		{"something else", []byte("-----BEGIN CERTIFICATE-----"), canary, []string{"no PKCS#12 package"}},
		{"a picture", bytes.Repeat([]byte{0x30, 0x82}, 5000), canary, []string{"no PKCS#12 package"}},
		{"too long", make([]byte, cert.PackageMax+1), canary, []string{"more than 128 kB"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShelf(t)
			first := s.leaf(t)
			err := s.Import(c.pkg, c.password)
			if len(c.want) == 0 {
				if err != nil || s.leaf(t).Equal(first) || len(s.told) != 1 || s.told[0] != cert.Came {
					t.Errorf("%v; told %q", err, s.told)
				}
				s.open()
				if s.leaf(t).Subject.CommonName != "Q1.plant" {
					t.Error("after a restart it is gone")
				}
				return
			}
			if err == nil || !s.leaf(t).Equal(first) || len(s.told) != 0 {
				t.Fatalf("taken (%v); told %q", err, s.told)
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("not told %q in %q", w, err)
				}
			}
			if strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "guess") {
				t.Errorf("the password is in the error: %v", err)
			}
			if _, err := os.Stat(filepath.Join(s.dir, "imported.pem")); err == nil {
				t.Error("it was kept")
			}
		})
	}
}

// A package that would hash the password more often than anybody needs is
// refused before it does: its own password is right.
func TestDearPackage(t *testing.T) {
	with := func(n int) []byte { return packWith(t, pkcs12.Modern.WithIterations(n), nil, nil, nil) }
	err := newShelf(t).Import(with(1_000_001), canary)
	if err == nil || !strings.Contains(err.Error(), "would take minutes") {
		t.Errorf("%v", err)
	}
	if err := newShelf(t).Import(with(100_000), canary); err != nil {
		t.Errorf("a careful one: %v", err)
	}
}

// The imported certificate ends: it is set aside when the device's clock says
// so, back when that was wrong, and gone when it is deleted.
func TestImportedEnds(t *testing.T) {
	s := newShelf(t)
	if err := s.Import(pack(t, nil, nil, nil), canary); err != nil {
		t.Fatal(err)
	}
	imported := s.leaf(t)
	s.told = nil
	s.date = today.AddDate(0, 11, 15) // less than a month left: it is its owner's to renew
	if !s.leaf(t).Equal(imported) || len(s.told) != 0 {
		t.Error("an imported certificate was replaced before its time")
	}
	s.date = today.AddDate(1, 0, 1)
	if s.leaf(t).Equal(imported) || len(s.told) != 1 || s.told[0] != cert.Expired {
		t.Errorf("expired: told %q", s.told)
	}
	s.date = today
	if !s.leaf(t).Equal(imported) || len(s.told) != 2 || s.told[1] != cert.Returned {
		t.Errorf("the clock was wrong: told %q", s.told)
	}
	all, err := s.Show()
	if err != nil || len(all) != 2 || !all[0].Serving || all[0].Type != "imported certificate" || all[1].Type != "self-signed product certificate" {
		t.Errorf("shown: %+v, %v", all, err)
	}
	product := all[1].Fingerprint
	if err := s.Delete(); err != nil {
		t.Fatal(err)
	}
	all, err = s.Show()
	if err != nil || len(all) != 1 || all[0].Fingerprint == product || !all[0].Covers || s.told[2] != cert.Deleted {
		t.Errorf("deleted: %+v, %v, told %q", all, err, s.told)
	}
	if err := s.Delete(); err == nil {
		t.Error("deleted twice")
	}
	s.open()
	if s.leaf(t).Equal(imported) {
		t.Error("after a restart it is back")
	}
}

// A package that openssl made is read, and one made by it with the key of another certificate is not.
func TestImportFromOpenssl(t *testing.T) {
	tool, dir := openssl(t), t.TempDir()
	f := func(n string) string { return filepath.Join(dir, n) }
	for _, n := range []string{"a", "b"} {
		run(t, tool, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f(n+".key"), "-out", f(n+".pem"), "-days", "7300", "-subj", "/CN="+n, "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=IP:127.0.1.1")
	}
	if err := os.WriteFile(f("pass"), []byte(canary+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, tool, "pkcs12", "-export", "-inkey", f("a.key"), "-in", f("a.pem"), "-out", f("a.p12"), "-passout", "file:"+f("pass"))
	run(t, tool, "pkcs12", "-export", "-legacy", "-inkey", f("a.key"), "-in", f("a.pem"), "-out", f("old.p12"), "-passout", "file:"+f("pass"))
	for _, n := range []string{"a.p12", "old.p12"} {
		b, err := os.ReadFile(f(n))
		if err != nil {
			t.Fatal(err)
		}
		s := newShelf(t)
		if err := s.Import(b, canary); err != nil {
			t.Errorf("%s: %v", n, err)
		}
		if c := s.leaf(t); c.Subject.CommonName != "a" || c.NotAfter.Before(time.Now()) {
			t.Errorf("%s: %v", n, c.Subject)
		}
	}
}

// FuzzImport: no package makes it panic, hang or install what is not whole.
func FuzzImport(f *testing.F) {
	f.Add(pack(f, nil, nil, nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, p []byte) {
		s := newShelf(t)
		if s.Import(p, canary) == nil && s.leaf(t).PublicKey == nil {
			t.Error("installed without a key")
		}
	})
}
