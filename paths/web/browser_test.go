package web

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"switchroom/access"
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

// sitting is somebody in front of a browser.
type sitting struct {
	t   *testing.T
	tab *browser.Tab
}

func (s sitting) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s sitting) fill(id, text string) {
	s.t.Helper()
	_, err := browser.Eval[bool](s.tab, fmt.Sprintf(`(document.getElementById(%q).value = %q, true)`, id, text))
	s.must(err)
}

// wait waits until something is so, also across a page that is left meanwhile.
func (s sitting) wait(what string) {
	s.t.Helper()
	err := s.tab.Wait(what)
	for range 10 {
		if err == nil || !strings.Contains(err.Error(), "navigated") && !strings.Contains(err.Error(), "context") {
			break
		}
		err = s.tab.Wait(what)
	}
	s.must(err)
}

// goTo leads to a page, as an address that is typed does.
func (s sitting) goTo(path string) {
	s.t.Helper()
	browser.Eval[bool](s.tab, fmt.Sprintf(`(location.assign(%q), true)`, path)) // the page goes away under it
	place, _, _ := strings.Cut(path, "?")
	s.wait(fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, place))
}

// in logs in by the form of the login page.
func (s sitting) in(name, password string) {
	s.t.Helper()
	s.fill("name", name)
	s.fill("password", password)
	s.must(s.tab.Click("main form button.btn-primary"))
}

// A person logs in with the password of the factory, is made to change it, is refused
// an order while the pad is closed, and opens the breaker when it is open.
func TestSeesPadRefuse(t *testing.T) {
	b := seen(t)
	at := newPlace(t, access.Faithful)
	tab, err := b.Open(browser.Views[1], at.base+"/")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	s := sitting{t, tab}
	s.wait(`location.pathname === "/login"`)
	s.in("Administrator", "Gateway")
	s.wait(`location.pathname === "/password" && document.querySelector("main .notice")`)
	s.fill("current", "Gateway")
	s.fill("new", "Olga-17-x")
	s.fill("again", "Olga-17-x")
	s.must(tab.Click("main form button.btn-primary"))
	s.wait(`location.pathname === "/monitoring" && document.querySelector("#link").dataset.up === "yes"`)
	s.goTo("/control")
	s.must(tab.Click("#order-open-ask"))
	s.fill("password-open", operatorKey)
	at.unit.Pad(at.d.world.Now(), true) // while the question stands there
	s.must(tab.Click("#order-open .btn-danger"))
	s.wait(`document.querySelector("main .notice") && document.body.innerText.includes("Remote control is disabled")`)
	if !at.closed() {
		t.Error("the breaker opens while the pad is closed")
	}
	if offered, err := browser.Eval[int](tab, `document.querySelectorAll("dialog").length`); err != nil || offered != 0 {
		t.Errorf("%d orders are offered while the pad is closed, %v", offered, err)
	}
	at.unit.Pad(at.d.world.Now(), false)
	s.goTo("/control")
	s.must(tab.Click("#order-open-ask"))
	s.fill("password-open", operatorKey)
	s.must(tab.Click("#order-open .btn-danger"))
	s.wait(`document.querySelector("#breaker .badge-open") && document.body.innerText.includes("Open: done")`)
	if at.closed() {
		t.Error("the breaker is closed")
	}
	s.must(tab.Click(`form[action="/logout"] button`))
	s.wait(`location.pathname === "/login"`)
	silent(t, tab)
}

// silent checks that the browser said nothing: no error, nothing that the policy
// blocked.
func silent(t *testing.T, tab *browser.Tab) {
	t.Helper()
	said, err := tab.Console()
	said = slices.DeleteFunc(said, func(line string) bool { // hints of the password manager: the password of a breaker has no user name
		return strings.HasPrefix(line, "debug: [DOM] ")
	})
	if err != nil || len(said) > 0 {
		t.Errorf("the browser said: %s %v", strings.Join(said, "\n"), err)
	}
}

// Every page, of each kind of accounts, in every view: axe finds nothing, nothing is
// too wide, nothing is said. SWITCHROOM_SHOTS names a directory for pictures.
func TestPagesAccessible(t *testing.T) {
	axe, err := os.ReadFile("../../dev/cache/axe.min.js")
	if err != nil {
		t.Skip("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
	}
	b := seen(t)
	for _, p := range []access.Profile{access.Faithful, access.RBAC} {
		at := newPlace(t, p)
		at.unit.Steady(at.d.world.Now(), [4]complex128{412, cmplx.Rect(398, -2*math.Pi/3), cmplx.Rect(405, 2*math.Pi/3), 12}, [3]complex128{230, cmplx.Rect(230, -2*math.Pi/3), cmplx.Rect(230, 2*math.Pi/3)}, 50)
		tab, err := b.Open(browser.Views[0], at.base+"/login")
		if err != nil {
			t.Fatal(err)
		}
		s := sitting{t, tab}
		s.look(at, string(axe), "/login")
		name, password := delivery(p)
		s.in(name, password)
		s.wait(`location.pathname === "/password"`)
		s.look(at, string(axe), "/password")
		if err := at.d.alter(func(b *book) error {
			a := b.named(name)
			a.Change, a.Roles = false, access.AnyRole
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for i := range pages {
			if q := &pages[i]; p == access.Faithful && !noPage(at.d, q) || q.key == "accounts" {
				s.goTo(q.path)
				s.look(at, string(axe), q.path)
			}
		}
		s.goTo("/setup/accounts/edit?id=1")
		s.look(at, string(axe), "/setup/accounts/edit")
		silent(t, tab)
		tab.Close()
	}
}

func noPage(d *Device, p *page) bool { return p.absent != nil && p.absent(d) }

// look holds a page against axe in every view, and takes its picture.
func (s sitting) look(at *place, axe, path string) {
	s.t.Helper()
	found, err := s.tab.Faults(axe, browser.Pictured(func(v browser.View) { s.picture(at, path, v.Name) }))
	if err != nil || len(found) > 0 {
		s.t.Errorf("%v %s: %s %v", at.d.profile, path, strings.Join(found, "\n"), err)
	}
}

func (s sitting) picture(at *place, path, view string) {
	dir := os.Getenv("SWITCHROOM_SHOTS")
	if dir == "" {
		return
	}
	png, err := s.tab.PNG()
	s.must(err)
	name := fmt.Sprintf("%v%s-%s.png", at.d.profile, strings.ReplaceAll(path, "/", "_"), view)
	s.must(os.WriteFile(filepath.Join(dir, name), png, 0o644))
}
