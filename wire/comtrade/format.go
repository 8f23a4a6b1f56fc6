package comtrade

import (
	"math"
	"strconv"
	"time"
)

// AppendConfig appends the configuration as the text of a .cfg file, by the
// rules of r.Revision, in UTF-8 with CRLF, and returns the extended slice.
// Reading the text again gives the same configuration.
func (r *Recording) AppendConfig(dst []byte) []byte {
	dst = appendLine(dst, r.Station, r.Device, strconv.Itoa(r.Revision))
	a, d := len(r.Analog), len(r.Digital)
	dst = appendLine(dst, strconv.Itoa(a+d), strconv.Itoa(a)+"A", strconv.Itoa(d)+"D")
	for i := range r.Analog {
		dst = r.Analog[i].appendConfig(dst, i+1, r.Revision)
	}
	for i := range r.Digital {
		dst = r.Digital[i].appendConfig(dst, i+1, r.Revision)
	}
	dst = appendEnd(appendNumber(dst, r.Frequency))
	dst = r.appendRates(dst)
	dst = r.appendMoment(dst, r.Start)
	dst = r.appendMoment(dst, r.Trigger)
	dst = appendLine(dst, r.Type.String())
	if r.Revision > 1991 || r.TimeMult != 1 {
		dst = appendEnd(appendNumber(dst, r.TimeMult))
	}
	if r.Revision >= 2013 && r.TimeCode+r.LocalCode+r.TimeQuality+r.LeapSecond != "" {
		dst = appendLine(dst, r.TimeCode, r.LocalCode)
		dst = appendLine(dst, r.TimeQuality, r.LeapSecond)
	}
	return dst
}

func appendEnd(dst []byte) []byte { return append(dst, "\r\n"...) }

func appendLine(dst []byte, fields ...string) []byte {
	for i, f := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, f...)
	}
	return appendEnd(dst)
}

func (a *Analog) appendConfig(dst []byte, number, revision int) []byte {
	dst = strconv.AppendInt(dst, int64(number), 10)
	for _, s := range [...]string{a.Name, a.Phase, a.Component, a.Unit} {
		dst = append(append(dst, ','), s...)
	}
	numbers := []float64{a.A, a.B, a.Skew, a.Min, a.Max, a.Primary, a.Secondary}
	// A line of 1991 ends here; a device that added the transformer keeps it.
	short := revision == 1991 && a.Scaling == 0 && a.Primary == 1 && a.Secondary == 1
	if short {
		numbers = numbers[:5]
	}
	for _, v := range numbers {
		dst = appendNumber(append(dst, ','), v)
	}
	if a.Scaling != 0 {
		dst = append(dst, ',', a.Scaling)
	} else if !short {
		dst = append(dst, ',')
	}
	return appendEnd(dst)
}

func (d *Digital) appendConfig(dst []byte, number, revision int) []byte {
	normal := "0"
	if d.Normal {
		normal = "1"
	}
	if revision == 1991 && d.Phase == "" && d.Component == "" {
		return appendLine(dst, strconv.Itoa(number), d.Name, normal)
	}
	return appendLine(dst, strconv.Itoa(number), d.Name, d.Phase, d.Component, normal)
}

func (r *Recording) appendRates(dst []byte) []byte {
	n := len(r.Rates)
	if n == 1 && r.Rates[0].Hz == 0 {
		n = 0
	}
	dst = appendLine(dst, strconv.Itoa(n))
	for _, rate := range r.Rates {
		dst = append(appendNumber(dst, rate.Hz), ',')
		dst = appendEnd(strconv.AppendInt(dst, int64(rate.Last), 10))
	}
	return dst
}

// appendMoment writes a date in the order of its revision. The number of
// decimals has a meaning in 2013: it is the unit of the time stamps.
func (r *Recording) appendMoment(dst []byte, t time.Time) []byte {
	if t.IsZero() {
		if r.Nanoseconds {
			return append(dst, "00/00/0000,00:00:00.000000000\r\n"...)
		}
		return append(dst, "00/00/0000,00:00:00.000000\r\n"...)
	}
	layout := "02/01/2006,15:04:05.000000"
	if r.Revision == 1991 {
		layout = "01/02/2006,15:04:05.000000"
	}
	if r.Nanoseconds || r.Revision < 2013 && t.Nanosecond()%1000 != 0 {
		layout += "000"
	}
	return appendEnd(t.AppendFormat(dst, layout))
}

// encodable reports whether x can be written as it is.
func encodable(x float64) bool { return !math.IsNaN(x) && math.Abs(x) <= maxValue }
