package comtrade

import (
	"math"
	"strconv"
)

// maxValue bounds every number in a recording. The standard stops at
// ±3.4028235E38 (2013 8.4); with the bound on multipliers below it, a·x+b can
// never overflow to infinity.
const maxValue = 1e39

// maxScale bounds multipliers and offsets.
const maxScale = 1e100

// parseNumber reads a decimal number: digits, sign, point, exponent, nothing
// else. In particular not what strconv adds (hexadecimal, underscores, inf),
// and not a decimal comma, which is a field separator here.
func parseNumber[T ~string | ~[]byte](s T) (float64, bool) {
	if v, ok := parseShort(s); ok {
		return v, true
	}
	digits := false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits = true
		case c != '+' && c != '-' && c != '.' && c != 'e' && c != 'E':
			return 0, false
		}
	}
	if !digits {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(s), 64)
	return v, err == nil && !math.IsInf(v, 0)
}

// pow10 are the powers of ten that a float64 holds exactly.
var pow10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parseShort reads what nearly every number in a recording is: up to fifteen
// digits with perhaps a sign and a point. Fifteen digits and their power of ten
// are exact in a float64, so one division rounds as strconv would.
func parseShort[T ~string | ~[]byte](s T) (float64, bool) {
	i, negative := 0, false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		i, negative = 1, s[0] == '-'
	}
	mantissa, point, start := int64(0), -1, i
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			mantissa = mantissa*10 + int64(c-'0')
		case c == '.' && point < 0:
			point = i
		default:
			return 0, false
		}
		if i-start > 15 {
			return 0, false
		}
	}
	digits, decimals := i-start, 0
	if point >= 0 {
		digits--
		decimals = i - point - 1
	}
	if digits == 0 || digits > 15 {
		return 0, false
	}
	v := float64(mantissa) / pow10[decimals]
	if negative {
		v = -v
	}
	return v, true
}

// appendNumber writes v so that parseNumber reads the same number.
func appendNumber(dst []byte, v float64) []byte {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 && !(v == 0 && math.Signbit(v)) {
		return strconv.AppendInt(dst, int64(v), 10)
	}
	return strconv.AppendFloat(dst, v, 'g', -1, 64)
}
