package fat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// csvViewer sees a system by an export: a file, or a page, with a row per point;
// the last row of a point counts.
type csvViewer struct {
	*web
	b     *Binding
	words map[string]string
	seen  os.FileInfo // of the file as it was last read
	rows  map[string]csvRow
}

type csvRow struct{ value, quality, time, raw string }

func openCSV(b *Binding, _ Terminal) (Viewer, error) {
	w, err := newWeb(b)
	if err != nil {
		return nil, err
	}
	return &csvViewer{web: w, b: b, words: b.words()}, nil
}

// Look reads the export again if it has changed.
func (v *csvViewer) Look(ctx context.Context, tags []Tag) ([]Shown, error) {
	if err := v.refresh(ctx); err != nil {
		return nil, err
	}
	now := time.Now()
	out := make([]Shown, len(tags))
	for i, t := range tags {
		row, ok := v.rows[t.Expand(v.b.Row, nil)]
		if !ok {
			out[i] = none()
			continue
		}
		s := parseShown(row.value, v.words)
		s.Raw = excerpt(row.raw)
		out[i] = v.b.judged(s, row.quality, row.time, now)
	}
	return out, nil
}

// refresh reads the export. One that is just being written is read the next time.
func (v *csvViewer) refresh(ctx context.Context) error {
	var data []byte
	var err error
	if v.b.File != "" {
		info, serr := os.Stat(v.b.File)
		if serr != nil {
			return fmt.Errorf("the export of the system under test: %w", serr)
		}
		if v.seen != nil && info.ModTime().Equal(v.seen.ModTime()) && info.Size() == v.seen.Size() && time.Since(info.ModTime()) > time.Second {
			return nil
		}
		if info.Size() > fileMax {
			return fmt.Errorf("the export of the system under test has more than %d MB", fileMax>>20)
		}
		v.seen = info
		data, err = os.ReadFile(v.b.File)
	} else {
		data, err = v.get(ctx, v.b.URL)
	}
	if err != nil {
		return err
	}
	rows, err := v.parse(data)
	if err != nil && v.rows != nil {
		v.seen = nil
		return nil // half written: what was read before stands
	}
	v.rows = rows
	return err
}

// parse takes the rows out of an export.
func (v *csvViewer) parse(data []byte) (map[string]csvRow, error) {
	lines, err := readCSV(bytes.NewReader(data), 1_000_000)
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, errors.New("the export of the system under test is empty")
	}
	want := []string{v.b.Key, v.b.Value}
	for _, c := range []string{v.b.Quality, v.b.Time} {
		if c != "" {
			want = append(want, c)
		}
	}
	if _, err := columns(lines[0], want...); err != nil {
		return nil, fmt.Errorf("the export of the system under test: %w", err)
	}
	at := func(name string) int {
		if c, err := columns(lines[0], name); name != "" && err == nil {
			return c[0]
		}
		return -1
	}
	key, value, quality, when := at(v.b.Key), at(v.b.Value), at(v.b.Quality), at(v.b.Time)
	rows := map[string]csvRow{}
	for _, l := range lines[1:] {
		rows[cell(l, key)] = csvRow{cell(l, value), cell(l, quality), cell(l, when), strings.Join(l, ";")}
	}
	return rows, nil
}
