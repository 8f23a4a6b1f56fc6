package rehearsal

import (
	"encoding/binary"
	"math"
	"slices"

	"switchroom/points"
	"switchroom/regmap"
)

// decode makes a value of the registers of a tag, as it is set up.
func (t *Tag) decode(words func(regmap.Register, uint16) []byte) (points.Value, string) {
	d := t.order(slices.Clone(words(t.Register, t.Count)))
	if t.Bit >= 0 {
		return t.bit(d, words)
	}
	v := (&regmap.Row{Kind: t.Kind, Scale: t.Scale}).Decode(d)
	switch {
	case v.Available():
		return t.altered(v), good
	case t.Zero:
		return points.Number(0), good
	case t.Markers:
		return points.Number(t.marker(d)), good
	}
	return v, bad
}

// bit takes the bit out of its word, if its quality allows.
func (t *Tag) bit(d []byte, words func(regmap.Register, uint16) []byte) (points.Value, string) {
	v := points.Flag(binary.BigEndian.Uint16(d)>>t.Bit&1 == 1 != t.Inverted)
	if t.Quality != 0 && binary.BigEndian.Uint16(words(t.Quality, 1))>>t.Bit&1 == 0 {
		return points.Value{}, bad
	}
	return v, good
}

// altered is a value with the mistakes that can be made after reading it.
func (t *Tag) altered(v points.Value) points.Value {
	switch {
	case t.Kind == regmap.Chars:
		return v
	case t.Kind == regmap.DateTime:
		return points.At(v.Time().Add(t.Zone))
	case t.Whole:
		return points.Number(math.Trunc(v.Float()))
	}
	return points.Number(v.Float() + float64(t.EnumShift))
}

// marker is what a number that is not available looks like to who does not know.
func (t *Tag) marker(d []byte) float64 {
	var bits uint64
	for _, b := range d[:min(len(d), 8)] {
		bits = bits<<8 | uint64(b)
	}
	scale := t.Scale
	if scale == 0 {
		scale = 1
	}
	return float64(bits) / scale
}

// order puts the bytes in the order of the tag.
func (t *Tag) order(d []byte) []byte {
	if t.Words {
		for i, j := 0, len(d)-2; i < j; i, j = i+2, j-2 {
			d[i], d[i+1], d[j], d[j+1] = d[j], d[j+1], d[i], d[i+1]
		}
	}
	if t.Bytes {
		for i := 0; i+1 < len(d); i += 2 {
			d[i], d[i+1] = d[i+1], d[i]
		}
	}
	return d
}
