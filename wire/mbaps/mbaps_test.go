package mbaps_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/wire/mbaps"
	"switchroom/wire/mbaps/mbapstest"
)

// TestSnapshot holds every choice of the TLS configuration of both sides: whoever
// changes one changes this test, and says why.
func TestSnapshot(t *testing.T) {
	a := mbapstest.New(t, "lab")
	i, err := mbaps.Load(a.Device(t, "127.0.1.1"))
	if err != nil {
		t.Fatal(err)
	}
	const both = `versions TLS 1.2 to TLS 1.3
suites TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
curves X25519 CurveP256 CurveP384
tickets off true, cache false, renegotiation 0, insecure false, key log false, protocols []
`
	for _, c := range []struct {
		side string
		got  *tls.Config
		want string
	}{
		{"server", i.Server(), both + "client certificate RequireAndVerifyClientCert, anchors of clients true, of servers false, name \"\", check true, always shown false"},
		{"client", i.Client("127.0.1.1"), both + "client certificate NoClientCert, anchors of clients false, of servers true, name \"127.0.1.1\", check true, always shown true"},
	} {
		if got := snapshot(c.got); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.side, got, c.want)
		}
		for _, s := range c.got.CipherSuites {
			for _, weak := range tls.InsecureCipherSuites() {
				if s == weak.ID {
					t.Errorf("%s speaks %s", c.side, weak.Name)
				}
			}
		}
	}
}

func snapshot(c *tls.Config) string {
	var suites []string
	for _, s := range c.CipherSuites {
		suites = append(suites, tls.CipherSuiteName(s))
	}
	return fmt.Sprintf("versions %s to %s\nsuites %s\ncurves %v\ntickets off %v, cache %v, renegotiation %d, insecure %v, key log %v, protocols %v\nclient certificate %v, anchors of clients %v, of servers %v, name %q, check %v, always shown %v",
		tls.VersionName(c.MinVersion), tls.VersionName(c.MaxVersion), strings.Join(suites, " "), strings.Trim(fmt.Sprint(c.CurvePreferences), "[]"),
		c.SessionTicketsDisabled, c.ClientSessionCache != nil, c.Renegotiation, c.InsecureSkipVerify, c.KeyLogWriter != nil, c.NextProtos,
		c.ClientAuth, c.ClientCAs != nil, c.RootCAs != nil, c.ServerName, c.VerifyConnection != nil, c.GetClientCertificate != nil)
}

// Whatever is wrong with the files is told with its file and what to do, and never
// with what is in a key.
func TestLoadRefuses(t *testing.T) {
	a, other := mbapstest.New(t, "lab"), mbapstest.New(t, "other")
	good, alien := a.Client(t, "Viewer"), other.Client(t, "Viewer")
	dir := t.TempDir()
	put := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	secret := "c2VjcmV0IGNhbmFyeQ"
	for _, c := range []struct {
		why   string
		files mbaps.Files
		want  []string
	}{
		{"nothing is given", mbaps.Files{}, []string{"no certificate", "no key", "no anchors"}},
		{"nothing is there", mbaps.Files{Certificate: dir + "/a", Key: dir + "/b", Anchors: dir + "/c"}, []string{"certificate: ", "key: ", "anchors: "}},
		{"a directory", mbaps.Files{Certificate: dir, Key: good.Key, Anchors: good.Anchors}, []string{"no PEM file"}},
		{"the key of another", mbaps.Files{Certificate: good.Certificate, Key: alien.Key, Anchors: good.Anchors}, []string{"do not make a pair"}},
		{"a key with a password", mbaps.Files{Certificate: good.Certificate, Key: put("e.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"+secret+"\n-----END ENCRYPTED PRIVATE KEY-----\n"), Anchors: good.Anchors}, []string{"has a password"}},
		{"a key that is none", mbaps.Files{Certificate: good.Certificate, Key: put("n.key", "-----BEGIN PRIVATE KEY-----\n"+secret+"AA==\n-----END PRIVATE KEY-----\n"), Anchors: good.Anchors}, []string{"do not make a pair"}},
		{"anchors without one", mbaps.Files{Certificate: good.Certificate, Key: good.Key, Anchors: put("empty", "")}, []string{"no certificate in it"}},
		{"an end certificate as anchor", mbaps.Files{Certificate: good.Certificate, Key: good.Key, Anchors: good.Certificate}, []string{"is no authority"}},
	} {
		_, err := mbaps.Load(c.files)
		if err == nil {
			t.Errorf("%s: loaded", c.why)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v, want %q", c.why, err, w)
			}
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error quotes the key", c.why)
		}
	}
}

func TestCheck(t *testing.T) {
	a := mbapstest.New(t, "lab")
	i, err := mbaps.Load(a.Device(t, "127.0.1.1"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for _, c := range []struct {
		at   time.Time
		use  x509.ExtKeyUsage
		want string
	}{
		{now, x509.ExtKeyUsageServerAuth, ""},
		{now.Add(48 * time.Hour), x509.ExtKeyUsageServerAuth, "ended on"},
		{now.Add(-48 * time.Hour), x509.ExtKeyUsageServerAuth, "begins on"},
		{now, x509.ExtKeyUsageClientAuth, "needs extended key usage clientAuth"},
	} {
		if err := i.Check(c.at, c.use); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if !i.Names(netip.MustParseAddr("127.0.1.1")) || i.Names(netip.MustParseAddr("127.0.1.2")) {
		t.Error("the certificate names another address")
	}
}
