package app

import (
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"switchroom/client"
	"switchroom/ui"
)

// sample is a route with something in its places.
func (r *route) sample() string {
	if r.path == ui.AssetsPath {
		return ui.URL("ui.css")
	}
	return strings.NewReplacer("{$}", "", "{name}", "Q1", "{deed}", "identify", "{point}", "protection.long_time.ir", "{history}", "trip").Replace(r.path)
}

// TestEveryRoute: who does not hold the phone gets none of its routes but those that are
// for everybody, and those have nothing of a breaker. Whoever holds it gets an answer from
// each, and no fault of the server.
func TestEveryRoute(t *testing.T) {
	p := newPlace(t)
	ask := func(r *route) (*http.Response, string) {
		if r.method == "GET" {
			return p.get(r.sample())
		}
		if r.api() {
			return p.call(r.method, r.sample(), struct{}{})
		}
		return p.post(r.sample())
	}
	for i := range routes {
		r := &routes[i]
		a, body := ask(r)
		shut := a.StatusCode == http.StatusUnauthorized || a.StatusCode == http.StatusSeeOther && a.Header.Get("Location") == "/start"
		if !r.public && !shut || a.StatusCode >= 500 {
			t.Errorf("a stranger: %s: %d", r.pattern(), a.StatusCode)
		}
		if strings.Contains(body, "Q1") {
			t.Errorf("a stranger: %s tells of a breaker", r.pattern())
		}
		if !r.public && a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %s", r.pattern(), a.Header.Get("Cache-Control"))
		}
	}
	p.mine()
	for i := range routes {
		if r := &routes[i]; r.path != "/live" {
			if a, body := ask(r); a.StatusCode >= 500 || a.StatusCode == http.StatusUnauthorized && r.path != "/api/v1/start" && r.path != "/start" {
				t.Errorf("the holder: %s: %d %s", r.pattern(), a.StatusCode, body)
			}
		}
	}
}

// TestTable: the rows of each part are sorted, and each of the API is described.
func TestTable(t *testing.T) {
	p := newPlace(t)
	part := func(r *route) int {
		switch {
		case r.api():
			return 2
		case slices.Contains([]string{"/app.js", "/manifest.webmanifest", "/offline", "/worker.js", ui.AssetsPath}, r.path):
			return 1
		}
		return 0
	}
	_, described := p.get("/api/openapi.json")
	for i := range routes {
		if r := &routes[i]; strings.HasPrefix(r.path, "/api/v1/") && !strings.Contains(described, `"`+r.path+`"`) {
			t.Errorf("%s is not described", r.path)
		}
		if i == 0 {
			continue
		}
		a, b := &routes[i-1], &routes[i]
		if part(a) > part(b) || part(a) == part(b) && strings.TrimSuffix(a.path, "{$}") > b.path && b.path != ui.AssetsPath {
			t.Errorf("%s stands after %s", b.path, a.path)
		}
	}
	for _, path := range []string{"/debug/pprof/", "/metrics", "/favicon.ico", "/api/docs", "/.git/config"} {
		if a, _ := p.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}

// TestStart: the code of the start is good once, and the cookie is for this browser alone.
func TestStart(t *testing.T) {
	p := newPlace(t)
	link := p.server.StartLink()
	_, code, _ := strings.Cut(link, "#")
	if a, _ := p.post("/start", "code", "nonsense"); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a wrong code: %d", a.StatusCode)
	}
	a, _ := p.post("/start", "code", code)
	if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
		t.Fatal(a.StatusCode, a.Header)
	}
	if c := a.Cookies()[0]; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.MaxAge != 0 || !c.Expires.IsZero() {
		t.Errorf("the cookie: %v", c)
	}
	if a, _ := p.call("POST", "/api/v1/start", map[string]string{"code": code}); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("the code a second time: %d", a.StatusCode)
	}
	if a, _ := p.get("/connect"); a.StatusCode != http.StatusOK {
		t.Errorf("the holder: %d", a.StatusCode)
	}
}

// TestOthersPages: a page of another origin, and one whose name was made to point here,
// get nothing (CVE-2022-22732, CVE-2022-4062).
func TestOthersPages(t *testing.T) {
	p := newPlace(t)
	p.mine()
	q := must(http.NewRequest("POST", p.server.URL()+"/leave", nil))
	q.Header.Set("Origin", "http://evil.example")
	q.Header.Set("Sec-Fetch-Site", "cross-site")
	if a, _ := p.send(q); a.StatusCode != http.StatusForbidden {
		t.Errorf("another origin: %d", a.StatusCode)
	}
	q = must(http.NewRequest("GET", p.server.URL()+"/connect", nil))
	q.Host = "evil.example"
	if a, body := p.send(q); a.StatusCode != http.StatusMisdirectedRequest || strings.Contains(body, "Q1") {
		t.Errorf("another name: %d", a.StatusCode)
	}
	for _, address := range []string{"0.0.0.0:0", "192.0.2.1:0", "example.org:0", "[::]:0", ":0", "5024"} {
		if err := New(NewPhone(nil, 0)).Listen(address); err == nil {
			t.Errorf("it listens at %s", address)
		}
	}
}

// TestShell: the worker keeps what is the same for everybody and nothing else: every file
// of it is public, has nothing of a breaker, and no page with data is in it.
func TestShell(t *testing.T) {
	p := newPlace(t)
	for _, f := range shell() {
		a, body := p.get(f)
		if a.StatusCode != http.StatusOK || strings.Contains(body, "Q1") || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d", f, a.StatusCode)
		}
	}
	_, worker := p.get("/worker.js")
	if strings.Contains(worker, "SHELL") || strings.Contains(worker, "VERSION") || strings.Contains(worker, "/api/") || strings.Contains(worker, ".put(") {
		t.Error(worker)
	}
	a, text := p.get("/manifest.webmanifest")
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil || m["start_url"] != "/" || a.Header.Get("Content-Type") != "application/manifest+json" {
		t.Error(text, err)
	}
	if workerFor([]string{"/a"}) == workerFor([]string{"/b"}) {
		t.Error("another shell has the same worker")
	}
}

// TestLiveBounded: no more pages watch than there is room for, and the stream tells at
// once that the link has ended.
func TestLiveBounded(t *testing.T) {
	p := newPlace(t)
	p.mine()
	p.paired("3333")
	watch := func() *http.Response {
		return must(p.http.Get(p.server.URL() + "/live"))
	}
	first := watch()
	defer first.Body.Close()
	var more []*http.Response
	for range streamsMax - 1 {
		more = append(more, watch())
	}
	if r := watch(); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one too many: %d", r.StatusCode)
		r.Body.Close()
	} else {
		r.Body.Close()
	}
	for _, r := range more {
		r.Body.Close()
	}
	p.press() // a second time
	text := ""
	for buf := make([]byte, 4096); !strings.Contains(text, "pressed its button again"); {
		n, err := first.Body.Read(buf)
		if err != nil {
			t.Fatal(err, text)
		}
		text += string(buf[:n])
	}
}

// TestNoPasswordAnywhere: passwords of the breaker that were given, right and wrong, are
// in no page, answer, address, cookie or file.
func TestNoPasswordAnywhere(t *testing.T) {
	p := newPlace(t)
	p.mine()
	dir := filepath.Dir(strings.TrimPrefix(strings.SplitN(p.phone.breakers[0].BLE, "?", 2)[0], "ble://"))
	p.paired("3333")
	const wrong, planted = "Zq7x", "2222"
	var seen strings.Builder
	note := func(r *http.Response, body string) {
		seen.WriteString(r.Request.URL.String() + "\n" + body)
		r.Header.Write(&seen)
	}
	const at = "/api/v1/settings/protection.long_time.ir"
	note(p.call("PUT", at, map[string]string{"was": "1000", "to": "800", "password": wrong}))
	note(p.call("PUT", at, map[string]any{"was": 5, "to": "800", "password": wrong}))
	note(p.call("PUT", at, map[string]string{"was": "1000", "to": "800", "password": wrong + strings.Repeat(wrong, 40)}))
	note(p.call("POST", "/api/v1/deeds/open", map[string]string{"password": wrong, "more": wrong}))
	note(p.post("/password", "password", wrong))
	note(p.post("/do/open", "password", wrong))
	note(p.post("/settings/protection.long_time.ir", "was", "1000", "to", "700", "password", wrong))
	note(p.post("/password", "password", planted))
	note(p.post("/settings/protection.long_time.ir", "was", "1000", "to", "700", "password", planted))
	for i := range routes {
		if r := &routes[i]; r.method == "GET" && r.path != "/live" && r.path != ui.AssetsPath {
			note(p.get(r.sample()))
		}
	}
	note(p.get("/settings/protection.long_time.ir?to=600"))
	if !strings.Contains(seen.String(), "It was read back") {
		t.Fatal("nothing was changed, and so nothing was tried")
	}
	for _, secret := range []string{wrong, `"` + planted + `"`, ">" + planted + "<", "password=" + planted} {
		if strings.Contains(seen.String(), secret) {
			t.Errorf("%q was seen", secret)
		}
	}
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if text, e := os.ReadFile(path); err == nil && e == nil && (strings.Contains(string(text), wrong) || strings.Contains(string(text), planted)) {
			t.Errorf("%s has a password", path)
		}
		return nil
	})
}

// TestTakesAlong: a trip and the events are taken along as tables and as JSON, and what a
// spreadsheet would run is text.
func TestTakesAlong(t *testing.T) {
	p := newPlace(t)
	p.mine()
	p.paired("3333")
	p.trip()
	a, text := p.get("/trip.csv")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][1] != "Q1" || rows[1][2] != "trip" || rows[1][8] == "" {
		t.Fatal(rows, err)
	}
	if !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") || a.Header.Get("Cache-Control") != "no-store" {
		t.Error(a.Header)
	}
	_, text = p.get("/trip.json")
	var trip Trip
	if err := json.Unmarshal([]byte(text), &trip); err != nil || trip.Last == nil || trip.Last.Trip == nil || trip.Last.Trip.Currents[0] == 0 {
		t.Error(text, err)
	}
	if _, text = p.get("/events.csv?history=trip"); strings.Count(text, "\n") < 2 {
		t.Error(text)
	}
	if _, page := p.get("/trip"); !strings.Contains(page, "I1, I2, I3, IN") {
		t.Error("the page has no values")
	}
	if _, page := p.get("/restore"); !strings.Contains(page, "Find and clear the cause") {
		t.Error("the guidance does not see the trip")
	}
	h := History{Breaker: "=cmd|'/C calc'!A0", Records: []Record{{Detail: "@SUM(1)", Title: "-1", Trip: &client.TripContext{Value: -5}}}}
	if text := string(h.CSV()); strings.Contains(text, ",=cmd") || strings.Contains(text, ",@SUM") || !strings.Contains(text, ",-1,") || !strings.Contains(text, ",-5.0,") {
		t.Error(text)
	}
}
