package fetch_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"crypto/x509/pkix"

	"switchroom/trust"
	"switchroom/trust/fetch"
	"switchroom/trust/issue"
)

const pass = "a passphrase of a test"

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

var first = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "trust")
	if err != nil {
		return "", err
	}
	_, err = issue.Init(dir, pass, now.AddDate(-1, 0, 0))
	return dir, err
})

func TestMain(m *testing.M) {
	status := m.Run()
	if dir, err := first(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(status)
}

// vendor is a portal that publishes one set.
type vendor struct {
	*testing.T
	set     *issue.Set
	server  *httptest.Server
	asked   map[string]int
	full    map[string]int // answered with a body
	instead map[string]http.HandlerFunc
}

func newVendor(t *testing.T) *vendor {
	t.Helper()
	from, err := first()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	v := &vendor{T: t, asked: map[string]int{}, full: map[string]int{}, instead: map[string]http.HandlerFunc{}}
	if v.set, err = issue.Open(dir); err != nil {
		t.Fatal(err)
	}
	v.publish(now)
	v.server = httptest.NewServer(v)
	t.Cleanup(v.server.Close)
	return v
}

func (v *vendor) publish(at time.Time) {
	v.Helper()
	if err := v.set.CRL(pass, at); err != nil {
		v.Fatal(err)
	}
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.asked[r.URL.Path]++
	if f := v.instead[r.URL.Path]; f != nil {
		f(w, r)
		return
	}
	if r.URL.Path == "/pki/index.json" {
		json.NewEncoder(w).Encode(v.index())
		return
	}
	name := filepath.Base(r.URL.Path)
	from := filepath.Join(v.set.Dir, "certs", strings.TrimSuffix(name, ".crt")+".pem")
	if strings.HasSuffix(name, ".crl") {
		from = filepath.Join(v.set.Dir, "crls", name)
	}
	b, err := os.ReadFile(from)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	tag := fmt.Sprintf(`"%x"`, b[len(b)-8:])
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	v.full[r.URL.Path]++
	w.Write(b)
}

func (v *vendor) index() (all []fetch.Source) {
	for _, c := range v.set.Index.Certificates {
		if _, issues := v.set.Index.Numbers[c.Name]; issues {
			all = append(all, fetch.Source{Branch: c.Branch, Issuer: c.Name, CRL: "/pki/" + c.Branch + "/" + c.Name + ".crl", Certificate: "/pki/" + c.Name + ".crt"})
		}
	}
	return all
}

// owner is who looks: a cache, and the roots that it trusts.
func (v *vendor) owner() *owner {
	branches, err := trust.ReadAnchors(os.DirFS(v.set.Dir))
	if err != nil {
		v.Fatal(err)
	}
	o := &owner{v: v, branches: map[string]*trust.Branch{}, now: now.Add(time.Hour)}
	for name, b := range branches {
		o.branches[name] = &trust.Branch{Roots: b.Roots}
	}
	o.cache = &fetch.Cache{Dir: v.TempDir(), Client: fetch.Client(), Now: func() time.Time { return o.now }}
	return o
}

type owner struct {
	v        *vendor
	cache    *fetch.Cache
	branches map[string]*trust.Branch
	now      time.Time
}

const issuing = "micrologic-issuing"

// look checks, and returns what is known of one issuer.
func (o *owner) look() fetch.Answer {
	o.v.Helper()
	sources, err := fetch.Index(context.Background(), o.cache.Client, o.v.server.URL)
	if err != nil {
		o.v.Fatal(err)
	}
	for _, a := range o.cache.Check(context.Background(), o.branches, sources) {
		if a.Issuer == issuing {
			return a
		}
	}
	o.v.Fatal("the issuer is missing")
	return fetch.Answer{}
}

const place = "/pki/micrologic/" + issuing + ".crl"

func TestStates(t *testing.T) {
	v := newVendor(t)
	o := v.owner()
	if a := o.look(); a.State != trust.FreshEmpty || a.Problem != "" || a.Number == "" || len(a.Digest) != 64 {
		t.Fatalf("%+v", a)
	}
	if _, err := v.set.Revoke(v.serial("micrologic-signing-1"), issue.Revocation{Reason: "superseded", At: now}, pass, now); err != nil {
		t.Fatal(err)
	}
	a := o.look()
	if a.State != trust.FreshListed || len(a.Revoked) != 1 || !a.Revoked[0].At.Equal(now) || a.Revoked[0].Reason != 4 {
		t.Fatalf("%+v", a)
	}
	v.server.Close()
	if b := o.cache.Check(context.Background(), o.branches, v.absolute()); b == nil {
		t.Fatal("no answers")
	}
	a = o.offline()
	if a.State != trust.FreshListed || a.Problem == "" {
		t.Errorf("nobody answers, and what is kept is of now: %+v", a)
	}
	o.now = now.AddDate(1, 0, 0)
	if a = o.offline(); a.State != trust.Stale || a.Known() {
		t.Errorf("an old list: %+v", a)
	}
	o.cache.Dir = t.TempDir()
	if a = o.offline(); a.State != trust.Unreachable || a.Known() {
		t.Errorf("nothing is kept: %+v", a)
	}
}

func (v *vendor) serial(name string) string {
	for _, c := range v.set.Index.Certificates {
		if c.Name == name {
			return c.Serial
		}
	}
	return ""
}

func (v *vendor) absolute() []fetch.Source {
	all := v.index()
	for i := range all {
		all[i].CRL, all[i].Certificate = v.server.URL+all[i].CRL, v.server.URL+all[i].Certificate
	}
	return all
}

func (o *owner) offline() fetch.Answer {
	for _, a := range o.cache.Check(context.Background(), o.branches, o.v.absolute()) {
		if a.Issuer == issuing {
			return a
		}
	}
	return fetch.Answer{}
}

// TestAskedOnce: what has not changed does not cross twice.
func TestAskedOnce(t *testing.T) {
	v := newVendor(t)
	o := v.owner()
	o.look()
	o.look()
	if v.asked[place] != 2 || v.full[place] != 1 {
		t.Errorf("asked %d times, answered in full %d times", v.asked[place], v.full[place])
	}
}

// TestNotTaken: what is published in place of the list is not taken, and what is kept
// stays as it was.
func TestNotTaken(t *testing.T) {
	v := newVendor(t)
	old, err := os.ReadFile(filepath.Join(v.set.Dir, "crls", issuing+".crl"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := issue.Init(t.TempDir(), pass, now)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := os.ReadFile(filepath.Join(other.Dir, "crls", issuing+".crl"))
	if err != nil {
		t.Fatal(err)
	}
	sibling, _ := os.ReadFile(filepath.Join(v.set.Dir, "crls", "communication-issuing.crl"))
	v.publish(now.Add(time.Minute))
	o := v.owner()
	kept := o.look()
	if kept.State != trust.FreshEmpty {
		t.Fatalf("%+v", kept)
	}
	sends := func(b []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.Write(b) }
	}
	for _, c := range []struct {
		why     string
		instead http.HandlerFunc
		says    string
	}{
		{"an older number", sends(old), "the older one is not taken"},
		{"signed by another", sends(forged), "not signed by"},
		{"of another issuer", sends(sibling), "not a list of this issuer"},
		{"no list", sends([]byte("<html>")), "not a list"},
		{"nothing", sends(nil), "not a list"},
		{"a bit flipped", sends(append(bytes.Clone(old[:len(old)-1]), old[len(old)-1]^1)), "not"},
		{"cut short", sends(old[:len(old)/2]), "not a list"},
		{"an error", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "500"},
		{"gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, "404"},
		{"elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.2:1/x.crl", http.StatusFound)
		}, "sent elsewhere"},
		{"round and round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, "sent elsewhere"},
		{"too long, as it says", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "99999999") }, "at most"},
		{"a delta list", sends(v.special(pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}})), "delta"},
		{"an indirect list", sends(v.special(pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 3, 0x84, 1, 0xff}})), "indirect"},
	} {
		v.instead[place] = c.instead
		a := o.look()
		if a.State != trust.FreshEmpty || a.Digest != kept.Digest || !strings.Contains(a.Problem, c.says) {
			t.Errorf("%s: %+v, want the one that is kept, and %q", c.why, a, c.says)
		}
	}
}

// special is a newer list with one more extension.
func (v *vendor) special(e pkix.Extension) []byte {
	v.Helper()
	cert, err := v.set.Certificate(issuing)
	if err != nil {
		v.Fatal(err)
	}
	l := &x509.RevocationList{Number: big.NewInt(1000), ThisUpdate: now, NextUpdate: now.AddDate(0, 1, 0), ExtraExtensions: []pkix.Extension{e}}
	key, err := v.set.Key(issuing, pass)
	if err != nil {
		v.Fatal(err)
	}
	b, err := x509.CreateRevocationList(rand.Reader, l, cert, key)
	if err != nil {
		v.Fatal(err)
	}
	return b
}

// TestIssuerIsJudged: a portal that was taken over cannot bring an authority of its own.
func TestIssuerIsJudged(t *testing.T) {
	v := newVendor(t)
	other, err := issue.Init(t.TempDir(), pass, now)
	if err != nil {
		t.Fatal(err)
	}
	theirs, _ := os.ReadFile(filepath.Join(other.Dir, "certs", issuing+".pem"))
	v.instead["/pki/"+issuing+".crt"] = func(w http.ResponseWriter, _ *http.Request) { w.Write(theirs) }
	if a := v.owner().look(); a.State != trust.Unreachable || !strings.Contains(a.Problem, "not one that this side trusts") {
		t.Errorf("%+v", a)
	}
}

func TestIndexIsBounded(t *testing.T) {
	v := newVendor(t)
	for why, f := range map[string]http.HandlerFunc{
		"endless":  func(w http.ResponseWriter, _ *http.Request) { w.Write(bytes.Repeat([]byte(" "), 2<<20)) },
		"no table": func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("{}")) },
		"empty":    func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("[]")) },
	} {
		v.instead["/pki/index.json"] = f
		if _, err := fetch.Index(context.Background(), fetch.Client(), v.server.URL); err == nil {
			t.Errorf("%s: taken", why)
		}
	}
	for _, bad := range []string{"http://192.0.2.1/", "ftp://localhost/", "https://user:secret@localhost/", "://"} {
		_, err := fetch.Index(context.Background(), fetch.Client(), bad)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// TestNoName: a name of an issuer is no path.
func TestNoName(t *testing.T) {
	c := fetch.Cache{Dir: t.TempDir(), Client: fetch.Client(), Now: time.Now}
	if a := c.Get(context.Background(), fetch.Source{Branch: "micrologic", Issuer: "../x"}, nil); a.Known() || a.Problem == "" {
		t.Errorf("%+v", a)
	}
}
