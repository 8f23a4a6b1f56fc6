package hmi

import (
	"slices"
	"sync"

	"switchroom/imu"
	"switchroom/points"
)

// news keeps events of an instant that somebody must see: the unit keeps them in a
// history, and no event of theirs stays open to be acknowledged.
type news struct {
	mu   sync.Mutex
	list []imu.Record
}

// newsMax bounds what waits to be seen; older gives way.
const newsMax = 8

// hear takes up an event record.
func (n *news) hear(r imu.Record) {
	e := points.EventOf(r.Code)
	if r.What != imu.Pulse || e.Latched || e.Severity < points.Medium {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = slices.DeleteFunc(n.list, func(x imu.Record) bool { return x.Code == r.Code })
	if n.list = append(n.list, r); len(n.list) > newsMax {
		n.list = slices.Delete(n.list, 0, 1)
	}
}

func (n *news) all() []imu.Record {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.list)
}

func (n *news) seen(c points.Code) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = slices.DeleteFunc(n.list, func(x imu.Record) bool { return x.Code == c })
}

func info(title, text string) *Popup { return &Popup{Severity: SeverityInfo, Title: title, Text: text} }
func refused(title, text string) *Popup {
	return &Popup{Severity: SeverityRefused, Title: title, Text: text}
}

// popup is what stands in front of the screen: the answer to a key, else the event
// that is most urgent and not acknowledged, the newest first.
func (p *Panel) popup() *Popup {
	if c := p.code(); c != nil {
		return c
	}
	if p.notice != nil || !p.front.Powered {
		return p.notice
	}
	var waits []event
	for _, s := range p.open {
		if !s.Acked && points.EventOf(s.Code).Severity >= points.Medium {
			waits = append(waits, event{code: s.Code, at: s.Since, held: s.Held, open: true})
		}
	}
	for _, r := range p.news.all() {
		waits = append(waits, event{code: r.Code, at: r.At, detail: r.Detail})
	}
	if len(waits) == 0 {
		return nil
	}
	return slices.MaxFunc(waits, func(a, b event) int {
		if d := int(points.EventOf(a.code).Severity) - int(points.EventOf(b.code).Severity); d != 0 {
			return d
		}
		return int(min(1, max(-1, a.at-b.at)))
	}).popup()
}

// popup is the event as a pop-up.
func (e event) popup() *Popup {
	info := points.EventOf(e.code)
	p := &Popup{Severity: SeverityMedium, Title: "Alarm", Text: sentence(info.Title), Event: info.Name, Code: uint16(e.code), Certainty: info.Certainty}
	if info.Severity == points.High {
		p.Severity = SeverityHigh
	}
	if info.History == points.TripHistory {
		p.Title = "Trip"
	}
	return p
}

// ok answers a pop-up: somebody has seen it.
func (p *Panel) ok(person string, shown *Popup) {
	if p.notice != nil {
		p.notice = nil
		return
	}
	if p.radio.Passkey != "" {
		return // it stays until the phone has it
	}
	p.news.seen(points.Code(shown.Code))
	p.do(person, imu.Request{Op: points.EventAcknowledge, Value: points.Number(float64(shown.Code))})
}
