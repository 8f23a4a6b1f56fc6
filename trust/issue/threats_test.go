package issue_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"switchroom/trust"
	"switchroom/trust/issue"
)

const pass = "a passphrase of a test"

var began = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// shared names the first set to the processes that a fuzzer starts: of keys of their own
// they would refuse what the others built.
const shared = "SWITCHROOM_TEST_SET"

// first is one set, made once: its keys take long to encrypt.
var first = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv(shared); dir != "" {
		return dir, nil
	}
	dir, err := os.MkdirTemp("", "trust")
	if err != nil {
		return "", err
	}
	if _, err = issue.Init(filepath.Join(dir, "set"), pass, began); err != nil {
		return "", err
	}
	return dir, os.Setenv(shared, dir)
})

func TestMain(m *testing.M) {
	own := os.Getenv(shared) == ""
	status := m.Run()
	if dir := os.Getenv(shared); own && dir != "" {
		os.RemoveAll(dir)
	}
	os.Exit(status)
}

// set returns a copy of the first set.
func set(t testing.TB) *issue.Set {
	t.Helper()
	from, err := first()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(from, "set"))); err != nil {
		t.Fatal(err)
	}
	s, err := issue.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func order() issue.Order {
	return issue.Order{
		Manifest: trust.Manifest{Vendor: "Switchroom", Class: "firmware", Component: "control_unit", Version: "002.000.003",
			Sequence: 7, BuildDate: "2020-02-01T00:00:00Z", Images: []trust.Image{{Name: "application"}}},
		Images: [][]byte{[]byte("application of a control unit")},
		Signer: "micrologic-signing-1", Stamper: "timestamp-signing-1", Stamp: began.AddDate(0, 1, 1),
	}
}

func build(t testing.TB, s *issue.Set, o issue.Order) []byte {
	t.Helper()
	b, err := s.Build(o, pass)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func side(t testing.TB, s *issue.Set) *trust.Side {
	t.Helper()
	x, err := s.Side()
	if err != nil {
		t.Fatal(err)
	}
	x.Clock = began.AddDate(0, 2, 0)
	return x
}

func want(t testing.TB, b []byte, s *trust.Side, reason string) trust.Verdict {
	t.Helper()
	p, v := trust.Verify(b, s)
	if m, again := trust.VerifyReader(bytes.NewReader(b), int64(len(b)), s); again.Reason != v.Reason || (m != nil) != (p != nil) {
		t.Errorf("read as a stream: %s (%s), as a whole: %s (%s)", again.Reason, again.Detail, v.Reason, v.Detail)
	}
	if v.Reason != reason || (p != nil) != (reason == trust.Accepted) {
		t.Errorf("%s (%s), want %s", v.Reason, v.Detail, reason)
	}
	return v
}

func TestWhatIsVerifiedIsReturned(t *testing.T) {
	s := set(t)
	b := build(t, s, order())
	p, v := trust.Verify(b, side(t, s))
	if !v.OK() {
		t.Fatal(v.Reason, v.Detail)
	}
	if !bytes.Equal(p.Join(), b) || &p.Images[0][0] != &b[len(b)-len(p.Images[0])] {
		t.Error("what is returned is not what was verified")
	}
}

// IMG.NON_AUTH, IMG.FORMAT, MFST.MODIFICATION: no byte of a package can change.
func TestEveryByteCounts(t *testing.T) {
	s := set(t)
	b, x := build(t, s, order()), side(t, s)
	want(t, b, x, trust.Accepted)
	for i := range b {
		for _, flip := range []byte{1, 0x80} {
			c := bytes.Clone(b)
			c[i] ^= flip
			_, v := trust.Verify(c, x)
			_, w := trust.VerifyReader(bytes.NewReader(c), int64(len(c)), x)
			if v.OK() || w.OK() {
				t.Errorf("taken with byte %d of %d changed by %#x", i, len(b), flip)
			}
		}
	}
}

// IMG.NON_AUTH: unsigned, another authority, another branch, wrong usage.
func TestNonAuth(t *testing.T) {
	s := set(t)
	other, err := issue.Init(t.TempDir(), pass, began)
	if err != nil {
		t.Fatal(err)
	}
	o := order()
	p, err := trust.Split(build(t, s, o))
	if err != nil {
		t.Fatal(err)
	}
	p.Signature = nil
	want(t, p.Join(), side(t, s), trust.BadSignature)

	o.Stamp = time.Time{}
	want(t, build(t, other, o), side(t, s), trust.Untrusted)
	o.Signer = "communication-signing-1"
	want(t, build(t, s, o), side(t, s), trust.OtherBranch)
	o.Signer = "micrologic-issuing"
	want(t, build(t, s, o), side(t, s), trust.WrongUsage)
}

// IMG.INCOMPATIBLE, IMG.EXPIRED, UPD.WRONG_PRECURSOR: what is signed must fit too.
func TestFits(t *testing.T) {
	s := set(t)
	fit := func(d trust.Device) *trust.Side { x := side(t, s); x.Device = &d; return x }
	o := order()
	b := build(t, s, o)
	want(t, b, fit(trust.Device{Component: "io"}), trust.WrongComponent)
	want(t, b, fit(trust.Device{Component: "control_unit", Sequence: 6}), trust.Accepted)
	want(t, b, fit(trust.Device{Component: "control_unit", Sequence: 7}), trust.Outdated)
	o.Manifest.Precursor = "002.000.001"
	o.Manifest.Minimum = []trust.Minimum{{Component: "ife", Version: "004.000.000"}}
	b = build(t, s, o)
	d := trust.Device{Component: "control_unit", Version: "002.000.000"}
	want(t, b, fit(d), trust.WrongPrecursor)
	d.Version = "002.000.001"
	want(t, b, fit(d), trust.TooOld)
	d.Others = map[string]string{"ife": "004.000.000"}
	want(t, b, fit(d), trust.Accepted)
}

// KEY.EXPOSURE: a revoked certificate, and what is dated before the revocation.
func TestKeyExposure(t *testing.T) {
	s := set(t)
	stolen := build(t, s, order())
	fresh, err := s.Issue(trust.Micrologic, pass, began)
	if err != nil {
		t.Fatal(err)
	}
	c := s.Index.Certificates[indexOf(t, s, "micrologic-signing-1")]
	at := began.AddDate(0, 1, 15)
	if _, err := s.Revoke(c.Serial, issue.Revocation{Reason: "keyCompromise", At: at}, pass, at); err != nil {
		t.Fatal(err)
	}
	if v := want(t, stolen, side(t, s), trust.RevokedSigner); !v.RevokedAt.Equal(at) {
		t.Error("revoked at", v.RevokedAt)
	}
	o := order()
	o.Signer = fresh
	want(t, build(t, s, o), side(t, s), trust.DatedBefore)
	o.Manifest.BuildDate, o.Stamp = "2020-02-17T00:00:00Z", began.AddDate(0, 1, 18)
	want(t, build(t, s, o), side(t, s), trust.Accepted)
	ife := order()
	ife.Manifest.Component, ife.Signer = "ife", "communication-signing-1"
	want(t, build(t, s, ife), side(t, s), trust.Accepted)
}

func indexOf(t testing.TB, s *issue.Set, name string) int {
	for i, c := range s.Index.Certificates {
		if c.Name == name {
			return i
		}
	}
	t.Fatal("no", name)
	return 0
}

// Stale and unreachable are not empty.
func TestListStates(t *testing.T) {
	s := set(t)
	b := build(t, s, order())
	x := side(t, s)
	x.Clock = began.AddDate(1, 0, 0)
	want(t, b, x, trust.ListStale)
	x = side(t, s)
	x.Branches[trust.Micrologic].Lists = nil
	want(t, b, x, trust.ListMissing)
	x = side(t, s)
	for _, l := range x.Branches[trust.Micrologic].Lists {
		l[len(l)-1] ^= 1
	}
	want(t, b, x, trust.ListInvalid)
}

// A clock that fell back to 2000 neither bricks an update nor opens one.
func TestClockAtItsBeginning(t *testing.T) {
	s := set(t)
	b := build(t, s, order())
	x := side(t, s)
	x.Floor, x.Clock = x.Clock, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	want(t, b, x, trust.Accepted)
	x.Floor = began.AddDate(1, 0, 0)
	want(t, b, x, trust.ListStale)
	x.Floor = time.Time{}
	want(t, b, x, trust.ListStale)
}

func TestHardenedAsksForATimestamp(t *testing.T) {
	s := set(t)
	o := order()
	o.Stamp = time.Time{}
	x := side(t, s)
	want(t, build(t, s, o), x, trust.Accepted)
	x.Hardened = true
	want(t, build(t, s, o), x, trust.NoTimestamp)
	o.Stamp = began.AddDate(0, 0, 20)
	want(t, build(t, s, o), x, trust.DatedLater)
	want(t, build(t, s, order()), x, trust.Accepted)
}

// An outsider with openssl comes to the same result.
func TestOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("NOT TESTED against openssl: it is not installed")
	}
	s := set(t)
	p, err := trust.Split(build(t, s, order()))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, b := range map[string][]byte{"manifest.json": p.ManifestBytes, "signature.p7s": p.Signature, "timestamp.tsr": p.Timestamp} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cert := func(n string) string { return filepath.Join(s.Dir, "certs", n+".pem") }
	for _, args := range [][]string{
		{"cms", "-verify", "-binary", "-inform", "DER", "-in", "signature.p7s", "-content", "manifest.json", "-CAfile", cert("micrologic-root"), "-purpose", "any", "-out", "out"},
		{"ts", "-verify", "-in", "timestamp.tsr", "-data", "signature.p7s", "-CAfile", cert("timestamp-root"), "-untrusted", cert("timestamp-issuing")},
		{"crl", "-inform", "DER", "-in", filepath.Join(s.Dir, "crls", "micrologic-issuing.crl"), "-CAfile", cert("micrologic-issuing"), "-noout", "-verify"},
		{"pkcs12", "-in", filepath.Join(s.Dir, "keys", "micrologic-root.p12"), "-passin", "pass:" + pass, "-noout"},
	} {
		c := exec.Command("openssl", args...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("openssl %v: %v\n%s", args, err, out)
		}
	}
}
