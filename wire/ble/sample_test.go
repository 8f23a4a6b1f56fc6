package ble

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// sample is a file of sample data that somebody else has carried from the specification,
// by function and name.
type sample map[string]map[string]any

func readSample(t *testing.T) (s sample) {
	const path = "../../../shared/data/ble/smp_sample_data.json"
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skip("SKIPPED: the sample data of the Core Specification that others carry: ", err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	s = sample{}
	for name, raw := range all {
		var row map[string]any
		if json.Unmarshal(raw, &row) == nil { // the source is a text
			s[name] = row
		}
	}
	return s
}

func (s sample) text(function, name string) string {
	v, _ := s[function][name].(string)
	return v
}
func (s sample) key(function, name string) Key { return key(s.text(function, name)) }
func (s sample) wide(function, name string) [32]byte {
	return coordinate(s.text(function, name))
}

// address reads one that has its kind before it.
func (s sample) address(function, name string) Address {
	b := unhex(s.text(function, name))
	return Address{b[0] == 1, [6]byte(b[1:])}
}

// TestSampleData holds the functions of pairing to a copy of the specification's sample
// data that is not ours.
func TestSampleData(t *testing.T) {
	s := readSample(t)
	l := Legacy{features(s.text("c1", "preq")), features(s.text("c1", "pres")), addr(s.text("c1", "ia"), true), addr(s.text("c1", "ra"), false)}
	mac, ltk := F5(s.wide("f5", "w"), s.key("f5", "n1"), s.key("f5", "n2"), s.address("f5", "a1"), s.address("f5", "a2"))
	io := unhex(s.text("f6", "iocap"))
	check := F6(s.key("f6", "mackey"), s.key("f6", "n1"), s.key("f6", "n2"), s.key("f6", "r"), Features{Auth: io[0], OOB: io[1], IO: io[2]}, s.address("f6", "a1"), s.address("f6", "a2"))
	private, err := PrivateKeyOf(unhex(s.text("ecdh_p256", "private_a")))
	if err != nil {
		t.Fatal(err)
	}
	shared, err := private.Shared(PublicKey{s.wide("ecdh_p256", "public_b_x"), s.wide("ecdh_p256", "public_b_y")})
	if err != nil {
		t.Fatal(err)
	}
	hash := AH(s.key("ah", "irk"), [3]byte(unhex(s.text("ah", "prand"))))
	for _, c := range []struct{ function, name, got string }{
		{"ah", "out", hex.EncodeToString(hash[:])},
		{"c1", "out", hex32(C1(s.key("c1", "k"), s.key("c1", "r"), l))},
		{"ecdh_p256", "dhkey", hex.EncodeToString(shared[:])},
		{"f4", "out", hex32(F4(s.wide("f4", "u"), s.wide("f4", "v"), s.key("f4", "x"), 0))},
		{"f5", "ltk", hex32(ltk)},
		{"f5", "mackey", hex32(mac)},
		{"f6", "out", hex32(check)},
		{"g2", "six_digits", fmt.Sprintf("%06d", G2(s.wide("g2", "u"), s.wide("g2", "v"), s.key("g2", "x"), s.key("g2", "y")))},
		{"s1", "out", hex32(S1(s.key("s1", "k"), s.key("s1", "r1"), s.key("s1", "r2")))},
	} {
		if want := s.text(c.function, c.name); want == "" || c.got != want {
			t.Errorf("%s, %s: %s, want %s", c.function, c.name, c.got, want)
		}
	}
}

func hex32(k Key) string { return hex.EncodeToString(k[:]) }
