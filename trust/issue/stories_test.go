package issue_test

import (
	"bytes"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/trust"
	"switchroom/trust/issue"

	"github.com/smallstep/pkcs7"
)

// TestSigningKeyDestroyed: a vendor that lost its keys updates its devices by the second
// root, which they have since day one.
func TestSigningKeyDestroyed(t *testing.T) {
	s := set(t)
	if _, err := s.Root(trust.Micrologic, pass, began); err != nil {
		t.Fatal(err)
	}
	dayOne := side(t, s)
	for _, lost := range []string{"micrologic-root", "micrologic-issuing", "micrologic-signing-1"} {
		if err := os.Remove(filepath.Join(s.Dir, "keys", lost+".p12")); err != nil {
			t.Fatal(err)
		}
	}
	s, err := issue.Open(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Build(order(), pass); err == nil || !strings.Contains(err.Error(), "the key of micrologic-signing-1 is not here") {
		t.Fatal("the key is not lost:", err)
	}
	o := order()
	if o.Signer, err = s.IssueUnder(trust.Micrologic, "micrologic-issuing-2", pass, began); err != nil {
		t.Fatal(err)
	}
	want(t, build(t, s, o), dayOne, trust.Accepted)
}

// TestNewRootBeforeItIsShipped: the hen and the egg. Who does not have the anchor refuses
// what would bring it; shipped before it is used, old and new are both taken.
func TestNewRootBeforeItIsShipped(t *testing.T) {
	s := set(t)
	before, old := side(t, s), build(t, s, order())
	if _, err := s.Root(trust.Micrologic, pass, began); err != nil {
		t.Fatal(err)
	}
	if root, _, err := s.Young(trust.Micrologic, "", began); err != nil || root != "" {
		t.Errorf("%q is said to be young: %v", root, err)
	}
	if root, age, err := s.Young(trust.Micrologic, "micrologic-issuing-2", began.AddDate(0, 0, 7)); err != nil || root != "micrologic-root-2" || age != 7*24*time.Hour {
		t.Errorf("%q, %v, %v", root, age, err)
	}
	o := order()
	var err error
	if o.Signer, err = s.IssueUnder(trust.Micrologic, "micrologic-issuing-2", pass, began); err != nil {
		t.Fatal(err)
	}
	fresh := build(t, s, o)
	want(t, fresh, before, trust.Untrusted)
	want(t, fresh, side(t, s), trust.Accepted)
	want(t, old, side(t, s), trust.Accepted)
	if err := s.Retire("micrologic-root", began); err != nil {
		t.Fatal(err)
	}
	want(t, old, side(t, s), trust.Untrusted)
	want(t, fresh, side(t, s), trust.Accepted)
	if _, err := s.IssueUnder(trust.Micrologic, "micrologic-issuing", pass, began); err == nil {
		t.Error("a retired root issues")
	}
}

// TestSigningTimeChosenByTheSigner: who stole a key signs what says that it is old, in the
// manifest and in the signing time of CMS. Only a timestamp of somebody else proves it,
// and only for a reason that leaves the key where it was.
func TestSigningTimeChosenByTheSigner(t *testing.T) {
	s := set(t)
	thief, err := issue.Init(t.TempDir(), pass, began)
	if err != nil {
		t.Fatal(err)
	}
	o := order()
	o.Stamp = time.Time{}
	bare := build(t, s, o)
	p, err := trust.Split(bare)
	if err != nil {
		t.Fatal(err)
	}
	cms, err := pkcs7.Parse(p.Signature)
	if err != nil {
		t.Fatal(err)
	}
	var said time.Time
	if err := cms.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &said); err != nil {
		t.Fatal(err)
	}
	revoked := said.AddDate(0, 1, 0) // what the signature says of itself is older
	serial := s.Index.Certificates[indexOf(t, s, "micrologic-signing-1")].Serial
	if _, err := s.Revoke(serial, issue.Revocation{Reason: "superseded", At: revoked}, pass, began); err != nil {
		t.Fatal(err)
	}
	for _, exception := range []bool{false, true} {
		x := side(t, s)
		x.Proven = exception
		want(t, bare, x, trust.RevokedSigner)
	}
	own := *p // with a timestamp of the thief's own
	stamped := order()
	stamped.Signer = "micrologic-signing-1"
	q, err := trust.Split(build(t, thief, stamped))
	if err != nil {
		t.Fatal(err)
	}
	own.Timestamp = q.Timestamp
	x := side(t, s)
	x.Proven = true
	want(t, own.Join(), x, trust.BadTimestamp)
	want(t, build(t, s, order()), x, trust.Accepted) // stamped by whom the side trusts
}

// TestFinalFirmwareDoesNotExpire: SEC.EXP.
func TestFinalFirmwareDoesNotExpire(t *testing.T) {
	s := set(t)
	final := build(t, s, order())
	o := order()
	o.Stamp = time.Time{}
	bare := build(t, s, o)
	if err := s.Lists(issue.ListOrder{Last: true}, pass, began); err != nil {
		t.Fatal(err)
	}
	x := side(t, s)
	x.Clock = began.AddDate(60, 0, 0)
	want(t, final, x, trust.Accepted)
	want(t, bare, x, trust.Expired)
	x.Hardened = true
	want(t, final, x, trust.Accepted)
	x.Floor, x.Clock = x.Clock, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	want(t, final, x, trust.Accepted)
}

// TestBadInput: each way to spoil a package is refused with a reason that says what to do.
func TestBadInput(t *testing.T) {
	s := set(t)
	other, err := issue.Init(t.TempDir(), pass, began)
	if err != nil {
		t.Fatal(err)
	}
	o := order()
	o.Manifest.Images = []trust.Image{{Name: "application"}, {Name: "bootloader"}}
	o.Images = [][]byte{[]byte("application of a unit"), []byte("bootloader of a unit.")}
	bare := o
	bare.Stamp = time.Time{}
	good := build(t, s, o)
	later := func(years int) func(*trust.Side) {
		return func(x *trust.Side) { x.Clock = began.AddDate(years, 0, 0) }
	}
	parts := func(change func(p *trust.Package)) []byte {
		p, err := trust.Split(good)
		if err != nil {
			t.Fatal(err)
		}
		change(p)
		return p.Join()
	}
	signedBy := func(set *issue.Set, name string) []byte { y := bare; y.Signer = name; return build(t, set, y) }
	second := o
	second.Manifest.Sequence = 8
	again, err := trust.Split(build(t, s, second))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		why  string
		b    []byte
		side func(*trust.Side)
		want string
	}{
		{"as it was built", good, nil, trust.Accepted},
		{"nothing", nil, nil, trust.BadFormat},
		{"truncated", good[:len(good)-1], nil, trust.BadFormat},
		{"truncated in the head", good[:15], nil, trust.BadFormat},
		{"extended", append(bytes.Clone(good), 0), nil, trust.BadFormat},
		{"duplicated", append(bytes.Clone(good), good...), nil, trust.BadFormat},
		{"an image duplicated", parts(func(p *trust.Package) { p.Images = append(p.Images, p.Images[1]) }), nil, trust.BadFormat},
		{"images reordered", parts(func(p *trust.Package) { p.Images[0], p.Images[1] = p.Images[1], p.Images[0] }), nil, trust.BadDigest},
		{"parts reordered", parts(func(p *trust.Package) { p.Signature, p.Timestamp = p.Timestamp, p.Signature }), nil, trust.BadSignature},
		{"signature of another package", parts(func(p *trust.Package) { p.Signature, p.Timestamp = again.Signature, again.Timestamp }), nil, trust.BadSignature},
		{"manifest of another package", parts(func(p *trust.Package) { p.ManifestBytes = again.ManifestBytes }), nil, trust.BadSignature},
		{"timestamp of another package", parts(func(p *trust.Package) { p.Timestamp = again.Timestamp }), nil, trust.BadTimestamp},
		{"re-signed by another authority", signedBy(other, "micrologic-signing-1"), nil, trust.Untrusted},
		{"cross-branch", signedBy(s, "communication-signing-1"), nil, trust.OtherBranch},
		{"expired", signedBy(s, "micrologic-signing-1"), later(21), trust.Expired},
		{"not yet valid", signedBy(s, "micrologic-signing-1"), later(-1), trust.NotYetValid},
		{"wrong usage: an authority", signedBy(s, "micrologic-issuing"), nil, trust.WrongUsage},
		{"wrong usage: timestamps", signedBy(s, "timestamp-signing-1"), nil, trust.OtherBranch},
		{"algorithm swapped: SHA-1", parts(func(p *trust.Package) {
			p.Signature = swapped(t, s, p, pkcs7.OIDDigestAlgorithmSHA1)
			p.Timestamp = nil
		}), nil, trust.BadSignature},
		{"algorithm swapped: SHA-512", parts(func(p *trust.Package) {
			p.Signature = swapped(t, s, p, pkcs7.OIDDigestAlgorithmSHA512)
			p.Timestamp = nil
		}), nil, trust.BadSignature},
	} {
		x := side(t, s)
		if c.side != nil {
			c.side(x)
		}
		v := want(t, c.b, x, c.want)
		if t.Failed() {
			t.Fatal(c.why)
		}
		if c.want == trust.BadSignature && strings.HasPrefix(c.why, "algorithm") && !strings.Contains(v.Detail, "algorithm") {
			t.Errorf("%s: %s", c.why, v.Detail)
		}
		for _, r := range trust.Reasons {
			if r.Name == v.Reason && (r.Means == "" || r.Do == "") {
				t.Errorf("%s: %s does not say what to do", c.why, r.Name)
			}
		}
	}
}

// swapped signs with the right key and another algorithm.
func swapped(t testing.TB, s *issue.Set, p *trust.Package, digest []int) []byte {
	t.Helper()
	key, err := s.Key("micrologic-signing-1", pass)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := s.Certificate("micrologic-signing-1")
	if err != nil {
		t.Fatal(err)
	}
	above, err := s.Certificate("micrologic-issuing")
	if err != nil {
		t.Fatal(err)
	}
	d, err := pkcs7.NewSignedData(p.ManifestBytes)
	if err != nil {
		t.Fatal(err)
	}
	d.SetDigestAlgorithm(digest)
	if err := d.AddSignerChain(leaf, key, []*x509.Certificate{above}, pkcs7.SignerInfoConfig{}); err != nil {
		t.Fatal(err)
	}
	d.Detach()
	b, err := d.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return b
}
