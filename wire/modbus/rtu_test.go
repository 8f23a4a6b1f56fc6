package modbus

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCRC(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want uint16
		why  string
	}{
		{"02 07", 0x1241, "the example of Serial V1.02 §6.2.2"},
		{"01 04 02 ff ff", 0x80B8, "a reply with one register of ones"},
		{"", 0xFFFF, "nothing"},
	} {
		if got := CRC(pdu(t, tt.in)); got != tt.want {
			t.Errorf("%s: %#x, want %#x (%s)", tt.in, got, tt.want, tt.why)
		}
	}
	if got := AppendFrame(nil, 2, []byte{7}); !bytes.Equal(got, []byte{2, 7, 0x41, 0x12}) {
		t.Errorf("frame % x: the low byte of the CRC comes first", got)
	}
}

// spoken is one PDU of each shape that a line carries.
var spokenRequests = []string{
	"01 0000 0001", "02 0000 0001", "03 7cff 000a", "04 7cff 000a", "05 0000 ff00", "06 1f3f 0388", "07", "08 0000 a537",
	"0b", "0c", "0f 0013 000a 02 cd01", "10 1f3f 0002 04 0388000a", "11", "14 07 06 0004 0001 0002", "16 0004 00f2 0025",
	"17 1f54 0003 1f3f 0001 02 0388", "18 04de", "2b 0e 01 00", "2b 0f 00", "2b 10 00 000a0b020e200dac", "64 06 04 07 7cff 2edf",
}

var spokenReplies = []string{
	"01 01 01", "02 01 01", "03 04 00010002", "04 04 00010002", "05 0000 ff00", "06 1f3f 0388", "07 6d", "08 0000 a537",
	"0b 0000 0108", "0c 08 0000 0108 0121 2000", "0f 0013 000a", "10 1f3f 0002", "11 03 616263", "16 0004 00f2 0025",
	"17 02 0388", "18 0004 0001 0002", "2b 0e 01 83 00 00 02 00 03 616263 01 00", "2b 0f 00 000a0b020e200dac",
	"2b 10 00 000a0b020e200dac", "64 04 04 07 0001", "83 02", "e4 01", "ab 03",
}

// frames runs a deframer over b in pieces of n bytes.
func frames(d *Deframer, b []byte, n int) (got []string) {
	for len(b) > 0 {
		k := min(n, len(b))
		d.Push(b[:k])
		b = b[k:]
		got = append(got, drain(d)...)
	}
	return got
}

func drain(d *Deframer) (got []string) {
	for f, ok := d.Next(); ok; f, ok = d.Next() {
		got = append(got, string(append([]byte{f.Unit}, f.PDU...)))
	}
	return got
}

func TestDeframerKnowsEveryLength(t *testing.T) {
	for _, tt := range []struct {
		d    Direction
		pdus []string
	}{{Requests, spokenRequests}, {Replies, spokenReplies}, {Either, append(append([]string(nil), spokenRequests...), spokenReplies...)}} {
		var line []byte
		var want []string
		for i, s := range tt.pdus {
			line = AppendFrame(line, byte(i+1), pdu(t, s))
			want = append(want, string(append([]byte{byte(i + 1)}, pdu(t, s)...)))
		}
		for _, n := range []int{1, 2, 3, 7, 100, 10_000} {
			d := Deframer{Direction: tt.d}
			if got := frames(&d, line, n); !cmp.Equal(got, want) || d.Garbage() != 0 || d.Frames() != uint64(len(want)) {
				t.Errorf("direction %d, %d bytes at a time: %d of %d frames, %d bytes of garbage\n%s",
					tt.d, n, len(got), len(want), d.Garbage(), cmp.Diff(want, got))
			}
		}
	}
}

func TestDeframerAfterGarbage(t *testing.T) {
	good := AppendFrame(nil, 1, pdu(t, "03 7cff 000a"))
	broken := bytes.Clone(good)
	broken[4] ^= 1
	for _, tt := range []struct {
		name    string
		in      []byte
		frames  int
		garbage uint64
	}{
		{"noise before", append([]byte{0, 255, 17}, good...), 1, 3},
		{"a broken frame before", append(bytes.Clone(broken), good...), 1, 8},
		{"a frame cut short before", append(bytes.Clone(good[:5]), good...), 1, 5},
		{"an unknown function", AppendFrame(nil, 1, pdu(t, "63 0102030405")), 1, 0},
		{"two of them", append(AppendFrame(nil, 1, pdu(t, "63 01")), AppendFrame(nil, 2, pdu(t, "41"))...), 2, 0},
		{"a byte count longer than any frame", append(pdu(t, "01 10 0000 0080 ff"), good...), 1, 7},
		{"objects longer than any frame", append(pdu(t, "01 2b 0e 01 83 00 00 02 00 ff"), good...), 1, 10},
	} {
		d := Deframer{Direction: Requests}
		got := frames(&d, tt.in, 1)
		d.Silence()
		got = append(got, drain(&d)...)
		if len(got) != tt.frames || d.Garbage() != tt.garbage {
			t.Errorf("%s: %d frames, %d bytes of garbage; want %d, %d", tt.name, len(got), d.Garbage(), tt.frames, tt.garbage)
		}
	}
}

// A frame inside a damaged frame is the content of a write, put there by whoever
// wrote it. Where silence can be told it is never taken for a frame.
func TestFrameInAFrame(t *testing.T) {
	inner := AppendFrame(nil, 1, pdu(t, "06 1f3f 0388"))
	outer := AppendFrame(nil, 2, append(pdu(t, "10 0000 0004 08"), inner...))
	whole := Deframer{Direction: Requests}
	if got := frames(&whole, outer, 1); len(got) != 1 || got[0][0] != 2 {
		t.Errorf("undamaged: %q", got)
	}
	outer[len(outer)-1] ^= 1
	careful := Deframer{Direction: Requests, UntilSilence: true}
	if got := frames(&careful, outer, 1); len(got) != 0 {
		t.Errorf("damaged: %q", got)
	}
	careful.Silence()
	if got := append(drain(&careful), frames(&careful, inner, 3)...); len(got) != 1 {
		t.Errorf("after a silence: %q", got)
	}
}

func TestDeframerFindsWhatItIsGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var line []byte
		var want []string
		for _, i := range rapid.SliceOf(rapid.IntRange(0, len(spokenRequests)-1)).Draw(t, "frames") {
			p := strings.ReplaceAll(spokenRequests[i], " ", "")
			b := make([]byte, len(p)/2)
			for k := range b {
				b[k] = unhex(p[2*k])<<4 | unhex(p[2*k+1])
			}
			line = AppendFrame(line, byte(i), b)
			want = append(want, string(append([]byte{byte(i)}, b...)))
		}
		d := Deframer{Direction: Requests}
		if got := frames(&d, line, rapid.IntRange(1, 300).Draw(t, "piece")); !cmp.Equal(got, want) {
			t.Fatal(cmp.Diff(want, got))
		}
	})
}

func unhex(c byte) byte { return byte(strings.IndexByte("0123456789abcdef", c)) }

// Whatever comes: no panic, every frame has a CRC that fits, every byte is
// either part of a frame or counted as garbage, and nothing stays after a silence.
func FuzzDeframer(f *testing.F) {
	for _, s := range append(append([]string(nil), spokenRequests...), spokenReplies...) {
		f.Add(byte(0), byte(3), AppendFrame([]byte{9, 9}, 1, pdu(f, s)))
	}
	f.Fuzz(func(t *testing.T, direction, piece byte, line []byte) {
		d := Deframer{Direction: Direction(direction % 3), UntilSilence: direction&0x80 != 0}
		var total int
		for _, g := range append(frames(&d, line, 1+int(piece)), func() []string { d.Silence(); return drain(&d) }()...) {
			total += len(g) + 2
		}
		if total+int(d.Garbage()) != len(line) {
			t.Errorf("%d bytes in frames, %d of garbage, %d came", total, d.Garbage(), len(line))
		}
	})
}

func FuzzParseFrame(f *testing.F) {
	f.Add(AppendFrame(nil, 1, []byte{3, 0, 0, 0, 1}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if frame, ok := ParseFrame(b); ok && !bytes.Equal(AppendFrame(nil, frame.Unit, frame.PDU), b) {
			t.Errorf("% x came back otherwise", b)
		}
	})
}

func FuzzParseADU(f *testing.F) {
	f.Add([]byte{0, 1, 0, 0, 0, 6, 255, 3, 0, 0, 0, 1})
	f.Add([]byte{0, 1, 0, 9, 0, 2, 255, 3, 0})
	f.Add([]byte{0, 1, 0, 0, 0, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		a, took, ok := ParseADU(b)
		if took > 0 && (!ok || !bytes.Equal(a.Append(nil), b[:took])) {
			t.Errorf("% x came back otherwise", b)
		}
	})
}

// pair is one end of a line: what is read from it, and what was written to it.
type pair struct {
	io.Reader
	bytes.Buffer
}

func (p *pair) Read(b []byte) (int, error) { return p.Reader.Read(b) }

func TestLine(t *testing.T) {
	read, write := "03 7cff 0001", "06 7cff 1234"
	f := func(unit byte, s string) string { return string(AppendFrame(nil, unit, pdu(t, s))) }
	for _, tt := range []struct {
		name, in, want string
	}{
		{"a request", f(7, read), f(7, "03 02 0000")},
		{"one for a neighbour, and its reply", f(3, read) + f(3, "03 02 0000") + f(7, read), f(7, "03 02 0000")},
		{"a broadcast is obeyed and not answered", f(0, write) + f(7, read), f(7, "03 02 1234")},
		{"a broadcast that is refused", f(0, "06 0000 1234"), ""},
		{"a refusal", f(7, "03 0000 0001"), f(7, "83 02")},
		{"noise", "\x00\xff" + f(7, read), f(7, "03 02 0000")},
	} {
		p := &pair{Reader: strings.NewReader(tt.in)}
		l := Line{Handler: NewBank(newRack()), Units: []byte{7, 8}}
		if err := l.Serve(p); err != io.EOF {
			t.Errorf("%s: %v", tt.name, err)
		}
		if p.String() != tt.want {
			t.Errorf("%s: answered % x, want % x", tt.name, p.String(), tt.want)
		}
	}
}

// A reply that is ready only when the next request has been heard would collide
// with that one's.
func TestLineDropsALateReply(t *testing.T) {
	pending := make(chan *Pending, 2)
	in := string(AppendFrame(nil, 7, []byte{7})) + string(AppendFrame(nil, 7, []byte{11}))
	p := &pair{Reader: strings.NewReader(in)}
	l := Line{Handler: later(pending), Units: []byte{7}, Gap: time.Hour}
	l.Serve(p)
	(<-pending).Answer([]byte{7, 1})
	(<-pending).AnswerRaw([]byte("raw"))
	if p.String() != "raw" {
		t.Errorf("answered % x", p.String())
	}
	if new(Line).Serve(&pair{Reader: strings.NewReader(in)}) != io.EOF {
		t.Error("a line with nobody on it")
	}
}
