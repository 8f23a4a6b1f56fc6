package lab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"switchroom/lab/remote"
	"switchroom/ui"
)

// airPage is what the page of the radios shows.
type airPage struct {
	air     remote.Air
	refusal string
	cracked *remote.Cracked // nil: nobody has just tried
}

// packetsShown is how many packets the page shows.
const packetsShown = 20

func (s *Server) showAirPage(w http.ResponseWriter, r *http.Request) {
	s.airView(w, r, http.StatusOK, airPage{})
}

func (s *Server) airView(w http.ResponseWriter, r *http.Request, status int, p airPage) {
	told, err := s.tellAir(true)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	p.air = told.Body
	f := s.frame("Air", "/air")
	f.Lead = "Bluetooth: breakers whose button was pressed, phones, and what anybody hears who listens."
	s.show(w, r, status, airView(moving(f, nil), &p))
}

func (s *Server) watchAir(w http.ResponseWriter, r *http.Request) {
	s.watch(w, r, "air", func(context.Context) []ui.Part {
		told, err := s.tellAir(true)
		if err != nil {
			return nil
		}
		return []ui.Part{{To: "air-radios", How: ui.Morph, Is: airRadios(&told.Body)}, {To: "air-heard", How: ui.Morph, Is: airHeard(&told.Body)}}
	})
}

// numberOf reads a number of a form.
func numberOf(r *http.Request, name string, low float64) (float64, error) {
	text := strings.TrimSpace(r.PostFormValue(name))
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= low && v <= 1000) {
		return 0, fmt.Errorf("%s: %q is no number of metres from %g to 1000", name, text, low)
	}
	return v, nil
}

func (s *Server) moveAsked(w http.ResponseWriter, r *http.Request) {
	x, err1 := numberOf(r, "x", -1000)
	y, err2 := numberOf(r, "y", -1000)
	err := errors.Join(err1, err2)
	status := http.StatusUnprocessableEntity
	if err == nil {
		status = http.StatusNotFound
		_, err = s.moveRadio(r.Context(), &body[remote.MoveOrder]{remote.MoveOrder{Name: strings.TrimSpace(r.PostFormValue("name")), X: x, Y: y}})
	}
	s.airDone(w, r, err, status)
}

func (s *Server) jamAsked(w http.ResponseWriter, r *http.Request) {
	m, err := numberOf(r, "metres", 0)
	if err == nil {
		_, err = s.jam(r.Context(), &body[remote.JamOrder]{remote.JamOrder{Metres: m}})
	}
	s.airDone(w, r, err, http.StatusUnprocessableEntity)
}

func (s *Server) crackAsked(w http.ResponseWriter, r *http.Request) {
	c, err := s.crack(r.Context(), nil)
	if err != nil {
		s.airDone(w, r, err, http.StatusNotFound)
		return
	}
	s.airView(w, r, http.StatusOK, airPage{cracked: &c.Body})
}

func (s *Server) airDone(w http.ResponseWriter, r *http.Request, err error, status int) {
	if err != nil {
		s.airView(w, r, status, airPage{refusal: err.Error()})
		return
	}
	http.Redirect(w, r, "/air", http.StatusSeeOther)
}

// crackNote is what came of trying every code.
func (p *airPage) crackNote() ui.Notice {
	c := p.cracked
	if c.Passkey == "" {
		return ui.Notice{Severity: ui.Low, Title: "No code was found", Text: sentence(c.Why)}
	}
	return ui.Notice{Severity: ui.High, Title: "The code was " + c.Passkey, Text: fmt.Sprintf("Found by %d tries in %.2g s, and with it the key of everything that followed.", c.Tries, c.Seconds)}
}

func radioTable(a *remote.Air) ui.Table {
	t := ui.Table{ID: "radios", Caption: "Radios in the air", Empty: "None: press the Bluetooth button of a breaker whose function is enabled.",
		Columns: []ui.Column{{Title: "Radio"}, {Title: "Address"}, {Title: "Along the board, m", Number: true}, {Title: "Before it, m", Number: true}, {Title: "Can be found"}, {Title: "Links", Number: true}}}
	for _, r := range a.Radios {
		found := "no"
		if r.Advertising {
			found = "yes"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells(r.Name, r.Address, fmt.Sprintf("%.4g", r.X), fmt.Sprintf("%.4g", r.Y), found, fmt.Sprint(r.Links))})
	}
	return t
}

func heardTable(a *remote.Air) ui.Table {
	t := ui.Table{ID: "packets", Caption: "The last packets, the newest first", Empty: "Nothing was heard.",
		Columns: []ui.Column{{Title: "Time"}, {Title: "From"}, {Title: "To"}, {Title: "What"}, {Title: "Can be read"}, {Title: "Bytes"}}}
	for i := len(a.Heard) - 1; i >= max(0, len(a.Heard)-packetsShown); i-- {
		p := a.Heard[i]
		to, read := p.To, "yes"
		if to == "" {
			to = "everybody"
		}
		if p.Sealed {
			read = "no: encrypted"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells(p.At.UTC().Format("15:04:05.000"), p.From, to, p.What, read, shortened(p.Bytes))})
	}
	return t
}

// shortened is as much of the bytes as a table has room for.
func shortened(hex string) string {
	if len(hex) > 48 {
		return hex[:48] + " …"
	}
	return hex
}

func jamWords(j *remote.JamOrder) string {
	return fmt.Sprintf("Nothing is heard within %.4g m of the place %.4g, %.4g.", j.Metres, j.X, j.Y)
}
