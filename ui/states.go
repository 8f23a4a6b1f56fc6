package ui

import (
	"strconv"
	"time"
)

// State is what a badge or a symbol tells about a breaker or a conductor. The
// zero State is unknown: what nobody has told is never shown as open or dead.
type State uint8

// The states. Position (open, closed, tripped) is of a breaker, Energised and
// Dead are of a conductor, Stale is a value that is too old to rely on.
const (
	Unknown State = iota
	Open
	Closed
	Tripped
	Energised
	Dead
	Stale
)

// states gives each state its word, its shape and its class.
var states = [...]struct{ word, icon, class string }{
	Unknown:   {"Unknown", "unknown", "unknown"},
	Open:      {"Open", "open", "open"},
	Closed:    {"Closed", "closed", "closed"},
	Tripped:   {"Tripped", "tripped", "tripped"},
	Energised: {"Energised", "energised", "energised"},
	Dead:      {"Not energised", "dead", "dead"},
	Stale:     {"Stale", "stale", "stale"},
}

func (s State) row() (word, icon, class string) {
	if int(s) >= len(states) {
		s = Unknown
	}
	r := states[s]
	return r.word, r.icon, r.class
}

// String is the word that people read.
func (s State) String() string { w, _, _ := s.row(); return w }

func (s State) icon() string  { _, i, _ := s.row(); return i }
func (s State) class() string { _, _, c := s.row(); return c }

// position is the class of a breaker's symbol, wire that of a conductor: a
// state of the other kind shows as unknown.
func (s State) position() string {
	switch s {
	case Open, Closed, Tripped, Stale:
		return "st-" + s.class()
	}
	return "st-unknown"
}

func (s State) wire() string {
	switch s {
	case Energised, Dead, Stale:
		return "en-" + s.class()
	}
	return "en-unknown"
}

// Severity is how much an event or a notice matters, in the device's three
// steps; Done is for an order that was carried out. The zero Severity is Low.
type Severity uint8

// The severities.
const (
	Low Severity = iota
	Medium
	High
	Done
)

var severities = [...]struct{ word, icon, class string }{
	Low:    {"Low", "low", "low"},
	Medium: {"Medium", "medium", "medium"},
	High:   {"High", "high", "high"},
	Done:   {"Done", "done", "done"},
}

// String is the word that people read.
func (s Severity) String() string { return severities[min(s, Done)].word }

func (s Severity) icon() string  { return severities[min(s, Done)].icon }
func (s Severity) class() string { return "sev-" + severities[min(s, Done)].class }

// certainties explains each word of certainty: how well a fact about the real
// device is known. A word that is not here is shown as it is, as the least sure.
var certainties = map[string]string{
	"confirmed": "From the device's own document.",
	"inferred":  "Derived from other facts.",
	"ours":      "Recalled or decided by us: not from a document.",
	"reported":  "From code or notes of others.",
	"sibling":   "From a document of the same family.",
}

func certaintyClass(word string) string {
	if _, ok := certainties[word]; !ok {
		return "cert-ours"
	}
	return "cert-" + word
}

// Age says how long ago something was, in the words the page goes on with.
func Age(d time.Duration) string {
	s := int64(max(0, d) / time.Second)
	switch {
	case s < 1:
		return "now"
	case s < 120:
		return strconv.FormatInt(s, 10) + " s ago"
	case s < 2*3600:
		return strconv.FormatInt(s/60, 10) + " min ago"
	case s < 48*3600:
		return strconv.FormatInt(s/3600, 10) + " h ago"
	}
	return strconv.FormatInt(s/86400, 10) + " d ago"
}
