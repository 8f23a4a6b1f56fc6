// Package notify carries what happens at breakers to whoever is not in front of
// them: an [Event] goes through the bounded [Queue] of each [Target] that wants it,
// and the target ([switchroom/notify/mail], [switchroom/notify/snmp],
// [switchroom/notify/syslog]) puts it on the wire.
//
// Nothing here ever waits for a target: a breaker that trips is not held up by a mail
// server. What cannot be told is counted, and that it was lost is told. An event may
// arrive twice after a failure, and never silently not at all while its queue holds it.
//
// None of this is a safety function, and the guide to the real interface says so of its
// own e-mails: do not rely on them alone.
package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/points"
)

// Event is one thing that happened at a breaker.
type Event struct {
	At       time.Time   // by the breaker's own clock, which may be wrong
	Site     string      // name of the switchroom
	Breaker  string      //
	Code     points.Code //
	Phase    Phase       //
	Title    string      // in place of the vocabulary's, of what is no event of a breaker: a test
	Detail   string      // function, phase and value; or who, by which path
	Security bool        // it is about who may do what: for those who watch over that
}

// Phase says whether an event began, ended or is over at once.
type Phase string

// Phases of events.
const (
	Began    Phase = "entry"
	Ended    Phase = "exit"
	Happened Phase = "pulse"
)

// Row is the event in the vocabulary.
func (e *Event) Row() *points.Event { return points.EventOf(e.Code) }

// Text is the event as one line for people, without when.
func (e *Event) Text() string {
	what := or(e.Title, or(e.Row().Title, e.Code.String()))
	if e.Phase == Ended {
		what += ": ended"
	}
	if e.Detail != "" {
		what += " (" + e.Detail + ")"
	}
	return Line(e.Breaker + ": " + what)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// Line makes one line of a text: part of it may come from outside, and whoever can
// begin a new line in a message or a log can forge what follows.
func Line(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7F || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xFFFD {
			return ' '
		}
		return r
	}, s)
}

// Filter says which events a target wants. The zero Filter wants all.
type Filter struct {
	Breakers []string        `json:"breakers,omitempty"` // names; none is all
	Events   []string        `json:"events,omitempty"`   // names of events (trip.long_time) or of histories (trip); none is all
	Least    points.Severity `json:"least,omitempty"`    // and only those at least so severe
}

// Wants reports whether an event passes.
func (f *Filter) Wants(e *Event) bool {
	row := e.Row()
	return row.Severity >= f.Least &&
		(len(f.Breakers) == 0 || slices.Contains(f.Breakers, e.Breaker)) &&
		(len(f.Events) == 0 || slices.Contains(f.Events, row.Name) || slices.Contains(f.Events, row.History.String()))
}

// CheckEvent says what is wrong with a name in [Filter.Events].
func CheckEvent(name string) error {
	var groups []string
	for _, h := range points.Histories() {
		if groups = append(groups, h.String()); h.String() == name {
			return nil
		}
	}
	if _, err := points.LookupEvent(name); err != nil {
		return fmt.Errorf("%w, and no history: %s", err, strings.Join(groups, ", "))
	}
	return nil
}
