package app

import (
	"errors"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"switchroom/client"
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

// wayOut is where an error leads.
func wayOut(err error, s State) ui.Link {
	switch {
	case errors.Is(err, client.ErrNotPaired), errors.Is(err, ErrUnasked):
		return ui.Link{Text: "Pair", URL: "/pair"}
	case !s.Connected():
		return ui.Link{Text: "Connect", URL: "/connect"}
	case !s.Proved():
		return ui.Link{Text: "Give the password", URL: "/password"}
	}
	return ui.Link{Text: "To the breaker", URL: "/"}
}

// happened is the title of an error: whether it may have happened.
func happened(err error) (string, ui.Severity) {
	if e, is := errors.AsType[*client.Error](err); is && e.MayHaveHappened {
		return "It may have happened: look before you do it again.", ui.High
	}
	return "It was not done.", ui.Medium
}

// stateOf is the position of the breaker as rows tell it.
func stateOf(s *Screen) ui.State {
	switch {
	case s.Value(points.BreakerClosed) == "true":
		return ui.Closed
	case s.Value(points.BreakerTripped) == "true", s.Value(points.BreakerFaultTripped) == "true":
		return ui.Tripped
	case s.Value(points.BreakerClosed) == "false":
		return ui.Open
	}
	return ui.Unknown
}

// shown is a value with its unit as people say it, or a dash.
func shown(r Row) string {
	switch id, _ := points.Lookup(r.Point); {
	case r.Value == "":
		return "–"
	case points.Of(id).Type == points.Bool && r.Value == "true":
		return "yes"
	case points.Of(id).Type == points.Bool:
		return "no"
	}
	return strings.TrimSpace(r.Value + " " + r.Unit)
}

func levelsLine(levels []int) string {
	if len(levels) == 0 {
		return "no password given yet"
	}
	return "password of level " + strings.Trim(strings.ReplaceAll(fmt.Sprint(levels), " ", ", "), "[]")
}
