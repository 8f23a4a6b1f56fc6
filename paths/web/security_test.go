package web

import (
	"encoding/base64"
	"fmt"
	"go/parser"
	gotoken "go/token"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/credential"
	"switchroom/imu"
	"switchroom/ui"
)

// The tests of this file are named after the vulnerabilities of devices like this one
// (facts/interfaces.md, 8.2): each shows that this one has not got it.

// login logs in by the form and returns who is then there, or the answer that refused.
func (p *place) login(name, password string) (*person, answer) {
	p.t.Helper()
	w := p.stranger()
	a := w.post("/login", url.Values{"name": {name}, "password": {password}})
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == p.d.cookieName && c.Value != "" {
			w.id = c.Value
		}
	}
	return w, a
}

func delivery(p access.Profile) (name, password string) {
	if p.ByRole() {
		return "SecurityAdmin", "AAAAAAAA"
	}
	return "Administrator", "Gateway"
}

// Every function, critical or not, is behind the login: nobody gets anything.
// (CVE-2020-7561, CVE-2022-42970, CVE-2019-6533.)
func TestCriticalFunctions_CVE_2020_7561(t *testing.T) {
	for _, p := range profiles {
		at := newPlace(t, p)
		for i := range routes {
			if r := &routes[i]; r.open != public {
				if a := at.stranger().askRoute(r); a.status != http.StatusUnauthorized {
					t.Errorf("%v: %s %s as nobody: %d", p, r.method, r.path, a.status)
				}
			}
		}
		at.stranger().post("/control", url.Values{"order": {"open"}, "breaker_password": {operatorKey}})
		if !at.closed() {
			t.Errorf("%v: nobody opens the breaker", p)
		}
		browser := at.stranger()
		browser.accept = "text/html,*/*"
		if a := browser.get("/monitoring"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/login" {
			t.Errorf("%v: a browser is led to %d %q, want to the login", p, a.status, a.header.Get("Location"))
		}
	}
}

// What the page does not offer, the server refuses. (CVE-2022-2105, CVE-2022-1667.)
func TestChecksInServer_CVE_2022_2105(t *testing.T) {
	for _, p := range profiles {
		at := newPlace(t, p)
		least := at.as(access.Viewer, guests)
		for _, c := range []struct {
			path string
			form url.Values
		}{
			{"/control", url.Values{"order": {"open"}, "breaker_password": {operatorKey}}},
			{"/control/settings", url.Values{"point": {"protection.long_time.ir"}, "value": {"800"}, "breaker_password": {administratorKey}}},
			{"/setup/accounts", url.Values{"name": {"intruder"}, "new": {"Correct-horse-9"}, "again": {"Correct-horse-9"}, "role-SECADM": {"yes"}, "enabled": {"yes"}, "group": {"3"}}},
			{"/setup/groups", url.Values{"accounts-2": {"change"}}},
		} {
			if a := least.post(c.path, c.form); a.status != http.StatusForbidden && a.status != http.StatusNotFound {
				t.Errorf("%v: POST %s as the least: %d", p, c.path, a.status)
			}
		}
		if !at.closed() || at.d.book().named("intruder") != nil {
			t.Errorf("%v: it was done all the same", p)
		}
	}
}

// Preferences are one's own account, and nothing of it that gives rights.
func TestPreferencesGiveNoRights(t *testing.T) {
	for _, p := range profiles {
		at := newPlace(t, p)
		least := at.as(access.Viewer, guests)
		form := url.Values{"email": {"x@example.org"}, "language": {"de"}, "role-SECADM": {"yes"}, "group": {"3"}, "name": {"root"}, "id": {"1"}, "enabled": {"yes"}}
		if a := least.post("/setup/preferences", form); a.status != http.StatusSeeOther {
			t.Errorf("%v: %d", p, a.status)
		}
		a := at.d.book().named("test16" + "2")
		if a == nil || a.Roles != access.Viewer || a.Group != guests || a.Email != "x@example.org" || a.Language != "de" {
			t.Errorf("%v: %+v", p, a)
		}
	}
}

// A log is added to and nothing else. (CVE-2022-29883.)
func TestLogStays_CVE_2022_29883(t *testing.T) {
	for _, r := range routes {
		if strings.HasPrefix(r.path, "/maintenance") && r.method != "GET" && r.path != "/maintenance/counters" {
			t.Errorf("%s %s: what is it that changes a log?", r.method, r.path)
		}
	}
	at := newPlace(t, access.Faithful)
	at.login("Administrator", "wrong")
	before := len(at.d.Log())
	for _, who := range at.everybody() {
		for _, method := range []string{"POST", "DELETE", "PUT", "PATCH"} {
			for _, path := range []string{"/maintenance", "/maintenance/security"} {
				if a := who.ask(method, path, url.Values{"delete": {"all"}}); a.status < 400 {
					t.Errorf("%s %s: %d", method, path, a.status)
				}
			}
		}
	}
	if len(at.d.Log()) < before {
		t.Error("the log has become shorter")
	}
}

// Secrets and accounts are not there for just anybody who is logged in, and a password
// is there for nobody. (CVE-2021-22769.)
func TestConfiguration_CVE_2021_22769(t *testing.T) {
	for _, p := range profiles {
		at := newPlace(t, p)
		for name, who := range at.everybody() {
			for i := range routes {
				r := &routes[i]
				if r.method != "GET" || strings.HasSuffix(r.path, "/live") {
					continue
				}
				body := who.get(r.path + "?id=1").body
				for _, secret := range []string{"argon2", "$m=", administratorKey, operatorKey} {
					if strings.Contains(body, secret) {
						t.Errorf("%v: %s as %s shows %q", p, r.path, name, secret)
					}
				}
			}
		}
		if a := at.as(access.Viewer, guests).get("/setup/accounts"); a.status != http.StatusForbidden {
			t.Errorf("%v: the least sees the accounts: %d", p, a.status)
		}
	}
}

// A password is changed with the current one, and then everybody else who is logged in
// to the account is not any more. (CVE-2019-6527, CVE-2024-37998, CVE-2021-22763.)
func TestPasswordChange_CVE_2019_6527(t *testing.T) {
	for _, p := range profiles {
		at := newPlace(t, p)
		one, other := at.as(access.Viewer, guests), at.as(access.Viewer, guests)
		next := "Fair-wind-77"
		if p == access.Faithful {
			next = "wind-77"
		}
		if a := one.post("/password", url.Values{"current": {"wrong"}, "new": {next}, "again": {next}}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%v: without the current password: %d", p, a.status)
		}
		a := one.post("/password", url.Values{"current": {"Correct-horse-9"}, "new": {next}, "again": {next}})
		if a.status != http.StatusSeeOther || a.header.Get("Set-Cookie") == "" {
			t.Fatalf("%v: %d %s", p, a.status, a.body)
		}
		if one.get("/monitoring").status != http.StatusUnauthorized || other.get("/monitoring").status != http.StatusUnauthorized {
			t.Errorf("%v: a session outlives the password", p)
		}
		if _, a := at.login("test162", "Correct-horse-9"); a.status != http.StatusUnauthorized {
			t.Errorf("%v: the old password lets in: %d", p, a.status)
		}
		if who, _ := at.login("test162", next); who.get("/monitoring").status != http.StatusOK {
			t.Errorf("%v: the new password does not let in", p)
		}
	}
}

// TestChangeIsNoOracle_CVE_2022_22810: whoever sits down at a browser that somebody left
// logged in guesses the current password no faster where it is changed than at the login.
func TestChangeIsNoOracle_CVE_2022_22810(t *testing.T) {
	for p, most := range map[access.Profile]int{access.RBAC: wrongMax, access.Hardened: credential.Slow.Free} {
		at := newPlace(t, p)
		who := at.as(access.Viewer, guests)
		change := func(current string) int {
			return who.post("/password", url.Values{"current": {current}, "new": {"Fair-wind-77"}, "again": {"Fair-wind-77"}}).status
		}
		for range most {
			change("wrong")
		}
		if status := change("Correct-horse-9"); status == http.StatusSeeOther {
			t.Errorf("%v: after %d wrong guesses the next one is looked at", p, most)
		}
		a := who.post("/password", url.Values{"current": {"wrong"}, "new": {"Correct-horse-9"}, "again": {"Correct-horse-9"}})
		if strings.Contains(a.body, "none of your last") || strings.Contains(a.body, "current one") {
			t.Errorf("%v: who does not know the current password is told which ones were there", p)
		}
	}
}

// Nobody chooses a session's id, and it is another one after each login and none after
// logging out. (CVE-2022-40226, CVE-2022-43398.)
func TestSessionFixation_CVE_2022_40226(t *testing.T) {
	at := newPlace(t, access.Faithful)
	name, password := delivery(access.Faithful)
	chosen := at.stranger()
	chosen.id = "chosenbyanattackerchosenbyanattackerchosenb"
	a := chosen.post("/login", url.Values{"name": {name}, "password": {password}})
	if strings.Contains(a.header.Get("Set-Cookie"), chosen.id) || chosen.get("/").status != http.StatusUnauthorized {
		t.Error("an id that a browser brought lets in")
	}
	one, _ := at.login(name, password)
	old := *one
	again := at.stranger()
	again.id = one.id
	a = again.post("/login", url.Values{"name": {name}, "password": {password}})
	if a.status != http.StatusSeeOther || old.get("/password").status != http.StatusUnauthorized {
		t.Error("the id from before the login still lets in")
	}
	two, _ := at.login(name, password)
	if two.id == one.id {
		t.Error("two logins, one id")
	}
	if a := two.post("/logout", nil); a.status != http.StatusSeeOther || !strings.Contains(a.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("logging out: %d %v", a.status, a.header)
	}
	if two.get("/password").status != http.StatusUnauthorized {
		t.Error("logged out, and still in")
	}
}

// An id is 256 random bits, and nothing in it repeats. (CVE-2019-9102, CVE-2020-7548.)
func TestSessionIds_CVE_2019_9102(t *testing.T) {
	s := sessions{now: time.Now}
	seen, ones := map[string]bool{}, 0
	const n = 2000
	for range n {
		id := s.begin(1, "")
		raw, err := base64.RawURLEncoding.DecodeString(id)
		if err != nil || len(raw) != 32 || seen[id] {
			t.Fatalf("id %q: %v", id, err)
		}
		seen[id] = true
		for _, b := range raw {
			for ; b != 0; b &= b - 1 {
				ones++
			}
		}
	}
	if share := float64(ones) / (n * 256); math.Abs(share-0.5) > 0.01 {
		t.Errorf("%.3f of the bits are one", share)
	}
	if len(s.all) > sessionsMax {
		t.Errorf("%d sessions are kept", len(s.all))
	}
}

// A page of another origin changes nothing, nor does a request of a browser's session
// that does not say from where it comes. (CVE-2023-30901.)
func TestCSRF_CVE_2023_30901(t *testing.T) {
	at := newPlace(t, access.Faithful)
	for _, origin := range []string{"http://evil.example", "null", "http://127.0.8.2:" + portOf(at.d.options.Address), strings.Replace(at.base, "http:", "https:", 1), ""} {
		w := at.as(0, administrators)
		w.origin = origin
		for i := range routes {
			if r := &routes[i]; r.method == "POST" {
				if a := w.post(r.path, url.Values{"order": {"open"}, "breaker_password": {operatorKey}}); a.status != http.StatusForbidden {
					t.Errorf("origin %q: %s: %d", origin, r.path, a.status)
				}
			}
		}
	}
	if !at.closed() {
		t.Error("a page of another origin opens the breaker")
	}
	for _, site := range []string{"cross-site", "same-site"} {
		q, _ := http.NewRequest("POST", at.base+"/logout", nil)
		q.Header.Set("Sec-Fetch-Site", site)
		q.AddCookie(&http.Cookie{Name: at.d.cookieName, Value: at.as(0, administrators).id})
		if a := send(t, q); a.status != http.StatusForbidden {
			t.Errorf("Sec-Fetch-Site %s: %d", site, a.status)
		}
	}
}

// TestNoChangeOnGET: asking for a page changes nothing that is kept.
func TestNoChangeOnGET(t *testing.T) {
	at := newPlace(t, access.Faithful)
	who := at.as(0, administrators)
	before := at.d.book()
	for i := range routes {
		if r := &routes[i]; r.method == "GET" {
			who.get(r.path + "?id=1&order=open&breaker_password=" + operatorKey + "&name=x&new=x&again=x")
		}
	}
	if at.d.book() != before || !at.closed() {
		t.Error("a GET has changed something")
	}
}

// The cookie is for this device's server alone, and no script reads it.
// (CVE-2023-31238.)
func TestCookieFlags_CVE_2023_31238(t *testing.T) {
	at, other := newPlace(t, access.Faithful), newPlace(t, access.Faithful)
	name, password := delivery(access.Faithful)
	_, a := at.login(name, password)
	cookie := a.header.Get("Set-Cookie")
	for _, flag := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, flag) {
			t.Errorf("%q without %s", cookie, flag)
		}
	}
	for _, loose := range []string{"Domain=", "Expires="} {
		if strings.Contains(cookie, loose) {
			t.Errorf("%q has %s", cookie, loose)
		}
	}
	if at.d.cookieName == other.d.cookieName {
		t.Error("two devices, one cookie: cookies ignore ports")
	}
	secure := at.d.cookie(&http.Request{TLS: new(tlsConnectionState)}, "x")
	if !secure.Secure {
		t.Error("by HTTPS the cookie goes over plain HTTP too")
	}
	twice, _ := http.NewRequest("GET", at.base+"/password", nil)
	id := at.as(0, administrators).id
	twice.AddCookie(&http.Cookie{Name: at.d.cookieName, Value: "x"})
	twice.AddCookie(&http.Cookie{Name: at.d.cookieName, Value: id})
	if a := send(t, twice); a.status != http.StatusUnauthorized {
		t.Errorf("two cookies of the name: %d", a.status)
	}
}

// No page is shown inside another. (CVE-2020-28218.)
func TestClickjacking_CVE_2020_28218(t *testing.T) {
	at := newPlace(t, access.Hardened)
	for _, path := range []string{"/login", "/", "/monitoring", "/nowhere", ui.URL("ui.css")} {
		for _, who := range []*person{at.stranger(), at.as(access.Viewer, 0)} {
			a := who.get(path)
			if !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || a.header.Get("X-Frame-Options") != "DENY" {
				t.Errorf("%s: %v", path, a.header)
			}
			if path != ui.URL("ui.css") && a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s may be kept: %q", path, a.header.Get("Cache-Control"))
			}
		}
	}
}

// No secret is in an address, a log, a page or a file. (CVE-2018-14822, CVE-2019-6549,
// CVE-2025-2002.)
func TestSecretsNowhere_CVE_2018_14822(t *testing.T) {
	at := newPlace(t, access.Faithful)
	const canary = "Canary-3x"
	admin := at.as(0, administrators)
	var said strings.Builder
	hear := func(a answer) { fmt.Fprintln(&said, a.header, a.body) }
	hear(admin.post("/setup/accounts", url.Values{"name": {"bird"}, "group": {"1"}, "new": {canary}, "again": {canary}}))
	hear(admin.post("/setup/accounts", url.Values{"name": {"bird!"}, "group": {"1"}, "new": {canary}, "again": {canary}}))
	bird, a := at.login("bird", canary)
	hear(a)
	_, a = at.login("bird", canary+"x")
	hear(a)
	hear(bird.post("/password", url.Values{"current": {canary}, "new": {canary + "y"}, "again": {canary + "z"}}))
	hear(bird.post("/control", url.Values{"order": {"open"}, "breaker_password": {"Cana"}}))
	hear(bird.get("/control"))
	hear(admin.get("/maintenance/security"))
	hear(admin.get("/maintenance"))
	for _, e := range at.d.Log() {
		fmt.Fprintf(&said, "%+v\n", e)
	}
	kept, err := os.ReadFile(at.file)
	if err != nil {
		t.Fatal(err)
	}
	said.Write(kept)
	fmt.Fprintf(&said, "%v %+v %#v", at.d.book().Accounts, at.d.book().Accounts, at.d.book().Accounts)
	for _, secret := range []string{canary, "Cana", bird.id, admin.id} {
		text := said.String()
		if secret == bird.id {
			text = strings.ReplaceAll(text, at.d.cookieName+"="+secret, "") // where it is given
		}
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("%q is told: …%s…", secret, text[max(0, i-80):i])
		}
	}
	if info, err := os.Stat(at.file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	for _, r := range routes {
		if r.method == "GET" && strings.Contains(r.path, "{") {
			t.Errorf("%s has something in its path", r.path)
		}
	}
}

// Names that are markup are text on every page. (CVE-2018-7795.)
func TestMarkup_CVE_2018_7795(t *testing.T) {
	const evil = `"><script>alert(1)</script>`
	at := newPlace(t, access.Faithful)
	admin := at.as(0, administrators)
	at.login(evil, evil)
	form := url.Values{"group-0": {`<b>Eng</b>`}, "group-1": {"Op"}, "group-2": {"G"}, "group-3": {"A"}}
	if a := admin.post("/setup/groups", form); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	if a := admin.post("/setup/name", url.Values{"name": {evil}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	var all strings.Builder
	for i := range routes {
		if r := &routes[i]; r.method == "GET" && !strings.HasSuffix(r.path, "/live") && r.path != ui.AssetsPath {
			all.WriteString(admin.get(r.path + "?id=1&first=" + url.QueryEscape(evil)).body)
		}
	}
	all.WriteString(admin.post("/setup/accounts", url.Values{"name": {evil}, "email": {evil}, "group": {evil}}).body)
	all.WriteString(admin.post("/control/time", url.Values{"time": {evil}}).body)
	_, a := at.login(evil, evil)
	all.WriteString(a.body)
	if strings.Contains(all.String(), "<script>alert") || strings.Contains(all.String(), "<b>Eng") {
		t.Error("markup in a name is markup on a page")
	}
	if !strings.Contains(all.String(), "&lt;script&gt;alert(1)") {
		t.Error("the name is nowhere: this test sees nothing")
	}
}

// There is no route for makers, and none that the table does not have. (CVE-2024-2103.)
func TestNothingHidden_CVE_2024_2103(t *testing.T) {
	at := newPlace(t, access.Faithful)
	w := at.as(0, administrators)
	for _, path := range []string{"/debug/pprof/", "/debug/vars", "/metrics", "/api", "/admin", "/test", "/cgi-bin/x", "/.git/config", "/setup", "/backup", "/factory", "/favicon.ico", "/robots.txt"} {
		if a := w.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "GETX"} {
		if a := w.raw(method, "/monitoring"); a.status < 400 {
			t.Errorf("%s: %d", method, a.status)
		}
	}
}

// Nobody is led to elsewhere. (CVE-2023-5629.)
func TestOpenRedirect_CVE_2023_5629(t *testing.T) {
	at := newPlace(t, access.Faithful)
	for i := range routes {
		r := &routes[i]
		for _, where := range []string{"http://evil.example/", "//evil.example/", "/\\evil.example"} {
			form := url.Values{"next": {where}, "back": {where}, "url": {where}, "return": {where}, "redirect": {where}}
			a := at.as(0, administrators).ask(r.method, r.path+"?"+form.Encode(), form)
			if to := a.header.Get("Location"); strings.Contains(to, "evil") || to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
				t.Errorf("%s %s leads to %q", r.method, r.path, to)
			}
		}
	}
}

// Only who asks for the device by its own name is answered: a name that was made to
// point here is not.
func TestHost(t *testing.T) {
	at := newPlace(t, access.Faithful)
	id := at.as(0, administrators).id
	for _, host := range []string{"evil.example", "evil.example:" + portOf(at.d.options.Address), "127.0.8.1", "127.0.8.1:1", "localhost:" + portOf(at.d.options.Address)} {
		q, _ := http.NewRequest("GET", at.base+"/monitoring", nil)
		q.Host = host
		q.AddCookie(&http.Cookie{Name: at.d.cookieName, Value: id})
		if a := send(t, q); a.status != http.StatusMisdirectedRequest || strings.Contains(a.body, "Current L1") {
			t.Errorf("Host %s: %d", host, a.status)
		}
	}
}

// No random number here is one that can be foretold. (CVE-2021-4161, CVE-2022-22722: no
// secret is in the program either but those of the factory, which everybody knows.)
func TestNoWeakRandom_CVE_2021_4161(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 10 {
		t.Fatal(err, files)
	}
	for _, f := range files {
		parsed, err := parser.ParseFile(gotoken.NewFileSet(), f, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, im := range parsed.Imports {
			switch im.Path.Value {
			case `"math/rand"`, `"math/rand/v2"`, `"crypto/md5"`, `"crypto/sha1"`, `"net/http/pprof"`, `"expvar"`:
				t.Errorf("%s imports %s", f, im.Path.Value)
			}
		}
	}
}

// TestNothingWithoutLogin_CVE_2019_6533: whatever nobody asks for, the breaker is asked
// for nothing, and no value of it is told.
func TestNothingWithoutLogin_CVE_2019_6533(t *testing.T) {
	for _, p := range profiles {
		at := newPlace(t, p)
		var asked atomic.Int64
		at.unit.Observe(func(imu.Asked) { asked.Add(1) })
		nobody := at.stranger()
		for i := range routes {
			r := &routes[i]
			a := nobody.ask(r.method, r.path, url.Values{"first": {"32028"}, "count": {"10"}, "order": {"open"}, "breaker_password": {administratorKey}})
			if r.open != public && !denied(a) {
				t.Errorf("%v: %s %s: %d", p, r.method, r.path, a.status)
			}
		}
		if n := asked.Load(); n != 0 {
			t.Errorf("%v: the breaker was asked %d times", p, n)
		}
		for _, w := range at.everybody() {
			w.post("/control", url.Values{"order": {"open"}, "breaker_password": {administratorKey}})
		}
		if asked.Load() == 0 {
			t.Errorf("%v: nothing is seen of what people ask either: this proves little", p)
		}
	}
}
