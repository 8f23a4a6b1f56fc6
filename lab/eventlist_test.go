package lab

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/lab/remote"
)

// Each filter leaves what it asks for and nothing else, and the pages together are the
// whole.
func TestEventFilters(t *testing.T) {
	p := demo(t)
	p.inject(remote.Order{Fault: "trip", Unit: "Q11", With: map[string]string{"cause": "short_time"}, For: 600})
	p.until("Q11", "breaker.closed", "false")
	p.inject(remote.Order{Fault: "open", Unit: "Q12", For: 600})
	p.until("Q12", "breaker.closed", "false")
	all := read[eventsTold](p, "/api/v1/events")
	if !slices.IsSortedFunc(all.Events, func(a, b eventTold) int { return b.Laboratory.Compare(a.Laboratory) }) {
		t.Error("they are not the newest first")
	}
	for query, want := range map[string]func(*eventTold) bool{
		"unit=Q12":           func(e *eventTold) bool { return e.Unit == "Q12" },
		"history=operation":  func(e *eventTold) bool { return e.History == "operation" },
		"severity=high":      func(e *eventTold) bool { return e.Severity == "high" },
		"severity=medium":    func(e *eventTold) bool { return e.Severity != "low" },
		"text=OPENED":        func(e *eventTold) bool { return strings.Contains(e.Title, "opened") },
		"unit=Q11&text=isd":  func(e *eventTold) bool { return e.Unit == "Q11" && strings.Contains(e.Title, "Isd") },
		"since=2999-01-01":   func(*eventTold) bool { return false },
		"since=2020-01-01":   func(*eventTold) bool { return true },
		"text=no+such+thing": func(*eventTold) bool { return false },
		"unit=Q9":            func(*eventTold) bool { return false },
	} {
		some := read[eventsTold](p, "/api/v1/events?"+query)
		n := 0
		for i := range all.Events {
			if want(&all.Events[i]) {
				n++
			}
		}
		if some.Count != n || slices.ContainsFunc(some.Events, func(e eventTold) bool { return !want(&e) }) {
			t.Errorf("%s: %d, want %d of %d", query, some.Count, n, all.Count)
		}
	}
	p.end()
}

// A page is so many, the next goes on where it ended, and none is beyond the last.
func TestEventPages(t *testing.T) {
	p := demo(t)
	first := read[eventsTold](p, "/api/v1/events")
	for first.Count <= eventsShown+5 { // the test's own limit ends it
		p.inject(remote.Order{Fault: "open", Unit: "Q12", For: 600})
		p.inject(remote.Order{Fault: "close", Unit: "Q12", For: 600})
		first = read[eventsTold](p, "/api/v1/events")
	}
	var whole []string
	for n := 1; n <= first.Pages; n++ {
		for _, e := range read[eventsTold](p, fmt.Sprint("/api/v1/events?page=", n)).Events {
			whole = append(whole, e.Unit+e.Laboratory.String()+e.Event)
		}
	}
	if len(whole) < first.Count || first.Pages < 2 || len(first.Events) != eventsShown {
		t.Errorf("%d on %d pages of %d", len(whole), first.Pages, first.Count)
	}
	if last := read[eventsTold](p, "/api/v1/events?page=99999"); last.Page != last.Pages {
		t.Errorf("page %d of %d", last.Page, last.Pages)
	}
	p.end()
}

// What cannot be read is told beside its field, and by the API.
func TestEventFilterErrors(t *testing.T) {
	p := demo(t)
	for query, want := range map[string]string{"since=tomorrow": "is no date", "history=x": "no history", "severity=x": "no severity"} {
		if res, body := p.get("/events?" + query); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
			t.Errorf("%s: %d, no %q", query, res.StatusCode, want)
		}
		if res, _ := p.get("/api/v1/events?" + query); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d by the API", query, res.StatusCode)
		}
	}
	p.end()
}

// formulas are names that a spreadsheet would take for formulas, and one that a page
// would take for a script.
var formulas = []string{`=cmd|' /C calc'!A0`, `+1+1`, `-2-2`, `@SUM(A1)`, `<script>alert(1)</script>`}

// Names such as =cmd| and <script> are text in the CSV, in pages and in what moves.
func TestEventNamesAreHarmless(t *testing.T) {
	file := "site: F\nbreakers:\n"
	for _, name := range formulas {
		file += fmt.Sprintf("  - {name: %q, in: 1000, variant: \"5.0\", closed: true, modules: [all], from: T1, to: B}\n", name)
	}
	p := newPlaceOf(t, file+"network:\n  sources: [{name: \"<u>\", node: T1, kva: 630}]\n")
	for _, name := range formulas {
		p.inject(remote.Order{Fault: "trip", Unit: name, With: map[string]string{"cause": "instantaneous"}, For: 600})
		p.until(name, "breaker.closed", "false")
	}
	res, text := p.get("/api/v1/events.csv")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/csv") || len(rows) < 10 {
		t.Fatal(err, res.Header, len(rows))
	}
	seen := map[string]bool{}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("%q would be a formula", cell)
			}
			seen[cell] = true
		}
	}
	for _, name := range formulas[:4] {
		if !seen["'"+name] {
			t.Errorf("%q is not in it as text", name)
		}
	}
	paths := []string{"/events", "/events?text=" + url.QueryEscape("<script>"), "/captures", "/curves"}
	for _, name := range formulas {
		u := p.server.unit(name)
		paths = append(paths, "/curves?at="+url.QueryEscape(name), tripURL(&p.server.trips(u)[0]), "/events?unit="+url.QueryEscape(name))
	}
	for _, path := range paths {
		res, body := p.get(path)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		harmless(t, path, body)
	}
	p.end()
}

// A date is read in the ways in which people and browsers write it.
func TestMoment(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-28": "2026-11-28T00:00:00Z", "2026-11-28T07:30": "2026-11-28T07:30:00Z", "2026-11-28 07:30:01": "2026-11-28T07:30:01Z",
		"2026-11-28T07:30:00+02:00": "2026-11-28T05:30:00Z", "yesterday": "", "": "", "28.11.2026": "",
	} {
		got, err := moment(text)
		if (err == nil) != (want != "") || err == nil && got.UTC().Format("2006-01-02T15:04:05Z") != want {
			t.Errorf("%q: %v %v", text, got, err)
		}
	}
}

// What a filter is made of again is itself, whatever an address holds.
func FuzzAskEvents(f *testing.F) {
	for _, s := range []string{"unit=Q1&text=a&since=2026-11-28&severity=high&history=trip&page=3", "since=%zz", "text=%3Cscript%3E&page=-1", "severity=x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, _ := url.ParseQuery(s)
		first, wrong := askEvents(q)
		if first.Page < 1 || len([]rune(first.Text)) > textMax {
			t.Fatalf("%+v", first)
		}
		again, still := askEvents(first.query())
		again.Page, first.Page = 1, 1
		again.Since, first.Since = again.Since.UTC(), first.Since.UTC().Truncate(time.Second)
		if len(wrong) == 0 && (again != first || len(still) > 0) {
			t.Fatalf("%+v, then %+v (%v)", first, again, still)
		}
	})
}
