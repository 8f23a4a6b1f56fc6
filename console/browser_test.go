package console

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/client"
	"switchroom/trust"
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

// TestSetUpInBrowser: somebody opens the set-up link, becomes the first person, signs in
// and makes a group and a person, as people do.
func TestSetUpInBrowser(t *testing.T) {
	b := seen(t)
	p := newPlace(t)
	link, err := p.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tab, err := b.Open(browser.Views[1], link)
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	does := func(script, until string) {
		t.Helper()
		if _, err := browser.Eval[bool](tab, script+"; true"); err != nil {
			t.Fatal(script, err)
		}
		if err := tab.Wait(until); err != nil {
			page, _ := browser.Eval[string](tab, "document.body.innerText")
			t.Fatal(until, err, page)
		}
	}
	press := ` document.querySelector("main form .btn-primary").click()`
	does(`""`, `location.hash === "" && document.querySelector("#code").value.length > 20`)
	does(typed("login", "olga", "name", "Olga Fair", "new", good, "again", good)+press, `location.pathname === "/signin"`)
	does(typed("login", "olga", "password", good)+press, `location.pathname === "/" && document.body.innerText.includes("Olga Fair")`)
	does(`location.href = "/groups/new"`, `location.pathname === "/groups/new" && document.querySelector("#name")`)
	does(typed("name", "Engineers")+`document.querySelector("input[name='role-engineer']").checked = true;`+press, `location.pathname === "/access" && document.body.innerText.includes("Engineers")`)
	does(`location.href = "/people/new"`, `location.pathname === "/people/new" && document.querySelector("#name")`)
	does(typed("login", "piet", "name", "Piet Low")+press, `location.pathname.startsWith("/people/") && location.pathname !== "/people/new"`)
	does(`document.querySelector("#invite-ask").click()`, `document.querySelector("#invite").open`)
	does(`document.querySelector("#invite .btn-danger").click()`, `document.body.innerText.includes("The code, shown once")`)
}

// typed fills fields in.
func typed(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "document.querySelector(%q).value = %q; ", "#"+pairs[i], pairs[i+1])
	}
	return b.String()
}

// TestPages: every page that the boss sees, in every view: axe finds nothing, nothing is
// too wide.
func TestPages(t *testing.T) {
	axe, err := os.ReadFile("../dev/cache/axe.min.js")
	if err != nil {
		t.Skip("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
	}
	b := seen(t)
	p := newPlace(t)
	p.person("piet", "engineer")
	boss := p.boss()
	for _, path := range []string{"/signin", "/accept", "/nowhere"} {
		accessible(t, b, string(axe), p.url+path)
	}
	p.signedIn(b).Close()
	var people []personTold
	read(t, boss.call("GET", "/api/v1/people", nil), &people)
	for _, path := range []string{"/", "/people", "/people/new", "/people/" + people[1].ID, "/access", "/groups/new", "/audit", "/about", "/password", "/authenticator", "/passkeys", "/tokens", "/vault", "/projects", "/policies"} {
		accessible(t, b, string(axe), p.url+path)
	}
}

// TestEngineersPages: the pages of trust and firmware, with something on each, in every
// view: axe finds nothing, nothing is too wide.
func TestEngineersPages(t *testing.T) {
	axe, err := os.ReadFile("../dev/cache/axe.min.js")
	if err != nil {
		t.Skip("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
	}
	b := seen(t)
	p := newPlace(t)
	emil := p.person("emil", accounts.Engineer)
	set := p.trusts()
	p.project(emil, "P-1")
	p.firmware("P-1", "Q1", client.FirmwareSlot{Version: "002.000.003", Sequence: 3, Built: "2026-11-01T00:00:00Z", Signer: "micrologic-signing-1"})
	pkg := emil.upload("/projects/P-1/firmware/package", nil, map[string][]byte{"file": firmwareOf(t, set, "002.000.004", 4)}).header.Get("Location")
	run := emil.upload(pkg, map[string]string{"breaker-Q1": "yes", "breaker_password": "0000", "not_rehearsed": "to see", "address": "usb:///nowhere/usb.sock?unit=Q1"}, nil).header.Get("Location")
	p.signedInAs(b, "emil").Close()
	accessible(t, b, string(axe), p.url+pkg)
	revokes(t, set, trust.Micrologic)
	emil.post("/trust/check", url.Values{})
	for _, path := range []string{"/trust", "/projects/P-1", "/projects/P-1/breakers/Q1", "/projects/P-1/breakers/Q1/firmware", "/projects/P-1/firmware", "/projects/P-1/firmware/package", run} {
		if a := emil.get(path); a.status != 200 {
			t.Error(path, a.status)
		}
		accessible(t, b, string(axe), p.url+path)
	}
	if a := emil.get(pkg); a.status != 422 || !strings.Contains(a.body, "revoked") {
		t.Error("its signer was revoked meanwhile:", a.status)
	}
}

// accessible looks at a page in every view.
func accessible(t *testing.T, b *browser.Browser, axe, url string) {
	t.Helper()
	tab, err := b.Open(browser.Views[0], url)
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	found, err := tab.Faults(axe, nil)
	if err != nil || len(found) > 0 {
		t.Errorf("%s: %s %v", url, strings.Join(found, "\n"), err)
	}
}

// signedIn is a browser of the boss.
func (p *place) signedIn(b *browser.Browser) *browser.Tab { return p.signedInAs(b, "olga") }

func (p *place) signedInAs(b *browser.Browser, login string) *browser.Tab {
	p.t.Helper()
	tab, err := b.Open(browser.Views[0], p.url+"/signin")
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := browser.Eval[bool](tab, typed("login", login, "password", good)+`document.querySelector("main form .btn-primary").click(); true`); err != nil {
		p.t.Fatal(err)
	}
	if err := tab.Wait(`location.pathname === "/"`); err != nil {
		p.t.Fatal(err)
	}
	return tab
}

// TestPasskeyInBrowser: somebody adds a passkey of their device, signs out, comes in with
// it alone, has the screen locked and opens it with it, and takes it away.
func TestPasskeyInBrowser(t *testing.T) {
	b := seen(t)
	p := newPlace(t)
	p.boss()
	tab := p.signedIn(b)
	defer tab.Close()
	if err := tab.Authenticator(); err != nil {
		t.Fatal(err)
	}
	does := func(script, until string) {
		t.Helper()
		if _, err := browser.Eval[bool](tab, script+"; true"); err != nil {
			t.Fatal(script, err)
		}
		if err := tab.Wait(until); err != nil {
			page, _ := browser.Eval[string](tab, "document.body.innerText")
			t.Fatal(until, err, page)
		}
	}
	does(`location.href = "/passkeys"`, `location.pathname === "/passkeys" && document.querySelector("[data-add]")`)
	does(`document.querySelector("[data-add]").click()`, `document.querySelector("#passkeys tbody").innerText.includes("this computer")`)
	does(`document.querySelector("form[action='/signout'] button").click()`, `location.pathname === "/signin" && document.querySelector("[data-passkey]")`)
	does(`document.querySelector("[data-passkey]").click()`, `location.pathname === "/" && document.body.innerText.includes("Olga Fair")`)
	p.pass(11 * time.Minute)
	does(`location.href = "/people"`, `location.pathname === "/prove" && document.querySelector("[data-passkey]")`)
	does(`document.querySelector("[data-passkey]").click()`, `location.pathname === "/people" && document.querySelector("#people")`)
	does(`location.href = "/passkeys"`, `location.pathname === "/passkeys" && document.querySelector("form[action$='/remove'] button")`)
	does(`document.querySelector("form[action$='/remove'] button").click()`, `document.readyState === "complete" && document.querySelector("#passkeys tbody")?.innerText.includes("no passkey")`)
	for _, what := range []string{"passkey.added", "person.signed_in", "person.proved", "passkey.removed"} {
		if !p.recorded("olga", what, audit.Done) {
			t.Error("no record of", what)
		}
	}
}
