package comtrade

import (
	"strconv"
	"strings"
	"time"
)

// moment is one date/time line of a configuration (1999 5.3.7).
type moment struct {
	t       time.Time // in UTC until the time code is known; zero if absent
	nano    bool      // more than six decimals: the stamps count ns (2013 8.4)
	swapped bool      // day and month stood in the other revision's order
}

// parseMoment reads "dd/mm/yyyy,hh:mm:ss.ssssss", or "mm/dd/yy,…" for revision
// 1991. Empty lines and zero dates, which devices without a clock write, give
// the zero time. It returns false for what is no date.
func parseMoment(line string, revision int) (moment, bool) {
	date, clock, ok := strings.Cut(line, ",")
	if date = clean(date); !ok {
		date, clock, _ = strings.Cut(date, " ")
	}
	clock = strings.TrimRight(clean(clock), ", ")
	if date == "" && clock == "" {
		return moment{}, true
	}
	year, month, day, swapped, ok := parseDate(date, revision)
	if !ok {
		return moment{}, false
	}
	since, nano, ok := parseClock(clock)
	if !ok {
		return moment{}, false
	}
	m := moment{nano: nano, swapped: swapped}
	if year != 0 {
		m.t = time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Add(since)
	}
	return m, true
}

// parseDate reads a date in the order of its revision; year 0 means none. Where
// only the other order gives a month, it takes that and reports it.
func parseDate(s string, revision int) (year, month, day int, swapped, ok bool) {
	part := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '-' || r == '.' })
	if len(part) != 3 {
		return 0, 0, 0, false, false
	}
	var n [3]int
	for i, p := range part {
		v, err := strconv.ParseUint(clean(p), 10, 16)
		if err != nil || v > 9999 {
			return 0, 0, 0, false, false
		}
		n[i] = int(v)
	}
	day, month, year = n[0], n[1], n[2]
	if revision == 1991 {
		day, month = month, day
	}
	if day == 0 || month == 0 || year == 0 && len(part[2]) == 4 {
		return 0, 0, 0, false, true // a device without a clock
	}
	if month > 12 && day <= 12 {
		day, month, swapped = month, day, true
	}
	year, ok = fullYear(year, len(part[2]))
	return year, month, day, swapped, ok && validDay(year, month, day)
}

// fullYear expands two digits by the rule of POSIX: 69 to 99 are the twentieth
// century. Recorders with a clock are no older than that.
func fullYear(year, digits int) (int, bool) {
	switch {
	case digits == 4 && year > 0:
		return year, true
	case digits == 2 && year >= 69:
		return 1900 + year, true
	case digits == 2:
		return 2000 + year, true
	}
	return 0, false
}

func validDay(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Month() == time.Month(month)
}

// parseClock reads "hh:mm:ss.ffffff" as time since midnight and reports whether
// it has more than six decimals. Second 60 is a leap second.
func parseClock(s string) (since time.Duration, nano, ok bool) {
	whole, decimals, _ := strings.Cut(s, ".")
	part := strings.Split(whole, ":")
	if len(part) != 3 {
		return 0, false, false
	}
	limit := [3]uint64{23, 59, 60}
	unit := [3]time.Duration{time.Hour, time.Minute, time.Second}
	for i, p := range part {
		v, err := strconv.ParseUint(clean(p), 10, 8)
		if err != nil || v > limit[i] {
			return 0, false, false
		}
		since += time.Duration(v) * unit[i]
	}
	fraction, ok := parseFraction(decimals)
	return since + fraction, len(decimals) > 6, ok
}

// parseFraction reads the decimals of a second down to nanoseconds.
func parseFraction(decimals string) (time.Duration, bool) {
	var d time.Duration
	for i := range len(decimals) {
		if decimals[i] < '0' || decimals[i] > '9' {
			return 0, false
		}
		if i < 9 {
			d = d*10 + time.Duration(decimals[i]-'0')
		}
	}
	for i := len(decimals); i < 9; i++ {
		d *= 10
	}
	return d, true
}

// parseZone turns a time code such as -4, +10h30 or 0 into a location. Empty
// and x, "not applicable", mean that the times are what they are: UTC.
func parseZone(code string) (*time.Location, bool) {
	if code == "" || strings.EqualFold(code, "x") || strings.EqualFold(code, "z") {
		return time.UTC, true
	}
	digits := strings.TrimLeft(code, "+-")
	if len(code)-len(digits) > 1 {
		return nil, false
	}
	hours, minutes, more := strings.Cut(strings.ToLower(digits), "h")
	h, err := strconv.ParseUint(hours, 10, 8)
	if err != nil || h > 14 {
		return nil, false
	}
	m := uint64(0)
	if more && minutes != "" {
		if m, err = strconv.ParseUint(minutes, 10, 8); err != nil || m > 59 {
			return nil, false
		}
	}
	offset := int(h*3600 + m*60)
	if code[0] == '-' {
		offset = -offset
	}
	if offset == 0 {
		return time.UTC, true
	}
	return time.FixedZone(code, offset), true
}

// inZone reads the same calendar date and clock in another place.
func inZone(t time.Time, loc *time.Location) time.Time {
	if t.IsZero() || loc == time.UTC {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), loc)
}
