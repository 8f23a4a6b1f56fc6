package lab

import (
	"strings"

	"switchroom/paths/hmi"
	"switchroom/points"
	"switchroom/ui"
)

// frontKey is a key of the control unit on the page.
type frontKey struct{ key, word string }

// frontKeys are the keys in the order of the front. What a context key does the
// display says.
var frontKeys = []frontKey{
	{"home", "Home"}, {"esc", "ESC"}, {"ctx1", "Left key"}, {"ctx2", "Middle key"}, {"ctx3", "Right key"},
	{"test", "Test"}, {"reset", "Test/Reset"}, {"bluetooth", "Bluetooth"},
}

// keys are those that the control unit has: only 6.0 and 7.0 have something to test.
func (p *frontPage) keys() (all []frontKey) {
	for _, k := range frontKeys {
		if k.key != "test" || p.tests() {
			all = append(all, k)
		}
	}
	return all
}

func (p *frontPage) tests() bool {
	v := p.config.Rating.Variant
	return v == points.X60 || v == points.X70
}

// keyWord is what a key is, and of a context key what it does now.
func (p *frontPage) keyWord(k frontKey) string {
	if i := strings.Index("123", strings.TrimPrefix(k.key, "ctx")); strings.HasPrefix(k.key, "ctx") && p.face.Context[i] != "" {
		return k.word + ": " + p.face.Context[i]
	}
	return k.word
}

// keypad are the keys as buttons below the display.
func (p *frontPage) keypad() (all []ui.Button) {
	for _, k := range p.keys() {
		all = append(all, ui.Button{Text: p.keyWord(k), Name: "hand", Value: "key " + k.key, Attrs: inHands})
		if k.key == "reset" {
			all = append(all, ui.Button{Text: "Test/Reset, held for 3 s", Name: "hand", Value: "key reset 3", Attrs: inHands})
		}
	}
	return append(all, ui.Button{Text: p.coverWord(), Name: "hand", Value: p.coverHand(), Attrs: inHands})
}

func (p *frontPage) coverWord() string {
	return oneOf(p.face.CoverOpen, "Shut the cover", "Open the cover")
}
func (p *frontPage) coverHand() string { return oneOf(p.face.CoverOpen, "cover shut", "cover open") }

// backlight is the colour behind the display.
func (p *frontPage) backlight() string {
	if p.face.On && p.face.Backlight != "" {
		return string(p.face.Backlight)
	}
	return string(hmi.BacklightOff)
}

// onFront are the lamps of the two rows above the display.
func (p *frontPage) onFront() (all []ui.LED) {
	l := &p.face.LEDs
	for _, x := range []hmi.LED{l.Ready, l.Service, l.ERMS, l.Overload, l.TripIr, l.TripIsd, l.TripIg, l.TripAp} {
		if x.Fitted {
			all = append(all, lamp(x))
		}
	}
	return all
}

// bluetooth is the lamp beside its button, which says its name already.
func (p *frontPage) bluetooth() ui.LED {
	l := lamp(p.face.LEDs.Bluetooth)
	l.Name = ""
	return l
}

// reading is the display in words: the lines as they stand on it, and what they are.
func (p *frontPage) reading() (lines []string) {
	if !p.face.On {
		return []string{"The display is dark."}
	}
	if pop := p.face.Popup; pop != nil { // all of it, where the display has no room
		return []string{p.face.Title, oneOf(pop.Severity == hmi.SeverityHigh, "!! ", "") + pop.Title, pop.Text, p.face.Context[2]}
	}
	for _, l := range p.face.Text {
		if l = strings.TrimRight(l, " "); l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// popupLines are the lines of a pop-up, without those that are empty.
func (p *frontPage) popupLines() []string {
	if n := len(p.face.Text); n > 2 {
		return p.face.Text[2 : n-1]
	}
	return nil
}

// popupMark tells the severity of a pop-up by its shape.
var popupMarks = map[hmi.Severity]string{hmi.SeverityHigh: "M0 -8h5l5 5v6l-5 5h-5l-5 -5v-6zM2.500 -4v5M2.500 4v1", hmi.SeverityMedium: "M2.500 -8l9 16h-18zM2.500 -2v5M2.500 5v1",
	hmi.SeverityInfo: "M2.500 -8a8 8 0 1 0 .1 0zM2.500 -1v5M2.500 -5v1", hmi.SeverityRefused: "M-4 -6.500l13 13M9 -6.500l-13 13"}
