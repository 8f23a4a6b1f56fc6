package portal

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/credential"
)

func (p *place) passphrase() credential.Secret { return credential.NewSecret(pass) }

const better = "Heron-under-77"

// TestSetUp: the link makes one coordinator, once, within the hour.
func TestSetUp(t *testing.T) {
	p := newPlace(t)
	ctx := context.Background()
	old := must(p.SetUpLink(ctx))
	link := must(p.SetUpLink(ctx))
	body := func(link string) sent {
		_, code, _ := strings.Cut(link, "#")
		return sent{"code": code, "login": "cora", "name": "Cora Lead", "password": good}
	}
	if a := p.stranger().call("POST", "/api/v1/setup", body(old)); a.status != 422 {
		t.Error("an old link:", a)
	}
	weak := body(link)
	weak["password"] = "cora"
	if a := p.stranger().call("POST", "/api/v1/setup", weak); a.status != 422 || !strings.Contains(a.body, "password") {
		t.Error("a weak password:", a)
	}
	p.pass(2 * time.Hour)
	if a := p.stranger().call("POST", "/api/v1/setup", body(link)); a.status != 422 {
		t.Error("after two hours:", a)
	}
	link = must(p.SetUpLink(ctx))
	_, code, _ := strings.Cut(link, "#")
	if a := p.stranger().post("/setup", url.Values{"code": {code}, "login": {"cora"}, "name": {"Cora Lead"}, "new": {good}, "again": {good}}); a.header.Get("Location") != "/signin" {
		t.Fatal(a)
	}
	if must(p.SetUpLink(ctx)) != "" || p.stranger().get("/setup").status != http.StatusGone {
		t.Error("there is another link")
	}
	if a := p.stranger().call("POST", "/api/v1/setup", body(link)); a.status != 422 {
		t.Error("a second coordinator:", a)
	}
}

// TestRegister: somebody makes an account and is a customer; what is wrong is told.
func TestRegister(t *testing.T) {
	p := newPlace(t)
	p.boss()
	c := p.stranger()
	if a := c.post("/register", url.Values{"login": {"No!"}, "name": {""}, "new": {"x"}, "again": {"x"}}); a.status != 422 || strings.Count(a.body, `class="err"`) != 3 {
		t.Error(a.status, strings.Count(a.body, `class="err"`))
	}
	if a := c.post("/register", url.Values{"login": {"kim"}, "name": {"Kim"}, "new": {good}, "again": {better}}); a.status != 422 {
		t.Error(a.status)
	}
	if a := c.post("/register", url.Values{"login": {"cora"}, "name": {"Kim Low"}, "new": {good}, "again": {good}}); a.status != 422 {
		t.Error("somebody else's login:", a.status)
	}
	if a := c.post("/register", url.Values{"login": {"kim"}, "name": {"Kim Low"}, "new": {good}, "again": {good}}); a.header.Get("Location") != "/market" {
		t.Fatal(a)
	}
	if a := c.get("/api/v1/session"); !strings.Contains(a.body, `"roles":["customer"]`) {
		t.Error(a.body)
	}
	if a := c.post("/signout", nil); a.header.Get("Location") != "/" || !shut(c.get("/orders")) {
		t.Error("signed out:", a)
	}
}

// TestRoles: a coordinator gives roles, which hold at once; nobody gives their own.
func TestRoles(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	c := p.person("kim", Customer)
	kim, cora := must(p.personBy(context.Background(), "login", "kim")), must(p.personBy(context.Background(), "login", "cora"))
	if a := c.get("/people"); a.status != http.StatusForbidden {
		t.Error(a.status)
	}
	if a := boss.post("/people/"+kim.ID, url.Values{"coordinator": {"yes"}, "customer": {"yes"}}); a.header.Get("Location") != "/people" {
		t.Fatal(a)
	}
	if a := c.get("/people"); a.status != 200 {
		t.Error("the session does not know:", a.status)
	}
	for _, roles := range [][]string{{}, {"reporter"}, {"king"}} {
		if a := boss.call("PUT", "/api/v1/people/"+kim.ID+"/roles", sent{"roles": roles}); a.status != 422 {
			t.Error(roles, a)
		}
	}
	if a := boss.call("PUT", "/api/v1/people/"+cora.ID+"/roles", sent{"roles": []string{"customer"}}); a.status != http.StatusForbidden {
		t.Error("their own:", a)
	}
	if all := must(p.steps(context.Background(), kim.ID)); len(all) != 3 || all[2].Who != "cora" || all[2].Becomes != "coordinator, customer" {
		t.Errorf("%+v", all)
	}
}

// TestPasswords: one changes it, and every session ends; it has to be changed in time;
// who has forgotten it gets a code.
func TestPasswords(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	c := p.person("kim", Customer)
	kim := must(p.personBy(context.Background(), "login", "kim"))
	change := url.Values{"password": {good}, "new": {better}, "again": {better}}
	if a := c.post("/password", change); a.status != 422 {
		t.Error("within three days:", a.status)
	}
	p.pass(4 * 24 * time.Hour)
	c.in("kim")
	if a := c.call("PUT", "/api/v1/session/password", sent{"password": "wrong", "new": better}); a.status != http.StatusUnauthorized {
		t.Error(a)
	}
	if a := c.post("/password", change); a.header.Get("Location") != "/signin" || !shut(c.get("/orders")) {
		t.Error(a)
	}
	var code struct{ Code string }
	boss.in("cora")
	read(t, boss.call("POST", "/api/v1/people/"+kim.ID+"/code", nil), &code)
	if a := c.call("POST", "/api/v1/recovery", sent{"login": "cora", "code": code.Code, "new": "Osprey-across-3"}); a.status != 422 {
		t.Error("somebody else's code:", a)
	}
	if a := c.call("POST", "/api/v1/recovery", sent{"login": "kim", "code": code.Code, "new": good}); a.status != 422 {
		t.Error("an old password:", a)
	}
	if a := c.call("POST", "/api/v1/recovery", sent{"login": "kim", "code": code.Code, "new": "Osprey-across-3"}); a.status/100 != 2 {
		t.Fatal(a)
	}
	if a := c.call("POST", "/api/v1/recovery", sent{"login": "kim", "code": code.Code, "new": "Falcon-beside-4"}); a.status != 422 {
		t.Error("a second time:", a)
	}
	if a := c.call("POST", "/api/v1/session", sent{"login": "kim", "password": "Osprey-across-3"}); a.status != 200 {
		t.Error(a)
	}
	p.pass(181 * 24 * time.Hour)
	if a := c.post("/signin", url.Values{"login": {"kim"}, "password": {"Osprey-across-3"}}); a.header.Get("Location") != "/password" {
		t.Error(a.status, a.header)
	}
	if a := c.get("/orders"); a.header.Get("Location") != "/password" {
		t.Error("too old, and goes on:", a.status)
	}
	if a := c.get("/api/v1/orders"); a.status != http.StatusForbidden {
		t.Error(a.status)
	}
}

// TestGuessing: who guesses a password waits; nobody learns which logins there are.
func TestGuessing(t *testing.T) {
	p := newPlace(t)
	p.boss()
	c := p.stranger()
	is, isNot := c.call("POST", "/api/v1/session", sent{"login": "cora", "password": "wrong"}), c.call("POST", "/api/v1/session", sent{"login": "nobody", "password": "wrong"})
	if is.status != http.StatusUnauthorized || is.body != isNot.body {
		t.Error(is, isNot)
	}
	for range 10 {
		is = c.call("POST", "/api/v1/session", sent{"login": "cora", "password": "wrong"})
	}
	if is.status != http.StatusTooManyRequests {
		t.Error(is)
	}
}

// TestSessionEnds: after half an hour without a deed, and after eight hours.
func TestSessionEnds(t *testing.T) {
	p := newPlace(t)
	c := p.boss()
	p.pass(29 * time.Minute)
	if a := c.get("/cases"); a.status != 200 {
		t.Error(a.status)
	}
	p.pass(31 * time.Minute)
	if a := c.get("/cases"); !shut(a) {
		t.Error(a.status)
	}
	var s sessions
	now := time.Now()
	for range 3 * sessionsMost {
		s.begin(now, session{person: credential.NewToken().Reveal()})
	}
	if len(s.all) > sessionsMost {
		t.Error(len(s.all))
	}
}

// TestSecretsNowhere: no password, code or secret of those planted is in an answer or a
// file of the data directory.
func TestSecretsNowhere(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	planted := []string{good, "Canary-typed-77", "canary-code-1234", "Canary-new-password-5", pass}
	var said strings.Builder
	hear := func(a reply) { said.WriteString(a.body); said.WriteString(strings.Join(a.header["Location"], " ")) }
	hear(boss.post("/signin", url.Values{"login": {"cora"}, "password": {planted[1]}}))
	hear(boss.post("/password", url.Values{"password": {good}, "new": {planted[3]}, "again": {"other"}}))
	hear(boss.post("/recover", url.Values{"login": {"cora"}, "code": {planted[2]}, "new": {planted[3]}, "again": {planted[3]}}))
	hear(boss.post("/register", url.Values{"login": {"x"}, "name": {"y"}, "new": {planted[3]}, "again": {planted[3]}}))
	hear(boss.post("/follow", url.Values{"number": {"CASE-2026-0001"}, "secret": {planted[2]}}))
	hear(boss.call("POST", "/api/v1/session", sent{"login": "cora", "password": planted[1], "planted": planted[3]}))
	hear(boss.call("POST", "/api/v1/session", sent{"login": sent{"x": planted[1]}, "password": planted[1]}))
	hear(boss.call("PUT", "/api/v1/session/password", sent{"password": planted[1], "new": strings.Repeat(planted[3], 20)}))
	for i := range routes {
		if routes[i].method == "GET" {
			hear(boss.asks(&routes[i]))
		}
	}
	if !strings.Contains(said.String(), "Cora") {
		t.Fatal("this test sees nothing")
	}
	for _, secret := range planted {
		if strings.Contains(said.String(), secret) {
			t.Errorf("%q is in an answer", secret)
		}
		for _, f := range must(filepath.Glob(p.dir + "/*")) {
			if b, _ := os.ReadFile(f); strings.Contains(string(b), secret) {
				t.Errorf("%q is in %s", secret, f)
			}
		}
	}
}

// TestKeyOfAdvisories: it opens with its passphrase alone, and is not in clear.
func TestKeyOfAdvisories(t *testing.T) {
	dir := t.TempDir()
	s := must(openSigner(dir, credential.NewSecret(pass), time.Now()))
	again := must(openSigner(dir, credential.NewSecret(pass), time.Now()))
	if s.fingerprint() != again.fingerprint() {
		t.Error("a new key at each start")
	}
	if _, err := openSigner(dir, credential.NewSecret("another one"), time.Now()); err == nil || strings.Contains(err.Error(), "another one") {
		t.Error(err)
	}
	name := filepath.Join(dir, KeyFile)
	if m := must(os.Stat(name)).Mode().Perm(); m != 0o600 {
		t.Errorf("mode %o", m)
	}
	if err := os.WriteFile(name, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openSigner(dir, credential.NewSecret(pass), time.Now()); err == nil || !strings.Contains(err.Error(), "restore it") {
		t.Error(err)
	}
}

// TestBreakEveryWriteOfPassword: the new password holds, or the one before; never both,
// never none; and the step is there with it.
func TestBreakEveryWriteOfPassword(t *testing.T) {
	p := newPlace(t)
	p.boss()
	ctx := context.Background()
	cora := must(p.personBy(ctx, "login", "cora"))
	p.pass(4 * 24 * time.Hour)
	held := 0
	for at := 1; ; at++ {
		who := &actor{person: cora, now: p.now(), source: "x"}
		p.breaks.Arm(at)
		err := p.changePassword(ctx, who, credential.NewSecret(good), credential.NewSecret(better))
		p.breaks.Arm(0)
		_, old := p.prove(ctx, p.now(), "cora", credential.NewSecret(good), "x")
		_, changed := p.prove(ctx, p.now(), "cora", credential.NewSecret(better), "x")
		steps := must(p.steps(ctx, cora.ID))
		is := steps[len(steps)-1].What == "password.changed"
		if (old == nil) == (changed == nil) || is != (changed == nil) {
			t.Fatalf("at %d: old %v, new %v, step %v", at, old, changed, is)
		}
		if changed == nil {
			break
		}
		if held++; err == nil {
			t.Fatalf("at %d: told that it was changed", at)
		}
		p.pass(2 * time.Hour) // or the guesses of this test would have to wait
	}
	if held < 3 {
		t.Error("broken nowhere:", held)
	}
}
