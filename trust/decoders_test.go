package trust

import "testing"

// Whatever comes in a signature, a timestamp or a list is an answer, not a crash,
// and nothing that nobody signed is a signature.
func FuzzSignature(f *testing.F) {
	f.Add([]byte{0x30, 0x00})
	f.Add([]byte{0x30, 0x80, 0x00, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := checkCMS(b, []byte("manifest"), oidData); err == nil {
			t.Error("a signature out of nothing")
		}
		if _, err := checkTimestamp(b, []byte("signature")); err == nil {
			t.Error("a timestamp out of nothing")
		}
	})
}
