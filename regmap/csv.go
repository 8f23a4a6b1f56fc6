package regmap

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"switchroom/points"
)

// Columns are the columns of the register table as a CSV file, in order.
var Columns = []string{"register", "count", "type", "point", "scale", "value", "bits", "of", "write", "title", "source", "certainty"}

// WriteCSV writes the table of m. [Map.Override] reads it back.
func (m *Map) WriteCSV(w io.Writer) error { return WriteRows(w, m.rows) }

// WriteRows writes rows in the same way.
func WriteRows(w io.Writer, rows []Row) error {
	c := csv.NewWriter(w)
	c.Write(Columns) // errors stay with the writer
	for i := range rows {
		c.Write(rows[i].record())
	}
	c.Flush()
	return c.Error()
}

func (r *Row) record() []string {
	point, scale, value, of := "", "", "", ""
	if r.Point != 0 {
		point = r.Point.String()
	}
	if r.Scale != 0 {
		scale = strconv.FormatFloat(r.Scale, 'g', -1, 64)
	}
	if r.Point == 0 && (r.Kind == U16 || r.Kind == S16) {
		value = strconv.Itoa(int(r.Const))
	}
	if r.Of != 0 {
		of = strconv.Itoa(int(r.Of))
	}
	return []string{strconv.Itoa(int(r.Register)), strconv.Itoa(int(r.Count)), r.Kind.String(), point, scale, value, r.BitNames(), of, r.Write, r.Title, r.Source, r.Certainty.String()}
}

// BitNames writes the bits of r as 0=breaker.closed;1=breaker.tripped.
func (r *Row) BitNames() string {
	var s []string
	for _, b := range r.Bits {
		s = append(s, fmt.Sprintf("%d=%v", b.N, b.Point))
	}
	return strings.Join(s, ";")
}

// Override returns m with the rows of a CSV file in place of those that they
// touch. The file has a header line with some of [Columns] in any order;
// register, type and certainty must be there. A row with an empty point and
// bits takes what stood there away. All errors come together, each with its
// line and what to do.
func (m *Map) Override(r io.Reader) (*Map, error) {
	rows, err := readCSV(r)
	if err != nil {
		return nil, err
	}
	out := &Map{blocks: slices.Clone(m.blocks)}
	for _, old := range m.rows {
		if !slices.ContainsFunc(rows, func(n Row) bool { return n.Register <= old.Last() && old.Register <= n.Last() }) {
			out.rows = append(out.rows, old)
		}
	}
	out.rows = append(out.rows, rows...)
	slices.SortFunc(out.rows, func(a, b Row) int { return cmp.Compare(a.Register, b.Register) })
	out.blocks = cover(out.blocks, rows)
	return out, out.Check()
}

// cover adds a block for each row that no block holds.
func cover(blocks []Block, rows []Row) []Block {
	for _, r := range rows {
		if !slices.ContainsFunc(blocks, func(b Block) bool { return b.First <= r.Register && r.Last() <= b.Last }) {
			blocks = append(blocks, Block{"added", r.Register, r.Last()})
		}
	}
	slices.SortFunc(blocks, func(a, b Block) int { return cmp.Compare(a.First, b.First) })
	return merge(blocks)
}

func merge(blocks []Block) []Block {
	out := blocks[:0]
	for _, b := range blocks {
		if n := len(out); n > 0 && b.First <= out[n-1].Last {
			out[n-1].Last = max(out[n-1].Last, b.Last)
			continue
		}
		out = append(out, b)
	}
	return out
}

// Check returns every way in which the rows of m contradict each other.
func (m *Map) Check() error {
	var bad []error
	for i := range m.rows {
		r := &m.rows[i]
		if i > 0 && m.rows[i-1].Last() >= r.Register {
			bad = append(bad, fmt.Errorf("register %d: overlaps the row at %d; give each register one row", r.Register, m.rows[i-1].Register))
		}
		if r.Kind == Quality && (m.row(r.Of) == nil || m.row(r.Of).Kind != Bits) {
			bad = append(bad, fmt.Errorf("register %d: is the quality of %d, where no BITS row stands", r.Register, r.Of))
		}
		if r.Register <= CommandEnd && r.Last() >= CommandFirst {
			bad = append(bad, fmt.Errorf("register %d: 8000 to 8149 are the command interface", r.Register))
		}
	}
	return errors.Join(bad...)
}

func readCSV(r io.Reader) ([]Row, error) {
	c := csv.NewReader(r)
	c.TrimLeadingSpace = true
	c.FieldsPerRecord = -1
	c.Comment = '#'
	head, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("no header line; write %s: %w", strings.Join(Columns, ","), err)
	}
	col, err := header(head)
	if err != nil {
		return nil, err
	}
	var rows []Row
	var bad []error
	for {
		rec, err := c.Read()
		if errors.Is(err, io.EOF) {
			return rows, errors.Join(bad...)
		}
		if err != nil {
			return nil, err // the CSV itself is broken; it names the line
		}
		line, _ := c.FieldPos(0)
		row, err := parseRow(func(name string) string { return field(rec, col, name) })
		if err != nil {
			bad = append(bad, fmt.Errorf("line %d: %w", line, err))
		}
		rows = append(rows, row)
	}
}

func header(head []string) (map[string]int, error) {
	col := map[string]int{}
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))
		if !slices.Contains(Columns, h) {
			return nil, fmt.Errorf("line 1: column %q is none of %s; separate columns with commas", h, strings.Join(Columns, ", "))
		}
		col[h] = i
	}
	for _, must := range []string{"register", "type", "certainty"} {
		if _, ok := col[must]; !ok {
			return nil, fmt.Errorf("line 1: column %s is missing", must)
		}
	}
	return col, nil
}

func field(rec []string, col map[string]int, name string) string {
	i, ok := col[name]
	if !ok || i >= len(rec) {
		return ""
	}
	return strings.TrimSpace(rec[i])
}

func parseRow(get func(string) string) (r Row, err error) {
	r.Write, r.Title, r.Source = get("write"), get("title"), get("source")
	reg, err := number(get("register"), "register", 1, 65535)
	if err != nil {
		return r, err
	}
	r.Register = Register(reg)
	if r.Kind, err = ParseKind(get("type")); err != nil {
		return r, err
	}
	if r.Certainty, err = points.ParseCertainty(get("certainty")); err != nil {
		return r, err
	}
	if r.Count, err = parseCount(get("count"), r.Kind); err != nil {
		return r, err
	}
	if int(r.Register)+int(r.Count)-1 > 65535 {
		return r, fmt.Errorf("register %d: %d registers reach past 65535", r.Register, r.Count)
	}
	if s := get("point"); s != "" {
		if r.Point, err = points.Lookup(s); err != nil {
			return r, err
		}
	}
	return r, parseRest(&r, get)
}

func parseCount(s string, k Kind) (uint16, error) {
	want := size[k]
	if s == "" && want != 0 {
		return want, nil
	}
	n, err := number(s, "count", 1, 125)
	if err == nil && want != 0 && n != int(want) {
		err = fmt.Errorf("count %d: %v takes %d", n, k, want)
	}
	return uint16(n), err
}

func parseRest(r *Row, get func(string) string) (err error) {
	if s := get("scale"); s != "" {
		r.Scale, err = strconv.ParseFloat(s, 64)
		if err != nil || r.Scale == 0 || math.IsInf(r.Scale, 0) || math.IsNaN(r.Scale) {
			return fmt.Errorf("scale %q: write a number other than 0, with a decimal point", s)
		}
	}
	if s := get("value"); s != "" {
		n, err := number(s, "value", 0, 65535)
		if err != nil {
			return err
		}
		r.Const = uint16(n)
	}
	if s := get("of"); s != "" {
		n, err := number(s, "of", 1, 65535)
		if err != nil {
			return err
		}
		r.Of = Register(n)
	}
	if r.Bits, err = parseBits(get("bits")); err != nil {
		return err
	}
	return r.shown(get("value") != "")
}

// shown turns a row that shows no number into a gap, which reads "not available".
// A constant is one register: nothing says how a wider one is laid out.
func (r *Row) shown(constant bool) error {
	switch {
	case constant && (size[r.Kind] != 1 || r.Kind == Bits || r.Kind == Quality):
		return fmt.Errorf("value: a constant is of a type of one register, INT16U or INT16; %v is not", r.Kind)
	case constant && r.Point != 0:
		return fmt.Errorf("value: the row shows %v; leave one of the two empty", r.Point)
	case r.Point == 0 && !constant && r.Kind < Bits:
		r.Kind = Gap
	}
	return nil
}

func parseBits(s string) ([]Bit, error) {
	if s == "" {
		return nil, nil
	}
	var bits []Bit
	for _, part := range strings.Split(s, ";") {
		n, name, ok := strings.Cut(part, "=")
		bit, err := number(strings.TrimSpace(n), "bit", 0, 15)
		if !ok || err != nil {
			return nil, fmt.Errorf("bits %q: write 0=breaker.closed;1=breaker.tripped", s)
		}
		id, err := points.Lookup(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		bits = append(bits, Bit{uint8(bit), id})
	}
	return bits, nil
}

func number(s, what string, lo, hi int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < lo || n > hi {
		return 0, fmt.Errorf("%s %q: write a whole number from %d to %d", what, s, lo, hi)
	}
	return n, nil
}
