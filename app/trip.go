package app

import (
	"context"
	"time"

	"switchroom/client"
	"switchroom/points"
)

// Record is one line of a history, as it is shown and taken along.
type Record struct {
	Date     time.Time           `json:"date"` // by the breaker's clock
	History  string              `json:"history"`
	Event    string              `json:"event"`
	Title    string              `json:"title"`
	Severity string              `json:"severity"`
	What     string              `json:"what"` // entry, exit, pulse
	Detail   string              `json:"detail,omitempty"`
	Trip     *client.TripContext `json:"trip,omitempty"`
}

// History is the newest records of one or all histories.
type History struct {
	Breaker string    `json:"breaker"`
	At      time.Time `json:"at"` // the phone's clock
	Records []Record  `json:"records"`
}

// historyMost is how many records of one history are read. It is as many as a unit tells
// at once.
const historyMost = 300

// History reads a history, the newest first.
func (p *Phone) History(ctx context.Context, h points.History) (*History, error) {
	p.doing.Lock()
	defer p.doing.Unlock()
	l, err := p.current()
	if err != nil {
		return nil, err
	}
	all, _, err := l.cable.Events(ctx, h, 0, historyMost)
	if err != nil {
		return nil, p.unproved(l, err)
	}
	out := &History{Breaker: l.unit, At: p.now(), Records: []Record{}}
	for _, r := range all {
		e := points.EventOf(r.Code)
		title := e.Title
		if title == "" {
			title = r.Code.String()
		}
		out.Records = append(out.Records, Record{r.Date, h.String(), r.Code.String(), title, e.Severity.String(), r.What, r.Detail, r.Trip})
	}
	return out, nil
}

// Trip is the last trip with what the unit saw, and how the breaker is now.
type Trip struct {
	Breaker string  `json:"breaker"`
	Last    *Record `json:"last"` // null: the trip history is empty
	Now     *Screen `json:"now"`
}

// tripPoints are what goes with a trip: what it says tripped last, how it stands, and by
// which settings.
var tripPoints = []points.ID{
	points.BreakerLastTrip, points.BreakerClosed, points.BreakerTripped, points.BreakerFaultTripped, points.BreakerReadyToClose, points.BreakerNotReady,
	points.ProtectionGroup, points.ProtectionERMSEngaged, points.ProtectionLongTimeIr, points.ProtectionLongTimeTr,
	points.ProtectionShortTimeIsd, points.ProtectionShortTimeTsd, points.ProtectionInstantaneousIi, points.ProtectionGroundFaultIg, points.ProtectionGroundFaultTg,
}

// LastTrip reads the last trip and its context.
func (p *Phone) LastTrip(ctx context.Context) (*Trip, error) {
	now, err := p.screen(ctx, tripPoints)
	if err != nil {
		return nil, err
	}
	h, err := p.History(ctx, points.TripHistory)
	if err != nil {
		return nil, err
	}
	t := &Trip{Breaker: now.Breaker, Now: now}
	for i := range h.Records {
		if h.Records[i].What != "exit" {
			t.Last = &h.Records[i]
			break
		}
	}
	return t, nil
}
