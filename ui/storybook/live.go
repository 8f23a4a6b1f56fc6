package storybook

import (
	"fmt"
	"net/http"
	"time"

	"switchroom/ui"
)

// live sends a new measurement every second, and a trip after a while, until
// the browser goes away.
func live(w http.ResponseWriter, r *http.Request) {
	s, err := ui.Watch(w)
	if err != nil {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for n := 1; ; n++ {
		message, err := ui.Message(r.Context(), fmt.Sprint(n), parts(n)...)
		if err != nil || s.Send(message) != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

// parts is what changes in the nth second: the breaker trips in the fourth.
func parts(n int) []ui.Part {
	position := ui.Closed
	if n >= 4 {
		position = ui.Tripped
	}
	all := []ui.Part{
		{To: "live-tile", How: ui.Morph, Is: ui.Measure(liveTile(n))},
		{To: "live-sld", How: ui.Morph, Is: liveDrawing(position)},
	}
	if n == 4 {
		e := ui.Event{ID: ui.ID("e", fmt.Sprint(n)), At: then.Add(4 * time.Second), Severity: ui.High, Text: "Q11 tripped: short time", Where: "Q11", Held: true}
		all = append(all, ui.Part{To: "live-events", How: ui.First, Is: ui.EventRow(e)},
			ui.Announce("Q11 tripped: short time."),
			ui.Toast(ui.Notice{Severity: ui.High, Title: "Q11 tripped", Text: "Short time, 5.2 kA, phase L2."}))
	}
	return all
}

func liveTile(n int) ui.Tile {
	return ui.Tile{ID: "live-tile", Label: "Current L1", Value: fmt.Sprint(408 + n*7%11), Unit: "A", Phase: "l1",
		At: then.Add(time.Duration(n) * time.Second), StaleAfter: 5 * time.Second}
}
