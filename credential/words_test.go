package credential_test

import (
	"slices"
	"strings"
	"testing"

	. "switchroom/credential"
)

// TestWords: sorted, each once, lower-case letters only.
func TestWords(t *testing.T) {
	all := strings.Fields(Words())
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) || len(all) < 500 {
		t.Errorf("%d words; sort -u them", len(all))
	}
	for _, w := range all {
		if len(w) < 3 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("%q is no word of the list", w)
		}
	}
}
