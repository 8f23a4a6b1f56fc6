package lab

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/study"
	"switchroom/ui"
)

// playsShown is how many recordings the page shows, the newest; ours.
const playsShown = 10

// playPage is the page of recordings.
type playPage struct {
	list   []remote.Playback
	fields []ui.Field
	error  string // why nothing was played
}

func (s *Server) playPage(unit string) *playPage {
	p := &playPage{}
	for i, x := range s.decks.list() {
		if i == playsShown {
			break
		}
		p.list = append(p.list, tellPlay(x))
	}
	var units []ui.Option
	for _, u := range s.lab.Units {
		units = append(units, ui.Option{Value: u.Name(), Text: u.Name()})
	}
	p.fields = []ui.Field{
		{Name: "unit", Label: "Into which breaker", Type: "select", Options: units, Value: unit, Required: true},
		{Name: "cfg", Label: "Recording: .cfg, or .cff", Type: "file", Accept: ".cfg,.cff,.CFG,.CFF", Required: true, Hint: fmt.Sprintf("COMTRADE C37.111; up to %d MiB.", uploadMax>>20)},
		{Name: "dat", Label: "Its data: .dat", Type: "file", Accept: ".dat,.DAT", Hint: "Not of a .cff, which has both."},
		{Name: "map", Label: "Channels", Hint: "l1=IA,l2=IB,l3=IC,n=IN; empty: by their names and phases. leakage=… is the external sensor, v1=… to v3=… are voltages to neutral."},
		{Name: "scale", Label: "Multiply every current by", Type: "number", Value: "1", Min: "0", Step: "any"},
		{Name: "primary", Label: "Multiply secondary values by the ratio of the recording", Type: "checkbox"},
	}
	for i := range p.fields {
		p.fields[i].ID = "play-" + p.fields[i].Name
	}
	return p
}

func (s *Server) showPlayback(w http.ResponseWriter, r *http.Request) {
	s.playView(w, r, http.StatusOK, s.playPage(r.URL.Query().Get("unit")))
}

func (s *Server) playView(w http.ResponseWriter, r *http.Request, status int, p *playPage) {
	f := s.frame("Recordings", "/playback")
	f.Lead = "A recorded fault is played into one breaker, as a test set injects it into its sensors. Its own protection decides; the network and the breakers above see nothing of it."
	s.show(w, r, status, playbackView(moving(f, nil), p))
}

func (s *Server) watchPlayback(w http.ResponseWriter, r *http.Request) {
	s.watch(w, r, "playback", func(context.Context) []ui.Part {
		return []ui.Part{{To: "playbacks", How: ui.Morph, Is: playbacks(s.playPage("").list)}}
	})
}

// playAsked takes the form. After an error nothing is played.
func (s *Server) playAsked(w http.ResponseWriter, r *http.Request) {
	u, err := readUpload(r)
	status := http.StatusUnprocessableEntity
	if err == nil {
		if _, err = s.play(u.fields["unit"], u); err == nil {
			http.Redirect(w, r, "/playback", http.StatusSeeOther)
			return
		}
		status = playStatus(err)
	}
	p := s.playPage("")
	p.error = err.Error()
	for i := range p.fields {
		if f := &p.fields[i]; u != nil && f.Type != "file" {
			if text, sent := u.fields[f.Name]; sent {
				f.Value, f.Checked = text, f.Type == "checkbox"
			}
		}
	}
	s.playView(w, r, status, p)
}

func (s *Server) stopPlayAsked(w http.ResponseWriter, r *http.Request) {
	p, err := s.played(r.PostFormValue("unit"))
	if err != nil {
		s.show(w, r, http.StatusNotFound, missingView(s.frame("Not found", "/playback"), "Nothing is played there"))
		return
	}
	p.stop()
	poke(s.hub.moved)
	http.Redirect(w, r, "/playback", http.StatusSeeOther)
}

// playMeter is how far a playback is.
func playMeter(p *remote.Playback) ui.Meter {
	return ui.Meter{ID: ui.ID("played", p.Unit), Label: "Played", Text: fmt.Sprintf("%.3f of %.3f s", p.At, p.Length), Value: p.At, Max: p.Length}
}

// outcome says what happened, in a sentence.
func outcome(p *remote.Playback) string {
	switch t := p.Trip; {
	case t == nil && p.State == remote.Playing:
		return "It has not tripped so far."
	case t == nil:
		return "It did not trip."
	case t.Opened == nil:
		return fmt.Sprintf("It tripped by %s at %.4f s%s.", words(t.Function), t.T, whichPhase(t))
	default:
		return fmt.Sprintf("It tripped by %s at %.4f s%s; its contacts were open at %.4f s, and nothing flowed from then on.", words(t.Function), t.T, whichPhase(t), *t.Opened)
	}
}

func whichPhase(t *remote.PlayedTrip) string {
	if strings.HasPrefix(t.Phase, "l") || t.Phase == "n" {
		return " in " + strings.ToUpper(t.Phase)
	}
	return ""
}

// expectation says what the model expects, in a sentence.
func expectation(e *remote.Expected) string {
	switch {
	case e == nil:
		return "What the model expects is not known: its settings cannot be read."
	case e.Function == "":
		return "The model, from cold: a unit within its tolerances must not trip on this."
	case e.T == nil:
		return fmt.Sprintf("The model, from cold: an early unit trips by %s at %.4f s, a nominal one does not.", words(e.Function), *e.Earliest)
	case e.Latest == nil:
		return fmt.Sprintf("The model, from cold: a nominal unit trips by %s at %.4f s (earliest %.4f s); a late one need not.", words(e.Function), *e.T, *e.Earliest)
	}
	return fmt.Sprintf("The model, from cold: it must trip by %s at %.4f s, between %.4f s and %.4f s within the tolerances.", words(e.Function), *e.T, *e.Earliest, *e.Latest)
}

// playedRows are the events of a playback.
func playedRows(p *remote.Playback) ui.Table {
	t := ui.Table{ID: ui.ID("happened", p.Unit), Caption: "What the breaker told", Empty: "Nothing.",
		Columns: []ui.Column{{Title: "Time (s)", Number: true}, {Title: "Event"}, {Title: "Detail"}}}
	for _, e := range p.Happened {
		text := e.Event
		if c, err := points.LookupEvent(e.Event); err == nil {
			if info := points.EventOf(c); info.Title != "" {
				text = info.Title
			}
		}
		if e.What == "exit" {
			text += ": ended"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells(fmt.Sprintf("%.4f", e.T), text, e.Detail)})
	}
	return t
}

// channelWords say which channel was taken for what.
func channelWords(p *remote.Playback) (all []string) {
	for _, to := range slices.Concat(study.Conductors, study.Sensors, study.Voltages) {
		if name := p.Channels[to]; name != "" {
			all = append(all, fmt.Sprintf("%s as %s", name, strings.ToUpper(to)))
		}
	}
	return all
}

// cells are a row of plain texts.
func cells(all ...string) (row []templ.Component) {
	for _, s := range all {
		row = append(row, ui.Text(s))
	}
	return row
}
