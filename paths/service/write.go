package service

import (
	"encoding/json"
	"math"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/wire/usblink"
)

// do does an action.
func (s *Session) do(a *usblink.Ask) *usblink.Reply {
	id, err := points.Lookup(a.Op)
	if err != nil {
		return fail("no_such_point", err.Error())
	}
	r := imu.Request{Actor: s.actor, Op: id}
	if a.Value != nil {
		r.Value, r.Malformed = decoded(id, *a.Value)
	}
	return s.request(r)
}

// decoded is the value that a question carries.
func decoded(id points.ID, raw json.RawMessage) (points.Value, imu.Refusal) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return points.String(text), imu.None
	}
	var n float64
	if json.Unmarshal(raw, &n) != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return points.Value{}, imu.OutOfRange
	}
	return points.Number(n), imu.None
}

// How long the mechanism is waited for, in the host's time, and how often it is
// looked at.
const (
	patience = 3 * time.Second
	glance   = 5 * time.Millisecond
)

// request asks the unit, and waits for the mechanism.
func (s *Session) request(q imu.Request) *usblink.Reply {
	res := s.unit.Do(s.world.Now(), q)
	if !res.OK() {
		return refused(res)
	}
	if res.Order != nil {
		return s.outcome(res.Order)
	}
	r := &usblink.Reply{OK: true}
	if res.Value.Available() {
		r.Value = number(res.Value.Float())
	}
	return r
}

func refused(res imu.Result) *usblink.Reply {
	if !res.Decision.OK() {
		return denied(res.Decision)
	}
	return declined(res.Refusal, res.Detail)
}

// declined is the unit's own no.
func declined(r imu.Refusal, detail string) *usblink.Reply {
	message := r.Remedy()
	if detail != "" {
		message += " (" + detail + ")"
	}
	return &usblink.Reply{Reason: r.String(), Message: message, May: r == imu.NotConfirmed || r == imu.Aborted}
}

// outcome waits for how an order ends.
func (s *Session) outcome(o *imu.Order) *usblink.Reply {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(glance) {
		switch done, r := s.unit.Outcome(s.world.Now(), o); {
		case done && r == imu.None:
			return &usblink.Reply{OK: true}
		case done:
			return declined(r, "")
		}
	}
	return declined(imu.NotConfirmed, "")
}

// write writes settings: those of protection together, all or none, then the others
// one by one. A refusal says what was done before it.
func (s *Session) write(a *usblink.Ask) *usblink.Reply {
	requests, bad := s.requests(a)
	if bad != nil {
		return bad
	}
	var done []string
	for _, q := range requests {
		r := s.request(q)
		if !r.OK {
			r.Done = done
			return r
		}
		for _, set := range q.Set {
			done = append(done, set.Point.String())
		}
		if len(q.Set) == 0 {
			done = append(done, q.Op.String())
		}
	}
	return &usblink.Reply{OK: true, Done: done}
}

// requests makes of settings what the unit is asked: protection settings of a group
// in one, each of the others by itself.
func (s *Session) requests(a *usblink.Ask) (all []imu.Request, bad *usblink.Reply) {
	if len(a.Settings) == 0 {
		return nil, fail("malformed", "no setting is given")
	}
	grouped := imu.Request{Actor: s.actor, Group: a.Group}
	for _, set := range a.Settings {
		id, err := points.Lookup(set.Point)
		if err != nil {
			return nil, fail("no_such_point", err.Error())
		}
		v, malformed := decoded(id, set.Value)
		if !imu.Grouped(id) {
			all = append(all, imu.Request{Actor: s.actor, Op: id, Value: v, Malformed: malformed})
			continue
		}
		if grouped.Op == 0 {
			grouped.Op = id
		}
		grouped.Set = append(grouped.Set, imu.Setting{Point: id, Value: v.Float()})
		if malformed != imu.None || !v.Available() {
			grouped.Malformed = imu.OutOfRange
		}
	}
	if grouped.Op != 0 {
		all = append([]imu.Request{grouped}, all...)
	}
	return all, nil
}
