package app

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"switchroom/points"
	"switchroom/ui"
)

// statusNow is the state of the phone for whoever holds it; nothing for others.
func (s *Server) statusNow(in bool) templ.Component {
	if !in {
		return nil
	}
	return status(s.Phone.State())
}

func wayWord(w Way) string {
	if w == Cable {
		return "USB cable"
	}
	return "Bluetooth"
}

// linkOff says why no link can be made now; "" when one can.
func linkOff(s State) string {
	switch {
	case s.Connected():
		return "end the link to " + s.Breaker + " first"
	case s.Pairing.Breaker != "":
		return "finish pairing with " + s.Pairing.Breaker + " first, or stop it"
	}
	return ""
}

func bleOff(s State) string {
	if off := linkOff(s); off != "" {
		return off
	}
	if !s.Bluetooth {
		return "switch Bluetooth of the phone on, and say so above"
	}
	return ""
}

func nfcOff(s State) string {
	if s.Said && s.Offline && !s.Bluetooth {
		return ""
	}
	return "go offline and switch Bluetooth off first, and say so above (D8)"
}

func answerWord(a Answer) string {
	switch a {
	case Yes:
		return "Yes"
	case No:
		return "No"
	case Told:
		return "It says"
	}
	return "Not known"
}

func figures(unit string, all []float64) string {
	var s []string
	for _, x := range all {
		s = append(s, fmt.Sprintf("%.0f", x))
	}
	return strings.Join(s, ", ") + " " + unit
}

func historyTabs(which points.History) (tabs []ui.Link) {
	for _, h := range points.Histories() {
		tabs = append(tabs, ui.Link{Text: h.String(), URL: "/events?history=" + h.String(), Current: h == which})
	}
	return tabs
}

func eventRows(h *History) (all []ui.Event) {
	for i, r := range h.Records {
		all = append(all, ui.Event{ID: fmt.Sprintf("record-%d", i), At: r.Date, Severity: severity(r.Severity), Text: capital(r.Title) + " (" + r.What + ")", Where: r.Detail})
	}
	return all
}

func tripRows(r *Record) []ui.KV {
	all := []ui.KV{
		{Name: "When, by its clock", Value: ui.Text(r.Date.UTC().Format("2006-01-02 15:04:05.000"))},
		{Name: "What it says", Value: ui.Text(r.Detail)},
	}
	t := r.Trip
	if t == nil {
		return append(all, ui.KV{Name: "Values", Value: ui.Text("it keeps none of this trip")})
	}
	return append(all,
		ui.KV{Name: "Function", Value: ui.Text(t.Function)}, ui.KV{Name: "Phase", Value: ui.Text(t.Phase)},
		ui.KV{Name: "What passed the pick-up", Value: ui.Text(figures("A", []float64{t.Value}))},
		ui.KV{Name: "I1, I2, I3, IN before it", Value: ui.Text(figures("A", t.Currents[:]))},
		ui.KV{Name: "V1N, V2N, V3N before it", Value: ui.Text(figures("V", t.Voltages[:]))},
		ui.KV{Name: "Settings group", Value: ui.Text(t.Group)})
}
