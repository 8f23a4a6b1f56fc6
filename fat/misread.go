package fat

import (
	"encoding/binary"
	"fmt"
	"math"

	"switchroom/points"
	"switchroom/regmap"
)

// reading is a way of taking bytes for a number.
type reading struct {
	name  string
	bytes int
	of    func(d []byte) float64
}

// readings are the data types that people choose from.
var readings = []reading{
	{"UINT16", 2, func(d []byte) float64 { return float64(binary.BigEndian.Uint16(d)) }},
	{"INT16", 2, func(d []byte) float64 { return float64(int16(binary.BigEndian.Uint16(d))) }},
	{"UINT32", 4, func(d []byte) float64 { return float64(binary.BigEndian.Uint32(d)) }},
	{"INT32", 4, func(d []byte) float64 { return float64(int32(binary.BigEndian.Uint32(d))) }},
	{"FLOAT32", 4, func(d []byte) float64 { return float64(math.Float32frombits(binary.BigEndian.Uint32(d))) }},
	{"UINT64", 8, func(d []byte) float64 { return float64(binary.BigEndian.Uint64(d)) }},
	{"INT64", 8, func(d []byte) float64 { return float64(int64(binary.BigEndian.Uint64(d))) }},
	{"FLOAT64", 8, func(d []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(d)) }},
}

// sameWidth lists the types that differ from a kind by the sign only.
var sameWidth = map[regmap.Kind]string{
	regmap.U16: "INT16", regmap.S16: "UINT16", regmap.U32: "INT32", regmap.S32: "UINT32", regmap.U64: "INT64", regmap.S64: "UINT64",
}

// signedness reads a signed number as an unsigned one, or the other way.
func signedness(sc *scene, at place, _ []witness) []guess {
	return sc.readAs(at, "it is read as %s, and is %v", func(r reading) bool { return sameWidth[at.row.Kind] == r.name })
}

// types reads the registers of the point as another type of the same length or of
// a greater one.
func types(sc *scene, at place, _ []witness) []guess {
	return sc.readAs(at, "it is read as %s, and is %v", func(r reading) bool {
		return r.bytes >= 2*int(at.row.Count) && sameWidth[at.row.Kind] != r.name && !isKind(at.row.Kind, r.name)
	})
}

// widths reads fewer registers than the point has: its first, or its last.
func widths(sc *scene, at place, _ []witness) []guess {
	if at.bit >= 0 || !numeric(at) {
		return nil
	}
	n := 2 * int(at.row.Count)
	out := sc.readAs(at, "its first registers are read as %s, and it is %v", func(r reading) bool { return r.bytes < n })
	for _, r := range readings {
		if r.bytes < n {
			out = append(out, guess{fmt.Sprintf("its last registers are read as %s, and it is %v", r.name, at.row.Kind), all(func(pass int) points.Value {
				d := sc.raw(at, pass)
				if d == nil {
					return points.Value{}
				}
				return sc.scaledAs(at, r.of(d[n-r.bytes:]))
			})})
		}
	}
	return out
}

func isKind(k regmap.Kind, name string) bool {
	return map[regmap.Kind]string{
		regmap.U16: "UINT16", regmap.S16: "INT16", regmap.U32: "UINT32", regmap.S32: "INT32", regmap.U64: "UINT64", regmap.S64: "INT64", regmap.F32: "FLOAT32",
	}[k] == name
}

// readAs reads from the first register of the point on as each type that suits.
func (sc *scene) readAs(at place, detail string, suits func(reading) bool) []guess {
	if at.bit >= 0 || !numeric(at) {
		return nil
	}
	var out []guess
	for _, r := range readings {
		if suits(r) {
			out = append(out, guess{fmt.Sprintf(detail, r.name, at.row.Kind), all(func(pass int) points.Value {
				d := sc.pictures[at.breaker][pass].registers(at.row.Register, uint16(r.bytes/2))
				if d == nil {
					return points.Value{}
				}
				return sc.scaledAs(at, r.of(d))
			})})
		}
	}
	return out
}

// scaledAs applies the scale of the row.
func (sc *scene) scaledAs(at place, v float64) points.Value {
	if at.row.Scale != 0 {
		v /= at.row.Scale
	}
	return points.Number(v)
}

// decimals cuts or rounds what stands behind the point.
func decimals(sc *scene, at place, _ []witness) []guess {
	if !numeric(at) {
		return nil
	}
	with := func(detail string, f func(float64) float64) guess {
		return guess{detail, all(func(pass int) points.Value { return points.Number(f(sc.right(at, pass).Float())) })}
	}
	return []guess{
		with("the decimals are cut off", math.Trunc),
		with("the decimals are rounded away", math.Round),
		with("only one decimal is left", func(v float64) float64 { return math.Round(v*10) / 10 }),
		with("its last digits are lost: it goes through a 32-bit float", func(v float64) float64 { return float64(float32(v)) }),
		with("it is shown in whole thousands", func(v float64) float64 { return math.Trunc(v/1000) * 1000 }),
	}
}

// clipped shows no more than some value: right below it, always the same above.
func clipped(sc *scene, at place, seen []witness) []guess {
	if !numeric(at) {
		return nil
	}
	top := math.Inf(-1)
	for _, w := range telling(seen) {
		if !math.IsNaN(w.shown.Number) {
			top = max(top, w.shown.Number)
		}
	}
	return []guess{{fmt.Sprintf("it shows no more than %.6g", top), all(func(pass int) points.Value {
		return points.Number(min(top, sc.right(at, pass).Float()))
	})}}
}

// offsets add something that all passes agree on.
func offsets(sc *scene, at place, seen []witness) []guess {
	told := telling(seen)
	if len(told) < 2 || !numeric(at) {
		return nil
	}
	d := told[0].shown.Number - sc.right(at, told[0].pass).Float()
	if math.IsNaN(d) || d == 0 {
		return nil
	}
	what := fmt.Sprintf("%.6g is added", d)
	if math.Abs(d-273.15) < 0.5 {
		what += ": kelvin in place of °C"
	}
	return []guess{{what, all(func(pass int) points.Value { return points.Number(sc.right(at, pass).Float() + d) })}}
}

// zones are instants shown in another zone.
func zones(sc *scene, at place, _ []witness) []guess {
	if points.Of(at.id).Type != points.Instant {
		return nil
	}
	var out []guess
	for quarter := -12 * 4; quarter <= 14*4; quarter++ {
		if quarter == 0 {
			continue
		}
		hours := float64(quarter) / 4
		out = append(out, guess{fmt.Sprintf("it is shown %+g h off", hours), all(func(pass int) points.Value {
			return points.Number(sc.right(at, pass).Float() + hours*3600)
		})})
	}
	return out
}
