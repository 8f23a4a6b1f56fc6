package comtrade

import (
	"bytes"
	"fmt"
	"math/bits"
)

// MaxData is the most bytes of a data file that are read. Samples take up to
// eight times that in memory.
const MaxData = 128 << 20

// place is where a data section stands in its file.
type place struct {
	file   string
	line   int   // line it begins in, from 1
	offset int64 // byte it begins at
}

// rowReader is a data section of either kind.
type rowReader interface {
	// next reads a row; false at the end of the data.
	next(*row) (bool, error)
	// rest describes what follows the last row read, or is empty.
	rest() string
}

// binaryReader reads rows of fixed length.
type binaryReader struct {
	f    *format
	data []byte
}

func (s *binaryReader) next(w *row) (bool, error) {
	n := s.f.rowLength()
	if len(s.data) < n {
		return false, nil
	}
	s.f.decodeBinary(w, s.data[:n])
	s.data = s.data[n:]
	return true, nil
}

func (s *binaryReader) rest() string {
	if len(s.data) == 0 {
		return ""
	}
	return fmt.Sprintf("the last %d bytes (a sample has %d)", len(s.data), s.f.rowLength())
}

// readData reads the data section into the recording.
func (r *Recording) readData(data []byte, at place) error {
	f := newFormat(r)
	if r.Type == ASCII {
		data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // an editor's mark
	}
	n, err := r.rowsToRead(f, data, at)
	if err != nil {
		return err
	}
	var src rowReader = &binaryReader{f: f, data: data}
	if r.Type == ASCII {
		src = &asciiReader{f: f, file: at.file, data: data, line: at.line}
	}
	r.allocate(n)
	if n, err = r.readRows(f, src, at, n); err != nil {
		return err
	}
	if rest := src.rest(); rest != "" {
		r.note("%s holds more than the %d samples declared; %s ignored", at.file, n, rest)
	}
	return r.setTimes(at)
}

// rowsToRead is how many rows there are to be, or an upper bound of it where
// the configuration does not say. Nothing is allocated before this has found
// that the data are long enough: a configuration may claim any number.
func (r *Recording) rowsToRead(f *format, data []byte, at place) (int, error) {
	declared := r.Rates[len(r.Rates)-1].Last
	hold := 0
	if r.Type == ASCII {
		hold = (len(data) + 1) / f.shortestLine()
		if declared == 0 {
			lines := max(bytes.Count(data, []byte{'\n'}), bytes.Count(data, []byte{'\r'})) + 1
			return min(hold, lines), nil
		}
	} else {
		hold = len(data) / f.rowLength()
	}
	if declared > hold {
		return 0, r.tooShort(at, declared, fmt.Sprintf("its %d bytes hold at most %d", len(data), hold))
	}
	if declared == 0 {
		return hold, nil
	}
	return declared, nil
}

func (r *Recording) tooShort(at place, declared int, have string) error {
	return &Error{File: at.file, Line: 0, What: fmt.Sprintf("%d samples are declared, %s", declared, have),
		Remedy: "copy the data file again; if it is whole, correct the last sample number, the channel counts or the data type in the configuration"}
}

// allocate makes room for n samples.
func (r *Recording) allocate(n int) {
	r.Times = make([]float64, n)
	values := make([]float64, n*len(r.Analog))
	for i := range r.Analog {
		r.Analog[i].Values = values[i*n : (i+1)*n : (i+1)*n]
	}
	for i, b := range makeBits(len(r.Digital), n) {
		r.Digital[i].Values = b
	}
}

// truncate keeps the first n samples.
func (r *Recording) truncate(n int) {
	r.Times = r.Times[:n]
	for i := range r.Analog {
		r.Analog[i].Values = r.Analog[i].Values[:n]
	}
	for i := range r.Digital {
		b := &r.Digital[i].Values
		b.n, b.words = n, b.words[:(n+63)/64]
	}
}

// readRows reads up to n rows and returns how many there were. Times hold the
// time stamps until setTimes makes times of them.
func (r *Recording) readRows(f *format, src rowReader, at place, n int) (int, error) {
	w := newRow(len(r.Analog), len(r.Digital))
	check := numbering{binary: r.Type != ASCII}
	for i := range n {
		ok, err := src.next(w)
		if err != nil {
			return 0, err
		}
		if !ok {
			if declared := r.Rates[len(r.Rates)-1].Last; declared != 0 {
				return 0, r.tooShort(at, declared, fmt.Sprintf("it ends after %d", i))
			}
			n = i
			r.truncate(n)
			break
		}
		if !check.next(w.number) {
			return 0, &Error{File: at.file, Sample: 2, Offset: at.offset + int64(f.rowLength()),
				What:   fmt.Sprintf("samples 1 and 2 are numbered %d and %d, so they are not %d bytes long", check.first, w.number, f.rowLength()),
				Remedy: fmt.Sprintf("correct the channel counts (%dA,%dD) or the data type (%s) in the configuration", len(r.Analog), len(r.Digital), r.Type)}
		}
		r.store(i, w)
	}
	if n == 0 {
		return 0, &Error{File: at.file, What: "there are no samples", Remedy: "copy the data file again; it is empty or cut short"}
	}
	if err := r.endRates(at, n); err != nil {
		return 0, err
	}
	if check.jump != "" {
		r.note("%s: %s; taken as consecutive", at.file, check.jump)
	}
	return n, nil
}

// endRates sets the last sample of the last rate, which may not be declared.
func (r *Recording) endRates(at place, n int) error {
	k := len(r.Rates) - 1
	if k > 0 && n <= r.Rates[k-1].Last {
		return r.tooShort(at, r.Rates[k-1].Last+1, fmt.Sprintf("it ends after %d", n))
	}
	r.Rates[k].Last = n
	return nil
}

// store puts row w in its place, scaled.
func (r *Recording) store(i int, w *row) {
	r.Times[i] = w.stamp
	for k := range r.Analog {
		a := &r.Analog[k]
		a.Values[i] = a.A*w.analog[k] + a.B
	}
	for k, word := range w.status {
		for ; word != 0; word &= word - 1 {
			r.Digital[k*64+bits.TrailingZeros64(word)].Values.set(i)
		}
	}
}

// numbering watches the sample numbers. In binary data they are the only sign
// that the record length is right: with a wrong one every value would be made
// of pieces of its neighbours and look like a measurement.
type numbering struct {
	binary      bool
	seen        int
	first, last int64
	step        int64  // 1, or 0 for a device that does not number
	jump        string // the first jump, for a note
}

// next takes the number of the next sample; false if it cannot be one.
func (c *numbering) next(number int64) bool {
	switch c.seen {
	case 0:
		c.first = number
	case 1:
		c.step = number - c.first
		if c.step != 0 && c.step != 1 {
			if c.binary {
				return false
			}
			c.step = 1
		}
		fallthrough
	default:
		if number != c.last+c.step && c.jump == "" {
			c.jump = fmt.Sprintf("the sample after number %d is numbered %d", c.last, number)
		}
	}
	c.last = number
	c.seen++
	return true
}
