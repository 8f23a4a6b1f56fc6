package survey

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Plan is what is to be read. Its zero is every mapped block that a real unit
// may have, once, by function 3.
type Plan struct {
	Ranges   string `json:"ranges,omitempty"` // 32000-32400,45001-45070; empty: the mapped blocks
	Scan     bool   `json:"scan,omitempty"`   // search what is in no mapped block too; without ranges everywhere
	Step     int    `json:"step,omitempty"`   // registers: how finely what is not mapped is searched; 0: 16
	Function byte   `json:"function,omitempty"`
	Identify bool   `json:"identify,omitempty"` // ask for device identification, 43/14
	Twice    bool   `json:"twice,omitempty"`    // read it all again, to see what moves
}

// defaultStep is how finely registers without a row are searched. Ours: a real
// unit has few islands shorter than this.
const defaultStep = 16

func (p *Plan) step() int {
	if p.Step == 0 {
		return defaultStep
	}
	return p.Step
}

// Check returns what is wrong with p.
func (p *Plan) Check() error {
	var bad []error
	if _, err := ParseRanges(p.Ranges); err != nil {
		bad = append(bad, err)
	}
	if p.Step < 0 || p.Step > modbus.MaxRead {
		bad = append(bad, fmt.Errorf("step %d: write 1 to %d registers", p.Step, modbus.MaxRead))
	}
	if p.Function != 0 && p.Function != modbus.FuncReadHolding && p.Function != modbus.FuncReadInput {
		bad = append(bad, fmt.Errorf("function %d: only 3 and 4 read registers", p.Function))
	}
	return errors.Join(bad...)
}

func (p *Plan) function() byte {
	if p.Function == 0 {
		return modbus.FuncReadHolding
	}
	return p.Function
}

// ParseRanges reads 32000-32400,45001. Ranges come sorted and joined. The command
// interface is cut out of them; a range of nothing else is an error. All errors
// come together.
func ParseRanges(s string) ([]Span, error) {
	var spans []Span
	var bad []error
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		lo, hi, err := bounds(part)
		if err != nil {
			bad = append(bad, err)
			continue
		}
		rest := without(lo, hi)
		if len(rest) == 0 {
			bad = append(bad, fmt.Errorf("range %s: %d to %d are never read: a password may stand there", part, command.First, command.Last()))
		}
		spans = append(spans, rest...)
	}
	return join(spans), errors.Join(bad...)
}

func bounds(part string) (lo, hi int, err error) {
	first, last, ok := strings.Cut(part, "-")
	if !ok {
		last = first
	}
	lo, err = strconv.Atoi(strings.TrimSpace(first))
	hi, err2 := strconv.Atoi(strings.TrimSpace(last))
	if err != nil || err2 != nil || lo < 1 || hi > 65535 || lo > hi {
		return 0, 0, fmt.Errorf("range %q: write FIRST-LAST, registers from 1 to 65535, as in 32000-32400", part)
	}
	return lo, hi, nil
}

// area is more registers than a span may count, perhaps.
type area struct{ first, last int }

// without cuts the command interface out of lo to hi.
func without(lo, hi int) []Span {
	var out []Span
	for _, a := range []area{{lo, min(hi, int(command.First)-1)}, {max(lo, int(command.Last())+1), hi}} {
		if a.first <= a.last {
			out = append(out, Span{regmap.Register(a.first), uint16(a.last - a.first + 1)})
		}
	}
	return out
}

// join sorts spans and joins those that overlap or adjoin.
func join(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.First, b.First) })
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && int(s.First) <= int(out[n-1].Last())+1 {
			end := max(int(out[n-1].Last()), int(s.Last()))
			out[n-1].Count = uint16(end - int(out[n-1].First) + 1)
			continue
		}
		out = append(out, s)
	}
	return out
}

// first is the lowest register that only virtual units have.
const firstVirtual regmap.Register = 60000

// areas returns what the plan reads, and what it reads only of a unit that marks
// itself as virtual.
func (p *Plan) areas(m *regmap.Map) (all, virtual []Span) {
	ranges, _ := ParseRanges(p.Ranges)
	if p.Scan && len(ranges) == 0 {
		return without(1, 65535), nil
	}
	if len(ranges) > 0 {
		return ranges, nil
	}
	for _, b := range m.Blocks() {
		s := Span{b.First, uint16(b.Last-b.First) + 1}
		switch {
		case s.touches(command):
		case b.First >= firstVirtual:
			virtual = append(virtual, s)
		default:
			all = append(all, s)
		}
	}
	return all, virtual
}

// chunk is what one request may ask for: whole items, in order and without a gap.
type chunk []Span

func (c chunk) span() Span {
	return Span{c[0].First, uint16(c[len(c)-1].Last()-c[0].First) + 1}
}

// chunks cuts areas into requests. No row of the map is cut: a value must be read
// at one moment. What has no row is cut into steps.
func (p *Plan) chunks(m *regmap.Map, areas []Span) []chunk {
	var out []chunk
	for _, a := range areas {
		var c chunk
		for _, item := range p.items(m, a) {
			if len(c) > 0 && (int(item.Last())-int(c[0].First)+1 > modbus.MaxRead || ends(m, c[len(c)-1].Last())) {
				out = append(out, c)
				c = nil
			}
			c = append(c, item)
		}
		if len(c) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// ends reports whether a mapped block ends at r: what follows is likely absent.
func ends(m *regmap.Map, r regmap.Register) bool {
	return slices.ContainsFunc(m.Blocks(), func(b regmap.Block) bool { return b.Last == r })
}

// items are the rows in an area, and steps where there is none.
func (p *Plan) items(m *regmap.Map, a Span) []Span {
	var out []Span
	at := int(a.First)
	fill := func(to int) {
		for at < to {
			n := min(p.step(), to-at)
			out = append(out, Span{regmap.Register(at), uint16(n)})
			at += n
		}
	}
	for _, r := range m.Rows() {
		first, last := int(r.Register), int(r.Last())
		if last < at || first > int(a.Last()) || r.Kind == regmap.Gap {
			continue
		}
		fill(first)
		end := min(last, int(a.Last()))
		out = append(out, Span{regmap.Register(at), uint16(end - at + 1)})
		at = end + 1
	}
	fill(int(a.Last()) + 1)
	return out
}
