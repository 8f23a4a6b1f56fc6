package console

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecretsNowhere: no password, code, key or token of the planted ones is in a page,
// an answer, a record, or a file of the data directory.
func TestSecretsNowhere(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	const inLogin = "Canary-in-login-8" // a password that was typed in the wrong field
	planted := []string{good, "Canary-typed-77", "canary-code-1234", "Canary-new-password-5"}
	var said strings.Builder
	hear := func(a reply) { said.WriteString(a.body); said.WriteString(strings.Join(a.header["Location"], " ")) }
	hear(boss.post("/signin", url.Values{"login": {inLogin}, "password": {planted[1]}, "code": {planted[2]}}))
	hear(boss.post("/signin", url.Values{"login": {"olga"}, "password": {planted[1]}}))
	hear(boss.post("/password", url.Values{"password": {planted[1]}, "new": {planted[3]}, "again": {planted[3]}}))
	hear(boss.post("/password", url.Values{"password": {good}, "new": {planted[3]}, "again": {"other"}}))
	hear(boss.post("/accept", url.Values{"login": {"olga"}, "code": {planted[2]}, "new": {planted[3]}, "again": {planted[3]}}))
	hear(boss.post("/prove", url.Values{"password": {planted[1]}}))
	hear(boss.call("POST", "/api/v1/session", sent{"login": "olga", "password": planted[1], "planted": planted[3]}))
	hear(boss.call("POST", "/api/v1/session", sent{"login": sent{"x": planted[1]}, "password": planted[1]}))
	hear(boss.call("PUT", "/api/v1/session/password", sent{"password": planted[1], "new": strings.Repeat(planted[3], 20)}))
	var made tokenTold // told once, and then nowhere
	read(t, boss.call("POST", "/api/v1/session/tokens", sent{"name": "collector", "may": []string{"policy.read"}, "days": 30}), &made)
	if a := p.with(made.Token, "GET", "/api/v1/policies"); a.status != http.StatusOK {
		t.Fatal("the token does nothing:", a.status)
	}
	planted = append(planted, strings.TrimPrefix(made.Token, "swr_"))
	for i := range routes {
		if routes[i].method == "GET" && routes[i].path != "/authenticator" {
			hear(boss.asks(&routes[i]))
		}
	}
	records := string(must(json.Marshal(p.records())))
	if !strings.Contains(said.String(), "Olga") || !strings.Contains(records, "person.signed_in") {
		t.Fatal("this test sees nothing")
	}
	if strings.Contains(records, inLogin) {
		t.Error("what was typed for a login is in a record")
	}
	for _, secret := range planted {
		if strings.Contains(said.String(), secret) {
			t.Errorf("%q is in an answer", secret)
		}
		if strings.Contains(records, secret) {
			t.Errorf("%q is in a record", secret)
		}
		for _, f := range must(filepath.Glob(p.dir + "/*")) {
			if b, _ := os.ReadFile(f); strings.Contains(string(b), secret) {
				t.Errorf("%q is in %s", secret, f)
			}
		}
	}
}
