package survey

import (
	"encoding/binary"
	"math"

	"switchroom/points"
	"switchroom/regmap"
)

// most is the largest size that a quantity in a unit can have on a low-voltage
// breaker, generously. Ours.
var most = map[string]float64{
	"%": 1e5, "A": 300e3, "Hz": 100, "In": 50, "Ir": 50, "Un": 10, "V": 1500, "VA": 500e6, "VAh": 5e12,
	"W": 500e6, "Wh": 5e12, "kW": 500e3, "min": 1e5, "s": 4e9, "var": 500e6, "varh": 5e12, "°C": 300, "": 1e9,
}

// least is the smallest size of a number that is not zero: what is smaller is the
// bits of something else read as a float.
const least = 1e-7

// plausible reports whether a point can have a value, which is not zero.
func plausible(id points.ID, v float64) bool {
	info := points.Of(id)
	size := math.Abs(v)
	if math.IsNaN(v) || size > most[info.Unit] || v != 0 && size < least {
		return false
	}
	if info.Type == points.Enum {
		n := int(v) - info.Base
		return v == math.Trunc(v) && n >= 0 && n < len(info.Enum)
	}
	return info.Type != points.Bool || v == 0 || v == 1
}

// decoded reads bytes as a kind that numbers have. ok is false where it is marked
// as not available.
func decoded(r *regmap.Row, k regmap.Kind, b []byte) (v float64, ok bool) {
	other := *r
	other.Kind, other.Count = k, uint16(len(b)/2)
	got := other.Decode(b)
	return got.Float(), got.Available()
}

// reads reports whether bytes read as a kind are a value that the point can have
// and that is not zero.
func reads(r *regmap.Row, k regmap.Kind, b []byte) (float64, bool) {
	v, ok := decoded(r, k, b)
	return v, ok && v != 0 && plausible(r.Point, v)
}

// swapped returns b with its words in the opposite order.
func swapped(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := len(b) - 2; i >= 0; i -= 2 {
		out = append(out, b[i], b[i+1])
	}
	return out
}

// double reads eight bytes as a 64-bit float.
func double(b []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(b)) }

// rating reads the plugs of a unit from its registers, by the map. Which control
// unit it is no register tells, so that a value is out of range only where every
// variant refuses it.
func (v *View) rating(m *regmap.Map) (points.Rating, bool) {
	get := func(id points.ID) (float64, bool) {
		p, ok := m.Find(id)
		if !ok {
			return 0, false
		}
		if st, _ := v.State(spanOf(p.Row)); st != Present {
			return 0, false
		}
		x := p.Decode(v.Bytes(spanOf(p.Row)))
		return x.Float(), x.Available()
	}
	r := points.Rating{Variant: points.X60, Poles: 3, Voltage: 400, Frequency: 50}
	in, ok := get(points.RatingIn)
	if !ok {
		return r, false
	}
	r.In = in
	if poles, _ := get(points.RatingPoles); poles == 1 {
		r.Poles = 4
	}
	if hz, _ := get(points.RatingFrequency); hz == 1 {
		r.Frequency = 60
	}
	if volts, ok := get(points.RatingVoltage); ok {
		r.Voltage = volts
	}
	if st, ok := get(points.RatingSystemType); ok {
		if wired, err := r.SystemRating(int(st)); err == nil {
			r = wired
		}
	}
	return r, r.Validate() == nil
}

// RatingOf reads the plugs of the unit of a capture from its registers; false if
// they cannot be read, or cannot be.
func RatingOf(c *Capture, m *regmap.Map) (points.Rating, bool) { return c.View().rating(m) }

// outside returns why no variant of a rating takes a setting; nil: one does, or
// nothing is known.
func outside(id points.ID, r points.Rating, v float64) (why error) {
	for _, r.Variant = range []points.Variant{points.X20, points.X30, points.X50, points.X60, points.X70} {
		l, has := points.Of(id).For(r)
		if !has {
			continue
		}
		if why = l.Check(v); why == nil {
			return nil
		}
	}
	return why
}
