package snmp

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"switchroom/points"
)

// TestColumns holds the table to its rules.
func TestColumns(t *testing.T) {
	seen := map[string]bool{}
	for i, c := range columns {
		info := points.Of(c.Point)
		switch {
		case c.Number < 10 || i > 0 && c.Number <= columns[i-1].Number:
			t.Errorf("%d: not in order", c.Number)
		case info.Name == "" || seen[c.Name()]:
			t.Errorf("%d: no point, or one that is there twice", c.Number)
		case (c.As == Scaled) != (c.Per != 0):
			t.Errorf("%s: scale %g", info.Name, c.Per)
		case (c.As == Words) != (info.Type == points.Text), (c.As == Flag) != (info.Type == points.Bool && len(info.Enum) == 0), c.As == Choice && info.Type != points.Enum:
			t.Errorf("%s is %v", info.Name, info.Type)
		case info.Writable() && info.Type == points.Secret:
			t.Errorf("%s is secret", info.Name)
		}
		seen[c.Name()] = true
	}
	if !slices.IsSortedFunc(eventTable, func(a, b eventObject) int { return int(a.number) - int(b.number) }) {
		t.Error("the objects of events are not in order")
	}
}

// TestMIB has smilint read the MIB. It needs the modules that ours imports, which
// Debian does not have: stubs of them stand in testdata.
func TestMIB(t *testing.T) {
	path, err := exec.LookPath("smilint")
	if err != nil {
		t.Skip("SKIPPED: no smilint; install the Debian package smitools")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "SWITCHROOM-MIB")
	if err := os.WriteFile(file, []byte(MIB()), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "-l", "6", "-s", file)
	stubs, _ := filepath.Abs("testdata/mibs")
	c.Env = []string{"SMIPATH=" + stubs}
	out, err := c.CombinedOutput()
	if len(out) > 0 {
		t.Errorf("smilint: %v\n%s", err, out)
	}
}

// TestMIBIsWhole holds that every object of the table stands in the MIB at its place,
// with its certainty.
func TestMIBIsWhole(t *testing.T) {
	text := MIB()
	for i := range columns {
		c := &columns[i]
		r := regexp.MustCompile(`(?s)\n` + c.Name() + ` OBJECT-TYPE.*?Certainty: ` + points.Of(c.Point).Certainty.String() + `;.*?::= \{ switchroomBreakerEntry (\d+) \}`)
		if m := r.FindStringSubmatch(text); m == nil || strings.Count(text, "Entry "+m[1]+" }") != 1 {
			t.Errorf("%s: %q", c.Name(), m)
		}
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > 0x7E || r < 0x20 && r != '\n' }) {
		t.Error("the MIB is not ASCII")
	}
}
