package lab

import (
	"context"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/room"
)

// errNoRoom is what a site answers that has no room.
func errNoRoom() error {
	return huma.Error404NotFound("the site has no room: its breakers stand in the open, and everybody is at them; write room: in the site file (docs/room.md), or try `switchroom demo`")
}

// inRoom does something in the room, and tells how the room is then.
func (s *Server) inRoom(do func(r *room.Room, now time.Duration) room.Verdict) (*body[remote.Room], error) {
	if s.lab.Room == nil {
		return nil, errNoRoom()
	}
	if v := s.lab.Room.Do(do); !v.OK() {
		return nil, notLetIn(v)
	}
	return &body[remote.Room]{s.tellRoom()}, nil
}

// notLetIn is a verdict as an answer: 403 what a person may not, 409 what cannot be
// as the room is.
func notLetIn(v room.Verdict) error {
	switch v.Reason {
	case room.Unasked, room.UnknownBadge, room.WrongPIN, room.NotAuthorised:
		return huma.Error403Forbidden(v.Err().Error())
	}
	return huma.Error409Conflict(v.Err().Error())
}

func (s *Server) showRoom(context.Context, *struct{}) (*body[remote.Room], error) {
	if s.lab.Room == nil {
		return nil, errNoRoom()
	}
	return &body[remote.Room]{s.tellRoom()}, nil
}

func (s *Server) badge(_ context.Context, in *body[remote.BadgeOrder]) (*body[remote.Room], error) {
	way := map[string]room.Way{"in": room.In, "out": room.Out}[in.Body.Way]
	return s.inRoom(func(r *room.Room, now time.Duration) room.Verdict {
		o := r.Carries(in.Body.Person, way)
		if in.Body.WrongPIN {
			o.PIN = room.Token{}
		}
		return r.Badge(now, o)
	})
}

// doorDeeds are what can be done at the door.
var doorDeeds = map[string]func(r *room.Room, now time.Duration, person string) room.Verdict{
	"acknowledge": func(r *room.Room, now time.Duration, _ string) room.Verdict { return r.Acknowledge(now) },
	"force":       func(r *room.Room, now time.Duration, _ string) room.Verdict { return r.Force(now) },
	"hold":        func(r *room.Room, now time.Duration, _ string) room.Verdict { return r.Hold(now) },
	"leave":       func(r *room.Room, now time.Duration, who string) room.Verdict { return r.Walk(now, who, room.Out) },
	"lock":        func(r *room.Room, now time.Duration, _ string) room.Verdict { return r.SetLock(now, true) },
	"shut":        func(r *room.Room, now time.Duration, _ string) room.Verdict { return r.Shut(now) },
	"tailgate":    func(r *room.Room, now time.Duration, who string) room.Verdict { return r.Walk(now, who, room.In) },
	"unlock":      func(r *room.Room, now time.Duration, _ string) room.Verdict { return r.SetLock(now, false) },
}

func (s *Server) door(_ context.Context, in *body[remote.DoorOrder]) (*body[remote.Room], error) {
	do := doorDeeds[in.Body.Do]
	if do == nil {
		return nil, huma.Error422UnprocessableEntity("nobody can do that at a door")
	}
	return s.inRoom(func(r *room.Room, now time.Duration) room.Verdict { return do(r, now, in.Body.Person) })
}

// pressStop answers when the mechanisms have had time to open: whoever reads the
// answer sees which breakers did not.
func (s *Server) pressStop(_ context.Context, in *body[remote.StopOrder]) (*body[remote.Room], error) {
	b, err := s.inRoom(func(r *room.Room, now time.Duration) room.Verdict { return r.Press(now, in.Body.By) })
	if err == nil {
		s.hands.insist(func() bool { return !s.closedByStop() }, func() {})
		b.Body = s.tellRoom()
	}
	return b, err
}

// closedByStop reports whether a breaker is closed that the emergency stop opens.
func (s *Server) closedByStop() bool {
	c := s.lab.Room.Config()
	return slices.ContainsFunc(c.Stop, func(w room.Wire) bool { return s.unit(w.Breaker).Closed() })
}

func (s *Server) releaseStop(_ context.Context, in *body[remote.StopOrder]) (*body[remote.Room], error) {
	return s.inRoom(func(r *room.Room, now time.Duration) room.Verdict { return r.Release(now, in.Body.By) })
}

func (s *Server) roomLog(_ context.Context, in *struct {
	Limit int `query:"limit" minimum:"0" maximum:"1000" doc:"at most so many; 0: all that is kept"`
}) (*body[[]remote.RoomEntry], error) {
	if s.lab.Room == nil {
		return nil, errNoRoom()
	}
	log := s.lab.Room.Log()
	if in.Limit > 0 {
		log = log[:min(in.Limit, len(log))]
	}
	all := make([]remote.RoomEntry, 0, len(log))
	for i := range log {
		all = append(all, tellEntry(&log[i], s.lab.World))
	}
	return &body[[]remote.RoomEntry]{all}, nil
}

func tellEntry(e *room.Entry, w *imu.World) remote.RoomEntry {
	info := e.Event.Info()
	t := remote.RoomEntry{Number: e.Number, At: w.Date(e.At), Event: info.Name, Alarm: info.Alarm, Says: info.Says, Person: e.Person, Badge: e.Badge, Way: e.Way.String(), Detail: e.Detail}
	if e.Way != room.NoWay {
		t.With = e.With.String()
	}
	if e.Event == room.BadgeRefused {
		t.Reason, t.Detail = e.Reason.String(), e.Reason.Says()
	}
	return t
}

// tellRoom is the room as it is told.
func (s *Server) tellRoom() remote.Room {
	st, c, w := s.lab.Room.State(), s.lab.Room.Config(), s.lab.World
	r := remote.Room{Name: c.Name, Locked: st.Locked, Door: st.Door.String(), HeldOpen: c.HeldOpen.Seconds(),
		Alarms: []remote.RoomAlarm{}, Inside: []remote.Occupant{}, People: []remote.RoomPerson{}, Entries: tellOpenings(c.Entries), Ports: tellOpenings(c.Ports)}
	if st.Door != room.Closed {
		at := w.Date(st.Opened)
		r.Since = &at
	}
	for _, a := range st.Alarms {
		r.Alarms = append(r.Alarms, remote.RoomAlarm{Alarm: a.Alarm.String(), Since: w.Date(a.Since)})
	}
	inside := map[string]bool{}
	for _, o := range st.Inside {
		inside[o.Person] = true
		r.Inside = append(r.Inside, remote.Occupant{Person: o.Person, Since: w.Date(o.Since), With: o.With.String()})
	}
	for _, p := range c.People {
		r.People = append(r.People, remote.RoomPerson{Name: p.Name, Badge: p.Badge.String(), PIN: !p.PIN.None(), Access: c.Authorised(p.Name), Qualified: p.Qualified, Inside: inside[p.Name]})
	}
	r.Stop = s.tellStop(&st, c.Stop)
	return r
}

func (s *Server) tellStop(st *room.State, wires []room.Wire) *remote.RoomStop {
	if len(wires) == 0 {
		return nil
	}
	stop := &remote.RoomStop{Pressed: st.Stop, By: st.StopBy}
	if st.Stop {
		at := s.lab.World.Date(st.StopAt)
		stop.Since = &at
	}
	for _, w := range wires {
		stop.Opens = append(stop.Opens, remote.RoomWire{Breaker: w.Breaker, By: w.By.String(), Closed: s.unit(w.Breaker).Closed()})
	}
	return stop
}

func tellOpenings(list []room.Opening) []remote.Opening {
	all := []remote.Opening{}
	for _, o := range list {
		all = append(all, remote.Opening{Name: o.Name, Protected: o.Protected})
	}
	return all
}
