package schedule

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a list.
type Problem struct {
	File    string `json:"file"`
	Row     int    `json:"row"`    // as a spreadsheet counts, from 1; 0: the file as a whole
	Column  string `json:"column"` // name of the column as it stands in the header; "": the row as a whole
	Message string `json:"message"`
}

func (p Problem) Error() string {
	switch {
	case p.Row == 0:
		return fmt.Sprintf("%s: %s", p.File, p.Message)
	case p.Column == "":
		return fmt.Sprintf("%s: row %d: %s", p.File, p.Row, p.Message)
	}
	return fmt.Sprintf("%s: row %d, %s: %s", p.File, p.Row, p.Column, p.Message)
}

// Problems are all of them, as one error, by row.
type Problems []Problem

func (p Problems) Error() string {
	var lines []string
	for _, x := range p {
		lines = append(lines, x.Error())
	}
	return strings.Join(lines, "\n")
}

// Bounds of a list; ours. Ten thousand breakers fit.
const (
	fileMax     = 8 << 20 // bytes
	rowsMax     = 20_100  // twenty thousand breakers, and what stands above them
	columnsMax  = 200
	textMax     = 180 // characters of a cell: a site file has 200, and nodes are named after breakers
	problemsMax = 100
	notesMax    = 100
)

// reader collects what is wrong with a list and what was repaired in it.
type reader struct {
	file     string
	problems Problems
	notes    []string
	header   map[string]string // column to what the header calls it
	told     map[string]int    // repairs of one kind: how often
}

func (r *reader) problem(row int, column, format string, args ...any) {
	if len(r.problems) < problemsMax {
		if called := r.header[column]; called != "" {
			column = called
		}
		r.problems = append(r.problems, Problem{r.file, row, column, fmt.Sprintf(format, args...)})
	}
}

func (r *reader) note(format string, args ...any) {
	if len(r.notes) < notesMax {
		r.notes = append(r.notes, fmt.Sprintf(format, args...))
	}
}

// repaired counts a repair of a kind that many rows may need, to tell it once.
func (r *reader) repaired(what string) {
	if r.told == nil {
		r.told = map[string]int{}
	}
	r.told[what]++
}

// close ends the notes, and returns the problems or nil.
func (r *reader) close() error {
	var kinds []string
	for what := range r.told {
		kinds = append(kinds, what)
	}
	slices.Sort(kinds)
	for _, what := range kinds {
		r.note("%s (%d times)", what, r.told[what])
	}
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Row - b.Row })
	seen := map[Problem]bool{} // what two checks find alike is told once
	return slices.DeleteFunc(r.problems, func(p Problem) bool {
		again := seen[p]
		seen[p] = true
		return again
	})
}
