package web

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/ui/browser"
)

// browsed starts a browser, or skips loudly.
func browsed(t *testing.T) *browser.Browser {
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

// enter logs somebody in, in the browser, as a person does.
func (p *place) enter(t *testing.T, tab *browser.Tab, name string) {
	t.Helper()
	do := fmt.Sprintf(`(document.querySelector("#name").value = %q, document.querySelector("#password").value = "Correct-horse-9", document.querySelector("form[action='/login']").submit(), true)`, name)
	if _, err := browser.Eval[bool](tab, do); err != nil {
		t.Fatal(err)
	}
	arrived(t, tab, `document.querySelector("form[action='/logout']") !== null`)
}

// arrived waits for a page; while one goes there is none to ask.
func arrived(t *testing.T, tab *browser.Tab, what string) {
	t.Helper()
	err := tab.Wait(what)
	for range 10 {
		if err == nil || !strings.Contains(err.Error(), "navigated") && !strings.Contains(err.Error(), "context") {
			break
		}
		err = tab.Wait(what)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// openedAt opens a page of the device in a tab that is logged in.
func openedAt(t *testing.T, tab *browser.Tab, path string) {
	t.Helper()
	if _, err := browser.Eval[bool](tab, fmt.Sprintf(`(location.href = %q, true)`, path)); err != nil {
		t.Fatal(err)
	}
	arrived(t, tab, fmt.Sprintf(`location.pathname + location.search === %q && document.readyState === "complete"`, path))
}

// axeRun is axe with all rules, or with those whose answer depends on colours and
// sizes: that is what another view of the same page changes.
const (
	axeAll  = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`
	axeSeen = `{type: "rule", values: ["color-contrast", "scrollable-region-focusable", "target-size"]}`
	axeRun  = `axe.run(document.querySelector("main"), {runOnly: %s, resultTypes: ["violations"]})
	.then(r => r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join("; ")).join("\n"))`
)

// TestSetupPagesSeen: every page that sets a device up, dark at a desk and light on a
// phone: axe finds nothing, the page does not scroll sideways, and the browser
// complains of nothing. With SCREENSHOTS=DIR pictures of them are written.
func TestSetupPagesSeen(t *testing.T) {
	b := browsed(t)
	axe, err := os.ReadFile("../../dev/cache/axe.min.js")
	if err != nil {
		t.Skip("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
	}
	for _, c := range []struct {
		profile access.Profile
		paths   []string
	}{
		{access.Faithful, []string{"/setup/filtering", "/setup/services", "/setup/time", "/setup/ip", "/setup/log", "/monitoring/trends?span=all"}},
		{access.RBAC, []string{"/setup/filtering", "/setup/certificates", "/setup/services"}},
	} {
		t.Run(c.profile.String(), func(t *testing.T) {
			at := newPlace(t, c.profile, withCertificates(t, c.profile))
			logged(t, at)
			at.boss()
			tab, err := b.Open(browser.Views[0], "http://"+at.d.options.Address.String()+"/login")
			if err != nil {
				t.Fatal(err)
			}
			defer tab.Close()
			name := fmt.Sprintf("test%d%d", 0, administrators)
			if c.profile.ByRole() {
				name = fmt.Sprintf("test%d%d", access.SecurityAdmin, 0)
			}
			at.enter(t, tab, name)
			for _, path := range c.paths {
				seePage(t, tab, path, string(axe), c.profile)
			}
			if said, err := tab.Console(); err != nil || len(said) > 0 {
				t.Errorf("the browser said: %s %v", strings.Join(said, "\n"), err)
			}
		})
	}
}

// withCertificates gives a profile that has HTTPS certificates, beside plain HTTP.
func withCertificates(t *testing.T, p access.Profile) func(*Options) {
	if !p.ByRole() {
		return func(*Options) {}
	}
	f, _ := secured(t)
	return f
}

// logged gives a device something to show as trends.
func logged(t *testing.T, at *place) {
	t.Helper()
	s := at.d.options.Log.Setup()
	s.On, s.Minutes, s.Points = true, 1, []string{"current.l1", "current.l2", "energy.active.delivered"}
	if err := at.d.options.Log.Set(at.d.world.Now(), s); err != nil {
		t.Fatal(err)
	}
	now := at.d.world.Now()
	at.unit.Steady(now, [4]complex128{400, complex(-200, -346.4), complex(-200, 346.4)}, [3]complex128{230, complex(-115, -199.2), complex(-115, 199.2)}, 50)
	at.d.world.SetSpeed(3600)
	for end := time.Now().Add(20 * time.Second); ; {
		if r, err := at.d.options.Log.Records(); err != nil || len(r) > 30 || time.Now().After(end) {
			break
		}
	}
	at.d.world.SetSpeed(1)
}

func seePage(t *testing.T, tab *browser.Tab, path, axe string, p access.Profile) {
	t.Helper()
	openedAt(t, tab, path)
	if _, err := browser.Eval[bool](tab, axe+"; true"); err != nil {
		t.Fatal(err)
	}
	for i, v := range []browser.View{browser.Views[0], browser.Views[len(browser.Views)-1]} { // dark at a desk, light on a phone
		if err := tab.See(v); err != nil {
			t.Fatal(err)
		}
		found, err := browser.Eval[string](tab, fmt.Sprintf(axeRun, map[bool]string{true: axeAll, false: axeSeen}[i == 0]))
		if err != nil || found != "" {
			t.Errorf("%s, %s: %s %v", path, v.Name, found, err)
		}
		wide, err := browser.Eval[bool](tab, `document.documentElement.scrollWidth > document.documentElement.clientWidth`)
		if err != nil || wide {
			t.Errorf("%s, %s: the page scrolls sideways (%v)", path, v.Name, err)
		}
		picture(t, tab, p, path, v)
	}
}

func picture(t *testing.T, tab *browser.Tab, p access.Profile, path string, v browser.View) {
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := tab.PNG()
	if err == nil {
		name := strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(strings.TrimPrefix(path, "/"))
		err = os.WriteFile(filepath.Join(dir, p.String()+"-"+name+"-"+strings.ReplaceAll(v.Name, " ", "-")+".png"), png, 0o644)
	}
	if err != nil {
		t.Error(err)
	}
}
