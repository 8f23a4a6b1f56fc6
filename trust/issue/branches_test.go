package issue_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/trust"
	"switchroom/trust/issue"
	"switchroom/wire/modbus"
)

// identity issues a certificate of branch tls and reads it.
func identity(t testing.TB, s *issue.Set, o issue.IdentityOrder) (*issue.Identity, *x509.Certificate) {
	t.Helper()
	i, err := s.Identity(o, pass, began)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(i.Certificate, i.Key)
	if err != nil {
		t.Fatal(err)
	}
	return i, pair.Leaf
}

func pool(t testing.TB, b []byte) *x509.CertPool {
	t.Helper()
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM(b) {
		t.Fatal("no certificate")
	}
	return p
}

// TestIdentity: a device is known by its names and not as a client, a client by its role
// and not as a device.
func TestIdentity(t *testing.T) {
	s := set(t)
	device, leaf := identity(t, s, issue.IdentityOrder{Name: "ife-q1", DNS: []string{"localhost"}, IP: []netip.Addr{netip.MustParseAddr("127.0.1.1")}})
	client, operator := identity(t, s, issue.IdentityOrder{Client: true, Role: "operator"})
	nobody, plain := identity(t, s, issue.IdentityOrder{Client: true})
	for i, c := range []struct {
		id    *issue.Identity
		leaf  *x509.Certificate
		usage x509.ExtKeyUsage
		name  string
		role  string
	}{
		{device, leaf, x509.ExtKeyUsageServerAuth, "127.0.1.1", ""},
		{device, leaf, x509.ExtKeyUsageServerAuth, "localhost", ""},
		{client, operator, x509.ExtKeyUsageClientAuth, "", "operator"},
		{nobody, plain, x509.ExtKeyUsageClientAuth, "", ""},
	} {
		block, rest := pem.Decode(c.id.Certificate)
		if block == nil {
			t.Fatal("no PEM")
		}
		for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
			o := x509.VerifyOptions{Roots: pool(t, c.id.Anchor), Intermediates: pool(t, rest), CurrentTime: began.AddDate(1, 0, 0), KeyUsages: []x509.ExtKeyUsage{usage}, DNSName: c.name}
			if _, err := c.leaf.Verify(o); (err == nil) != (usage == c.usage) {
				t.Errorf("row %d, usage %d: %v", i, usage, err)
			}
		}
		if got := modbus.Role(c.leaf); got != c.role {
			t.Errorf("row %d: role %q, want %q", i, got, c.role)
		}
	}
	if client.Name != "client-operator" || nobody.Name != "client" {
		t.Errorf("%q, %q", client.Name, nobody.Name)
	}
	if files, err := os.ReadDir(filepath.Join(s.Dir, "keys")); err != nil || slices.ContainsFunc(files, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), "ife") }) {
		t.Error("the set keeps the key of a device", err)
	}
}

// TestIdentityRefused: each order that cannot be, with what is wrong with it.
func TestIdentityRefused(t *testing.T) {
	s := set(t)
	for _, c := range []struct {
		o    issue.IdentityOrder
		want string
	}{
		{issue.IdentityOrder{Name: "ife-q1"}, "--dns or --ip"},
		{issue.IdentityOrder{Name: "../q1", Client: true}, "a-z, 0-9"},
		{issue.IdentityOrder{Name: "tls-root", Client: true}, "begins with no branch"},
		{issue.IdentityOrder{Name: "micrologic-signing-9", Client: true}, "begins with no branch"},
		{issue.IdentityOrder{Name: "q", DNS: []string{"a b"}}, "host name"},
		{issue.IdentityOrder{Name: "q", DNS: []string{"q"}, Role: "operator"}, "--client"},
		{issue.IdentityOrder{Name: "q", Client: true, Role: strings.Repeat("r", 65)}, "can be printed"},
		{issue.IdentityOrder{Name: "q", Client: true, Role: "a\nb"}, "can be printed"},
	} {
		before := len(s.Index.Certificates)
		if _, err := s.Identity(c.o, pass, began); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.o, err)
		}
		if len(s.Index.Certificates) != before {
			t.Errorf("%+v: something was issued", c.o)
		}
	}
	if _, err := s.Issue(trust.TLS, pass, began); err == nil {
		t.Error("a signing certificate of branch tls")
	}
}

// TestBranchesApart: what signs for one purpose signs for no other.
func TestBranchesApart(t *testing.T) {
	s := set(t)
	o := order()
	o.Signer = "software-signing-1"
	want(t, build(t, s, o), side(t, s), trust.OtherBranch)
	if _, err := s.Sign([]byte("sums"), "micrologic-signing-1", pass); err == nil {
		t.Error("firmware's certificate signs software")
	}
	// One who has only the software's anchors under the name of the product still has
	// a certificate that is none for packages.
	x := side(t, s)
	x.Branches[trust.Micrologic] = x.Branches[trust.Software]
	want(t, build(t, s, o), x, trust.WrongUsage)
}

// TestSoftware: E10, the software's own releases.
func TestSoftware(t *testing.T) {
	s := set(t)
	sums := []byte("0123  switchroom-1.0.0-linux-amd64.tar.gz\n")
	p7, err := s.Sign(sums, "", pass)
	if err != nil {
		t.Fatal(err)
	}
	firmware, err := trust.Split(build(t, s, order()))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		why       string
		change    func(*trust.Side)
		sums, sig []byte
		want      string
	}{
		{"as signed", nil, sums, p7, trust.Accepted},
		{"another file", nil, []byte("other"), p7, trust.BadSignature},
		{"no file", nil, nil, p7, trust.BadSignature},
		{"no signature", nil, sums, nil, trust.BadSignature},
		{"signed as firmware", nil, firmware.ManifestBytes, firmware.Signature, trust.WrongUsage},
		{"a set without this branch", func(x *trust.Side) { delete(x.Branches, trust.Software) }, sums, p7, trust.Untrusted},
		{"no list", func(x *trust.Side) { x.Branches[trust.Software].Lists = nil }, sums, p7, trust.ListMissing},
		{"an old list", func(x *trust.Side) { x.Clock = began.AddDate(1, 0, 0) }, sums, p7, trust.ListStale},
		{"long after", func(x *trust.Side) { x.Clock = began.AddDate(40, 0, 0) }, sums, p7, trust.Expired},
		{"a clock that fell back", func(x *trust.Side) { x.Floor, x.Clock = x.Clock, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }, sums, p7, trust.Accepted},
	} {
		x := side(t, s)
		if c.change != nil {
			c.change(x)
		}
		if v := trust.VerifySoftware(c.sums, c.sig, x); v.Reason != c.want {
			t.Errorf("%s: %s (%s), want %s", c.why, v.Reason, v.Detail, c.want)
		}
	}
	serial := s.Index.Certificates[indexOf(t, s, "software-signing-1")].Serial
	if _, err := s.Revoke(serial, issue.Revocation{Reason: "superseded", At: began}, pass, began); err != nil {
		t.Fatal(err)
	}
	if v := trust.VerifySoftware(sums, p7, side(t, s)); v.Reason != trust.RevokedSigner {
		t.Error("revoked:", v.Reason)
	}
	if _, err := s.Sign(sums, "", pass); err == nil {
		t.Error("there is no certificate left")
	}
}

// TestOldSets: a set of before there were branches for software and TLS is still read.
func TestOldSets(t *testing.T) {
	s := set(t)
	b := build(t, s, order())
	s.Index.Certificates = slices.DeleteFunc(s.Index.Certificates, func(c issue.Certificate) bool { return c.Branch == trust.Software || c.Branch == trust.TLS })
	index, err := json.Marshal(s.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "index.json"), index, 0o600); err != nil {
		t.Fatal(err)
	}
	old, err := issue.Open(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	x := side(t, old)
	want(t, b, x, trust.Accepted)
	if got := x.Branches[trust.Software]; got == nil || len(got.Roots) != 0 {
		t.Error("anchors out of nothing")
	}
	if v := trust.VerifySoftware(nil, nil, x); v.OK() {
		t.Error("software is taken without anchors")
	}
	if _, err := old.Identity(issue.IdentityOrder{Client: true}, pass, began); err == nil || !strings.Contains(err.Error(), "trust root tls") {
		t.Error(err)
	}
	if _, err := old.Root(trust.TLS, pass, began); err != nil {
		t.Fatal(err)
	}
	if _, err := old.Identity(issue.IdentityOrder{Client: true}, pass, began); err != nil {
		t.Error(err)
	}
}

// TestOpenSSLOfOtherBranches: openssl comes to the same results.
func TestOpenSSLOfOtherBranches(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("NOT TESTED against openssl: it is not installed")
	}
	s, dir := set(t), t.TempDir()
	device, _ := identity(t, s, issue.IdentityOrder{Name: "ife-q1", DNS: []string{"localhost"}, IP: []netip.Addr{netip.MustParseAddr("127.0.1.1")}})
	client, _ := identity(t, s, issue.IdentityOrder{Client: true, Role: "operator"})
	sums := []byte("sums of a release\n")
	p7, err := s.Sign(sums, "", pass)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"device.pem": device.Certificate, "device.key": device.Key, "client.pem": client.Certificate, "anchors.pem": device.Anchor, "sums": sums, "sums.p7s": p7} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at := []string{"-attime", "1590969600"} // 2020-06-01
	for _, c := range []struct {
		args []string
		fine bool
		says string
	}{
		{append([]string{"verify", "-CAfile", "anchors.pem", "-untrusted", "device.pem", "-purpose", "sslserver", "-verify_ip", "127.0.1.1", "-x509_strict"}, append(at, "device.pem")...), true, "OK"},
		{append([]string{"verify", "-CAfile", "anchors.pem", "-untrusted", "device.pem", "-purpose", "sslserver", "-verify_ip", "127.0.1.2"}, append(at, "device.pem")...), false, "mismatch"},
		{append([]string{"verify", "-CAfile", "anchors.pem", "-untrusted", "client.pem", "-purpose", "sslclient", "-x509_strict"}, append(at, "client.pem")...), true, "OK"},
		{append([]string{"verify", "-CAfile", "anchors.pem", "-untrusted", "client.pem", "-purpose", "sslserver"}, append(at, "client.pem")...), false, "purpose"},
		{[]string{"x509", "-in", "client.pem", "-noout", "-ext", "1.3.6.1.4.1.50316.802.1"}, true, ""},
		{[]string{"asn1parse", "-in", "client.pem"}, true, "1.3.6.1.4.1.50316.802.1"},
		{[]string{"pkey", "-in", "device.key", "-noout", "-check"}, true, "valid"},
		{[]string{"cms", "-verify", "-binary", "-inform", "DER", "-in", "sums.p7s", "-content", "sums", "-CAfile", filepath.Join(s.Dir, "certs", "software-root.pem"), "-purpose", "any", "-out", "out"}, true, "success"},
		{append([]string{"verify", "-CAfile", filepath.Join(s.Dir, "certs", "software-root.pem"), "-untrusted", filepath.Join(s.Dir, "certs", "software-issuing.pem"), "-x509_strict"}, append(at, filepath.Join(s.Dir, "certs", "software-signing-1.pem"))...), true, "OK"},
	} {
		cmd := exec.Command("openssl", c.args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if (err == nil) != c.fine || !bytes.Contains(bytes.ToLower(out), bytes.ToLower([]byte(c.says))) {
			t.Errorf("openssl %v: %v\n%s", c.args, err, out)
		}
	}
}
