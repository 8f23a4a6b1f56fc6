package survey

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"switchroom/regmap"
)

// marker is what the map expects of a row that is not available.
func marker(r *regmap.Row) []uint16 {
	b := make([]byte, 2*int(r.Count))
	switch r.Kind {
	case regmap.Chars, regmap.Quality, regmap.Gap:
	case regmap.Bits:
		binary.BigEndian.PutUint16(b, 0x8000)
	default:
		regmap.PutValue(b, r, math.NaN(), false)
	}
	var w []uint16
	for i := 0; i < len(b); i += 2 {
		w = append(w, binary.BigEndian.Uint16(b[i:]))
	}
	return w
}

// pattern names how a unit says "not available", as far as it can be seen: ""
// where it reads a value, or where the kind knows no such thing.
func pattern(r *regmap.Row, b []byte) string {
	switch r.Kind {
	case regmap.Chars, regmap.Quality, regmap.Gap, regmap.Bits:
		return ""
	case regmap.F32:
		if bits := binary.BigEndian.Uint32(b); math.IsNaN(float64(math.Float32frombits(bits))) {
			return fmt.Sprintf("NaN %08X", bits)
		}
	}
	switch {
	case all(b, 0xFF):
		return "all ones"
	case b[0] == 0x80 && all(b[1:], 0):
		return fmt.Sprintf("0x%X", b)
	case all(b, 0):
		return zero
	}
	return ""
}

// zero is a pattern that is a value more often than not.
const zero = "zero"

func all(b []byte, c byte) bool { return bytes.Count(b, []byte{c}) == len(b) }

// isMarker reports whether b is what the map expects, or what its reader takes
// for not available as well.
func isMarker(r *regmap.Row, b []byte) bool {
	return bytes.Equal(b, bytesOf(marker(r)))
}
