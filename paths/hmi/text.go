package hmi

import (
	"strings"
	"unicode/utf8"
)

// text is the display as lines of characters.
func (f *Frame) text() []string {
	all := make([]string, 0, Rows)
	if f.On {
		all = append(all, pad(f.Title, Columns))
		if f.Popup != nil {
			all = append(all, f.Popup.lines()...)
		} else {
			for i := range f.Lines {
				all = append(all, f.Lines[i].text(f.mark(i)))
			}
		}
	}
	for len(all) < Rows-1 {
		all = append(all, strings.Repeat(" ", Columns))
	}
	return append(all[:Rows-1], f.keys())
}

// mark says that there is more above the first line or below the last.
func (f *Frame) mark(i int) string {
	switch {
	case i == 0 && f.Above:
		return "^"
	case i == len(f.Lines)-1 && f.Below:
		return "v"
	}
	return " "
}

// text is a line of the display: the selected one begins with >, a value that is
// being changed stands in brackets.
func (l *Line) text(mark string) string {
	begin := " "
	if l.Selected {
		begin = ">"
	}
	value := l.Value
	if l.Editing {
		value = "[" + value + "]"
	}
	room := Columns - 3 - utf8.RuneCountInString(value)
	return begin + pad(l.Text, max(0, room)) + " " + value + mark
}

// lines are a pop-up on the display.
func (p *Popup) lines() []string {
	mark := map[Severity]string{SeverityHigh: "!! ", SeverityMedium: "! "}[p.Severity]
	all := []string{pad(mark+p.Title, Columns)}
	for _, l := range wrap(p.Text, Columns) {
		if len(all) == visible { // the rest is in Text
			all[visible-1] = pad(strings.TrimRight(all[visible-1], " ")+" …", Columns)
			break
		}
		all = append(all, pad(l, Columns))
	}
	return all
}

// keys is the lowest line: what the context keys do.
func (f *Frame) keys() string {
	const third = Columns / 3
	left := pad(f.Context[0], third)
	right := f.Context[2]
	room := max(0, Columns-third-utf8.RuneCountInString(right))
	return left + pad(f.Context[1], room) + right
}

// pad makes s n characters long.
func pad(s string, n int) string {
	have := utf8.RuneCountInString(s)
	if have <= n {
		return s + strings.Repeat(" ", n-have)
	}
	runes := []rune(s)
	if n < 2 {
		return string(runes[:n])
	}
	return string(runes[:n-1]) + "…"
}

// wrap breaks a text into lines of at most n characters, at spaces where there are.
func wrap(s string, n int) (lines []string) {
	line := ""
	for _, w := range strings.Fields(s) {
		if utf8.RuneCountInString(w) > n { // a word that no line holds
			w = string([]rune(w)[:n-1]) + "…"
		}
		switch {
		case line == "":
			line = w
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) <= n:
			line += " " + w
		default:
			lines, line = append(lines, line), w
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
