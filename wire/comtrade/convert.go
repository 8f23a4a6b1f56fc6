package comtrade

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// ParseType finds a data type by its name, in any case.
func ParseType(s string) (DataType, error) {
	if t, ok := parseType(s); ok {
		return t, nil
	}
	return 0, fmt.Errorf("comtrade: data type %s is none of %s", quote(s), strings.Join(typeNames[:], ", "))
}

// Convert returns the recording as it reads back once it is written with
// another data type by the rules of another revision: values are rounded to
// what the type holds, and what the revision has no place for is gone. Notes say
// what was lost. The recording itself is not changed.
//
// Whole numbers keep their multiplier and offset where they fit, so that
// ASCII and BINARY of the same device convert without any loss; otherwise a
// channel gets a multiplier that uses the range of the type.
func (r *Recording) Convert(kind DataType, revision int) (*Recording, error) {
	switch {
	case revision != 1991 && revision != 1999 && revision != 2013:
		return nil, fmt.Errorf("comtrade: revision %d: choose 1991, 1999 or 2013", revision)
	case int(kind) >= len(typeNames):
		return nil, fmt.Errorf("comtrade: data type %d: choose one of %s", kind, strings.Join(typeNames[:], ", "))
	case kind > Binary && revision < 2013:
		return nil, fmt.Errorf("comtrade: %s exists since 2013: choose that revision, or ASCII or BINARY", kind)
	case len(r.Times) == 0 || len(r.Rates) == 0:
		return nil, fmt.Errorf("comtrade: no samples to convert")
	}
	out := *r
	out.Type, out.Revision, out.Notes = kind, revision, nil
	out.Rates = slices.Clone(r.Rates)
	out.Analog, out.Digital = slices.Clone(r.Analog), slices.Clone(r.Digital)
	for i := range out.Analog {
		if err := out.fit(&out.Analog[i]); err != nil {
			return nil, err
		}
	}
	if err := out.fitClock(r); err != nil {
		return nil, err
	}
	out.fitRevision()
	return &out, nil
}

// whole is the largest whole number of a type, up and down. One less than the
// standard's 99999 of ASCII, which marks a missing value in 1999.
func whole(kind DataType, revision int) float64 {
	switch {
	case kind == Binary:
		return math.MaxInt16
	case kind == Binary32:
		return math.MaxInt32
	case revision == 2013:
		return 9_999_998 // of up to 13 characters; ours
	}
	return 99_998
}

// fit gives a channel the values that the type can hold.
func (r *Recording) fit(a *Analog) error {
	if r.Type == Float32 {
		return a.fitFloat()
	}
	most := whole(r.Type, r.Revision)
	if !a.keeps(most) {
		a.rescale(most)
	}
	a.Min, a.Max = -most, most
	values := make([]float64, len(a.Values))
	for i, v := range a.Values {
		values[i] = a.A*math.RoundToEven((v-a.B)/a.A) + a.B
	}
	a.Values = values
	return nil
}

// fitFloat stores values as they are.
func (a *Analog) fitFloat() error {
	a.A, a.B, a.Min, a.Max = 1, 0, -math.MaxFloat32, math.MaxFloat32
	values := make([]float64, len(a.Values))
	for i, v := range a.Values {
		if math.Abs(v) >= math.MaxFloat32 { // the lowest marks a missing value
			return fmt.Errorf("comtrade: channel %s: %g does not fit %s: choose another type", quote(a.Name), v, Float32)
		}
		values[i] = float64(float32(v))
	}
	a.Values = values
	return nil
}

// keeps reports whether every value is a whole number of at most most with the
// multiplier and offset that there are, as rounding leaves it.
func (a *Analog) keeps(most float64) bool {
	const rounding = 1e-3
	for _, v := range a.Values {
		if math.IsNaN(v) {
			continue
		}
		x := (v - a.B) / a.A
		n := math.Round(x)
		if !(math.Abs(n) <= most) || math.Abs(x-n) > rounding || a.A*n+a.B != v {
			return false
		}
	}
	return a.A != 0
}

// rescale chooses multiplier and offset so that the values use the whole numbers
// up to most. Where there are values on both sides of zero, zero stays exact.
func (a *Analog) rescale(most float64) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range a.Values {
		if !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	switch {
	case low > high: // every value is missing
		a.A, a.B = 1, 0
	case low == high:
		a.A, a.B = 1, low
	case low <= 0 && high >= 0:
		a.A, a.B = shortAbove(max(-low, high)/most), 0
	default:
		a.B = low/2 + high/2
		a.A = shortAbove(max(high-a.B, a.B-low) / most)
	}
}

// shortAbove is v with eight digits, and a little more than v, so that the line
// of a channel can be read and the largest value still fits.
func shortAbove(v float64) float64 {
	v = max(v, 1e-300)
	unit := math.Pow(10, math.Floor(math.Log10(v))-7)
	n := math.Ceil(v/unit) + 1
	if short, ok := parseNumber(fmt.Sprintf("%.7e", n*unit)); ok && short >= v {
		return short
	}
	return v
}

// fitClock chooses the unit of the time stamps: what there was, if the revision
// and the width of the numbers allow it.
func (r *Recording) fitClock(from *Recording) error {
	span := r.Times[len(r.Times)-1] - r.Times[0]
	most := 9_999_999_999. // ten digits
	if r.Type != ASCII {
		most = noStamp - 1
	}
	if (from.TimeMult == 1 || r.Revision > 1991) && (!from.Nanoseconds || r.Revision == 2013) && span/from.tick() <= most {
		return nil
	}
	r.Nanoseconds = false
	for r.TimeMult = 1; span/r.tick() > most; r.TimeMult *= 10 {
		if r.Revision == 1991 || r.TimeMult >= maxTimeMult {
			return fmt.Errorf("comtrade: %.4g s of time stamps do not fit %s of %d: split the recording, or choose another type or revision", span, r.Type, r.Revision)
		}
	}
	if r.tick() > from.tick() && r.stamped() {
		r.note("time stamps are to %g µs, and were to %g", r.tick()*1e6, from.tick()*1e6)
	}
	return nil
}

// stamped reports whether the time stamps are the only clock.
func (r *Recording) stamped() bool {
	return slices.ContainsFunc(r.Rates, func(rate Rate) bool { return rate.Hz == 0 })
}

// fitRevision leaves out what the revision has no place for, and says what its
// lines must say.
func (r *Recording) fitRevision() {
	if start, trigger := r.Start, r.Trigger; !r.Nanoseconds {
		r.Start, r.Trigger = start.Truncate(time.Microsecond), trigger.Truncate(time.Microsecond)
		if !r.Start.Equal(start) || !r.Trigger.Equal(trigger) {
			r.note("dates are cut to microseconds")
		}
	}
	switch {
	case r.Revision == 2013 && r.TimeCode == "":
		// UTC, as a recording without a time code is read; a clock nobody
		// vouches for, leap seconds not known.
		r.TimeCode, r.LocalCode, r.TimeQuality, r.LeapSecond = "0", "x", "F", "3"
	case r.Revision < 2013:
		if r.TimeCode != "" && r.TimeCode != "0" {
			r.note("%d has no time zone: dates stay those of zone %s", r.Revision, quote(r.TimeCode))
		}
		r.TimeCode, r.LocalCode, r.TimeQuality, r.LeapSecond = "", "", "", ""
		r.Start, r.Trigger = plain(r.Start), plain(r.Trigger)
	}
	if r.Revision == 1991 {
		r.fit1991()
		return
	}
	if r.Revision == 2013 && r.Type == ASCII && slices.ContainsFunc(r.Analog, holed) {
		r.note("missing values are empty fields, as 2013 has them; a program that refuses them takes 1999")
	}
	for _, a := range r.Analog {
		if a.Scaling == 0 {
			r.note("channel %s does not say whether it is primary or secondary, and still does not", quote(a.Name))
			break
		}
	}
}

// holed reports whether a value is missing.
func holed(a Analog) bool { return slices.ContainsFunc(a.Values, math.IsNaN) }

// plain is the same date and clock without a zone.
func plain(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// fit1991 ends the lines of channels where 1991 does.
func (r *Recording) fit1991() {
	for i := range r.Analog {
		a := &r.Analog[i]
		if a.Scaling == 'S' || a.Primary != a.Secondary {
			r.note("1991 has no transformer ratio: channel %s, of %g/%g, is in %s values and does not say so", quote(a.Name), a.Primary, a.Secondary, map[bool]string{true: "secondary", false: "primary"}[a.Scaling == 'S'])
		}
		a.Scaling, a.Primary, a.Secondary = 0, 1, 1
	}
	for i := range r.Digital {
		r.Digital[i].Phase, r.Digital[i].Component = "", ""
	}
	if r.Information != "" {
		r.note("1991 has no .inf file: its text is left out")
		r.Information = ""
	}
}
