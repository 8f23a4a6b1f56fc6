// Package mbapstest makes authorities and certificates for tests of Modbus/TCP
// Security, in files as people have them. It is for tests alone: keys lie in clear.
package mbapstest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"switchroom/wire/mbaps"
)

// Authority is one that signs.
type Authority struct {
	File        string // its certificate
	dir         string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// Subject is what a certificate says; what is zero is as a good one has it.
type Subject struct {
	Name      string // also of its files
	Role      string // "": no role in it
	Address   string // 127.0.1.1, of a device
	Usage     []x509.ExtKeyUsage
	NoUsage   bool
	From, To  time.Time
	Extension []pkix.Extension
}

// RoleOID is that of the role.
var RoleOID = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 50316, 802, 1}

// New makes an authority with its file in a directory of the test.
func New(t testing.TB, name string) *Authority {
	t.Helper()
	a := &Authority{dir: t.TempDir(), key: newKey(t)}
	a.certificate = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.File = a.write(t, name+".pem", "CERTIFICATE", sign(t, a.certificate, a, &a.key.PublicKey))
	return a
}

// Device makes the identity of a device at an address, which believes the authority.
func (a *Authority) Device(t testing.TB, address string) mbaps.Files {
	return a.Issue(t, Subject{Name: "device-" + address, Address: address, Usage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
}

// Client makes the identity of a client with a role.
func (a *Authority) Client(t testing.TB, role string) mbaps.Files {
	return a.Issue(t, Subject{Name: "client-" + role, Role: role})
}

// Issue makes an identity.
func (a *Authority) Issue(t testing.TB, s Subject) mbaps.Files {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: s.Name}, NotBefore: s.From, NotAfter: s.To, ExtKeyUsage: s.Usage, KeyUsage: x509.KeyUsageDigitalSignature, ExtraExtensions: s.Extension}
	if s.From.IsZero() {
		c.NotBefore = time.Now().Add(-time.Hour)
	}
	if s.To.IsZero() {
		c.NotAfter = time.Now().Add(time.Hour)
	}
	if s.Usage == nil && !s.NoUsage {
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	if s.Address != "" {
		c.IPAddresses = []net.IP{net.ParseIP(s.Address)}
	}
	if s.Role != "" {
		v, err := asn1.MarshalWithParams(s.Role, "utf8")
		if err != nil {
			t.Fatal(err)
		}
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: RoleOID, Value: v})
	}
	key := newKey(t)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return mbaps.Files{
		Certificate: a.write(t, s.Name+".pem", "CERTIFICATE", sign(t, c, a, &key.PublicKey)),
		Key:         a.write(t, s.Name+".key", "PRIVATE KEY", der),
		Anchors:     a.File,
	}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t testing.TB, c *x509.Certificate, by *Authority, key *ecdsa.PublicKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, by.certificate, key, by.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func (a *Authority) write(t testing.TB, name, kind string, der []byte) string {
	t.Helper()
	path := filepath.Join(a.dir, name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
