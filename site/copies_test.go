package site

import (
	"os"
	"strings"
	"testing"
)

// Copies have names and addresses of their own, and their feeders their nodes.
func TestCopies(t *testing.T) {
	text, err := os.ReadFile("../examples/tenthousand.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		copies string
		want   int
	}{{"copies: 1", 10}, {"copies: 3", 30}} {
		s, err := Parse("site.yaml", []byte(strings.Replace(string(text), "copies: 1000", tt.copies, 1)))
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		for _, b := range s.Breakers {
			names[b.Unit.Name] = true
		}
		if len(s.Breakers) != tt.want || len(names) != tt.want {
			t.Errorf("%s: %d breakers with %d names, want %d", tt.copies, len(s.Breakers), len(names), tt.want)
		}
	}
	if _, err := Parse("site.yaml", []byte(strings.Replace(string(text), "copies: 1000", "copies: 2001", 1))); err == nil || !strings.Contains(err.Error(), "20010 breakers") {
		t.Errorf("too many: %v", err)
	}
}
