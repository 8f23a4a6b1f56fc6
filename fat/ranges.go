package fat

import (
	"math"

	"switchroom/points"
	"switchroom/regmap"
)

// size is the plausible size of a quantity with a unit of measure: what a
// supervision system does not refuse. They are ours; In makes the bounds multiples
// of the rated current.
type size struct {
	lo, hi float64
	in     bool
}

// sizes is the table, by unit.
var sizes = map[string]size{
	"":       {0.02, 0.99, false},
	"%":      {0.5, 99, false},
	"A":      {0.02, 1.2, true},
	"V":      {90, 690, false},
	"Hz":     {45.2, 64.8, false},
	"W":      {5, 700, true},
	"VA":     {5, 700, true},
	"var":    {5, 700, true},
	"Wh":     {5e9, 9e11, false}, // more than 32 bits hold
	"varh":   {5e9, 9e11, false},
	"VAh":    {5e9, 9e11, false},
	"s":      {0.1, 600, false},
	"h":      {10, 90000, false},
	"min":    {5, 60, false},
	"°C":     {11, 89, false},
	"rpm":    {100, 3000, false},
	"cycles": {3, 20000, false},
}

// largest is the most that a register of a kind tells.
var largest = map[regmap.Kind]float64{
	regmap.U16: math.MaxUint16 - 1, regmap.S16: math.MaxInt16, regmap.U32: math.MaxUint32 - 1, regmap.S32: math.MaxInt32,
}

// plausible returns bounds for the value of a point in the register of row, with
// 0 < lo < hi.
func plausible(info *points.Info, row *regmap.Row, in float64) (lo, hi float64) {
	z, ok := sizes[info.Unit]
	if !ok {
		z = size{1, 1000, false}
	}
	if info.Unit == "" && whole64(info, row) {
		z = size{800, 64000, false} // counters: half of them look negative as signed 16 bit
	}
	lo, hi = z.lo, z.hi
	if z.in {
		lo, hi = lo*max(in, 100), hi*max(in, 100)
	}
	if whole64(info, row) && hi-lo < 10 {
		lo, hi = 1, 1000
	}
	scale := row.Scale
	if scale == 0 {
		scale = 1
	}
	if most := largest[row.Kind]; most > 0 && hi*scale > most {
		hi = most / scale
		lo = min(lo, hi/1000)
	}
	if whole64(info, row) {
		lo = max(lo, 1)
	}
	return lo, hi
}
