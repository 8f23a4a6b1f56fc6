package usblink_test

import (
	"bytes"
	"io"
	"testing"

	"pgregory.net/rapid"

	"switchroom/wire/usblink"
)

// TestNoiseBetween: whatever lies between frames, the frames come out whole, unless
// the noise itself promises a frame that is still to come.
func TestNoiseBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var stream []byte
		var want []usblink.Frame
		for range rapid.IntRange(0, 5).Draw(t, "frames") {
			noise := rapid.SliceOfN(rapid.Byte().Filter(func(b byte) bool { return b != 0x53 }), 0, 40).Draw(t, "noise")
			f := usblink.Frame{Kind: usblink.Kind(rapid.IntRange(1, 2).Draw(t, "kind")), Number: rapid.Uint32().Draw(t, "number"), Body: rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "body")}
			var err error
			if stream, err = f.Append(append(stream, noise...)); err != nil {
				t.Fatal(err)
			}
			want = append(want, f)
		}
		r := usblink.NewReader(bytes.NewReader(stream))
		for i, w := range want {
			got, err := r.Next()
			if err != nil || got.Kind != w.Kind || got.Number != w.Number || !bytes.Equal(got.Body, w.Body) {
				t.Fatalf("frame %d: %+v, %v; want %+v", i, got, err, w)
			}
		}
		if f, err := r.Next(); err != io.EOF {
			t.Fatalf("after the last: %+v, %v", f, err)
		}
	})
}

func TestVersion(t *testing.T) {
	b, _ := (&usblink.Frame{Kind: usblink.Question, Number: 3}).Append(nil)
	if _, err := usblink.NewReader(bytes.NewReader(b)).Next(); err != nil {
		t.Fatal(err)
	}
	b[2] = 2
	if f, err := usblink.NewReader(bytes.NewReader(b)).Next(); err == nil {
		t.Errorf("a frame whose version was changed is read: %+v", f)
	}
	if _, err := (&usblink.Frame{Body: make([]byte, usblink.MaxBody+1)}).Append(nil); err == nil {
		t.Error("a body of any length is written")
	}
}

func TestParseAsk(t *testing.T) {
	for in, ok := range map[string]bool{
		`{"verb":"hello"}`:              true,
		`{"verb":"hello"} `:             true,
		`{"verb":"hello"}{"verb":"do"}`: false,
		`{"verb":"read","point":["x"]}`: false,
		`{}`:                            false,
		``:                              false,
		`[]`:                            false,
	} {
		if _, err := usblink.ParseAsk([]byte(in)); (err == nil) != ok {
			t.Errorf("%s: %v, want read %v", in, err, ok)
		}
	}
}

func FuzzReader(f *testing.F) {
	b, _ := (&usblink.Frame{Kind: usblink.Question, Number: 3, Body: []byte(`{"verb":"hello"}`)}).Append(nil)
	f.Add(b)
	f.Add(append([]byte("SW\x01\x01\x00\x00\x00\x00\x00\x00\x00\x05"), b...))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := usblink.NewReader(bytes.NewReader(in))
		taken := 0
		for {
			fr, err := r.Next()
			if err != nil && err != usblink.ErrVersion {
				break
			}
			taken += 16 + len(fr.Body)
			if err == nil {
				out, err := fr.Append(nil)
				if err != nil || !bytes.Contains(in, out) {
					t.Fatalf("%+v was not in what was read", fr)
				}
			}
		}
		if taken+r.Dropped > len(in) {
			t.Fatalf("%d bytes taken and %d dropped of %d", taken, r.Dropped, len(in))
		}
	})
}

func FuzzParseAsk(f *testing.F) {
	f.Add([]byte(`{"verb":"write","settings":[{"point":"protection.long_time.ir","value":800}]}`))
	f.Fuzz(func(t *testing.T, in []byte) { usblink.ParseAsk(in) })
}
