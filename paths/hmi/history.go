package hmi

import (
	"fmt"
	"strings"
	"time"

	"switchroom/imu"
	"switchroom/points"
)

// event is an event as its screen tells it.
type event struct {
	code   points.Code
	at     time.Duration
	held   bool
	open   bool // it is not over
	acked  bool
	what   imu.Transition
	date   time.Time // by the unit's clock; zero: world time at
	detail string
}

// history returns what lists a history, the newest first.
func history(h points.History) func(p *Panel) []row {
	return func(p *Panel) (all []row) {
		recs, _, _ := p.unit.Events(p.at, looker, h, 0, h.Depth())
		for _, r := range recs {
			e := event{code: r.Code, at: r.At, what: r.What, date: r.Time(), detail: r.Detail}
			all = append(all, eventRow(e, e.date.Format("01-02 15:04")))
		}
		return orNone(all)
	}
}

// alarmRows lists what is active or held now.
func (p *Panel) alarmRows() (all []row) {
	for i := len(p.open) - 1; i >= 0; i-- {
		s := p.open[i]
		e := event{code: s.Code, at: s.Since, held: s.Held, open: true, acked: s.Acked}
		all = append(all, eventRow(e, e.state()))
	}
	return orNone(all)
}

func eventRow(e event, value string) row {
	r := text(sentence(points.EventOf(e.code).Title), value)
	r.screen, r.event = screenOf("alarms/event"), e
	return r
}

func orNone(all []row) []row {
	if len(all) == 0 {
		return []row{text("Nothing", "")}
	}
	return all
}

func (e event) state() string {
	switch {
	case e.held:
		return "held"
	case e.open:
		return "active"
	}
	return e.what.String()
}

// eventRows tells one event.
func (p *Panel) eventRows() (all []row) {
	e := p.top().event
	info := points.EventOf(e.code)
	date := e.date
	if date.IsZero() { // how long it is since then is what the clock goes back
		date = points.Number(p.snap.Values[points.DeviceClock]).Time().Add(e.at - p.at)
	}
	for _, l := range wrap(sentence(info.Title), Columns-1) {
		all = append(all, text(l, ""))
	}
	all = append(all,
		text("Code", fmt.Sprintf("0x%04X", uint16(e.code))),
		text("Severity", info.Severity.String()),
		text("State", e.state()),
		text("At", date.Format(time.DateTime)),
	)
	if e.acked {
		all = append(all, text("Acknowledged", "yes"))
	}
	for _, l := range wrap(e.detail, Columns-1) {
		all = append(all, text(l, ""))
	}
	return all
}

// sentence begins with a capital.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
