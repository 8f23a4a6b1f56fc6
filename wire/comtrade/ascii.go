package comtrade

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
)

// asciiReader reads rows of decimal numbers, a line each:
// "n,timestamp,A1,…,Ak,D1,…,Dm" (1999 6.3, 2013 8.4).
type asciiReader struct {
	f      *format
	file   string
	data   []byte
	pos    int
	line   int // line that pos is in, from 1
	rows   int // rows begun
	fields int // fields of this row cut so far
}

// shortestLine is the least number of bytes a row can have: a digit, a comma
// for each field, a digit for each status, and the end of the line.
func (f *format) shortestLine() int { return 1 + 1 + len(f.marks) + 2*f.digital + 1 }

// next reads the next row into w; false at the end of the data.
func (s *asciiReader) next(w *row) (bool, error) {
	if !s.skipBlank() {
		return false, nil
	}
	s.rows++
	if err := s.head(w); err != nil {
		return false, err
	}
	for i, m := range s.f.marks {
		b, err := s.field()
		if err != nil {
			return false, err
		}
		x, ok := decodeDecimal(b)
		if !ok {
			return false, s.fail(fmt.Sprintf("analogue channel %d is %s", i+1, quote(b)), "write a number with a decimal point, or nothing if it is missing")
		}
		w.analog[i] = m.value(x)
	}
	if err := s.status(w); err != nil {
		return false, err
	}
	return true, s.endLine()
}

// head reads sample number and time stamp.
func (s *asciiReader) head(w *row) error {
	s.fields = 1
	b := s.cut()
	number, ok := parseNumber(b)
	if !ok || number != math.Trunc(number) || math.Abs(number) > 1e15 {
		return s.fail("sample number "+quote(b), "a line begins with its sample number; check that the data are ASCII and whole")
	}
	w.number = int64(number)
	b, err := s.field()
	if err != nil {
		return err
	}
	if w.stamp, ok = decodeDecimal(b); !ok {
		return s.fail("time stamp "+quote(b), "write a whole number, or nothing if it is missing")
	}
	return nil
}

// decodeDecimal reads a number that may be absent: NaN.
func decodeDecimal(b []byte) (float64, bool) {
	if v, ok := parseShort(b); ok {
		return v, true
	}
	if len(b) == 0 || bytes.EqualFold(b, []byte("nan")) {
		return math.NaN(), true
	}
	v, ok := parseNumber(b)
	return v, ok && encodable(v)
}

// status reads the status fields. Nearly all of them are a digit and a comma.
func (s *asciiReader) status(w *row) error {
	clear(w.status)
	for k := range s.f.digital {
		var c byte
		// pos stands on the comma before the field.
		if p := s.pos; p+2 < len(s.data) && s.data[p] == ',' && s.data[p+2] == ',' {
			c = s.data[p+1]
			s.pos += 2
			s.fields++
		} else {
			b, err := s.field()
			if err != nil {
				return err
			}
			if len(b) == 1 {
				c = b[0]
			}
		}
		switch c {
		case '1':
			w.status[k/64] |= 1 << (k % 64)
		case '0':
		default:
			return s.fail(fmt.Sprintf("status channel %d is neither 0 nor 1", k+1), "write 0 or 1; a status cannot be missing")
		}
	}
	return nil
}

// field cuts the next field of the line, which begins at a comma.
func (s *asciiReader) field() ([]byte, error) {
	if s.pos >= len(s.data) || s.data[s.pos] != ',' {
		return nil, s.fail(fmt.Sprintf("the line ends after %d fields of %d", s.fields, s.width()), "copy the file again if it is cut short; correct the channel counts if it is not")
	}
	s.pos++
	s.fields++
	return s.cut(), nil
}

// width is how many fields a row has.
func (s *asciiReader) width() int { return 2 + len(s.f.marks) + s.f.digital }

// cut returns the bytes up to the next comma or line end, and stops there.
func (s *asciiReader) cut() []byte {
	start, i := s.pos, s.pos
	for i < len(s.data) && s.data[i] != ',' && s.data[i] != '\n' && s.data[i] != '\r' {
		i++
	}
	s.pos = i
	b := s.data[start:i]
	for len(b) > 0 && isBlank(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// isBlank reports what may stand around a number: spaces, and the DOS
// end-of-file character after the last.
func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == 0x1a || c == 0 }

// endLine takes the end of a row. Commas may follow it; anything else is a sign
// that numbers were written with decimal commas, which would shift every
// channel after the first.
func (s *asciiReader) endLine() error {
	extra := 0
	for s.pos < len(s.data) && s.data[s.pos] == ',' {
		s.pos++
		s.fields++
		if len(s.cut()) > 0 {
			extra = s.fields
		}
	}
	if extra > 0 {
		return s.fail(fmt.Sprintf("the line has %d fields, not %d", extra, s.width()), "write decimals with a point, or correct the channel counts")
	}
	return nil
}

// skipBlank moves to the next line with something on it; false if there is none.
func (s *asciiReader) skipBlank() bool {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '\n' || c == '\r':
			s.pos += endOfLine(s.data[s.pos:])
			s.line++
		case isBlank(c):
			s.pos++
		default:
			return true
		}
	}
	return false
}

func (s *asciiReader) fail(what, remedy string) error {
	return &Error{File: s.file, Line: s.line, Sample: s.rows, What: what, Remedy: remedy}
}

// rest says what is left after the last row that counts, or "".
func (s *asciiReader) rest() string {
	if !s.skipBlank() {
		return ""
	}
	return fmt.Sprintf("line %d and what follows it", s.line)
}

// appendASCII is the inverse of asciiReader.next.
func (f *format) appendASCII(dst []byte, w *row) ([]byte, error) {
	dst = append(strconv.AppendInt(dst, w.number, 10), ',')
	if !math.IsNaN(w.stamp) {
		dst = appendNumber(dst, w.stamp)
	}
	for i, x := range w.analog {
		dst = append(dst, ',')
		switch {
		case encodable(x) && x != f.marks[i].missing:
			dst = appendNumber(dst, x)
		case !math.IsNaN(x):
			return dst, f.unfit(w, i)
		case !math.IsNaN(f.missing):
			dst = appendNumber(dst, f.missing)
		}
	}
	for k := range f.digital {
		dst = append(dst, ',', '0'+byte(w.status[k/64]>>(k%64)&1))
	}
	return appendEnd(dst), nil
}
