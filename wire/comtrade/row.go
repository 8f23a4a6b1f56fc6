package comtrade

import (
	"fmt"
	"math"
)

// row is one sample as it stands in the data file, before scaling. Decoders
// fill one, encoders write one; neither knows where the values come from or go.
type row struct {
	number int64     // sample number
	stamp  float64   // time stamp in units of timemult; NaN if missing
	analog []float64 // x of a·x+b, a value for each channel; NaN if missing
	status []uint64  // channel k is bit k%64 of status[k/64]; the rest is zero
}

func newRow(analog, digital int) *row {
	return &row{analog: make([]float64, analog), status: make([]uint64, (digital+63)/64)}
}

// format is how one recording writes its rows.
type format struct {
	kind    DataType
	digital int     // status channels
	marks   []mark  // a rule for each analogue channel
	missing float64 // what marks a missing value in ASCII; NaN if an empty field does
}

// mark is how one analogue channel marks a missing value.
type mark struct {
	missing  float64 // the x that means missing; NaN if none does
	unsigned bool    // BINARY of 1991 beyond 32767
}

// newFormat works out the rules of package comment's table for each channel.
func newFormat(r *Recording) *format {
	f := &format{kind: r.Type, digital: len(r.Digital), marks: make([]mark, len(r.Analog)), missing: asciiMissing(r.Revision)}
	for i := range r.Analog {
		f.marks[i] = newMark(r.Type, r.Revision, &r.Analog[i])
	}
	return f
}

// asciiMissing is what a missing value is written as: 999999 (1991 6.3.4),
// 99999 (1999 6.3), nothing (2013 8.4).
func asciiMissing(revision int) float64 {
	switch revision {
	case 1991:
		return 999999
	case 1999:
		return 99999
	}
	return math.NaN()
}

func newMark(kind DataType, revision int, a *Analog) mark {
	declared := a.Min < a.Max
	positive := declared && a.Min >= 0
	switch {
	case kind == ASCII && revision >= 2013 && declared && a.Max < 99999:
		return mark{missing: 99999} // a habit of 1999 that cannot be a value here
	case kind == ASCII:
		return mark{missing: asciiMissing(revision)}
	case kind == Binary && revision == 1991 && positive && a.Max > math.MaxInt16:
		return mark{missing: math.MaxUint16, unsigned: true}
	case kind == Binary && revision == 1991 && positive:
		return mark{missing: -1}
	case kind == Binary:
		return mark{missing: math.MinInt16}
	case kind == Binary32:
		return mark{missing: math.MinInt32}
	}
	return mark{missing: -math.MaxFloat32}
}

// value is x, or NaN if x marks a missing value or cannot be one.
func (m mark) value(x float64) float64 {
	if x == m.missing || math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}

// appendRow writes one row the way its recording does. It refuses a value that
// the data type cannot hold, and one that would be read back as missing,
// rather than record something else.
func (f *format) appendRow(dst []byte, w *row) ([]byte, error) {
	if f.kind == ASCII {
		return f.appendASCII(dst, w)
	}
	return f.appendBinary(dst, w)
}

// unfit is the error for a value that cannot be written.
func (f *format) unfit(w *row, channel int) error {
	return fmt.Errorf("sample %d, analogue channel %d: %g cannot be written as %s: choose a and b so that it fits", w.number, channel+1, w.analog[channel], f.kind)
}
