package lab

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/lab/remote"
	"switchroom/ui"
)

// speeds are the speeds that the page has buttons for.
var speeds = []struct {
	speed float64
	text  string
}{{0, "Pause"}, {1, "×1"}, {10, "×10"}, {60, "×60"}, {600, "×600"}, {3600, "×3600"}}

// steps are the steps that the page has buttons for.
var steps = []struct{ by, text string }{
	{"next", "To the next thing due"}, {"0.001", "1 ms"}, {"0.01", "10 ms"}, {"0.1", "100 ms"}, {"1", "1 s"}, {"60", "1 min"}, {"600", "10 min"}, {"3600", "1 h"},
}

// clockPart is the time in the head of every page that moves.
func (s *Server) clockPart() ui.Part {
	return ui.Part{To: "clock", How: ui.Morph, Is: clockLink(s.tellTime())}
}

// speedWord is how fast time passes, in a word.
func speedWord(t *remote.Time) string {
	switch {
	case t.Speed == 0:
		return "paused"
	case lags(t):
		return fmt.Sprintf("×%s, really ×%s", times(t.Speed), times(t.Real))
	}
	return "×" + times(t.Speed)
}

func times(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }

// lags reports whether the computer does not keep up: by more than measuring it is
// uncertain. Ours.
func lags(t *remote.Time) bool { return t.Real < 0.9*t.Speed }

// ahead is by how much the laboratory is ahead of the computer, in words.
func ahead(t *remote.Time) string {
	d := time.Until(t.Date)
	switch r := d.Round(time.Second); {
	case r > time.Second:
		return "the laboratory is ahead by " + r.String()
	case r < -time.Second:
		return "the laboratory is behind by " + (-r).String()
	}
	return "the same"
}

func (s *Server) showClock(w http.ResponseWriter, r *http.Request) {
	s.clockView(w, r, http.StatusOK, "")
}

func (s *Server) clockView(w http.ResponseWriter, r *http.Request, status int, refusal string) {
	f := s.frame("Time", "/time")
	f.Lead = "How fast the day of the laboratory passes. Everything electrical goes by it: loads, thermal images, delays, mechanisms."
	s.show(w, r, status, timeView(moving(f, nil), s.tellTime(), refusal))
}

func (s *Server) watchClock(w http.ResponseWriter, r *http.Request) {
	s.watch(w, r, "time", func(context.Context) []ui.Part {
		t := s.tellTime()
		return []ui.Part{{To: "time-now", How: ui.Morph, Is: timeBox(&t)}, {To: "time-speed", How: ui.Morph, Is: speedBox(&t)}}
	})
}

// watchHead moves nothing but the time in the head, of pages in which nothing else moves.
func (s *Server) watchHead(w http.ResponseWriter, r *http.Request) {
	s.watch(w, r, "clock", func(context.Context) []ui.Part { return nil })
}

// speedAsked takes a speed from the page: a button's, or the field's.
func (s *Server) speedAsked(w http.ResponseWriter, r *http.Request) {
	text := strings.TrimSpace(r.PostFormValue("speed"))
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		err = fmt.Errorf("%q is no speed; write a number from 0.001 to 3600, or 0 to stop", text)
	} else {
		err = s.setSpeed(v)
	}
	s.clockDone(w, r, err, http.StatusUnprocessableEntity)
}

// stepAsked takes a step from the page.
func (s *Server) stepAsked(w http.ResponseWriter, r *http.Request) {
	text := r.PostFormValue("by")
	if text == "next" {
		s.clockDone(w, r, s.stepNext(r.Context()), http.StatusConflict)
		return
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v > 0 && v <= remote.MaxStep) {
		s.clockDone(w, r, fmt.Errorf("%q is no step; choose one", text), http.StatusUnprocessableEntity)
		return
	}
	s.clockDone(w, r, s.step(r.Context(), time.Duration(v*float64(time.Second))), http.StatusConflict)
}

func (s *Server) clockDone(w http.ResponseWriter, r *http.Request, err error, status int) {
	if err != nil {
		s.clockView(w, r, status, err.Error())
		return
	}
	http.Redirect(w, r, "/time", http.StatusSeeOther)
}

// timeFacts are what there is to tell of the time.
func timeFacts(t *remote.Time) []ui.KV {
	all := []ui.KV{
		{Name: "Date", Value: ui.Text(t.Date.UTC().Format("Monday 2006-01-02 15:04:05.000") + " UTC")},
		{Name: "Speed", Value: ui.Text(speedWord(t))},
		{Name: "Beside the computer's clock", Value: ui.Text(ahead(t))},
	}
	if t.Speed == 0 {
		all = append(all, ui.KV{Name: "Next thing due", Value: ui.Text(nextWord(t))})
	}
	if len(t.Owed) > 0 {
		all = append(all, ui.KV{Name: "Brought back once time runs", Value: ui.Text(strings.Join(t.Owed, ", "))})
	}
	return all
}

func nextWord(t *remote.Time) string {
	if t.Next == nil {
		return "nothing"
	}
	return "in " + time.Duration(*t.Next*float64(time.Second)).Round(time.Microsecond).String()
}

// speedButton is the button of a speed; the one that is in force says so.
func speedButton(speed float64, text string, t *remote.Time) ui.Button {
	b := ui.Button{Text: text, Name: "speed", Value: strconv.FormatFloat(speed, 'g', -1, 64), Attrs: templ.Attributes{}}
	if speed == t.Speed {
		b.Kind, b.Attrs["aria-pressed"] = ui.Primary, "true"
	}
	return b
}
