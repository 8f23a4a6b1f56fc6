package ui

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"
)

// Span names the bytes From up to but not including To.
type Span struct {
	From, To int
	Meaning  string
}

// Hex shows bytes as they crossed the wire, sixteen a line, and what they mean.
// Spans are in rising order and do not overlap.
type Hex struct {
	Label string
	Bytes []byte
	Spans []Span
}

// run is a stretch of bytes on one line with one colour; -1 is none.
type run struct {
	colour int
	text   string
}

type hexLine struct {
	offset, chars string
	runs          []run
}

// lines cuts the bytes into lines and runs.
func (h Hex) lines() []hexLine {
	var all []hexLine
	for at := 0; at < len(h.Bytes); at += 16 {
		to := min(at+16, len(h.Bytes))
		all = append(all, hexLine{fmt.Sprintf("%04x", at), printable(h.Bytes[at:to]), h.runs(at, to)})
	}
	return all
}

func (h Hex) runs(at, to int) []run {
	var rs []run
	for i := at; i < to; i++ {
		c, b := h.colour(i), fmt.Sprintf("%02x", h.Bytes[i])
		if n := len(rs); n > 0 && rs[n-1].colour == c {
			rs[n-1].text += " " + b
		} else {
			rs = append(rs, run{c, b})
		}
	}
	return rs
}

// colours is how many there are; more spans begin again.
const colours = 6

func (h Hex) colour(i int) int {
	for n, s := range h.Spans {
		if s.From <= i && i < s.To {
			return n % colours
		}
	}
	return -1
}

// markup is the content of the pre, where every space counts; only the
// characters column has text of others, and it is escaped.
func (h Hex) markup() string {
	var b strings.Builder
	for _, l := range h.lines() {
		fmt.Fprintf(&b, `<span class="off">%s</span>  `, l.offset)
		width := 0
		for _, r := range l.runs {
			width += len(r.text) + 1
			if r.colour < 0 {
				b.WriteString(r.text + " ")
			} else {
				fmt.Fprintf(&b, `<b class="%s">%s</b> `, hue(r.colour), r.text)
			}
		}
		b.WriteString(strings.Repeat(" ", max(0, 48-width)) + " " + templ.EscapeString(l.chars) + "\n")
	}
	return b.String()
}

func printable(b []byte) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e {
			return '.'
		}
		return r
	}, latin1(b))
}

// latin1 makes each byte a rune of its own.
func latin1(b []byte) string {
	rs := make([]rune, len(b))
	for i, c := range b {
		rs[i] = rune(c)
	}
	return string(rs)
}

func hue(n int) string { return "h" + itoa(n%colours) }
