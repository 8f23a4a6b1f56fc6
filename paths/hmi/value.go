package hmi

import (
	"math"
	"strconv"
	"strings"
	"time"

	"switchroom/points"
)

// shown writes a value as the display does: a reading with as many digits as one
// takes in at a glance, a setting with all it has.
func shown(info *points.Info, v float64, exact bool) string {
	switch info.Type {
	case points.Bool:
		return yesOrOn(v != 0, exact)
	case points.Enum:
		return strings.TrimSpace(strings.ReplaceAll(info.Format(points.Number(v)), "_", " ") + " " + info.Unit)
	case points.Instant:
		return points.Number(v).Time().Format(time.DateTime)
	}
	if exact {
		return strings.TrimSpace(info.Format(points.Number(v)) + " " + info.Unit)
	}
	return reading(v, info.Unit)
}

// yesOrOn writes a yes or no: a setting is on or off.
func yesOrOn(is, setting bool) string {
	switch {
	case setting && is:
		return "on"
	case setting:
		return "off"
	case is:
		return "yes"
	}
	return "no"
}

// reading writes a measured value.
func reading(v float64, unit string) string {
	switch {
	case unit == "W" || unit == "var" || unit == "VA":
		return trim(v/1000, 1) + " k" + unit
	case unit == "Wh" || unit == "varh" || unit == "VAh":
		return trim(v/1000, 0) + " k" + unit
	case unit == "s" && v >= 3600:
		return trim(v/3600, 1) + " h"
	case math.Abs(v) < 100:
		return strings.TrimSpace(trim(v, 2) + " " + unit)
	}
	return strings.TrimSpace(trim(v, 0) + " " + unit)
}

// trim writes a number with at most so many digits after the point.
func trim(v float64, digits int) string {
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// part is what of a date and time an item sets.
type part uint8

const (
	whole part = iota
	year
	month
	day
	hour
	minute
)

// of returns the part of t.
func (x part) of(t time.Time) float64 {
	return float64([...]int{0, t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute()}[x])
}

func (x part) say(v float64) string {
	s := trim(v, 0)
	if x != year && len(s) < 2 {
		return "0" + s
	}
	return s
}

// with returns t with the part set, and whether there is such a date. Setting the
// minute begins it.
func (x part) with(t time.Time, v float64) (time.Time, bool) {
	f := [...]int{0, t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute()}
	f[x] = int(v)
	sec := t.Second()
	if x == minute {
		sec = 0
	}
	set := time.Date(f[year], time.Month(f[month]), f[day], f[hour], f[minute], sec, 0, time.UTC)
	return set, set.Day() == f[day]
}

// limits are what the part may be. The unit's clock goes from 2000 to 2127.
func (x part) limits() (lo, hi float64) {
	l := [...][2]float64{{}, {2000, 2127}, {1, 12}, {1, 31}, {0, 23}, {0, 59}}[x]
	return l[0], l[1]
}
