package cli

import (
	"bytes"
	"testing"
)

// TestCells: what somebody calls themselves does nothing to who reads the list.
func TestCells(t *testing.T) {
	for _, c := range []struct{ cell, csv string }{
		{"", ""}, {"-", "-"}, {"Q1", "Q1"}, {"-0.5", "-0.5"}, {"+3", "+3"}, {"-1e-3", "-1e-3"}, {"-25 to -5", "-25 to -5"}, {"a=b", "a=b"},
		{"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"}, {"+cmd|x", "'+cmd|x"}, {"-2+3+cmd|x", "'-2+3+cmd|x"}, {"-1 +cmd|x", "'-1 +cmd|x"}, {"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"}, {"\r=1", "'\r=1"},
	} {
		if got := harmless(c.cell); got != c.csv {
			t.Errorf("%q: %q, want %q", c.cell, got, c.csv)
		}
	}
	var b bytes.Buffer
	l := Table{Head: []string{"name"}, Rows: [][]string{{"\x1b[2Ja\u202eb\x00Ω"}}}
	if err := l.Text(&b); err != nil || b.String() != "NAME\n\ufffd[2Ja\ufffdb\ufffdΩ\n" {
		t.Errorf("%q %v", b.String(), err)
	}
}
