package cli

import (
	"strconv"
	"strings"
	"unicode"
)

// harmless puts an apostrophe before what a spreadsheet would take for a formula: names
// are given by people, and by devices. Numbers stay as they are.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && !plain(cell) {
		return "'" + cell
	}
	return cell
}

// plain reports whether all that begins as a formula does is a number, or a dash.
func plain(cell string) bool {
	if strings.ContainsAny(cell, "\t\r") {
		return false
	}
	for _, word := range strings.Fields(cell) {
		if word == "-" || !strings.ContainsRune("=+-@", rune(word[0])) {
			continue
		}
		if _, err := strconv.ParseFloat(word, 64); err != nil {
			return false
		}
	}
	return true
}

// visible shows a mark in the place of what would steer a terminal, or turn the writing
// around.
func visible(r rune) rune {
	if r != '\t' && r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
		return unicode.ReplacementChar
	}
	return r
}
