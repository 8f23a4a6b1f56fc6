package app

import (
	"encoding/json"
	"slices"
	"time"

	"switchroom/points"
)

// Bounds of what is kept of what the breaker tells by itself, ours.
const (
	newsMax  = 20   // events
	newsLong = 1024 // bytes of one
)

// News is an event that the breaker tells by itself, by Bluetooth.
type News struct {
	Event    string    `json:"event"`
	Title    string    `json:"title"`
	Severity string    `json:"severity"`
	What     string    `json:"what"` // entry, exit, pulse
	Date     time.Time `json:"date"` // by the breaker's clock
	Detail   string    `json:"detail,omitempty"`
}

// heard takes an event up. It is on the goroutine of the radio and must not wait.
func (p *Phone) heard(raw []byte) {
	var n News
	if len(raw) > newsLong || json.Unmarshal(raw, &n) != nil {
		return // no event of ours
	}
	n.Title, n.Severity = n.Event, ""
	if code, err := points.LookupEvent(n.Event); err == nil {
		e := points.EventOf(code)
		n.Title, n.Severity = e.Title, e.Severity.String()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.news = slices.Insert(p.news, 0, n)
	p.news = p.news[:min(len(p.news), newsMax)]
	p.newsAll++
	p.changed()
}
