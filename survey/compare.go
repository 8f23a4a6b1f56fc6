package survey

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"switchroom/points"
	"switchroom/regmap"
)

// Finding is one thing in which two sides differ, or a note.
type Finding struct {
	Kind     Kind            `json:"kind"`
	Register regmap.Register `json:"register,omitempty"` // 0: of no register
	Count    uint16          `json:"count,omitempty"`
	Point    string          `json:"point,omitempty"`
	What     string          `json:"what"`
}

// Side is what is compared: a capture, a fresh virtual unit, or the map alone.
type Side struct {
	Name    string
	Capture *Capture // nil: the map
	Made    bool     // a virtual unit made for this: its values mean nothing
}

// Report is what a comparison finds.
type Report struct {
	Rows     []Judged  // what the first side, which was read, says of each row of the map
	Findings []Finding // differences, by register
	Notes    []Finding // what is worth knowing and no difference
}

// Same reports whether nothing differs.
func (r *Report) Same() bool { return len(r.Findings) == 0 }

// Count returns how many rows got a verdict.
func (r *Report) Count(v Verdict) int {
	n := 0
	for i := range r.Rows {
		if r.Rows[i].Verdict == v {
			n++
		}
	}
	return n
}

// Compare compares a with b by the rows of m. Of a and b one at least was read;
// it is judged against the map. Values are compared where they should be the same:
// settings, ratings and texts of two captures, and never what is measured.
func Compare(a, b Side, m *regmap.Map) *Report {
	if a.Capture == nil || a.Made {
		a, b = b, a
	}
	c := comparison{a: a, b: b, m: m, va: a.Capture.View(), out: &Report{}}
	c.out.Rows = Judge(c.va, m, a.Capture.Virtual())
	c.incomplete(a)
	if b.Capture == nil || b.Made {
		c.verdicts()
	}
	if b.Capture != nil {
		c.incomplete(b)
		c.vb = b.Capture.View()
		c.rows()
		c.against()
		c.gaps()
		c.who()
	} else {
		c.unmapped()
	}
	c.summary()
	return c.out
}

type comparison struct {
	a, b   Side
	m      *regmap.Map
	va, vb *View
	out    *Report

	onlyA, onlyB []string // rows that are available on one side only
}

func (c *comparison) find(k Kind, s Span, p points.ID, format string, args ...any) {
	f := Finding{Kind: k, Register: s.First, Count: s.Count, What: fmt.Sprintf(format, args...)}
	if p != 0 {
		f.Point = p.String()
	}
	if k == Note {
		c.out.Notes = append(c.out.Notes, f)
		return
	}
	c.out.Findings = append(c.out.Findings, f)
}

func (c *comparison) incomplete(s Side) {
	if s.Made || s.Capture.Complete() {
		return
	}
	why := "was cut off"
	if s.Capture.End != nil {
		why = "ended early (" + string(s.Capture.End.Reason) + ")"
	}
	c.find(Note, Span{}, 0, "%s %s: what was not read is not compared", s.Name, why)
}

// verdicts turns what contradicts the map into findings.
func (c *comparison) verdicts() {
	for _, j := range c.out.Rows {
		if j.Verdict == Contradicts || j.Verdict == Lacks {
			c.find(j.Kind, spanOf(j.Row), j.Row.Point, "%s", j.Why)
		}
	}
}

// against finds the rows that contradict the map in one of two captures and not, or
// otherwise, in the other: what is measured is not compared, but how it is told is.
func (c *comparison) against() {
	if c.b.Made {
		return
	}
	theirs := Judge(c.vb, c.m, c.a.Capture.Virtual())
	for i, ours := range c.out.Rows {
		b := theirs[i]
		if ours.Verdict == Unknown || b.Verdict == Unknown || ours.Verdict == Lacks || b.Verdict == Lacks || ours.Kind == b.Kind {
			continue
		}
		side, j := c.a.Name, ours
		if ours.Kind == "" {
			side, j = c.b.Name, b
		}
		c.find(j.Kind, spanOf(j.Row), j.Row.Point, "%s %s", side, j.Why)
	}
}

// rows compares row by row.
func (c *comparison) rows() {
	rows := c.m.Rows()
	for i := range rows {
		r := &rows[i]
		if r.Kind == regmap.Gap || r.Register >= firstVirtual && !c.bothVirtual() {
			continue
		}
		s := spanOf(r)
		sa, xa := c.va.State(s)
		sb, xb := c.vb.State(s)
		switch {
		case sa == Unread || sb == Unread:
		case sa == Hidden && sb == Hidden:
		case sa == Hidden || sb == Hidden:
			c.find(Gave, s, r.Point, "taken out of %s", map[bool]string{true: c.a.Name, false: c.b.Name}[sa == Hidden])
		case sa == Present && sb == Present:
			c.present(r)
		case sa == Present:
			c.find(Gone, s, r.Point, "%s has it; %s answers %s", c.a.Name, c.b.Name, says(xb))
		case sb == Present && !c.b.Made: // against a virtual unit the verdict says so
			c.find(Gone, s, r.Point, "%s answers %s; %s has it", c.a.Name, says(xa), c.b.Name)
		}
	}
}

// bothVirtual reports whether what only virtual units have is compared too. A
// fresh one shows little of it yet.
func (c *comparison) bothVirtual() bool {
	return c.b.Capture != nil && !c.b.Made && c.a.Capture.Virtual() && c.b.Capture.Virtual()
}

// present compares a row that both have.
func (c *comparison) present(r *regmap.Row) {
	s := spanOf(r)
	a, b := c.va.Bytes(s), c.vb.Bytes(s)
	pa, pb := pattern(r, a), pattern(r, b)
	switch {
	case pa == pb, pa == "" && pb == zero, pb == "" && pa == zero:
	case pa == "":
		c.onlyA = append(c.onlyA, c.named(r))
	case pb == "" || c.b.Made && pb == zero && isMarker(r, a): // a virtual unit that measures nothing shows zero
		c.onlyB = append(c.onlyB, c.named(r))
	case c.b.Made && c.contradicts(r): // told by the verdict
	default:
		c.find(Sentinel, s, r.Point, "%s reads %s, %s reads %s: not available is told otherwise, or by one of them only", c.a.Name, pa, c.b.Name, pb)
		return
	}
	if !c.b.Made && standing(r) && !bytes.Equal(a, b) && !c.va.Moves(s) && !c.vb.Moves(s) {
		c.find(Content, s, r.Point, "%s: %s; %s: %s", c.a.Name, c.show(r, a), c.b.Name, c.show(r, b))
	}
}

func (c *comparison) named(r *regmap.Row) string {
	if r.Point != 0 {
		return r.Point.String()
	}
	return strconv.Itoa(int(r.Register))
}

// available notes which rows have a value on one side only: that may be the
// moment, or the fittings.
func (c *comparison) available() {
	for i, names := range [][]string{c.onlyA, c.onlyB} {
		if len(names) == 0 {
			continue
		}
		some := slices.Compact(slices.Sorted(slices.Values(names)))
		more := ""
		if n := len(some) - someMost; n > 0 {
			some, more = some[:someMost], fmt.Sprintf(" and %d more", n)
		}
		c.find(Note, Span{}, 0, "available on %s only: %s%s", []string{c.a.Name, c.b.Name}[i], strings.Join(some, ", "), more)
	}
}

// someMost is how many names a note lists.
const someMost = 12

func (c *comparison) contradicts(r *regmap.Row) bool {
	return slices.ContainsFunc(c.out.Rows, func(j Judged) bool { return j.Row == r && j.Verdict == Contradicts })
}

func (c *comparison) show(r *regmap.Row, b []byte) string {
	if r.Point == 0 {
		return fmt.Sprintf("%X", b)
	}
	return display(r.Point, r.Decode(b))
}

func display(id points.ID, v points.Value) string {
	info := points.Of(id)
	return strings.TrimSpace(fmt.Sprintf("%q %s", info.Format(v), info.Unit))
}

// standing reports whether a row should read the same whenever it is read:
// settings, ratings, texts, constants.
func standing(r *regmap.Row) bool {
	if r.Point == 0 {
		return r.Kind == regmap.U16 || r.Kind == regmap.S16
	}
	info := points.Of(r.Point)
	switch {
	case info.Type == points.Instant || info.Type == points.Bool:
		return false
	case info.Type == points.Text:
		return r.Point != points.BreakerLastTrip && r.Point != points.BreakerNotReady
	}
	return info.Writable() || strings.HasPrefix(info.Name, "rating.") || strings.HasPrefix(info.Name, "protection.") && info.Type != points.Integer
}

// gaps compares which registers without a row there are, and what was taken out
// of them.
func (c *comparison) gaps() {
	var only [2][]Span
	var gone []Span
	for _, r := range c.strays() {
		s := Span{r, 1}
		sa, _ := c.va.State(s)
		sb, _ := c.vb.State(s)
		switch {
		case sa == Hidden != (sb == Hidden):
			gone = append(gone, s)
		case sa == Present && sb == Absent:
			only[0] = append(only[0], s)
		case sa == Absent && sb == Present:
			only[1] = append(only[1], s)
		}
	}
	names := []string{c.a.Name, c.b.Name}
	for i, spans := range only {
		for _, s := range join(spans) {
			c.find(GapKind, s, 0, "registers without a row that %s has and %s has not", names[i], names[1-i])
		}
	}
	for _, s := range join(gone) {
		c.find(Gave, s, 0, "registers without a row, taken out of one of them")
	}
}

// strays are the registers without a row that one of the two has.
func (c *comparison) strays() []regmap.Register {
	seen := map[regmap.Register]bool{}
	for _, v := range []*View{c.va, c.vb} {
		for r := range v.words {
			seen[r] = true
		}
	}
	for i := range c.m.Rows() {
		r := &c.m.Rows()[i]
		for k := range r.Count {
			if r.Kind != regmap.Gap {
				delete(seen, r.Register+regmap.Register(k))
			}
		}
	}
	var all []regmap.Register
	for r := range seen {
		if r < firstVirtual || c.bothVirtual() {
			all = append(all, r)
		}
	}
	slices.Sort(all)
	return all
}

// unmapped notes what was read and is in no row. All ones are how a gap reads.
func (c *comparison) unmapped() {
	c.vb = c.va
	spans := []Span{}
	moving := 0
	for _, r := range c.strays() {
		if w, _ := c.va.Word(r); w == 0xFFFF {
			continue
		}
		spans = append(spans, Span{r, 1})
		if c.va.Moves(Span{r, 1}) {
			moving++
		}
	}
	if n := len(spans); n > 0 {
		c.find(Note, Span{}, 0, "%d registers hold something and are in no row of the map: %s", n, list(join(spans)))
	}
	if moving > 0 {
		c.find(Note, Span{}, 0, "%d of them moved between the two readings", moving)
	}
}

func list(spans []Span) string {
	var s []string
	for _, x := range spans {
		s = append(s, x.String())
	}
	return strings.Join(s, ", ")
}

// who compares what both say of themselves. Names and the mark of a virtual unit
// are not of the product.
func (c *comparison) who() {
	a, b := c.a.Capture.Who, c.b.Capture.Who
	if a == nil || b == nil || a.Failure != "" || b.Failure != "" {
		return
	}
	if a.Exception != b.Exception {
		c.find(Who, Span{}, 0, "%s %s, %s %s", c.a.Name, answers(a), c.b.Name, answers(b))
		return
	}
	for _, id := range plainObjects {
		if va, vb := a.object(id), b.object(id); va != vb {
			c.find(Who, Span{}, 0, "object %d: %s says %q, %s says %q", id, c.a.Name, va, c.b.Name, vb)
		}
	}
}

func answers(w *Identification) string {
	if w.Exception != 0 {
		return "answers " + says(w.Exception) + " to function 43/14"
	}
	return "identifies itself"
}

func (w *Identification) object(id byte) string {
	for _, o := range w.Objects {
		if o.ID == id {
			return o.Value
		}
	}
	return ""
}

// summary sorts the findings, and says once what many rows have in common.
func (c *comparison) summary() {
	slices.SortStableFunc(c.out.Findings, func(a, b Finding) int { return cmp.Compare(a.Register, b.Register) })
	c.available()
	turned := 0
	for _, j := range c.out.Rows {
		if j.Kind == Order {
			turned++
		}
	}
	if turned > 1 {
		c.find(Note, Span{}, 0, "%d values are plausible only with their words in the opposite order: %s seems to send the least significant word first, or something on the way swaps the words", turned, c.a.Name)
	}
	if c.a.Capture.Virtual() {
		c.find(Note, Span{}, 0, "%s was read from a virtual unit: it shows nothing about hardware", c.a.Name)
	}
}
