package survey

import (
	"encoding/binary"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// View is a capture by register.
type View struct {
	words   map[regmap.Register]uint16
	moves   map[regmap.Register]bool // it differed between the passes
	refused []refusal                // asked for, and not in parts any more
	partly  []Span                   // refused with exception 02, and asked for in parts then
	hidden  []Span                   // redacted
}

type refusal struct {
	Span
	why modbus.Exception
}

// State is what is known of registers.
type State byte

// The states of registers.
const (
	Unread  State = iota // not asked for, or no answer
	Present              // all of them were read
	Absent               // refused with exception 02
	Denied               // refused with another exception
	Hidden               // redacted
)

// View sorts the answers by register; later ones hold.
func (c *Capture) View() *View {
	v := &View{words: map[regmap.Register]uint16{}, moves: map[regmap.Register]bool{}}
	for i := range c.Answers {
		a := &c.Answers[i]
		switch {
		case a.Words != nil:
			v.take(a)
		case a.Exception == modbus.IllegalDataAddress && a.Again:
			v.partly = append(v.partly, a.Span())
		case a.Exception != 0 && !a.Again && !nobody(a.Exception):
			v.refused = append(v.refused, refusal{a.Span(), a.Exception})
		}
	}
	for _, r := range c.Head.Redacted {
		v.hidden = append(v.hidden, r.Span())
	}
	return v
}

// nobody reports whether an exception is about who answers, and not about registers.
func nobody(e modbus.Exception) bool {
	return e == modbus.IllegalFunction || e == modbus.GatewayPath || e == modbus.GatewayTargetFailed
}

func (v *View) take(a *Answer) {
	for i, w := range a.Words {
		r := a.Register + regmap.Register(i)
		if old, ok := v.words[r]; ok && a.Pass == 2 && old != w {
			v.moves[r] = true
		}
		v.words[r] = w
	}
}

// Word returns what stood in a register.
func (v *View) Word(r regmap.Register) (uint16, bool) {
	w, ok := v.words[r]
	return w, ok
}

// Moves reports whether a register of s differed between two readings.
func (v *View) Moves(s Span) bool {
	for i := range s.Count {
		if v.moves[s.First+regmap.Register(i)] {
			return true
		}
	}
	return false
}

// State returns what is known of all registers of s, and the exception that they
// were refused with.
func (v *View) State(s Span) (State, modbus.Exception) {
	for _, h := range v.hidden {
		if h.touches(s) {
			return Hidden, 0
		}
	}
	all := true
	for i := range s.Count {
		_, ok := v.words[s.First+regmap.Register(i)]
		all = all && ok
	}
	if all {
		return Present, 0
	}
	for _, r := range v.refused {
		if r.touches(s) && v.lacks(r.Span, s) {
			if r.why == modbus.IllegalDataAddress {
				return Absent, r.why
			}
			return Denied, r.why
		}
	}
	for _, p := range v.partly {
		if p.touches(s) && v.lacks(p, s) && !v.lacksOutside(p, s) {
			return Absent, modbus.IllegalDataAddress // nothing else of p can be why p was refused
		}
	}
	return Unread, 0
}

// lacksOutside reports whether a register of a that is not in b was not read.
func (v *View) lacksOutside(a, b Span) bool {
	for i := range a.Count {
		r := a.First + regmap.Register(i)
		if _, ok := v.words[r]; !ok && (r < b.First || r > b.Last()) {
			return true
		}
	}
	return false
}

// lacks reports whether a register of both spans was not read.
func (v *View) lacks(a, b Span) bool {
	for r := max(a.First, b.First); r <= min(a.Last(), b.Last()); r++ {
		if _, ok := v.words[r]; !ok {
			return true
		}
		if r == 65535 {
			break
		}
	}
	return false
}

// Bytes returns the registers of s as they came over the wire; s is present.
func (v *View) Bytes(s Span) []byte {
	b := make([]byte, 0, 2*int(s.Count))
	for i := range s.Count {
		b = binary.BigEndian.AppendUint16(b, v.words[s.First+regmap.Register(i)])
	}
	return b
}

// Runs returns the registers that were read, joined.
func (v *View) Runs() []Span {
	var s []Span
	for r := range v.words {
		s = append(s, Span{r, 1})
	}
	return join(s)
}
