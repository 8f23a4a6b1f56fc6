package remote

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Room is how the locked room is. It tells no badge number and no PIN.
type Room struct {
	Name     string       `json:"name,omitempty"`
	Locked   bool         `json:"locked"`
	Door     string       `json:"door"`                 // closed, open, held, forced
	Since    *time.Time   `json:"open_since,omitempty"` // of a door that is not closed
	HeldOpen float64      `json:"held_open"`            // s, after which an open door raises its alarm
	Alarms   []RoomAlarm  `json:"alarms"`
	Inside   []Occupant   `json:"inside"` // in the order in which they came
	People   []RoomPerson `json:"people"`
	Stop     *RoomStop    `json:"emergency_stop"` // null: there is none
	Entries  []Opening    `json:"entries"`
	Ports    []Opening    `json:"ports"`
}

// RoomAlarm is an alarm of the door: held_open, forced, tailgating.
type RoomAlarm struct {
	Alarm string    `json:"alarm"`
	Since time.Time `json:"since"`
}

// Occupant is somebody inside.
type Occupant struct {
	Person string    `json:"person"` // empty: nobody whom the room knows
	Since  time.Time `json:"since"`
	With   string    `json:"with"` // badge, badge and PIN, no badge
}

// RoomPerson is somebody who has a badge.
type RoomPerson struct {
	Name      string `json:"name"`
	Badge     string `json:"badge"` // its last two digits
	PIN       bool   `json:"pin"`   // has one
	Access    bool   `json:"access"`
	Qualified bool   `json:"qualified"`
	Inside    bool   `json:"inside"`
}

// RoomStop is the emergency stop outside the door.
type RoomStop struct {
	Pressed bool       `json:"pressed"`
	Since   *time.Time `json:"since,omitempty"`
	By      string     `json:"by,omitempty"`
	Opens   []RoomWire `json:"opens"`
}

// RoomWire is a breaker that the emergency stop is wired to.
type RoomWire struct {
	Breaker string `json:"breaker"`
	By      string `json:"by"` // mn, mx
	Closed  bool   `json:"closed"`
}

// Opening is a cable entry, or a port outside the room.
type Opening struct {
	Name      string `json:"name"`
	Protected bool   `json:"protected"`
}

// BadgeOrder is a person at the reader. There is no place in it for a number: people
// know their own.
type BadgeOrder struct {
	Person   string `json:"person"` // a name; one that is nobody's holds a badge that nobody has
	Way      string `json:"way" enum:"in,out"`
	WrongPIN bool   `json:"wrong_pin,omitempty"` // a wrong PIN is typed, or none
}

// DoorOrder is what somebody does at the door.
type DoorOrder struct {
	Do     string `json:"do" enum:"hold,shut,force,lock,unlock,tailgate,leave,acknowledge"`
	Person string `json:"person,omitempty"` // of tailgate and leave
}

// StopOrder is who is at the emergency stop.
type StopOrder struct {
	By string `json:"by,omitempty"`
}

// RoomEntry is a line of the room's log.
type RoomEntry struct {
	Number uint64    `json:"number"`
	At     time.Time `json:"at"`
	Event  string    `json:"event"`
	Alarm  bool      `json:"alarm"`
	Says   string    `json:"says"` // what the event is
	Person string    `json:"person,omitempty"`
	Badge  string    `json:"badge,omitempty"` // its last two digits
	With   string    `json:"with,omitempty"`
	Way    string    `json:"way,omitempty"`
	Reason string    `json:"reason,omitempty"` // of a refusal
	Detail string    `json:"detail,omitempty"`
}

// Room tells how the room is.
func (c *Client) Room(ctx context.Context) (r Room, err error) {
	return r, c.ask(ctx, http.MethodGet, "/api/v1/room", nil, &r)
}

// RoomLog lists what happened in the room, the newest first; limit 0 is all that
// is kept.
func (c *Client) RoomLog(ctx context.Context, limit int) (log []RoomEntry, err error) {
	q := url.Values{}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	return log, c.ask(ctx, http.MethodGet, "/api/v1/room/log?"+q.Encode(), nil, &log)
}

// Badge has a person badge.
func (c *Client) Badge(ctx context.Context, o BadgeOrder) (r Room, err error) {
	return r, c.ask(ctx, http.MethodPost, "/api/v1/room/badge", o, &r)
}

// Door does something at the door.
func (c *Client) Door(ctx context.Context, o DoorOrder) (r Room, err error) {
	return r, c.ask(ctx, http.MethodPost, "/api/v1/room/door", o, &r)
}

// PressStop presses the emergency stop, and returns when the breakers that it is
// wired to have had time to open.
func (c *Client) PressStop(ctx context.Context, o StopOrder) (r Room, err error) {
	return r, c.ask(ctx, http.MethodPost, "/api/v1/room/stop", o, &r)
}

// ReleaseStop releases the emergency stop.
func (c *Client) ReleaseStop(ctx context.Context, o StopOrder) (r Room, err error) {
	return r, c.ask(ctx, http.MethodPost, "/api/v1/room/release", o, &r)
}
