// Package notifytest is what the tests of targets need: certificates, ports, and
// programs that play the other side.
package notifytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os/exec"
	"testing"
	"time"
)

// Authority signs certificates.
type Authority struct {
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	Roots *x509.CertPool
}

// Issued is a certificate of a server, and what trusts it.
type Issued struct {
	Server tls.Certificate
	Roots  *x509.CertPool
}

// NewAuthority returns an authority of its own.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a := &Authority{c, key, x509.NewCertPool()}
	a.Roots.AddCert(c)
	return a
}

// DER is the authority's own certificate.
func (a *Authority) DER() []byte { return a.cert.Raw }

// Issue returns a certificate for a server at an address.
func (a *Authority) Issue(t testing.TB, ip string) Issued {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "server"}, IPAddresses: []net.IP{net.ParseIP(ip)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return Issued{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, a.Roots}
}

// Until runs f, and at the end of the test stops it and waits for it.
func Until(t testing.TB, stop, f func()) {
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	t.Cleanup(func() { stop(); <-done })
}

// FreePort returns a port at which nothing listens, over TCP and UDP.
func FreePort(t testing.TB) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(l.Addr().String())
		p, err := net.ListenPacket("udp", "127.0.0.1:"+port)
		l.Close()
		if err == nil {
			p.Close()
			return port
		}
	}
	t.Fatal("no free port")
	return ""
}

// Program runs a program until the end of the test.
func Program(t testing.TB, path string, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(path, args...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	return c
}

// Eventually waits until something has come about in another program.
func Eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for range 1000 {
		if f() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("it does not come about that %s", what)
}

// PEM is the certificate with its key, as servers read them.
func (i *Issued) PEM(t testing.TB) []byte {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(i.Server.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Server.Certificate[0]})...)
}
