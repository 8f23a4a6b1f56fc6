package modbus

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pdu turns "03 7d 1b 00 0a" into bytes.
func pdu(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return b
}

// codec is one request or reply type as the tests see it: bytes to value, value to bytes.
type codec struct {
	name  string
	parse func([]byte) (any, error)
	again func(any) []byte
	valid []string // one of each shape; also the fuzz seeds
}

// request and reply adapt a parser to codec.
func request[T interface{ Append([]byte) []byte }](parse func([]byte) (T, Exception)) (func([]byte) (any, error), func(any) []byte) {
	return func(b []byte) (any, error) {
			v, e := parse(b)
			if e != NoException {
				return nil, e
			}
			return v, nil
		}, func(v any) []byte {
			return v.(T).Append(nil)
		}
}

func reply[T interface{ Append([]byte) []byte }](parse func([]byte) (T, error)) (func([]byte) (any, error), func(any) []byte) {
	return func(b []byte) (any, error) {
			v, err := parse(b)
			return v, err
		}, func(v any) []byte {
			return v.(T).Append(nil)
		}
}

func newCodec(name string, parse func([]byte) (any, error), again func(any) []byte) codec {
	return codec{name: name, parse: parse, again: again}
}

func (c codec) with(valid ...string) codec { c.valid = valid; return c }

func codecs() []codec {
	of := func(name string) func(func([]byte) (any, error), func(any) []byte) codec {
		return func(p func([]byte) (any, error), a func(any) []byte) codec { return newCodec(name, p, a) }
	}
	return []codec{
		of("ReadRequest")(request(ParseReadRequest)).with("03 7d1b 000a", "04 0000 007d", "03 ffff 0001"),
		of("ReadReply")(reply(ParseReadReply)).with("03 02 1234", "04 04 00010002", "17 02 ffff"),
		of("WriteOneRequest")(request(ParseWriteOneRequest)).with("06 1f3f 0388"),
		of("WriteRequest")(request(ParseWriteRequest)).with("10 1f3f 0002 04 0388000a"),
		of("WriteReply")(reply(ParseWriteReply)).with("10 1f3f 0014"),
		of("ReadWriteRequest")(request(ParseReadWriteRequest)).with("17 1f54 0003 1f3f 0001 02 0388"),
		of("Diagnostic")(request(ParseDiagnostic)).with("08 0000 a537", "08 000b 0000"),
		of("IdentificationRequest")(request(ParseIdentificationRequest)).with("2b 0e 01 00", "2b 0e 04 80"),
		of("IdentificationReply")(reply(ParseIdentificationReply)).with(
			"2b 0e 01 81 00 00 00", "2b 0e 01 82 00 00 02 00 03 616263 01 00", "2b 0e 02 83 ff 04 01 03 01 78"),
		of("ClockRequest")(request(ParseClockRequest)).with("2b 0f 00", "2b 10 00 000a0b020e200dac", "2b 10 00 0000000000000000"),
		of("ClockReply")(reply(ParseClockReply)).with("2b 0f 00 000a0b020e200dac", "2b 10 00 000a0b428e200dae"),
		of("ScatteredRequest")(request(ParseScatteredRequest)).with("64 06 04 07 7cff 2edf"),
		of("ScatteredReply")(reply(ParseScatteredReply)).with("64 04 04 07 0001"),
	}
}

func TestCodecsGiveBackTheirBytes(t *testing.T) {
	for _, c := range codecs() {
		for _, s := range c.valid {
			v, err := c.parse(pdu(t, s))
			if err != nil {
				t.Errorf("%s: %s: %v", c.name, s, err)
				continue
			}
			if got := c.again(v); !cmp.Equal(got, pdu(t, s)) {
				t.Errorf("%s: %s: appended % x", c.name, s, got)
			}
		}
	}
}

// Every valid PDU, cut short or with a byte too many, is refused: a parser that
// reads past an end it was told, or leaves a rest, differs from the next parser.
func TestCodecsRefuseEveryOtherLength(t *testing.T) {
	for _, c := range codecs() {
		for _, s := range c.valid {
			whole := pdu(t, s)
			for n := range len(whole) {
				if v, err := c.parse(whole[:n]); err == nil {
					t.Errorf("%s: %s cut to %d bytes: parsed as %+v", c.name, s, n, v)
				}
			}
			if v, err := c.parse(append(whole, 0)); err == nil {
				t.Errorf("%s: %s and one more byte: parsed as %+v", c.name, s, v)
			}
		}
	}
}

func FuzzCodecs(f *testing.F) {
	for i, c := range codecs() {
		for _, s := range c.valid {
			f.Add(byte(i), pdu(f, s))
		}
	}
	f.Add(byte(6), pdu(f, "08 0000 a537beef"))
	all := codecs()
	f.Fuzz(func(t *testing.T, which byte, b []byte) {
		c := all[int(which)%len(all)]
		v, err := c.parse(b)
		if err != nil {
			return
		}
		if got := c.again(v); !cmp.Equal(got, b) {
			t.Errorf("%s: % x came back as % x", c.name, b, got)
		}
	})
}

func TestRequestExceptions(t *testing.T) {
	parse := map[string]func([]byte) (any, error){}
	for _, c := range codecs() {
		parse[c.name] = c.parse
	}
	for _, tt := range []struct {
		codec, in string
		want      Exception
		why       string
	}{
		{"ReadRequest", "03 0000 0000", IllegalDataValue, "quantity 0"},
		{"ReadRequest", "03 0000 007e", IllegalDataValue, "126 registers"},
		{"ReadRequest", "03 ffff 0002", IllegalDataAddress, "one past the end"},
		{"ReadRequest", "03 ffff 007e", IllegalDataValue, "quantity is looked at before the end"},
		{"ReadRequest", "03", IllegalDataValue, "nothing but the function"},
		{"ReadRequest", "", IllegalFunction, "not even that"},
		{"ReadRequest", "01 0000 0001", IllegalFunction, "coils"},
		{"WriteOneRequest", "06 0000", IllegalDataValue, "no value"},
		{"WriteRequest", "10 0000 0001 04 00000000", IllegalDataValue, "byte count says two, quantity one"},
		{"WriteRequest", "10 0000 0002 02 00000000", IllegalDataValue, "byte count says one, quantity and length two"},
		{"WriteRequest", "10 0000 0000 00", IllegalDataValue, "quantity 0"},
		{"WriteRequest", "10 0000 007c f8" + strings.Repeat("00", 248), IllegalDataValue, "124 registers"},
		{"WriteRequest", "10 ffff 0002 04 00000000", IllegalDataAddress, "one past the end"},
		{"ReadWriteRequest", "17 0000 0000 0000 0001 02 0000", IllegalDataValue, "reads nothing"},
		{"ReadWriteRequest", "17 0000 0001 0000 0000 00", IllegalDataValue, "writes nothing"},
		{"ReadWriteRequest", "17 0000 0001 0000 007a f4" + strings.Repeat("00", 244), IllegalDataValue, "writes 122"},
		{"ReadWriteRequest", "17 ffff 0002 0000 0001 02 0000", IllegalDataAddress, "reads past the end"},
		{"ReadWriteRequest", "17 0000 0001 ffff 0002 04 00000000", IllegalDataAddress, "writes past the end"},
		{"ReadWriteRequest", "17 ffff 0002 0000 0000 00", IllegalDataValue, "a wrong quantity comes before a wrong address"},
		{"Diagnostic", "08 0000", IllegalDataValue, "no data"},
		{"Diagnostic", "08 0000 00", IllegalDataValue, "half a word"},
		{"Diagnostic", "08 000b 00000000", IllegalDataValue, "two words where there is one"},
		{"IdentificationRequest", "2b 0e 00 00", IllegalDataValue, "read code 0"},
		{"IdentificationRequest", "2b 0e 05 00", IllegalDataValue, "read code 5"},
		{"IdentificationRequest", "2b 0d 01 00", IllegalFunction, "CANopen"},
		{"ClockRequest", "2b 0f 01", IllegalDataValue, "the reserved byte"},
		{"ClockRequest", "2b 10 00 ff0a0b020e200dac", IllegalDataValue, "a byte that is not used"},
		{"ClockRequest", "2b 10 00", IllegalDataValue, "no date"},
		{"ScatteredRequest", "64 02 04 07", IllegalDataValue, "no address"},
		{"ScatteredRequest", "64 03 04 07 00", IllegalDataValue, "half an address"},
		{"ScatteredRequest", "64 06 04 07 0000", IllegalDataValue, "byte count says two, there is one"},
		{"ScatteredRequest", "64 04 05 07 0000", IllegalFunction, "sub-function 5"},
		{"ScatteredRequest", "64 cc 04 07" + strings.Repeat("00", 202), IllegalDataValue, "101 addresses"},
	} {
		_, err := parse[tt.codec](pdu(t, tt.in))
		var got Exception
		errors.As(err, &got)
		if got != tt.want {
			t.Errorf("%s: %s: got %v, want %v (%s)", tt.codec, tt.in, got, tt.want, tt.why)
		}
	}
}

func TestExceptions(t *testing.T) {
	for _, tt := range []struct {
		e    Exception
		want string
	}{
		{IllegalFunction, "illegal function"},
		{GatewayTargetFailed, "gateway target failed to respond"},
		{7, "exception 7"},
		{0xEE, "exception 238"},
	} {
		if got := tt.e.String(); got != tt.want {
			t.Errorf("%d: %q, want %q", byte(tt.e), got, tt.want)
		}
	}
	if got := AppendException(nil, 3, IllegalDataValue); !cmp.Equal(got, []byte{0x83, 3}) {
		t.Errorf("exception reply % x", got)
	}
	if e, ok := ParseException([]byte{0x83, 2}); !ok || e != IllegalDataAddress {
		t.Errorf("parsed %v %v", e, ok)
	}
	if _, ok := ParseException([]byte{0x03, 2}); ok {
		t.Error("a good reply was taken for an exception")
	}
}
