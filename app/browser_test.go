package app

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"switchroom/points"
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

// hand is a person with the phone in their hand.
type hand struct {
	*place
	tab *browser.Tab
}

// takes opens the link of the start on a screen as narrow as a phone's.
func (p *place) takes(b *browser.Browser) *hand {
	p.Helper()
	tab, err := b.Open(browser.Views[len(browser.Views)-1], p.server.StartLink())
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(tab.Close)
	h := &hand{p, tab}
	h.until(`location.hash === "" && document.querySelector("#code")?.value.length > 20`)
	h.press("main form .btn-primary")
	h.until(`location.pathname === "/connect"`)
	return h
}

func (h *hand) until(what string) {
	h.Helper()
	if err := h.tab.Wait(what); err != nil {
		page, _ := browser.Eval[string](h.tab, "location.pathname + document.body.innerText")
		h.Fatal(what, err, page)
	}
}

func (h *hand) press(selector string) {
	h.Helper()
	if err := h.tab.Click(selector); err != nil {
		h.Fatal(selector, err)
	}
}

// types puts texts into fields.
func (h *hand) types(pairs ...string) {
	h.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if _, err := browser.Eval[bool](h.tab, fmt.Sprintf("document.querySelector(%q).value = %q, true", "#"+pairs[i], pairs[i+1])); err != nil {
			h.Fatal(pairs[i], err)
		}
	}
}

// goes goes to a page.
func (h *hand) goes(path string) {
	h.Helper()
	if _, err := browser.Eval[bool](h.tab, fmt.Sprintf("location.href = %q, true", path)); err != nil {
		h.Fatal(path, err)
	}
	h.until(fmt.Sprintf(`location.pathname + location.search === %q && document.querySelector("main h1")`, path))
}

// TestStory: enable Bluetooth, press the button, pair with the code on the display, change
// Ir, see it on Modbus; walk away and see the link drop; come back and find that the timer
// has ended it; read the breaker without a supply by NFC, with the phone told to go offline
// first.
func TestStory(t *testing.T) {
	b := seen(t)
	p := newPlace(t)
	p.badge()
	p.enable()
	p.press()
	h := p.takes(b)
	h.until(`document.querySelector("form[action='/tag'] [aria-disabled]") && document.querySelector("form[action='/pair'] [aria-disabled]")`) // nothing was said yet
	h.press("#bluetooth")
	h.press("form[action='/phone'] .btn-primary")
	h.until(`document.querySelector("#bluetooth")?.checked && !document.querySelector("form[action='/pair'] [aria-disabled]")`)
	h.press("form[action='/pair'] .btn")
	h.until(`location.pathname === "/pair" && document.querySelector("#pairing #code")`)
	h.types("code", p.shows())
	h.press("#pairing .btn-primary")
	h.until(`location.pathname === "/password" && document.querySelector("#phone")?.innerText.includes("Stay offline")`)
	h.types("password", "3333")
	h.press("main .form .btn-primary")
	h.until(`location.pathname === "/" && document.querySelector(".badge-closed") && document.querySelector("#phone")?.innerText.includes("level 3") && document.querySelector("#link")?.dataset.up === "yes"`)

	h.goes("/settings")
	h.press(`a[href="/settings/protection.long_time.ir"]`)
	h.until(`document.querySelector("#to")?.value === "1000"`)
	h.types("to", "800")
	h.press("main .form .btn-primary")
	h.until(`document.querySelector(".app-compare")?.innerText.includes("1000 A") && document.querySelector(".app-compare")?.innerText.includes("800 A")`)
	h.types("password", "2222")
	h.press("main .btn-danger")
	h.until(`document.querySelector(".sev-done")`)
	if got := p.onBus(points.ProtectionLongTimeIr); got != "800" {
		t.Errorf("Modbus shows %s", got)
	}

	h.goes("/")
	h.until(`document.querySelector("#link")?.dataset.up === "yes"`)
	p.walk(40)
	h.until(`document.querySelector("#phone")?.innerText.includes("out of range") && document.querySelector("#toasts")?.innerText.includes("not connected any more")`)
	p.walk(2)
	p.passes()
	h.goes("/connect")
	h.press("form[action='/connect'] .btn")
	h.until(`document.querySelector("main")?.innerText.includes("nothing called Q1 is in the air")`)

	p.dead()
	h.goes("/connect")
	h.press("#bluetooth")
	h.press("#offline")
	h.press("form[action='/phone'] .btn-primary")
	h.until(`document.querySelector("#offline")?.checked && !document.querySelector("form[action='/tag'] [aria-disabled]")`)
	h.press("form[action='/tag'] .btn")
	h.until(`location.pathname === "/tag" && document.querySelector("main")?.innerText.includes("It has no supply") && document.querySelector("[data-point='protection.long_time.ir']")?.innerText === "800 A"`)
	said, err := h.tab.Console()
	said = slices.DeleteFunc(said, func(s string) bool { return strings.Contains(s, "status of 422") }) // the breaker that was not found
	if err != nil || len(said) > 0 {
		t.Errorf("the browser said: %s %v", strings.Join(said, "\n"), err)
	}
}

// TestKeepsNothing: the browser keeps the shell, and nothing of the breaker: no storage
// but the colours, no page in its caches, no cookie that a script reads.
func TestKeepsNothing(t *testing.T) {
	b := seen(t)
	p := newPlace(t)
	h := p.takes(b)
	p.paired("3333")
	h.goes("/")
	h.goes("/settings/protection.long_time.ir?to=900")
	h.until(`navigator.serviceWorker.controller !== null || (navigator.serviceWorker.ready, false)`)
	h.goes("/events")
	if _, err := browser.Eval[bool](h.tab, `(async () => { const all = []; for (const n of await caches.keys()) for (const r of await (await caches.open(n)).keys()) all.push(new URL(r.url).pathname); window.kept = all.sort().join(" "); })(), true`); err != nil {
		t.Fatal(err)
	}
	h.until(`window.kept !== undefined`)
	kept, err := browser.Eval[string](h.tab, `window.kept`)
	if want := slices.Sorted(slices.Values(shell())); err != nil || kept != strings.Join(want, " ") {
		t.Errorf("kept: %s, want %v; %v", kept, want, err)
	}
	stored, err := browser.Eval[string](h.tab, `JSON.stringify([Object.keys(localStorage).filter(k => !k.includes("theme")), Object.keys(sessionStorage), document.cookie])`)
	if err != nil || stored != `[[],[],""]` {
		t.Errorf("stored: %s %v", stored, err)
	}
}

// TestAccessible looks at every page in every view.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile("../dev/cache/axe.min.js")
	if err != nil {
		t.Skip("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
	}
	b := seen(t)
	p := newPlace(t)
	p.badge()
	look := func(h *hand, paths ...string) {
		for _, path := range paths {
			h.goes(path)
			found, err := h.tab.Faults(string(axe), browser.Pictured(func(v browser.View) { picture(t, h.tab, path, v.Name) }))
			if err != nil || len(found) > 0 {
				t.Errorf("%s: %s %v", path, strings.Join(found, "\n"), err)
			}
		}
	}
	tab, err := b.Open(browser.Views[0], p.server.URL()+"/start")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	look(&hand{p, tab}, "/start", "/offline")
	h := p.takes(b)
	p.phone.Choose(true, false)
	if _, err := p.phone.Hold(t.Context(), "Q1"); err != nil {
		t.Fatal(err)
	}
	look(h, "/connect", "/tag", "/pair", "/settings")
	p.paired("3333")
	p.trip()
	look(h, "/", "/measurements", "/settings", "/settings/protection.long_time.ir", "/settings/protection.long_time.ir?to=800", "/settings/protection.long_time.ir?to=much", "/settings/protection.dual", "/do", "/do/open", "/events", "/events?history=operation", "/trip", "/restore", "/password", "/about", "/nothing")
}

// picture writes what is seen for review, where SWITCHROOM_SHOTS names a directory.
func picture(t *testing.T, tab *browser.Tab, path, view string) {
	t.Helper()
	dir := os.Getenv("SWITCHROOM_SHOTS")
	if dir == "" {
		return
	}
	png, err := tab.PNG()
	if err != nil {
		t.Fatal(err)
	}
	name := "app" + url.PathEscape(strings.ReplaceAll(path, "/", "_")) + "-" + view + ".png"
	if err := os.WriteFile(filepath.Join(dir, name), png, 0o644); err != nil {
		t.Fatal(err)
	}
}
