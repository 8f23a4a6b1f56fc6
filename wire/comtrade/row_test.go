package comtrade

import (
	"math"
	"strings"
	"testing"
)

// TestAppendRefused holds that a value is refused rather than written as
// something else.
func TestAppendRefused(t *testing.T) {
	for _, c := range []struct {
		why      string
		kind     DataType
		revision int
		x        float64
	}{
		{"more than 16 bits", Binary, 1999, 32768},
		{"less than 16 bits", Binary, 1999, -32769},
		{"rounds to the mark", Binary, 1999, -32767.9},
		{"more than 32 bits", Binary32, 2013, math.MaxInt32 + 1},
		{"the mark of BINARY32", Binary32, 2013, math.MinInt32},
		{"more than a float32", Float32, 2013, 3.5e38},
		{"the mark of FLOAT32", Float32, 2013, -math.MaxFloat32},
		{"infinite", Float32, 2013, math.Inf(1)},
		{"infinite", ASCII, 2013, math.Inf(-1)},
		{"the mark of 1999", ASCII, 1999, 99999},
		{"the mark of 1991", ASCII, 1991, 999999},
	} {
		f := newFormat(&Recording{Revision: c.revision, Type: c.kind, Analog: make([]Analog, 1)})
		w := &row{number: 1, analog: []float64{c.x}}
		_, err := f.appendRow(nil, w)
		if want := "cannot be written as " + c.kind.String() + ": choose a and b so that it fits"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %g as %s: %v", c.why, c.x, c.kind, err)
		}
	}
	for _, w := range []row{{number: -1}, {number: 1 << 32}, {stamp: -1}, {stamp: noStamp}} {
		if _, err := newFormat(&Recording{Type: Binary}).appendRow(nil, &w); err == nil {
			t.Errorf("%+v is written", w)
		}
	}
}

// TestAppendMissing writes a missing value as each revision does.
func TestAppendMissing(t *testing.T) {
	for _, c := range []struct {
		kind     DataType
		revision int
		want     string
	}{
		{ASCII, 1991, "1,,999999,1\r\n"},
		{ASCII, 1999, "1,,99999,1\r\n"},
		{ASCII, 2013, "1,,,1\r\n"},
		{Binary, 2013, "\x01\x00\x00\x00\xff\xff\xff\xff\x00\x80\x01\x00"},
		{Binary32, 2013, "\x01\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x80\x01\x00"},
		{Float32, 2013, "\x01\x00\x00\x00\xff\xff\xff\xff\x00\x00\xc0\x7f\x01\x00"},
	} {
		f := newFormat(&Recording{Revision: c.revision, Type: c.kind, Analog: make([]Analog, 1), Digital: make([]Digital, 1)})
		got, err := f.appendRow(nil, &row{number: 1, stamp: nan, analog: []float64{nan}, status: []uint64{1}})
		if err != nil || string(got) != c.want {
			t.Errorf("%s of %d: %q, %v; want %q", c.kind, c.revision, got, err, c.want)
		}
	}
}
