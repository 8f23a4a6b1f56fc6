package ndef_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchroom/wire/ndef"
)

// vectors are numbers of an independent implementation (nfcpy/ndeflib's tests).
type vectors struct {
	Valid     []string    `json:"messages_valid"`
	Strict    [][2]string `json:"messages_invalid_strict"`
	Malformed []string    `json:"messages_malformed"`
	URIs      [][2]string `json:"uri_record_payloads"`
	NoURIs    [][2]string `json:"uri_record_payloads_invalid"`
	Messages  [][2]any    `json:"uri_messages"`
}

func shared(t *testing.T) (v vectors) {
	t.Helper()
	file := filepath.Join("..", "..", "..", "shared", "data", "nfc", "ndef_vectors.json")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("SKIPPED: the vectors of another implementation are not here (%s)", filepath.Base(file))
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func raw(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVectors(t *testing.T) {
	v := shared(t)
	for _, s := range v.Valid {
		m, err := ndef.Parse(raw(t, s))
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		again(t, m)
	}
	for _, s := range v.Strict {
		if m, err := ndef.Parse(raw(t, s[0])); err == nil {
			t.Errorf("%s (%s) is read as %v", s[0], s[1], m)
		}
	}
	for _, s := range v.Malformed {
		if m, err := ndef.Parse(raw(t, s)); err == nil {
			t.Errorf("%s is read as %v", s, m)
		}
	}
}

func TestURIVectors(t *testing.T) {
	v := shared(t)
	for _, s := range v.URIs {
		r := ndef.Record{TNF: ndef.WellKnown, Type: "U", Payload: raw(t, s[0])}
		got, err := r.AsURI()
		if err != nil || got != s[1] {
			t.Errorf("%s is %q, %v; want %q", s[0], got, err, s[1])
		}
		if n := ndef.NewURI(s[1]); !bytes.Equal(n.Payload, r.Payload) {
			t.Errorf("%s is written as %x, want %s", s[1], n.Payload, s[0])
		}
	}
	for _, s := range v.NoURIs {
		r := ndef.Record{TNF: ndef.WellKnown, Type: "U", Payload: raw(t, s[0])}
		if got, err := r.AsURI(); err == nil {
			t.Errorf("%s (%s) is %q", s[0], s[1], got)
		}
	}
	for _, s := range v.Messages {
		m, err := ndef.Parse(raw(t, s[0].(string)))
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range s[1].([]any) {
			if got, err := m[i].AsURI(); err != nil || got != want {
				t.Errorf("record %d is %q, %v; want %q", i, got, err, want)
			}
		}
	}
}

// The same from the specification, for a machine without the vectors.
func TestMessages(t *testing.T) {
	for _, c := range []struct{ in, why string }{
		{"d10101", "ends within a record"},
		{"510000", "does not begin"},
		{"910000", "a well-known record without a type"},
		{"91010155d1010155", "begins twice"},
		{"d1010055d1010055", "goes on after its end"},
		{"d7000000", "reserved kind"},
		{"d0010055", "an empty record with a type"},
		{"f50000", "the last record is a chunk that goes on"},
		{"d60000", "a chunk without its record"},
		{"c501ffffffff", "a length beyond every tag"},
	} {
		if m, err := ndef.Parse(raw(t, c.in)); err == nil {
			t.Errorf("%s (%s) is read as %v", c.in, c.why, m)
		}
	}
	m, err := ndef.Parse(raw(t, "b5000161560001"+"62"))
	if err != nil || len(m) != 1 || string(m[0].Payload) != "ab" {
		t.Errorf("two chunks are %v, %v; want one record with ab", m, err)
	}
}

func again(t interface{ Errorf(string, ...any) }, m ndef.Message) {
	b, err := m.Bytes()
	if err != nil {
		t.Errorf("%v cannot be written: %v", m, err)
		return
	}
	back, err := ndef.Parse(b)
	if err != nil || !same(m, back) {
		t.Errorf("%v is written and read as %v, %v", m, back, err)
	}
}

func same(a, b ndef.Message) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].TNF != b[i].TNF || a[i].Type != b[i].Type || a[i].ID != b[i].ID || !bytes.Equal(a[i].Payload, b[i].Payload) {
			return false
		}
	}
	return true
}

func TestText(t *testing.T) {
	r := ndef.NewText("en", "Q1: tripped on Isd")
	if l, s, err := r.AsText(); err != nil || l != "en" || s != "Q1: tripped on Isd" {
		t.Errorf("reads %q %q, %v", l, s, err)
	}
	for _, p := range []string{"", "82656e", "05656e", "02656eff"} {
		r := ndef.Record{TNF: ndef.WellKnown, Type: "T", Payload: raw(t, p)}
		if l, s, err := r.AsText(); err == nil {
			t.Errorf("payload %q is %q %q", p, l, s)
		}
	}
}

// TestTag reads a message of any size as a phone does, and gets it byte by byte.
func TestTag(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := ndef.Message{ndef.NewMIME("application/json", rapid.SliceOfN(rapid.Byte(), 0, 3000).Draw(t, "payload")), ndef.NewURI("https://example.net/a")}
		b, err := m.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		tag := ndef.Tag{Message: func() []byte { return b }}
		got, err := ndef.ReadTag(func(c []byte) ([]byte, error) { return tag.Command(c), nil })
		if err != nil {
			t.Fatal(err)
		}
		if !same(m, got) {
			t.Fatal(cmp.Diff(m, got))
		}
	})
}

// TestTagIsNeverWritten: whatever is sent, in whatever order, the message stays.
func TestTagIsNeverWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := []byte{0xd1, 1, 2, 'U', 4, 'a'}
		held := bytes.Clone(want)
		tag := ndef.Tag{Message: func() []byte { return held }}
		for range rapid.IntRange(1, 20).Draw(t, "commands") {
			c := rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "command")
			if len(c) > 3 {
				c[0], c[1] = 0, rapid.SampledFrom([]byte{0xa4, 0xb0, 0xd6, 0xd7, 0xda}).Draw(t, "ins")
			}
			if a := tag.Command(c); len(a) < 2 {
				t.Fatalf("%x is answered with %x: no status", c, a)
			}
		}
		if !bytes.Equal(held, want) {
			t.Fatalf("the message is %x", held)
		}
		got, err := ndef.ReadTag(func(c []byte) ([]byte, error) { return tag.Command(c), nil })
		if err != nil || len(got) != 1 {
			t.Fatalf("it reads %v, %v", got, err)
		}
	})
}

func TestTagRefuses(t *testing.T) {
	tag := ndef.Tag{Message: func() []byte { return nil }}
	app := "00a4040007d276000085010100"
	for _, c := range []struct{ before, command, want, why string }{
		{"", "00b0000002", "6986", "nothing is selected"},
		{"", "00a4000c02e104", "6a82", "a file without its application"},
		{"", "00a4040007d276000085010000", "6a82", "mapping version 1 is another application"},
		{app, "00a4000c02e105", "6a82", "no such file"},
		{app, "00a4000c02e104", "9000", ""},
		{app, "00d6000001aa", "6982", "never written"},
		{app, "00a40400", "6700", "cut off"},
		{app, "80b0000002", "6e00", "another class"},
		{app, "00ca000002", "6d00", "another order"},
	} {
		if c.before != "" {
			tag.Command(raw(t, c.before))
		}
		if got := hex.EncodeToString(tag.Command(raw(t, c.command))); got != c.want {
			t.Errorf("%s is answered with %s, want %s: %s", c.command, got, c.want, c.why)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "d00000", "b50000560000", "d1010a55036e666370792e6f7267", "19010101aabb", "c1010000000355036162"} {
		b, _ := hex.DecodeString(s)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ndef.Parse(b)
		if err == nil {
			again(t, m)
			for i := range m {
				m[i].AsURI()
				m[i].AsText()
			}
		}
	})
}

func FuzzTag(f *testing.F) {
	f.Add([]byte("\x00\xa4\x04\x00\x07\xd2\x76\x00\x00\x85\x01\x01\x00"), []byte("\x00\xb0\x00\x00\x0f"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		tag := ndef.Tag{Message: func() []byte { return []byte{0xd0, 0, 0} }}
		for _, c := range [][]byte{a, b, a} {
			if len(tag.Command(c)) < 2 {
				t.Fatal("no status")
			}
		}
	})
}

// FuzzReadTag lets the tag say anything.
func FuzzReadTag(f *testing.F) {
	f.Add([]byte{0x90, 0x00}, 3)
	f.Fuzz(func(t *testing.T, answer []byte, _ int) {
		n := 0
		ndef.ReadTag(func([]byte) ([]byte, error) {
			if n++; n > 1<<16 {
				t.Fatal("it asks without end")
			}
			return answer, nil
		})
	})
}
