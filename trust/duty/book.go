package duty

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// bookMost bounds a book, bytes.
const bookMost = 1 << 20

// ReadBook reads the last checks, one of each branch, as [WriteBook] writes them.
func ReadBook(b []byte) (map[string]*Check, error) {
	all := map[string]*Check{}
	if len(b) == 0 {
		return all, nil
	}
	if len(b) > bookMost {
		return nil, fmt.Errorf("the book of checks has more than %d bytes", bookMost)
	}
	var rows []*Check
	if err := json.Unmarshal(b, &rows); err != nil {
		return nil, fmt.Errorf("the book of checks cannot be read: %w", err)
	}
	for _, c := range rows {
		if c != nil {
			all[c.Branch] = c
		}
	}
	return all, nil
}

// WriteBook writes the last checks.
func WriteBook(all map[string]*Check) ([]byte, error) {
	rows := slices.SortedFunc(maps.Values(all), func(a, b *Check) int { return cmp.Compare(a.Branch, b.Branch) })
	b, err := json.MarshalIndent(rows, "", "  ")
	return append(b, '\n'), err
}
