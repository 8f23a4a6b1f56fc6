package fattest

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"switchroom/points"
	"switchroom/regmap"
)

// Mistake is one that people make when they set up a supervision system.
type Mistake struct {
	Name    string // in words
	Finds   string // what a good acceptance test calls it
	Breaker string // where it was made
	make    func(s *System, d *driver) error
}

// tagMistake changes the set-up of one tag.
func tagMistake(name string, change func(*tag)) func(*System, *driver) error {
	return func(_ *System, d *driver) error {
		t, err := d.tagOf(name)
		if err == nil {
			change(t)
		}
		return err
	}
}

// times makes a wrong factor.
func times(f float64) func(*tag) {
	return func(t *tag) { t.convert = func(v float64) float64 { return v * f } }
}

// reads makes a tag read where another point stands.
func reads(other string) func(*tag) {
	return func(t *tag) {
		id, err := points.Lookup(other)
		p, ok := regmap.Default().Find(id)
		if err == nil && ok {
			t.row, t.bit = *p.Row, p.Bit
		}
	}
}

// words returns the registers of d in the opposite order.
func words(d []byte) []byte {
	out := make([]byte, 0, len(d))
	for i := len(d) - 2; i >= 0; i -= 2 {
		out = append(out, d[i], d[i+1])
	}
	return out
}

// bytes returns d with the two bytes of each register swapped.
func bytes(d []byte) []byte {
	out := slices.Clone(d)
	for i := 0; i+1 < len(out); i += 2 {
		out[i], out[i+1] = out[i+1], out[i]
	}
	return out
}

// Mistakes are twenty-five mistakes, each at a breaker of its own: the first at the
// first name, and so on. They need the points of Points.
func Mistakes(breakers []string) ([]Mistake, error) {
	if len(breakers) < len(mistakes) {
		return nil, fmt.Errorf("%d mistakes need as many breakers, and there are %d", len(mistakes), len(breakers))
	}
	all := slices.Clone(mistakes)
	for i := range all {
		all[i].Breaker = breakers[i]
	}
	return all, nil
}

// mistakes is the table.
var mistakes = []Mistake{
	{"word order of all real numbers", "word-swap", "", func(_ *System, d *driver) error {
		for _, t := range d.tags {
			if t.row.Kind == regmap.F32 {
				t.swap = words
			}
		}
		return nil
	}},
	{"byte order of one voltage", "byte-swap", "", tagMistake("voltage.l12", func(t *tag) { t.swap = bytes })},
	{"all registers one too low: a driver that counts from 0", "off-by-one", "", func(_ *System, d *driver) error {
		for _, t := range d.under("power.") {
			t.row.Register--
		}
		return nil
	}},
	{"one register too high", "off-by-one", "", tagMistake("operations.total", func(t *tag) { t.row.Register++ })},
	{"the address of the neighbour", "wrong-breaker", "", func(s *System, d *driver) error {
		next := s.drivers[(slices.Index(s.drivers, d)+1)%len(s.drivers)]
		d.addr, d.unit = next.addr, next.unit
		return nil
	}},
	{"kilowatts taken for watts", "scale", "", tagMistake("power.active.total", times(1e-3))},
	{"ten times", "scale", "", tagMistake("frequency", times(10))},
	{"the sign of the power", "sign", "", tagMistake("power.active.total", times(-1))},
	{"two phases swapped", "phases-swapped", "", func(_ *System, d *driver) error {
		a, err := d.tagOf("current.l1")
		if err != nil {
			return err
		}
		b, err := d.tagOf("current.l2")
		if err != nil {
			return err
		}
		a.row, b.row = b.row, a.row
		return nil
	}},
	{"reactive power under the name of active", "wrong-point", "", tagMistake("power.active.total", reads("power.reactive.total"))},
	{"the closed position the wrong way round", "bit-inverted", "", tagMistake("breaker.closed", func(t *tag) { t.convert = func(v float64) float64 { return 1 - v } })},
	{"the bit of another signal", "wrong-bit", "", tagMistake("breaker.tripped", func(t *tag) { t.bit = 3 })},
	{"the quality word in place of the status", "quality-register", "", tagMistake("breaker.spring_charged", func(t *tag) { t.row.Register, t.quality = t.quality, 0 })},
	{"a counter as a signed number", "signedness", "", tagMistake("operations.total", func(t *tag) {
		t.raw = func(d []byte) float64 { return float64(int16(binary.BigEndian.Uint16(d))) }
	})},
	{"a real number read as a whole one", "data-type", "", tagMistake("current.l3", func(t *tag) {
		t.raw = func(d []byte) float64 { return float64(binary.BigEndian.Uint32(d)) }
	})},
	{"32 bits of an energy of 64", "width", "", tagMistake("energy.active.delivered", func(t *tag) {
		t.raw = func(d []byte) float64 { return float64(binary.BigEndian.Uint32(d[len(d)-4:])) }
	})},
	{"no decimals", "no-decimals", "", tagMistake("power_factor.total", func(t *tag) { t.convert = math.Trunc })},
	{"a simulated value forgotten", "stuck", "", tagMistake("voltage.l23", func(t *tag) { t.constant = 400.0 })},
	{"a point forgotten", "missing", "", tagMistake("current.n", func(t *tag) { t.hidden = true })},
	{"values clipped at their range", "clipped", "", tagMistake("power.apparent.total", func(t *tag) { t.convert = func(v float64) float64 { return min(v, 50_000) } })},
	{"quality of bits not heeded", "no-quality-handling", "", func(_ *System, d *driver) error {
		for _, t := range d.tags {
			t.quality = 0
		}
		return nil
	}},
	{"the marker of not available shown as a number", "no-quality-handling", "", func(_ *System, d *driver) error {
		for _, t := range d.tags {
			t.noMarker = true
		}
		return nil
	}},
	{"old values shown as good", "no-staleness", "", func(_ *System, d *driver) error { d.neverOld = true; return nil }},
	{"no reconnect", "no-reconnect", "", func(_ *System, d *driver) error { d.dies = true; return nil }},
	{"answers to other questions believed", "believes-wrong-answers", "", func(_ *System, d *driver) error { d.believes = true; return nil }},
}

// Points are a hundred points of a breaker that the mistakes are made at and around.
func Points() []string {
	var all []string
	for _, p := range points.All() {
		for _, u := range []string{"current", "voltage", "power", "power_factor", "frequency", "energy.active", "energy.reactive", "breaker", "operations"} {
			if p.Type != points.Instant && (p.Name == u || len(p.Name) > len(u) && p.Name[:len(u)+1] == u+".") {
				if _, ok := regmap.Default().Find(p.ID); ok {
					all = append(all, p.Name)
				}
			}
		}
	}
	return all[:min(len(all), 100)]
}
