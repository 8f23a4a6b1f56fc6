package ui

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestStatesDiffer holds the promise that no state is told by colour alone:
// each has a word and a shape of its own.
func TestStatesDiffer(t *testing.T) {
	words, shapes := map[string]bool{}, map[string]bool{}
	for s := Unknown; s <= Stale; s++ {
		shape := icons[s.icon()].path
		if words[s.String()] || shapes[shape] || shape == "" {
			t.Errorf("%v: word or shape %q is not its own", s, s.icon())
		}
		words[s.String()], shapes[shape] = true, true
	}
	clear(shapes)
	for s := Low; s <= Done; s++ {
		shape := icons[s.icon()].path
		if shapes[shape] || shape == "" {
			t.Errorf("%v: shape %q is not its own", s, s.icon())
		}
		shapes[shape] = true
	}
	clear(shapes)
	for c := range certainties {
		shape := icons[c].path
		if shapes[shape] || shape == "" {
			t.Errorf("%s: the shape is not its own", c)
		}
		shapes[shape] = true
	}
}

// TestUnknownStays checks that what is out of range or of the wrong kind is
// shown as unknown, never as open or dead.
func TestUnknownStays(t *testing.T) {
	if got := State(99).String(); got != "Unknown" {
		t.Errorf("State(99) is %q", got)
	}
	if got := Energised.position(); got != "st-unknown" {
		t.Errorf("the position Energised is %q", got)
	}
	if got := Closed.wire(); got != "en-unknown" {
		t.Errorf("the conductor Closed is %q", got)
	}
	if got := (BreakerSymbol{}).flag(); got != "? UNKNOWN" {
		t.Errorf("the zero breaker is %q", got)
	}
	if got := certaintyClass("sure"); got != "cert-ours" {
		t.Errorf("an unknown certainty is %q", got)
	}
	if got := (LED{Blink: 99, Colour: "red"}).class(); got != "led led-on led-pulse led-red" {
		t.Errorf("LED 99 is %q", got)
	}
}

func TestAge(t *testing.T) {
	for _, tt := range []struct {
		in   time.Duration
		want string
	}{
		{-time.Hour, "now"}, {0, "now"}, {999 * time.Millisecond, "now"}, {time.Second, "1 s ago"}, {119 * time.Second, "119 s ago"},
		{2 * time.Minute, "2 min ago"}, {119 * time.Minute, "119 min ago"}, {2 * time.Hour, "2 h ago"}, {47 * time.Hour, "47 h ago"}, {48 * time.Hour, "2 d ago"},
	} {
		if got := Age(tt.in); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestID checks that ids are safe and that different names never share one.
func TestID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "a"), rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "b")
		x, y := ID(a...), ID(b...)
		for _, c := range x {
			if !(c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
				t.Fatalf("%q has %q", x, c)
			}
		}
		if x != "" && '0' <= x[0] && x[0] <= '9' {
			t.Fatalf("%q begins with a digit", x)
		}
		if (x == y) != slices.Equal(a, b) {
			t.Fatalf("%q and %q give %q and %q", a, b, x, y)
		}
	})
}

func TestMeter(t *testing.T) {
	m := Meter{Max: 130, Marks: []Mark{{90, "pre-alarm", Medium}, {105, "alarm", High}}}
	for _, tt := range []struct {
		value float64
		class string
		share string
	}{
		{-5, "meter", "0"}, {89.9, "meter", "69.154"}, {90, "meter meter-near", "69.231"}, {105, "meter meter-over", "80.769"}, {500, "meter meter-over", "100"},
	} {
		m.Value = tt.value
		if m.class() != tt.class || m.share(m.Value) != tt.share {
			t.Errorf("%v: %q %q, want %q %q", tt.value, m.class(), m.share(m.Value), tt.class, tt.share)
		}
	}
	if got := (Meter{}).share(3); got != "0" {
		t.Errorf("a meter without an end shows %q", got)
	}
}
