package comtrade

import (
	"encoding/binary"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

var nan = math.NaN()

func TestReadASCII(t *testing.T) {
	r := read(t, with(), goodData)
	if want := []float64{6, 11, -14, 21}; !same(r.Analog[0].Values, want) {
		t.Errorf("IA %v, want %v", r.Analog[0].Values, want)
	}
	if want := []float64{2, 4, 6, 8}; !same(r.Analog[1].Values, want) {
		t.Errorf("UA %v, want %v", r.Analog[1].Values, want)
	}
	if want := []bool{true, true, false, true}; !reflect.DeepEqual(bools(r.Digital[0].Values), want) {
		t.Errorf("CLOSED %v, want %v", bools(r.Digital[0].Values), want)
	}
	if want := []float64{0, 0.001, 0.002, 0.003}; !same(r.Times, want) {
		t.Errorf("times %v, want %v", r.Times, want)
	}
	if len(r.Notes) != 0 {
		t.Errorf("notes %q", r.Notes)
	}
}

// TestASCIITolerated holds data that differ from goodData only in their looks.
func TestASCIITolerated(t *testing.T) {
	want := read(t, with(), goodData)
	for why, dat := range map[string]string{
		"spaces":          " 1,     0,    10,  1, 1 \n  2,  1000, 20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1",
		"plus and zeros":  "+1,0000,+000010,01,1\n02,1000,20,2,1\n3,2000,-00030,3,0\n4,3000,40,4,1\n",
		"decimals":        "1,0.0,10.00,1.,1\n2,1000,2e1,.2E+1,1\n3,2000,-30,3,0\n4,3000,40,4,1\n",
		"long decimals":   "1,0,10.0000000000000000001,1,1\n2,1000,20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1\n",
		"CRLF":            strings.ReplaceAll(goodData, "\n", "\r\n"),
		"CR":              strings.ReplaceAll(goodData, "\n", "\r"),
		"byte order mark": "\ufeff" + goodData,
		"CR CR LF":        strings.ReplaceAll(goodData, "\n", "\r\r\n"),
		"blank lines":     "\n\n" + strings.ReplaceAll(goodData, "\n", "\n \n"),
		"DOS end of file": goodData + "\x1a\x1a\x1a",
		"end on the line": strings.TrimSuffix(goodData, "\n") + "\x1a",
		"commas too many": strings.ReplaceAll(goodData, "\n", ",,\n"),
	} {
		r, err := Read(strings.NewReader(with()), strings.NewReader(dat))
		if err != nil {
			t.Errorf("%s: %v", why, err)
		} else if !reflect.DeepEqual(r, want) {
			t.Errorf("%s: got %+v\nwant %+v", why, r, want)
		}
	}
}

func TestASCIIRefused(t *testing.T) {
	for _, c := range []struct{ dat, want string }{
		{"", `dat: 4 samples are declared, its 0 bytes hold at most 0: copy the data file again; if it is whole, correct the last sample number, the channel counts or the data type in the configuration`},
		{"1,0,10,1,1\n2,1000,20,2,1\n3,2000,-30,3,0\n", `dat: 4 samples are declared, it ends after 3: copy the data file again; if it is whole, correct the last sample number, the channel counts or the data type in the configuration`},
		{"1,0,10,1,1\n2,1000,20\n3,2000,-30,3,0\n4,3000,40,4,1\n", `dat:2: sample 2: the line ends after 3 fields of 5: copy the file again if it is cut short; correct the channel counts if it is not`},
		{"1,0,10,1,1\n\n2,1000,20,2\n3,2000,-30,3,0\n4,3000,40,4,1\n", `dat:3: sample 2: the line ends after 4 fields of 5: copy the file again if it is cut short; correct the channel counts if it is not`},
		{"1,0,10,5,1,1\n2,1000,20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1\n", `dat:1: sample 1: the line has 6 fields, not 5: write decimals with a point, or correct the channel counts`},
		{"1,0,10,2,5,1\n2,1000,20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1\n", `dat:1: sample 1: status channel 1 is neither 0 nor 1: write 0 or 1; a status cannot be missing`},
		{"1,0,10,1,1,0,1\n2,1000,20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1\n", `dat:1: sample 1: the line has 7 fields, not 5: write decimals with a point, or correct the channel counts`},
		{"1,0,1_0,1,1\n2,1000,20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1\n", `dat:1: sample 1: analogue channel 1 is "1_0": write a number with a decimal point, or nothing if it is missing`},
		{"1,0,inf,1,1\n2,1000,20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1\n", `dat:1: sample 1: analogue channel 1 is "inf": write a number with a decimal point, or nothing if it is missing`},
		{"1,0,1e300,1,1\n2,1000,20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1\n", `dat:1: sample 1: analogue channel 1 is "1e300": write a number with a decimal point, or nothing if it is missing`},
		{"1,0,10,1,\n2,1000,20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1\n", `dat:1: sample 1: status channel 1 is neither 0 nor 1: write 0 or 1; a status cannot be missing`},
		{"n,t,IA,UA,CB\n1,0,10,1,1\n2,1000,20,2,1\n3,2000,-30,3,0\n", `dat:1: sample 1: sample number "n": a line begins with its sample number; check that the data are ASCII and whole`},
		{"1,soon,10,1,1\n2,1000,20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1\n", `dat:1: sample 1: time stamp "soon": write a whole number, or nothing if it is missing`},
	} {
		_, err := Read(strings.NewReader(with()), strings.NewReader(c.dat))
		wantError(t, err, c.want)
	}
}

// TestMissingASCII holds the table in the package comment, ASCII row.
func TestMissingASCII(t *testing.T) {
	for _, c := range []struct {
		why, station, channel, value string
		want                         float64
	}{
		{"1991", "S,D,1991", "1,IA,,,A,1,0,0,0,999900", "999999", nan},
		{"1991, 99999 is a value", "S,D,1991", "1,IA,,,A,1,0,0,0,999900", "99999", 99999},
		{"1991 empty", "S,D,1991", "1,IA,,,A,1,0,0,0,999900", "", nan},
		{"1999", "S,D,1999", "1,IA,,,A,1,0,0,-32767,32767", "99999", nan},
		{"1999, whatever the range", "S,D,1999", "1,IA,,,A,1,0,0,-99999,99999", "99999", nan},
		{"1999, 999999 is a value", "S,D,1999", "1,IA,,,A,1,0", "999999", 999999},
		{"1999 empty", "S,D,1999", "1,IA,,,A,1,0", " ", nan},
		{"2013", "S,D,2013", "1,IA,,,A,1,0", "", nan},
		{"2013, 99999 is a value", "S,D,2013", "1,IA,,,A,1,0,0,-3.4E38,3.4E38", "99999", 99999},
		{"2013, 99999 with no range", "S,D,2013", "1,IA,,,A,1,0", "99999", 99999},
		{"2013, 99999 beyond the range", "S,D,2013", "1,IA,,,A,1,0,0,-32767,32767", "99999", nan},
		{"NaN", "S,D,2013", "1,IA,,,A,1,0", "NaN", nan},
	} {
		cfg := with(1, c.station, 2, "2,1A,1D", 3, c.channel, 4, "1,D,0", 5, "50", 6, "1", 7, "1000,1", 8, "", 9, "", 10, "ASCII", 11, "", 12, "")
		r, err := Read(strings.NewReader(cfg), strings.NewReader("1,0,"+c.value+",0"))
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
		} else if !same(r.Analog[0].Values, []float64{c.want}) {
			t.Errorf("%s: %v, want %v", c.why, r.Analog[0].Values, c.want)
		}
	}
}

// binaryRow is one row of good in binary.
func binaryRow(number, stamp uint32, status uint16, values ...any) []byte {
	b := binary.LittleEndian.AppendUint32(nil, number)
	b = binary.LittleEndian.AppendUint32(b, stamp)
	for _, v := range values {
		b, _ = binary.Append(b, binary.LittleEndian, v)
	}
	return binary.LittleEndian.AppendUint16(b, status)
}

// TestMissingBinary holds the table in the package comment, the other rows.
func TestMissingBinary(t *testing.T) {
	const signed, unsigned, positive = "1,IA,,,A,1,0,0,-32768,32767", "1,IA,,,A,1,0,0,0,65535", "1,IA,,,A,1,0,0,0,4095"
	for _, c := range []struct {
		why, station, channel, kind string
		value                       any
		want                        float64
	}{
		{"1999", "S,D,1999", signed, "BINARY", int16(-32768), nan},
		{"1999, the least value", "S,D,1999", signed, "BINARY", int16(-32767), -32767},
		{"2013", "S,D,2013", signed, "BINARY", int16(-32768), nan},
		{"1991 unsigned", "S,D,1991", unsigned, "BINARY", uint16(0xffff), nan},
		{"1991 unsigned, a large value", "S,D,1991", unsigned, "BINARY", uint16(0x8000), 32768},
		{"1991 positive", "S,D,1991", positive, "BINARY", int16(-1), nan},
		{"1991 signed, -1 is a value", "S,D,1991", signed, "BINARY", int16(-1), -1},
		{"1991 signed", "S,D,1991", signed, "BINARY", int16(-32768), nan},
		{"BINARY32", "S,D,2013", signed, "BINARY32", int32(math.MinInt32), nan},
		{"BINARY32, the least value", "S,D,2013", signed, "BINARY32", int32(math.MinInt32 + 1), math.MinInt32 + 1},
		{"FLOAT32", "S,D,2013", signed, "FLOAT32", float32(2.5), 2.5},
		{"FLOAT32 NaN", "S,D,2013", signed, "FLOAT32", float32(nan), nan},
		{"FLOAT32 infinite", "S,D,2013", signed, "FLOAT32", float32(math.Inf(-1)), nan},
		{"FLOAT32 lowest", "S,D,2013", signed, "FLOAT32", float32(-math.MaxFloat32), nan},
	} {
		cfg := with(1, c.station, 2, "2,1A,1D", 3, c.channel, 4, "1,D,0", 5, "50", 6, "1", 7, "1000,1", 8, "", 9, "", 10, c.kind, 11, "", 12, "")
		r, err := Read(strings.NewReader(cfg), strings.NewReader(string(binaryRow(1, 0, 1, c.value))))
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
		} else if !same(r.Analog[0].Values, []float64{c.want}) || !r.Digital[0].Values.At(0) {
			t.Errorf("%s: %v, want %v", c.why, r.Analog[0].Values, c.want)
		}
	}
}

func TestBinary(t *testing.T) {
	cfg := with(11, "BINARY", 2, "22,2A,20D", 5, strings.TrimSuffix(strings.Repeat("1,X,,,0\r\n", 20), "\r\n"))
	var dat []byte
	for i := range 4 {
		dat = append(dat, binaryRow(uint32(i), 0xffffffff, uint16(i), int16(10*i), int16(-i), uint16(0x8001))...)
	}
	r := read(t, cfg, string(dat))
	if want := []float64{1, 6, 11, 16}; !same(r.Analog[0].Values, want) {
		t.Errorf("IA %v, want %v", r.Analog[0].Values, want)
	}
	// 0x8001 is the word of channels 1 to 16, the sample's number that of 17 to 20.
	for channel, want := range map[int][]bool{1: {true, true, true, true}, 2: {false, false, false, false}, 16: {true, true, true, true}, 17: {false, true, false, true}, 18: {false, false, true, true}} {
		if got := bools(r.Digital[channel-1].Values); !reflect.DeepEqual(got, want) {
			t.Errorf("status channel %d %v, want %v", channel, got, want)
		}
	}
	if want := []float64{0, 0.001, 0.002, 0.003}; !same(r.Times, want) || len(r.Notes) != 0 {
		t.Errorf("times %v, notes %q", r.Times, r.Notes)
	}
}

func TestBinaryRefused(t *testing.T) {
	row := func(n uint32) string { return string(binaryRow(n, 0, 0, int16(0), int16(0))) }
	for _, c := range []struct{ dat, want string }{
		{row(1) + row(2) + row(3) + row(4)[:13], `dat: 4 samples are declared, its 55 bytes hold at most 3: copy the data file again; if it is whole, correct the last sample number, the channel counts or the data type in the configuration`},
		{row(1) + row(131072) + row(3) + row(4), `dat: sample 2 (byte 14): samples 1 and 2 are numbered 1 and 131072, so they are not 14 bytes long: correct the channel counts (2A,1D) or the data type (BINARY) in the configuration`},
	} {
		_, err := Read(strings.NewReader(with(11, "BINARY")), strings.NewReader(c.dat))
		wantError(t, err, c.want)
	}
}

// TestDataNotes holds what is read with a note.
func TestDataNotes(t *testing.T) {
	for _, c := range []struct{ why, cfg, dat, want string }{
		{"more than declared", with(8, "1000,3"), goodData, "dat holds more than the 3 samples declared; line 4 and what follows it ignored"},
		{"a jump in the numbers", with(), strings.Replace(goodData, "\n3,", "\n7,", 1), "dat: the sample after number 2 is numbered 7; taken as consecutive"},
		{"stamps that disagree", with(12, "1000"), goodData, "the sampling rates make the recording 0.003 s long, its time stamps 3 s; the rates count"},
	} {
		if r := read(t, c.cfg, c.dat); len(r.Notes) != 1 || r.Notes[0] != c.want {
			t.Errorf("%s: notes %q, want %q", c.why, r.Notes, c.want)
		}
	}
}

// TestUndeclared reads recordings that do not say how many samples they have.
func TestUndeclared(t *testing.T) {
	r := read(t, with(8, "1000,0"), "\n"+goodData+"\n\n\n")
	if r.Samples() != 4 || r.Rates[0].Last != 4 || len(r.Analog[0].Values) != 4 || r.Digital[0].Values.Len() != 4 {
		t.Errorf("read %+v", r)
	}
	_, err := Read(strings.NewReader(with(8, "1000")), strings.NewReader(" \n"))
	wantError(t, err, "dat: there are no samples: copy the data file again; it is empty or cut short")
	_, err = Read(strings.NewReader(with(7, "2", 8, "1000,4\r\n500")), strings.NewReader(goodData))
	wantError(t, err, "dat: 5 samples are declared, it ends after 4: copy the data file again; if it is whole, correct the last sample number, the channel counts or the data type in the configuration")
}

// TestHostile claims what the data cannot hold. Nothing may be allocated for it.
func TestHostile(t *testing.T) {
	for _, kind := range []string{"ASCII", "BINARY", "BINARY32", "FLOAT32"} {
		for _, c := range []struct{ cfg, dat string }{
			{with(8, "1000,9999999999", 11, kind), goodData},
			{with(8, "1000,0", 11, kind), "1,0,"},
			{with(2, "100000,99999A,1D", 11, kind), goodData},
			{with(3, strings.Repeat(",", 10_000)), goodData},
		} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := Read(strings.NewReader(c.cfg), strings.NewReader(c.dat)); err == nil {
				t.Errorf("%s: accepted\n%s", kind, c.cfg)
			}
			runtime.ReadMemStats(&after)
			if n := after.TotalAlloc - before.TotalAlloc; n > 100_000 {
				t.Errorf("%s: refusing took %d bytes\n%s", kind, n, c.cfg)
			}
		}
	}
}

// TestLimits holds that streams without end are not read to the end.
func TestLimits(t *testing.T) {
	_, err := ReadConfig(endless{})
	wantError(t, err, "cfg: the file is larger than 16 MiB: cut the recording into shorter ones")
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestNumbers compares the short way of reading numbers with strconv's.
func TestNumbers(t *testing.T) {
	for s, want := range map[string]float64{
		"0": 0, "-0": math.Copysign(0, -1), "+7": 7, "123456789012345": 123456789012345, "1234567890123456": 1234567890123456,
		".5": .5, "5.": 5, "-0.1": -0.1, "0.0000000000001": 1e-13, "3.4028235E38": 3.4028235e38, "1e-5": 1e-5, "000000000000000000001": 1,
		"2.836798e+000": 2.836798, "0.000642990": 0.00064299, "99999.9999999999": 99999.9999999999,
	} {
		got, ok := parseNumber(s)
		if !ok || math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("%s read as %v, %v", s, got, ok)
		}
		if again, ok := parseNumber(appendNumber(nil, got)); !ok || math.Float64bits(again) != math.Float64bits(got) {
			t.Errorf("%s written as %s", s, appendNumber(nil, got))
		}
	}
	for _, s := range []string{"", ".", "-", "+.", "1,5", "1 2", "0x1p4", "1_0", "nan", "inf", "1e999", "e5", "--1", "1.2.3", "１"} {
		if v, ok := parseNumber(s); ok {
			t.Errorf("%q is accepted as %v", s, v)
		}
	}
}
