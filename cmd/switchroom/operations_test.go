package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"switchroom/client"
	"switchroom/ui/browser"
)

// TestOperationsStory goes the way of docs/console.md and docs/commission.md in a browser,
// at the demonstration: the set-up link, people, a scan, as found, a plan with its
// curves, the second person, written and read back.
func TestOperationsStory(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: operations are not walked through in a browser (-short)")
	}
	b, err := browser.Start(t.Context())
	if errors.Is(err, browser.ErrNone) {
		t.Skip("SKIPPED: operations are not walked through in a browser: install the Debian package chromium")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	dir := t.TempDir()
	lab, imus := runStory(t, dir)
	console, setup := runConsole(t, filepath.Join(dir, "ops"))
	tab, err := b.Open(browser.Views[1], setup)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	o := &operations{walker{t, tab, lab, imus[0], dir}, console}
	for _, step := range []struct {
		what string
		do   func()
	}{
		{"becomes the first person", o.becomesFirst}, {"gives others access", o.givesAccess}, {"scans", o.scans}, {"reads every breaker", o.readsAll},
		{"says what it is to be", o.designs}, {"plans", o.plans}, {"is stopped by the second-person rule", o.isStopped}, {"has it approved", o.hasItApproved}, {"writes it", o.writes}, {"reads the report and signs it", o.signs}, {"changes the passwords", o.rotates}, {"tests it", o.tests}, {"breaks one out", o.breaksOut},
	} {
		t.Log(step.what)
		step.do()
	}
}

// runConsole starts a console, and returns its address and its set-up link.
func runConsole(t *testing.T, data string) (console, setup string) {
	t.Helper()
	ready := data + ".ready"
	cmd := exec.Command(os.Args[0], "console", "--data", data, "--listen", "localhost:0", "--ready-file", ready)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the console ends with %v: %s", err, said.String())
		}
	})
	waitFor(t, "the console", func() bool { _, err := os.Stat(ready); return err == nil })
	text, err := os.ReadFile(ready)
	var r struct{ Console, SetUp string }
	if err = errors.Join(err, json.Unmarshal(text, &r)); err != nil {
		t.Fatal(err)
	}
	return r.Console, r.SetUp
}

// operations is somebody before the console.
type operations struct {
	walker
	console string
}

const herPassword = "Kestrel-over-9"

// fills fills fields in and sends their form.
func (o *operations) fills(pairs ...string) {
	o.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		set := fmt.Sprintf(`document.readyState === "complete" && (() => { const x = document.querySelector("main [name='%s']"); if (!x) return false; x.value = %q; return true })()`, pairs[i], pairs[i+1])
		o.sees(set)
	}
}

func (o *operations) signsIn(login string) {
	o.t.Helper()
	o.reads("h1", "Sign in") // not the page before
	o.fills("login", login, "password", herPassword)
	o.presses("main", "Sign in")
	o.reads("h1", "Welcome")
}

func (o *operations) becomesFirst() {
	o.sees(`document.querySelector("#code")?.value.length > 20`)
	o.fills("login", "olga", "name", "Olga Fair", "new", herPassword, "again", herPassword)
	o.presses("main", "Become")
	o.signsIn("olga")
}

// givesAccess makes people by the API, as a script would.
func (o *operations) givesAccess() {
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	o.asks(c, "POST", "/api/v1/session", map[string]any{"login": "olga", "password": herPassword})
	o.makesPeople(c)
	o.changesTo("ada")
}

// makesPeople makes an engineer and an approver.
func (o *operations) makesPeople(c *http.Client) {
	until := time.Now().Add(300 * 24 * time.Hour).Format(time.DateOnly)
	for login, role := range map[string]string{"ada": "engineer", "bob": "approver"} {
		g := o.asks(c, "POST", "/api/v1/groups", map[string]any{"name": role, "roles": []string{role}})["id"]
		id := o.asks(c, "POST", "/api/v1/people", map[string]any{"login": login, "name": strings.ToUpper(login[:1]) + login[1:], "groups": []any{g}})["id"].(string)
		o.asks(c, "PUT", "/api/v1/people/"+id+"/qualified", map[string]any{"qualified": map[string]string{"settings": until}})
		code := o.asks(c, "POST", "/api/v1/people/"+id+"/invitation", nil)["code"]
		o.asks(&http.Client{}, "POST", "/api/v1/invitation", map[string]any{"code": code, "login": login, "password": herPassword})
	}
}

func (o *operations) changesTo(login string) {
	o.t.Helper()
	o.presses("header.plate", "Sign out")
	o.signsIn(login)
}

func (o *operations) asks(c *http.Client, method, path string, body any) map[string]any {
	o.t.Helper()
	b, _ := json.Marshal(body)
	q, err := http.NewRequest(method, o.console+path, bytes.NewReader(b))
	if err != nil {
		o.t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json")
	r, err := c.Do(q)
	if err != nil {
		o.t.Fatal(err)
	}
	defer r.Body.Close()
	text, _ := io.ReadAll(r.Body)
	var out map[string]any
	json.Unmarshal(text, &out)
	if r.StatusCode != http.StatusOK {
		o.t.Fatalf("%s: %s: %s", path, r.Status, text)
	}
	return out
}

func (o *operations) scans() {
	o.presses("nav.nav", "Projects")
	o.reads("h1", "Projects")
	o.fills("number", "P-1", "name", "Plant", "board", "Main")
	o.presses("main", "Make the project")
	o.reads("h1", "Plant")
	_, port, _ := net.SplitHostPort(o.q1.Modbus)
	o.fills("ranges", "127.0.1.1-127.0.1.3", "port", port)
	o.presses("main", "Look for breakers")
	o.reads("#breakers-caption", "3 breakers")
}

func (o *operations) readsAll() {
	o.presses("main", "Read every breaker")
	o.reads("#read", "settings")
	o.presses("main", "Q1")
	o.reads("#found", "protection.short_time.isd")
}

// designs says which control unit it is, which no register tells.
func (o *operations) designs() {
	o.presses("main", "What it is to be")
	o.reads("h1", "What Q1 is to be")
	o.fills("in", "2500", "variant", "6.0", "poles", "4")
	o.presses("main", "Keep it")
	o.reads("#found", "protection.short_time.isd")
}

func (o *operations) plans() {
	o.presses("main", "Plan a change of protection")
	o.fills("reason", "motors start", "set-protection.short_time.isd", "5")
	o.presses("main", "Make the plan")
	o.reads("#plan", "protection.short_time.isd")
	o.sees(`document.querySelector("img.console-curves")?.naturalWidth > 100`)
	o.holdsUp("/projects", "/projects/P-1", "/projects/P-1/breakers/Q1", "/projects/P-1/breakers/Q1/plan", "/projects/P-1/breakers/Q1/design", "/plans/1")
}

// holdsUp looks at pages in every view: axe finds nothing, nothing is too wide.
func (o *operations) holdsUp(paths ...string) {
	axe, err := os.ReadFile("../../dev/cache/axe.min.js")
	if err != nil {
		o.t.Log("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
		return
	}
	for _, path := range paths {
		o.goes(path)
		if found, err := o.tab.Faults(string(axe), browser.Pictured(func(v browser.View) { o.photographs(path, v) })); err != nil || len(found) > 0 {
			o.t.Errorf("%s: %s %v", path, strings.Join(found, "\n"), err)
		}
	}
}

// photographs keeps a picture of a page for review, where SWITCHROOM_SHOTS names a directory.
func (o *operations) photographs(path string, v browser.View) {
	if dir := os.Getenv("SWITCHROOM_SHOTS"); dir != "" {
		png, err := o.tab.PNG()
		if err = errors.Join(err, os.WriteFile(filepath.Join(dir, "console"+strings.ReplaceAll(path, "/", "_")+"-"+v.Name+".png"), png, 0o644)); err != nil {
			o.t.Fatal(err)
		}
	}
}

func (o *operations) isStopped() {
	o.reads("main", "A second person has to look at it")
	o.sees(`![...document.querySelectorAll("main button")].some(x => x.textContent.includes("Write it") || x.textContent.includes("agree"))`)
}

func (o *operations) hasItApproved() {
	o.changesTo("bob")
	o.goes("/plans/1")
	o.fills("text", "seen")
	o.presses("main", "I have looked at it")
	o.reads("main", "Approved by Bob")
}

func (o *operations) goes(path string) {
	o.t.Helper()
	o.sees(fmt.Sprintf(`(setTimeout(() => { location.href = %q }), true)`, path))
	o.sees(fmt.Sprintf(`document.readyState === "complete" && location.pathname === %q`, path))
}

func (o *operations) writes() {
	o.changesTo("ada")
	o.goes("/plans/1")
	o.fills("breaker_password", "0000")
	o.presses("main", "Write it to the breaker")
	o.reads("main", "Applied: everything is as planned")
	o.reads("#outcome", "yes")
}

// orders asks the laboratory.
func (o *operations) orders(method, path, body string) int {
	q, _ := http.NewRequest(method, o.lab+path, strings.NewReader(body))
	q.Header.Set("Content-Type", "application/json")
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		o.t.Fatal(err)
	}
	r.Body.Close()
	return r.StatusCode
}

const phrase = "a passphrase of the vault"

// signs reads the report and says so.
func (o *operations) signs() {
	o.goes("/projects/P-1")
	o.sees(`document.querySelector("a[href$='/report.pdf']")`)
	digest, err := browser.Eval[string](o.tab, `fetch("/projects/P-1/report.pdf").then(r => r.arrayBuffer()).then(b => fetch("/api/v1/projects/P-1/report").then(r => r.json()).then(d => (b.byteLength > 10000) ? d.digest : ""))`)
	if err != nil || !strings.HasPrefix(digest, "sha256:") {
		o.t.Fatal(digest, err)
	}
	o.fills("digest", digest, "meaning", "did it")
	o.presses("main", "Sign")
	o.sees(`document.readyState === "complete" && document.querySelector("#sign-digest")?.value === "" && !document.querySelector("main .notice")`) // not the page before
	html, err := browser.Eval[string](o.tab, `fetch("/projects/P-1/report.html?whole=yes").then(r => r.text())`)
	if err != nil || !strings.Contains(html, "did it") || !strings.Contains(html, "applied") || !strings.Contains(html, "Bob") {
		o.t.Error("the report does not say who signed, what was applied, or who approved", err)
	}
}

// rotates puts the factory's passwords of Q1 into a new vault and has them changed.
func (o *operations) rotates() {
	o.presses("nav.nav", "Passwords")
	o.reads("h1", "Passwords of breakers")
	o.fills("passphrase", phrase)
	o.presses("main", "Make the vault")
	o.reads("main", "The recovery key, shown now")
	o.fills("breaker", "Q1", "address", o.q1.USB)
	o.sees(`(document.querySelector("#add-factory").checked = true)`)
	o.presses("main", "Keep them")
	o.reads("main", "badge in first") // a cable needs somebody in front of the breaker (D1)
	if status := o.orders("POST", "/api/v1/room/badge", `{"person": "Olga", "way": "in"}`); status != http.StatusOK {
		o.t.Fatal("she is not let in:", status)
	}
	o.fills("breaker", "Q1", "address", o.q1.USB)
	o.sees(`(document.querySelector("#add-factory").checked = true)`)
	o.presses("main", "Keep them")
	o.reads("main", "Q1 has proved each")
	o.holdsUp("/vault")
	o.presses("main", "Change those of Q1")
	o.reads("main", "level 4 changed")
}

// tests has Q1 tested, as far as the network lets it.
func (o *operations) tests() {
	o.goes("/projects/P-1/breakers/Q1")
	o.presses("main", "Test it")
	o.reads("#trials", "all settings read in")
	o.goes("/vault")
}

// breaksOut asks for a password, has another agree, and sees it once.
func (o *operations) breaksOut() {
	o.sees(`document.querySelector("#ask-why") && (document.querySelector("#ask-why").value = "the panel is to be tested", true)`)
	o.presses("main", "Ask for it")
	o.reads("#requests", "the panel is to be tested")
	o.changesTo("bob")
	o.goes("/vault")
	o.presses("main", "Agree to")
	o.reads("main", "You have agreed")
	o.changesTo("ada")
	o.goes("/vault")
	o.presses("main", "Show me level 4 of Q1")
	o.reads("h1", "The password")
	password, err := browser.Eval[string](o.tab, `document.querySelector("pre.hex code").textContent`)
	if err != nil || len(password) != 4 || password == "0000" {
		o.t.Fatal(password, err)
	}
	c, err := client.DialUSB(o.t.Context(), o.q1.USB, client.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(o.t.Context(), password); err != nil {
		o.t.Error("the breaker does not know it:", err)
	}
}

// TestOperationsAPI goes the same way by the API, as a program does.
func TestOperationsAPI(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: operations are not walked through by the API (-short)")
	}
	dir := t.TempDir()
	_, imus := runDemo(t, dir, filepath.Join(dir, "ready"), "--lab", "off")
	console, setup := runConsole(t, filepath.Join(dir, "ops"))
	o := &operations{walker{t: t, q1: imus[0]}, console}
	_, code, _ := strings.Cut(setup, "#")
	somebody := func(login string) *http.Client {
		jar, _ := cookiejar.New(nil)
		c := &http.Client{Jar: jar}
		o.asks(c, "POST", "/api/v1/session", map[string]any{"login": login, "password": herPassword})
		return c
	}
	o.asks(&http.Client{}, "POST", "/api/v1/setup", map[string]any{"code": code, "login": "olga", "name": "Olga", "password": herPassword})
	o.makesPeople(somebody("olga"))
	ada, bob := somebody("ada"), somebody("bob")
	o.asks(ada, "PUT", "/api/v1/projects/P-2", map[string]any{"format": 1, "number": "P-2", "name": "Plant", "boards": []any{map[string]any{"name": "Main"}}, "breakers": []any{}})
	_, port, _ := net.SplitHostPort(imus[0].Modbus)
	n, _ := strconv.Atoi(port)
	if found := o.asks(ada, "POST", "/api/v1/projects/P-2/scan", map[string]any{"ranges": []string{"127.0.1.1"}, "ports": []int{n}, "board": "Main"}); len(found["added"].([]any)) != 1 {
		t.Fatal(found)
	}
	if s := o.asks(ada, "POST", "/api/v1/projects/P-2/breakers/Q1/snapshots", map[string]any{}); s["digest"] == "" {
		t.Fatal(s)
	}
	plan := o.asks(ada, "POST", "/api/v1/projects/P-2/breakers/Q1/plans", map[string]any{"reason": "motors", "wishes": []any{map[string]string{"point": "protection.short_time.isd", "value": "5"}}})
	at := "/api/v1/plans/" + plan["id"].(string)
	diff := o.asks(ada, "GET", at+"/diff", nil)
	if !strings.Contains(diff["why"].(string), "rating") {
		t.Error("no word of why there are no curves:", diff["why"])
	}
	if status := o.status(ada, at+"/outcome", map[string]any{"password": "0000"}); status != http.StatusUnprocessableEntity {
		t.Error("carried out without a second person:", status)
	}
	o.asks(bob, "POST", at+"/approval", map[string]any{"digest": diff["digest"], "text": "seen"})
	if out := o.asks(ada, "POST", at+"/outcome", map[string]any{"password": "0000"}); out["end"] != "applied" {
		t.Error(out)
	}
}

// status asks for something that is refused.
func (o *operations) status(c *http.Client, path string, body any) int {
	b, _ := json.Marshal(body)
	r, err := c.Post(o.console+path, "application/json", bytes.NewReader(b))
	if err != nil {
		o.t.Fatal(err)
	}
	r.Body.Close()
	return r.StatusCode
}
