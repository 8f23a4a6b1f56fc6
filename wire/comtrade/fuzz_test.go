package comtrade

import (
	"bytes"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
)

// FuzzConfig holds that no configuration panics and that one that is accepted
// means the same after it is written and read again.
func FuzzConfig(f *testing.F) {
	f.Add([]byte(with()))
	f.Add([]byte(with(1, "S,D", 3, "1,IA,,,A,0.5,0,0,0,999900", 5, "1,TRP,0", 9, "02/12/11,11:41:11.081315")))
	f.Add([]byte(with(1, "S,D,2013", 7, "0", 8, "0,4", 9, "17/02/2021,17:37:12.422969065", 11, "float32", 12, "1\r\n-5h30,x\r\nB,3\x1a")))
	f.Add([]byte(with(1, "Esta\xe7\xe3o,D,1997", 7, "2", 8, "1000,2\r\n500,4")))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ReadConfig(strings.NewReader(string(text)))
		if err != nil {
			return
		}
		checkFormat(t, r)
	})
}

// fuzzFormats are the formats whose rows are fuzzed: each type, each revision's
// marks, and status channels on both sides of a word.
func fuzzFormats(kind DataType) []*format {
	var all []*format
	for _, revision := range []int{1991, 1999, 2013} {
		for _, digital := range []int{0, 1, 16, 17, 70} {
			r := &Recording{Revision: revision, Type: kind, Digital: make([]Digital, digital)}
			r.Analog = []Analog{{Min: -32767, Max: 32767}, {Min: 0, Max: 65535}, {Min: 0, Max: 4095}, {}}[:digital%5]
			all = append(all, newFormat(r))
		}
	}
	return all
}

// rowsOf decodes rows until the data end or go wrong.
func rowsOf(f *format, data []byte) (rows []*row) {
	var src rowReader = &binaryReader{f: f, data: data}
	if f.kind == ASCII {
		src = &asciiReader{f: f, file: "dat", data: data, line: 1}
	}
	for len(rows) < 100 {
		w := newRow(len(f.marks), f.digital)
		if ok, err := src.next(w); !ok || err != nil {
			return rows
		}
		rows = append(rows, w)
	}
	return rows
}

// fuzzRows holds that what is decoded, encoded and decoded again is the same.
func fuzzRows(f *testing.F, kind DataType) {
	formats := fuzzFormats(kind)
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		form := formats[int(which)%len(formats)]
		rows := rowsOf(form, data)
		var encoded []byte
		for i, w := range rows {
			var err error
			if encoded, err = form.appendRow(encoded, w); err != nil {
				t.Fatalf("row %d was read as %+v and cannot be written: %v", i, w, err)
			}
		}
		again := rowsOf(form, encoded)
		if len(again) != len(rows) {
			t.Fatalf("%d rows, written and read again: %d\n%q", len(rows), len(again), encoded)
		}
		for i := range rows {
			if !sameRow(rows[i], again[i]) {
				t.Fatalf("row %d is %+v, written and read again: %+v\n%q", i, rows[i], again[i], encoded)
			}
		}
	})
}

func sameRow(a, b *row) bool {
	return a.number == b.number && same([]float64{a.stamp}, []float64{b.stamp}) && same(a.analog, b.analog) && reflect.DeepEqual(a.status, b.status)
}

func FuzzASCII(f *testing.F) {
	for which := range uint8(15) {
		f.Add(which, []byte(goodData))
		f.Add(which, []byte("1,0,99999,1\n2,,999999,-7.5e3, ,0\r\n\r3,4294967295,,0,1,1,,0,0\x1a"))
		f.Add(which, []byte("1,5,1"+strings.Repeat(",1", 70)+"\n2,6,0"+strings.Repeat(",0", 16)+"\n"))
	}
	fuzzRows(f, ASCII)
}

func fuzzBinaryRows(f *testing.F, kind DataType, values ...any) {
	for which := range uint8(15) {
		f.Add(which, binaryRow(1, 0, 1, values...))
		f.Add(which, append(binaryRow(0, noStamp, 0xffff, values...), binaryRow(math.MaxUint32, 7, 0x8001, values...)...))
	}
	fuzzRows(f, kind)
}

func FuzzBinary(f *testing.F)   { fuzzBinaryRows(f, Binary, int16(-32768), int16(-1), int16(7)) }
func FuzzBinary32(f *testing.F) { fuzzBinaryRows(f, Binary32, int32(math.MinInt32), int32(-1)) }
func FuzzFloat32(f *testing.F) {
	fuzzBinaryRows(f, Float32, float32(2.5), float32(math.NaN()), float32(-math.MaxFloat32))
}

// FuzzRead holds that no pair of files panics or takes memory out of
// proportion, and that what is accepted keeps its promises.
func FuzzRead(f *testing.F) {
	f.Add([]byte(with()), []byte(goodData))
	f.Add([]byte(with(7, "0", 8, "0,4")), []byte(goodData))
	f.Add([]byte(with(7, "2", 8, "1000,2\r\n500,0")), []byte(goodData))
	f.Add([]byte(with(11, "BINARY")), []byte(strings.Repeat(string(binaryRow(1, 0, 1, int16(5), int16(6))), 4)))
	f.Add([]byte(with(1, "S,D,2013", 11, "FLOAT32")), []byte(strings.Repeat(string(binaryRow(1, 0, 1, float32(5), float32(6))), 4)))
	f.Fuzz(func(t *testing.T, cfg, dat []byte) {
		r, err := Read(strings.NewReader(string(cfg)), strings.NewReader(string(dat)))
		if err != nil {
			return
		}
		checkRecording(t, r, len(dat))
	})
}

// FuzzConvert holds that what was read can be written in every form, or is
// refused, and reads back as Convert said.
func FuzzConvert(f *testing.F) {
	f.Add([]byte(with()), []byte(goodData))
	f.Add([]byte(with(3, "1,IA,A,Q1,A,1e-100,1e39,0,0,0,0,0,S", 7, "0", 8, "0,4")), []byte(goodData))
	f.Add([]byte(with(3, "1,IA,A,Q1,A,0,1,0,0,0,0,0,S", 12, "1e9")), []byte("1,,,-1e39,1\n2,,1e39,,1\n3,,,,0\n4,,,,0\n"))
	f.Fuzz(func(t *testing.T, cfg, dat []byte) {
		r, err := Read(bytes.NewReader(cfg), bytes.NewReader(dat))
		if err != nil {
			return
		}
		for _, form := range forms() {
			out, err := r.Convert(form.kind, form.revision)
			if err != nil {
				continue
			}
			data, err := out.appendData(nil)
			if err != nil {
				t.Fatalf("%+v: converted and cannot be written: %v", form, err)
			}
			back, err := Read(bytes.NewReader(out.AppendConfig(nil)), bytes.NewReader(data))
			if err != nil {
				t.Fatalf("%+v: written and cannot be read: %v", form, err)
			}
			for k := range out.Analog {
				if !same(out.Analog[k].Values, back.Analog[k].Values) {
					t.Fatalf("%+v: %v read back as %v", form, out.Analog[k].Values, back.Analog[k].Values)
				}
			}
		}
	})
}

func FuzzCombined(f *testing.F) {
	f.Add([]byte(combined("ASCII", goodData)))
	f.Add([]byte(combined("BINARY: 56", strings.Repeat(string(binaryRow(1, 0, 1, int16(5), int16(6))), 4))))
	if text, err := os.ReadFile("testdata/fault.cfg"); err == nil {
		f.Add(append([]byte("--- file type: CFG ---\n"), text...))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ReadCombined(strings.NewReader(string(text)))
		if err != nil {
			return
		}
		checkRecording(t, r, len(text))
	})
}

// checkRecording checks what a Recording promises.
func checkRecording(t *testing.T, r *Recording, size int) {
	t.Helper()
	n := r.Samples()
	if n == 0 || n > size || n != r.Rates[len(r.Rates)-1].Last {
		t.Fatalf("%d samples from %d bytes, %d declared", n, size, r.Rates[len(r.Rates)-1].Last)
	}
	for i, s := range r.Times {
		if math.IsNaN(s) || math.IsInf(s, 0) || i == 0 && s != 0 || i > 0 && s < r.Times[i-1] {
			t.Fatalf("times %v", r.Times)
		}
	}
	for _, a := range r.Analog {
		if len(a.Values) != n {
			t.Fatalf("%d values in %d samples", len(a.Values), n)
		}
		for _, v := range a.Values {
			if math.IsInf(v, 0) {
				t.Fatalf("infinite value: %+v", a)
			}
		}
	}
	for _, d := range r.Digital {
		if d.Values.Len() != n || d.Changes() >= n {
			t.Fatalf("%d status values, %d changes in %d samples", d.Values.Len(), d.Changes(), n)
		}
	}
	checkFormat(t, r)
	r.Info()
}
