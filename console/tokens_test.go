package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
)

// with asks the API with a token.
func (p *place) with(token, method, path string) reply {
	p.t.Helper()
	q := must(http.NewRequest(method, p.url+path, nil))
	q.Header.Set("Authorization", "Bearer "+token)
	return p.stranger().send(q)
}

// TestTokens: a token does what it was made for and nothing else, is shown once and kept
// nowhere, lets nobody see a page, and ends.
func TestTokens(t *testing.T) {
	p := newPlace(t)
	auditor := p.person("aud", accounts.Auditor)
	var made tokenTold
	read(t, auditor.call("POST", "/api/v1/session/tokens", sent{"name": "collector", "may": []string{"audit.read"}, "days": 30}), &made)
	if a := p.with(made.Token, "GET", "/api/v1/audit"); a.status != http.StatusOK || !strings.Contains(a.body, "token.made") {
		t.Fatal(a)
	}
	for path, want := range map[string]int{"/api/v1/projects": http.StatusForbidden, "/api/v1/people": http.StatusForbidden, "/api/v1/session": http.StatusOK} {
		if a := p.with(made.Token, "GET", path); a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
	}
	for _, path := range []string{"/audit", "/", "/tokens"} {
		if a := p.with(made.Token, "GET", path); !shut(a) {
			t.Errorf("a program sees %s: %d", path, a.status)
		}
	}
	for _, bad := range []string{"", "x", made.Token + "x", made.Token[:len(made.Token)-1]} {
		if a := p.with(bad, "GET", "/api/v1/audit"); a.status != http.StatusUnauthorized {
			t.Errorf("%q: %d", bad, a.status)
		}
	}
	if a := p.with(made.Token, "POST", "/api/v1/session/tokens"); a.status < 400 {
		t.Error("a token makes tokens")
	}
	for _, where := range []string{auditor.get("/tokens").body, auditor.call("GET", "/api/v1/session/tokens", nil).body, auditor.get("/audit").body} {
		if strings.Contains(where, made.Token) {
			t.Error("the token is shown again")
		}
	}
	if a := auditor.call("DELETE", "/api/v1/session/tokens/"+made.ID, nil); a.status != http.StatusOK {
		t.Fatal(a)
	}
	if a := p.with(made.Token, "GET", "/api/v1/audit"); a.status != http.StatusUnauthorized {
		t.Error("after it was revoked:", a.status)
	}
	if !p.recorded("aud", "token.made", audit.Done) || !p.recorded("aud", "token.revoked", audit.Done) {
		t.Error("not recorded")
	}
}

// TestTokenPage: a person makes one on the page, and ends it there; what it may is what
// was chosen; it ends when its life does.
func TestTokenPage(t *testing.T) {
	p := newPlace(t)
	auditor := p.person("aud", accounts.Auditor)
	a := auditor.post("/tokens", url.Values{"name": {"collector"}, "days": {"5"}, "may-audit.read": {"yes"}})
	_, rest, ok := strings.Cut(a.body, "swr_")
	if a.status != http.StatusOK || !ok {
		t.Fatal(a.status, a.body)
	}
	token, _, _ := strings.Cut("swr_"+rest, "<")
	if got := p.with(token, "GET", "/api/v1/audit"); got.status != http.StatusOK {
		t.Error(got)
	}
	if err := p.People.KeepUses(context.Background()); err != nil {
		t.Error(err)
	}
	p.pass(6 * 24 * time.Hour)
	if got := p.with(token, "GET", "/api/v1/audit"); got.status != http.StatusUnauthorized {
		t.Error("after its life:", got.status)
	}
	if a := auditor.in("aud").post("/tokens", url.Values{"name": {"x"}, "days": {"500"}, "may-audit.read": {"yes"}}); a.status != http.StatusUnprocessableEntity {
		t.Error("500 days:", a.status)
	}
}

// TestTokenBesideCookie: where a program sends both, the token counts and not whoever is
// signed in; a token that does not count is not made good by a cookie. The name of the
// scheme is read in any case.
func TestTokenBesideCookie(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	var made tokenTold
	read(t, boss.call("POST", "/api/v1/session/tokens", sent{"name": "collector", "may": []string{"policy.read"}, "days": 30}), &made)
	for _, c := range []struct {
		why, authorization, path string
		want                     int
	}{
		{"the token may", "Bearer " + made.Token, "/api/v1/policies", http.StatusOK},
		{"in small letters", "bearer " + made.Token, "/api/v1/policies", http.StatusOK},
		{"the cookie may, the token not", "Bearer " + made.Token, "/api/v1/people", http.StatusForbidden},
		{"a token that is none", "Bearer swr_none", "/api/v1/policies", http.StatusUnauthorized},
	} {
		q := must(http.NewRequest("GET", p.url+c.path, nil))
		q.Header.Set("Authorization", c.authorization)
		if a := boss.send(q); a.status != c.want {
			t.Errorf("%s: %d, want %d: %s", c.why, a.status, c.want, a.body)
		}
	}
}
