// Package nfc is the NFC zone on the front of a control unit: what a phone that is
// held to it reads, whether or not the unit has a supply (GUIDE A3).
//
// It can be read by whoever stands there, without a code; it can never be written;
// and the unit keeps no record of it: reading changes no byte of its state. What the
// tag of a real unit holds is in no document that we could read; the content is ours
// ([switchroom/wire/ndef.Label]).
package nfc

import (
	"fmt"
	"math"
	"strings"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/wire/ndef"
)

// Zone is the NFC zone of one unit.
type Zone struct {
	unit  *imu.Unit
	world *imu.World
}

// New returns the zone of a unit.
func New(u *imu.Unit, w *imu.World) *Zone { return &Zone{u, w} }

// phone is whoever holds a phone to the zone: nobody asks who it is, and nothing
// remembers.
var phone = access.Actor{Path: access.NFC, Present: true}

// Tag returns the tag as one phone sees it from now on.
func (z *Zone) Tag() *ndef.Tag { return &ndef.Tag{Message: z.message} }

// message is what the tag holds now. What cannot be read is an empty tag.
func (z *Zone) message() []byte {
	l, sentence, ok := z.label()
	if !ok {
		return nil
	}
	m, err := l.Message(sentence)
	if err != nil {
		return nil
	}
	b, err := m.Bytes()
	if err != nil {
		return nil
	}
	return b
}

// label reads the unit.
func (z *Zone) label() (l *ndef.Label, sentence string, ok bool) {
	now := z.world.Now()
	var s imu.Snapshot
	if d, _ := z.unit.Read(now, phone, &s); !d.OK() {
		return nil, "", false
	}
	l = &ndef.Label{Unit: z.unit.Name(), Powered: s.Powered(), Values: map[string]float64{}, Texts: map[string]string{}}
	for _, info := range points.All() {
		if v := s.Values[info.ID]; info.Type != points.Text && !math.IsNaN(v) {
			l.Values[info.Name] = v
		} else if text := s.Text(info.ID); text != "" {
			l.Texts[info.Name] = text
		}
	}
	z.events(now, l)
	return l, tell(l), true
}

// events adds the last trip and what is not over.
func (z *Zone) events(now time.Duration, l *ndef.Label) {
	if trips, _, d := z.unit.Events(now, phone, points.TripHistory, 0, 1); d.OK() && len(trips) == 1 {
		t := trips[0]
		l.Trip = &ndef.LabelTrip{Date: t.Time().Format(time.RFC3339Nano), Event: points.EventOf(t.Code).Name, Detail: t.Detail}
		if c := t.Trip; c != nil {
			l.Trip.Currents, l.Trip.Voltages, l.Trip.Group = c.Currents, c.Voltages, c.Group
		}
	}
	open, _ := z.unit.Open(now, phone)
	for _, e := range open {
		info := points.EventOf(e.Code)
		l.Open = append(l.Open, ndef.LabelEvent{Event: info.Name, Severity: info.Severity.String(), Held: e.Held})
	}
}

// tell is the label in a sentence, which any phone shows without a program for it.
func tell(l *ndef.Label) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Breaker %s, In %g A.", l.Unit, l.Values[points.Of(points.RatingIn).Name])
	if !l.Powered {
		b.WriteString(" No supply: this is what it remembers.")
	}
	if t := l.Trip; t != nil {
		fmt.Fprintf(&b, " Last trip %s: %s, %s.", t.Date, t.Event, t.Detail)
	} else {
		b.WriteString(" No trip is recorded.")
	}
	fmt.Fprintf(&b, " Events that are not over: %d.", len(l.Open))
	return b.String()
}
