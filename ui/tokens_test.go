package ui

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pairs are the colours that stand on each other, and the contrast that WCAG
// asks for: 4.5 for text, 3 for edges and lines that mean something.
var pairs = []struct {
	ink, ground string
	want        float64
}{
	{"ink", "ground", 4.5}, {"ink", "panel", 4.5}, {"ink", "inset", 4.5}, {"ink-2", "ground", 4.5}, {"ink-2", "panel", 4.5}, {"ink-2", "inset", 4.5},
	{"plate-ink", "plate", 4.5}, {"plate-ink-2", "plate", 4.5}, {"plate-ink", "plate-2", 4.5},
	{"accent", "ground", 4.5}, {"accent", "panel", 4.5}, {"accent-ink", "accent", 4.5},
	{"live", "panel", 4.5}, {"live", "live-soft", 4.5}, {"dead", "panel", 3}, {"high", "panel", 4.5}, {"high", "high-soft", 4.5}, {"high-ink", "high", 4.5},
	{"medium", "panel", 4.5}, {"medium", "medium-soft", 4.5}, {"low", "low-soft", 4.5}, {"good", "good-soft", 4.5}, {"good", "panel", 4.5},
	{"ink", "high-soft", 4.5}, {"ink", "medium-soft", 4.5}, {"ink", "low-soft", 4.5}, {"ink", "good-soft", 4.5}, {"accent", "high-soft", 4.5},
	{"line-strong", "panel", 3}, {"line-strong", "ground", 3}, {"l1", "panel", 3}, {"l3", "panel", 3}, {"n", "panel", 3},
}

// tokensOf reads the colours of one theme: 0 light, 1 dark.
func tokensOf(t *testing.T, theme int) map[string]string {
	t.Helper()
	css, err := embedded.ReadFile("static/css/10-tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	row := regexp.MustCompile(`--([a-z0-9-]+): (?:light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)|(#[0-9a-f]{6}));`)
	for _, m := range row.FindAllStringSubmatch(string(css), -1) {
		all[m[1]] = m[2+theme] + m[4]
	}
	return all
}

func TestContrast(t *testing.T) {
	for theme, name := range []string{"light", "dark"} {
		tokens := tokensOf(t, theme)
		for _, p := range pairs {
			a, b := tokens[p.ink], tokens[p.ground]
			if got := contrast(t, a, b); got < p.want {
				t.Errorf("%s: %s %s on %s %s has %.2f, want %.1f", name, p.ink, a, p.ground, b, got, p.want)
			}
		}
	}
}

// contrast is WCAG's: (lighter + 0.05) / (darker + 0.05).
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil {
		t.Fatalf("no colour %q", colour)
	}
	part := func(shift int) float64 {
		c := float64(n>>shift&255) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*part(16) + .7152*part(8) + .0722*part(0)
}

// TestTokensExist checks that no style uses a token that nobody defines.
func TestTokensExist(t *testing.T) {
	css := string(bundle([]string{"static/css/*.css"}))
	defined := map[string]bool{}
	for _, m := range regexp.MustCompile(`(--[a-z0-9-]+):`).FindAllStringSubmatch(css, -1) {
		defined[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`var\((--[a-z0-9-]+)`).FindAllStringSubmatch(css, -1) {
		if !defined[m[1]] {
			t.Errorf("%s is used and not defined", m[1])
		}
	}
}

// TestNoColourElsewhere keeps colours in the tokens, but for the plate, which
// is dark in both themes.
func TestNoColourElsewhere(t *testing.T) {
	for _, f := range []string{"20-base", "40-controls", "50-content", "60-instruments"} {
		css, err := embedded.ReadFile(fmt.Sprintf("static/css/%s.css", f))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range regexp.MustCompile(`#[0-9a-f]{3,8}\b`).FindAllString(string(css), -1) {
			if c != "#ffd27a" { // the focus ring on the plate
				t.Errorf("%s.css has the colour %s: make it a token", f, c)
			}
		}
	}
}
