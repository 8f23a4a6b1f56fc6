package trust

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

func example(t testing.TB) *Package {
	t.Helper()
	image := []byte("application of a control unit")
	d := sha256.Sum256(image)
	m := &Manifest{Vendor: "Switchroom", Class: "firmware", Component: "control_unit", Version: "002.000.003", Sequence: 7,
		BuildDate: "2017-05-04T12:00:00Z", Images: []Image{{"application", uint64(len(image)), hex.EncodeToString(d[:])}}}
	b, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return &Package{Manifest: m, ManifestBytes: b, Signature: []byte("s"), Images: [][]byte{image}}
}

// MFST.OVERRIDE, MFST.EXPOSURE, MFST.MODIFICATION: one manifest, one form.
func TestManifestHasOneForm(t *testing.T) {
	good := string(example(t).ManifestBytes)
	if _, err := ParseManifest([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ why, old, new string }{
		{"duplicate key", `"sequence":7`, `"sequence":7,"sequence":7`},
		{"unknown field", `"sequence":7`, `"sequence":7,"url":"x"`},
		{"white space", `"sequence":7`, `"sequence": 7`},
		{"other order", `"vendor":"Switchroom","class":"firmware"`, `"class":"firmware","vendor":"Switchroom"`},
		{"other case", `"vendor"`, `"Vendor"`},
		{"escape", `Switchroom`, `\u0053witchroom`},
		{"number form", `"sequence":7`, `"sequence":7.0`},
		{"null list", `"minimum":[]`, `"minimum":null`},
		{"missing", `"precursor":"",`, ``},
		{"date with zone", `12:00:00Z`, `12:00:00+00:00`},
		{"path in a name", `"name":"application"`, `"name":"../application"`},
		{"more than fits", `"size":29`, `"size":18446744073709551615`},
		{"after the end", `"licence":null}`, `"licence":null} `},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Fatalf("%s: changes nothing", c.why)
		}
		if _, err := ParseManifest([]byte(bad)); err == nil {
			t.Errorf("%s: taken: %s", c.why, bad)
		}
	}
}

// IMG.EXTRA: not a byte more, not a byte less.
func TestPackageIsTheWholeFile(t *testing.T) {
	b := example(t).Join()
	if _, err := Split(b); err != nil {
		t.Fatal(err)
	}
	for n := range b {
		if _, err := Split(b[:n]); err == nil {
			t.Errorf("taken with %d of %d bytes", n, len(b))
		}
	}
	if _, err := Split(append(bytes.Clone(b), 0)); err == nil {
		t.Error("taken with a byte behind it")
	}
	if _, err := Split(append(bytes.Clone(b), b...)); err == nil {
		t.Error("taken with a package behind it")
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(example(f).Join())
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Split(b)
		if err == nil && !bytes.Equal(p.Join(), b) {
			t.Errorf("joined again it is another package")
		}
	})
}

func FuzzManifest(f *testing.F) {
	f.Add(example(f).ManifestBytes)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseManifest(b)
		if err != nil {
			return
		}
		if again, err := m.Encode(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("encoded again it is another manifest: %v", err)
		}
	})
}
