package imu

import (
	"slices"
	"time"

	"switchroom/points"
	"switchroom/protection"
)

// Transition is what a record says of its event.
type Transition uint8

const (
	_     Transition = iota
	Entry            // it became active
	Exit             // it ended
	Pulse            // it happened at an instant
)

func (t Transition) String() string {
	if t > Pulse {
		return "unknown"
	}
	return [...]string{"unknown", "entry", "exit", "pulse"}[t]
}

// Record is one line of a history.
type Record struct {
	At     time.Duration `json:"at"`   // world time
	Date   int64         `json:"date"` // the unit's clock, ms since 2000-01-01
	Code   points.Code   `json:"code"`
	What   Transition    `json:"what"`
	Detail string        `json:"detail,omitempty"` // function, phase and value; or who, by which path
	Trip   *TripContext  `json:"trip,omitempty"`   // of a trip: what the unit saw
	Unit   string        `json:"-"`                // name of the unit, for those who subscribe to many
}

// Time returns the date and time of the record by the unit's clock.
func (r Record) Time() time.Time { return points.Epoch.Add(time.Duration(r.Date) * time.Millisecond) }

// TripContext is what a unit saw when it tripped.
type TripContext struct {
	Function protection.Function `json:"function"`
	Phase    protection.Phase    `json:"phase"`
	Value    float64             `json:"value"`    // A, what passed the pick-up
	Currents [4]float64          `json:"currents"` // A, rms of the cycle before: l1, l2, l3, n
	Voltages [3]float64          `json:"voltages"` // V, the same: l1n, l2n, l3n
	Group    string              `json:"group"`    // settings that acted: A or B
}

// context returns what the unit sees at the instant of a trip.
func (u *Unit) context(e protection.Event) *TripContext {
	r := u.tape.rms(e.At, u.cycle())
	c := &TripContext{Function: e.Function, Phase: e.Phase, Value: e.Value, Group: string(rune('A' + u.group))}
	copy(c.Currents[:], r[:4])
	copy(c.Voltages[:], r[4:])
	return c
}

// detailMax bounds what a record remembers, since part of it comes from
// outside.
const detailMax = 96

// Status is the state of an event that is not over.
type Status struct {
	Code  points.Code   `json:"code"`
	Since time.Duration `json:"since"`
	Held  bool          `json:"held,omitempty"` // ended, and latched until it is reset
	Acked bool          `json:"acked,omitempty"`
}

// eventBook is the events of one unit: seven histories, and what is active or
// held now.
type eventBook struct {
	histories [8]ring
	open      []Status
	fresh     []Record // since the last [eventBook.take]
}

// ring is one history: the newest depth records. It grows on demand, since
// most units never fill it.
type ring struct {
	recs []Record
	next int // where the next record goes once the ring is full
}

func (r *ring) add(depth int, rec Record) {
	if depth == 0 {
		return // an event that this version does not know
	}
	if len(r.recs) < depth {
		r.recs = append(r.recs, rec)
		return
	}
	r.recs[r.next] = rec
	r.next = (r.next + 1) % depth
}

// newest returns up to n records from the first newest on, newest first.
func (r *ring) newest(first, n int) []Record {
	var out []Record
	for i := first; i < len(r.recs) && len(out) < n; i++ {
		k := (r.next + len(r.recs) - 1 - i) % len(r.recs)
		out = append(out, r.recs[k])
	}
	return out
}

// note puts a record in its history and keeps the state of its event.
func (b *eventBook) note(rec Record) {
	e := points.EventOf(rec.Code)
	if len(rec.Detail) > detailMax {
		rec.Detail = rec.Detail[:detailMax]
	}
	b.histories[e.History].add(e.History.Depth(), rec)
	b.fresh = append(b.fresh, rec)
	b.track(e, rec)
}

func (b *eventBook) track(e *points.Event, rec Record) {
	i := b.find(rec.Code)
	switch {
	case rec.What == Exit && i >= 0 && e.Latched:
		b.open[i].Held = true
	case rec.What == Exit && i >= 0:
		b.open = slices.Delete(b.open, i, i+1)
	case rec.What == Exit, rec.What == Pulse && !e.Latched:
		// Nothing is open, and nothing stays.
	case i >= 0 && (b.open[i].Held || rec.What == Pulse):
		b.open[i] = Status{Code: rec.Code, Since: rec.At, Held: rec.What == Pulse} // it comes again, and nobody has seen that
	case i >= 0:
		// It is active already: one more phase picked up.
	default:
		b.open = append(b.open, Status{Code: rec.Code, Since: rec.At, Held: rec.What == Pulse})
	}
}

func (b *eventBook) find(c points.Code) int {
	return slices.IndexFunc(b.open, func(s Status) bool { return s.Code == c })
}

// active reports whether the event is active: entered and not ended.
func (b *eventBook) active(c points.Code) bool {
	i := b.find(c)
	return i >= 0 && !b.open[i].Held
}

// showing reports whether the event is active or held.
func (b *eventBook) showing(c points.Code) bool { return b.find(c) >= 0 }

// reset ends every held event: Test/Reset for three seconds, or command 50056.
func (b *eventBook) reset() {
	b.open = slices.DeleteFunc(b.open, func(s Status) bool { return s.Held })
}

// acknowledge marks the open events that seen says as seen.
func (b *eventBook) acknowledge(seen func(points.Code) bool) {
	for i := range b.open {
		b.open[i].Acked = b.open[i].Acked || seen(b.open[i].Code)
	}
}

// worst returns the highest severity among the open events of history h.
func (b *eventBook) worst(h points.History) points.Severity {
	var w points.Severity
	for _, s := range b.open {
		if e := points.EventOf(s.Code); e.History == h {
			w = max(w, e.Severity)
		}
	}
	return w
}

// take returns the records since the last take.
func (b *eventBook) take() []Record {
	r := b.fresh
	b.fresh = nil
	return r
}
