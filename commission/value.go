package commission

import (
	"fmt"
	"math"

	"switchroom/points"
)

// same says whether two texts are one value of a point. Numbers cross Modbus as 32-bit
// floats: what rounds to the same one there is the same.
func same(point, a, b string) bool {
	if a == b {
		return true
	}
	id, err := points.Lookup(point)
	if err != nil {
		return false
	}
	info := points.Of(id)
	x, errX := info.Parse(a)
	y, errY := info.Parse(b)
	if errX != nil || errY != nil || info.Type == points.Text || info.Type == points.Secret {
		return false
	}
	return near(x.Float(), y.Float())
}

// near allows for the six digits that a text of a number has.
func near(x, y float64) bool {
	return math.Abs(x-y) <= 1e-5*math.Max(math.Abs(x), math.Abs(y))
}

// text is a value as rows have it; "" where there is none.
func text(id points.ID, v points.Value) string {
	if !v.Available() {
		return ""
	}
	return points.Of(id).Format(v)
}

// setting finds a point that can be set, and reads a value for it.
func setting(point, value string) (points.ID, points.Value, error) {
	id, err := points.Lookup(point)
	if err != nil {
		return 0, points.Value{}, err
	}
	info := points.Of(id)
	switch {
	case !info.Writable():
		return id, points.Value{}, fmt.Errorf("%s is a reading: nobody can set it", point)
	case info.Type == points.Secret:
		return id, points.Value{}, fmt.Errorf("%s: passwords are changed by the vault, never by a plan", point)
	case info.Type == points.Action:
		return id, points.Value{}, fmt.Errorf("%s is something to do, and no setting", point)
	}
	v, err := info.Parse(value)
	return id, v, err
}
