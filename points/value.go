package points

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Value is what a point has at a moment. Its zero is "not available". Numbers,
// booleans, enumerations and instants are one float64 (booleans 0 or 1,
// instants seconds since 2000-01-01 UTC); whole numbers are exact to 2⁵³.
type Value struct {
	num  float64
	text string
	has  bool
}

// Epoch is where the clock of a control unit starts when it has lost the time
// (UG, date and time).
var Epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Number returns a number; NaN is not available.
func Number(v float64) Value { return Value{num: v, has: !math.IsNaN(v)} }

// Flag returns a boolean.
func Flag(b bool) Value {
	if b {
		return Value{num: 1, has: true}
	}
	return Value{has: true}
}

// String returns a text.
func String(s string) Value { return Value{text: s, has: true} }

// At returns an instant.
func At(t time.Time) Value { return Value{num: t.Sub(Epoch).Seconds(), has: true} }

// Values is one number per point, indexed by ID: what a unit shows at one
// moment. NaN is not available. Texts are not in it.
type Values []float64

// NewValues returns values for the whole vocabulary, none of them available.
func NewValues() Values {
	v := make(Values, len(table)+1)
	v.Clear()
	return v
}

// Clear makes every value not available.
func (v Values) Clear() {
	for i := range v {
		v[i] = math.NaN()
	}
}

// SetFlag sets a boolean point.
func (v Values) SetFlag(id ID, b bool) {
	v[id] = 0
	if b {
		v[id] = 1
	}
}

// Available reports whether there is a value at all.
func (v Value) Available() bool { return v.has }

// Float returns the number, NaN if not available.
func (v Value) Float() float64 {
	if !v.has {
		return math.NaN()
	}
	return v.num
}

// Bool reports whether the value is available and not zero.
func (v Value) Bool() bool { return v.has && v.num != 0 }

// Text returns the characters of a text, and nothing for other values.
func (v Value) Text() string { return v.text }

// Time returns the instant.
func (v Value) Time() time.Time {
	return Epoch.Add(time.Duration(math.Round(v.num*1e3)) * time.Millisecond)
}

// Format writes v as a person reads it: enumerations by name, no unit.
func (i *Info) Format(v Value) string {
	switch {
	case !v.has:
		return "n/a"
	case i.Type == Text:
		return v.text
	case i.Type == Secret:
		return "(secret)"
	case i.Type == Bool:
		return strconv.FormatBool(v.num != 0)
	case i.Type == Enum:
		return i.valueName(v.num)
	case i.Type == Instant:
		return v.Time().Format("2006-01-02T15:04:05.000Z")
	case i.Type == Integer:
		return strconv.FormatFloat(v.num, 'f', -1, 64)
	}
	return legible(v.num)
}

// legible is a number of six digits, which is what a 32-bit float tells for sure,
// and of all digits before the point; without an exponent from a millionth to
// 10^15.
func legible(x float64) string {
	if size := math.Abs(x); size >= 1e5 && size < 1e15 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	short := strconv.FormatFloat(x, 'g', 6, 64)
	rounded, err := strconv.ParseFloat(short, 64)
	if size := math.Abs(rounded); err != nil || size != 0 && !(size >= 1e-6 && size < 1e15) {
		return short
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// JSON returns v as JSON: null if not available, names for enumerations.
func (i *Info) JSON(v Value) json.RawMessage {
	var x any
	switch {
	case !v.has || i.Type == Secret:
	case i.Type == Bool:
		x = v.num != 0
	case i.Type == Text, i.Type == Enum, i.Type == Instant:
		x = i.Format(v)
	case i.Type == Float:
		// A 32-bit float printed as one: 0.1 and not 0.10000000149.
		return json.RawMessage(strconv.FormatFloat(v.num, 'g', -1, 32))
	default:
		x = v.num
	}
	b, err := json.Marshal(x)
	if err != nil {
		return json.RawMessage("null")
	}
	return b
}

// Parse reads what a person wrote for the point: true or on for booleans, the
// name or number of an enumeration, RFC 3339 for instants.
func (i *Info) Parse(s string) (Value, error) {
	s = strings.TrimSpace(s)
	switch i.Type {
	case Text, Secret:
		return String(s), nil
	case Bool:
		return parseFlag(i.Name, s)
	case Enum:
		return i.parseEnum(s)
	case Instant:
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return Value{}, fmt.Errorf("%s: %q is not a date and time; write 2026-01-31T12:00:00Z", i.Name, s)
		}
		return At(t), nil
	case Integer, Float:
		return i.parseNumber(s)
	}
	return Value{}, fmt.Errorf("%s is an action and has no value", i.Name)
}

func parseFlag(name, s string) (Value, error) {
	switch strings.ToLower(s) {
	case "true", "on", "yes", "1":
		return Flag(true), nil
	case "false", "off", "no", "0":
		return Flag(false), nil
	}
	return Value{}, fmt.Errorf("%s: %q is neither on nor off", name, s)
}

func (i *Info) parseEnum(s string) (Value, error) {
	if k := slices.IndexFunc(i.Enum, func(n string) bool { return n != "" && strings.EqualFold(n, s) }); k >= 0 {
		return Number(float64(k + i.Base)), nil
	}
	if n, err := strconv.Atoi(s); err == nil && n >= i.Base && n < i.Base+len(i.Enum) {
		return Number(float64(n)), nil
	}
	known := slices.DeleteFunc(slices.Clone(i.Enum), func(n string) bool { return n == "" })
	return Value{}, fmt.Errorf("%s: %q is none of %s", i.Name, s, strings.Join(known, ", "))
}

func (i *Info) parseNumber(s string) (Value, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return Value{}, fmt.Errorf("%s: %q is not a number; write a decimal point, no unit%s", i.Name, s, unitHint(i.Unit))
	}
	if i.Type == Integer && v != math.Trunc(v) {
		return Value{}, fmt.Errorf("%s: %q is not a whole number", i.Name, s)
	}
	return Number(v), nil
}

func unitHint(unit string) string {
	if unit == "" {
		return ""
	}
	return " (it is in " + unit + ")"
}
