package hmi

import "switchroom/points"

// Frame is all that can be seen of the control unit's face at one moment. Its
// JSON is stable: fields may be added.
type Frame struct {
	Unit    string `json:"unit"`    // name of the breaker
	Variant string `json:"variant"` // 6.0

	On        bool      `json:"on"`        // the display is lit
	Supply    Supply    `json:"supply"`    // what feeds the control unit
	Backlight Backlight `json:"backlight"` //
	Screen    string    `json:"screen"`    // its place in [Screens]; empty where the display is dark
	Path      []string  `json:"path"`      // titles from Home to this screen
	Title     string    `json:"title"`
	Lines     []Line    `json:"lines"`           // what is on the display now, top to bottom
	Above     bool      `json:"above"`           // there are lines above the first
	Below     bool      `json:"below"`           // and below the last
	Context   [3]string `json:"context"`         // what the context keys do now; empty: nothing
	Popup     *Popup    `json:"popup,omitempty"` // in front of the lines; absent: none
	Text      []string  `json:"text"`            // the display, Rows lines of Columns characters

	// Certainty is how well it is known that the screen exists and is so called.
	Certainty points.Certainty `json:"certainty,omitempty"`

	LEDs LEDs `json:"leds"`

	CoverOpen      bool `json:"cover_open"`      // the sealable cover
	SettingsLocked bool `json:"settings_locked"` // Lock protection bars changes at this display (B7)
}

// The display as text, in characters. Ours: the real one is graphic.
const (
	Columns = 34
	Rows    = 9
)

// Line is one line of the display.
type Line struct {
	Text     string `json:"text"`
	Value    string `json:"value,omitempty"` // at the right
	Selected bool   `json:"selected,omitempty"`
	Editing  bool   `json:"editing,omitempty"` // its value is being changed, and does not act yet
	Opens    bool   `json:"opens,omitempty"`   // the right context key goes somewhere from it
}

// Popup stands in front of a screen until somebody presses OK.
type Popup struct {
	Severity  Severity         `json:"severity"`
	Title     string           `json:"title"`
	Text      string           `json:"text"`
	Event     string           `json:"event,omitempty"` // name of the event that it is about
	Code      uint16           `json:"code,omitempty"`  // its number
	Certainty points.Certainty `json:"certainty,omitempty"`
}

// Severity is that of a pop-up.
type Severity string

// The severities. Red and orange pop-ups are those of events (UG); the other two
// answer a key, and are ours.
const (
	SeverityHigh    Severity = "high"    // red
	SeverityMedium  Severity = "medium"  // orange
	SeverityInfo    Severity = "info"    // something was done, or is so
	SeverityRefused Severity = "refused" // what was asked for was not done
)

// Supply is what feeds the control unit.
type Supply string

// The supplies.
const (
	SupplyAuxiliary Supply = "auxiliary" // 24 V, or what replaces it
	SupplyUSB       Supply = "usb"       // a cable in its USB port
	SupplyCurrent   Supply = "current"   // more than a fifth of In through the breaker
	SupplyNone      Supply = "none"      // dark
)

// Backlight is the colour behind the display.
type Backlight string

// The colours.
const (
	BacklightOff    Backlight = "off"
	BacklightWhite  Backlight = "white"
	BacklightOrange Backlight = "orange"
	BacklightRed    Backlight = "red"
	BacklightBlue   Backlight = "blue"
)

// LEDs are the lamps of the front.
type LEDs struct {
	Ready     LED `json:"ready"`
	Service   LED `json:"service"`
	ERMS      LED `json:"erms"`
	Overload  LED `json:"overload"`
	TripIr    LED `json:"trip_ir"`
	TripIsd   LED `json:"trip_isd"` // Isd and Ii
	TripIg    LED `json:"trip_ig"`  // Ig on 6.0 X, IΔn on 7.0 X
	TripAp    LED `json:"trip_ap"`  // self-protection and optional functions
	Bluetooth LED `json:"bluetooth"`
	VPS       LED `json:"vps"`
}

// LED is how a lamp is at a moment. Show it by its words too, never by its colour
// alone.
type LED struct {
	Fitted  bool    `json:"fitted"` // this unit has it
	Label   string  `json:"label"`  // as on the front
	Color   Color   `json:"color"`
	Pattern Pattern `json:"pattern"`
	Period  int     `json:"period_ms,omitempty"` // of a pattern that blinks, ms; half of it lit
	Says    string  `json:"says"`                // what that means

	Certainty points.Certainty `json:"certainty"` // of what it shows; while it is off, of the lamp
}

// Lit reports whether the lamp gives any light.
func (l LED) Lit() bool { return l.Fitted && l.Pattern != PatternOff }

// Color is that of a lamp.
type Color string

// The colours.
const (
	NoColor Color = ""
	Green   Color = "green"
	Orange  Color = "orange"
	Red     Color = "red"
	Blue    Color = "blue"
)

// Pattern is how a lamp burns.
type Pattern string

// The patterns.
const (
	PatternOff       Pattern = "off"
	PatternSteady    Pattern = "steady"
	PatternSlowBlink Pattern = "slow_blink"
	PatternFastBlink Pattern = "fast_blink"
)
