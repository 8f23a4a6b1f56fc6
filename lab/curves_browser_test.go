package lab

import (
	"os"
	"testing"

	"switchroom/lab/remote"
	"switchroom/ui/browser"
)

// Curves, trips, waveforms and events, in every view: axe finds nothing, nothing is too
// wide, nothing is said.
func TestCurvesAccessible(t *testing.T) {
	axe, err := os.ReadFile("../dev/cache/axe.min.js")
	if err != nil {
		t.Skip("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
	}
	b := seen(t)
	p, captures := tripped(t)
	p.inject(remote.Order{Fault: "load", Unit: "Q13", With: map[string]string{"l1": "2400", "l2": "2400", "l3": "2400"}, For: 600})
	for _, path := range []string{"/curves", "/curves?at=Q11", "/curves?at=Q13&source=T2", "/curves?at=Q11&element=leakage", "/trip/Q11/" + captures[0].Trip,
		"/captures", "/captures/Q11/" + captures[0].ID, "/events", "/events?since=tomorrow", "/events?since=2020-01-01T07:30:01"} {
		accessible(t, b, string(axe), p.server.URL()+path, path != "/events?since=tomorrow")
	}
}

// A person looks at the curves down to Q11 while it is loaded beyond its Ir, and then
// trips: the load comes as a line with the time until it trips, the trip as a mark, and
// the curves themselves are not sent again. The list of events has it at its head.
func TestSeesTripOnItsCurve(t *testing.T) {
	b := seen(t)
	p := demo(t)
	tab, err := b.Open(browser.Views[1], p.server.URL()+"/curves?at=Q11")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	list, err := b.Open(browser.Views[1], p.server.URL()+"/events?severity=high")
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	wait(t, list, `document.querySelector("#link").dataset.up === "yes"`)
	wait(t, tab, `document.querySelector("#link").dataset.up === "yes" && document.querySelectorAll("#curves-drawn .cv-band").length === 2`)
	wait(t, tab, `window.drawn = document.querySelector("#curves-drawn svg")`)
	p.inject(remote.Order{Fault: "load", Unit: "Q11", With: map[string]string{"l1": "2000", "l2": "2000", "l3": "2000"}, For: 600})
	wait(t, tab, `document.querySelector("#curves-points .cv-1 .cv-due") && /Q11 in \d/.test(document.querySelector("#curves-points").textContent)`)
	p.inject(remote.Order{Fault: "trip", Unit: "Q11", With: map[string]string{"cause": "short_time"}, For: 600})
	wait(t, tab, `/Q11 tripped/.test(document.querySelector("#curves-points").textContent) && document.querySelector("#curves-way .badge-tripped")`)
	wait(t, tab, `document.querySelector("#curves-drawn svg") === window.drawn`)
	wait(t, list, `[...document.querySelectorAll("#events-rows a")].some(a => /tripped by short time/.test(a.textContent) && a.pathname.startsWith("/trip/Q11/"))`)
	silent(t, tab)
	silent(t, list)
}

// A waveform is drawn with its status, and a zoom of one plot is one of all.
func TestZoomsWaveform(t *testing.T) {
	b := seen(t)
	p, captures := tripped(t)
	for _, c := range captures {
		tab, err := b.Open(browser.Views[1], p.server.URL()+"/captures/Q11/"+c.ID)
		if err != nil {
			t.Fatal(err)
		}
		plots := map[string]int{"short": 2, "long": 3}[c.Kind]
		n, err := browser.Eval[int](tab, `document.querySelectorAll('[data-plot][data-drawn="yes"]').length`)
		if err != nil || n != plots {
			t.Errorf("%s: %d plots, want %d, %v", c.Kind, n, plots, err)
		}
		weight(t, tab)
		const ends = `[...document.querySelectorAll("[data-plot]")].map(f => [f._plot.scales.x.min, f._plot.scales.x.max])`
		if _, err := browser.Eval[bool](tab, `window.before = JSON.stringify(`+ends+`), true`); err != nil {
			t.Fatal(err)
		}
		if err := tab.Click(`#wave-currents [data-plot-zoom="in"]`); err != nil {
			t.Fatal(err)
		}
		wait(t, tab, `(() => { const e = `+ends+`; const [lo, hi] = JSON.parse(window.before)[0]; return e.every(x => Math.abs(x[1] - x[0] - (hi - lo) / 2) < 1 && Math.abs(x[0] - e[0][0]) < 0.01); })()`)
		if err := tab.Click(`#wave-status [data-plot-zoom="all"]`); err != nil {
			t.Fatal(err)
		}
		wait(t, tab, `JSON.stringify(`+ends+`) === window.before`)
		silent(t, tab)
		tab.Close()
	}
}
