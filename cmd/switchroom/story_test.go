package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"switchroom/ui/browser"
)

// TestStory goes through the demonstration as somebody does who has read nothing: a
// real process, a real browser, and only what can be seen and clicked. The order is
// that of the card "Try this" on the first page.
func TestStory(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: the demonstration is not walked through in a browser (-short)")
	}
	b, err := browser.Start(t.Context())
	if errors.Is(err, browser.ErrNone) {
		t.Skip("SKIPPED: the demonstration is not walked through in a browser: install the Debian package chromium")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	dir := t.TempDir()
	lab, imus := runStory(t, dir)
	tab, err := b.Open(browser.Views[1], lab+"/")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	p := &walker{t, tab, lab, imus[0], dir}
	for _, step := range []struct {
		what string
		do   func()
	}{
		{"badges in", p.badgesIn}, {"changes Isd on the display", p.changesIsd}, {"puts a fault on", p.putsFaultOn}, {"sees why it tripped", p.seesWhy},
		{"locks the pad", p.locksPad}, {"is made to change the password", p.isMadeToChangePassword}, {"is refused a close", p.isRefused}, {"steps the time", p.stepsTime},
	} {
		t.Log(step.what)
		step.do()
	}
	said, err := tab.Console()
	if err != nil || len(said) > 0 {
		t.Errorf("the browser said: %s %v", strings.Join(said, "\n"), err)
	}
}

// runStory starts the demonstration, and returns where its laboratory is.
func runStory(t *testing.T, dir string) (lab string, imus []readyIMU) {
	t.Helper()
	lab = fmt.Sprintf("127.0.0.1:%d", anyPort(t))
	_, imus = runDemo(t, dir, filepath.Join(dir, "ready"), "--lab", lab)
	return "http://" + lab, imus
}

// walker is somebody in front of a browser.
type walker struct {
	t   *testing.T
	tab *browser.Tab
	lab string
	q1  readyIMU
	dir string
}

// sees waits until something is so; a page that is left meanwhile is no reason to
// give up.
func (p *walker) sees(what string) {
	p.t.Helper()
	var err error
	for range 10 {
		if err = p.tab.Wait(what); err == nil || !strings.Contains(err.Error(), "navigated") && !strings.Contains(err.Error(), "context") {
			break
		}
	}
	if err != nil {
		p.photograph()
		p.t.Fatal(err)
	}
}

// reads waits until the page has a text.
func (p *walker) reads(where, text string) {
	p.t.Helper()
	p.sees(fmt.Sprintf(`document.readyState === "complete" && document.querySelector(%q)?.textContent.includes(%q)`, where, text))
}

// presses clicks what has this text: a link or a button in a part of the page. The click
// comes after the answer, which a new page would swallow, and looks once more: in a page
// that moves, what was found a moment ago may have been drawn anew.
func (p *walker) presses(where, text string) {
	p.t.Helper()
	p.sees(fmt.Sprintf(`document.readyState === "complete" && (() => {
		const find = () => [...document.querySelectorAll(%q)].flatMap(x => [...x.querySelectorAll("a, button, summary")]).find(x => x.checkVisibility() && x.textContent.trim().startsWith(%q));
		if (find()) setTimeout(() => find()?.click());
		return Boolean(find());
	})()`, where, text))
}

func (p *walker) clicks(selector string) {
	p.t.Helper()
	if err := p.tab.Click(selector); err != nil {
		p.photograph()
		p.t.Fatalf("%s: %v", selector, err)
	}
}

// types fills a field in.
func (p *walker) types(selector, text string) {
	p.t.Helper()
	p.clicks(selector)
	if err := p.tab.Press(text); err != nil {
		p.t.Fatal(err)
	}
}

// photograph keeps a picture of what went wrong, where SWITCHROOM_PICTURES says so.
func (p *walker) photograph() {
	where, err := browser.Eval[string](p.tab, `location.href + ": " + document.querySelector("main")?.innerText.slice(0, 1500)`)
	p.t.Logf("the page is %s %v", where, err)
	if dir := os.Getenv("SWITCHROOM_PICTURES"); dir != "" {
		if png, err := p.tab.PNG(); err == nil {
			os.WriteFile(filepath.Join(dir, "story.png"), png, 0o644)
		}
	}
}

// starts goes back to the first page.
func (p *walker) starts() {
	p.t.Helper()
	p.presses("nav.nav", "Switchroom")
	p.reads("#tour", "Try this")
}

// tries follows a line of the card on the first page.
func (p *walker) tries(what string) {
	p.t.Helper()
	p.starts()
	p.presses("#tour", what)
}

func (p *walker) badgesIn() {
	p.tries("Badge in")
	p.presses("#people", "Badge in: Olga")
	p.reads("#people", "Inside")
}

// changesIsd changes a setting of Q1 on its display, key by key.
func (p *walker) changesIsd() {
	p.tries("Walk up to Q1")
	p.reads("#front-who", "Olga")
	p.sees(`document.querySelector("#link").dataset.up === "yes"`)
	p.presses("#front-display", "Open the cover")
	p.reads("#front-display", "Shut the cover")
	p.key("home", ">Quick View")
	for _, line := range []string{">Measures", ">Alarms", ">Maintenance", ">Configuration", ">Protection"} {
		p.key("ctx2", line)
	}
	p.key("ctx3", ">I long time")
	p.key("ctx2", ">I short time")
	p.key("ctx3", ">Isd")
	p.key("ctx3", "[6 Ir]")
	p.key("ctx1", "[6.5 Ir]")
	p.key("ctx3", "Apply? ESC goes back.")
	p.key("ctx3", "6.5 Ir")
}

// key presses a key of the display, and waits for what it shows then.
func (p *walker) key(name, then string) {
	p.t.Helper()
	p.clicks("#hot-key-" + name)
	p.reads("#front-display", then)
}

// putsFaultOn puts a short circuit below Q11: Q11 trips, and nothing else.
func (p *walker) putsFaultOn() {
	p.tries("Put a fault on a feeder")
	p.reads("#prospect-box", "Prospective currents")
	p.presses("#prospect-box", "Put the fault on")
	p.reads("#faults-on", "carries nothing: a breaker has cleared it")
	p.sees(`[...document.querySelectorAll("#network-svg title")].some(x => x.textContent.startsWith("Q11: Tripped"))`)
	p.sees(`[...document.querySelectorAll("#network-svg title")].some(x => x.textContent.startsWith("Q1: Closed"))`)
}

// seesWhy follows the trip to its curve and its waveform.
func (p *walker) seesWhy() {
	p.tries("See why it tripped")
	p.sees(`location.pathname === "/events"`) // the first page tells of the trip, too
	p.presses("main", "tripped by instantaneous Ii")
	p.sees(`location.pathname.startsWith("/trip/Q11/") && document.querySelector("svg.cv .cv-band")`)
	p.presses("main", "Short capture")
	p.sees(`location.pathname.startsWith("/captures/Q11/") && document.querySelector("[data-plot][data-drawn]")`)
}

// locksPad closes the padlock of the interface of Q1: nobody closes it from afar then.
func (p *walker) locksPad() {
	p.tries("Walk up to Q1")
	p.clicks("#hot-pad")
	p.reads("#front-remote", "closed: remote control is blocked")
}

func (p *walker) isMadeToChangePassword() {
	p.tries("Log in to the web pages of Q1")
	p.sees(`location.pathname === "/login" && document.querySelector("#name")`)
	p.types("#name", "Administrator")
	p.types("#password", "Gateway")
	p.presses("main", "Log in")
	p.reads("main", "change it now")
	p.types("#current", "Gateway")
	p.types("#new", "Olga-17")
	p.types("#again", "Olga-17")
	p.presses("main", "Change the password")
	p.sees(`location.pathname === "/monitoring"`)
	p.presses("nav.nav", "Control")
	p.reads("main", "remote control is disabled")
	p.sees(`[...document.querySelectorAll("main button[aria-disabled=true]")].some(x => x.textContent.startsWith("Close"))`)
}

// isRefused orders over the network what the padlock forbids, and finds on the wire
// which rule said no.
func (p *walker) isRefused() {
	put(p.t, filepath.Join(p.dir, "password"), []byte("3333\n"))
	target := fmt.Sprintf("modbus://%s/%d", p.q1.Modbus, p.q1.Unit)
	if out, status := call("close", "--password-file", filepath.Join(p.dir, "password"), target); status != 1 || !strings.Contains(out, "pad") {
		p.t.Errorf("closed while the pad is locked: %d, %s", status, out)
	}
	if _, err := browser.Eval[bool](p.tab, fmt.Sprintf("(location.href = %q, true)", p.lab+"/unit/Q1")); err != nil {
		p.t.Fatal(err)
	}
	p.presses("main", "What it was asked by wire")
	p.reads("#wire-rows", "close the breaker")
	p.reads("#wire-rows", "remote control is disabled")
	p.reads("#wire-rows", "rule bus-operate")
}

func (p *walker) stepsTime() {
	p.tries("Stop the time")
	p.presses("#time-speed", "Pause")
	p.reads("#clock", "paused")
	p.sees(`document.readyState === "complete" && document.querySelector('#time-speed button[value="0"]')?.ariaPressed === "true" && document.querySelector("#time-now")`)
	was, err := browser.Eval[string](p.tab, `document.querySelector("#time-now").textContent`)
	if err != nil {
		p.t.Fatal(err)
	}
	p.presses("main", "1 s")
	p.sees(fmt.Sprintf(`document.querySelector("#time-now") && document.querySelector("#time-now").textContent !== %q`, was))
}
