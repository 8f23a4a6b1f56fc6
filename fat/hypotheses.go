package fat

import (
	"fmt"
	"math"
	"strings"

	"switchroom/points"
	"switchroom/regmap"
)

// hypothesis is a mistake that people make, and what would be shown if it had
// been made.
type hypothesis struct {
	mistake string
	advice  string
	cases   func(*scene, place, []witness) []guess
	last    bool // there are many cases: tried only where nothing else explains
}

// guess is one way of making a mistake. It predicts what is shown in a pass: a
// value that is not available is a point marked bad. ok is false where it predicts
// nothing.
type guess struct {
	detail string
	value  func(pass int) (v points.Value, ok bool)
}

// hypotheses is the table, the likeliest first where several explain the same.
var hypotheses = []hypothesis{
	{"stuck", "is the point polled at all, and more often than the time limit of the plan; is it simulated, or forced in the system?", stuck, false},
	{"word-swap", "set the word order to most significant word first (big-endian, ABCD)", swapped("the words stand in the opposite order (CDAB)", swapWords), false},
	{"word-pairs", "set the word order to most significant word first (big-endian)", swapped("the two words of each 32 bits are swapped", swapPairs), false},
	{"byte-swap", "set the byte order within a register to big-endian", swapped("the two bytes of each register are swapped (BADC)", swapBytes), false},
	{"little-endian", "set byte and word order to big-endian", swapped("all bytes stand in the opposite order (DCBA)", func(d []byte) []byte { return swapBytes(swapWords(d)) }), false},
	{"scale", "the register tells the value in the unit of the plan; correct the factor, or the unit shown", scaled, false},
	{"sign", "correct the sign, or the convention of the direction of power", signs, false},
	{"signedness", "correct the data type: signed or unsigned", signedness, false},
	{"data-type", "correct the data type", types, false},
	{"width", "correct the data type: the value has more registers than are read", widths, false},
	{"no-decimals", "show the value with decimals, or give the resolution of the display in the plan", decimals, false},
	{"clipped", "widen the range of the point in the system", clipped, false},
	{"bit-inverted", "the bit is 1 when the name of the point is true", inverted, false},
	{"wrong-bit", "correct the number of the bit; bit 0 is the least significant", bits, false},
	{"enum-shifted", "the names of the values begin at another number", shiftedNames, false},
	{"quality-register", "the word before holds the quality of each bit; read the one after", qualityWord, false},
	{"late", "the point is polled or sent on slower than the time limit of the plan; poll it faster, or allow more time", late, false},
	{"off-by-one", "the register number is the address in the frame plus one; correct the base of the addresses", shifted(1, -1), false},
	{"time-zone", "the unit tells UTC; correct the zone", zones, false},
	{"offset", "correct the offset, or the unit shown", offsets, false},
	{"phases-swapped", "correct the register or the name", phases, false},
	{"wrong-point", "correct the register or the name", otherPoints, false},
	{"off-by-two", "correct the register; a list of registers may have slipped by a row", shifted(2, -2), false},
	{"wrong-breaker", "correct the address or the unit id of the breaker in the system", otherBreakers, false},
	{"wrong-breaker-and-point", "correct address, unit id and register", strangers, true},
}

func all(v func(int) points.Value) func(int) (points.Value, bool) {
	return func(pass int) (points.Value, bool) { return v(pass), true }
}

// stuck is one value through all passes that tell something.
func stuck(_ *scene, at place, seen []witness) []guess {
	told := telling(seen)
	if len(told) < 2 {
		return nil
	}
	for _, w := range told[1:] {
		if w.shown.Text != told[0].shown.Text {
			return nil
		}
	}
	v := shownValue(at, told[0].shown)
	return []guess{{"it shows the same whatever the breaker has", all(func(int) points.Value { return v })}}
}

// shownValue is what is shown as a value of the point.
func shownValue(at place, s Shown) points.Value {
	switch info := points.Of(at.id); info.Type {
	case points.Text:
		return points.String(s.Text)
	case points.Instant:
		if t, ok := parseTime(s.Text); ok {
			return points.At(t)
		}
	case points.Enum:
		if v, err := info.Parse(s.Text); err == nil {
			return v
		}
	}
	return points.Number(s.Number)
}

// late is the value of the pass before.
func late(sc *scene, at place, _ []witness) []guess {
	return []guess{{"it still shows the value before the last change", func(pass int) (points.Value, bool) {
		if pass == 0 {
			return points.Value{}, false
		}
		return sc.right(at, pass-1), true
	}}}
}

// swapped reads the registers of the point in another order.
func swapped(detail string, order func([]byte) []byte) func(*scene, place, []witness) []guess {
	return func(sc *scene, at place, _ []witness) []guess {
		if at.bit >= 0 || at.row.Kind == regmap.DateTime {
			return nil
		}
		return []guess{{detail, all(func(pass int) points.Value {
			if d := sc.raw(at, pass); d != nil {
				return at.row.Decode(order(d))
			}
			return points.Value{}
		})}}
	}
}

// raw is the registers of the point.
func (sc *scene) raw(at place, pass int) []byte {
	if ps := sc.pictures[at.breaker]; pass < len(ps) {
		return ps[pass].registers(at.row.Register, at.row.Count)
	}
	return nil
}

// factors are the wrong factors that people make, as they would say them.
var factors = []struct {
	by   float64
	what string
}{
	{10, "ten times too much"}, {0.1, "a tenth of it"}, {100, "a hundred times too much"}, {0.01, "a hundredth of it"},
	{1e3, "a thousand times too much"}, {1e-3, "a thousandth of it: kilo in place of the unit itself"}, {1e6, "a million times too much"},
	{1e-6, "a millionth of it: mega in place of the unit itself"}, {1e4, "ten thousand times too much"}, {1e-4, "a ten-thousandth of it"},
	{math.Sqrt(3), "√3 times too much: phase to phase in place of phase to neutral"}, {1 / math.Sqrt(3), "1/√3 of it: phase to neutral in place of phase to phase"},
	{3600, "3600 times too much: seconds in place of hours"}, {1.0 / 3600, "1/3600 of it: hours in place of seconds"},
	{60, "60 times too much"}, {1.0 / 60, "a sixtieth of it"}, {3, "three times too much"}, {1.0 / 3, "a third of it"}, {2, "twice too much"}, {0.5, "half of it"},
	{math.Sqrt2, "√2 times too much: the peak in place of the rms value"}, {1 / math.Sqrt2, "1/√2 of it"},
}

// scaled multiplies by a wrong factor, one of the usual or one that all passes agree on.
func scaled(sc *scene, at place, seen []witness) []guess {
	if !numeric(at) {
		return nil
	}
	var out []guess
	for _, f := range factors {
		out = append(out, guess{f.what, sc.times(at, f.by)})
	}
	if by, ok := sc.ratio(at, seen); ok && !usual(by) {
		out = append(out, guess{fmt.Sprintf("%.4g times what it should be", by), sc.times(at, by)})
	}
	return out
}

func usual(by float64) bool {
	for _, f := range factors {
		if math.Abs(by/f.by-1) < 1e-3 {
			return true
		}
	}
	return math.Abs(by-1) < 1e-3 || math.Abs(by+1) < 1e-3 || by == 0
}

func (sc *scene) times(at place, by float64) func(int) (points.Value, bool) {
	return all(func(pass int) points.Value {
		return points.Number(sc.right(at, pass).Float() * by)
	})
}

func numeric(at place) bool {
	t := points.Of(at.id).Type
	return t == points.Float || t == points.Integer
}

// ratio is the factor between shown and right that two passes agree on.
func (sc *scene) ratio(at place, seen []witness) (float64, bool) {
	told := telling(seen)
	if len(told) < 2 || !numeric(at) {
		return 0, false
	}
	by := told[0].shown.Number / sc.right(at, told[0].pass).Float()
	return by, !math.IsNaN(by) && !math.IsInf(by, 0)
}

// signs are a sign that is turned or lost.
func signs(sc *scene, at place, _ []witness) []guess {
	if !numeric(at) {
		return nil
	}
	return []guess{
		{"the sign is turned", sc.times(at, -1)},
		{"the sign is lost", all(func(pass int) points.Value { return points.Number(math.Abs(sc.right(at, pass).Float())) })},
		{"what is negative is shown as zero", all(func(pass int) points.Value { return points.Number(max(0, sc.right(at, pass).Float())) })},
	}
}

// inverted is a bit the wrong way round.
func inverted(sc *scene, at place, _ []witness) []guess {
	if points.Of(at.id).Type != points.Bool {
		return nil
	}
	return []guess{{"it is true when the bit is 0", all(func(pass int) points.Value {
		v := sc.right(at, pass)
		if !v.Available() {
			return v
		}
		return points.Flag(!v.Bool())
	})}}
}

// bits are other bits of the same register.
func bits(sc *scene, at place, _ []witness) []guess {
	if at.bit < 0 {
		return nil
	}
	var out []guess
	for _, n := range nearest(at.bit) {
		what := fmt.Sprintf("bit %d is shown for bit %d", n, at.bit)
		if n == at.bit^8 {
			what += ": the bytes of the register are swapped"
		}
		if n == 15-at.bit {
			what += ": bits are counted from the other end"
		}
		out = append(out, guess{what, all(func(pass int) points.Value { return sc.decode(at, at.breaker, at.row.Register, n, pass) })})
	}
	return out
}

// nearest are the other bits of a register, the nearest first.
func nearest(bit int) []int {
	var out []int
	for d := 1; d < 16; d++ {
		for _, n := range []int{bit - d, bit + d} {
			if n >= 0 && n < 16 {
				out = append(out, n)
			}
		}
	}
	return out
}

// shiftedNames are the names of an enumeration slipped by one.
func shiftedNames(sc *scene, at place, _ []witness) []guess {
	if points.Of(at.id).Type != points.Enum {
		return nil
	}
	slip := func(detail string, by float64) guess {
		return guess{detail, all(func(pass int) points.Value { return points.Number(sc.right(at, pass).Float() + by) })}
	}
	return []guess{slip("the name of the next value is shown", 1), slip("the name of the value before is shown", -1)}
}

// qualityWord reads the quality of a bit in place of the bit.
func qualityWord(sc *scene, at place, _ []witness) []guess {
	q, ok := sc.m.QualityOf(at.row.Register)
	if !ok || at.bit < 0 {
		return nil
	}
	return []guess{{"the quality bit is shown for the bit", all(func(pass int) points.Value { return sc.decode(at, at.breaker, q.Register, at.bit, pass) })}}
}

// shifted reads registers before and after those of the point.
func shifted(by ...int) func(*scene, place, []witness) []guess {
	return func(sc *scene, at place, _ []witness) []guess {
		var out []guess
		for _, d := range by {
			if r := int(at.row.Register) + d; r >= 1 && r <= 65535 {
				out = append(out, guess{slips[d], all(func(pass int) points.Value { return sc.decode(at, at.breaker, regmap.Register(r), at.bit, pass) })})
			}
		}
		return out
	}
}

var slips = map[int]string{
	1: "it is read one register too high", -1: "it is read one register too low", 2: "it is read two registers too high", -2: "it is read two registers too low",
}

// phases are the same quantity of another phase.
func phases(sc *scene, at place, _ []witness) []guess {
	var out []guess
	for _, id := range sc.points[at.breaker] {
		if id != at.id && phaseless(id) == phaseless(at.id) && phaseless(id) != id.String() {
			out = append(out, sc.instead(at, at.breaker, id, fmt.Sprintf("%v is shown for %v", id, at.id)))
		}
	}
	return out
}

// phaseless is the name of a point with its phase left open.
func phaseless(id points.ID) string {
	parts := strings.Split(id.String(), ".")
	for i, p := range parts {
		switch p {
		case "l1", "l2", "l3", "n", "l12", "l23", "l31", "l1n", "l2n", "l3n":
			parts[i] = "*"
		}
	}
	return strings.Join(parts, ".")
}

// instead shows another point's value.
func (sc *scene) instead(at place, breaker string, id points.ID, detail string) guess {
	return guess{detail, all(func(pass int) points.Value {
		if ps := sc.pictures[breaker]; pass < len(ps) {
			return ps[pass].value(id)
		}
		return points.Value{}
	})}
}

// otherPoints are all other points of the breaker.
func otherPoints(sc *scene, at place, _ []witness) []guess {
	var out []guess
	for _, id := range sc.points[at.breaker] {
		if id != at.id && kindred(id, at.id) && phaseless(id) != phaseless(at.id) {
			out = append(out, sc.instead(at, at.breaker, id, fmt.Sprintf("%v is shown for %v", id, at.id)))
		}
	}
	return out
}

// kindred reports whether the values of two points can be compared.
func kindred(a, b points.ID) bool {
	group := func(id points.ID) points.Type {
		t := points.Of(id).Type
		if t == points.Integer {
			return points.Float
		}
		return t
	}
	return group(a) == group(b)
}

// otherBreakers are the same point of the other breakers.
func otherBreakers(sc *scene, at place, _ []witness) []guess {
	var out []guess
	for _, b := range sc.breakers {
		if b != at.breaker {
			out = append(out, guess{fmt.Sprintf("%s shows what %s has", at.breaker, b), all(func(pass int) points.Value {
				return sc.decode(at, b, at.row.Register, at.bit, pass)
			})})
		}
	}
	return out
}

// strangers are other points of other breakers; for bits that would explain
// anything.
func strangers(sc *scene, at place, _ []witness) []guess {
	if !numeric(at) && points.Of(at.id).Type != points.Text {
		return nil
	}
	var out []guess
	mine := " is shown for " + at.id.String() + " of " + at.breaker
	for _, b := range sc.breakers {
		for _, id := range sc.points[b] {
			if b != at.breaker && id != at.id && kindred(id, at.id) {
				out = append(out, sc.instead(at, b, id, id.String()+" of "+b+mine))
			}
		}
	}
	return out
}
