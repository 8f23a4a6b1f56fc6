package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"go.uber.org/goleak"

	. "switchroom/accounts/provider"
)

// provider is one that says what a test has it say.
type provider struct {
	*testing.T
	*httptest.Server
	key    *ecdsa.PrivateKey
	signer jose.SigningKey
	claims map[string]any // of the token that says who it is; nil: none of that name
	more   map[string]any // of userinfo
	found  map[string]any // what it says of itself
	token  func(w http.ResponseWriter, r *http.Request)
}

func newProvider(t *testing.T) *provider {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{T: t, key: key, signer: jose.SigningKey{Algorithm: jose.ES256, Key: key}, claims: map[string]any{}, more: map[string]any{"sub": "7"}, found: map[string]any{}}
	p.token = p.exchange
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { p.json(w, p.self()) })
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		p.json(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "k", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("/userinfo", func(w http.ResponseWriter, _ *http.Request) { p.json(w, p.more) })
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) { p.token(w, r) })
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Server.Close)
	return p
}

func (p *provider) json(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.Error(err)
	}
}

func (p *provider) self() map[string]any {
	all := map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"userinfo_endpoint": p.URL + "/userinfo", "id_token_signing_alg_values_supported": []string{"ES256"},
	}
	maps.Copy(all, p.found)
	return all
}

func (p *provider) exchange(w http.ResponseWriter, _ *http.Request) {
	signer, err := jose.NewSigner(p.signer, (&jose.SignerOptions{}).WithHeader("kid", "k"))
	if err != nil {
		p.Error(err)
		return
	}
	text, _ := json.Marshal(p.claims)
	s, err := signer.Sign(text)
	if err != nil {
		p.Error(err)
		return
	}
	token, _ := s.CompactSerialize()
	p.json(w, map[string]any{"access_token": "at", "token_type": "Bearer", "id_token": token})
}

// sample is what is right.
func (p *provider) sample(now time.Time, nonce string) {
	right := map[string]any{
		"iss": p.URL, "sub": "7", "aud": "console", "exp": now.Add(time.Minute).Unix(), "iat": now.Unix(), "auth_time": now.Unix(), "nonce": nonce,
		"preferred_username": "olga", "email": "olga@corp.example", "email_verified": true, "name": "Olga Fair",
	}
	maps.Copy(right, p.claims)
	p.claims = right
}

// TestFalseProvider: every answer of a provider, and of who pretends to be one, that
// lets nobody in.
func TestFalseProvider(t *testing.T) {
	now := time.Date(2026, 11, 28, 6, 0, 0, 0, time.UTC)
	other, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	for _, c := range []struct {
		why  string
		do   func(p *provider, s *Settings, q url.Values)
		want string // in the error; empty: somebody's name
	}{
		{"all is right", func(*provider, *Settings, url.Values) {}, ""},
		{"signed by another", func(p *provider, _ *Settings, _ url.Values) { p.signer.Key = other }, "does not hold"},
		{"signed with the client's secret", func(p *provider, _ *Settings, _ url.Values) {
			p.signer = jose.SigningKey{Algorithm: jose.HS256, Key: []byte(strings.Repeat("s", 32))}
		}, "does not hold"},
		{"for another client", func(p *provider, _ *Settings, _ url.Values) { p.claims["aud"] = "another" }, "does not hold"},
		{"for two, and to the other", func(p *provider, _ *Settings, _ url.Values) {
			p.claims["aud"], p.claims["azp"] = []string{"console", "another"}, "another"
		}, "begin again"},
		{"of another provider", func(p *provider, _ *Settings, _ url.Values) { p.claims["iss"] = "https://evil.example" }, "does not hold"},
		{"of yesterday", func(p *provider, _ *Settings, _ url.Values) { p.claims["exp"] = now.Add(-time.Second).Unix() }, "does not hold"},
		{"of tomorrow", func(p *provider, _ *Settings, _ url.Values) { p.claims["nbf"] = now.Add(time.Hour).Unix() }, "does not hold"},
		{"of another sign-in", func(p *provider, _ *Settings, _ url.Values) { p.claims["nonce"] = "another" }, "begin again"},
		{"of nobody", func(p *provider, _ *Settings, _ url.Values) { p.claims["sub"] = "" }, "begin again"},
		{"no token", func(p *provider, _ *Settings, _ url.Values) {
			p.token = func(w http.ResponseWriter, _ *http.Request) {
				p.json(w, map[string]string{"access_token": "x", "token_type": "Bearer"})
			}
		}, "does not hold"},
		{"it refuses", func(p *provider, _ *Settings, _ url.Values) {
			p.token = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(400)
				p.json(w, map[string]string{"error": "invalid_client", "error_description": "CANARY"})
			}
		}, "invalid_client"},
		{"it sends elsewhere", func(p *provider, _ *Settings, _ url.Values) {
			p.token = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://evil.example/", http.StatusTemporaryRedirect)
			}
		}, "did not answer"},
		{"it never ends", func(p *provider, _ *Settings, _ url.Values) {
			p.token = func(w http.ResponseWriter, _ *http.Request) {
				for range 40 {
					if _, err := w.Write(make([]byte, 1<<16)); err != nil {
						return
					}
				}
			}
		}, "did not answer"},
		{"the name stands in userinfo", func(p *provider, _ *Settings, _ url.Values) {
			p.claims["preferred_username"], p.more["preferred_username"] = "", "olga"
		}, ""},
		{"of another's userinfo", func(p *provider, _ *Settings, _ url.Values) {
			p.claims["preferred_username"], p.more["preferred_username"], p.more["sub"] = "", "ada", "8"
		}, "what you are called"},
		{"the name is a number", func(p *provider, _ *Settings, _ url.Values) { p.claims["preferred_username"] = 7 }, "no name"},
		{"an address that is verified", func(_ *provider, s *Settings, _ url.Values) { s.Claim = "email" }, ""},
		{"an address that is not", func(p *provider, s *Settings, _ url.Values) {
			s.Claim, s.Make, p.claims["email_verified"] = "email", true, false
		}, "nameless"},
		{"another state", func(_ *provider, _ *Settings, q url.Values) { q.Set("state", "x") }, "begin again"},
		{"two states", func(_ *provider, _ *Settings, q url.Values) { q.Add("state", "x") }, "begin again"},
		{"no state", func(_ *provider, _ *Settings, q url.Values) { q.Del("state") }, "begin again"},
		{"it says that it is another", func(_ *provider, _ *Settings, q url.Values) { q.Set("iss", "https://evil.example") }, "begin again"},
		{"the person said no", func(_ *provider, _ *Settings, q url.Values) { q.Set("error", "access_denied") }, "access_denied"},
		{"no code", func(_ *provider, _ *Settings, q url.Values) { q.Del("code") }, "did not let you in"},
	} {
		t.Run(c.why, func(t *testing.T) {
			p := newProvider(t)
			s := Settings{Issuer: p.URL, ClientID: "console", Redirect: callback}
			q := url.Values{"code": {"c"}}
			c.do(p, &s, url.Values{})
			one, err := New(s)
			if err != nil {
				t.Fatal(err)
			}
			defer one.Close()
			address, ticket, err := one.Begin(t.Context(), now, "a", false)
			if err != nil {
				t.Fatal(err)
			}
			u, _ := url.Parse(address)
			q.Set("state", u.Query().Get("state"))
			p.sample(now, u.Query().Get("nonce"))
			c.do(p, &s, q)
			i, err := one.Finish(t.Context(), now, ticket, q)
			switch {
			case c.want == "nameless":
				if err != nil || i.Name != "" || i.Make {
					t.Errorf("%+v %v", i, err)
				}
			case c.want == "":
				if err != nil || i.Subject != "7" || !strings.HasPrefix(i.Name, "olga") || i.Full != "Olga Fair" || !i.Proved.Equal(now) {
					t.Errorf("%+v %v", i, err)
				}
			case err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "CANARY"):
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// TestAnew: who is to prove anew is not let by on what was proved before.
func TestAnew(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	now := time.Date(2026, 11, 28, 6, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		auth any
		want bool
	}{{now.Unix(), true}, {now.Add(-time.Hour).Unix(), false}, {nil, false}, {"soon", false}, {now.Add(time.Hour).Unix(), true}} {
		p := newProvider(t)
		one, err := New(Settings{Issuer: p.URL, ClientID: "console", Redirect: callback})
		if err != nil {
			t.Fatal(err)
		}
		address, ticket, err := one.Begin(t.Context(), now, "a", true)
		if err != nil {
			t.Fatal(err)
		}
		u, _ := url.Parse(address)
		if u.Query().Get("prompt") != "login" || u.Query().Get("max_age") != "0" {
			t.Errorf("asked by %s", address)
		}
		p.sample(now, u.Query().Get("nonce"))
		p.claims["auth_time"] = c.auth
		if _, err := one.Finish(t.Context(), now, ticket, url.Values{"code": {"c"}, "state": u.Query()["state"]}); (err == nil) != c.want {
			t.Errorf("%v: %v", c.auth, err)
		}
		one.Close()
		p.Server.Close()
	}
}

// TestFound: a provider that is not there, is another, or has its keys fetched in clear
// is refused when somebody would be sent to it, and taken once it is as it should be.
func TestFound(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"issuer", "https://evil.example", "does not answer as one"},
		{"token_endpoint", "http://id.example/token", "token_endpoint"},
		{"jwks_uri", "http://id.example/keys", "jwks_uri"},
		{"authorization_endpoint", "javascript:alert(1)", "authorization_endpoint"},
	} {
		p := newProvider(t)
		one, err := New(Settings{Issuer: p.URL, ClientID: "console", Redirect: callback})
		if err != nil {
			t.Fatal(err)
		}
		p.found[c.name] = c.value
		if _, _, err := one.Begin(t.Context(), time.Now(), "a", false); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		delete(p.found, c.name)
		if _, _, err := one.Begin(t.Context(), time.Now(), "a", false); err != nil {
			t.Errorf("%s: once it is right: %v", c.name, err)
		}
		one.Close()
	}
}

// TestCA: a provider whose certificate the system does not know is asked only where
// the settings name who signed it.
func TestCA(t *testing.T) {
	p := newProvider(t)
	secured := httptest.NewTLSServer(p.Config.Handler)
	secured.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer secured.Close()
	p.URL = secured.URL
	signed := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secured.Certificate().Raw})
	for _, ca := range []string{"", secretFile(t, string(signed))} {
		one, err := New(Settings{Issuer: p.URL, ClientID: "console", Redirect: callback, CAFile: ca})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := one.Begin(t.Context(), time.Now(), "a", false); (err == nil) != (ca != "") {
			t.Errorf("ca_file %q: %v", ca, err)
		}
		one.Close()
	}
}

// FuzzRead: whatever stands in a settings file, what is taken is complete and safe.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"issuer": "https://id.example.org/", "client_id": "c", "redirect": "http://localhost:8080/x"}`))
	f.Add([]byte(`{"issuer": "http://127.0.0.1@evil.example/"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Read(text)
		if err != nil {
			return
		}
		for _, a := range []string{s.Issuer, s.Redirect} {
			u, err := url.Parse(a)
			if err != nil || u.Scheme != "https" && u.Hostname() != "localhost" && !strings.HasPrefix(u.Hostname(), "127.") && !strings.Contains(u.Hostname(), ":") {
				t.Errorf("taken: %q", a)
			}
		}
		if s.ClientID == "" {
			t.Error("taken without a client")
		}
	})
}

// TestSettings: all that is wrong is said at once.
func TestSettings(t *testing.T) {
	right := `{"issuer": "https://id.example.org/", "client_id": "console", "redirect": "https://console.example.org/signin/company"}`
	if _, err := Read([]byte(right)); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		`{}`:                     {"issuer", "client_id", "redirect"},
		`{"client_secret": "x"}`: {"client_secret"},
		`[]`:                     {"do not read"},
		`{"issuer": "http://id.example.org/", "client_id": "c", "redirect": "https://u:p@c.example/"}`: {"issuer: id.example.org is not https", "redirect"},
		`{"issuer": "https://id.example.org/?a=b", "client_id": "c", "redirect": "x", "claim": "a b"}`: {"issuer", "redirect", "claim"},
		strings.Repeat(" ", 1<<16+1): {"bytes"},
	} {
		_, err := Read([]byte(text))
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%.60s: %v, want %q", text, err, w)
			}
		}
	}
	s, _ := Read([]byte(right))
	for _, c := range []struct {
		set  func(*Settings)
		want string
	}{
		{func(s *Settings) { s.SecretFile = t.TempDir() + "/no" }, "secret_file"},
		{func(s *Settings) { s.SecretFile = secretFile(t, "") }, "no secret"},
		{func(s *Settings) { s.CAFile = secretFile(t, "x") }, "no certificate"},
		{func(s *Settings) { s.Issuer = "" }, "issuer"},
	} {
		one := s
		c.set(&one)
		if _, err := New(one); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	s.SecretFile = secretFile(t, "hidden")
	p, err := New(s)
	if err != nil || strings.Contains(fmt.Sprintf("%+v", p), "hidden") {
		t.Error(err)
	}
}
