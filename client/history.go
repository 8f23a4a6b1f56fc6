package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"switchroom/points"
	"switchroom/wire/usblink"
)

// Record is one line of a history, as a phone or a PC is told it by cable or Bluetooth.
type Record struct {
	Date   time.Time   // by the unit's clock
	Code   points.Code // [points.EventOf] has the rest
	What   string      // entry, exit, pulse or unknown
	Detail string
	Trip   *TripContext // of a trip
}

// TripContext is what the unit saw when it tripped.
type TripContext struct {
	Function string     `json:"function"`
	Phase    string     `json:"phase"`
	Value    float64    `json:"value"`    // A, what passed the pick-up
	Currents [4]float64 `json:"currents"` // A, rms of the cycle before: l1, l2, l3, n
	Voltages [3]float64 `json:"voltages"` // V, the same: l1n, l2n, l3n
	Group    string     `json:"group"`    // settings that acted: A or B
}

// transitions are what can happen to an event, as a record numbers them.
var transitions = [...]string{"unknown", "entry", "exit", "pulse"}

func transition(n uint8) string {
	if int(n) < len(transitions) {
		return transitions[n]
	}
	return transitions[0]
}

// told is a record as it crosses.
type told struct {
	Date   int64        `json:"date"` // ms since [points.Epoch]
	Code   points.Code  `json:"code"`
	What   uint8        `json:"what"`
	Detail string       `json:"detail"`
	Trip   *TripContext `json:"trip"`
}

func (t *told) record() Record {
	return Record{points.Epoch.Add(time.Duration(t.Date) * time.Millisecond), t.Code, transition(t.What), t.Detail, t.Trip}
}

// Events reads a history, the newest first: at most count records from the one numbered
// first on. total is how many there are.
func (c *Cable) Events(ctx context.Context, h points.History, first, count int) (all []Record, total int, err error) {
	r, err := c.ask(ctx, "events", "", &usblink.Ask{Verb: usblink.Events, History: h.String(), First: first, Count: count})
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			err = e.Err // nothing happens by reading
		}
		return nil, 0, err
	}
	if all, err = records(r.Events); err != nil {
		return nil, 0, fmt.Errorf("the %v history cannot be read: %w", h, err)
	}
	return all, r.Total, nil
}

// records reads records as they cross.
func records(raw []byte) (all []Record, err error) {
	var crossed []told
	if err := json.Unmarshal(raw, &crossed); err != nil {
		return nil, err
	}
	for i := range crossed {
		all = append(all, crossed[i].record())
	}
	return all, nil
}

// LostWhy says why a Bluetooth link has ended; nil while it stands, and for a cable.
func (c *Cable) LostWhy() error {
	if s, ok := c.conn.(*bleConn); ok {
		select {
		case <-s.c.lost:
			return s.c.why
		default:
		}
	}
	return nil
}

// Out reports whether the cable is out or the link has ended: nothing is answered any
// more.
func (c *Cable) Out() bool {
	select {
	case <-c.Lost(): // nil for a cable: never
		return true
	default:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.broken
}
