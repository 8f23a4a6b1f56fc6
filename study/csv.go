package study

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxFile is the most bytes of a CSV or YAML file that are read. Ten thousand
// rows are a tenth of it.
const maxFile = 4 << 20

// record is one row of a CSV file.
type record struct {
	line  int
	cells map[string]string // by column name, trimmed
}

// readCSV reads the rows of a file whose first row names its columns; needed
// are those that must be there. Other columns are kept too. A file whose first
// row names none of the needed has no header: its columns are the needed, in
// that order. Lines that begin with # are comments; a semicolon separates where
// the first line has one and no comma, as spreadsheets do in half of Europe.
func readCSV(src io.Reader, file string, needed ...string) ([]record, error) {
	text, err := readAll(src, file)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comment, r.FieldsPerRecord, r.TrimLeadingSpace = '#', -1, true
	r.Comma = separator(text)
	var all []record
	var names []string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if p, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, Problems{{file, p.Line, p.Err.Error() + ": write plain rows of " + strings.Join(needed, ",")}}
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		if names == nil {
			if names, err = columns(row, needed); err != nil {
				return nil, Problems{{file, line, err.Error()}}
			}
			if isHeader(row, needed) {
				continue
			}
		}
		if len(row) < len(needed) || len(row) > len(names) {
			return nil, Problems{{file, line, fmt.Sprintf("%d columns: write %s", len(row), strings.Join(names, ","))}}
		}
		rec := record{line, map[string]string{}}
		for i, cell := range row {
			rec.cells[names[i]] = cell
		}
		all = append(all, rec)
	}
	return all, nil
}

func readAll(src io.Reader, file string) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(src, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, Problems{{file, 0, fmt.Sprintf("larger than %d MiB: it is not such a file", maxFile>>20)}}
	}
	return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), nil // an editor's mark
}

// separator looks at the first line that is no comment.
func separator(text []byte) rune {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) == 0 || line[0] == '#' {
			continue
		}
		if bytes.ContainsRune(line, ';') && !bytes.ContainsRune(line, ',') {
			return ';'
		}
		break
	}
	return ','
}

func isHeader(row, needed []string) bool {
	for _, n := range needed {
		for _, cell := range row {
			if strings.EqualFold(cell, n) {
				return true
			}
		}
	}
	return false
}

// columns returns the column names of a file whose first row is row.
func columns(row, needed []string) ([]string, error) {
	if !isHeader(row, needed) {
		return needed, nil
	}
	names := make([]string, len(row))
	seen := map[string]bool{}
	for i, cell := range row {
		names[i] = strings.ToLower(cell)
		if seen[names[i]] {
			return nil, fmt.Errorf("column %s stands twice: name each once", names[i])
		}
		seen[names[i]] = true
	}
	for _, n := range needed {
		if !seen[n] {
			return nil, fmt.Errorf("there is no column %s: the first row names %s", n, strings.Join(needed, ","))
		}
	}
	return names, nil
}
