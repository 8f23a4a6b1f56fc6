package app

import (
	"slices"
	"time"

	"switchroom/points"
	"switchroom/wire/ndef"
)

// tagTold is what was read off a tag, as it is shown.
type tagTold struct {
	Breaker string            `json:"breaker"`
	At      time.Time         `json:"at"`      // the phone's clock
	Powered bool              `json:"powered"` // else: what it remembers
	Rows    []Row             `json:"rows"`
	Trip    *ndef.LabelTrip   `json:"last_trip"` // null: none
	Open    []ndef.LabelEvent `json:"open"`      // active or held
}

// told words the label, by name.
func (t *Tag) told() *tagTold {
	l := t.Label
	out := &tagTold{Breaker: l.Unit, At: t.At, Powered: l.Powered, Rows: []Row{}, Trip: l.Trip, Open: slices.Clone(l.Open)}
	if out.Open == nil {
		out.Open = []ndef.LabelEvent{}
	}
	for _, info := range points.All() {
		if x, ok := l.Values[info.Name]; ok {
			out.Rows = append(out.Rows, rowOf(info.ID, points.Number(x)))
		} else if x, ok := l.Texts[info.Name]; ok {
			out.Rows = append(out.Rows, rowOf(info.ID, points.String(x)))
		}
	}
	return out
}
