package fat

import (
	"math"
	"strconv"
	"strings"
	"time"

	"switchroom/points"
)

// Shown is what the system under test shows of one point at a moment.
type Shown struct {
	Found   bool      // whether it shows the point at all
	Bad     bool      // told as not valid, or no value
	Quality string    // as the system says it
	Text    string    // the value as it stands there
	Number  float64   // NaN where the text is no number
	At      time.Time // of the value, as the system says; zero: it says none
	Raw     string    // what it was taken from, bounded
}

// rawMax bounds the excerpt that goes into a result, in bytes.
const rawMax = 240

// excerpt cuts s to a bounded length, at a character.
func excerpt(s string) string {
	s = strings.ToValidUTF8(strings.TrimSpace(s), "?")
	if len(s) <= rawMax {
		return s
	}
	cut := rawMax
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + " …"
}

// parseShown makes what the system shows of a text: numbers in any usual way of
// writing, words for on and off, nothing for no value.
func parseShown(text string, words map[string]string) Shown {
	s := Shown{Found: true, Text: strings.TrimSpace(text), Number: math.NaN()}
	if w, ok := words[strings.ToLower(s.Text)]; ok {
		s.Text = w
	}
	switch strings.ToLower(s.Text) {
	case "true", "on", "yes":
		s.Number = 1
	case "false", "off", "no":
		s.Number = 0
	case "", "null", "nan", "n/a", "none", "-", "--", "---", "?", "+inf", "-inf", "inf":
		s.Bad = true
	default:
		if v, err := strconv.ParseFloat(strings.ReplaceAll(s.Text, " ", ""), 64); err == nil {
			s.Number = v
		} else if v, err := strconv.ParseFloat(strings.Replace(s.Text, ",", ".", 1), 64); err == nil {
			s.Number = v
		}
	}
	return s
}

// value is the text or number that a binding had, bounded.
func (s Shown) value() string {
	switch {
	case !s.Found:
		return "not shown"
	case s.Bad && s.Quality != "":
		return excerpt(s.Text) + " (" + excerpt(s.Quality) + ")"
	}
	return excerpt(s.Text)
}

// Same reports whether what is shown is want, a value of the point, within the
// tolerance. Quality is not looked at.
func (s Shown) Same(info *points.Info, want points.Value, t Tolerance) bool {
	if !s.Found || !want.Available() {
		return s.Found == want.Available()
	}
	switch info.Type {
	case points.Text:
		return s.Text == strings.TrimSpace(want.Text())
	case points.Bool:
		return !math.IsNaN(s.Number) && s.Number == want.Float()
	case points.Enum:
		return s.Number == want.Float() || strings.EqualFold(s.Text, info.Format(want))
	case points.Instant:
		at, ok := instant(s)
		return ok && math.Abs(at-want.Float()) <= max(t.Absolute, 0.0005)
	}
	return !math.IsNaN(s.Number) && t.Holds(want.Float(), s.Number)
}

// layouts are the ways of writing a date and time that are understood; without a
// zone it is UTC.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999",
	"2006/01/02 15:04:05", "02.01.2006 15:04:05", "2006-01-02 15:04:05 -0700 MST",
}

// parseTime reads a date and time, or seconds or milliseconds since 1970.
func parseTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t.UTC(), true
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || math.IsNaN(v) || v < 1e8 || v > 1e14:
		return time.Time{}, false
	case v > 1e11:
		return time.UnixMilli(int64(v)).UTC(), true
	}
	return time.UnixMilli(int64(v * 1e3)).UTC(), true
}

// instant is what is shown as seconds since the epoch of the device.
func instant(s Shown) (float64, bool) {
	t, ok := parseTime(s.Text)
	return t.Sub(points.Epoch).Seconds(), ok
}
