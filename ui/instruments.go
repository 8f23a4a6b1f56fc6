package ui

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Phase gives a measurement the colour of its conductor: "l1", "l2", "l3", "n"
// or "" for what belongs to none.
type Phase string

func (p Phase) class() string {
	switch p {
	case "l1", "l2", "l3", "n":
		return "p-" + string(p)
	}
	return ""
}

// Tile is one measurement. Value is the number as it is to be read; "" shows a
// dash. At is when it was measured, Age how long ago that was when the page was
// made; StaleAfter (whole seconds) is when it is too old to rely on.
type Tile struct {
	ID, Label, Value, Unit string
	Phase                  Phase
	At                     time.Time
	Age, StaleAfter        time.Duration
	Certainty              string
}

func (t Tile) stale() bool { return t.StaleAfter > 0 && t.Age > t.StaleAfter }

func (t Tile) value() string {
	if t.Value == "" {
		return "–"
	}
	return t.Value
}

// Mark is a line on a meter: from At on, Word is what it means.
type Mark struct {
	At       float64
	Word     string
	Severity Severity
}

// Meter shows a value between zero and Max, with marks. Text is the value as it
// is to be read. Marks are in rising order.
type Meter struct {
	ID, Label, Text string
	Value, Max      float64
	Phase           Phase
	Marks           []Mark
}

// passed is the highest mark that the value is at or above.
func (m Meter) passed() (at Mark, ok bool) {
	for _, k := range m.Marks {
		if m.Value >= k.At {
			at, ok = k, true
		}
	}
	return at, ok
}

func (m Meter) class() string {
	k, ok := m.passed()
	switch {
	case !ok || k.Severity == Low || k.Severity == Done:
		return "meter"
	case k.Severity == High:
		return "meter meter-over"
	}
	return "meter meter-near"
}

// share is v of Max in per cent, between 0 and 100; NaN is 0.
func (m Meter) share(v float64) string {
	if !(m.Max > 0) || math.IsNaN(v) {
		return "0"
	}
	return number(min(100, max(0, 100*v/m.Max)))
}

func number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	return strconv.FormatFloat(math.Round(v*1000)/1000, 'f', -1, 64)
}

// Blink is how an LED shines.
type Blink uint8

// The ways. SlowBlink is one flash in two seconds, FastBlink two in one, Pulse
// a short dark moment in two seconds. None is fast enough to harm (WCAG 2.3.1).
const (
	Dark Blink = iota
	Steady
	SlowBlink
	FastBlink
	Pulse
)

var blinks = [...]struct{ word, class string }{
	Dark:      {"off", "led"},
	Steady:    {"on", "led led-on"},
	SlowBlink: {"slow blink", "led led-on led-slow"},
	FastBlink: {"fast blink", "led led-on led-fast"},
	Pulse:     {"pulse", "led led-on led-pulse"},
}

// LED is a light on a front panel. Colour is red, orange, green, blue or white.
type LED struct {
	ID, Name, Colour string
	Blink            Blink
}

func (l LED) class() string { return blinks[min(l.Blink, Pulse)].class + " led-" + l.Colour }

// how is said in words, for those who see no colour or no blinking.
func (l LED) how() string {
	if l.Blink == Dark {
		return "off"
	}
	return strings.TrimSpace(l.Colour + ", " + blinks[min(l.Blink, Pulse)].word)
}

func seconds(d time.Duration) string { return number(d.Seconds()) }

func (b Blink) String() string { return blinks[min(b, Pulse)].word }
