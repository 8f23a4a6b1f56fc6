package room

import "time"

// Event is what can happen in a room.
type Event uint8

const (
	NoEvent Event = iota
	Acknowledged
	Acted
	ActedUnqualified
	BadgeRefused
	Entered
	ForcedOpen
	HeldByHand
	HeldTooLong
	Left
	Locked
	ShutByHand
	StopPressed
	StopReleased
	Tailgated
	Unlocked
	WalkedIn
	numEvents
)

// EventInfo is a row of the table of events.
type EventInfo struct {
	Name  string
	Alarm bool
	Says  string
}

// events is the table, by name. All of it is ours: the guide asks for the area and
// its authentication (A17, D2), and names no log.
var events = [numEvents]EventInfo{
	Acknowledged:     {"acknowledged", false, "the alarms of the door were acknowledged"},
	Acted:            {"acted", false, "somebody did something at a breaker"},
	ActedUnqualified: {"acted_unqualified", false, "somebody who is not qualified did something at a breaker (D14)"},
	BadgeRefused:     {"badge_refused", false, "the reader let nobody pass"},
	Entered:          {"entered", false, "somebody badged in"},
	ForcedOpen:       {"forced", true, "the door was opened by force"},
	HeldByHand:       {"held", false, "the door is held open"},
	HeldTooLong:      {"held_too_long", true, "the door has been open too long"},
	Left:             {"left", false, "somebody left"},
	Locked:           {"locked", false, "the room was locked"},
	ShutByHand:       {"shut", false, "the door was shut"},
	StopPressed:      {"stop_pressed", true, "the emergency stop was pressed"},
	StopReleased:     {"stop_released", false, "the emergency stop was released"},
	Tailgated:        {"tailgated", true, "somebody came in who had not badged"},
	Unlocked:         {"unlocked", false, "the room was left unlocked"},
	WalkedIn:         {"walked_in", false, "somebody walked in, the room not being locked"},
}

// Events returns the table, by name.
func Events() []EventInfo { return append([]EventInfo(nil), events[1:]...) }

// Info is the event's row.
func (e Event) Info() EventInfo {
	if e >= numEvents {
		e = NoEvent
	}
	return events[e]
}

func (e Event) String() string { return e.Info().Name }

// Entry is one line of the log. It holds no secret.
type Entry struct {
	Number uint64 // 1 for the first that there was
	At     time.Duration
	Event  Event
	Person string // "": nobody known
	Badge  string // its last two digits
	With   With
	Way    Way
	Reason Reason // of a refusal
	Detail string
}

// book is the log: a ring of the newest entries.
type book struct {
	ring  []Entry
	count uint64 // that there ever were
}

func (r *Room) note(e Entry) {
	b := &r.log
	b.count++
	e.Number = b.count
	if len(b.ring) < MaxLog {
		b.ring = append(b.ring, e)
		return
	}
	b.ring[(e.Number-1)%MaxLog] = e
}

// Log returns the newest entries after number after, the newest first.
func (r *Room) Log(after uint64) []Entry {
	out := []Entry{}
	if r == nil {
		return out
	}
	for n := r.log.count; n > after && n+MaxLog > r.log.count; n-- {
		out = append(out, r.log.ring[(n-1)%MaxLog])
	}
	return out
}
