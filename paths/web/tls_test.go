package web

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
)

type tlsConnectionState = tls.ConnectionState

// one gives the same certificate to everybody.
type one struct{ certificate *tls.Certificate }

func (o one) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return o.certificate, nil
}

func selfSigned(t *testing.T) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.ParseIP("127.0.8.1")}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// newSecure is a device that has HTTPS.
func newSecure(t *testing.T, p access.Profile) *Device {
	t.Helper()
	w := imu.NewSteppedWorld(time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC))
	d, err := Open(newUnit(t, w, p), w, Options{Address: freeAddress(t), Secure: freeAddress(t), Certificates: one{selfSigned(t)}})
	if err != nil {
		t.Fatal(err)
	}
	s := NewServer()
	s.Add(d)
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(context.Background()) })
	return d
}

// secureGet asks by HTTPS.
func secureGet(t *testing.T, d *Device, cfg *tls.Config, path string) (*http.Response, string, error) {
	t.Helper()
	cfg.InsecureSkipVerify = true // the certificate is not what is tested here
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: cfg, DisableKeepAlives: true}, CheckRedirect: plainClient.CheckRedirect}
	r, err := c.Get("https://" + d.options.Secure.String() + path)
	if err != nil {
		return nil, "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return r, string(body), err
}

// TestTLS_CVE_2024_38867: versions and suites that are known to be weak are refused.
func TestTLS_CVE_2024_38867(t *testing.T) {
	d := newSecure(t, access.Hardened)
	if r, _, err := secureGet(t, d, &tls.Config{}, "/login"); err != nil || r.StatusCode != 200 || r.TLS.Version < tls.VersionTLS12 {
		t.Fatal(err, r)
	}
	for _, weak := range []*tls.Config{
		{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10},
		{MinVersion: tls.VersionTLS11, MaxVersion: tls.VersionTLS11},
		{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}},
		{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}},
		{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA}},
	} {
		if _, _, err := secureGet(t, d, weak, "/login"); err == nil {
			t.Errorf("%+v is taken", weak)
		}
	}
}

// TestPlainLeads: where there is HTTPS, plain HTTP leads there, and nobody logs in by
// it; in hardened it is off. (CVE-2022-46680.)
func TestPlainLeads_CVE_2022_46680(t *testing.T) {
	if _, err := http.Get("http://" + newSecure(t, access.Hardened).options.Address.String()); err == nil {
		t.Error("hardened answers in the clear")
	}
	for _, p := range []access.Profile{access.RBAC} {
		d := newSecure(t, p)
		if err := d.server.plain.enable(d.options.Address, true); err != nil { // hardened has none as delivered
			t.Fatal(err)
		}
		at := &place{t: t, d: d, base: "http://" + d.options.Address.String()}
		a := at.stranger().get("/login?x=y")
		if want := "https://" + d.options.Secure.String() + "/"; a.status != http.StatusPermanentRedirect || a.header.Get("Location") != want {
			t.Errorf("%v: %d %q, want %q", p, a.status, a.header.Get("Location"), want)
		}
		name, password := delivery(p)
		if a := at.stranger().post("/login", url.Values{"name": {name}, "password": {password}}); a.status != http.StatusForbidden || a.header.Get("Set-Cookie") != "" {
			t.Errorf("%v: somebody logs in in the clear: %d", p, a.status)
		}
	}
}

// TestSockets_CVE_2024_22044: a device listens where it says and nowhere else.
func TestSockets_CVE_2024_22044(t *testing.T) {
	w := imu.NewSteppedWorld(time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC))
	for _, secure := range []bool{false, true} {
		o, want := Options{Address: freeAddress(t)}, 1
		if secure {
			o.Secure, o.Certificates, want = freeAddress(t), one{selfSigned(t)}, 2
		}
		d, err := Open(newUnit(t, w, access.RBAC), w, o)
		if err != nil {
			t.Fatal(err)
		}
		s := NewServer()
		s.Add(d)
		if err := s.Listen(); err != nil {
			t.Fatal(err)
		}
		if n := len(s.plain.open) + len(s.secure.open); n != want {
			t.Errorf("secure %v: %d sockets, want %d", secure, n, want)
		}
		s.close()
	}
}

// TestAbortedHandshake_CVE_2022_22806: no handshake that is cut off, garbled or refused
// gets a page, nor costs the next who asks anything.
func TestAbortedHandshake_CVE_2022_22806(t *testing.T) {
	d := newSecure(t, access.Hardened)
	hello := clientHello(t)
	cut := [][]byte{[]byte("GET /login HTTP/1.1\r\nHost: x\r\n\r\n"), bytes.Repeat([]byte{0x16}, 4096), {0x15, 3, 3, 0, 2, 2, 0}}
	for n := 1; n < len(hello); n += 41 {
		cut = append(cut, hello[:n])
	}
	for _, b := range append(cut, append(slices.Clone(hello), "GET /login HTTP/1.1\r\nHost: x\r\n\r\n"...)) {
		if got := answered(t, d, b); bytes.Contains(got, []byte("<html")) {
			t.Errorf("%d bytes that are no handshake get a page", len(b))
		}
	}
	if _, err := http.Get("https://" + d.options.Secure.String() + "/login"); err == nil {
		t.Error("a client that does not know the certificate goes on: this test sees nothing")
	}
	if r, _, err := secureGet(t, d, &tls.Config{}, "/login"); err != nil || r.StatusCode != http.StatusOK {
		t.Fatal("after them nobody is let in:", err)
	}
}

// clientHello is how a client begins.
func clientHello(t *testing.T) []byte {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true})
		if err == nil {
			c.Close()
		}
	}()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4096)
	n, err := c.Read(b)
	c.Close()
	<-done
	if err != nil {
		t.Fatal(err)
	}
	return b[:n]
}

// answered is all that comes back for bytes after which the client is silent.
func answered(t *testing.T, d *Device, b []byte) []byte {
	t.Helper()
	c, err := net.Dial("tcp", d.options.Secure.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(b); err != nil {
		t.Fatal(err)
	}
	c.(*net.TCPConn).CloseWrite()
	got, _ := io.ReadAll(io.LimitReader(c, 1<<16)) // a reset is an answer as well
	return got
}
