package rehearsal

import (
	"strings"

	"switchroom/points"
	"switchroom/regmap"
)

// Where a mistake can be made, and how a tag comes to have it.

func nothing(*Config, *Tag, *picks) {}

func anyTag(*Tag) bool { return true }

func isBit(t *Tag) bool { return t.Bit >= 0 }

func isNumber(t *Tag) bool {
	typ := points.Of(t.id()).Type
	return t.Bit < 0 && (typ == points.Float || typ == points.Integer) && t.Kind != regmap.Chars && t.Kind != regmap.DateTime
}

func isWhole(t *Tag) bool { return isNumber(t) && t.Kind != regmap.F32 }

func isEnum(t *Tag) bool { return t.Bit < 0 && points.Of(t.id()).Type == points.Enum }

func isKind(k regmap.Kind) func(*Tag) bool {
	return func(t *Tag) bool { return isNumber(t) && t.Kind == k }
}

// unsigned is the kind that people take for a signed one.
var unsigned = map[regmap.Kind]regmap.Kind{regmap.S16: regmap.U16, regmap.S32: regmap.U32, regmap.S64: regmap.U64}

func isSigned(t *Tag) bool { return isNumber(t) && unsigned[t.Kind] != 0 }

// shift moves a tag, with its quality, by some registers.
func (t *Tag) shift(by int) {
	t.Register = regmap.Register(int(t.Register) + by)
	if t.Quality != 0 {
		t.Quality = regmap.Register(int(t.Quality) + by)
	}
}

// factor makes the tag show so many times its value.
func (t *Tag) factor(by float64) {
	if t.Scale == 0 {
		t.Scale = 1
	}
	t.Scale /= by
}

// instead reads another point in place of that of the tag.
func (t *Tag) instead(id points.ID) {
	if other, ok := tagOf(registers(), id); ok {
		other.Breaker, other.Device, other.Point = t.Breaker, t.Device, t.Point
		*t = other
	}
}

// extremes are the points that hold the maximum and the minimum of a tag.
func (t *Tag) extremes() (all []points.ID) {
	for _, end := range []string{".max", ".min"} {
		if id, err := points.Lookup(t.Point + end); err == nil {
			if _, ok := tagOf(registers(), id); ok {
				all = append(all, id)
			}
		}
	}
	return all
}

func hasExtreme(t *Tag) bool { return isNumber(t) && len(t.extremes()) > 0 }

func toExtreme(_ *Config, t *Tag, p *picks) {
	all := t.extremes()
	t.instead(all[p.IntN(len(all))])
}

// phases go round: each is taken for the next.
var phases = map[string]string{"l1": "l2", "l2": "l3", "l3": "l1", "l12": "l23", "l23": "l31", "l31": "l12", "l1n": "l2n", "l2n": "l3n", "l3n": "l1n"}

// otherPhase is the same point of the next phase.
func (t *Tag) otherPhase() (points.ID, bool) {
	parts := strings.Split(t.Point, ".")
	for i, p := range parts {
		if next := phases[p]; next != "" {
			parts[i] = next
			id, err := points.Lookup(strings.Join(parts, "."))
			return id, err == nil
		}
	}
	return 0, false
}

func hasPhase(t *Tag) bool {
	id, ok := t.otherPhase()
	if ok {
		_, ok = tagOf(registers(), id)
	}
	return ok && isNumber(t)
}

// swapPhase swaps a tag with that of the next phase, if that is on the list.
func swapPhase(c *Config, t *Tag, p *picks) {
	id, _ := t.otherPhase()
	for i := range c.Tags {
		if o := &c.Tags[i]; o.Breaker == t.Breaker && o.Point == id.String() {
			p.also = append(p.also, o.name())
			t.Point, o.Point = o.Point, t.Point
			return
		}
	}
	t.instead(id)
}

// narrow reads the first two registers of four.
func narrow(_ *Config, t *Tag, _ *picks) {
	t.Count = 2
	t.Kind = map[bool]regmap.Kind{true: regmap.S32, false: regmap.U32}[t.Kind == regmap.S64]
}

// wrongBit takes a bit of the register that is given to another point, so that
// there is something to see.
func wrongBit(_ *Config, t *Tag, p *picks) {
	for _, r := range registers().Rows() {
		if r.Register != t.Register || len(r.Bits) < 2 {
			continue
		}
		for {
			if b := int(r.Bits[p.IntN(len(r.Bits))].N); b != t.Bit {
				t.Bit = b
				return
			}
		}
	}
	t.Bit = (t.Bit + 1) % 16
}
