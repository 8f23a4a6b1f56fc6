package fat

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"switchroom/points"
)

// Tolerance is how far what is shown may lie from what is expected.
type Tolerance struct {
	Relative float64 // part of the expected value: 0.001
	Absolute float64 // in the unit of the point
}

// Exact allows no more than the rounding of a 64-bit float.
var Exact = Tolerance{Relative: 1e-12}

// ParseTolerance reads "exact", "0.1 %" or "±0.5".
func ParseTolerance(s string) (Tolerance, error) {
	t := strings.TrimSpace(strings.ReplaceAll(s, ",", "."))
	switch number, percent := strings.CutSuffix(t, "%"); {
	case t == "" || t == "exact":
		return Exact, nil
	case percent:
		if v, err := strconv.ParseFloat(strings.TrimSpace(number), 64); err == nil && v >= 0 && v <= 100 {
			return Tolerance{Relative: v / 100}, nil
		}
	default:
		v, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimLeft(t, "±+-/ ")), 64)
		if err == nil && v >= 0 && !math.IsInf(v, 0) {
			return Tolerance{Absolute: v}, nil
		}
	}
	return Tolerance{}, fmt.Errorf("tolerance %q: write exact, 0.1 %%, or ±0.5 in the unit of the point", s)
}

// Holds reports whether shown is near enough to want.
func (t Tolerance) Holds(want, shown float64) bool {
	return math.Abs(shown-want) <= max(t.Relative*math.Abs(want), t.Absolute)+1e-12*math.Abs(want)
}

// defaultTolerance is exact for what is whole or named, and a thousandth or the
// resolution of the display for real numbers.
func defaultTolerance(i *points.Info, resolution float64) string {
	switch {
	case i.Type == points.Instant:
		return "±1"
	case i.Type != points.Float:
		return "exact"
	case resolution > 0:
		return "±" + strconv.FormatFloat(resolution, 'g', -1, 64)
	}
	return "0.1 %"
}
