package fat

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"switchroom/points"
)

// Names maps a breaker and a point to the name that the system under test gives
// it. The zero Names has none.
type Names struct{ m map[[2]string]string }

// Empty reports whether there are no names.
func (n Names) Empty() bool { return len(n.m) == 0 }

// Has reports whether the system has a name for the point of the breaker.
func (n Names) Has(breaker, point string) bool {
	_, ok := n.m[[2]string{breaker, point}]
	return ok
}

// Of returns the system's name, or breaker.point.
func (n Names) Of(breaker, point string) string {
	if name, ok := n.m[[2]string{breaker, point}]; ok {
		return name
	}
	return breaker + "." + point
}

// namesMax bounds a names file, in rows.
const namesMax = 200_000

// ReadNames reads a CSV file with the columns breaker, point and name; comma,
// semicolon or tab. It tells all mistakes at once.
func ReadNames(r io.Reader) (Names, error) {
	rows, err := readCSV(r, namesMax)
	if err != nil {
		return Names{}, err
	}
	if len(rows) == 0 {
		return Names{}, errors.New("the file is empty; write a first line breaker,point,name")
	}
	col, err := columns(rows[0], "breaker", "point", "name")
	if err != nil {
		return Names{}, err
	}
	n := Names{map[[2]string]string{}}
	var wrong []error
	for i, row := range rows[1:] {
		key, name := [2]string{cell(row, col[0]), cell(row, col[1])}, cell(row, col[2])
		_, perr := points.Lookup(key[1])
		switch _, twice := n.m[key]; {
		case key[0] == "" || name == "":
			wrong = append(wrong, fmt.Errorf("row %d: breaker or name is empty", i+2))
		case perr != nil:
			wrong = append(wrong, fmt.Errorf("row %d: %w", i+2, perr))
		case twice:
			wrong = append(wrong, fmt.Errorf("row %d: %s %s has a name already; keep one of them", i+2, key[0], key[1]))
		}
		n.m[key] = name
	}
	return n, errors.Join(wrong...)
}

// readCSV reads rows with comma, semicolon or tab, whichever the first line has
// most of; a byte order mark is passed over.
func readCSV(r io.Reader, most int) ([][]string, error) {
	data, err := io.ReadAll(io.LimitReader(r, fileMax+1))
	if err != nil {
		return nil, err
	}
	if len(data) > fileMax {
		return nil, fmt.Errorf("more than %d MB; cut it down to what the plan asks for", fileMax>>20)
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	first, _, _ := strings.Cut(text, "\n")
	c := csv.NewReader(strings.NewReader(text))
	c.FieldsPerRecord, c.TrimLeadingSpace, c.Comment = -1, true, '#'
	for _, sep := range ";\t" {
		if strings.Count(first, string(sep)) > strings.Count(first, string(c.Comma)) {
			c.Comma = sep
		}
	}
	rows, err := c.ReadAll()
	if err == nil && len(rows) > most {
		err = fmt.Errorf("%d rows; %d is the most", len(rows), most)
	}
	return rows, err
}

// fileMax bounds what is read of a file or an answer, in bytes.
const fileMax = 32 << 20

// columns finds the columns of a header, whatever their case.
func columns(head []string, names ...string) ([]int, error) {
	at := make([]int, len(names))
	var missing []string
	for i, name := range names {
		at[i] = -1
		for k, h := range head {
			if strings.EqualFold(strings.TrimSpace(h), name) {
				at[i] = k
			}
		}
		if at[i] < 0 {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("row 1: no column %s; the columns there are: %s", strings.Join(missing, ", "), strings.Join(head, ", "))
	}
	return at, nil
}

func cell(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}
