package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestWebPages logs in at a unit of the demonstration as a browser does, changes the
// password, and finds it changed after the program has ended and begun again. The
// pages of the next unit have nothing of it.
func TestWebPages(t *testing.T) {
	dir := t.TempDir()
	ready := filepath.Join(dir, "ready")
	up, imus := runDemo(t, dir, ready)
	if !strings.HasPrefix(imus[0].Web, "http://127.0.1.1:") || imus[0].Web == imus[1].Web {
		t.Fatalf("the pages are at %q and %q", imus[0].Web, imus[1].Web)
	}
	who := &visitor{t, newClient(t), imus[0].Web}
	if at := who.send("/login", "name", "Administrator", "password", "Gateway"); at != "/password" {
		t.Fatalf("after the login one is at %s", at)
	}
	if at := who.send("/password", "current", "Gateway", "new", "Olga-17", "again", "Olga-17"); at != "/monitoring" {
		t.Errorf("after the change one is at %s", at)
	}
	if err := up.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := up.Wait(); err != nil {
		t.Fatal(err)
	}
	_, imus = runDemo(t, dir, ready)
	for _, c := range []struct{ base, password, at string }{
		{imus[0].Web, "Gateway", "/login"}, {imus[0].Web, "Olga-17", "/monitoring"}, {imus[1].Web, "Gateway", "/password"},
	} {
		who := &visitor{t, newClient(t), c.base}
		if at := who.send("/login", "name", "Administrator", "password", c.password); at != c.at {
			t.Errorf("%s: after the login with %q one is at %s, want %s", c.base, c.password, at, c.at)
		}
	}
}

// visitor is somebody with a browser.
type visitor struct {
	t      *testing.T
	client *http.Client
	base   string
}

func newClient(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

// send sends a form and returns where one is then.
func (v *visitor) send(path string, pairs ...string) string {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	q, err := http.NewRequest("POST", v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Origin", v.base)
	q.Header.Set("Accept", "text/html")
	r, err := v.client.Do(q)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Body.Close()
	return r.Request.URL.Path
}
