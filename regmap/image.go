package regmap

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"time"

	"switchroom/points"
)

// Image is what a unit shows in its registers at one moment: the bytes of
// every mapped block. Reading it is a copy.
type Image struct {
	m      *Map
	blocks []imageBlock
}

type imageBlock struct {
	first, last uint16 // protocol addresses
	data        []byte
}

// Source is where an image takes its values from.
type Source struct {
	Values points.Values
	Text   func(points.ID) string // of points of type text; "" is not programmed
}

// NewImage returns an image with every register "not available".
func (m *Map) NewImage() *Image {
	im := &Image{m: m}
	for _, b := range m.blocks {
		ib := imageBlock{first: b.First.Address(), last: b.Last.Address()}
		ib.data = make([]byte, 2*(int(b.Last)-int(b.First)+1))
		for i := range ib.data {
			ib.data[i] = 0xFF
		}
		im.blocks = append(im.blocks, ib)
	}
	return im
}

// Append appends count registers from protocol address addr to out. It
// reports false if one of them is outside every mapped block. Two adjoining
// blocks read as one.
func (im *Image) Append(out []byte, addr, count uint16) ([]byte, bool) {
	start := len(out)
	for i := range im.blocks {
		b := &im.blocks[i]
		if addr < b.first || addr > b.last {
			continue
		}
		n := min(count, b.last-addr+1)
		off := 2 * int(addr-b.first)
		out = append(out, b.data[off:off+2*int(n)]...)
		addr, count = addr+n, count-n
		if count == 0 {
			return out, true
		}
	}
	return out[:start], false
}

// Fill writes every row of the map from s. What is not available gets the
// marker of its type. Rows and blocks are sorted, so that one walk does both.
func (im *Image) Fill(s Source) {
	blocks := im.blocks
	for i := range im.m.rows {
		r := &im.m.rows[i]
		a := r.Register.Address()
		for len(blocks) > 0 && a > blocks[0].last {
			blocks = blocks[1:]
		}
		if len(blocks) == 0 {
			return
		}
		if b := &blocks[0]; a >= b.first {
			off := 2 * int(a-b.first)
			encode(b.data[off:off+2*int(r.Count)], im.m, r, s)
		}
	}
}

// encode writes row r into d, which has exactly its registers.
func encode(d []byte, m *Map, r *Row, s Source) {
	switch r.Kind {
	case Gap:
		return
	case Chars:
		putChars(d, s.text(r.Point))
	case Bits:
		binary.BigEndian.PutUint16(d, bitsOf(r, s.Values))
	case Quality:
		binary.BigEndian.PutUint16(d, qualityOf(m, r.Of, s.Values))
	default:
		if r.Point == 0 {
			binary.BigEndian.PutUint16(d, r.Const)
			return
		}
		PutValue(d, r, s.Values[r.Point], s.Values[points.DeviceClockSynchronised] == 1)
	}
}

func (s Source) text(id points.ID) string {
	if s.Text == nil || id == 0 {
		return ""
	}
	return s.Text(id)
}

// putChars writes text padded with NUL, always leaving one: the strings of the
// device end with NUL (MB, IFM serial table). What is not programmed reads 0.
func putChars(d []byte, text string) {
	n := copy(d[:len(d)-1], text)
	clear(d[n:])
}

// bitsOf builds a bit field. Where no bit is known bit 15 says "ignore this
// word" (PACT, data availability).
func bitsOf(r *Row, v points.Values) uint16 {
	if len(r.Bits) == 0 {
		return 0x8000
	}
	var w uint16
	for _, b := range r.Bits {
		if v[b.Point] == 1 {
			w |= 1 << b.N
		}
	}
	return w
}

// qualityOf builds the quality word of the bit field at register of.
func qualityOf(m *Map, of Register, v points.Values) uint16 {
	var w uint16
	if r := m.row(of); r != nil {
		for _, b := range r.Bits {
			if !math.IsNaN(v[b.Point]) {
				w |= 1 << b.N
			}
		}
	}
	return w
}

// row returns the row that starts at register r.
func (m *Map) row(r Register) *Row {
	i, ok := slices.BinarySearchFunc(m.rows, r, func(a Row, r Register) int { return cmp.Compare(a.Register, r) })
	if !ok {
		return nil
	}
	return &m.rows[i]
}

// PutValue writes v as row r lays it out into d: scaled, rounded, limited to
// the type's range, or as the type's "not available" marker if v is NaN. synced
// is the validity of a date and time.
func PutValue(d []byte, r *Row, v float64, synced bool) {
	if r.Scale != 0 {
		v *= r.Scale
	}
	switch r.Kind {
	case F32:
		putFloat(d, v)
	case DateTime:
		putDateTime(d, v, synced)
	case XDate:
		PutXDate(d, points.Number(v).Time())
	default:
		putInteger(d, r.Kind, v)
	}
}

// Put writes a value as row r lays it out into d, which has exactly its registers;
// one that is not available as the type's marker. Bit fields are not a value of
// their own and are left as they are.
func (r *Row) Put(d []byte, v points.Value) {
	switch r.Kind {
	case Bits, Quality, Gap:
	case Chars:
		putChars(d, v.Text())
	default:
		PutValue(d, r, v.Float(), true)
	}
}

func putFloat(d []byte, v float64) {
	bits := uint32(0xFFC00000) // the not-available marker (facts: recalled)
	if !math.IsNaN(v) {
		bits = math.Float32bits(float32(v))
	}
	binary.BigEndian.PutUint32(d, bits)
}

// integers has the range of each integer kind and its "not available" marker
// (recalled from older guides: ours). A value beyond the range is limited to
// it and never wraps, and never collides with the marker.
var integers = [...]struct {
	lo, hi float64
	none   uint64
}{
	U16: {0, math.MaxUint16 - 1, math.MaxUint16},
	S16: {math.MinInt16 + 1, math.MaxInt16, 1 << 15},
	U32: {0, math.MaxUint32 - 1, math.MaxUint32},
	S32: {math.MinInt32 + 1, math.MaxInt32, 1 << 31},
	U64: {0, 1 << 62, math.MaxUint64},
	S64: {-(1 << 62), 1 << 62, 1 << 63},
}

// None returns the raw values that mean "not available" in an integer of kind k,
// in decimal: the marker of the type, and for INT64 all ones too (evcc,
// energies). Other kinds have none; FLOAT32 has its NaN.
func (k Kind) None() []string {
	switch k {
	case U16, U32, U64:
		return []string{strconv.FormatUint(integers[k].none, 10)}
	case S16, S32:
		return []string{strconv.FormatInt(-int64(integers[k].none), 10)}
	case S64:
		return []string{strconv.FormatInt(math.MinInt64, 10), "-1"}
	}
	return nil
}

func putInteger(d []byte, k Kind, v float64) {
	lim := integers[k]
	bits := lim.none
	if !math.IsNaN(v) {
		bits = uint64(int64(math.Round(min(max(v, lim.lo), lim.hi))))
	}
	for i := len(d) - 1; i >= 0; i-- {
		d[i] = byte(bits)
		bits >>= 8
	}
}

// putDateTime writes seconds since 2000-01-01 in the DATETIME layout (TI081):
// year, month and day without weekday, hour and minute with the validity bit,
// milliseconds in the minute.
func putDateTime(d []byte, v float64, synced bool) {
	if math.IsNaN(v) {
		for i := range d {
			d[i] = 0xFF
		}
		return
	}
	t := points.Number(v).Time()
	minute := uint16(t.Hour())<<8 | uint16(t.Minute())
	if !synced {
		minute |= 1 << 7
	}
	binary.BigEndian.PutUint16(d[0:], uint16(t.Year()-2000)&0x7F)
	binary.BigEndian.PutUint16(d[2:], uint16(t.Month())<<8|uint16(t.Day()))
	binary.BigEndian.PutUint16(d[4:], minute)
	binary.BigEndian.PutUint16(d[6:], uint16(t.Second())*1000+uint16(t.Nanosecond()/1e6))
}

// getDateTime is the inverse of putDateTime.
func getDateTime(d []byte) (t time.Time, synced, ok bool) {
	w0, w1, w2, w3 := binary.BigEndian.Uint16(d), binary.BigEndian.Uint16(d[2:]), binary.BigEndian.Uint16(d[4:]), binary.BigEndian.Uint16(d[6:])
	y, mo, day := int(w0&0x7F)+2000, int(w1>>8&15), int(w1&31)
	h, mi := int(w2>>8&31), int(w2&63)
	if mo < 1 || mo > 12 || day < 1 || h > 23 || mi > 59 || w3 > 59999 {
		return time.Time{}, false, false
	}
	t = time.Date(y, time.Month(mo), day, h, mi, int(w3/1000), int(w3%1000)*1e6, time.UTC)
	return t, w2&(1<<7) == 0, t.Day() == day
}

// PutXDate writes t in the layout of commands 768 and 769 (MB T001024811).
func PutXDate(d []byte, t time.Time) {
	t = t.UTC()
	d[0], d[1] = byte(t.Month()), byte(t.Day())
	d[2], d[3] = byte(t.Year()-2000), byte(t.Hour())
	d[4], d[5] = byte(t.Minute()), byte(t.Second())
	binary.BigEndian.PutUint16(d[6:], uint16(t.Nanosecond()/1e6))
}

// ParseXDate reads the layout of commands 768 and 769; ok is false for a date or
// time that does not exist.
func ParseXDate(d []byte) (t time.Time, ok bool) {
	mo, day, y, h, mi, s := int(d[0]), int(d[1]), int(d[2])+2000, int(d[3]), int(d[4]), int(d[5])
	ms := int(binary.BigEndian.Uint16(d[6:]))
	if mo < 1 || mo > 12 || day < 1 || day > 31 || y > 2127 || h > 23 || mi > 59 || s > 59 || ms > 999 {
		return time.Time{}, false
	}
	t = time.Date(y, time.Month(mo), day, h, mi, s, ms*1e6, time.UTC)
	return t, t.Day() == day // 31 April rolls over
}

// Decode reads row r from its registers: the client's side. Text comes as
// text, anything marked "not available" as no value. Bit fields are read with
// [Place.Decode].
func (r *Row) Decode(d []byte) points.Value {
	switch r.Kind {
	case Chars:
		return points.String(chars(d))
	case DateTime:
		if t, _, ok := getDateTime(d); ok {
			return points.At(t)
		}
		return points.Value{}
	case XDate:
		if t, ok := ParseXDate(d); ok {
			return points.At(t)
		}
		return points.Value{}
	case F32:
		return r.number(float64(math.Float32frombits(binary.BigEndian.Uint32(d))))
	case Bits, Quality, Gap:
		return points.Number(float64(binary.BigEndian.Uint16(d)))
	}
	return r.integer(d)
}

// Decode reads the point at p from the registers of its row. A bit without its
// quality bit is the caller's affair: see [Map.QualityOf].
func (p Place) Decode(d []byte) points.Value {
	if p.Bit < 0 {
		return p.Row.Decode(d)
	}
	w := binary.BigEndian.Uint16(d)
	return points.Flag(w>>p.Bit&1 == 1)
}

// QualityOf returns the quality row of the bit field at register of.
func (m *Map) QualityOf(of Register) (*Row, bool) {
	for i := range m.rows {
		if m.rows[i].Kind == Quality && m.rows[i].Of == of {
			return &m.rows[i], true
		}
	}
	return nil, false
}

func chars(d []byte) string {
	for i, c := range d {
		if c == 0 {
			return string(d[:i])
		}
	}
	return string(d)
}

func (r *Row) integer(d []byte) points.Value {
	var bits uint64
	for _, b := range d {
		bits = bits<<8 | uint64(b)
	}
	// All ones is "not available" for signed values too (evcc, energies).
	lim, ones := integers[r.Kind], uint64(1)<<(8*len(d)-1)<<1-1
	if bits == lim.none || len(d) == 8 && bits == ones {
		return points.Value{}
	}
	switch r.Kind {
	case S16, S32, S64:
		shift := 64 - 8*len(d)
		return r.number(float64(int64(bits<<shift) >> shift))
	}
	return r.number(float64(bits))
}

func (r *Row) number(v float64) points.Value {
	if r.Scale != 0 {
		v /= r.Scale
	}
	return points.Number(v)
}
