package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/ui"
)

// asks asks for a route as it stands in the table, with nothing sent.
func (c *caller) asks(r *route) reply {
	path := strings.NewReplacer("{$}", "", "{id}", "nobody", "{number}", "nothing", "{element}", "phase", "{digest}", "nothing").Replace(r.path)
	switch {
	case r.path == ui.AssetsPath:
		return c.get(ui.URL("ui.css"))
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
	who := map[accounts.Role]*caller{}
	for i, j := range accounts.Jobs() {
		who[j.Role] = p.person("person"+string(rune('a'+i)), j.Role)
	}
	for i := range routes {
		r := &routes[i]
		name := r.method + " " + r.path
		if r.path == "/signout" || name == "DELETE /api/v1/session" {
			continue // it ends the sessions of this test
		}
		if a := p.stranger().asks(r); r.open == members && !shut(a) {
			t.Errorf("nobody: %s: %d", name, a.status)
		} else if a.status >= 500 {
			t.Errorf("nobody: %s: %d %s", name, a.status, a.body)
		}
		for role, c := range who {
			a := c.asks(r)
			job, _ := role.Find()
			may := len(r.need) == 0 || slices.ContainsFunc(r.need, func(p accounts.Permission) bool { return slices.Contains(job.May, p) })
			if refused := a.status == http.StatusForbidden; refused == may {
				t.Errorf("%s: %s: %d, and may: %v", role, name, a.status, may)
			}
			if a.status >= 500 {
				t.Errorf("%s: %s: %d %s", role, name, a.status, a.body)
			}
		}
	}
	if !p.recorded("persong", "access.refused", audit.Refused) {
		t.Error("no record of a refusal")
	}
}

// TestNoRowNoRoute: the server answers nothing that is not in the table, and every row
// is said in the description of the API or is a page.
func TestNoRowNoRoute(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	for _, path := range []string{"/debug/pprof/", "/metrics", "/api/v1/secrets", "/.git/config", "/people/../audit/x", "/api/docs", "/favicon.ico"} {
		if a := boss.get(path); a.status != http.StatusNotFound && a.status/100 != 3 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"} {
		q := must(http.NewRequest(method, p.url+"/people", nil))
		if a := boss.send(q); a.status < 400 {
			t.Errorf("%s: %d", method, a.status)
		}
	}
	described := p.stranger().get("/api/openapi.json").body
	for _, r := range Routes() {
		if strings.HasPrefix(r.Path, "/api/v1/") && !strings.Contains(described, `"`+r.Path+`"`) {
			t.Errorf("%s is not described", r.Path)
		}
	}
	for i := 1; i < len(routes); i++ {
		for _, p := range routes[i].need {
			if _, ok := p.Find(); !ok {
				t.Errorf("%s needs %s, which there is not", routes[i].path, p)
			}
		}
	}
}

// TestOthersPages: a page of another origin, and one whose name was made to point here,
// get nothing (CVE-2022-22732, CVE-2022-4062).
func TestOthersPages(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	q := must(http.NewRequest("POST", p.url+"/signout", nil))
	q.Header.Set("Origin", "http://evil.example")
	q.Header.Set("Sec-Fetch-Site", "cross-site")
	if a := boss.send(q); a.status != http.StatusForbidden {
		t.Error("another origin:", a.status)
	}
	q = must(http.NewRequest("GET", p.url+"/signin", nil))
	q.Host = "evil.example"
	if a := boss.send(q); a.status != http.StatusMisdirectedRequest {
		t.Error("another name:", a.status)
	}
	if a := boss.get("/people"); a.status != http.StatusOK {
		t.Error("the session has ended:", a.status)
	}
	for _, to := range []string{"//evil.example", "https://evil.example/", `/\evil.example`, "javascript:alert(1)", "/\r\nX: y"} {
		a := p.stranger().post("/signin", url.Values{"login": {"olga"}, "password": {good}, "to": {to}})
		if a.header.Get("Location") != "/" {
			t.Errorf("%q leads to %q", to, a.header.Get("Location"))
		}
	}
}

// TestListensToItself: beyond loopback only with a certificate.
func TestListensToItself(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "[::]:0", "example.org:0"} {
		s := New(Options{})
		if err := s.Listen(address); err == nil || !strings.Contains(err.Error(), "--certificate") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestLocks: an idle screen shows nothing until its owner proves to be there; a session
// ends.
func TestLocks(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	p.pass(11 * time.Minute)
	if a := boss.get("/people"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/prove?to=%2Fpeople" {
		t.Fatal(a.status, a.header)
	}
	if a := boss.get("/prove?to=/people"); strings.Contains(a.body, "Olga") || a.status != http.StatusOK {
		t.Error("a locked screen shows who is behind it")
	}
	if a := boss.post("/prove", url.Values{"password": {"wrong"}, "to": {"/people"}}); a.status != http.StatusUnprocessableEntity {
		t.Error(a.status)
	}
	if a := boss.post("/prove", url.Values{"password": {good}, "to": {"/people"}}); a.header.Get("Location") != "/people" {
		t.Error(a.status, a.body)
	}
	if a := boss.get("/people"); a.status != http.StatusOK || a.header.Get("Refresh") == "" {
		t.Error(a.status)
	}
	p.pass(6 * time.Minute)
	if a := boss.get("/people"); a.header.Get("Location") != "/prove?to=%2Fpeople" {
		t.Error("to manage people needs a fresh proof:", a.status)
	}
	p.pass(9 * time.Hour)
	if a := boss.get("/"); !shut(a) {
		t.Error("after nine hours:", a.status)
	}
}
