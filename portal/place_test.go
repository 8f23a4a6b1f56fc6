package portal

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/credential"
	"switchroom/store/storetest"
	"switchroom/trust/issue"
)

const pass = "correct horse battery"

// pkiMade is a set of certificates, made once: its keys take long.
var pkiMade string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "portal-pki-")
	if err != nil {
		panic(err)
	}
	pkiMade = dir + "/pki"
	must(issue.Init(pkiMade, pass, time.Now().Add(-time.Hour)))
	code := m.Run()
	os.RemoveAll(dir)
	if code == 0 {
		if err := goleak.Find(); err != nil {
			println(err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

// place is a running portal with a clock that the test moves.
type place struct {
	t testing.TB
	*Server
	dir, pki string
	breaks   storetest.Breaker
	roots    *x509.CertPool // nil without TLS

	mu   sync.Mutex
	late time.Duration
}

type settings func(*Options)

// overTLS has the portal served with a certificate for localhost.
func overTLS(p *place) settings {
	return func(o *Options) { o.Certificate, p.roots = certificate() }
}

func newPlace(t testing.TB, with ...func(*place) settings) *place {
	t.Helper()
	// A minute late: who reads has the clock of the computer, and the test moves this one on.
	p := &place{t: t, late: -time.Minute, dir: t.TempDir() + "/data", pki: t.TempDir() + "/pki"}
	if err := os.CopyFS(p.pki, os.DirFS(pkiMade)); err != nil {
		t.Fatal(err)
	}
	o := Options{Trust: p.pki, Passphrase: credential.NewSecret(pass), Data: p.dir, Now: p.clock, wrap: p.breaks.Wrap,
		Hasher: must(credential.NewHasher(credential.Cost{Memory: 8, Passes: 1, Lanes: 1}, 2, 100))}
	for _, w := range with {
		w(p)(&o)
	}
	s, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	p.Server = s
	if err := p.Listen("localhost:0"); err != nil {
		t.Fatal(err)
	}
	p.Start()
	t.Cleanup(func() {
		end, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := p.Close(end); err != nil {
			t.Error(err)
		}
	})
	return p
}

func certificate() (*tls.Certificate, *x509.CertPool) {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der := must(x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key))
	leaf := must(x509.ParseCertificate(der))
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, pool
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (p *place) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.late)
}

// pass lets time pass.
func (p *place) pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late += d
}

// caller is somebody with a browser, or a program.
type caller struct {
	p *place
	c *http.Client
}

func (p *place) stranger() *caller {
	jar := must(cookiejar.New(nil))
	return &caller{p, &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: p.roots}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
}

func (c *caller) send(q *http.Request) reply {
	c.p.t.Helper()
	r, err := c.c.Do(q)
	if err != nil {
		c.p.t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		c.p.t.Fatal(err)
	}
	return reply{r.StatusCode, r.Header, string(b)}
}

func (c *caller) get(path string) reply {
	return c.send(must(http.NewRequest("GET", c.p.url+path, nil)))
}

func (c *caller) post(path string, form url.Values) reply {
	q := must(http.NewRequest("POST", c.p.url+path, strings.NewReader(form.Encode())))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Origin", c.p.url)
	return c.send(q)
}

// call asks the API.
func (c *caller) call(method, path string, body any) reply {
	var b io.Reader
	if body != nil {
		b = bytes.NewReader(must(json.Marshal(body)))
	}
	q := must(http.NewRequest(method, c.p.url+path, b))
	q.Header.Set("Content-Type", "application/json")
	return c.send(q)
}

const good = "Kestrel-over-9"

type sent = map[string]any

// in signs somebody in.
func (c *caller) in(login string) *caller {
	c.p.t.Helper()
	if a := c.call("POST", "/api/v1/session", sent{"login": login, "password": good}); a.status != 200 {
		c.p.t.Fatal(login, a)
	}
	return c
}

// boss is the first coordinator, signed in.
func (p *place) boss() *caller {
	p.t.Helper()
	link, err := p.SetUpLink(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	c := p.stranger()
	if link != "" {
		_, code, _ := strings.Cut(link, "#")
		if a := c.call("POST", "/api/v1/setup", sent{"code": code, "login": "cora", "name": "Cora Lead", "password": good}); a.status/100 != 2 {
			p.t.Fatal(a)
		}
	}
	return c.in("cora")
}

// person is somebody with roles, signed in. The portal has to have its coordinator.
func (p *place) person(login string, roles ...Role) *caller {
	p.t.Helper()
	boss := p.boss()
	var made PersonTold
	read(p.t, p.stranger().call("POST", "/api/v1/people", sent{"login": login, "name": "Name of " + login, "password": good}), &made)
	if a := boss.call("PUT", "/api/v1/people/"+made.ID+"/roles", sent{"roles": roles}); a.status/100 != 2 {
		p.t.Fatal(a)
	}
	return p.stranger().in(login)
}

func read(t testing.TB, a reply, to any) {
	t.Helper()
	if a.status != 200 {
		t.Fatal(a)
	}
	if err := json.Unmarshal([]byte(a.body), to); err != nil {
		t.Fatal(err, a.body)
	}
}

// declared declares something.
func (c *caller) declared(kind string) Acknowledgement {
	c.p.t.Helper()
	var a Acknowledgement
	read(c.p.t, c.call("POST", "/api/v1/cases", sent{"kind": kind, "title": "Something is wrong", "text": "It is wrong in the following way.", "product": "control_unit", "contact": "finder@example.org"}), &a)
	return a
}

// moves takes a case through states.
func (c *caller) moves(number string, states ...State) {
	c.p.t.Helper()
	for _, s := range states {
		if a := c.call("POST", "/api/v1/cases/"+number+"/moves", sent{"to": s, "reason": "because it is so"}); a.status != 200 {
			c.p.t.Fatal(s, a)
		}
	}
}

// advised is an advisory that can be published.
func advised() sent {
	return sent{"title": "Something is wrong", "text": "It is wrong in the following way.", "product": "control_unit", "affected": "<002.000.003", "fixed": "002.000.003",
		"remedy": "Install firmware 002.000.003.", "vector": "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:L"}
}
