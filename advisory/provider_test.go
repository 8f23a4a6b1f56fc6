package advisory

import "testing"

// TestMetadataOf: what a portal prints of itself is an address that it is found by.
func TestMetadataOf(t *testing.T) {
	for _, r := range []struct{ given, want string }{
		{"example.com", "example.com"},
		{"https://localhost:5023", "https://localhost:5023" + wellKnown},
		{"https://localhost:5023/", "https://localhost:5023" + wellKnown},
		{"https://example.com/csaf/provider-metadata.json", "https://example.com/csaf/provider-metadata.json"},
		{"http://localhost:5023", ""},
		{"ftp://example.com", ""},
		{"https://[::1", ""},
	} {
		got, err := metadataOf(r.given)
		if got != r.want || (err == nil) != (r.want != "") {
			t.Errorf("%s: %q, %v", r.given, got, err)
		}
	}
}
