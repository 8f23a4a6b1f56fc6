package storybook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"switchroom/ui/browser"
)

// axeFile is where dev/assets puts axe-core; it is not part of the project.
const axeFile = "../../dev/cache/axe.min.js"

// shared is one browser for all tests: to start one takes a second. TestMain
// closes it.
var (
	closing []func()
	shared  = sync.OnceValues(func() (*browser.Browser, error) {
		b, err := browser.Start(context.Background())
		if err == nil {
			closing = append(closing, b.Close)
		}
		return b, err
	})
)

func TestMain(m *testing.M) {
	status := m.Run()
	for _, f := range closing {
		f()
	}
	os.Exit(status)
}

// started gives a browser and the address of the book, or skips loudly.
func started(t *testing.T) (*browser.Browser, string) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: the pages are not looked at in a browser (-short)")
	}
	b, err := shared()
	if errors.Is(err, browser.ErrNone) {
		t.Skip("SKIPPED: the pages are not looked at in a browser: install the Debian package chromium")
	}
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(Handler())
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return b, srv.URL
}

// all are the rules of WCAG 2.2 A and AA, and axe's best practices; seen are
// those whose answer depends on colours and sizes, which is what another view
// of the same page changes.
const (
	all  = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`
	seen = `{type: "rule", values: ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]}`
)

// axeRun runs axe over the page and tells what it found, as JSON.
const axeRun = `axe.run(%s, {runOnly: %s, resultTypes: ["violations"]})
	.then(r => JSON.stringify(r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map(n => n.target.join(" ") + ": " + n.failureSummary)}))))`

// TestAccessible runs axe over every page, in both themes, at a desk and on a
// phone, and checks that the browser complained of nothing: what the policy
// blocks stands in its console.
func TestAccessible(t *testing.T) {
	axe := axeSource(t)
	b, base := started(t)
	for _, p := range pages() {
		t.Run(p, func(t *testing.T) {
			tab, err := b.Open(browser.Views[0], base+p)
			if err != nil {
				t.Fatal(err)
			}
			defer tab.Close()
			if _, err := browser.Eval[bool](tab, axe); err != nil {
				t.Fatal(err)
			}
			for i, v := range browser.Judges() {
				if err := tab.See(v); err != nil {
					t.Fatal(err)
				}
				// The frame is the same on every page: its colours are looked at
				// where all rules are.
				where, rules := `document.querySelector("main")`, seen
				if i == 0 || p == "/" || p == "/story/page-breaker" {
					where, rules = "document", all
				}
				for _, found := range violations(t, tab, where, rules) {
					t.Errorf("%s: %s", v.Name, found)
				}
				sideways(t, tab, v)
			}
			quiet(t, tab)
		})
	}
}

func axeSource(t *testing.T) string {
	t.Helper()
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		t.Skip("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
	}
	return string(axe) + "; true"
}

// TestAxeSees makes sure that TestAccessible could fail: axe finds a picture
// without words, a field without a label and text that cannot be read.
func TestAxeSees(t *testing.T) {
	axe := axeSource(t)
	b, base := started(t)
	tab, err := b.Open(browser.Views[1], base+"/story/type")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	if _, err := browser.Eval[bool](tab, axe); err != nil {
		t.Fatal(err)
	}
	if _, err := browser.Eval[bool](tab, `(document.querySelector("main").insertAdjacentHTML("beforeend", '<img src="/ui/x"><input><p id="pale">pale</p>'), document.querySelector("#pale").style.color = "#ccc", true)`); err != nil {
		t.Fatal(err)
	}
	found := strings.Join(violations(t, tab, "document", all), "\n")
	for _, rule := range []string{"image-alt", "label", "color-contrast"} {
		if !strings.Contains(found, rule+": ") {
			t.Errorf("axe does not see what breaks %s:\n%s", rule, found)
		}
	}
}

func violations(t *testing.T, tab *browser.Tab, where, rules string) (said []string) {
	t.Helper()
	found, err := browser.Eval[string](tab, fmt.Sprintf(axeRun, where, rules))
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		ID, Help string
		Nodes    []string
	}
	if err := json.Unmarshal([]byte(found), &list); err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		said = append(said, one.ID+": "+one.Help+"\n\t"+strings.Join(one.Nodes, "\n\t"))
	}
	return said
}

// sideways checks that only boxes scroll sideways and never the page (WCAG 1.4.10).
func sideways(t *testing.T, tab *browser.Tab, v browser.View) {
	t.Helper()
	over, err := browser.Eval[int](tab, `document.documentElement.scrollWidth - document.documentElement.clientWidth`)
	if err != nil {
		t.Fatal(err)
	}
	if over > 0 {
		widest, _ := browser.Eval[string](tab, `[...document.querySelectorAll("main *")].sort((a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right)[0].outerHTML.slice(0, 200)`)
		t.Errorf("%s: the page is %d pixels too wide: %s", v.Name, over, widest)
	}
}

// quiet checks that the page said nothing: no error, nothing blocked.
func quiet(t *testing.T, tab *browser.Tab) {
	t.Helper()
	said, err := tab.Console()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range said {
		if wanted(s) {
			continue
		}
		t.Errorf("the browser said: %s", s)
	}
}

// wanted are the messages of pages that show something that is missing, and the
// browser's wish for a user name beside the password of a breaker, which has none.
func wanted(s string) bool {
	return strings.Contains(s, "404 (Not Found)") || strings.Contains(s, "should have (optionally hidden) username fields")
}

// TestPolicyBlocks makes sure that TestAccessible would see a blocked script:
// an inline one, and code out of text, are refused and said so.
func TestPolicyBlocks(t *testing.T) {
	b, base := started(t)
	tab, err := b.Open(browser.Views[1], base+"/")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	ran, err := browser.Eval[bool](tab, `(() => {
		const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s);
		const d = document.createElement("div"); d.innerHTML = '<p style="color:red" onclick="window.ran = true">x</p>'; document.body.append(d); d.firstChild.click();
		return window.ran === true; })()`)
	if err != nil || ran {
		t.Errorf("an inline script ran: %v %v", ran, err)
	}
	said, err := tab.Console()
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(said); !strings.Contains(text, "script-src") || !strings.Contains(text, "style-src") {
		t.Errorf("the console does not tell of it: %s", text)
	}
}
