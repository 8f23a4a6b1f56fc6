package portal

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"switchroom/ui"
)

// asks asks for a route as it stands in the table, with nothing sent.
func (c *caller) asks(r *route) reply {
	path := strings.NewReplacer("{$}", "", "{id}", "nobody", "{number}", "CASE-0000-0000", "{reference}", "LV850009", "{branch}", "none", "{file}", "none").Replace(r.path)
	switch {
	case r.path == ui.AssetsPath:
		return c.get(ui.URL("ui.css"))
	case r.path == csafPath:
		return c.get(csafPath + "provider-metadata.json")
	case r.api() && r.method != "GET":
		return c.call(r.method, path, sent{})
	case r.method == "POST":
		return c.post(path, url.Values{})
	}
	return c.get(path)
}

// shut reports whether an answer lets nobody in who has not signed in.
func shut(a reply) bool {
	return a.status == http.StatusUnauthorized || a.status == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/signin")
}

// TestEveryRouteAsEverybody: each route, as nobody and as each role, against a running
// server.
func TestEveryRouteAsEverybody(t *testing.T) {
	p := newPlace(t)
	a := p.stranger().declared(Vulnerability)
	who := map[Role]*caller{Coordinator: p.boss(), Reporter: p.stranger()}
	if x := who[Reporter].call("POST", "/api/v1/follow", sent{"number": a.Number, "secret": a.Secret}); x.status != 200 {
		t.Fatal(x)
	}
	for _, r := range []Role{CERT, Customer, Manager, Researcher} {
		who[r] = p.person(strings.ReplaceAll(string(r), "-", "."), r)
	}
	for i := range routes {
		r := &routes[i]
		name := r.method + " " + r.path
		if r.path == "/signout" || name == "DELETE /api/v1/session" {
			continue // it ends the sessions of this test
		}
		if a := p.stranger().asks(r); !r.public && !shut(a) {
			t.Errorf("nobody: %s: %d", name, a.status)
		} else if a.status >= 500 || r.public && shut(a) && r.path != "/api/v1/session" && r.path != "/signin" {
			t.Errorf("nobody: %s: %d %s", name, a.status, a.body)
		}
		for role, c := range who {
			a := c.asks(r)
			may := r.public || slices.Contains(r.who, role)
			if refused := a.status == http.StatusForbidden; refused == may {
				t.Errorf("%s: %s: %d, and may: %v", role, name, a.status, may)
			}
			if a.status >= 500 {
				t.Errorf("%s: %s: %d %s", role, name, a.status, a.body)
			}
		}
	}
}

// TestTable: it is sorted, every row of the API is described, and every role of a row is
// one that there is.
func TestTable(t *testing.T) {
	p := newPlace(t)
	described := p.stranger().get("/api/openapi.json").body
	for i, r := range routes {
		if strings.HasPrefix(r.path, "/api/v1/") && !strings.Contains(described, `"`+r.path+`"`) {
			t.Errorf("%s is not described", r.path)
		}
		if r.public != (len(r.who) == 0) {
			t.Errorf("%s %s: public and for roles, or neither", r.method, r.path)
		}
		if i > 0 && strings.TrimSuffix(routes[i-1].path, "{$}") > strings.TrimSuffix(r.path, "{$}") && routes[i-1].api() == r.api() {
			t.Errorf("%s stands after %s", r.path, routes[i-1].path)
		}
	}
	for _, path := range []string{"/debug/pprof/", "/metrics", "/api/v1/secrets", "/.git/config", "/api/docs", "/favicon.ico", "/.well-known/csaf/../../etc/passwd", "/firmware/..%2fopenpgp.asc", "/pki/..%2fkeys%2fmicrologic-root.p12", "/pki/micrologic/..%2f..%2findex.json"} {
		if a := p.boss().get(path); a.status != http.StatusNotFound && a.status/100 != 3 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// TestOthersPages: a page of another origin, and one whose name was made to point here,
// get nothing.
func TestOthersPages(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	q := must(http.NewRequest("POST", p.url+"/declare", nil))
	q.Header.Set("Origin", "http://evil.example")
	q.Header.Set("Sec-Fetch-Site", "cross-site")
	if a := boss.send(q); a.status != http.StatusForbidden {
		t.Error("another origin:", a.status)
	}
	q = must(http.NewRequest("GET", p.url+"/", nil))
	q.Host = "evil.example"
	if a := boss.send(q); a.status != http.StatusMisdirectedRequest {
		t.Error("another name:", a.status)
	}
	for _, to := range []string{"//evil.example", "https://evil.example/", `/\evil.example`, "javascript:alert(1)", "/\r\nX: y"} {
		a := p.stranger().post("/signin", url.Values{"login": {"cora"}, "password": {good}, "to": {to}})
		if a.header.Get("Location") != "/" {
			t.Errorf("%q leads to %q", to, a.header.Get("Location"))
		}
		if c := a.header.Get("Set-Cookie"); !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Strict") {
			t.Error(c)
		}
	}
}

// TestListensToItself: beyond loopback only with a certificate.
func TestListensToItself(t *testing.T) {
	p := newPlace(t)
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "[::]:0", "example.org:0"} {
		if err := (&Server{}).Listen(address); err == nil || !strings.Contains(err.Error(), "--certificate") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if !strings.HasPrefix(p.URL(), "http://localhost:") {
		t.Error(p.URL())
	}
}

// TestMounted: somebody else listens, and hands requests over.
func TestMounted(t *testing.T) {
	p := newPlace(t)
	s := httptest.NewServer(p.Handler())
	defer s.Close()
	for _, address := range []string{"http://192.0.2.1", "localhost", "https://x.example/path", "ftp://localhost"} {
		if err := p.At(address); err == nil {
			t.Errorf("%s is taken", address)
		}
	}
	if err := p.At(s.URL); err != nil {
		t.Fatal(err)
	}
	if a := p.stranger().get("/pki/index.json"); a.status != 200 || !strings.Contains(a.body, s.URL+"/pki/micrologic/") {
		t.Error(a.status, a.body)
	}
}
