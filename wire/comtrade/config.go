package comtrade

import (
	"fmt"
	"strconv"
	"strings"
)

// maxChannels bounds the channels of a recording, analogue and digital
// together. The largest real ones have a few thousand.
const maxChannels = 100_000

// Bounds on what is not a sample. They keep times finite and in range.
const (
	maxFrequency = 1e6
	maxRate      = 1e9
	minRate      = 1e-6
	maxTimeMult  = 1e9
)

// parseConfig reads the text of a .cfg file (1999 clause 5, 2013 clause 7).
func parseConfig(c *cursor) (*Recording, error) {
	r := &Recording{TimeMult: 1}
	for _, step := range []func(*cursor) error{
		r.parseStation, r.parseChannels, r.parseFrequency, r.parseRates,
		r.parseDates, r.parseFileType, r.parseTimeMult, r.parseClockLines,
	} {
		if err := step(c); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// missing is the error for a configuration that ends too soon.
func missing(c *cursor, what string) error {
	c.line++
	return c.fail("the file ends where "+what+" should stand", "copy it from the device again; it is not whole")
}

// parseStation reads "station,device,year" (1999 5.3.1).
func (r *Recording) parseStation(c *cursor) error {
	line, ok := c.next()
	if !ok {
		return missing(c, "the station line")
	}
	f := splitFields(nil, line, 3)
	for len(f) < 3 {
		f = append(f, "")
	}
	if len(f) > 3 {
		return c.fail(fmt.Sprintf("the station line has %d fields", len(f)), "write station,device,year without commas inside the names")
	}
	r.Station, r.Device = f[0], f[1]
	year, ok := parseRevision(f[2])
	if !ok {
		return c.fail("revision year "+quote(f[2]), "write station,device,year with 1991, 1999 or 2013 as the year")
	}
	r.Revision = revisionRules(year)
	if year != r.Revision && year != 2001 {
		r.note("there is no revision %d of COMTRADE; read by the rules of %d", year, r.Revision)
	}
	return nil
}

// parseRevision reads the year; none means 1991 (1999 5.3.1), and so does the 0
// of simulators that always write a third field.
func parseRevision(s string) (int, bool) {
	if s == "" || s == "0" {
		return 1991, true
	}
	year, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0, false
	}
	if year > 90 && year < 100 {
		year += 1900
	}
	return int(year), year >= 1991 && year < 2100
}

// revisionRules is the revision whose rules a file of that year follows. Years
// that are none occur: 2001 is IEC 60255-24:2001, the text of 1999, and 1997 is
// what Sepam relays write, with the lines and dates of 1999.
func revisionRules(year int) int {
	switch {
	case year <= 1991:
		return 1991
	case year < 2013:
		return 1999
	}
	return 2013
}

// oneField is what stands in a line that has one field; the line as it is if it
// has several, so that a channel line in its place is not read as a number.
func oneField(line string) string {
	if f := splitFields(nil, line, 1); len(f) == 1 {
		return f[0]
	}
	return clean(line)
}

// parseFrequency reads the nominal line frequency; it may be blank (5.3.5).
func (r *Recording) parseFrequency(c *cursor) error {
	line, ok := c.next()
	if !ok {
		return missing(c, "the line frequency")
	}
	s := oneField(line)
	if s == "" {
		return nil
	}
	v, ok := parseNumber(s)
	if !ok || v < 0 || v > maxFrequency {
		return c.fail("line frequency "+quote(s), "write it in Hz with a decimal point, as 50 or 60; if a channel line stands here, the channel counts in line 2 are too low")
	}
	r.Frequency = v
	return nil
}

// parseRates reads the number of sampling rates and one line for each; where
// the number is 0, one line "0,last" all the same (1999 5.3.6). Devices that
// leave that line out are told by the date that follows.
func (r *Recording) parseRates(c *cursor) error {
	line, ok := c.next()
	if !ok {
		return missing(c, "the number of sampling rates")
	}
	s := oneField(line)
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n > 999 {
		return c.fail("number of sampling rates "+quote(s), "write 1 for a constant rate, 0 if the time stamps count")
	}
	if n == 0 {
		if ahead := *c; nextIsDate(&ahead) {
			r.Rates = []Rate{{}}
			return nil
		}
		n = 1
	}
	for i := range int(n) {
		rate, err := parseRate(c, i+1, int(n))
		if err != nil {
			return err
		}
		if i > 0 && rate.Last <= r.Rates[i-1].Last && rate.Last != 0 {
			return c.fail(fmt.Sprintf("last sample %d is not after the previous rate's %d", rate.Last, r.Rates[i-1].Last), "number the samples through the whole recording")
		}
		r.Rates = append(r.Rates, rate)
	}
	return nil
}

func nextIsDate(c *cursor) bool {
	line, _ := c.next()
	return strings.Contains(line, "/") && strings.Contains(line, ":")
}

// parseRate reads "Hz,last" as number i of n. The last sample may be left out
// or 0 in the last line: then the data decide.
func parseRate(c *cursor, i, n int) (Rate, error) {
	line, ok := c.next()
	if !ok {
		return Rate{}, missing(c, fmt.Sprintf("sampling rate %d of %d", i, n))
	}
	f := splitFields(nil, line, 1)
	hz, ok := parseNumber(f[0])
	if !ok || len(f) > 2 || hz != 0 && (hz < minRate || hz > maxRate) {
		return Rate{}, c.fail("sampling rate "+quote(line), "write rate,last with the rate in Hz, as 1200,240")
	}
	rate := Rate{Hz: hz}
	if len(f) == 2 {
		last, err := strconv.ParseInt(f[1], 10, strconv.IntSize)
		if err != nil || last < 0 || last > 9_999_999_999 {
			return Rate{}, c.fail("last sample "+quote(f[1]), "write the number of the last sample at this rate, at most 9999999999")
		}
		rate.Last = int(last)
	}
	if rate.Last == 0 && i < n {
		return Rate{}, c.fail(fmt.Sprintf("sampling rate %d of %d has no last sample", i, n), "write rate,last with the number of its last sample")
	}
	return rate, nil
}

// parseDates reads the time of the first sample and of the trigger (5.3.7).
func (r *Recording) parseDates(c *cursor) error {
	var m [2]moment
	for i, name := range [2]string{"the time of the first sample", "the time of the trigger"} {
		line, ok := c.next()
		if !ok {
			return missing(c, name)
		}
		if m[i], ok = parseMoment(line, r.Revision); !ok {
			order := "dd/mm/yyyy"
			if r.Revision == 1991 {
				order = "mm/dd/yy"
			}
			return c.fail(name+" is "+quote(line), "write "+order+",hh:mm:ss.ssssss")
		}
		if m[i].swapped {
			r.note("%s has day and month in the order of another revision; read as %s", name, m[i].t.Format("2 January 2006"))
		}
	}
	r.Start, r.Trigger = m[0].t, m[1].t
	r.Nanoseconds = r.Revision >= 2013 && (m[0].nano || m[1].nano)
	return nil
}

// parseFileType reads the data type (5.3.8).
func (r *Recording) parseFileType(c *cursor) error {
	line, ok := c.next()
	if !ok {
		return missing(c, "the data file type")
	}
	s := oneField(line)
	if r.Type, ok = parseType(s); !ok {
		return c.fail("data file type "+quote(s), "write ASCII, BINARY, BINARY32 or FLOAT32, whichever the data are")
	}
	return nil
}

// parseTimeMult reads the time stamp multiplier (5.3.9). 1991 has none, and
// devices leave it out.
func (r *Recording) parseTimeMult(c *cursor) error {
	line, _ := c.next()
	s := oneField(line)
	if s == "" {
		return nil
	}
	v, ok := parseNumber(s)
	if !ok || v < 0 || v > maxTimeMult {
		return c.fail("time stamp multiplier "+quote(s), "write 1 if the stamps are in microseconds")
	}
	if v == 0 {
		// Kept, it would put every sample at the same instant.
		r.note("the time stamp multiplier is 0; taken as 1")
		v = 1
	}
	r.TimeMult = v
	return nil
}

// parseClockLines reads the two lines that 2013 adds: time codes, and quality
// and leap second. Nothing else depends on them, so what is missing or not
// understood is no reason to refuse a recording.
func (r *Recording) parseClockLines(c *cursor) error {
	if r.Revision < 2013 {
		return nil
	}
	r.TimeCode, r.LocalCode = twoFields(c)
	r.TimeQuality, r.LeapSecond = twoFields(c)
	loc, ok := parseZone(r.TimeCode)
	if !ok {
		r.note("time code %s is not understood; times taken as UTC", quote(r.TimeCode))
		return nil
	}
	r.Start, r.Trigger = inZone(r.Start, loc), inZone(r.Trigger, loc)
	return nil
}

func twoFields(c *cursor) (a, b string) {
	line, _ := c.next()
	f := append(splitFields(nil, line, 2), "", "")
	return f[0], f[1]
}
