package report

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestContrast: every text stands out by 4.5:1 (WCAG 2 AA), on paper and on the
// screen by day and by night.
func TestContrast(t *testing.T) {
	for _, l := range looks {
		if c := contrast(l.ink, l.paper); c < 4.5 {
			t.Errorf("%q on paper: %.1f", l.name, c)
		}
		if c := contrast(ink, l.paper); c < 4.5 {
			t.Errorf("counts of %q on paper: %.1f", l.name, c)
		}
	}
	if c := contrast(soft, band); c < 4.5 {
		t.Errorf("heads on paper: %.1f", c)
	}
	day, night, ok := strings.Cut(style, "@media (prefers-color-scheme:dark)")
	if !ok {
		t.Fatal("the style sheet has no night")
	}
	for name, css := range map[string]string{"day": day, "night": night} {
		colours := variables(css)
		for _, pair := range []string{"ink paper", "soft paper", "soft band", "ink band", "pass pass-paper", "fail fail-paper", "open open-paper", "ink pass-paper", "ink fail-paper", "ink open-paper"} {
			a, b, _ := strings.Cut(pair, " ")
			fore, ok1 := colours[a]
			back, ok2 := colours[b]
			if c := contrast(fore, back); !ok1 || !ok2 || c < 4.5 {
				t.Errorf("%s by %s: %.1f", pair, name, c)
			}
		}
	}
}

var variable = regexp.MustCompile(`--([a-z-]+):#([0-9a-f]{3,6})`)

func variables(css string) map[string][3]int {
	all := map[string][3]int{}
	for _, m := range variable.FindAllStringSubmatch(css, -1) {
		hex := m[2]
		if len(hex) == 3 {
			hex = strings.Repeat(hex[:1], 2) + strings.Repeat(hex[1:2], 2) + strings.Repeat(hex[2:], 2)
		}
		n, _ := strconv.ParseUint(hex, 16, 32)
		all[m[1]] = [3]int{int(n >> 16), int(n >> 8 & 255), int(n & 255)}
	}
	return all
}

// contrast is the contrast ratio of WCAG 2.
func contrast(a, b [3]int) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c [3]int) float64 {
	part := func(v int) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c[0]) + 0.7152*part(c[1]) + 0.0722*part(c[2])
}
