package schedule

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// row is one row of the list, with cells trimmed and without line breaks.
type row struct {
	number int // as a spreadsheet counts
	cells  []string
}

// cell is one of them, or empty where the row is shorter.
func (w row) cell(i int) string {
	if i < 0 || i >= len(w.cells) {
		return ""
	}
	return w.cells[i]
}

// filled counts the cells that are not empty.
func (w row) filled() (n int) {
	for _, c := range w.cells {
		if c != "" {
			n++
		}
	}
	return n
}

// separators are those that spreadsheets write.
const separators = ",;\t|"

// rows parts a text into rows; empty ones are left out.
func (r *reader) rows(text string) []row {
	text, sep := r.separator(text)
	rows, err := split(text, sep, false)
	if errors.Is(err, csv.ErrBareQuote) {
		r.note("quotes within cells read as they stand")
		rows, err = split(text, sep, true)
	}
	var at *csv.ParseError
	switch {
	case errors.As(err, &at):
		r.problem(at.StartLine, "", "a quote is opened and not closed; close it, or double a quote that belongs to the text")
		return nil
	case err != nil:
		r.problem(0, "", "%v", err)
		return nil
	}
	switch sep {
	case ';':
		r.note("semicolons separate the cells")
	case '\t':
		r.note("tabs separate the cells")
	case '|':
		r.note("bars separate the cells")
	}
	return r.clean(rows)
}

// separator finds what separates the cells: a line "sep=;" says it, else the one
// with which the beginning has the most words of a header.
func (r *reader) separator(text string) (string, rune) {
	if rest, ok := strings.CutPrefix(text, "sep="); ok && rest != "" && strings.ContainsRune(separators, rune(rest[0])) {
		_, after, _ := strings.Cut(rest, "\n")
		return "\n" + after, rune(rest[0])
	}
	best, most := ',', 0
	for _, sep := range separators {
		head, _ := split(beginning(text), sep, true)
		score := 0
		for _, w := range head {
			score = max(score, 1000*words(w)+min(len(w.cells), columnsMax))
		}
		if score > most {
			best, most = sep, score
		}
	}
	return text, best
}

// headerWithin is how many rows from the top may stand above the header.
const headerWithin = 10

// beginning is the part of a text in which the header is looked for.
func beginning(text string) string {
	at := 0
	for range 3 * headerWithin {
		n := strings.IndexByte(text[at:], '\n')
		if n < 0 {
			return text
		}
		at += n + 1
	}
	return text[:at]
}

var errRows = fmt.Errorf("more than %d rows; part the list", rowsMax)

// split parts a text into rows by a separator. Rows are counted as a spreadsheet
// does: a line break within quotes does not begin a new one.
func split(text string, sep rune, lazy bool) (rows []row, err error) {
	c := csv.NewReader(strings.NewReader(text))
	c.Comma, c.FieldsPerRecord, c.LazyQuotes = sep, -1, lazy
	for within := 0; ; {
		cells, err := c.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		if len(rows) >= rowsMax {
			return rows, errRows
		}
		line, _ := c.FieldPos(0)
		rows = append(rows, row{line - within, cells})
		for _, cell := range cells {
			within += strings.Count(cell, "\n")
		}
	}
}

// clean trims the cells and leaves empty rows out.
func (r *reader) clean(rows []row) (kept []row) {
	for _, w := range rows {
		if len(w.cells) > columnsMax && strings.TrimSpace(strings.Join(w.cells[columnsMax:], "")) != "" {
			r.problem(w.number, "", "%d columns; a list has up to %d", len(w.cells), columnsMax)
		}
		w.cells = w.cells[:min(len(w.cells), columnsMax)]
		for i, c := range w.cells {
			if w.cells[i] = trimmed(c); strings.Contains(strings.TrimSpace(c), "\n") {
				r.repaired("line break within a cell read as a space")
			}
		}
		if w.filled() > 0 {
			kept = append(kept, w)
		}
	}
	return kept
}

// trimmed is a cell in one line: every run of spaces, of whatever kind, is one.
func trimmed(cell string) string {
	return strings.Join(strings.FieldsFunc(cell, func(c rune) bool {
		return unicode.IsSpace(c) || unicode.IsControl(c) || c == '\u200B' || c == '\uFEFF' || c == unicode.ReplacementChar
	}), " ")
}
