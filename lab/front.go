package lab

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/paths/hmi"
	"switchroom/ui"
)

// frontPage is the front of one breaker as its page shows it.
type frontPage struct {
	*standing
	remote.Front
	config imu.Config
	face   hmi.Frame
	locked *lockedPage // nil: the breakers stand in the open
	by     string      // who is in front of it; "": somebody whom the room does not know, or nobody
	unit   *imu.Unit
}

func frontURL(name string) string { return unitURL(name) + "/front" }

// frontBy is the page as somebody sees it.
func frontBy(name, by string) string {
	if by == "" {
		return frontURL(name)
	}
	return frontURL(name) + "?by=" + url.QueryEscape(by)
}

func (s *Server) frontPage(i int, by string) *frontPage {
	st, u := s.alone(i), s.lab.Units[i]
	p := &frontPage{standing: &st, Front: s.tellFront(u), config: u.Config(), face: s.face(u), unit: u}
	if s.lab.Room != nil {
		p.locked = s.lockedPage()
		p.by = p.known(by)
	}
	return p
}

// known is who is in front of the breaker: who was chosen, if they are inside, or
// else the first who is.
func (p *frontPage) known(by string) string {
	inside := p.inside()
	switch {
	case slices.Contains(inside, by):
		return by
	case len(inside) > 0:
		return inside[0]
	}
	return ""
}

// inside are those whom the room knows.
func (p *frontPage) inside() (names []string) {
	for _, x := range p.locked.People {
		if x.Inside {
			names = append(names, x.Name)
		}
	}
	return names
}

// nobody reports whether nobody stands there to do anything.
func (p *frontPage) nobody() bool { return p.locked != nil && len(p.locked.Inside) == 0 }

func (s *Server) showFront(w http.ResponseWriter, r *http.Request) {
	if i, ok := s.index(w, r); ok {
		s.frontView(w, r, http.StatusOK, s.frontPage(i, r.URL.Query().Get("by")), "")
	}
}

// frontView is the page, with the refusal of what was just tried.
func (s *Server) frontView(w http.ResponseWriter, r *http.Request, status int, p *frontPage, refusal string) {
	f := s.frame(p.Name, "")
	f.Lead = p.Title
	f.Crumbs = []ui.Link{{Text: "Switchroom", URL: "/"}, {Text: p.Name, URL: unitURL(p.Name)}, {Text: "Front"}}
	s.show(w, r, status, frontPageView(moving(f, stands(p.standing)), p, refusal))
}

func (s *Server) watchFront(w http.ResponseWriter, r *http.Request) {
	if i, ok := s.index(w, r); ok {
		by := r.URL.Query().Get("by")
		s.watch(w, r, fmt.Sprintf("front %d %s", i, by), func(context.Context) []ui.Part { return s.frontPage(i, by).parts() })
	}
}

// parts are what moves in the page.
func (p *frontPage) parts() []ui.Part {
	all := []ui.Part{}
	for _, x := range []struct {
		id string
		is templ.Component
	}{{"stands", stands(p.standing)}, {"front-drawing", frontDrawing(p)}, {"front-lcd", frontLCD(p)}, {"front-hot", frontHot(p)}, {"front-who", frontWho(p)}, {"front-display", frontDisplay(p)}} {
		all = append(all, ui.Part{To: x.id, How: ui.Morph, Is: x.is})
	}
	for _, c := range p.cards() {
		all = append(all, ui.Part{To: c.id, How: ui.Morph, Is: frontCard(c)})
	}
	return all
}

// handsAsked has somebody do what a button of the page says: a deed and what it is
// done to, or a key of the control unit.
func (s *Server) handsAsked(w http.ResponseWriter, r *http.Request) {
	i, ok := s.index(w, r)
	if !ok {
		return
	}
	u, by := s.lab.Units[i], r.PostFormValue("by")
	err := s.use(u, r.PostFormValue("hand"), by)
	p := s.frontPage(i, by)
	switch {
	case r.Header.Get("HX-Request") == "true":
		s.frontAnswer(w, r, p, err)
	case err != nil:
		s.frontView(w, r, notDone(err).GetStatus(), p, err.Error())
	default:
		http.Redirect(w, r, frontBy(u.Name(), p.by), http.StatusSeeOther)
	}
}

// use does what a button of the page says.
func (s *Server) use(u *imu.Unit, hand, by string) error {
	deed, to, _ := strings.Cut(hand, " ")
	switch deed {
	case "key":
		return s.pressKey(u, to, by)
	case "cover":
		return pressed(s.panel(u.Name()), &remote.KeyOrder{Cover: to, By: by})
	}
	return s.lay(u, &remote.HandsOrder{Deed: deed, To: to, By: by})
}

// pressKey presses a key of the control unit; behind its name may stand for how many
// seconds it is held.
func (s *Server) pressKey(u *imu.Unit, key, by string) error {
	key, hold, _ := strings.Cut(key, " ")
	o := &remote.KeyOrder{Key: key, By: by}
	if err := number(hold, &o.Hold); err != nil {
		return fmt.Errorf("%w%w", errWhich, err)
	}
	if err := s.attends(by); err != nil {
		return err
	}
	return pressed(s.panel(u.Name()), o)
}

// frontAnswer answers a script that sent the form: what has changed, and why something
// was not done. The page did what it should, so a refusal is no error of it.
func (s *Server) frontAnswer(w http.ResponseWriter, r *http.Request, p *frontPage, refused error) {
	text := ""
	if refused != nil {
		text = refused.Error()
	}
	var b bytes.Buffer
	parts := append(p.parts(), ui.Part{To: "front-note", How: ui.Morph, Is: frontNote(text)})
	if err := ui.Answer(r.Context(), &b, parts...); err != nil {
		refuse(w, http.StatusInternalServerError, "the page cannot be drawn: "+err.Error())
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(b.Bytes())
}
