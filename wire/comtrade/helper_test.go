package comtrade

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// good is a configuration that has nothing odd, line by line, as a base for
// the cases that change one thing.
func good() []string {
	return []string{
		"WORKSHOP,Q1,1999",
		"3,2A,1D",
		"1,IA,A,Q1,A,0.5,1,0,-32767,32767,1000,5,S",
		"2,UA,A,Q1,kV,2,0,12.5,-32767,32767,1,1,P",
		"1,CLOSED,,Q1,1",
		"50",
		"1",
		"1000,4",
		"07/03/2024,14:05:09.250000",
		"07/03/2024,14:05:09.254000",
		"ASCII",
		"1",
	}
}

// goodData are four samples for good.
const goodData = "1,0,10,1,1\n2,1000,20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1\n"

// with replaces lines of good: pairs of a line number from 1 and its text.
func with(pairs ...any) string {
	lines := good()
	for i := 0; i < len(pairs); i += 2 {
		lines[pairs[i].(int)-1] = pairs[i+1].(string)
	}
	return strings.Join(lines, "\r\n") + "\r\n"
}

func read(t *testing.T, cfg, dat string) *Recording {
	t.Helper()
	r, err := Read(strings.NewReader(cfg), strings.NewReader(dat))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantError checks the whole text of an error, since a person reads the whole.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want %s", want)
	}
	if _, ok := errors.AsType[*Error](err); !ok {
		t.Errorf("error is a %T, want *Error", err)
	}
	if err.Error() != want {
		t.Errorf("error\n got %s\nwant %s", err, want)
	}
}

// same compares values where a missing one equals a missing one.
func same(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			return false
		}
	}
	return true
}

func bools(b Bits) []bool {
	out := make([]bool, b.Len())
	for i := range out {
		out[i] = b.At(i)
	}
	return out
}
