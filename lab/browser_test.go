package lab

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"switchroom/lab/remote"
	"switchroom/ui/browser"
)

// seen starts a browser, or skips loudly.
func seen(t *testing.T) *browser.Browser {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: the pages are not looked at in a browser (-short)")
	}
	b, err := browser.Start(t.Context())
	if errors.Is(err, browser.ErrNone) {
		t.Skip("SKIPPED: the pages are not looked at in a browser: install the Debian package chromium")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// A person opens the page of the demonstration and watches a breaker open: on its
// card and in the diagram, without a word on the browser's console.
func TestSeesBreakerOpen(t *testing.T) {
	b := seen(t)
	demo, err := os.ReadFile("../cmd/switchroom/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlaceOf(t, string(demo))
	p.until("Q12", "breaker.closed", "true")
	tab, err := b.Open(browser.Views[1], p.server.URL()+"/")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	wait(t, tab, `document.querySelector("#card-Q12 .badge-closed") && document.querySelector("#link").dataset.up === "yes"`)
	weight(t, tab)
	p.inject(remote.Order{Fault: "open", Unit: "Q12", For: 600})
	wait(t, tab, `document.querySelector("#card-Q12 .badge-open") && [...document.querySelectorAll("#network-svg title")].some(x => x.textContent.startsWith("Q12: Open"))`)
	wait(t, tab, `document.querySelector("#card-Q12 .badge-dead") && document.querySelector("#active a") && document.querySelector("#events-box-list")`)
	silent(t, tab)
}

// A fault is injected and undone in the browser, as a person does it.
func TestInjectsInBrowser(t *testing.T) {
	b := seen(t)
	p := newPlace(t)
	p.until("Q1", "breaker.closed", "true")
	tab, err := b.Open(browser.Views[2], p.server.URL()+"/faults/new?fault=open&unit=Q1")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	if err := tab.Click("button.btn-primary"); err != nil {
		t.Fatal(err)
	}
	wait(t, tab, `location.pathname === "/unit/Q1" && document.querySelector("#stands .badge-open")`)
	if err := tab.Click("#faults form button"); err != nil {
		t.Fatal(err)
	}
	wait(t, tab, `document.querySelector("#stands .badge-closed") && !document.querySelector("#faults form")`)
	silent(t, tab)
}

// A person watches a wrong password cross and be refused, and looks at its bytes.
func TestSeesWireInBrowser(t *testing.T) {
	b := seen(t)
	p := newTapped(t)
	tab, err := b.Open(browser.Views[0], p.server.URL()+"/wire")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	wait(t, tab, `document.querySelector("#wire-rows").textContent.includes("Nothing yet") && document.querySelector("#link").dataset.up === "yes"`)
	p.asks("Q1", olga, commands(904, canary))
	wait(t, tab, `document.querySelector(".lab-wire")?.textContent.includes("a wrong password, in clear") && document.querySelector("#wire-heard").textContent.includes("1 password")`)
	if err := tab.Click(".lab-wire .lab-order"); err != nil {
		t.Fatal(err)
	}
	wait(t, tab, `location.pathname.startsWith("/wire/") && document.querySelector(".hex-key")?.textContent.includes("the password, in clear on the wire")`)
	silent(t, tab)
}

// Every page, in every view: axe finds nothing, nothing is too wide, nothing is said.
func TestPagesAccessible(t *testing.T) {
	axe, err := os.ReadFile("../dev/cache/axe.min.js")
	if err != nil {
		t.Skip("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
	}
	b := seen(t)
	p := newTapped(t, lockedRoom)
	p.asks("Q1", olga, commands(904, canary))
	p.inject(remote.Order{Fault: "trip", Unit: "Q1", For: 600})
	p.until("Q1", "breaker.closed", "false")
	p.post("/room/badge", url.Values{"person": {"Olga"}, "way": {"in"}})
	p.post("/room/stop", nil)
	for _, path := range []string{"/", "/unit/Q1", "/unit/Q1/front", "/unit/Q1/phone?by=Olga", "/unit/Q1?tab=measurements", "/unit/Q1?tab=events", "/faults", "/faults/new?fault=load", "/room", "/network", "/network/fault?at=A&kind=three_phase", "/playback", "/time", "/wire", "/wire?kind=refused&pause=yes", "/wire/2", "/unit/none"} {
		accessible(t, b, string(axe), p.server.URL()+path, path != "/unit/none")
	}
}

// accessible looks at a page in every view: axe finds nothing, nothing is too wide, and
// unless the page is missing nothing is said.
func accessible(t *testing.T, b *browser.Browser, axe, url string, quiet bool) {
	t.Helper()
	tab, err := b.Open(browser.Views[0], url)
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	found, err := tab.Faults(axe, browser.Pictured(func(v browser.View) { picture(t, tab, url, v.Name) }))
	if err != nil || len(found) > 0 {
		t.Errorf("%s: %s %v", url, strings.Join(found, "\n"), err)
	}
	if quiet {
		silent(t, tab)
	}
}

// picture writes what is seen for review, where SWITCHROOM_SHOTS names a directory.
func picture(t *testing.T, tab *browser.Tab, address, view string) {
	t.Helper()
	dir := os.Getenv("SWITCHROOM_SHOTS")
	if dir == "" {
		return
	}
	png, err := tab.PNG()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := "lab" + strings.NewReplacer("/", "_", "?", "_", "&", "_", "=", "-").Replace(u.RequestURI()) + "-" + view + ".png"
	if err := os.WriteFile(filepath.Join(dir, name), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// wait waits until something is so.
func wait(t *testing.T, tab *browser.Tab, what string) {
	t.Helper()
	if err := tab.Wait(what); err != nil {
		t.Fatal(err)
	}
}

// silent checks that the browser said nothing: no error, nothing that the policy
// blocked.
func silent(t *testing.T, tab *browser.Tab) {
	t.Helper()
	said, err := tab.Console()
	if err != nil || len(said) > 0 {
		t.Errorf("the browser said: %s %v", strings.Join(said, "\n"), err)
	}
}

// weight checks how much the first page transfers, with all its files.
func weight(t *testing.T, tab *browser.Tab) {
	t.Helper()
	n, err := browser.Eval[int](tab, `performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource")).filter(e => !e.name.includes("/live")).reduce((n, e) => n + e.transferSize, 0)`)
	if err != nil || n == 0 || n > 150_000 {
		t.Error(fmt.Sprintf("the first page transfers %d bytes", n), err)
	}
	t.Logf("the first page transfers %d bytes", n)
}

// A person stops time, puts a fault on after seeing what would flow, and steps until
// the right breaker has tripped.
func TestStepsThroughFault(t *testing.T) {
	b := seen(t)
	p := demonstration(t)
	tab, err := b.Open(browser.Views[1], p.server.URL()+"/time")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	click := func(selector, until string) {
		t.Helper()
		if err := tab.Click(selector); err != nil {
			t.Fatal(err)
		}
		wait(t, tab, until)
	}
	click(`#time-speed button[value="0"]`, `document.querySelector("#clock b").textContent === "paused" && document.querySelector('#time-speed button[value="0"]').ariaPressed === "true"`)
	click(`nav a[href="/network"]`, `document.querySelector("#faults-on a.btn")`)
	click(`#faults-on a.btn`, `document.querySelector("#fault-at")`)
	if _, err := browser.Eval[bool](tab, `(document.querySelector("#fault-at").value = "F12", document.querySelector("#fault-ohm").value = "10", true)`); err != nil {
		t.Fatal(err)
	}
	click(`main form button`, `document.querySelector("#prospect-box form button")`)
	click(`#prospect-box form button`, `location.pathname === "/network" && document.querySelector("#faults-on form button")`)
	click(`#clock`, `document.querySelector('button[value="1"][name="by"]')`)
	// The page looks the same after the step: only another document tells that it was made.
	if _, err := browser.Eval[bool](tab, `window.before = true`); err != nil {
		t.Fatal(err)
	}
	click(`button[value="1"][name="by"]`, `!window.before && location.pathname === "/time" && document.querySelector("#time-now")`)
	click(`nav a[href="/network"]`, `[...document.querySelectorAll("#network-svg title")].some(x => x.textContent.startsWith("Q12: Tripped")) && document.querySelector("#faults-on").textContent.includes("carries nothing")`)
	if p.shows("Q1", "breaker.closed") != "true" {
		t.Error("Q1 has opened too")
	}
	silent(t, tab)
}
