package lab

import (
	"bufio"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"switchroom/lab/remote"
)

// get asks for a page and returns its status, headers and text.
func (p *place) get(path string) (*http.Response, string) {
	p.Helper()
	return p.text(http.Get(p.server.URL() + path))
}

// post sends a form and follows nothing.
func (p *place) post(path string, form url.Values) (*http.Response, string) {
	p.Helper()
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return p.text(c.PostForm(p.server.URL()+path, form))
}

func (p *place) text(res *http.Response, err error) (*http.Response, string) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.Fatal(err)
	}
	return res, string(b)
}

// Each page has what it is for, and the headers of pages; the API keeps its own.
func TestPages(t *testing.T) {
	p := newPlace(t)
	p.until("Q1", "breaker.closed", "true")
	for p.shows("Q1", "current.l1.max") == "null" { // until it has measured; the test's own limit ends it
	}
	for path, want := range map[string]string{
		"/":                         "network-svg",
		"/?page=99":                 "Q2",
		"/unit/Q1":                  "Active power",
		"/unit/Q1/front":            "front-what",
		"/unit/Q1?tab=measurements": "current.l1",
		"/unit/Q1?tab=extremes":     "current.l1.max",
		"/unit/Q1?tab=protection":   "protection.long_time.ir",
		"/unit/Q1?tab=device":       "breaker.closed",
		"/unit/Q1?tab=events":       "What happened",
		"/unit/Q1?tab=nothing":      "Active power",
		"/events":                   "control unit powered up",
		"/curves":                   "Choose a breaker",
		"/curves?at=Q2":             "Q1 above Q2",
		"/captures":                 "None yet",
		"/faults":                   "Proves that",
		"/faults?unit=Q2":           "unit=Q2",
		"/faults/new?fault=load":    "with.l1",
		"/wire":                     "No password has crossed",
		"/wire?kind=no&client=x":    "Nothing yet",
		"/wire?pause=yes":           "Go on",
	} {
		res, body := p.get(path)
		if res.StatusCode != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d, no %q in %.300s", path, res.StatusCode, want, body)
		}
		if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'self'") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if len(body) > 150_000 {
			t.Errorf("%s: %d bytes", path, len(body))
		}
	}
	for _, path := range []string{"/unit/Q9", "/unit/Q9/live", "/curves?at=Q9", "/trip/Q1/1", "/captures/Q1/long-1", "/faults/new?fault=none", "/faults/new"} {
		if res, body := p.get(path); res.StatusCode != 404 || !strings.Contains(body, "<h1>") {
			t.Errorf("%s: %d %.200s", path, res.StatusCode, body)
		}
	}
	if res, _ := p.get("/api/v1/units"); res.Header.Get("Content-Security-Policy") != "default-src 'none'; frame-ancestors 'none'" {
		t.Errorf("the API's policy is %q", res.Header.Get("Content-Security-Policy"))
	}
}

// Every row of the table is served, and by no other method.
func TestRoutes(t *testing.T) {
	p := newPlace(t)
	fill := strings.NewReplacer("{name}", "Q1", "{unit}", "Q1", "{id}", "1", "{trip}", "1", "{capture}", "long-1", "{part}", "comtrade.zip", "{number}", "1", "{file}", "curves.svg")
	known := map[string]map[string]bool{}
	for _, r := range Routes() {
		if known[r.Path] == nil {
			known[r.Path] = map[string]bool{}
		}
		known[r.Path][r.Method] = true
		if r.Access != "public" || r.Roles == nil || r.Server != "lab" {
			t.Errorf("%+v", r)
		}
	}
	mux := p.server.wired().(*http.ServeMux)
	for path, methods := range known {
		for _, m := range []string{"GET", "POST", "PUT", "DELETE", "PATCH"} {
			r, _ := http.NewRequest(m, p.server.URL()+fill.Replace(path), nil)
			_, pattern := mux.Handler(r)
			pattern = strings.TrimSuffix(pattern, "{$}")
			if want := m + " " + path; methods[m] && pattern != want {
				t.Errorf("%s: served by %q", want, pattern)
			}
			if by, where, _ := strings.Cut(pattern, " "); pattern != "" && !known[where][by] {
				t.Errorf("%s %s: served by %q, which is not in the table", m, path, pattern)
			}
		}
	}
}

// A form injects, sends the browser to where it came from, and its injection can be
// undone there; nothing happens twice on reload.
func TestForms(t *testing.T) {
	p := newPlace(t)
	p.until("Q1", "breaker.closed", "true")
	res, _ := p.post("/faults/new", url.Values{"fault": {"open"}, "unit": {"Q1"}, "for": {"600"}, "back": {"Q1"}})
	if res.StatusCode != 303 || res.Header.Get("Location") != "/unit/Q1#faults" {
		t.Fatalf("%d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	p.until("Q1", "breaker.closed", "false")
	if _, body := p.get("/unit/Q1"); !strings.Contains(body, `action="/faults/1/undo"`) {
		t.Errorf("no way to undo it in %s", body)
	}
	if res, _ = p.post("/faults/1/undo", url.Values{"back": {"//evil.example"}}); res.Header.Get("Location") != "/faults#active-faults" {
		t.Errorf("sent to %q", res.Header.Get("Location"))
	}
	p.until("Q1", "breaker.closed", "true")
	p.post("/faults/new", url.Values{"fault": {"substitute"}, "unit": {"*"}, "points": {"current.l1 = 412\ncurrent.l2=1\n"}})
	all, err := p.client.Injections(t.Context())
	if err != nil || len(all) != 2 || all[1].With["current.l1"] != "412" || all[1].State != remote.Active {
		t.Fatalf("%+v %v", all, err)
	}
	p.post("/faults/undo", nil)
	if all, _ = p.client.Injections(t.Context()); all[1].State != remote.Over {
		t.Errorf("%+v", all)
	}
	if _, body := p.get("/faults"); !strings.Contains(body, "every breaker") {
		t.Error("what is over is not listed")
	}
	if res, _ = p.post("/faults/99/undo", nil); res.StatusCode != 404 {
		t.Errorf("undoing nothing: %d", res.StatusCode)
	}
}

// What is wrong with a form stands beside each field, all at once, with what was
// typed; nothing has been injected.
func TestFormErrors(t *testing.T) {
	p := newPlace(t)
	for _, tt := range []struct {
		form url.Values
		want []string
	}{
		{url.Values{"fault": {"load"}, "unit": {"Q1"}, "with.l1": {"<b>much</b>"}, "with.l2": {"1e9"}, "for": {"-1"}, "seed": {"x"}},
			[]string{"field-with_2el1-error", "field-with_2el2-error", "field-for-error", "field-seed-error", "&lt;b&gt;much&lt;/b&gt;"}},
		{url.Values{"fault": {"substitute"}, "unit": {"Q1"}, "points": {"no.such = 1"}}, []string{"field-points-error", "no.such"}},
		{url.Values{"fault": {"substitute"}, "unit": {"Q1"}}, []string{"field-unit-error"}},
		{url.Values{"fault": {"load"}, "unit": {"Q2"}}, []string{"field-unit-error", "it is open"}},
		{url.Values{"fault": {"silent"}, "unit": {"Q9"}}, []string{"field-unit-error", "no unit"}},
		{url.Values{"fault": {"silent"}}, []string{"field-unit-error", "choose a breaker"}},
		{url.Values{"fault": {"self-test"}, "unit": {"Q1"}, "with.part": {""}}, []string{"field-with_2epart-error"}},
	} {
		res, body := p.post("/faults/new", tt.form)
		for _, want := range tt.want {
			if res.StatusCode != 422 || !strings.Contains(body, want) {
				t.Errorf("%v: %d, no %q", tt.form, res.StatusCode, want)
			}
		}
	}
	if all, _ := p.client.Injections(t.Context()); len(all) != 0 {
		t.Errorf("injected: %+v", all)
	}
}

// messages reads a stream until a message has what is wanted.
func messages(t *testing.T, body io.Reader, want string) (seen int) {
	t.Helper()
	sc := bufio.NewScanner(body)
	sc.Buffer(nil, 8<<20)
	for sc.Scan() {
		if strings.HasPrefix(sc.Text(), "data:") {
			seen++
		}
		if strings.Contains(sc.Text(), want) {
			return seen
		}
	}
	t.Fatalf("the stream ended without %q: %v", want, sc.Err())
	return 0
}

// A stream begins with all that is current, and tells of a trip.
func TestStream(t *testing.T) {
	p := newPlace(t)
	p.until("Q1", "breaker.closed", "true")
	for path, first := range map[string]string{"/live": "card-Q1", "/unit/Q1/live": "tile-power", "/unit/Q1/front/live": "front-drawing", "/faults/live": "active-faults", "/events/live": "events-list", "/curves/live?at=Q2": "curves-points"} {
		res, err := http.Get(p.server.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		if kind := res.Header.Get("Content-Type"); kind != "text/event-stream" {
			t.Errorf("%s: %s", path, kind)
		}
		messages(t, res.Body, first)
		if path == "/live" {
			p.inject(remote.Order{Fault: "trip", Unit: "Q1"})
			messages(t, res.Body, "badge-tripped")
		}
		res.Body.Close()
	}
}

// Streams end with the server, and there are no more than so many.
func TestStreamsEnd(t *testing.T) {
	p := newPlace(t)
	res, err := http.Get(p.server.URL() + "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	messages(t, res.Body, "card-Q1")
	p.server.hub.mu.Lock()
	p.server.hub.streams += streamsMax
	p.server.hub.mu.Unlock()
	if res, body := p.get("/live"); res.StatusCode != 503 || !strings.Contains(body, "too many") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	p.server.hub.mu.Lock()
	p.server.hub.streams -= streamsMax
	p.server.hub.mu.Unlock()
	p.end()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Errorf("the stream ends with %v", err)
	}
}

// Names that are markup stay names, in pages and in streams.
func TestHostileNames(t *testing.T) {
	const name = `<script>alert(1)</script>"'&`
	p := newPlaceOf(t, `
site: "<b>Two</b>"
breakers:
  - {name: "<script>alert(1)</script>\"'&", title: "</title><img src=x onerror=alert(1)>", in: 1000, variant: "6.0", closed: true, from: T1, to: "<i>"}
network:
  sources: [{name: "<u>", node: T1, kva: 630}]
  loads: [{name: "<em>", node: "<i>", kw: 100}]
`)
	p.inject(remote.Order{Fault: "open", Unit: name})
	for _, path := range []string{"/", unitURL(name), unitURL(name) + "?tab=events", frontURL(name), frontURL(name) + "?by=<b>", "/faults", newURL("open", name), "/faults/new?fault=<b>", "/unit/<b>"} {
		_, body := p.get(strings.NewReplacer("<", "%3C", ">", "%3E").Replace(path))
		harmless(t, path, body)
	}
	res, err := http.Get(p.server.URL() + "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	sc := bufio.NewScanner(res.Body)
	sc.Buffer(nil, 8<<20)
	for sc.Scan() && !strings.Contains(sc.Text(), "events-box") {
		harmless(t, "/live", strings.TrimPrefix(sc.Text(), "data: "))
	}
}

// harmless checks that a page has only the scripts and tags of its own.
func harmless(t *testing.T, path, body string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			src := ""
			for _, a := range tok.Attr {
				if a.Key == "src" {
					src = a.Val
				}
				if strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: %v", path, tok)
				}
			}
			if tok.Data == "script" && !strings.HasPrefix(src, "/ui/") || tok.Data == "img" || tok.Data == "u" || tok.Data == "em" {
				t.Errorf("%s: %v", path, tok)
			}
		}
	}
}

// A control unit without its supply tells nothing: its breaker is unknown, not open.
func TestUnknown(t *testing.T) {
	p := newPlace(t)
	p.until("Q1", "breaker.closed", "true")
	p.inject(remote.Order{Fault: "supply-lost", Unit: "Q1", For: 600})
	p.until("Q1", "breaker.closed", "null")
	if _, body := p.get("/unit/Q1"); !strings.Contains(body, "badge-unknown") || strings.Contains(body, "badge-open") {
		t.Errorf("%.3000s", body)
	}
}

// Sentences of any alphabet begin with a capital letter and end with one dot.
func TestSentence(t *testing.T) {
	for s, want := range map[string]string{"": "", "it is so": "It is so.", "özge: no": "Özge: no.", "It is.": "It is.", "\xff": "\uFFFD."} {
		if got := sentence(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
