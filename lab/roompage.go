package lab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/lab/remote"
	"switchroom/ui"
)

// roomLogMax is how many entries of the room's log its page shows; ours.
const roomLogMax = 30

// lockedPage is the page of the locked room.
type lockedPage struct {
	remote.Room
	log []remote.RoomEntry
}

func (s *Server) lockedPage() *lockedPage {
	p := &lockedPage{Room: s.tellRoom()}
	if log, err := s.roomLog(context.Background(), &struct {
		Limit int `query:"limit" minimum:"0" maximum:"1000" doc:"at most so many; 0: all that is kept"`
	}{roomLogMax}); err == nil {
		p.log = log.Body
	}
	return p
}

// hasRoom answers who asks for a room that there is not.
func (s *Server) hasRoom(w http.ResponseWriter, r *http.Request) bool {
	if s.lab.Room == nil {
		s.show(w, r, http.StatusNotFound, missingView(s.frame("Not found", ""), "This site has no room: its breakers stand in the open"))
		return false
	}
	return true
}

func (s *Server) showLocked(w http.ResponseWriter, r *http.Request) {
	if s.hasRoom(w, r) {
		s.lockedView(w, r, http.StatusOK, "")
	}
}

// lockedView is the page, with the refusal of what was just tried.
func (s *Server) lockedView(w http.ResponseWriter, r *http.Request, status int, refusal string) {
	f := s.frame("The room", "/room")
	f.Lead = s.lab.Room.Config().Name
	s.show(w, r, status, roomPageView(moving(f, nil), s.lockedPage(), refusal))
}

func (s *Server) watchLocked(w http.ResponseWriter, r *http.Request) {
	if !s.hasRoom(w, r) {
		return
	}
	s.watch(w, r, "locked", func(context.Context) []ui.Part {
		p := s.lockedPage()
		return []ui.Part{{To: "door", How: ui.Morph, Is: doorBox(p)}, {To: "people", How: ui.Morph, Is: peopleBox(p)},
			{To: "stop", How: ui.Morph, Is: stopBox(p)}, {To: "room-log", How: ui.Morph, Is: roomLogBox(p)}}
	})
}

// done leads back to the page after something was done, or shows why it was not.
func (s *Server) done(w http.ResponseWriter, r *http.Request, err error) {
	var refused huma.StatusError
	switch {
	case err == nil:
		poke(s.hub.moved)
		http.Redirect(w, r, s.cameFrom(r), http.StatusSeeOther)
	case errors.As(err, &refused):
		s.lockedView(w, r, refused.GetStatus(), refused.Error())
	default:
		s.lockedView(w, r, http.StatusConflict, err.Error())
	}
}

// cameFrom is the page that a form came from: the front of a breaker, or the room.
func (s *Server) cameFrom(r *http.Request) string {
	if u := s.unit(r.PostFormValue("back")); u != nil {
		return frontBy(u.Name(), r.PostFormValue("person"))
	}
	return "/room"
}

func (s *Server) badgeAsked(w http.ResponseWriter, r *http.Request) {
	if s.hasRoom(w, r) {
		_, err := s.badge(r.Context(), &body[remote.BadgeOrder]{remote.BadgeOrder{Person: r.PostFormValue("person"), Way: r.PostFormValue("way"), WrongPIN: r.PostFormValue("wrong_pin") != ""}})
		s.done(w, r, err)
	}
}

func (s *Server) doorAsked(w http.ResponseWriter, r *http.Request) {
	if s.hasRoom(w, r) {
		_, err := s.door(r.Context(), &body[remote.DoorOrder]{remote.DoorOrder{Do: r.PostFormValue("do"), Person: r.PostFormValue("person")}})
		s.done(w, r, err)
	}
}

func (s *Server) stopAsked(w http.ResponseWriter, r *http.Request) {
	if s.hasRoom(w, r) {
		_, err := s.pressStop(r.Context(), &body[remote.StopOrder]{})
		s.done(w, r, err)
	}
}

func (s *Server) releaseAsked(w http.ResponseWriter, r *http.Request) {
	if s.hasRoom(w, r) {
		_, err := s.releaseStop(r.Context(), &body[remote.StopOrder]{})
		s.done(w, r, err)
	}
}

// personWords is what a person is, in words.
func personWords(p *remote.RoomPerson) []string {
	var all []string
	if p.Access {
		all = append(all, "on the access list")
	} else {
		all = append(all, "not on the access list")
	}
	if p.Qualified {
		all = append(all, "qualified")
	}
	if p.PIN {
		all = append(all, "with a PIN")
	}
	return all
}

// doorMoves are what can be done at the door, in the order of its buttons.
var doorMoves = []struct{ do, text string }{
	{"hold", "Hold open"}, {"shut", "Shut"}, {"force", "Force"}, {"lock", "Lock"}, {"unlock", "Unlock"}, {"acknowledge", "Acknowledge alarms"},
}

// who is a person as the room knows them.
func who(name string) string {
	if name == "" {
		return "somebody whom the room does not know"
	}
	return name
}

// by is who did something, if that is known.
func by(name string) string {
	if name == "" {
		return ""
	}
	return " by " + name
}

// events is the log as an event list.
func (p *lockedPage) events() (list []ui.Event) {
	for _, e := range p.log {
		x := ui.Event{ID: ui.ID("room", fmt.Sprint(e.Number)), At: e.At, Text: sentence(e.Says), Where: e.Person}
		if e.Alarm {
			x.Severity = ui.High
		}
		if e.Detail != "" {
			x.Text += " " + sentence(e.Detail)
		}
		list = append(list, x)
	}
	return list
}

// opened are the breakers that the emergency stop opens, in words.
func opened(p *lockedPage) string {
	if len(p.Stop.Opens) > 6 {
		return fmt.Sprintf("%d breakers", len(p.Stop.Opens))
	}
	var names []string
	for _, o := range p.Stop.Opens {
		names = append(names, o.Breaker)
	}
	return strings.Join(names, ", ")
}

func roomName(p *lockedPage) string {
	if p.Name == "" {
		return "The room"
	}
	return p.Name
}
