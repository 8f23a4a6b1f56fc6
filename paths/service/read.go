package service

import (
	"encoding/json"
	"math"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/wire/usblink"
)

// read tells points, or everything that there is.
func (s *Session) read(a *usblink.Ask) *usblink.Reply {
	var snap imu.Snapshot
	if d, _ := s.unit.Read(s.world.Now(), s.actor, &snap); !d.OK() {
		return denied(d)
	}
	r := &usblink.Reply{OK: true, Values: map[string]json.RawMessage{}}
	for _, name := range a.Points {
		id, err := points.Lookup(name)
		if err != nil {
			return fail("no_such_point", err.Error())
		}
		r.Values[name] = value(&snap, id)
	}
	if len(a.Points) == 0 {
		for _, info := range points.All() {
			if v := value(&snap, info.ID); string(v) != "null" {
				r.Values[info.Name] = v
			}
		}
	}
	return r
}

// value is a point as a number or a text, null if it is not available.
func value(s *imu.Snapshot, id points.ID) json.RawMessage {
	if points.Of(id).Type == points.Text {
		if text := s.Text(id); text != "" {
			return encoded(text)
		}
		return json.RawMessage("null")
	}
	return number(s.Values[id])
}

func number(v float64) json.RawMessage {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return json.RawMessage("null")
	}
	return encoded(v)
}

// encoded is what surely can be encoded.
func encoded(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage("null")
	}
	return b
}

// eventsMax is how many records are told at once: every history fits.
const eventsMax = 300

// events tells a history, the newest first.
func (s *Session) events(a *usblink.Ask) *usblink.Reply {
	for _, h := range points.Histories() {
		if h.String() != a.History {
			continue
		}
		recs, total, d := s.unit.Events(s.world.Now(), s.actor, h, a.First, min(max(a.Count, 0), eventsMax))
		if !d.OK() {
			return denied(d)
		}
		return &usblink.Reply{OK: true, Total: total, Events: encoded(recs)}
	}
	return fail("no_such_history", "the histories are trip, protection, diagnostic, metering, configuration, operation, communication")
}

// wave is a waveform without its samples.
type wave struct {
	Index   int    `json:"index"`
	Kind    string `json:"kind"`
	Date    string `json:"date"`
	Cause   string `json:"cause"`
	Samples int    `json:"samples"`
}

// captures lists the waveforms, the oldest first.
func (s *Session) captures(*usblink.Ask) *usblink.Reply {
	all, d := s.unit.Captures(s.world.Now(), s.actor)
	if !d.OK() {
		return denied(d)
	}
	list := []wave{}
	for i, c := range all {
		list = append(list, wave{i, c.Kind.String(), s.world.Date(c.At).UTC().Format("2006-01-02T15:04:05.000Z07:00"), c.Cause, c.Samples()})
	}
	return &usblink.Reply{OK: true, Total: len(list), Waves: encoded(list)}
}

// capture tells one waveform.
func (s *Session) capture(a *usblink.Ask) *usblink.Reply {
	all, d := s.unit.Captures(s.world.Now(), s.actor)
	switch {
	case !d.OK():
		return denied(d)
	case a.First < 0 || a.First >= len(all):
		return fail("no_such_capture", "there are fewer waveforms")
	}
	return &usblink.Reply{OK: true, Waves: encoded(all[a.First])}
}
