package survey

import (
	"fmt"
	"strconv"
	"time"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Span is consecutive registers.
type Span struct {
	First regmap.Register
	Count uint16
}

// Last is the last register.
func (s Span) Last() regmap.Register { return s.First + regmap.Register(s.Count) - 1 }

func (s Span) String() string {
	if s.Count == 1 {
		return strconv.Itoa(int(s.First))
	}
	return fmt.Sprintf("%d–%d", s.First, s.Last())
}

// touches reports whether the spans have a register in common.
func (s Span) touches(o Span) bool { return s.First <= o.Last() && o.First <= s.Last() }

// within reports whether all of s is in o.
func (s Span) within(o Span) bool { return o.First <= s.First && s.Last() <= o.Last() }

// command is what is never read.
var command = Span{regmap.CommandFirst, uint16(regmap.CommandEnd-regmap.CommandFirst) + 1}

// Format is what the first line of a capture says that it is.
const Format = "switchroom capture 1"

// Head is the first line of a capture: of what, when, and how.
type Head struct {
	Format   string      `json:"format"`
	Address  string      `json:"address,omitempty"` // empty: redacted
	Unit     byte        `json:"unit"`
	Started  time.Time   `json:"started"`
	Plan     Plan        `json:"plan"`
	Redacted []Redaction `json:"redacted,omitempty"`
}

// Answer is one request and what came of it.
type Answer struct {
	At        time.Time        `json:"at"`
	Pass      int              `json:"pass"`     // 1, or 2 of a plan that is read twice
	Function  byte             `json:"function"` // 3 or 4
	Register  regmap.Register  `json:"register"`
	Count     uint16           `json:"count"`
	Millis    float64          `json:"ms"` // until the answer
	Words     []uint16         `json:"words,omitempty"`
	Exception modbus.Exception `json:"exception,omitempty"`
	Failure   string           `json:"failure,omitempty"` // no answer, connection lost, or an answer that does not fit
	Again     bool             `json:"again,omitempty"`   // asked again: in parts, or after a pause
}

// Span is the registers asked for.
func (a *Answer) Span() Span { return Span{a.Register, a.Count} }

// Identification is what the unit says of itself (function 43/14).
type Identification struct {
	At        time.Time        `json:"at"`
	Objects   []Object         `json:"objects,omitempty"`
	Exception modbus.Exception `json:"exception,omitempty"`
	Failure   string           `json:"failure,omitempty"`
}

// Object is one object of an identification.
type Object struct {
	ID    byte   `json:"id"`
	Value string `json:"value"`
}

// Reason is why a capture ended.
type Reason string

// Why a capture ends.
const (
	Complete    Reason = "complete"
	OutOfBudget Reason = "budget"      // the requests are used up
	Interrupted Reason = "interrupted" // by the person
	Busy        Reason = "busy"        // it stayed busy
	Silent      Reason = "silent"      // no answer, several times
	Refused     Reason = "refused"     // it takes no connection
	Useless     Reason = "useless"     // it answers every request that it cannot
)

// End is the last line of a sitting.
type End struct {
	At          time.Time `json:"at"`
	Reason      Reason    `json:"reason"`
	Requests    int       `json:"requests"`
	Connections int       `json:"connections"`
	Sum         string    `json:"sha256"` // of every byte before this line
}

// Capture is a file of one unit's registers.
type Capture struct {
	Head    Head
	Answers []Answer
	Who     *Identification // nil: not asked
	End     *End            // of the last sitting; nil: it was cut off
	Note    string          // what of the file could not be used; empty: nothing
}

// Complete reports whether the plan was read to its end.
func (c *Capture) Complete() bool { return c.End != nil && c.End.Reason == Complete }

// Virtual reports whether the capture is of a unit that marks itself as virtual:
// it shows nothing about hardware.
func (c *Capture) Virtual() bool {
	w, ok := c.View().Word(mark)
	return ok && w == regmap.Virtual
}

// mark is where a virtual unit marks itself.
const mark regmap.Register = 60001
