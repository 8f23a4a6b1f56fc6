package portal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

// typed fills fields in.
func typed(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "document.querySelector(%q).value = %q; ", "#"+pairs[i], pairs[i+1])
	}
	return b.String()
}

const press = ` document.querySelector("main form .btn-primary").click()`

// does runs a script in a page and waits for what comes of it.
func does(t testing.TB, tab *browser.Tab, script, until string) {
	t.Helper()
	if _, err := browser.Eval[bool](tab, script+"; true"); err != nil {
		t.Fatal(script, err)
	}
	if err := tab.Wait(until); err != nil {
		page, _ := browser.Eval[string](tab, "location.href + document.body.innerText")
		t.Fatal(until, err, page)
	}
}

// TestVisitor: on a phone, somebody declares something and follows it; somebody makes an
// account and buys a module; the first coordinator takes the case up.
func TestVisitor(t *testing.T) {
	b := seen(t)
	p := newPlace(t)
	link := must(p.SetUpLink(t.Context()))
	tab, err := b.Open(browser.Views[1], p.url+"/declare")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	does(t, tab, typed("title", "Something is wrong", "text", "It is wrong in the following way.", "product", "ife")+press, `document.body.innerText.includes("CASE-")`)
	said := must(browser.Eval[[]string](tab, `[...document.querySelectorAll("main pre, main code")].map(x => x.innerText.trim()).filter(x => x)`))
	var number, secret string
	for _, s := range said {
		if strings.HasPrefix(s, "CASE-") {
			number = s
		} else if strings.Count(s, "-") == 6 {
			secret = s
		}
	}
	does(t, tab, `location.href = "/follow"`, `document.querySelector("#secret")`)
	does(t, tab, typed("number", number, "secret", secret)+press, `location.pathname.startsWith("/cases/") && document.body.innerText.includes("received")`)
	does(t, tab, `location.href = "/register"`, `document.querySelector("#again")`)
	does(t, tab, typed("login", "kim", "name", "Kim Low", "new", good, "again", good)+press, `location.pathname === "/market"`)
	does(t, tab, `location.href = "/market/LV850009"`, `document.querySelector("#serial")`)
	does(t, tab, typed("serial", "CU-1")+press, `location.pathname === "/orders" && document.body.innerText.includes("erms-CU-1.swpkg")`)
	does(t, tab, `document.querySelector("form[action='/signout'] button").click()`, `location.pathname === "/"`)
	does(t, tab, fmt.Sprintf("location.href = %q", link), `document.querySelector("#code")?.value.length > 20`)
	does(t, tab, typed("login", "cora", "name", "Cora Lead", "new", good, "again", good)+press, `location.pathname === "/signin"`)
	does(t, tab, typed("login", "cora", "password", good)+press, `location.pathname === "/" && document.body.innerText.includes("Cora Lead")`)
	does(t, tab, fmt.Sprintf("location.href = %q", "/cases/"+number), `document.querySelector("#to")`)
	does(t, tab, press, `document.querySelector("#to option[value=triaged]")`)
}

// TestPages: every page, as nobody, as a customer and as a coordinator, in every view:
// axe finds nothing, nothing is too wide.
func TestPages(t *testing.T) {
	axe, err := os.ReadFile("../dev/cache/axe.min.js")
	if err != nil {
		t.Skip("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
	}
	b := seen(t)
	p := newPlace(t)
	boss := p.boss()
	number := p.stranger().declared(Vulnerability).Number
	incident := p.stranger().declared(Incident).Number
	boss.moves(incident, Acknowledged, Triaged)
	boss.call("POST", "/api/v1/cases/"+incident+"/moves", sent{"to": "published", "reason": "used", "statement": "Breakers of one site were opened from afar."})
	var x advisoryTold
	read(t, boss.call("POST", "/api/v1/advisories", advised()), &x)
	put := func(name string, b []byte) { os.WriteFile(filepath.Join(p.FirmwareDir(), name), b, 0o600) }
	put("cu-2.0.3.swp", p.firmwareOf("002.000.003", 7))
	put("bad.swp", []byte("hello"))
	kim := p.person("kim", Customer)
	if a := kim.call("POST", "/api/v1/orders", order("LV850009", "CU-1")); a.status != 200 {
		t.Fatal(a)
	}
	for who, paths := range map[string][]string{
		"":     {"/", "/policy", "/resources", "/incidents", "/declare", "/follow", "/pki", "/firmware/", "/market", "/market/SWRM-DM-09", "/market/LV850009", "/advisories", "/advisories/" + x.ID, "/signin", "/register", "/recover", "/nowhere", csafPath + "white/"},
		"kim":  {"/orders", "/market/LV850012", "/password", "/cases"},
		"cora": {"/", "/cases", "/cases/" + number, "/cases/" + incident, "/advisories/new?case=" + number, "/advisories/" + x.ID + "/revise", "/firmware/", "/people", "/people/" + must(p.personBy(t.Context(), "login", "kim")).ID},
	} {
		p.looksAt(b, string(axe), who, paths)
	}
}

// looksAt looks at pages in every view, as somebody.
func (p *place) looksAt(b *browser.Browser, axe, who string, paths []string) {
	p.t.Helper()
	if who != "" {
		tab, err := b.Open(browser.Views[0], p.url+"/signin")
		if err != nil {
			p.t.Fatal(err)
		}
		does(p.t, tab, typed("login", who, "password", good)+press, `location.pathname === "/"`)
		defer func() {
			does(p.t, tab, `document.querySelector("form[action='/signout'] button").click()`, `document.body.innerText.includes("Sign in")`)
			tab.Close()
		}()
	}
	for _, path := range paths {
		tab, err := b.Open(browser.Views[0], p.url+path)
		if err != nil {
			p.t.Fatal(err)
		}
		found, err := tab.Faults(axe, func(v browser.View) { shot(tab, who+path, v) })
		if err != nil || len(found) > 0 {
			p.t.Errorf("%s %s: %s %v", who, path, strings.Join(found, "\n"), err)
		}
		tab.Close()
	}
}

// shot keeps a picture for review where SWITCHROOM_SHOTS says.
func shot(tab *browser.Tab, name string, v browser.View) {
	dir := os.Getenv("SWITCHROOM_SHOTS")
	if dir == "" {
		return
	}
	if png, err := tab.PNG(); err == nil {
		os.WriteFile(filepath.Join(dir, "portal-"+strings.Map(func(r rune) rune {
			if strings.ContainsRune("/?=. ", r) {
				return '-'
			}
			return r
		}, name)+"-"+v.Name+".png"), png, 0o644)
	}
}
