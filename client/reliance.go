package client

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"switchroom/points"
	"switchroom/regmap"
)

// Reliance is one thing that a client relied on and that is not confirmed.
type Reliance struct {
	What      string           `json:"what"` // "register 32028 (current.l1)", "command 906 (breaker.reset)", or a behaviour in words
	Certainty points.Certainty `json:"certainty"`
	Kind      Kind             `json:"kind"`
	Source    string           `json:"source"` // abbreviations are those of package points
}

// Kind is what sort of thing was relied on.
type Kind string

// The kinds of reliance.
const (
	RegisterKind  Kind = "register"
	CommandKind   Kind = "command"
	BehaviourKind Kind = "behaviour"
)

// Relied returns everything that was relied on and is not confirmed, by kind and
// name: the list to check on site.
func (c *Client) Relied() []Reliance {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Reliance
	for _, r := range c.relied {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Reliance) int {
		return cmp.Or(-strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.What, b.What))
	})
	return all
}

// rely notes that something was relied on, unless it is confirmed.
func (c *Client) rely(r Reliance) {
	if r.Certainty == points.Confirmed {
		return
	}
	c.mu.Lock()
	c.relied[r.What] = r
	c.mu.Unlock()
}

func (c *Client) relyOnRow(r *regmap.Row, what string) {
	c.rely(Reliance{fmt.Sprintf("register %d (%s)", r.Register, what), r.Certainty, RegisterKind, r.Source})
}

func (c *Client) relyOnCommand(cmd *regmap.Command) {
	c.rely(Reliance{fmt.Sprintf("command %d (%v)", cmd.Code, cmd.Point), max(cmd.Certainty, cmd.Layout), CommandKind, cmd.Source})
	c.relyOn(pointers)
	if cmd.Layout != points.Confirmed {
		c.relyOn(lengthRule)
	}
}

// relyOnStatus notes what an answer was taken to mean.
func (c *Client) relyOnStatus(s regmap.Status) {
	r := regmap.StatusOf(s)
	c.rely(Reliance{fmt.Sprintf("answer 0x%02X of a command means: %s", uint8(s), r.Meaning), r.Certainty, BehaviourKind, r.Source})
}

// behaviour is something that a unit does, as against what its registers hold.
type behaviour int

const (
	dateTime behaviour = iota
	floatMarker
	inProgress
	lengthRule
	longMarker
	numberMarker
	pointers
	unit255
	wordOrder
)

// behaviours is what the client takes a unit to do, and how well that is known.
var behaviours = [...]Reliance{
	dateTime:     {"a date and time is laid out as DATETIME (TI081)", points.Sibling, BehaviourKind, "PACT; layout of a sibling"},
	floatMarker:  {"a FLOAT32 that is NaN is not available", points.Ours, BehaviourKind, "OURS, recalled"},
	inProgress:   {"register 8021 reads 3 while a command is carried out", points.Sibling, BehaviourKind, "NSX; MB-ES"},
	lengthRule:   {"the length of a command is ten bytes and its parameters", points.Inferred, BehaviourKind, "fits every documented length"},
	longMarker:   {"a number of 64 bits that is all ones, or its least, is not available", points.Reported, BehaviourKind, "EVCC (all ones); OURS (the least)"},
	numberMarker: {"INT16U 65535, INT16 -32768, and the same of 32 bits, are not available", points.Ours, BehaviourKind, "OURS, recalled"},
	pointers:     {"registers 8016 to 8019 of a command hold 0, 8019, 8020, 8021", points.Reported, BehaviourKind, "MB-ES"},
	unit255:      {"unit id 255 is the interface and the breaker behind it", points.Reported, BehaviourKind, "EVCC"},
	wordOrder:    {"a value of several registers has its most significant word first", points.Sibling, BehaviourKind, "NSX; EVCC"},
}

func (c *Client) relyOn(b behaviour) { c.rely(behaviours[b]) }

// relyOnLayout notes what reading the value v of a row took for granted.
func (c *Client) relyOnLayout(r *regmap.Row, v points.Value) {
	switch {
	case r.Kind == regmap.DateTime:
		c.relyOn(dateTime)
	case r.Kind == regmap.Chars:
		return
	case r.Count > 1:
		c.relyOn(wordOrder)
	}
	if r.Kind == regmap.Bits && strings.Contains(r.Source, "cut") {
		c.rely(Reliance{fmt.Sprintf("register %d: the bits that are not known are reserved, since its table is cut", r.Register), points.Inferred, BehaviourKind, r.Source})
	}
	if !v.Available() {
		c.relyOnMarker(r)
	}
}

// relyOnMarker notes which marker was taken for "not available".
func (c *Client) relyOnMarker(r *regmap.Row) {
	switch r.Kind {
	case regmap.F32:
		c.relyOn(floatMarker)
	case regmap.U64, regmap.S64:
		c.relyOn(longMarker)
	case regmap.U16, regmap.S16, regmap.U32, regmap.S32:
		c.relyOn(numberMarker)
	}
}
