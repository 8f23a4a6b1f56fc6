package report

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// printable is a text that the font can print: what it lacks becomes a question
// mark, and what moves the cursor a space.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\u00ad' || r == '\u200b' || r == '\ufeff' || r == '\r':
			return -1
		case unicode.IsSpace(r) && r != '\u00a0':
			return ' '
		case hasGlyph(r):
			return r
		}
		return '?'
	}, s)
}

// glyphs tells which characters of the basic plane the font has.
var glyphs = sync.OnceValue(func() []bool {
	has := make([]bool, 1<<16)
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return has // cannot be: the font is part of the program
	}
	var b sfnt.Buffer
	for r := range has {
		i, err := f.GlyphIndex(&b, rune(r))
		has[r] = err == nil && i != 0 && r >= ' '
	}
	return has
})

func hasGlyph(r rune) bool { return r >= 0 && int(r) < 1<<16 && glyphs()[r] }

// wrap breaks a text into lines of at most width, at spaces and after the joints
// of long names, and inside a word where it is too long for a line.
func wrap(s string, width float64, measure func(string) float64) []string {
	var out []string
	for _, para := range strings.Split(printable(s), "\n") {
		out = append(out, wrapLine(para, width, measure)...)
	}
	return out
}

func wrapLine(s string, width float64, measure func(string) float64) []string {
	s = strings.TrimRight(s, " ")
	if measure(s) <= width {
		return []string{s}
	}
	var out []string
	line, used := "", 0.0
	for _, piece := range pieces(s) {
		w := measure(strings.TrimRight(piece, " "))
		if used+w > width && line != "" {
			out, line, used = append(out, strings.TrimRight(line, " ")), "", 0
			piece = strings.TrimLeft(piece, " ")
		}
		for w > width && piece != "" {
			n := fitting(piece, width, measure)
			w -= measure(piece[:n])
			out, piece = append(out, piece[:n]), piece[n:]
		}
		line += piece
		used += measure(piece)
	}
	return append(out, strings.TrimRight(line, " "))
}

// pieces splits a text where it may be broken.
func pieces(s string) []string {
	var out []string
	from := 0
	for i, r := range s {
		if strings.ContainsRune(" /-_.,;=", r) && i+1 < len(s) && i+1-from > 3 {
			out = append(out, s[from:i+1])
			from = i + 1
		}
	}
	return append(out, s[from:])
}

// fitting is how many bytes of s fit on a line, whole characters and at least one.
func fitting(s string, width float64, measure func(string) float64) int {
	used, end := 0.0, 0
	for i, r := range s {
		used += measure(string(r))
		if used > width && i > 0 {
			break
		}
		end = i + len(string(r))
	}
	return end
}
