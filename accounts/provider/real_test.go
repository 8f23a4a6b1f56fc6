package provider_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	. "switchroom/accounts/provider"
)

// isProvider has this program be an identity provider: another process, another hand's
// code.
const isProvider = "SWITCHROOM_TEST_PROVIDER"

func TestMain(m *testing.M) {
	if os.Getenv(isProvider) != "" {
		serve(os.Getenv(isProvider))
		return
	}
	os.Exit(m.Run())
}

const callback = "http://127.0.0.1:9/signin/company"

// serve is a provider until its standard input ends. It prints its address.
func serve(redirect string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	issuer := "http://" + l.Addr().String() + "/"
	storage.RegisterClients(storage.WebClient("console", "a secret of two", redirect))
	handler := exampleop.SetupServer(issuer, storage.NewStorage(storage.NewUserStore(issuer)), slog.New(slog.DiscardHandler), false)
	fmt.Println(issuer)
	go http.Serve(l, handler)
	io.Copy(io.Discard, os.Stdin)
}

// realProvider starts a provider of its own process and returns its address.
func realProvider(t *testing.T) string {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), isProvider+"="+callback)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); c.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "http") {
		t.Fatalf("the provider says %q, %v", line, err)
	}
	return strings.TrimSpace(line)
}

// browser is somebody's: it keeps cookies, and stops where it is sent back to the
// console.
func browser(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

// signIn goes to an address at the provider, gives a name and a password there, and
// returns the query it is sent back with.
func signIn(t *testing.T, b *http.Client, address, user, password string) url.Values {
	t.Helper()
	a, err := b.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, a.Body)
	a.Body.Close()
	id := a.Request.URL.Query().Get("authRequestID")
	if id == "" {
		t.Fatalf("no page to sign in at %s: %s", a.Request.URL, a.Status)
	}
	a, err = b.PostForm(a.Request.URL.Scheme+"://"+a.Request.URL.Host+"/login/username", url.Values{"id": {id}, "username": {user}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	back, err := url.Parse(a.Header.Get("Location"))
	if err != nil || !strings.HasPrefix(back.String(), callback) {
		t.Fatalf("sent to %q by %s, %v", back, a.Request.URL, err)
	}
	return back.Query()
}

func secretFile(t *testing.T, secret string) string {
	name := t.TempDir() + "/secret"
	if err := os.WriteFile(name, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestRealProvider: a sign-in at a provider that is not ours, from the first address to
// who it was; each code, ticket and secret only as it should be.
func TestRealProvider(t *testing.T) {
	issuer := realProvider(t)
	s := Settings{Issuer: issuer, ClientID: "console", SecretFile: secretFile(t, "a secret of two"), Redirect: callback}
	p, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx := t.Context()
	for _, anew := range []bool{false, true} {
		address, ticket, err := p.Begin(ctx, time.Now(), "192.0.2.7", anew)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(address, "secret") || strings.Contains(address, ticket.Reveal()) || !strings.Contains(address, "code_challenge_method=S256") {
			t.Errorf("sent to %s", address)
		}
		q := signIn(t, browser(t), address, "test-user2", "verysecure")
		i, err := p.Finish(ctx, time.Now(), ticket, q)
		if err != nil {
			t.Fatalf("anew %v: %v", anew, err)
		}
		if i.Issuer != issuer || i.Subject != "id2" || i.Name != "test-user2" || i.Make || time.Since(i.Proved) > time.Minute || i.Proved.After(time.Now()) {
			t.Errorf("anew %v: %+v", anew, i)
		}
		if _, err := p.Finish(ctx, time.Now(), ticket, q); err == nil {
			t.Error("the same twice")
		}
	}
	t.Run("a code of another's browser", func(t *testing.T) {
		a1, _, _ := p.Begin(ctx, time.Now(), "a", false)
		_, t2, _ := p.Begin(ctx, time.Now(), "b", false)
		if _, err := p.Finish(ctx, time.Now(), t2, signIn(t, browser(t), a1, "test-user2", "verysecure")); err == nil {
			t.Error("taken")
		}
	})
	t.Run("a code that was begun by another", func(t *testing.T) {
		a1, _, _ := p.Begin(ctx, time.Now(), "a", false)
		a2, t2, _ := p.Begin(ctx, time.Now(), "b", false)
		q1, q2 := signIn(t, browser(t), a1, "test-user2", "verysecure"), signIn(t, browser(t), a2, "test-user2", "verysecure")
		q2.Set("code", q1.Get("code")) // PKCE
		if _, err := p.Finish(ctx, time.Now(), t2, q2); err == nil {
			t.Error("taken")
		}
	})
	t.Run("another secret", func(t *testing.T) {
		s.SecretFile = secretFile(t, "quite another secret")
		p, err := New(s)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		address, ticket, _ := p.Begin(ctx, time.Now(), "a", false)
		_, err = p.Finish(ctx, time.Now(), ticket, signIn(t, browser(t), address, "test-user2", "verysecure"))
		if err == nil || !strings.Contains(err.Error(), "secret_file") || strings.Contains(err.Error(), "quite another") {
			t.Errorf("%v", err)
		}
	})
}
