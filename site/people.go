package site

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/room"
)

// roomVerbs are what people do at the door of the room, and outside it.
var roomVerbs = []verb{
	{"badge", person, "way! wrong_pin", "somebody holds their badge to the reader, and passes if it lets them; target unknown: a badge that nobody here has"},
	{"tailgate", person, "", "somebody comes in without a badge, behind who has one or through an open door; target unknown: nobody whom we know"},
	{"leave", person, "", "somebody goes out by the handle, without a badge"},
	{"hold", door, "for", "the door is held open"},
	{"shut", door, "", "the door is shut"},
	{"force", door, "", "the locked door is forced open"},
	{"bolt", door, "state!", "the room is kept locked; off: whoever comes walks in"},
	{"acknowledge", door, "", "the alarms of the door are acknowledged"},
	{"press", button, "by", "the emergency stop outside the door: it opens breakers by their coils, and stays pressed"},
	{"release", button, "by", "the emergency stop is released"},
}

const noRoom = "the site has no room; write room: in the site file"

// roomHand is what a verb of the room does.
type roomHand func(r *room.Room, now time.Duration, a *Action) room.Verdict

var ways = map[string]room.Way{"in": room.In, "out": room.Out}

var roomHands = map[string]roomHand{
	"badge": func(r *room.Room, now time.Duration, a *Action) room.Verdict {
		o := r.Carries(a.Target, ways[a.With["way"]])
		if a.With["wrong_pin"] == "true" {
			o.PIN = room.Token{}
		}
		return r.Badge(now, o)
	},
	"tailgate": func(r *room.Room, now time.Duration, a *Action) room.Verdict { return r.Walk(now, a.Target, room.In) },
	"leave":    func(r *room.Room, now time.Duration, a *Action) room.Verdict { return r.Walk(now, a.Target, room.Out) },
	"hold":     func(r *room.Room, now time.Duration, _ *Action) room.Verdict { return r.Hold(now) },
	"shut":     func(r *room.Room, now time.Duration, _ *Action) room.Verdict { return r.Shut(now) },
	"force":    func(r *room.Room, now time.Duration, _ *Action) room.Verdict { return r.Force(now) },
	"bolt": func(r *room.Room, now time.Duration, a *Action) room.Verdict {
		return r.SetLock(now, a.On)
	},
	"acknowledge": func(r *room.Room, now time.Duration, _ *Action) room.Verdict { return r.Acknowledge(now) },
	"press": func(r *room.Room, now time.Duration, a *Action) room.Verdict {
		return r.Press(now, a.With["by"])
	},
	"release": func(r *room.Room, now time.Duration, a *Action) room.Verdict {
		return r.Release(now, a.With["by"])
	},
}

// by checks that there is such a person.
func (d *director) by(at string, name *string) {
	switch {
	case name == nil:
	case d.site.Room == nil:
		d.problem(at+".by", noRoom)
	case !slices.Contains(people(d.site.Room), *name):
		d.problem(at+".by", fmt.Sprintf("there is nobody %q in the room's people; there %s", *name, listed(people(d.site.Room))))
	}
}

// roomTargets are the names that the target of a verb of the room may have.
func (d *director) roomTargets(v *verb) []string {
	switch {
	case v.target == door:
		return []string{"door"}
	case v.target == button:
		return []string{"emergency_stop"}
	case d.site.Room == nil:
		return nil
	}
	return append(people(d.site.Room), room.Stranger)
}

func people(c *room.Config) (names []string) {
	for _, p := range c.People {
		names = append(names, p.Name)
	}
	return names
}

// inRoom does something at the room. A door that is held for a while is shut then.
func (r *Run) inRoom(do roomHand, a Action, now time.Duration) error {
	if r.Lab.Room == nil {
		return errors.New(noRoom)
	}
	v := r.Lab.Room.Do(func(x *room.Room, now time.Duration) room.Verdict { return do(x, now, &a) })
	if v.OK() && (a.Do == "hold" || a.Do == "shut") {
		r.end(a, now, "shut")
	}
	return v.Err()
}

// attends refuses what somebody does at a breaker who is not in the room. An action
// that names nobody is done by somebody who may be.
func (r *Run) attends(a *Action) error {
	who := a.With["by"]
	if who == "" {
		return nil
	}
	if r.Lab.Room == nil {
		return errors.New(noRoom)
	}
	return r.Lab.Room.Do(func(x *room.Room, now time.Duration) room.Verdict {
		return x.Act(now, who, a.Do+" "+a.Target)
	}).Err()
}

// noteRoom takes an entry of the room's log up.
func (r *Run) noteRoom(e room.Entry) {
	entry := Entry{T: seconds(e.At - r.begin), Who: "room", Event: e.Event.String(), Detail: TellEntry(&e)}
	if e.Event.Info().Alarm {
		entry.What = "alarm"
	}
	r.Log = append(r.Log, entry)
}

// TellEntry is an entry of the room's log in words: who, with what, which way, and why
// not.
func TellEntry(e *room.Entry) string {
	var parts []string
	if e.Person != "" {
		parts = append(parts, e.Person)
	}
	if e.Way != room.NoWay {
		with := e.With.String()
		if e.Badge != "" {
			with += " " + e.Badge
		}
		parts = append(parts, e.Way.String(), "with "+with)
	}
	if e.Detail != "" {
		parts = append(parts, e.Detail)
	}
	if e.Event == room.BadgeRefused {
		parts = append(parts, e.Reason.Says())
	}
	return strings.Join(parts, ", ")
}
