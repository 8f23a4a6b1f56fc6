package storybook

import (
	"strings"
	"testing"

	"switchroom/ui/browser"
)

// open opens a story at a desk in the light theme.
func open(t *testing.T, name string) *browser.Tab {
	t.Helper()
	b, base := started(t)
	tab, err := b.Open(browser.Views[1], base+"/story/"+name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	return tab
}

// is fails when an expression is not true in the page.
func is(t *testing.T, tab *browser.Tab, expression string) {
	t.Helper()
	ok, err := browser.Eval[bool](tab, "!!("+expression+")")
	if err != nil || !ok {
		t.Errorf("not so: %s (%v)", expression, err)
	}
}

// wait waits until an expression becomes true.
func wait(t *testing.T, tab *browser.Tab, expression string) {
	t.Helper()
	if err := tab.Wait(expression); err != nil {
		t.Fatal(err)
	}
}

func press(t *testing.T, tab *browser.Tab, keys string) {
	t.Helper()
	if err := tab.Press(keys); err != nil {
		t.Fatal(err)
	}
}

func do(t *testing.T, tab *browser.Tab, expression string) {
	t.Helper()
	if _, err := browser.Eval[bool](tab, "("+expression+", true)"); err != nil {
		t.Fatal(err)
	}
}

const (
	tabKey = "\t"
	enter  = "\r"
	escape = "\u001b"
)

// TestKeyboard walks with Tab: the first stop leads past the navigation, the
// dialog of a dangerous order begins on Cancel, holds the focus, and gives it
// back to what opened it.
func TestKeyboard(t *testing.T) {
	tab := open(t, "buttons")
	press(t, tab, tabKey)
	is(t, tab, `document.activeElement.className === "skip" && document.activeElement.getBoundingClientRect().top >= 0`)
	press(t, tab, enter)
	is(t, tab, `location.hash === "#main"`)
	do(t, tab, `document.getElementById("open-q1-ask").focus()`)
	press(t, tab, enter)
	wait(t, tab, `document.getElementById("open-q1").open`)
	is(t, tab, `document.activeElement.textContent === "Cancel"`)
	for range 4 {
		press(t, tab, tabKey)
		is(t, tab, `document.activeElement === document.body || document.getElementById("open-q1").contains(document.activeElement)`)
	}
	press(t, tab, escape)
	wait(t, tab, `!document.getElementById("open-q1").open`)
	is(t, tab, `document.activeElement.id === "open-q1-ask"`)
	do(t, tab, `document.querySelector('[aria-disabled="true"]').click()`)
	is(t, tab, `location.pathname === "/story/buttons"`)
}

// TestFocusShows checks that whatever takes the focus by keyboard is seen to
// have it.
func TestFocusShows(t *testing.T) {
	for _, name := range []string{"form", "buttons", "table", "tabs"} {
		tab := open(t, name)
		for range 12 {
			press(t, tab, tabKey)
			is(t, tab, `(() => { const a = document.activeElement; if (a === document.body) return true;
				const s = getComputedStyle(a); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; })()`)
		}
	}
}

// TestTheme presses the toggle through its three steps and loads again: the
// choice stays.
func TestTheme(t *testing.T) {
	tab := open(t, "type")
	ground := func() string {
		s, err := browser.Eval[string](tab, `getComputedStyle(document.body).backgroundColor`)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	light := ground()
	do(t, tab, `document.querySelector("[data-theme-toggle]").click()`)
	is(t, tab, `document.querySelector("[data-theme-word]").textContent === "light"`)
	do(t, tab, `document.querySelector("[data-theme-toggle]").click()`)
	is(t, tab, `document.querySelector("[data-theme-word]").textContent === "dark"`)
	if dark := ground(); dark == light {
		t.Errorf("dark is light: %s", dark)
	}
	if err := tab.Reload(); err != nil {
		t.Fatal(err)
	}
	is(t, tab, `document.documentElement.dataset.theme === "dark" && document.querySelector("[data-theme-word]").textContent === "dark"`)
	do(t, tab, `document.querySelector("[data-theme-toggle]").click()`)
	is(t, tab, `document.documentElement.dataset.theme === undefined`)
}

// TestLive watches the page that changes by itself: the breaker trips, what is
// being typed and where stays, a screen reader is told, a notice can be closed.
func TestLive(t *testing.T) {
	tab := open(t, "live")
	wait(t, tab, `document.querySelector(".link-light").dataset.up === "yes"`)
	do(t, tab, `window.field = document.getElementById("typed"), field.focus()`)
	press(t, tab, "hello")
	wait(t, tab, `document.querySelector("#live-q11.st-tripped")`)
	is(t, tab, `document.activeElement === window.field && window.field.isConnected && window.field.value === "hello"`)
	is(t, tab, `document.getElementById("live-q11").namespaceURI === "http://www.w3.org/2000/svg"`)
	wait(t, tab, `document.getElementById("announce").textContent.includes("Q11 tripped")`)
	is(t, tab, `document.querySelector("#live-events > li").textContent.includes("Q11 tripped")`)
	wait(t, tab, `document.querySelector("#toasts .notice")`)
	do(t, tab, `document.querySelector("#toasts [data-close]").click()`)
	is(t, tab, `!document.querySelector("#toasts .notice")`)
	quiet(t, tab)
}

// TestPlots draws, zooms by buttons, and draws anew in another theme.
func TestPlots(t *testing.T) {
	tab := open(t, "plots")
	for id, drawn := range map[string]string{"wave": "yes", "curve": "yes", "gone": "failed"} {
		is(t, tab, `document.getElementById("`+id+`").dataset.drawn === "`+drawn+`"`)
	}
	is(t, tab, `document.querySelector("#gone .plot-say").textContent.includes("could not be read")`)
	// What was drawn is seen: not all of the picture is one colour.
	is(t, tab, `(() => { const c = document.querySelector("#wave canvas"); const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		const seen = new Set(); for (let i = 0; i < d.length; i += 4) seen.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]); return seen.size > 8; })()`)
	width := `(u => u.scales.x.max - u.scales.x.min)(document.getElementById("%")._plot)`
	for _, id := range []string{"wave", "curve"} {
		w := strings.ReplaceAll(width, "%", id)
		do(t, tab, `window.before = `+w)
		do(t, tab, `document.querySelector("#`+id+` [data-plot-zoom=in]").click()`)
		wait(t, tab, w+` < window.before * .8`)
		do(t, tab, `document.querySelector("#`+id+` [data-plot-zoom=all]").click()`)
		wait(t, tab, `Math.abs(`+w+` - window.before) < window.before * .01`)
	}
	do(t, tab, `window.canvas = document.querySelector("#wave canvas"), document.querySelector("[data-theme-toggle]").click()`)
	wait(t, tab, `document.querySelector("#wave canvas") && document.querySelector("#wave canvas") !== window.canvas`)
	is(t, tab, `document.querySelectorAll("#curve details tbody tr").length > 10`)
}

// TestAges watches a value grow old: it says so in words.
func TestAges(t *testing.T) {
	tab := open(t, "tiles")
	is(t, tab, `document.getElementById("thd").classList.contains("stale")`)
	is(t, tab, `!document.getElementById("p").classList.contains("stale")`)
	do(t, tab, `window.was = document.querySelector("#p time").textContent`)
	wait(t, tab, `document.querySelector("#p time").textContent !== window.was`)
	is(t, tab, `/^\d+ s ago$/.test(document.querySelector("#p time").textContent)`)
	do(t, tab, `document.querySelector("#p time").dataset.stale = "1"`)
	wait(t, tab, `document.getElementById("p").classList.contains("stale") && getComputedStyle(document.querySelector("#p .stale-word")).display !== "none"`)
}

// TestStill checks that nothing moves for those who do not want it.
func TestStill(t *testing.T) {
	b, base := started(t)
	tab, err := b.Open(browser.View{Name: "still", Width: 1280, Height: 900, Still: true}, base+"/story/leds")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	is(t, tab, `document.getAnimations().every(a => a.playState !== "running")`)
	is(t, tab, `document.getElementById("led1").textContent.includes("slow blink")`)
}

// TestHostileLive opens the page of hostile names in a real browser: nothing
// of them runs, and every form of theirs stays on this server.
func TestHostileLive(t *testing.T) {
	tab := open(t, "hostile")
	quiet(t, tab)
	is(t, tab, `document.querySelectorAll("main img, main script, main iframe").length === 0`)
	is(t, tab, `[...document.querySelectorAll("a[href], form[action]")].every(e => !/^(javascript|data|vbscript):/i.test(e.href || e.action))`)
}
