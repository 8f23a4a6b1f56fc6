package ndef

import (
	"encoding/json"
	"errors"
	"fmt"
)

// LabelType is the media type of a breaker's label. What a real unit's tag holds
// is in no document that we could read: type and content are ours.
const LabelType = "application/vnd.switchroom.label+json"

// Label is what a breaker tells a phone that is held to it: identification, what
// happened last, settings and health. Values are points by their dotted names; what
// is not available is absent.
type Label struct {
	Version int                `json:"version"` // of this format: 1
	Unit    string             `json:"unit"`
	Powered bool               `json:"powered"` // else: what it remembers, and nothing that it would have to look at
	Values  map[string]float64 `json:"values"`
	Texts   map[string]string  `json:"texts,omitempty"`
	Trip    *LabelTrip         `json:"last_trip,omitempty"`
	Open    []LabelEvent       `json:"open,omitempty"` // active or held
}

// LabelTrip is the last trip.
type LabelTrip struct {
	Date     string     `json:"date"` // by the unit's clock, RFC 3339
	Event    string     `json:"event"`
	Detail   string     `json:"detail,omitempty"`
	Currents [4]float64 `json:"currents"` // A, rms before it: l1, l2, l3, n
	Voltages [3]float64 `json:"voltages"` // V, the same: l1n, l2n, l3n
	Group    string     `json:"group"`    // settings that acted: A or B
}

// LabelEvent is an event that is not over.
type LabelEvent struct {
	Event    string `json:"event"`
	Severity string `json:"severity"`
	Held     bool   `json:"held,omitempty"`
}

// labelVersion is that of the format.
const labelVersion = 1

// Message is the label as a message: a sentence that any phone shows, then the
// label itself.
func (l *Label) Message(sentence string) (Message, error) {
	l.Version = labelVersion
	data, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	return Message{NewText("en", sentence), NewMIME(LabelType, data)}, nil
}

// ReadLabel finds the label in a message.
func ReadLabel(m Message) (*Label, error) {
	for _, r := range m {
		if r.TNF != MIME || r.Type != LabelType {
			continue
		}
		var l Label
		if err := json.Unmarshal(r.Payload, &l); err != nil {
			return nil, fmt.Errorf("the label cannot be read: %w", err)
		}
		if l.Version != labelVersion {
			return nil, fmt.Errorf("the label is of version %d, and this program reads version %d", l.Version, labelVersion)
		}
		return &l, nil
	}
	return nil, errors.New("the tag carries no label of a breaker")
}
