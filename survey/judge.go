package survey

import (
	"fmt"
	"math"
	"strings"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Verdict is what one reading of a unit says of a row of the map.
type Verdict string

// The verdicts.
const (
	Supports    Verdict = "supports"    // a value that hardly anything but such a row would show
	Fits        Verdict = "fits"        // nothing against it: zero, not available, or a small number
	Contradicts Verdict = "contradicts" // the value cannot be what the row says
	Lacks       Verdict = "absent"      // the unit refuses the registers
	Unknown     Verdict = "unread"      // not read, or redacted
)

// Kind is in what way something differs.
type Kind string

// The kinds of findings.
const (
	Gone     Kind = "absent"         // the unit does not have the row
	GapKind  Kind = "gap"            // registers without a row that one has and the other has not
	Order    Kind = "order"          // plausible only with the words in the opposite order
	Type     Kind = "type"           // plausible as another type
	Width    Kind = "width"          // plausible with another number of registers
	Sentinel Kind = "sentinel"       // another way to say not available
	Range    Kind = "range"          // outside what the point can have
	Scale    Kind = "scale"          // plausible only as a multiple
	Unnamed  Kind = "bits"           // bits that the table does not know
	Content  Kind = "value"          // another value where it should be the same
	Gave     Kind = "redacted"       // taken out of one of them
	Who      Kind = "identification" // function 43/14 says something else
	Note     Kind = "note"           // worth knowing, and no difference
)

// Judged is a row of the map with what a reading says of it.
type Judged struct {
	Row     *regmap.Row
	Verdict Verdict
	Kind    Kind   // of what contradicts; else empty
	Why     string // in words
	As      regmap.Kind
	At      uint16 // registers that the other type has; 0: as the row
}

// Judge goes through the rows of a map that a real unit may have; those of a
// virtual unit only where virtual is true.
func Judge(v *View, m *regmap.Map, virtual bool) []Judged {
	j := judge{v: v, m: m}
	j.rating, j.rated = v.rating(m)
	var all []Judged
	rows := m.Rows()
	for i := range rows {
		r := &rows[i]
		if r.Kind == regmap.Gap || r.Register >= firstVirtual && !virtual {
			continue
		}
		all = append(all, j.row(r))
	}
	return all
}

type judge struct {
	v      *View
	m      *regmap.Map
	rating points.Rating
	rated  bool
}

func (j *judge) row(r *regmap.Row) Judged {
	st, x := j.v.State(spanOf(r))
	switch st {
	case Absent:
		return Judged{Row: r, Verdict: Lacks, Kind: Gone, Why: "the unit answers " + says(x) + ": it does not have all of these registers"}
	case Denied:
		return Judged{Row: r, Verdict: Lacks, Kind: Gone, Why: "the unit answers " + says(x)}
	case Hidden:
		return Judged{Row: r, Verdict: Unknown, Why: "redacted"}
	case Unread:
		return Judged{Row: r, Verdict: Unknown, Why: "not read"}
	}
	out := j.content(r, j.v.Bytes(spanOf(r)))
	out.Row = r
	return out
}

func (j *judge) content(r *regmap.Row, b []byte) Judged {
	switch r.Kind {
	case regmap.Chars:
		return text(b)
	case regmap.Bits:
		return bits(r, b)
	case regmap.Quality:
		return Judged{Verdict: Fits, Why: "quality bits"}
	}
	if p := pattern(r, b); p != "" && p != zero {
		return marked(r, b, p)
	} else if p == zero {
		return Judged{Verdict: Fits, Why: "zero fits anything"}
	}
	switch {
	case r.Kind == regmap.DateTime || r.Kind == regmap.XDate:
		return date(r, b)
	case r.Point == 0:
		return constant(r, b)
	}
	return j.number(r, b)
}

// marked judges what looks like "not available".
func marked(r *regmap.Row, b []byte, p string) Judged {
	if isMarker(r, b) {
		return Judged{Verdict: Fits, Why: "not available"}
	}
	if v, ok := reads(r, r.Kind, b); ok && r.Kind == regmap.U16 {
		return Judged{Verdict: Fits, Why: fmt.Sprintf("%g, or %s for not available", v, p)}
	}
	return Judged{Verdict: Contradicts, Kind: Sentinel, Why: fmt.Sprintf("reads %s, as if not available, where the map expects %X for that", p, bytesOf(marker(r)))}
}

func constant(r *regmap.Row, b []byte) Judged {
	w := uint16(b[0])<<8 | uint16(b[1])
	if w == r.Const {
		return Judged{Verdict: Supports, Why: "the constant of the map"}
	}
	return Judged{Verdict: Contradicts, Kind: Range, Why: fmt.Sprintf("reads %d; the map has always %d", w, r.Const)}
}

// text judges characters.
func text(b []byte) Judged {
	s := strings.TrimRight(string(b), "\x00 ")
	printable := func(s string) bool {
		return strings.IndexFunc(s, func(c rune) bool { return c < 0x20 || c == 0x7F || c == 0xFFFD }) < 0
	}
	switch {
	case s == "":
		return Judged{Verdict: Fits, Why: "empty"}
	case all(b, 0xFF):
		return Judged{Verdict: Contradicts, Kind: Sentinel, Why: "reads all ones, where an empty text is expected for not programmed"}
	case printable(s) && len(s) >= 3:
		return Judged{Verdict: Supports, Why: "text"}
	case printable(s):
		return Judged{Verdict: Fits, Why: "short text"}
	case strings.Count(s, "\x00") == 1 && len(s)%2 == 0 && s[len(s)-2] == 0 && printable(s[:len(s)-2]+s[len(s)-1:]):
		return Judged{Verdict: Contradicts, Kind: Order, Why: "text with its two characters a register in the opposite order"}
	}
	return Judged{Verdict: Contradicts, Kind: Type, Why: "is no text", As: regmap.Gap}
}

// bits judges a bit field: which bits are set that the table does not know.
func bits(r *regmap.Row, b []byte) Judged {
	w := uint16(b[0])<<8 | uint16(b[1])
	if w == 0xFFFF {
		return Judged{Verdict: Contradicts, Kind: Sentinel, Why: "reads all ones, where bit 15 alone is expected for not available"}
	}
	var known uint16
	for _, k := range r.Bits {
		known |= 1 << k.N
	}
	switch odd := w &^ known &^ 0x8000; {
	case w&0x8000 != 0:
		return Judged{Verdict: Fits, Why: "bit 15: not available"}
	case odd != 0 && known != 0 && !strings.Contains(r.Source, "cut"):
		return Judged{Verdict: Contradicts, Kind: Unnamed, Why: fmt.Sprintf("bits %s are set, which the table does not know", bitList(odd))}
	}
	return Judged{Verdict: Fits, Why: "bits"}
}

func bitList(w uint16) string {
	var s []string
	for n := range 16 {
		if w>>n&1 == 1 {
			s = append(s, fmt.Sprint(n))
		}
	}
	return strings.Join(s, ", ")
}

func date(r *regmap.Row, b []byte) Judged {
	if r.Decode(b).Available() {
		return Judged{Verdict: Supports, Why: "a date and time"}
	}
	if r.Decode(swapped(b)).Available() {
		return Judged{Verdict: Contradicts, Kind: Order, Why: "a date and time only with its words in the opposite order"}
	}
	other := *r
	if other.Kind = regmap.XDate; other.Decode(b).Available() && r.Kind != regmap.XDate {
		return Judged{Verdict: Contradicts, Kind: Type, As: regmap.XDate, Why: "a date and time as XDATE, not as DATETIME"}
	}
	return Judged{Verdict: Contradicts, Kind: Range, Why: "is no date and time"}
}

// number judges a value that is neither zero nor marked.
func (j *judge) number(r *regmap.Row, b []byte) Judged {
	v, _ := decoded(r, r.Kind, b)
	if plausible(r.Point, v) {
		if why := j.limit(r, v); why != nil {
			return Judged{Verdict: Contradicts, Kind: Range, Why: why.Error()}
		}
		if k, s := j.power(r, v); k != 0 {
			return Judged{Verdict: Contradicts, Kind: Scale, Why: fmt.Sprintf("reads %s, %g times what current and voltage make (%s)", shown(r.Point, v), k, shown(r.Point, s))}
		}
		return valued(r, v)
	}
	if len(b) == 8 {
		// Before the order of words: the two look alike, and it is the rarer chance
		// that the low word of a number is the exponent of a plausible one.
		if d := double(b); plausible(r.Point, d) && math.Abs(d) >= 1 {
			return Judged{Verdict: Contradicts, Kind: Type, Why: "plausible only as a 64-bit float, which the map cannot hold: " + shown(r.Point, d)}
		}
	}
	if len(b) > 2 {
		if w, ok := reads(r, r.Kind, swapped(b)); ok {
			return Judged{Verdict: Contradicts, Kind: Order, Why: fmt.Sprintf("reads %.4g; with its words in the opposite order it would be %s", v, shown(r.Point, w))}
		}
	}
	if other, ok := otherType(r, b); ok {
		return other
	}
	if k, ok := multiple(r.Point, v); ok {
		return Judged{Verdict: Contradicts, Kind: Scale, Why: fmt.Sprintf("reads %s; a unit that scales by %g would mean %s", shown(r.Point, v), k, shown(r.Point, v/k))}
	}
	return Judged{Verdict: Contradicts, Kind: Range, Why: fmt.Sprintf("reads %.4g %s, which cannot be", v, points.Of(r.Point).Unit)}
}

// limit returns why a setting cannot have a value on this unit.
func (j *judge) limit(r *regmap.Row, v float64) error {
	if !j.rated || !points.Of(r.Point).Writable() {
		return nil
	}
	if err := outside(r.Point, j.rating, v); err != nil {
		return fmt.Errorf("no control unit of %g A takes it: %w", j.rating.In, err)
	}
	return nil
}

// valued judges a value that is plausible. One register can hold so many things
// that a plausible value in it shows little.
func valued(r *regmap.Row, v float64) Judged {
	if r.Count == 1 {
		return Judged{Verdict: Fits, Why: shown(r.Point, v)}
	}
	return Judged{Verdict: Supports, Why: shown(r.Point, v)}
}

func shown(id points.ID, v float64) string {
	info := points.Of(id)
	return strings.TrimSpace(info.Format(points.Number(v)) + " " + info.Unit)
}

// others are the types that are tried where the map's is not plausible, by the
// registers of the row.
var others = map[uint16][]regmap.Kind{
	1: {regmap.S16, regmap.U16},
	2: {regmap.F32, regmap.U32, regmap.S32},
	4: {regmap.U64, regmap.S64},
}

// otherType finds a type or a width by which a value is plausible.
func otherType(r *regmap.Row, b []byte) (Judged, bool) {
	for _, k := range others[r.Count] {
		if v, ok := reads(r, k, b); ok && k != r.Kind {
			return Judged{Verdict: Contradicts, Kind: Type, As: k, Why: fmt.Sprintf("plausible only as %v: %s", k, shown(r.Point, v))}, true
		}
	}
	return narrower(r, b)
}

// narrower tries the first half of the registers: a neighbour may begin in the
// second.
func narrower(r *regmap.Row, b []byte) (Judged, bool) {
	half := b[:len(b)/2]
	kinds := map[uint16][]regmap.Kind{2: {regmap.U16, regmap.S16}, 4: {regmap.F32, regmap.U32, regmap.S32}}[r.Count]
	for _, k := range kinds {
		if v, ok := reads(r, k, half); ok {
			return Judged{Verdict: Contradicts, Kind: Width, As: k, At: r.Count / 2,
				Why: fmt.Sprintf("plausible only as %v in %d of its %d registers: %s", k, r.Count/2, r.Count, shown(r.Point, v))}, true
		}
	}
	return Judged{}, false
}

// says tells an exception in words.
func says(x modbus.Exception) string { return fmt.Sprintf("exception %02d (%s)", byte(x), x.String()) }
