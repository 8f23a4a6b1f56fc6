package study

import (
	"fmt"
	"strings"
)

// Problem is one thing wrong with a file.
type Problem struct {
	File string `json:"file"`
	Line int    `json:"line"` // from 1; 0 where the file as a whole is meant
	What string `json:"what"` // and what to do about it
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.What
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.What)
}

// Problems is everything wrong with a file, as one error. A file that has one
// is refused whole.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].String()
	}
	return strings.Join(lines, "\n")
}

// errSweep is a sweep that goes nowhere.
type errSweep struct{ from, to float64 }

func (e errSweep) Error() string {
	return fmt.Sprintf("currents from %g A to %g A: the second must be the larger", e.from, e.to)
}
