package lab

import (
	"net/url"
	"testing"

	"switchroom/lab/remote"
	"switchroom/ui/browser"
)

// A person stands in front of a breaker and uses it, in the browser: buttons on the
// drawing, keys of the display, and a page that follows without being loaded again.
func TestUsesFront(t *testing.T) {
	b := seen(t)
	p := newPlaceOf(t, fullBreakers+stopOfTwo)
	p.until("Q1", "breaker.closed", "true")
	tab, err := b.Open(browser.Views[2], p.server.URL()+"/unit/Q1/front")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	click := func(selector string) {
		t.Helper()
		if err := tab.Click(selector); err != nil {
			t.Fatalf("%s: %v", selector, err)
		}
	}
	click("#hot-open") // nobody is there
	wait(t, tab, `document.querySelector("#front-note .sev-high")?.textContent.includes("room")`)
	click("#front-who .btn-primary")
	wait(t, tab, `location.search === "?by=Olga" && document.querySelector("#link").dataset.up === "yes"`)
	if _, err := browser.Eval[bool](tab, `window.stayed = true`); err != nil {
		t.Fatal(err)
	}
	click("#hot-open")
	wait(t, tab, `document.querySelector("#front-what").textContent.includes("Contacts open") && document.querySelector("#stands .badge-open")`)
	click("#hot-close")
	wait(t, tab, `document.querySelector("#front-what").textContent.includes("Contacts closed")`)
	click("#hot-close")
	wait(t, tab, `document.querySelector("#front-note").textContent.includes("closed already")`)
	click("#hot-key-home")
	wait(t, tab, `document.querySelector(".f-lcd-sel") && document.querySelector("#front-note").textContent === ""`)
	for range 3 { // as quick as a finger is: none is lost
		if _, err := browser.Eval[bool](tab, `document.querySelector("#hot-key-ctx2").click(), true`); err != nil {
			t.Fatal(err)
		}
	}
	wait(t, tab, `[...document.querySelectorAll(".f-lcd-text")].findIndex(x => x.classList.contains("f-lcd-text-sel")) === 3`)
	if _, err := browser.Eval[bool](tab, `document.querySelector("#hot-key-ctx1").focus(), true`); err != nil {
		t.Fatal(err)
	}
	if err := tab.Press("\r"); err != nil { // by keyboard alone, and the focus stays
		t.Fatal(err)
	}
	wait(t, tab, `[...document.querySelectorAll(".f-lcd-text")].findIndex(x => x.classList.contains("f-lcd-text-sel")) === 2`)
	wait(t, tab, `document.activeElement.id === "hot-key-ctx1"`)
	p.inject(remote.Order{Fault: "trip", Unit: "Q1", For: 600})
	wait(t, tab, `document.querySelector("#front-what").textContent.includes("reset button out") && document.querySelector(".f-lcd-red")`)
	click("#hot-key-ctx3")
	wait(t, tab, `document.querySelector(".f-lcd-white")`)
	click("#hot-reset")
	wait(t, tab, `document.querySelector("#front-what").textContent.includes("reset button in")`)
	if stayed, err := browser.Eval[bool](tab, `window.stayed === true`); err != nil || !stayed {
		t.Error("the page was loaded again", err)
	}
	silent(t, tab)
}

// Racking a closed breaker asks first, from the drawing too.
func TestAsksBeforeRacking(t *testing.T) {
	b := seen(t)
	p := newPlaceOf(t, fullBreakers+stopOfTwo)
	p.until("Q1", "breaker.closed", "true")
	p.post("/room/badge", url.Values{"person": {"Olga"}, "way": {"in"}})
	tab, err := b.Open(browser.Views[1], p.server.URL()+"/unit/Q1/front?by=Olga")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	if err := tab.Click("#hot-rack-test"); err != nil {
		t.Fatal(err)
	}
	wait(t, tab, `document.querySelector("dialog[open]")?.textContent.includes("goes dark")`)
	if f, _ := p.client.Front(t.Context(), "Q1"); f.Position != "connected" {
		t.Errorf("it is in %s before anybody has answered", f.Position)
	}
	if err := tab.Click("dialog[open] .btn-danger"); err != nil {
		t.Fatal(err)
	}
	wait(t, tab, `document.querySelector("#front-what").textContent.includes("Contacts open") && document.querySelector("#front-what").textContent.includes("position test")`)
	silent(t, tab)
}

// What blinks stands still for whoever wants no motion, and its word tells it all the
// same.
func TestFrontStill(t *testing.T) {
	b := seen(t)
	p := newPlaceOf(t, fullBreakers)
	p.until("Q1", "breaker.closed", "true")
	v := browser.Views[1]
	tab, err := b.Open(v, p.server.URL()+"/unit/Q1/front")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	const moves = `getComputedStyle(document.querySelector(".f-blink-2 .f-led")).animationName`
	if name, err := browser.Eval[string](tab, moves); err != nil || name != "f-blink" {
		t.Errorf("Ready does not blink: %q %v", name, err)
	}
	v.Still = true
	if err := tab.See(v); err != nil {
		t.Fatal(err)
	}
	if name, err := browser.Eval[string](tab, moves); err != nil || name != "none" {
		t.Errorf("Ready blinks for who wants no motion: %q %v", name, err)
	}
	wait(t, tab, `document.querySelector("#front-lights").textContent.includes("green, slow blink")`)
}
