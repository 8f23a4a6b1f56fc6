package web

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"switchroom/access"
	"switchroom/ui"
)

var update = flag.Bool("update", false, "write testdata/routes.txt anew; then read it")

// TestTables: every page has its page, every route of a right has its page, nothing
// stands twice, and what changes something is no GET and is public nowhere but at the
// login.
func TestTables(t *testing.T) {
	seen := map[string]bool{}
	for i := range pages {
		p := &pages[i]
		if seen[p.key] || seen[p.path] || p.title == "" || p.known == 0 || p.source == "" || p.menu >= numMenus {
			t.Errorf("page %q: stands twice, or is incomplete", p.key)
		}
		seen[p.key], seen[p.path] = true, true
		if !slices.ContainsFunc(routes, func(r route) bool { return r.method == "GET" && r.path == p.path && r.page == p.key }) {
			t.Errorf("page %q: no route shows it", p.key)
		}
		if holders(p.change)&^holders(p.look) != 0 {
			t.Errorf("page %q: nobody who may change it may look at it", p.key)
		}
	}
	for _, r := range routes {
		name := r.method + " " + r.path
		if seen[name] {
			t.Errorf("%s stands twice", name)
		}
		seen[name] = true
		if (r.page == "") != (r.open != byRight) {
			t.Errorf("%s: a page's right goes with a page", name)
		}
		if r.page != "" {
			pageOf(r.page)
		}
		if r.method != "GET" && r.open == public && r.path != "/login" {
			t.Errorf("%s: anybody may change something", name)
		}
		if r.method != "GET" && r.method != "POST" || strings.ContainsAny(r.path, "{}%;") || r.path != strings.ToLower(r.path) {
			t.Errorf("%s: not a plain route", name)
		}
	}
}

// TestRouteRights holds who may ask what against a file that people have read: a
// mistake in the tables cannot excuse itself.
func TestRouteRights(t *testing.T) {
	var b strings.Builder
	for _, r := range Routes() {
		fmt.Fprintf(&b, "%-4s %-28s %-6s %-44s %s\n", r.Method, r.Path, r.Access, strings.Join(r.Roles, " "), strings.Join(r.Groups, " "))
	}
	const file = "testdata/routes.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != b.String() {
		t.Errorf("the rights have changed: go test ./paths/web -run TestRouteRights -update, and read what it writes; %v\n%s", err, b.String())
	}
}

// denied reports whether an answer lets nobody in.
func denied(a answer) bool {
	return a.status == http.StatusUnauthorized || a.status == http.StatusSeeOther && a.header.Get("Location") == "/login"
}

// askRoute asks for a route as it stands in the table.
func (w *person) askRoute(r *route) answer {
	if r.path == ui.AssetsPath {
		return w.get(ui.URL("ui.css"))
	}
	return w.ask(r.method, r.path, url.Values{})
}

// TestEveryRouteAsEverybody: each route, as nobody and as each role or group, in each
// profile, against a running server.
func TestEveryRouteAsEverybody(t *testing.T) {
	for _, p := range profiles {
		t.Run(p.String(), func(t *testing.T) {
			at := newPlace(t, p)
			for i := range routes {
				r := &routes[i]
				a := at.stranger().askRoute(r)
				if (r.open == public) == denied(a) && r.path != "/login" {
					t.Errorf("anonymous: %s %s: %d", r.method, r.path, a.status)
				}
				for name := range at.everybody() {
					at.holdRoute(t, r, name)
				}
			}
		})
	}
}

// holdRoute asks for a route as somebody who has just logged in, and holds the answer
// against the table.
func (p *place) holdRoute(t *testing.T, r *route, name string) {
	a := p.everybody()[name].askRoute(r)
	absent := r.page != "" && pageOf(r.page).absent != nil && pageOf(r.page).absent(p.d)
	told := r.told()
	may := told.Groups
	if p.d.profile.ByRole() {
		may = told.Roles
	}
	switch {
	case absent && a.status != http.StatusNotFound:
		t.Errorf("%s: %s %s is not there: %d", name, r.method, r.path, a.status)
	case absent:
	case r.open != byRight && (denied(a) && r.path != "/logout" || a.status == http.StatusForbidden):
		if r.path == "/login" || r.path == "/password/later" && p.d.hardened() {
			return // nobody is logged in by an empty form; nothing is put off
		}
		t.Errorf("%s: %s %s: %d", name, r.method, r.path, a.status)
	case r.open == byRight && slices.Contains(may, name) != (a.status != http.StatusForbidden):
		t.Errorf("%s: %s %s: %d, and the table says %v", name, r.method, r.path, a.status, may)
	case a.status >= 500:
		t.Errorf("%s: %s %s: %d", name, r.method, r.path, a.status)
	}
}

// tricks write a path otherwise than the table does.
var tricks = []func(string) string{
	func(p string) string { return "/" + p },
	func(p string) string { return p + "/" },
	func(p string) string { return "/." + p },
	func(p string) string { return "/x/.." + p },
	func(p string) string { return "/%2e" + p },
	func(p string) string { return "/login/.." + p },
	func(p string) string { return "/login/%2e%2e" + p },
	func(p string) string { return "/ui/.." + p },
	func(p string) string { return "/ui/..%2f" + p[1:] },
	func(p string) string { return p + ";" },
	func(p string) string { return p + ";.css" },
	func(p string) string { return p + "%00" },
	func(p string) string { return p + "%20" },
	func(p string) string { return strings.ToUpper(p) },
	func(p string) string { return "/%" + fmt.Sprintf("%02x", p[min(1, len(p)-1)]) + p[min(2, len(p)):] },
	func(p string) string { return strings.ReplaceAll(p, "/", "\\") },
	func(p string) string { return strings.ReplaceAll(p, "/", "//") },
	func(p string) string { return "/%2f" + p[1:] },
	func(p string) string { return p + "/../login" },
	func(p string) string { return p + "?/login" },
	func(p string) string { return p + ".css" },
}

// TestWebAuthBypass_CVE_2017_9944: no way of writing a path gets around the login, nor
// around a right. (Also CVE-2018-14826.)
func TestWebAuthBypass_CVE_2017_9944(t *testing.T) {
	for _, p := range profiles {
		at := newPlace(t, p)
		least := at.as(access.Viewer, guests)
		for i := range routes {
			r := &routes[i]
			if r.open == public {
				continue
			}
			for n, trick := range tricks {
				target := trick(r.path)
				if a := at.stranger().raw(r.method, target); !denied(a) && a.status != http.StatusBadRequest {
					t.Errorf("%v: trick %d: %s %q as nobody: %d", p, n, r.method, target, a.status)
				}
				if r.open != byRight || r.allows(at.d.book(), &account{Roles: access.Viewer, Group: guests}) {
					continue
				}
				if a := least.raw(r.method, target); a.status < 400 {
					t.Errorf("%v: trick %d: %s %q as the least: %d", p, n, r.method, target, a.status)
				}
			}
		}
	}
}

// allows is what the table says of an account and a route.
func (r *route) allows(b *book, a *account) bool { return b.may(a, pageOf(r.page)) >= r.needs() }
