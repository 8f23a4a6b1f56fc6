package console

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"switchroom/accounts"
	"switchroom/accounts/provider"
	"switchroom/audit"
)

// atCompany gives a console an identity provider, which is not ours: zitadel's.
func (p *place) atCompany() {
	p.t.Helper()
	back := p.url + CompanyPath
	l := must(net.Listen("tcp", "127.0.0.1:0"))
	issuer := "http://" + l.Addr().String() + "/"
	storage.RegisterClients(storage.WebClient("console", "a secret of two", back))
	s := httptest.NewUnstartedServer(exampleop.SetupServer(issuer, storage.NewStorage(storage.NewUserStore(issuer)), slog.New(slog.DiscardHandler), false))
	s.Listener.Close()
	s.Listener = l
	s.Start()
	p.t.Cleanup(s.Close)
	secret := p.t.TempDir() + "/secret"
	if err := os.WriteFile(secret, []byte("a secret of two\n"), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.Provider = must(provider.New(provider.Settings{Issuer: issuer, ClientID: "console", SecretFile: secret, Redirect: back}))
	p.t.Cleanup(p.Provider.Close)
}

// comes is somebody who signs in there and comes back.
func (c *caller) comes(user string) reply {
	c.p.t.Helper()
	there := *c.c
	there.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), c.p.url) {
			return http.ErrUseLastResponse
		}
		return nil
	}
	begun := c.get("/signin/begin")
	a, err := there.Get(begun.header.Get("Location"))
	if err != nil {
		c.p.t.Fatal(err)
	}
	a.Body.Close()
	id := a.Request.URL.Query().Get("authRequestID")
	a, err = there.PostForm(a.Request.URL.Scheme+"://"+a.Request.URL.Host+"/login/username", url.Values{"id": {id}, "username": {user}, "password": {"verysecure"}})
	if err != nil {
		c.p.t.Fatal(err)
	}
	a.Body.Close()
	return c.get(strings.TrimPrefix(a.Header.Get("Location"), c.p.url))
}

// TestCompany: whoever an administrator has entered comes in from the company's provider,
// and nobody else; what came back counts once.
func TestCompany(t *testing.T) {
	p := newPlace(t)
	if a := p.stranger().get("/signin/begin"); a.status != http.StatusNotFound {
		t.Error("there is a way to a provider that there is not:", a.status)
	}
	p.atCompany()
	boss := p.boss()
	if a := p.stranger().comes("test-user2"); a.status == http.StatusOK || strings.Contains(a.body, "Welcome") {
		t.Error("somebody whom nobody has entered is let in:", a.status)
	}
	g := p.made(boss, "/api/v1/groups", sent{"name": "Auditors", "roles": []accounts.Role{accounts.Auditor}})
	p.made(boss, "/api/v1/people", sent{"login": "zwei", "name": "User Two", "groups": []string{g}, "company": "test-user2"})
	two := p.stranger()
	if a := two.comes("test-user2"); a.status != http.StatusOK || !strings.Contains(a.body, "Welcome, User Two") || a.header.Get("Refresh") != "0; url=/" {
		t.Fatal(a.status, a.body)
	}
	if a := two.get("/audit"); a.status != http.StatusOK {
		t.Error("signed in, and sees nothing:", a.status)
	}
	if a := two.get(CompanyPath + "?code=x&state=y"); a.status != http.StatusNotFound {
		t.Error("without a ticket:", a.status)
	}
	if !p.recorded("zwei", "person.signed_in", audit.Done) || !p.recorded("somebody unknown", "person.signed_in", audit.Refused) {
		t.Error("not recorded")
	}
}
